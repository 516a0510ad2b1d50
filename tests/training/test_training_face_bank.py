"""The ordinary faces of a weight file."""

import hashlib
from dataclasses import replace

import numpy as np
import pytest
import torch
from painted import painted
from safetensors import safe_open
from safetensors.torch import save_file

from fervideo import cli, labels
from fervideo.errors import ModelError
from fervideo.models.card import read_card, write_card
from fervideo.models.registry import BANK, BANK_LABELS, find_weights, load_model
from fervideo.training import face_bank
from fervideo.training.face_bank import add_bank, find_bank

FACES = 3


@pytest.fixture(autouse=True)
def few(monkeypatch):
    """As few as will do."""
    monkeypatch.setattr(face_bank, "FACES", FACES)


@pytest.fixture
def bare(tmp_path):
    """The default model without ordinary faces, in a folder of its own."""
    weights, path = find_weights("default"), tmp_path / "mine.safetensors"
    with safe_open(weights, "pt") as file:
        names = [n for n in file.keys() if n not in (BANK, BANK_LABELS)]  # noqa: SIM118
        save_file({n: file.get_tensor(n) for n in names}, path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    write_card(
        replace(read_card(weights.with_suffix(".json")), sha256=digest), path.with_suffix(".json")
    )
    return path


@pytest.fixture
def pictures(monkeypatch):
    """Painted faces, all of them for training, as every data set."""
    found = painted()
    found = replace(found, samples=replace(found.samples, splits=np.zeros(70, np.int64)))
    monkeypatch.setattr(face_bank, "load_aligned", lambda *_: found)
    return found


def test_weights_get_faces_and_stay_otherwise_the_same(bare, pictures, tmp_path):
    before = load_model(str(bare), "cpu")
    assert before.bank is None
    path = add_bank(
        str(bare), {"rafdb": tmp_path, "fer2013": tmp_path}, output=tmp_path / "new", device="cpu"
    )
    after = load_model(str(path), "cpu")
    assert after.bank.embeddings.shape == (28, before.card.embedding_size)
    assert after.bank.classes == labels.BASIC and after.bank.from_head
    np.testing.assert_array_equal(after.centers, before.centers)
    crops = np.full((2, 112, 112, 3), 90, np.uint8)
    np.testing.assert_array_equal(after.embed(crops), before.embed(crops))
    assert replace(after.card, sha256=before.card.sha256) == before.card
    with safe_open(path, "pt") as new, safe_open(bare, "pt") as old:
        assert set(new.keys()) - set(old.keys()) == {BANK, BANK_LABELS}
        for name in old.keys():  # noqa: SIM118
            assert torch.equal(new.get_tensor(name), old.get_tensor(name))


def test_the_command_puts_them_in_the_place_of_others(bare, pictures, tmp_path, capsys):
    words = ["pack", bare, "--data", "rafdb:x", "--device", "cpu", "-o", bare.parent]
    for _ in range(2):
        assert cli.main([str(w) for w in words]) == 0
        assert capsys.readouterr().out.strip() == str(bare)
    assert len(load_model(str(bare), "cpu").bank.labels) == 21


def test_there_are_so_many_of_each_class_whatever_the_number_of_sets(bare, pictures):
    network = load_model(str(bare), "cpu").network
    for number in (1, 2, 3):
        found = find_bank(network, {str(i): pictures for i in range(number)}, torch.device("cpu"))
        counts = np.bincount(found[BANK_LABELS].numpy())
        assert (counts >= FACES).all() and (counts < FACES + number).all()
        assert found[BANK].dtype == torch.float16


def test_too_few_pictures_are_one_sentence_and_leave_the_file(bare, monkeypatch, capsys):
    monkeypatch.setattr(face_bank, "load_aligned", lambda *_: painted())  # validation alone
    data = bare.read_bytes()
    words = ["pack", bare, "--data", "rafdb:x", "--device", "cpu", "-o", bare.parent]
    assert cli.main([str(w) for w in words]) == 2
    err = capsys.readouterr().err
    assert "found too few" in err and err.count("\n") == 1
    assert bare.read_bytes() == data


def test_faces_that_do_not_fit_the_card_are_one_sentence(bare):
    with safe_open(bare, "pt") as file:
        tensors = {n: file.get_tensor(n) for n in file.keys()}  # noqa: SIM118
    tensors |= {BANK: torch.ones(4, 3).half(), BANK_LABELS: torch.zeros(4, dtype=torch.uint8)}
    save_file(tensors, bare)
    card = bare.with_suffix(".json")
    write_card(replace(read_card(card), sha256=hashlib.sha256(bare.read_bytes()).hexdigest()), card)
    with pytest.raises(ModelError, match=r"mine\.safetensors: "):
        load_model(str(bare), "cpu")
