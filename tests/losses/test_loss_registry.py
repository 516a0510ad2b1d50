import pytest
import torch

from fervideo.losses.base import Joint
from fervideo.losses.cosine_harmony import CosineHarmonyLoss
from fervideo.losses.lmcl import LMCL
from fervideo.losses.registry import (
    AUXILIARIES,
    CLASSIFIERS,
    check_head,
    loss_options,
    make_loss,
)

COUNTS = (40, 10, 100, 5)
NAMES = [*CLASSIFIERS, *(f"weighted-softmax+{a}" for a in AUXILIARIES), "lmcl+center"]


def batch(seed=0):
    torch.manual_seed(seed)
    x, weight = torch.randn(8, 6), torch.nn.functional.normalize(torch.randn(4, 6), dim=1)
    return x, 30 * torch.nn.functional.normalize(x, dim=1) @ weight.T, torch.arange(8) % 4


@pytest.mark.parametrize("name", NAMES)
def test_every_name_learns_from_a_batch_and_updates(name):
    x, logits, y = batch()
    logits.requires_grad_()
    loss = make_loss(name, 4, 6, COUNTS)
    value = loss(x, logits, y)
    value.backward()
    assert value.shape == () and torch.isfinite(value)
    assert logits.grad is not None and bool(logits.grad.any())
    loss.update(x, y)
    again = make_loss(name, 4, 6, COUNTS)
    again.load_state_dict(loss.state_dict())
    torch.testing.assert_close(again(x, logits, y), loss(x, logits, y))


def test_a_joint_loss_is_the_sum_of_its_parts():
    x, logits, y = batch()
    joint = make_loss("weighted-softmax+weighted-cluster", 4, 6, COUNTS, weight=0.7, gamma=0.5)
    assert isinstance(joint, Joint) and joint.auxiliary.gamma == 0.5
    parts = joint.classify(x, logits, y) + 0.7 * joint.auxiliary(x, logits, y)
    torch.testing.assert_close(joint(x, logits, y), parts)


def test_lambda_is_the_papers_unless_given():
    assert make_loss("softmax+center", 4, 6, COUNTS).weight == 0.5
    assert make_loss("softmax+weighted-cluster", 4, 6, COUNTS).weight == 1.0
    assert make_loss("softmax+center", 4, 6, COUNTS, weight=0.1).weight == 0.1


def test_options_reach_the_loss():
    loss = make_loss("lmcl", 4, 6, COUNTS, scale=20.0, margin=0.5)
    assert isinstance(loss, LMCL) and (loss.scale, loss.margin) == (20.0, 0.5)


def test_no_option_fits_two_parts_at_once():
    for first in CLASSIFIERS:
        for second in AUXILIARIES:
            options = loss_options(f"{first}+{second}")
            assert len(options) == len(set(options))


def test_cosine_harmony_is_its_own_loss():
    x, logits, y = batch()
    torch.manual_seed(1)
    ours = make_loss("softmax+cosine-harmony", 4, 6, COUNTS, weight=1.0, alpha=0.3)
    torch.manual_seed(1)
    theirs = CosineHarmonyLoss(4, 6, 0.3)
    plain = torch.nn.functional.cross_entropy(logits, y)
    torch.testing.assert_close(ours(x, logits, y), plain + theirs(x, y))
    assert len(list(ours.parameters())) == 1


@pytest.mark.parametrize(
    ("name", "options", "says"),
    [
        ("sofmax", {}, "loss: expected one of softmax"),
        ("center", {}, "loss: expected one of softmax"),
        ("softmax+lmcl", {}, "loss: expected one of softmax"),
        ("lmcl", {"s": 30}, "lmcl: expected options among scale, margin, found 's'"),
        ("softmax", {"weight": 1}, "softmax: expected options among none, found 'weight'"),
        ("softmax+center", {"weight": -1.0}, "weight: expected 0 or more"),
    ],
)
def test_says_what_is_wrong(name, options, says):
    with pytest.raises(ValueError) as error:
        make_loss(name, 4, 6, COUNTS, **options)
    assert says in str(error.value)


def test_a_margin_needs_a_cosine_head_of_its_scale():
    lmcl = make_loss("lmcl", 4, 6, COUNTS, scale=30.0)
    check_head(lmcl, "cosine", 30.0)
    check_head(make_loss("softmax+center", 4, 6, COUNTS), "linear", 16.0)
    with pytest.raises(ValueError, match="head: expected cosine"):
        check_head(lmcl, "linear", 30.0)
    with pytest.raises(ValueError, match=r"scale: expected 30\.0"):
        check_head(lmcl, "cosine", 16.0)
