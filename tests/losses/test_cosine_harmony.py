import numpy as np
import pytest
import torch

from fervideo.losses.cosine_harmony import CosineHarmonyLoss, adjusted_cosine_distance


def by_hand(x, y, centers, alpha, form):
    """The paper's section 2.2.3, term by term."""
    n, classes = len(x), len(centers)

    def distance(a, b):
        a, b = a - a.mean(), b - b.mean()
        return 1 - a @ b / (np.linalg.norm(a) * np.linalg.norm(b))

    intra = sum(distance(x[i], centers[y[i]]) for i in range(n)) / n
    others = sum(distance(x[i], centers[j]) for i in range(n) for j in range(classes) if j != y[i])
    inter = others / (n * (classes - 1))
    variance = x.var(0, ddof=1).sum()
    if form == "printed":
        return alpha * intra / variance + (1 - alpha) * intra / (classes - 1)
    return alpha * intra / variance + (1 - alpha) * (2 - inter)


@pytest.mark.parametrize("form", ["prose", "printed"])
@pytest.mark.parametrize("alpha", [0.1, 0.5, 1.0])
def test_is_the_papers_formula(form, alpha):
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(9, 6)), rng.integers(0, 4, 9)
    loss = CosineHarmonyLoss(4, 6, alpha, form).double()
    value = loss(torch.tensor(x), torch.tensor(y)).item()
    assert value == pytest.approx(by_hand(x, y, loss.centers.detach().numpy(), alpha, form))


@pytest.mark.parametrize("form", ["prose", "printed"])
def test_gradients(form):
    loss = CosineHarmonyLoss(3, 5, 0.3, form).double()
    x = torch.randn(6, 5, dtype=torch.float64, requires_grad=True)
    y = torch.tensor([0, 0, 1, 1, 0, 1])  # class 2 is absent from the batch
    assert torch.autograd.gradcheck(lambda a: loss(a, y), (x,))


def pushed_apart(form):
    """Mean distance between two centers, before and after following the loss."""
    torch.manual_seed(3)
    loss = CosineHarmonyLoss(2, 8, 0.1, form)
    with torch.no_grad():
        loss.centers[1] = loss.centers[0] + 0.3 * torch.randn(8)
    x, y = loss.centers.detach().repeat(4, 1) + 0.1 * torch.randn(8, 8), torch.tensor([0, 1] * 4)
    before = adjusted_cosine_distance(loss.centers[:1], loss.centers[1:]).item()
    optimizer = torch.optim.SGD(loss.parameters(), 0.5)
    for _ in range(50):
        optimizer.zero_grad()
        loss(x, y).backward()
        optimizer.step()
    return before, adjusted_cosine_distance(loss.centers[:1], loss.centers[1:]).item()


def test_prose_form_pushes_classes_apart_and_the_printed_one_does_not():
    before, after = pushed_apart("prose")
    assert after > before + 0.2
    before, after = pushed_apart("printed")
    assert after < before + 0.2


def test_a_constant_vector_is_at_distance_one():
    assert adjusted_cosine_distance(torch.ones(1, 4), torch.randn(3, 4)).tolist() == [[1, 1, 1]]


def test_a_batch_of_one_is_finite():
    loss = CosineHarmonyLoss(3, 4)
    assert torch.isfinite(loss(torch.randn(1, 4), torch.tensor([2])))


@pytest.mark.parametrize("wrong", [{"form": "other"}, {"alpha": 1.5}])
def test_says_what_is_wrong(wrong):
    with pytest.raises(ValueError, match="expected"):
        CosineHarmonyLoss(3, 4, **wrong)
