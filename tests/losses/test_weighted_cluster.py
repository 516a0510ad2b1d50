import numpy as np
import pytest
import torch

from fervideo.losses.weighted_cluster import WeightedCluster

COUNTS = (400, 100, 1000, 50)
W = np.array([50 / n for n in COUNTS])
LOGITS = torch.zeros(6, 4)  # not looked at
LABELS = np.array([0, 1, 1, 3, 0, 1])  # class 2 is absent


def batch(**options):
    torch.manual_seed(6)
    loss = WeightedCluster(4, 5, COUNTS, **options).double()
    loss.weights = torch.tensor(W)
    return loss, np.random.default_rng(6).normal(size=(6, 5))


def apart(c, j, alpha):
    return sum(((c[k] - c[j]) ** 2).sum() for k in range(len(c)) if k != j) + alpha


@pytest.mark.parametrize("alpha", [1.0, 0.2])
def test_is_equation_4(alpha):
    loss, x = batch(alpha=alpha)
    c = loss.centers.numpy()
    terms = [
        0.5 * W[j] * ((x[i] - c[j]) ** 2).sum() / apart(c, j, alpha) for i, j in enumerate(LABELS)
    ]
    value = loss(torch.tensor(x), LOGITS, torch.tensor(LABELS)).item()
    assert value == pytest.approx(np.mean(terms))


def test_gradient_is_equation_7():
    loss, x = batch()
    c, y = loss.centers.numpy(), torch.tensor(LABELS)
    features = torch.tensor(x, requires_grad=True)
    assert torch.autograd.gradcheck(lambda a: loss(a, LOGITS, y), (features,))
    loss(features, LOGITS, y).backward()
    expected = [W[j] * (x[i] - c[j]) / apart(c, j, 1.0) / 6 for i, j in enumerate(LABELS)]
    np.testing.assert_allclose(features.grad.numpy(), expected, atol=1e-12)


@pytest.mark.parametrize("gamma", [1.0, 0.3])
def test_update_is_equations_8_and_9_with_the_sign_of_center_loss(gamma):
    loss, x = batch(gamma=gamma)
    c = loss.centers.clone().numpy()
    loss.update(torch.tensor(x), torch.tensor(LABELS))
    for j in range(4):
        delta = sum(W[j] * (c[j] - x[i]) / apart(c, j, 1.0) for i in range(6) if LABELS[i] == j)
        np.testing.assert_allclose(loss.centers[j].numpy(), c[j] - gamma * delta, atol=1e-12)
    np.testing.assert_array_equal(loss.centers[2].numpy(), c[2])


def test_updates_bring_centers_to_their_classes():
    loss, x = batch()
    y = torch.tensor(LABELS)
    before = loss(torch.tensor(x), LOGITS, y).item()
    for _ in range(300):
        loss.update(torch.tensor(x), y)
    assert loss(torch.tensor(x), LOGITS, y).item() < before / 2
    np.testing.assert_allclose(loss.centers[3].numpy(), x[3], atol=1e-3)


def test_a_batch_too_large_for_its_step_settles():
    torch.manual_seed(0)
    loss = WeightedCluster(2, 3, (5, 5))
    x, y = torch.randn(400, 3) * 3, torch.arange(400) % 2
    for _ in range(500):
        loss.update(x, y)
    assert loss.centers.abs().max() < 100


def test_coinciding_centers_and_zero_embeddings_are_finite():
    loss, _ = batch()
    loss.centers.zero_()
    x = torch.zeros(6, 5, dtype=torch.float64, requires_grad=True)
    value = loss(x, LOGITS, torch.tensor(LABELS))
    value.backward()
    assert value.item() == 0 and not x.grad.any()


@pytest.mark.parametrize(
    "wrong",
    [{"alpha": 0.0}, {"gamma": -1.0}, {"class_counts": (1, 2)}],
    ids=lambda w: next(iter(w)),
)
def test_says_what_is_wrong(wrong):
    with pytest.raises(ValueError, match="expected"):
        WeightedCluster(**{"classes": 4, "embedding_size": 5, "class_counts": COUNTS, **wrong})
