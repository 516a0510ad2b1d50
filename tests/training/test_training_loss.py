"""A recipe's loss: named, given its options, kept over a kill, wrong names told."""

import pytest
import torch
from test_training_run import colourful, recipe, trainer
from torch.nn import functional

from fervideo.errors import RecipeError
from fervideo.losses.registry import AUXILIARIES, CLASSIFIERS
from fervideo.models.mobilefacenet import MobileFaceNet
from fervideo.models.resnet import ResNet50
from fervideo.training.batches import class_counts
from fervideo.training.checkpoint import load_checkpoint
from fervideo.training.objective import Objective, Teaching, _partners, soft_cross_entropy
from fervideo.training.recipe import (
    DataShare,
    LossConfig,
    OptimizerConfig,
    Recipe,
    build_loss,
    load_recipe,
)

TEXT = """
name = "x"
network = "lfnsb"
head = "cosine"
scale = 20.0
data = [{name = "rafdb"}]
phases = [{epochs = 1}]
[loss]
name = "lmcl"
[loss.options]
margin = 0.3
"""


def load(tmp_path, *changes):
    text = TEXT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (tmp_path / "x.toml").write_text(text)
    return load_recipe(tmp_path / "x.toml")


def test_options_reach_the_loss_and_the_scale_is_the_heads(tmp_path):
    plan = load(tmp_path)
    loss = build_loss(plan, 7, 8, [1] * 7)
    assert (loss.margin, loss.scale) == (0.3, 20.0)
    assert plan.loss.options == {"margin": 0.3}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("margin", "marign"), "scale, margin, found 'marign'"),
        (("margin = 0.3", "margin = 5"), "margin: expected 0 to 2"),
        (("margin = 0.3", "margin = 'wide'"), "loss.options: expected numbers"),
        (("margin = 0.3", "margin = [0.3]"), "loss.options.margin: expected a number"),
        (("margin = 0.3", "scale = 30.0"), "scale: expected 30.0 as in the loss, found 20.0"),
        (('"cosine"', '"linear"'), "head: expected cosine for this loss, found linear"),
        (('"lmcl"', '"lcml"'), "one of softmax, weighted-softmax, lmcl"),
        (("[loss.options]", "options = 3\n[about]"), "loss.options: expected settings by name"),
        (
            ('"lmcl"', '"lmcl+cosine-harmony"\ncosine_harmony = 0.5'),
            "Cosine-Harmony loss once",
        ),
    ],
)
def test_a_loss_that_cannot_be_is_one_sentence(tmp_path, change, message):
    changes = [change]
    if change[0] == "[loss.options]":
        changes.append(("margin = 0.3", ""))
    with pytest.raises(RecipeError, match=message):
        load(tmp_path, *changes)


def batch():
    torch.manual_seed(0)
    targets = torch.rand(12, 7).softmax(1)
    return torch.randn(12, 3, 24, 24), targets, torch.arange(12) % 7, torch.rand(12) + 0.5


def objective(folder, config):
    run = trainer(folder, recipe(loss=config, head="cosine"))
    return run.network.eval(), run.objective


def test_softmax_learns_from_soft_targets_with_weights(tmp_path):
    images, targets, labels, weights = batch()
    network, loss = objective(tmp_path, LossConfig(label_smoothing=0.2))
    value, _ = loss(network, images, targets, labels, weights)
    log_p = network(images).logits.double().log_softmax(1)
    smooth = 0.8 * targets.double() + 0.2 / 7
    expected = (weights.double() * -(smooth * log_p).sum(1)).mean()
    torch.testing.assert_close(value.double(), expected, rtol=1e-5, atol=1e-5)


def test_a_sum_keeps_the_soft_targets_of_its_first_part(tmp_path):
    images, targets, labels, weights = batch()
    config = LossConfig("softmax+center", {"weight": 0.25}, label_smoothing=0.0)
    network, loss = objective(tmp_path, config)
    value, embedding = loss(network, images, targets, labels, weights)
    logits = network(images).logits
    away = embedding - loss.loss.auxiliary.centers[labels]
    expected = soft_cross_entropy(logits, targets, weights, 0.0)
    expected = expected + 0.25 * 0.5 * away.square().sum(1).mean()
    torch.testing.assert_close(value, expected)


def test_a_margin_takes_hard_labels(tmp_path):
    images, targets, labels, weights = batch()
    network, loss = objective(tmp_path, LossConfig("lmcl", {"margin": 0.0, "scale": 16.0}))
    value, _ = loss(network, images, targets, labels, weights)
    expected = functional.cross_entropy(network(images).logits, labels)
    torch.testing.assert_close(value, expected)


@pytest.mark.parametrize("name", [*CLASSIFIERS, *(f"weighted-softmax+{a}" for a in AUXILIARIES)])
def test_every_loss_trains_and_its_state_is_kept(tmp_path, name):
    plan = recipe(2, loss=LossConfig(name), head="cosine", epoch_images=32)
    run = trainer(tmp_path, plan)
    before = {k: v.clone() for k, v in run.objective.state_dict().items()}
    run.train()
    assert run.history[-1]["loss"] == run.history[-1]["loss"]  # no NaN
    state = run.objective.state_dict()
    moving = [k for k in state if k.endswith(("centers", "steps"))]
    assert all(not torch.equal(state[k], before[k]) for k in moving)
    assert bool(moving) == ("+" in name or name == "a-softmax")
    again = trainer(tmp_path, plan)
    load_checkpoint(tmp_path / "checkpoint.safetensors", again._modules, again.optimizer)
    for key, value in again.objective.state_dict().items():
        torch.testing.assert_close(value, state[key], rtol=0, atol=0)


def test_a_killed_run_with_moving_centers_ends_as_an_uninterrupted_one(tmp_path):
    plan = recipe(2, loss=LossConfig("weighted-softmax+weighted-cluster"), epoch_images=48)
    whole = trainer(tmp_path / "whole", plan).train()

    class KilledError(Exception):
        pass

    def kill(progress):
        if progress.epoch == 1:
            raise KilledError

    with pytest.raises(KilledError):
        trainer(tmp_path / "cut", plan).train(kill)
    again = trainer(tmp_path / "cut", plan).train()
    for a, b in zip(whole.state_dict().values(), again.state_dict().values(), strict=True):
        torch.testing.assert_close(a, b, rtol=0, atol=0)


def test_centers_learnt_by_gradient_reach_the_optimizer(tmp_path):
    run = trainer(tmp_path, recipe(loss=LossConfig("softmax+cosine-harmony")))
    centers = run.objective.loss.auxiliary.harmony.centers
    assert any(p is centers for g in run.optimizer.param_groups for p in g["params"])


def test_class_counts_follow_the_shares_of_the_mix():
    one, other = colourful(70), colourful(14)
    assert class_counts([one], [DataShare("rafdb")]) == [10] * 7
    rare = other.only(other.samples.labels < 2)  # 4 pictures
    counts = class_counts([one, rare], [DataShare("rafdb", 0.5), DataShare("ckplus", 0.5)])
    assert counts == [24, 24, 6, 6, 6, 6, 6]  # 74 pictures: half of 74 / 7 each, half of 74 / 2


def test_the_objective_of_an_unnamed_loss_has_no_state_of_its_own(tmp_path):
    plan = Recipe("x", "lfnsb", (), (), optimizer=OptimizerConfig())
    network = trainer(tmp_path, recipe()).network
    loss = build_loss(plan, 7, 8, [1] * 7)
    assert not Objective(network, plan.loss, 7, loss).state_dict()  # old checkpoints still fit


def test_maps_are_matched_by_width_where_networks_differ_in_stages():
    assert _partners([40, 20, 10], [28, 14, 7]) == [0, 1, 2]
    assert _partners([28, 14, 7, 4], [28, 14, 7]) == [0, 1, 2]
    assert _partners([56, 28, 14, 7, 3], [28, 14, 7]) == [1, 2, 3]


def test_a_pupil_with_more_stages_learns_its_teachers_maps():
    torch.manual_seed(2)
    pupil, teacher = ResNet50(7), MobileFaceNet(7)
    teaching = Teaching(pupil, teacher, LossConfig(teach_maps=1.0, teach_embedding=1.0), 64)
    images = torch.randn(4, 3, 64, 64)
    maps = pupil.stage_maps(images)
    embedding, _ = pupil.embed_map(maps[-1])
    teaching(images, maps, embedding, pupil.head(embedding)).backward()
    assert all(bool(p.grad.abs().sum() > 0) for p in teaching.bridges.parameters())
    assert bool(pupil.layer3[0].bn3.weight.grad.abs().sum() > 0)
