"""Every recipe of the project can be followed: its loss, network, frozen layers and beginnings."""

import sys
from pathlib import Path

import pytest
import torch

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import train_zoo  # noqa: E402

from fervideo.training.datasets import READERS  # noqa: E402
from fervideo.training.recipe import load_recipe  # noqa: E402
from fervideo.training.run import make_network  # noqa: E402

PATHS = sorted((ROOT / "recipes").rglob("*.toml"))


@pytest.mark.parametrize("path", PATHS, ids=lambda p: str(p.relative_to(ROOT / "recipes")))
def test_a_recipe_can_be_followed(path):
    recipe = load_recipe(path)
    assert recipe.name == path.stem
    assert all(d.name in READERS for d in recipe.data)
    assert path.read_text().startswith("# ")
    with torch.device("meta"):
        network = make_network(recipe)
    names = [n for n, _ in network.named_parameters()]
    for prefix in recipe.phases[-1].freeze:
        assert any(n.startswith(prefix) for n in names), prefix
    last = recipe.phases[-1].size
    assert last is None or network.input_size == last
    if recipe.about.title:  # a model that ships says what it learnt from
        assert recipe.about.paper and recipe.about.training and recipe.about.datasets
        assert path.relative_to(ROOT).as_posix() in recipe.about.training


@pytest.mark.parametrize("device", ["cpu", "cuda"])
def test_every_stage_has_a_recipe_and_a_beginning(device, tmp_path):
    done = set(train_zoo.FACES)
    stages = [*train_zoo.STAGES, *train_zoo.ablations(device)]
    for stage in stages:
        if not stage.ships and not train_zoo.is_start_of(stage, stages, device):
            continue  # on this device nobody needs it
        recipe = load_recipe(train_zoo.recipe_path(stage.recipe, device))
        start = "" if recipe.start == "scratch" else stage.start_on(device)
        assert start or recipe.start == "scratch"
        assert start in done | {""}
        assert recipe.teacher in done | {"", "face-recognition"}
        if recipe.start == "weights" and start not in train_zoo.FACES:
            begin = load_recipe(train_zoo.recipe_path(start, device))
            with torch.device("meta"):
                mine, theirs = make_network(recipe), make_network(begin)
            shapes = {k: v.shape for k, v in theirs.state_dict().items() if "head." not in k}
            own = {k: v.shape for k, v in mine.state_dict().items() if "head." not in k}
            assert mine.start_without([k for k in own if k not in shapes]) == ()
            shared = {k: v for k, v in own.items() if k in shapes}
            others = [k for k, v in shapes.items() if shared.get(k) != v]
            assert all(k.startswith(mine.last_layers) for k in others), stage.recipe
        done.add(stage.recipe)


def test_all_five_systems_are_in_the_zoo():
    ships = {s.recipe for s in train_zoo.STAGES if s.ships}
    assert {"lmcl", "light-cnn", "se-resnet", "lfnsb", "vgg-lip"} <= ships


def test_recipes_fit_the_device_and_runs_are_kept_apart(tmp_path):
    recipes = ROOT / "recipes"
    assert train_zoo.recipe_path("lmcl", "cpu") == recipes / "cpu" / "lmcl.toml"
    assert train_zoo.recipe_path("lmcl", "cuda") == recipes / "lmcl.toml"
    assert train_zoo.recipe_path("lfnsb", "cuda") == recipes / "cuda" / "lfnsb.toml"
    paths = {train_zoo.checkpoint_of("lmcl", tmp_path, d) for d in ("cpu", "cuda")}
    assert paths == {
        tmp_path / "cpu" / "lmcl" / "checkpoint.safetensors",
        tmp_path / "lmcl" / "checkpoint.safetensors",
    }
    control = "ablation/resnet-50-lmcl"
    assert train_zoo.run_folder(control, tmp_path, "cpu") == tmp_path / "cpu" / "ablation"
    assert train_zoo.run_folder(control, tmp_path, "cuda") == tmp_path / "ablation"


def test_what_is_done_is_skipped(tmp_path, monkeypatch):
    called = []

    def program(*words, gpus=1):
        called.append(words[0])
        if words[0] == "train":
            folder = tmp_path / "runs" / "cpu" / "lmcl-pretrain"
            folder.mkdir(parents=True)
            epochs = load_recipe(words[1]).epochs
            (folder / "log.csv").write_text("epoch\n" + "0\n" * epochs)

    monkeypatch.setattr(train_zoo, "fervideo", program)
    words = ["--rafdb", "r", "--fer2013", "f", "--ckplus", "c", "--face-id", "w", "--faceres", "v"]
    words += ["--runs", str(tmp_path / "runs"), "--device", "cpu", "--only", "lmcl-pretrain"]
    monkeypatch.setattr(sys, "argv", ["train_zoo.py", *words])
    train_zoo.main()
    train_zoo.main()
    assert called == ["train"]


def test_what_nothing_starts_from_is_left_out():
    stages = {s.recipe: s for s in train_zoo.STAGES}
    pretrain = stages["se-resnet-pretrain"]
    assert train_zoo.is_start_of(pretrain, list(train_zoo.STAGES), "cuda")
    assert not train_zoo.is_start_of(pretrain, list(train_zoo.STAGES), "cpu")
