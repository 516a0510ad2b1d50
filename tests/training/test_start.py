"""What a training starts from."""

import pytest
import torch
from safetensors.torch import save_file

from fervideo.errors import ModelError
from fervideo.models.lfnsb import LFNSB
from fervideo.models.mobilefacenet import MobileFaceNet
from fervideo.models.registry import find_weights
from fervideo.models.resnet import ResNet50
from fervideo.training.run import load_start


def test_a_shipped_weight_file_can_be_started_from():
    network = LFNSB()
    before = network.state_dict()["head.weight"].clone()
    assert load_start(network, find_weights("lfnsb")) == ()
    assert not network.state_dict()["head.weight"].equal(before)


def test_weights_of_another_network_are_refused():
    with pytest.raises(ModelError, match="expected the layers of MobileFaceNet"):
        load_start(MobileFaceNet(), find_weights("lfnsb"))


def test_a_last_layer_of_another_width_stays_fresh(tmp_path):
    wide, narrow = ResNet50(), ResNet50(embedding_size=3)
    before = narrow.embed.weight.detach().clone()
    save_file(wide.state_dict(), tmp_path / "wide.safetensors")
    assert load_start(narrow, tmp_path / "wide.safetensors") == ("embed.weight", "embed.bias")
    assert narrow.embed.weight.equal(before)
    assert narrow.conv1.weight.equal(wide.conv1.weight)


def test_any_other_layer_of_another_shape_is_refused(tmp_path):
    other = {**ResNet50().state_dict(), "conv1.weight": torch.zeros(1)}
    save_file(other, tmp_path / "other.safetensors")
    with pytest.raises(ModelError, match="found 1 missing and 0 unknown"):
        load_start(ResNet50(), tmp_path / "other.safetensors")
