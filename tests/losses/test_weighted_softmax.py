import numpy as np
import pytest
import torch

from fervideo.losses.weighted_softmax import WeightedSoftmax, class_weights

COUNTS = (400, 100, 1000, 50)
EMBEDDING = torch.zeros(6, 2)  # not looked at


def test_weights_are_equation_6():
    np.testing.assert_allclose(class_weights(COUNTS), [0.125, 0.5, 0.05, 1])


def test_is_equation_1_and_gradients():
    rng = np.random.default_rng(5)
    logits, y = rng.normal(size=(6, 4)), np.array([0, 1, 1, 3, 0, 1])  # class 2 is absent
    p = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    expected = np.mean([-50 / COUNTS[y[i]] * np.log(p[i, y[i]]) for i in range(6)])
    loss, labels = WeightedSoftmax(COUNTS).double(), torch.tensor(y)
    z = torch.tensor(logits, requires_grad=True)
    assert loss(EMBEDDING, z, labels).item() == pytest.approx(expected)
    assert torch.autograd.gradcheck(lambda a: loss(EMBEDDING, a, labels), (z,))


def test_balanced_classes_make_it_plain_softmax():
    logits, y = torch.randn(6, 4), torch.tensor([0, 1, 1, 3, 0, 1])
    plain = torch.nn.functional.cross_entropy(logits, y)
    torch.testing.assert_close(WeightedSoftmax((9, 9, 9, 9))(EMBEDDING, logits, y), plain)


def test_a_class_without_samples_does_not_silence_the_others():
    np.testing.assert_allclose(class_weights((10, 0, 20)), [1, 1, 0.5])


@pytest.mark.parametrize("counts", [(), (0, 0), (3, -1)])
def test_says_what_is_wrong(counts):
    with pytest.raises(ValueError, match="class_counts: expected"):
        class_weights(counts)
