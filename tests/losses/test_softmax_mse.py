import numpy as np
import pytest
import torch

from fervideo.losses.softmax_mse import SoftmaxMSE, expected_label

EMBEDDING = torch.zeros(6, 2)  # not looked at
LABELS = torch.tensor([0, 1, 1, 3, 0, 1])  # class 2 is absent


def batch():
    logits = np.random.default_rng(7).normal(size=(6, 4)) * 2
    p = np.exp(logits - logits.max(1, keepdims=True))
    return torch.tensor(logits, requires_grad=True), p / p.sum(1, keepdims=True)


def test_value_is_equation_3():
    logits, p = batch()
    guess = np.array([sum(k * row[k] for k in range(4)) for row in p])
    np.testing.assert_allclose(expected_label(logits).detach(), guess)
    expected = ((guess - LABELS.numpy()) ** 2).mean()
    assert SoftmaxMSE()(EMBEDDING, logits, LABELS).item() == pytest.approx(expected)


def test_gradient_is_equation_4():
    logits, p = batch()
    SoftmaxMSE()(EMBEDDING, logits, LABELS).backward()
    p[np.arange(6), LABELS.numpy()] -= 1
    np.testing.assert_allclose(logits.grad, p / 6, atol=1e-12)


def test_gradient_is_not_that_of_the_value():
    logits, _ = batch()
    with pytest.raises(RuntimeError, match="Jacobian mismatch"):
        torch.autograd.gradcheck(lambda z: SoftmaxMSE()(EMBEDDING, z, LABELS), (logits,))


def test_a_sure_and_right_network_has_no_loss():
    logits = 100.0 * torch.nn.functional.one_hot(LABELS, 4)
    assert SoftmaxMSE()(EMBEDDING, logits, LABELS).item() == 0


def test_huge_logits_do_not_overflow():
    logits = torch.tensor([[1e4, -1e4, 0.0, 0.0]], requires_grad=True)
    loss = SoftmaxMSE()(EMBEDDING[:1], logits, torch.tensor([3]))
    loss.backward()
    assert loss.item() == 9 and bool(torch.isfinite(logits.grad).all())
