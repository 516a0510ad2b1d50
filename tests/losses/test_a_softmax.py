import numpy as np
import pytest
import torch

from fervideo.losses.a_softmax import ASoftmax, psi


def psi_by_angle(theta, m):
    """SphereFace's definition, piece by piece."""
    k = min(int(np.floor(theta * m / np.pi)), m - 1)
    return (-1) ** k * np.cos(m * theta) - 2 * k


def by_hand(x, cosines, y, m, annealing):
    total = 0.0
    for i in range(len(x)):
        length = np.linalg.norm(x[i])
        f = length * cosines[i]
        own = cosines[i, y[i]]
        f[y[i]] = length * (annealing * own + psi_by_angle(np.arccos(own), m)) / (1 + annealing)
        total -= f[y[i]] - np.log(np.exp(f).sum())
    return total / len(x)


def batch():
    rng = np.random.default_rng(2)
    x, weight = rng.normal(size=(8, 5)), rng.normal(size=(4, 5))
    weight /= np.linalg.norm(weight, axis=1, keepdims=True)
    cosines = x @ weight.T / np.linalg.norm(x, axis=1, keepdims=True)
    return x, cosines, np.array([0, 1, 3, 3, 0, 1, 1, 0])  # class 2 is absent


@pytest.mark.parametrize("m", [1, 2, 3, 4, 5])
def test_psi_is_the_papers_in_every_piece(m):
    angles = np.linspace(0, np.pi, 101)
    ours = psi(torch.tensor(np.cos(angles)), m).numpy()
    np.testing.assert_allclose(ours, [psi_by_angle(a, m) for a in angles], atol=1e-10)
    assert (np.diff(ours) < 1e-12).all()  # falls all the way
    np.testing.assert_allclose([ours[0], ours[-1]], [1, 1 - 2 * m], atol=1e-10)


@pytest.mark.parametrize("m", [1, 4])
@pytest.mark.parametrize("steps", [0, 100, 10_000])
def test_is_the_papers_formula(m, steps):
    x, cosines, y = batch()
    loss = ASoftmax(m, scale=20.0).double()
    loss.steps += steps
    annealing = max(5.0, 1000 / (1 + 0.12 * steps))
    value = loss(torch.tensor(x), torch.tensor(20 * cosines), torch.tensor(y)).item()
    assert value == pytest.approx(by_hand(x, cosines, y, m, annealing))


def test_gradients_of_embedding_and_cosines():
    x, cosines, y = batch()
    loss = ASoftmax(4, scale=1.0, anneal_start=5.0)
    tensors = torch.tensor(x).requires_grad_(), torch.tensor(cosines).requires_grad_()
    assert torch.autograd.gradcheck(lambda a, b: loss(a, b, torch.tensor(y)), tensors)


def test_the_slope_is_finite_where_embedding_and_center_agree():
    cosine = torch.tensor([1.0, -1.0], dtype=torch.float64, requires_grad=True)
    psi(cosine, 4).sum().backward()
    torch.testing.assert_close(cosine.grad, torch.tensor([16.0, 16.0], dtype=torch.float64))


def test_m_of_one_is_the_modified_softmax():
    x, cosines, y = (torch.tensor(a) for a in batch())
    plain = torch.nn.functional.cross_entropy(x.norm(dim=1, keepdim=True) * cosines, y)
    torch.testing.assert_close(ASoftmax(1)(x, 30 * cosines, y), plain)


def test_annealing_falls_with_steps_and_is_resumed():
    loss = ASoftmax()
    before = loss.annealing.item()
    for _ in range(50):
        loss.update(torch.zeros(1, 2), torch.zeros(1, dtype=torch.int64))
    assert before == 1000 and loss.annealing.item() == pytest.approx(1000 / 7)
    resumed = ASoftmax()
    resumed.load_state_dict(loss.state_dict())
    assert resumed.annealing == loss.annealing


def test_a_zero_embedding_says_nothing():
    x, logits = torch.zeros(2, 3, requires_grad=True), torch.zeros(2, 5)
    loss = ASoftmax()(x, logits, torch.tensor([0, 4]))
    loss.backward()
    assert loss.item() == pytest.approx(np.log(5))
    assert bool(torch.isfinite(x.grad).all())


@pytest.mark.parametrize(
    "wrong", [{"margin": 0}, {"margin": 1.5}, {"scale": 0.0}, {"anneal_end": -1}]
)
def test_says_what_is_wrong(wrong):
    with pytest.raises(ValueError, match="expected"):
        ASoftmax(**wrong)
