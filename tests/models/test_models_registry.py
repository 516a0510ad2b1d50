import hashlib
import json
from dataclasses import replace

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from fervideo import cli
from fervideo.device import resolve_device
from fervideo.errors import DeviceError, ModelError
from fervideo.models.card import read_card, write_card
from fervideo.models.registry import (
    CENTERS,
    DEFAULT_MODEL,
    find_weights,
    list_models,
    load_model,
)
from fervideo.stabilize import StabilizerConfig


@pytest.fixture
def copied(tmp_path):
    """A shipped model as a file of the user's own."""
    weights = find_weights("default")
    for suffix in (".safetensors", ".json"):
        (tmp_path / f"mine{suffix}").write_bytes(weights.with_suffix(suffix).read_bytes())
    return tmp_path / "mine.safetensors"


@pytest.mark.parametrize("card", list_models(), ids=lambda c: c.name)
def test_every_shipped_model_loads_and_embeds(card):
    model = load_model(card.name, "cpu")
    crops = np.random.default_rng(0).integers(0, 255, (3, 112, 112, 3), dtype=np.uint8)
    embeddings = model.embed(crops)
    assert embeddings.shape == (3, card.embedding_size) and embeddings.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(embeddings, axis=1), 1, rtol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(model.centers, axis=1), 1, rtol=1e-5)
    assert model.centers.shape == (len(card.classes), card.embedding_size)
    assert model.embed(crops[:0]).shape == (0, card.embedding_size)
    # A face says the same alone and in a batch.
    np.testing.assert_allclose(model.embed(crops[:1]), embeddings[:1], atol=1e-4)


@pytest.mark.parametrize("card", list_models(), ids=lambda c: c.name)
def test_every_card_says_what_a_researcher_asks(card):
    assert card.title and card.paper and card.training and card.datasets and card.limits
    for test in ("rafdb test", "fer2013 test", "ckplus test"):
        assert card.measured(test) is not None
        assert card.measured(test, decided_by="head") is not None
    assert all(m.command.startswith("fervideo evaluate") for m in card.measurements)


def test_the_default_comes_first():
    assert list_models()[0].name == DEFAULT_MODEL


@pytest.fixture
def three_cards(tmp_path, monkeypatch):
    """An installation with weights named as the default, lfnsb and lmcl; no tensors in them."""
    for name in (DEFAULT_MODEL, "lfnsb", "lmcl"):
        card = find_weights(name).with_suffix(".json")
        (tmp_path / card.name).write_bytes(card.read_bytes())
        (tmp_path / f"{name}.safetensors").touch()
    monkeypatch.setattr("fervideo.models.registry.weights_folder", lambda: tmp_path)
    monkeypatch.setattr("fervideo.resources.weights_folder", lambda: tmp_path)
    return tmp_path


def break_card(path, how):
    if how == "gone":
        path.unlink()
    elif how == "anothers":
        path.write_text(path.read_text().replace('"lfnsb"', '"lmcl"'))
    else:
        path.write_text(how)


@pytest.mark.parametrize("how", ["gone", "anothers", "rubbish", '{"name": "lfnsb"}'])
def test_a_broken_card_does_not_hide_the_other_models(three_cards, how, capsys):
    break_card(three_cards / "lfnsb.json", how)
    assert [card.name for card in list_models()] == [DEFAULT_MODEL, "lmcl"]
    assert cli.main(["models"]) == 0
    out, err = capsys.readouterr()
    assert f"{DEFAULT_MODEL} (default)" in out and "lmcl" in out and "lfnsb" not in out
    assert err.startswith("fervideo: ") and "lfnsb.json" in err and err.count("\n") == 1
    with pytest.raises(ModelError, match=f"among default, {DEFAULT_MODEL}, lmcl or"):
        find_weights("absent")


def test_only_broken_cards_are_one_error_after_their_sentences(three_cards, capsys):
    for path in three_cards.glob("*.json"):
        path.write_text("{}")
    assert cli.main(["models"]) == 2
    *told, last = capsys.readouterr().err.splitlines()
    assert len(told) == 3 and "found none; install again" in last


def test_a_file_of_the_users_own(copied):
    assert load_model(str(copied), "cpu").card.name == DEFAULT_MODEL


def test_damaged_weights_are_one_sentence(copied):
    data = bytearray(copied.read_bytes())
    data[-1] ^= 1
    copied.write_bytes(data)
    with pytest.raises(ModelError, match="damaged or replaced"):
        load_model(str(copied))


def test_truncated_weights_with_a_matching_card_are_one_sentence(copied):
    copied.write_bytes(copied.read_bytes()[:1000])
    card = json.loads(copied.with_suffix(".json").read_text())
    card["sha256"] = hashlib.sha256(copied.read_bytes()).hexdigest()
    copied.with_suffix(".json").write_text(json.dumps(card))
    with pytest.raises(ModelError, match="expected weights of"):
        load_model(str(copied))


@pytest.mark.parametrize("name", ["a" * 300, "~nobodyhere/x.safetensors", "a\0b"])
def test_what_cannot_be_a_file_is_one_sentence(name):
    with pytest.raises(ModelError, match="expected a model among default"):
        find_weights(name)


@pytest.mark.parametrize("spoil", ["shape", "zero", "nan"])
def test_centers_that_no_cosine_can_be_taken_with_are_one_sentence(copied, spoil):
    tensors = load_file(copied)
    centers = tensors[CENTERS]
    if spoil == "shape":
        tensors[CENTERS] = centers[:-1].copy()
    else:
        centers[0] = 0 if spoil == "zero" else np.nan
    save_file(tensors, copied)
    card = read_card(copied.with_suffix(".json"))
    digest = hashlib.sha256(copied.read_bytes()).hexdigest()
    write_card(replace(card, sha256=digest), copied.with_suffix(".json"))
    with pytest.raises(ModelError, match=r"mine\.safetensors: expected weights of .*center"):
        load_model(str(copied), "cpu")


@pytest.mark.parametrize("text", ["rubbish", "[]", '{"name": "x"}', '{"surprise": 1}'])
def test_a_bad_card_is_one_sentence(copied, text):
    copied.with_suffix(".json").write_text(text)
    with pytest.raises(ModelError, match=r"mine\.json"):
        load_model(str(copied))


def test_a_missing_card_is_one_sentence(copied):
    copied.with_suffix(".json").unlink()
    with pytest.raises(ModelError, match="expected the model card"):
        read_card(copied.with_suffix(".json"))


def test_unknown_devices_are_one_sentence():
    with pytest.raises(DeviceError, match="expected"):
        resolve_device("abacus")


def test_a_card_may_say_how_calm_labels_are(copied):
    path = copied.with_suffix(".json")
    values = json.loads(path.read_text())
    values.pop("stabilizer", None)  # a card from before there were any
    path.write_text(json.dumps(values))
    old = read_card(path)
    assert old.stabilizer is None
    calm = StabilizerConfig(margin=0.05, hold_s=0.4)
    write_card(replace(old, stabilizer=calm), path)
    assert read_card(path).stabilizer == calm
    assert not list(path.parent.glob("*.tmp"))
    path.write_text(json.dumps({**values, "stabilizer": {"hold_s": -1}}))
    with pytest.raises(ModelError, match="hold_s"):
        read_card(path)
