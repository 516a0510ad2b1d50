import pytest
import torch
from torch import nn

from fervideo.models.network import CosineHead, builders
from fervideo.models.resnet import Bottleneck, ResNet50


def meta(**options):
    """A network without numbers, for what only depends on shapes."""
    with torch.device("meta"):
        return ResNet50(**options).eval()


def test_without_its_last_layers_it_has_the_published_parameters():
    body = [p for n, p in meta().named_parameters() if not n.startswith(("embed.", "head."))]
    # 25,557,032 of the published network, less its layer of 1000 classes
    assert sum(p.numel() for p in body) == 25_557_032 - 2048 * 1000 - 1000


def test_layers_have_the_names_of_public_weights():
    names = set(meta().state_dict())
    assert {
        "conv1.weight",
        "bn1.running_mean",
        "layer1.0.downsample.0.weight",
        "layer1.0.downsample.1.running_var",
        "layer3.5.conv2.weight",
        "layer4.2.bn3.bias",
    } <= names


@pytest.mark.parametrize(("fine", "sides"), [(False, [28, 14, 7, 4]), (True, [56, 28, 14, 7])])
def test_maps_of_both_stems(fine, sides):
    maps = meta(fine_stem=fine).stage_maps(torch.zeros(1, 3, 112, 112, device="meta"))
    assert [m.shape[1:] for m in maps] == [
        (c, s, s) for c, s in zip((256, 512, 1024, 2048), sides, strict=True)
    ]


def test_both_stems_take_the_same_weights():
    assert set(meta(fine_stem=True).state_dict()) == set(meta().state_dict())


def test_the_sphere_network_has_three_numbers_a_face():
    with torch.device("meta"):
        network = builders()["lmcl-sphere"](7, "cosine", 30.0).eval()
        embedding, _ = network.features(torch.zeros(2, 3, 64, 64))
    assert network.embedding_size == 3
    assert embedding.shape == (2, 3) and network.head.centers.shape == (7, 3)


def test_its_own_head_is_lmcls():
    head = meta().head
    assert isinstance(head, CosineHead) and head.scale == 30.0


@pytest.mark.parametrize(("inputs", "stride"), [(16, 1), (8, 1), (16, 2)])
def test_a_block_is_its_branch_plus_its_input(inputs, stride):
    block = Bottleneck(inputs, 4, stride).eval()
    nn.init.ones_(block.bn3.weight)
    x = torch.randn(2, inputs, 6, 6)
    y = block.relu(block.bn1(block.conv1(x)))
    y = block.relu(block.bn2(block.conv2(y)))
    expected = (block.bn3(block.conv3(y)) + block.downsample(x)).relu()
    torch.testing.assert_close(block(x), expected)
    assert block(x).shape == (2, 16, 6 // stride, 6 // stride)


def test_a_fresh_block_passes_its_input_through():
    x = torch.rand(2, 16, 5, 5)
    torch.testing.assert_close(Bottleneck(16, 4)(x), x)
