import pytest
import torch
from torch import nn

from fervideo.models.layers import DepthwiseConv2d, PReLU
from fervideo.models.lfnsb import (
    LFNSB,
    Conv2dBN,
    CoordinateAttention,
    MixConv,
    RepVGGDW,
    SpatialBias,
)
from fervideo.models.mfn import MFN
from fervideo.models.network import builders

SYSTEMS = (
    "lfnsb",
    "mobilefacenet",
    "mobilenet",
    "mfn",
    "lmcl",
    "se-resnet",
    "light-cnn",
    "vgg-lip",
)


def stir(network):
    """Give batch norms statistics that are not those of a fresh network."""
    torch.manual_seed(0)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.3)
            module.running_var.uniform_(0.5, 2)
            nn.init.normal_(module.weight, 1, 0.2)
            nn.init.normal_(module.bias, 0, 0.2)
    return network.eval()


@pytest.mark.parametrize("name", SYSTEMS)
def test_fused_network_says_the_same_without_batch_norm_of_a_map(name):
    network = stir(builders()[name](7, "linear", 16.0)).double()
    images = torch.randn(2, 3, 64, 64, dtype=torch.float64)
    with torch.no_grad():
        before = network(images)
        after = network.fuse()(images)
    torch.testing.assert_close(after.embedding, before.embedding, rtol=1e-6, atol=1e-8)
    torch.testing.assert_close(after.logits, before.logits, rtol=1e-6, atol=1e-8)
    assert not any(isinstance(m, nn.BatchNorm2d | Conv2dBN | RepVGGDW) for m in network.modules())


@pytest.mark.parametrize("block", [Conv2dBN(6, 4, 3, 2, 1), RepVGGDW(6)])
def test_fused_block_says_the_same(block):
    block = stir(block).double()
    x = torch.randn(2, 6, 9, 9, dtype=torch.float64)
    torch.testing.assert_close(block.fused()(x), block(x))


@pytest.mark.parametrize("name", SYSTEMS)
def test_shapes_at_every_training_size(name):
    network = builders()[name](7, "cosine", 16.0).eval()
    for size in {64, 80, network.input_size}:
        with torch.no_grad():
            output = network(torch.zeros(2, 3, size, size))
        assert output.embedding.shape == (2, network.embedding_size)
        assert output.logits.shape == (2, 7)
        assert output.logits.abs().max() <= 16.01


@pytest.mark.parametrize("name", SYSTEMS)
def test_everything_in_it_learns(name):
    network = stir(builders()[name](7, "linear", 16.0)).train()
    output = network(torch.randn(2, 3, 64, 64))
    torch.nn.functional.cross_entropy(output.logits, torch.tensor([0, 3])).backward()
    idle = [n for n, p in network.named_parameters() if p.grad is None]
    assert idle == []
    assert all(bool(torch.isfinite(p.grad).all()) for p in network.parameters())


@pytest.mark.parametrize("name", builders())
def test_weights_in_16_bits_fit_60_megabytes(name):
    with torch.device("meta"):
        network = builders()[name](7, "linear", 16.0)
    assert sum(2 * v.numel() for v in network.state_dict().values()) <= 60_000_000


def test_mfn_has_about_the_papers_parameters():
    with torch.device("meta"):
        network = MFN()
    apart = ("linear.", "bn.", "global_depthwise.", "head.")
    body = sum(p.numel() for n, p in network.named_parameters() if not n.startswith(apart))
    assert abs(body / 3.973e6 - 1) < 0.01


def test_lfnsb_has_about_the_papers_parameters():
    # The paper counts 2.676 M; see docs/lfnsb.md for the difference.
    parameters = sum(p.numel() for p in LFNSB().parameters())
    assert parameters == pytest.approx(2.676e6, rel=0.04)


def test_spatial_bias_appends_channels_that_see_the_whole_picture():
    bias = SpatialBias(8, bias_channels=4, grid=2).eval()
    x = torch.zeros(1, 8, 7, 7)
    touched = x.clone()
    touched[0, :, 0, 0] = 100  # one corner
    with torch.no_grad():
        a, b = bias(x), bias(touched)
    assert a.shape == (1, 12, 7, 7)
    torch.testing.assert_close(b[:, :8], touched)
    assert (a[0, 8:, 6, 6] - b[0, 8:, 6, 6]).abs().max() > 1e-4  # the far corner knows


def test_coordinate_attention_gates_between_nothing_and_everything():
    gate = CoordinateAttention(16).eval()
    x = torch.rand(2, 16, 5, 6)
    with torch.no_grad():
        y = gate(x)
    assert y.shape == x.shape
    assert bool((y >= 0).all()) and bool((y <= x).all())


def test_mix_conv_uses_each_kernel_on_its_own_channels():
    mix = MixConv((3, 5), (2, 3), stride=2).eval()
    x = torch.randn(1, 5, 8, 8)
    expected = torch.cat([mix.convs[0](x[:, :2]), mix.convs[1](x[:, 2:])], 1)
    torch.testing.assert_close(mix(x), expected)
    assert mix(x).shape == (1, 5, 4, 4)


def test_our_prelu_is_pytorchs():
    ours, theirs = PReLU(5).double(), nn.PReLU(5).double()
    nn.init.uniform_(ours.weight)
    theirs.load_state_dict(ours.state_dict())
    x = torch.randn(3, 5, 4, 4, dtype=torch.float64, requires_grad=True)
    grad = torch.randn_like(x)
    for a, b in zip(
        torch.autograd.grad(ours(x), (x, ours.weight), grad),
        torch.autograd.grad(theirs(x), (x, theirs.weight), grad),
        strict=True,
    ):
        torch.testing.assert_close(a, b)
    torch.testing.assert_close(ours(x), theirs(x))


@pytest.mark.parametrize(
    ("kernel", "stride", "padding", "side"), [(3, 2, 1, 8), (3, 1, 1, 8), (7, 1, 0, 7)]
)
def test_our_depthwise_convolution_is_pytorchs(kernel, stride, padding, side):
    layer = DepthwiseConv2d(6, kernel, stride, padding)
    x = torch.randn(2, 6, side, side)
    training = layer.train()(x)
    torch.testing.assert_close(training, layer.eval()(x), rtol=1e-4, atol=1e-5)
