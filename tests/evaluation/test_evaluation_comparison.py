"""Models side by side, from weight files made here: figures from cards, times from this machine."""

import csv
import hashlib
from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from fervideo import cli, labels
from fervideo.evaluation.comparison import standing
from fervideo.evaluation.record import measurements_of
from fervideo.models.card import Measurement, ModelCard, read_card, write_card
from fervideo.models.network import builders
from fervideo.models.registry import CENTERS, load_model


def weight_file(folder, network="vgg-lip", size=36, frame=40):
    """A fresh network that looks at the middle of small crops, as a weight file with a card."""
    torch.manual_seed(0)
    fresh = builders()[network](7, "linear", 16.0)
    path = folder / f"{network}.safetensors"
    centers = torch.nn.functional.normalize(torch.randn(7, fresh.embedding_size), dim=1)
    tensors = {k: v.half() for k, v in fresh.state_dict().items() if v.is_floating_point()}
    whole = {k: v for k, v in fresh.state_dict().items() if not v.is_floating_point()}
    save_file({**tensors, **whole, CENTERS: centers}, path)
    card = ModelCard(
        name=network,
        title="",
        paper="",
        network=network,
        head="linear",
        classes=labels.BASIC,
        embedding_size=fresh.embedding_size,
        scale=16.0,
        threshold=0.3,
        centers_from="",
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        parameters=18_000_000,
        multiply_adds=2_510_000_000,
        input_size=frame,
        window=size,
        measurements=(
            Measurement("rafdb test", "given", "centers", 9, 0.84, 0.75, 0.7, ""),
            Measurement("rafdb test", "given, ten crops", "centers", 9, 0.86, 0.77, 0.7, ""),
        ),
    )
    write_card(card, path.with_suffix(".json"))
    return path


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    return weight_file(tmp_path_factory.mktemp("weights"))


def test_a_model_sees_the_middle_of_its_crops(weights):
    model = load_model(str(weights), "cpu")
    crops = np.random.default_rng(0).integers(0, 256, (2, 40, 40, 3), np.uint8)
    framed = crops.copy()
    framed[:, :2], framed[:, -2:], framed[:, :, :2], framed[:, :, -2:] = 0, 255, 0, 255
    np.testing.assert_array_equal(model.embed(crops), model.embed(framed))
    framed[:, 20, 20] = 255 - framed[:, 20, 20]
    assert not np.array_equal(model.embed(crops), model.embed(framed))
    assert (model.network.input_size, model.network.frame_size) == (36, 40)


def test_figures_are_the_cards_and_time_is_measured(weights):
    found = standing(str(weights), "cpu", runs=3)
    assert (found.rafdb, found.rafdb_recall, found.ten_crop) == (0.84, 0.75, 0.86)
    assert found.fer2013 is None
    assert 0.1 < found.ms < 60_000
    assert found.file_bytes == weights.stat().st_size


def test_the_command_writes_markdown_csv_and_a_plot(weights, tmp_path, capsys):
    assert cli.main(["compare", str(weights), "--device", "cpu", "-o", str(tmp_path / "out")]) == 0
    out = capsys.readouterr().out
    assert all(words in out for words in ("84.0 %", "75.0 %", "86.0 %", "18.00 M", "2510 M"))
    table = (tmp_path / "out" / "compare.md").read_text().splitlines()
    assert table[2].startswith("| vgg-lip | 84.0 % | 75.0 % | 86.0 % | – | – | 18.00 M | 2510 M |")
    assert "CPU" in table[-1]
    (row,) = csv.DictReader((tmp_path / "out" / "compare.csv").read_text().splitlines())
    assert (row["rafdb"], row["fer2013"]) == ("0.84", "")
    assert (tmp_path / "out" / "compare.png").read_bytes()[1:4] == b"PNG"


def test_an_unknown_model_is_one_sentence(capsys):
    assert cli.main(["compare", "absent"]) == 2
    assert "expected a model among" in capsys.readouterr().err


def test_an_installation_without_models_is_one_sentence(capsys, monkeypatch):
    monkeypatch.setattr("fervideo.models.registry.look_at_models", lambda: ([], []))
    assert cli.main(["compare"]) == 2
    assert "found none; install again" in capsys.readouterr().err


def test_ten_crops_need_a_model_that_sees_a_part(weights, tmp_path, capsys):
    whole = tmp_path / "whole.safetensors"
    whole.write_bytes(weights.read_bytes())
    card = replace(read_card(weights.with_suffix(".json")), window=None)
    write_card(card, whole.with_suffix(".json"))
    status = cli.main(["evaluate", str(whole), "--data", f"rafdb:{tmp_path}", "--ten-crop"])
    assert status == 2
    assert "leave out --ten-crop" in capsys.readouterr().err


def test_ten_crops_are_a_figure_of_their_own():
    from fervideo.evaluation.metrics import score
    from fervideo.evaluation.protocol import Evaluation

    zero = score(np.zeros(3, np.int64), np.zeros(3, np.int64), 7)
    words = ("vgg-lip", "rafdb", "test", "given", False, labels.BASIC, 1.0, zero, zero)
    assert {m.crops for m in measurements_of(Evaluation(*words, True), "")} == {"given, ten crops"}
