import numpy as np
import pytest
import torch

from fervideo.losses.center import CenterLoss

LOGITS = torch.zeros(6, 4)  # not looked at
LABELS = np.array([0, 1, 1, 3, 0, 1])  # class 2 is absent


def batch():
    torch.manual_seed(4)
    return CenterLoss(4, 5, rate=0.5).double(), np.random.default_rng(4).normal(size=(6, 5))


def test_is_half_the_mean_squared_distance():
    loss, x = batch()
    c = loss.centers.numpy()
    expected = np.mean([0.5 * ((x[i] - c[LABELS[i]]) ** 2).sum() for i in range(6)])
    value = loss(torch.tensor(x), LOGITS, torch.tensor(LABELS)).item()
    assert value == pytest.approx(expected)


def test_gradient_is_the_way_to_the_center():
    loss, x = batch()
    x = torch.tensor(x, requires_grad=True)
    y = torch.tensor(LABELS)
    assert torch.autograd.gradcheck(lambda a: loss(a, LOGITS, y), (x,))
    loss(x, LOGITS, y).backward()
    torch.testing.assert_close(x.grad, (x.detach() - loss.centers[y]) / 6)
    assert list(loss.parameters()) == []  # centers are no optimiser's business


def test_update_is_equation_4_of_wen():
    loss, x = batch()
    before = loss.centers.clone().numpy()
    loss.update(torch.tensor(x), torch.tensor(LABELS))
    for j in range(4):
        own = x[j == LABELS]
        delta = (before[j] - own).sum(0) / (1 + len(own))
        np.testing.assert_allclose(loss.centers[j].numpy(), before[j] - 0.5 * delta, atol=1e-12)
    np.testing.assert_array_equal(loss.centers[2].numpy(), before[2])


def test_centers_arrive_at_the_class_means():
    loss, x = batch()
    for _ in range(200):
        loss.update(torch.tensor(x), torch.tensor(LABELS))
    for j in (0, 1, 3):
        np.testing.assert_allclose(loss.centers[j].numpy(), x[j == LABELS].mean(0), atol=1e-6)


def test_centers_follow_the_batches_of_all_processes(monkeypatch):
    loss, x = batch()
    alone = CenterLoss(4, 5, rate=0.5).double()
    alone.load_state_dict(loss.state_dict())
    alone.update(torch.tensor(x).repeat(2, 1), torch.tensor(LABELS).repeat(2))
    # As if a second process had the same batch.
    monkeypatch.setattr(torch.distributed, "is_initialized", lambda: True)
    monkeypatch.setattr(torch.distributed, "all_reduce", lambda sums: sums.mul_(2))
    loss.update(torch.tensor(x), torch.tensor(LABELS))
    torch.testing.assert_close(loss.centers, alone.centers)


def test_half_precision_embeddings_move_full_precision_centers():
    loss = CenterLoss(4, 5)
    loss.update(torch.ones(6, 5, dtype=torch.bfloat16), torch.tensor(LABELS))
    assert loss.centers.dtype == torch.float32


def test_a_zero_embedding_is_a_place_like_any_other():
    loss, _ = batch()
    x = torch.zeros(6, 5, dtype=torch.float64)
    expected = 0.5 * loss.centers[torch.tensor(LABELS)].square().sum(1).mean()
    torch.testing.assert_close(loss(x, LOGITS, torch.tensor(LABELS)), expected)


def test_centers_survive_a_resume():
    loss, x = batch()
    loss.update(torch.tensor(x), torch.tensor(LABELS))
    other = CenterLoss(4, 5).double()
    other.load_state_dict(loss.state_dict())
    torch.testing.assert_close(other.centers, loss.centers)


def test_says_what_is_wrong():
    with pytest.raises(ValueError, match="expected 0 to 1"):
        CenterLoss(4, 5, rate=2.0)
