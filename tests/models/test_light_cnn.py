import numpy as np
import pytest
import torch
from torch import nn

from fervideo.models.light_cnn import DoubleActivation, LightCNN, MFMConv2d, max_feature_map
from fervideo.models.network import builders


def test_max_feature_map_is_the_larger_of_two_halves():
    x = np.random.default_rng(0).normal(size=(2, 6, 3, 4))
    expected = np.empty((2, 3, 3, 4))
    for k in range(3):
        expected[:, k] = np.where(x[:, k] > x[:, k + 3], x[:, k], x[:, k + 3])
    np.testing.assert_array_equal(max_feature_map(torch.tensor(x)), expected)


@pytest.mark.parametrize("rectify", [True, False])
def test_double_activation_is_maxout_then_relu(rectify):
    torch.manual_seed(1)
    layer = DoubleActivation(5, 4, rectify).double()
    nn.init.normal_(layer.products.bias)
    x = np.random.default_rng(1).normal(size=(7, 5))
    w, b = (p.detach().numpy() for p in layer.products.parameters())
    y = np.maximum(x @ w[:4].T + b[:4], x @ w[4:].T + b[4:])
    expected = np.maximum(0, y) if rectify else y
    np.testing.assert_allclose(layer(torch.tensor(x)).detach(), expected, atol=1e-12)
    assert (y < 0).any()


def test_colour_is_not_seen():
    network = LightCNN().eval()
    images = torch.randn(2, 3, 48, 48)
    grey = 0.299 * images[:, :1] + 0.587 * images[:, 1:2] + 0.114 * images[:, 2:]
    with torch.no_grad():
        colour, without = network(images), network(grey.expand(-1, 3, -1, -1))
    torch.testing.assert_close(colour.embedding, without.embedding, rtol=1e-4, atol=1e-5)


def test_maps_and_widths_are_net_bs():
    with torch.device("meta"):
        network = LightCNN(batch_norm=False).eval()
        maps = network.stage_maps(torch.zeros(1, 3, 144, 144))
    assert [tuple(m.shape[1:]) for m in maps] == [
        (48, 72, 72),
        (96, 36, 36),
        (192, 18, 18),
        (128, 9, 9),
    ]
    convs = [m for m in network.modules() if isinstance(m, nn.Conv2d)]
    assert [(c.out_channels, c.kernel_size[0]) for c in convs] == [
        (96, 5),
        (96, 1),
        (192, 3),
        (192, 1),
        (384, 3),
        (384, 1),
        (256, 3),
        (256, 1),
        (256, 3),
    ]
    assert network.dense.products.out_features == 512


def test_batch_norm_folds_into_net_b():
    with torch.device("meta"):
        plain = LightCNN(batch_norm=False)
    fused = LightCNN(batch_norm=True).eval().fuse()
    assert {k: v.shape for k, v in fused.state_dict().items()} == {
        k: v.shape for k, v in plain.state_dict().items()
    }


def test_batch_norm_of_the_double_activation_folds_without_a_trace():
    torch.manual_seed(3)
    network = LightCNN().train()
    with torch.no_grad():
        network(torch.randn(8, 3, 48, 48))
        for layer in network.modules():
            if isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d):
                nn.init.uniform_(layer.weight, 0.5, 2)
                nn.init.normal_(layer.bias)
        images = torch.randn(2, 3, 48, 48)
        before = network.eval()(images)
        after = network.fuse()(images)
    torch.testing.assert_close(after.embedding, before.embedding, rtol=1e-3, atol=1e-4)
    assert not any(isinstance(m, nn.BatchNorm1d) for m in network.modules())


def test_a_convolution_with_batch_norm_starts_as_one_without():
    torch.manual_seed(2)
    layer = MFMConv2d(3, 4, 3, batch_norm=True, padding=1).eval()
    x = torch.randn(1, 3, 5, 5)
    torch.testing.assert_close(layer(x), max_feature_map(layer.conv(x)), rtol=1e-4, atol=1e-4)


def test_embeddings_of_the_double_activation_layer_are_never_negative():
    images = torch.randn(3, 3, 48, 48)
    with torch.no_grad():
        with_layer = builders()["light-cnn"](7, "linear", 16.0).eval()(images).embedding
        net_b = builders()["light-cnn-b"](7, "linear", 16.0).eval()(images).embedding
    assert bool((with_layer >= 0).all()) and bool((net_b < 0).any())


def test_dropout_only_while_training():
    network = LightCNN(dropout=0.5)
    last = torch.rand(4, 128, 9, 9)
    network.eval()
    torch.testing.assert_close(network.embed_map(last)[0], network.embed_map(last)[0])
    network.train()
    assert (network.embed_map(last)[0] == 0).float().mean() > 0.4
