"""A tiny network trained for real: it learns, and a killed run ends as an uninterrupted one."""

import numpy as np
import pytest
import torch
from torch import nn

from fervideo import labels
from fervideo.errors import ModelError, RecipeError
from fervideo.evaluation.splits import FoldChoice
from fervideo.models.network import ExpressionNetwork, make_head
from fervideo.training import run as training_run
from fervideo.training.augment import AugmentConfig
from fervideo.training.batches import Mix, class_weights
from fervideo.training.cache import AlignedSamples
from fervideo.training.datasets import Samples, one_hot
from fervideo.training.engine import Trainer
from fervideo.training.recipe import (
    DataShare,
    LossConfig,
    OptimizerConfig,
    Phase,
    Recipe,
    load_recipe,
)
from fervideo.training.run import load_data, make_network


class Tiny(ExpressionNetwork):
    embedding_size = 8

    def __init__(self):
        super().__init__()
        self.conv = nn.Sequential(nn.Conv2d(3, 8, 3, 4, 1), nn.BatchNorm2d(8), nn.ReLU())
        self.linear = nn.Linear(8 * 16, 8)
        self.head = make_head("cosine", 8, 7, 8.0)

    def stage_maps(self, images):
        return [nn.functional.adaptive_avg_pool2d(self.conv(images), 4)]

    def embed_map(self, last):
        return self.linear(last.flatten(1)), last


def colourful(number, split=0, seed=0):
    """Pictures whose class is their place of brightness."""
    rng = np.random.default_rng(seed)
    classes = np.arange(number) % 7
    images = rng.integers(0, 40, (number, 24, 24, 3), dtype=np.uint8)
    for image, c in zip(images, classes, strict=True):
        image[3 * c : 3 * c + 4] += 180
    samples = Samples(
        "rafdb",
        images,
        one_hot(classes, 7),
        classes,
        np.full(number, split),
        np.full(number, -1),
        labels.BASIC,
    )
    identity = np.broadcast_to(np.eye(2, 3, dtype=np.float32), (number, 2, 3)).copy()
    return AlignedSamples(samples, identity, identity, np.ones(number, bool))


def recipe(epochs=3, **changes):
    values = {
        "name": "tiny",
        "network": "lfnsb",
        "data": (DataShare("rafdb"),),
        "phases": (Phase(1, 16), Phase(epochs - 1, 24)),
        "epoch_images": 128,
        "optimizer": OptimizerConfig(batch=16, body_rate=0.02, head_rate=0.02, ema=0.8),
        "loss": LossConfig(cosine_harmony=0.2),
    }
    return Recipe(**{**values, **changes})


WHOLE = (
    "name = 'x'\nnetwork = 'lfnsb'\nexclude = {}\n[[data]]\nname = 'rafdb'\n[[phases]]\nepochs = 1"
)


def trainer(folder, plan, teacher=None):
    torch.manual_seed(5)
    return Trainer(
        plan,
        Tiny(),
        ("",),
        [colourful(70)],
        {"rafdb": colourful(35, 1, 9)},
        folder,
        torch.device("cpu"),
        teacher,
    )


def test_learns_and_writes_a_log(tmp_path):
    run = trainer(tmp_path, recipe(8))
    steps = []
    run.train(steps.append)
    assert run.history[-1]["rafdb_accuracy"] > 0.6
    assert run.history[-1]["loss"] < run.history[0]["loss"]
    assert len((tmp_path / "log.csv").read_text().splitlines()) == 9
    assert steps[-1].done == 1 and len(steps) == 8 * 8


def test_a_killed_run_ends_as_an_uninterrupted_one(tmp_path):
    whole = trainer(tmp_path / "whole", recipe()).train()

    class KilledError(Exception):
        pass

    def kill(progress):
        if progress.epoch == 1 and progress.done > 0.5:
            raise KilledError

    with pytest.raises(KilledError):
        trainer(tmp_path / "cut", recipe()).train(kill)
    resumed = trainer(tmp_path / "cut", recipe())
    assert resumed.resume() == 1
    again = resumed.train()
    for (name, a), b in zip(whole.state_dict().items(), again.state_dict().values(), strict=True):
        torch.testing.assert_close(a, b, rtol=0, atol=0, msg=name)


def test_a_corrupt_checkpoint_is_one_sentence(tmp_path):
    run = trainer(tmp_path, recipe())
    (tmp_path / "checkpoint.safetensors").write_bytes(b"rubbish")
    with pytest.raises(ModelError, match="delete it to start anew"):
        run.train()


def test_a_pupil_comes_nearer_to_its_teacher(tmp_path):
    torch.manual_seed(1)
    loss = LossConfig(classify=0, teach_maps=1, teach_embedding=1, teach_logits=1)
    run = trainer(tmp_path, recipe(8, loss=loss), Tiny())
    before = {k: v.clone() for k, v in run.objective.teaching.teacher[0].state_dict().items()}
    run.train()
    assert run.history[-1]["loss"] < 0.7 * run.history[0]["loss"]
    for name, value in run.objective.teaching.teacher[0].state_dict().items():
        torch.testing.assert_close(value, before[name], rtol=0, atol=0)  # nobody taught the teacher


def test_batches_show_each_picture_once_a_pass():
    mix = Mix([colourful(20)], [DataShare("rafdb")], 5, seed=3)
    seen = np.concatenate([mix.indices(0, step) for step in range(4)])
    assert sorted(seen) == list(range(20))
    again = np.concatenate([mix.indices(0, step) for step in range(4, 8)])
    assert sorted(again) == list(range(20)) and list(again) != list(seen)


def test_soft_targets_can_give_way_to_hard_labels():
    data = colourful(14)
    data.samples.targets[:] = 1 / 7
    for soft, top in ((1.0, 1 / 7), (0.0, 1.0), (0.5, 0.5 / 7 + 0.5)):
        mix = Mix([data], [DataShare("rafdb", soft=soft)], 7, seed=3)
        _, targets, classes, _ = mix(0, 16, AugmentConfig())
        own = targets[torch.arange(7), classes]
        torch.testing.assert_close(own, torch.full((7,), top))


def test_class_weights_have_mean_one_over_samples():
    classes = np.repeat([0, 1, 2], [80, 15, 5])
    weights = class_weights(classes, 0.5, 7).numpy()
    assert weights[classes].mean() == pytest.approx(1, rel=1e-5)
    assert weights[2] / weights[0] == pytest.approx(4)
    assert weights[3:].sum() == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name = 'x'\nnetwork = 'lfnsb'\nsped = 1", "sped"),
        ("name = [", "not a settings file"),
        ("name = 'x'\nnetwork = 'lfnsb'\ndata = []\nphases = []", "at least one"),
        ("name = 'x'", "network"),
        (WHOLE.format('["joy"]'), "joy"),
        (WHOLE.format(list(labels.BASIC[1:])), "two or more"),
    ],
)
def test_a_bad_recipe_is_one_sentence(tmp_path, text, message):
    path = tmp_path / "r.toml"
    path.write_text(text)
    with pytest.raises(RecipeError, match=message):
        load_recipe(path)
    with pytest.raises(RecipeError):
        load_recipe(tmp_path / "absent.toml")


@pytest.fixture
def cached(monkeypatch):
    """Pictures in place of every data set's."""
    monkeypatch.setattr(
        training_run, "load_aligned", lambda name, root, cache, report: colourful(70)
    )


def test_a_class_that_is_left_out_has_no_output_and_no_picture(cached, tmp_path):
    plan = recipe(exclude=("fear", "neutral"))
    assert plan.classes == ("happiness", "sadness", "surprise", "disgust", "anger")
    with torch.device("meta"):
        network = make_network(plan).eval()
        assert network(torch.zeros(1, 3, 112, 112)).logits.shape == (1, 5)
    samples = load_data(plan, {"rafdb": tmp_path}, tmp_path, lambda n: None)["rafdb"].samples
    assert samples.classes == plan.classes and samples.targets.shape == (50, 5)
    assert set(samples.counts().values()) == {10}
    np.testing.assert_array_equal(samples.targets.argmax(1), samples.labels)


def test_contempt_may_be_learnt_beside_the_seven(cached, tmp_path):
    plan = recipe(contempt=True)
    assert plan.classes == (*recipe().classes, "contempt")
    samples = load_data(plan, {"rafdb": tmp_path}, tmp_path, lambda n: None)["rafdb"].samples
    assert samples.classes == plan.classes and samples.targets.shape == (70, 8)
    assert samples.targets[:, 7].sum() == 0


def test_a_fold_divides_the_data_anew_and_names_the_run(cached, tmp_path):
    fold = FoldChoice.parse("2/5")
    plan = recipe(exclude=("fear",))
    data = load_data(plan, {"rafdb": tmp_path}, tmp_path, lambda n: None, fold)["rafdb"]
    assert len(data.split("test").samples) == 12  # a fifth of 60
    assert len(data.split("validation").samples) > 0
    assert fold.name_of("tiny") == "tiny-fold-2-of-5"
