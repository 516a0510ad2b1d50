import numpy as np
import pytest
import torch

from fervideo.losses.lmcl import LMCL
from fervideo.models.network import CosineHead


def by_hand(x, weight, y, s, m):
    """The formula of CosFace, sample by sample."""
    total = 0.0
    for i in range(len(x)):
        cosine = weight @ x[i] / np.linalg.norm(x[i]) / np.linalg.norm(weight, axis=1)
        own = np.exp(s * (cosine[y[i]] - m))
        others = sum(np.exp(s * cosine[j]) for j in range(len(weight)) if j != y[i])
        total -= np.log(own / (own + others))
    return total / len(x)


def head_and_batch(scale):
    torch.manual_seed(0)
    head = CosineHead(5, 4, scale)
    head.weight.data = head.weight.data.float()
    return head, torch.randn(7, 5), torch.tensor([0, 1, 1, 3, 0, 3, 1])  # class 2 is absent


@pytest.mark.parametrize(("s", "m"), [(30.0, 0.35), (20.0, 0.5), (8.0, 0.0)])
def test_is_the_papers_formula(s, m):
    head, x, y = head_and_batch(s)
    logits = (s * torch.nn.functional.normalize(x.double(), dim=1)) @ head.centers.double().T
    value = LMCL(s, m)(x.double(), logits, y).item()
    expected = by_hand(x.double().numpy(), head.weight.detach().double().numpy(), y.numpy(), s, m)
    assert value == pytest.approx(expected, rel=1e-6)


def test_works_with_the_head_it_asks_for():
    head, x, y = head_and_batch(30.0)
    value = LMCL()(x, head(x), y).item()
    expected = by_hand(x.numpy(), head.weight.detach().numpy(), y.numpy(), 30.0, 0.35)
    assert value == pytest.approx(expected, rel=1e-4)


def test_gradients():
    cosines = torch.rand(6, 4, dtype=torch.float64).requires_grad_()
    y, loss = torch.tensor([0, 1, 2, 1, 0, 2]), LMCL(6.0, 0.35)
    assert torch.autograd.gradcheck(lambda c: loss(c, 6 * c, y), (cosines,))


def test_without_margin_it_is_the_normalised_softmax():
    head, x, y = head_and_batch(30.0)
    plain = torch.nn.functional.cross_entropy(head(x), y)
    torch.testing.assert_close(LMCL(30.0, 0.0)(x, head(x), y), plain)


def test_a_margin_asks_for_more():
    head, x, y = head_and_batch(30.0)
    values = [LMCL(30.0, m)(x, head(x), y).item() for m in (0.0, 0.2, 0.35, 0.5)]
    assert values == sorted(values) and values[0] < values[-1]


def test_a_zero_embedding_has_a_finite_loss_and_gradient():
    head, x, y = head_and_batch(30.0)
    x[0] = 0
    x.requires_grad_()
    loss = LMCL()(x, head(x), y)
    loss.backward()
    assert torch.isfinite(loss) and bool(torch.isfinite(x.grad).all())


@pytest.mark.parametrize("wrong", [{"scale": 0.0}, {"margin": -0.1}, {"margin": 2.0}])
def test_says_what_is_wrong(wrong):
    with pytest.raises(ValueError, match="expected"):
        LMCL(**wrong)
