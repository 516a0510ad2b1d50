import numpy as np
import pytest
import torch
from torch import nn

from fervideo.models.network import builders
from fervideo.models.se_resnet import SqueezeExcite
from fervideo.models.vgg_lip import VGGLIP, LocalImportancePool, weighted_pool


def by_hand(x, logits):
    """Equation 2 of the paper, window by window."""
    n, c, h, w = x.shape
    out = np.empty((n, c, h // 2, w // 2))
    for y in range(h // 2):
        for z in range(w // 2):
            window = np.s_[:, :, 2 * y : 2 * y + 2, 2 * z : 2 * z + 2]
            importance = np.exp(logits[window])
            out[:, :, y, z] = (x[window] * importance).sum((2, 3)) / importance.sum((2, 3))
    return out


def stirred(channels):
    torch.manual_seed(3)
    pool = LocalImportancePool(channels).double()
    nn.init.normal_(pool.norm.weight)
    nn.init.normal_(pool.norm.bias)
    return pool


@pytest.mark.parametrize("side", [6, 7])
def test_pooling_is_equation_2(side):
    rng = np.random.default_rng(3)
    x, logits = rng.normal(size=(2, 3, side, side)), rng.normal(size=(2, 3, side, side)) * 3
    ours = weighted_pool(torch.tensor(x), torch.tensor(logits))
    np.testing.assert_allclose(ours, by_hand(x, logits), atol=1e-12)


def test_the_layer_is_equations_1_and_2():
    pool = stirred(4)
    x = np.random.default_rng(4).normal(size=(2, 4, 6, 6))
    z = np.einsum("oc,nchw->nohw", pool.conv.weight.detach().numpy()[:, :, 0, 0], x)
    z = (z - z.mean((2, 3), keepdims=True)) / np.sqrt(z.var((2, 3), keepdims=True) + 1e-5)
    weight, bias = (p.detach().numpy()[:, None, None] for p in pool.norm.parameters())
    logits = 12 / (1 + np.exp(-(z * weight + bias)))  # the 6 that is subtracted cancels
    np.testing.assert_allclose(pool(torch.tensor(x)).detach(), by_hand(x, logits), atol=1e-10)


def test_gradients():
    pool = stirred(2)
    x = torch.randn(1, 2, 4, 4, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(pool, (x,))


def test_a_fresh_layer_is_average_pooling_and_can_learn_to_be_another():
    pool = LocalImportancePool(3)
    x = torch.randn(2, 3, 8, 8)
    torch.testing.assert_close(pool(x), nn.functional.avg_pool2d(x, 2))
    optimizer = torch.optim.SGD(pool.parameters(), 0.5)
    target = nn.functional.max_pool2d(x, 2)
    errors = []
    for _ in range(60):
        error = (pool(x) - target).square().mean()
        optimizer.zero_grad()
        error.backward()
        optimizer.step()
        errors.append(error.item())
    assert errors[-1] < 0.5 * errors[0]


def test_what_comes_out_lies_between_the_least_and_the_most_of_a_window():
    x = torch.randn(2, 4, 8, 8, dtype=torch.float64)
    y = stirred(4)(x)
    most = nn.functional.max_pool2d(x, 2)
    least = -nn.functional.max_pool2d(-x, 2)
    assert bool((y <= most + 1e-12).all()) and bool((y >= least - 1e-12).all())


def test_importance_is_bounded_so_that_16_bits_hold_its_exponential():
    pool = stirred(4)
    importance = pool.importance(1e6 * torch.randn(2, 4, 8, 8, dtype=torch.float64))
    assert importance.abs().max() <= 6
    assert torch.isfinite(importance.exp().half()).all()


def test_convolutions_are_vgg16s():
    with torch.device("meta"):
        network = VGGLIP()
        maps = network.eval().stage_maps(torch.zeros(1, 3, 90, 90))
    kernels = [p for n, p in network.named_parameters() if n.startswith("blocks.") and p.ndim == 4]
    assert len(kernels) == 13
    assert sum(p.numel() for p in kernels) == 14_714_688 - 4_224  # less the biases
    assert [tuple(m.shape[1:]) for m in maps] == [
        (64, 45, 45),
        (128, 22, 22),
        (256, 11, 11),
        (512, 5, 5),
        (512, 2, 2),
    ]


@pytest.mark.parametrize(
    ("name", "lip", "attention"),
    [("vgg-lip", True, True), ("vgg-lip-plain", True, False), ("vgg16", False, False)],
)
def test_ablations_leave_out_what_they_name(name, lip, attention):
    with torch.device("meta"):
        network = builders()[name](7, "linear", 16.0).eval()
        output = network(torch.zeros(2, 3, 90, 90))
    kinds = [type(m) for m in network.modules()]
    assert kinds.count(LocalImportancePool) == (5 if lip else 0)
    assert kinds.count(nn.MaxPool2d) == (0 if lip else 5)
    assert (SqueezeExcite in kinds) == attention
    assert output.embedding.shape == (2, 512)


def test_says_what_is_wrong():
    with pytest.raises(ValueError, match="pooling: expected lip or max, found 'mean'"):
        VGGLIP(pooling="mean")
