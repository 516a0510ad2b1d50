"""From a run to a weight file and its card."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from painted import painted

from fervideo import labels
from fervideo.errors import DatasetError
from fervideo.models.card import read_card
from fervideo.models.mobilefacenet import MobileFaceNet
from fervideo.models.registry import load_model
from fervideo.stabilize import StabilizerConfig
from fervideo.training import export as exporting
from fervideo.training.checkpoint import write_atomically
from fervideo.training.class_centers import agreed, find_centers
from fervideo.training.recipe import load_recipe
from fervideo.training.run import make_network

RECIPE = """# For a test.
name = "small"
network = "mobilefacenet"
head = "cosine"
exclude = ["fear"]

[[data]]
name = "rafdb"

[[phases]]
epochs = 1
size = 32
"""


@pytest.fixture
def pack(tmp_path, monkeypatch):
    """Packs an untrained run of a recipe without fear."""
    path = tmp_path / "small.toml"
    path.write_text(RECIPE)
    recipe = load_recipe(path)
    folder = tmp_path / "runs" / "small"
    folder.mkdir(parents=True)
    network = {f"best.{k}": v for k, v in make_network(recipe).state_dict().items()}
    write_atomically(folder / "checkpoint.safetensors", network, {})
    samples = painted().with_classes(recipe.classes)
    monkeypatch.setattr(exporting, "load_data", lambda *_: {"rafdb": samples})
    places = {"runs": tmp_path / "runs", "output": tmp_path / "weights", "device": "cpu"}
    return lambda: exporting.export(path, {"rafdb": tmp_path}, **places)


def test_a_run_becomes_a_model_that_loads(pack, monkeypatch):
    calm = StabilizerConfig(margin=0.02, hold_s=0.5)
    asked = []

    def calibrate(model, data, config):
        asked.append((model.card.name, len(data[0].samples), config.switches))
        return calm

    monkeypatch.setattr(exporting, "calibrate_stabilizer", calibrate)
    weights = pack()
    card = read_card(weights.with_suffix(".json"))
    assert card.stabilizer == calm
    assert asked == [("small", 60, exporting.CALM_SWITCHES)]  # validation pictures, none of fear
    assert card.classes == tuple(c for c in labels.BASIC if c != "fear")
    model = load_model(str(weights), "cpu")
    assert model.centers.shape == (6, card.embedding_size)
    assert torch.is_tensor(model.network.head.weight)


def test_without_faces_to_tune_on_the_general_settings_stay(pack, monkeypatch):
    def calibrate(model, data, config):
        raise DatasetError("too few pictures")

    monkeypatch.setattr(exporting, "calibrate_stabilizer", calibrate)
    assert read_card(pack().with_suffix(".json")).stabilizer is None


def test_centers_are_means_of_what_the_head_names_rightly():
    classes = np.repeat([0, 1], 20)
    named = classes.copy()
    named[:5] = 1  # five of the first class look like the second to the network
    assert agreed(classes, named, 2).sum() == 35
    named[20:38] = 0  # of the second only two are left: all count again
    np.testing.assert_array_equal(np.flatnonzero(~agreed(classes, named, 2)), np.arange(5))


def test_a_network_with_a_linear_head_gets_mean_centers():
    network, data = MobileFaceNet(7, "linear").eval(), painted()
    learnt = replace(data.samples, splits=np.zeros_like(data.samples.splits))
    sets = {"rafdb": replace(data, samples=learnt)}
    centers, origin = find_centers(network, sets, torch.device("cpu"))
    assert centers.shape == (7, network.embedding_size) and "rafdb" in origin
    np.testing.assert_allclose(np.linalg.norm(centers, axis=1), 1, rtol=1e-5)
