"""A grid over a recipe: what is trained, what is skipped, what wins."""

import csv

import pytest
import torch
from torch import nn

from fervideo.errors import ModelError, RecipeError
from fervideo.training.checkpoint import read_progress, save_checkpoint
from fervideo.training.search import grid, parse_axis, search, with_value

TEXT = """
name = "x"
network = "lfnsb"
head = "cosine"
scale = 20.0
data = [{name = "rafdb"}, {name = "fer2013", balance = 0.1}]
phases = [{epochs = 2}]
[loss]
name = "lmcl"
"""


@pytest.fixture
def path(tmp_path):
    (tmp_path / "x.toml").write_text(TEXT)
    return tmp_path / "x.toml"


def test_values_are_those_of_toml_and_bare_words():
    axis = parse_axis("loss.form = prose, 0.3,2,true,'a'")
    assert axis.key == "loss.form"
    assert axis.values == ("prose", 0.3, 2, True, "a")


@pytest.mark.parametrize("text", ["margin", "=3", "x=", "x=1,,2"])
def test_a_bad_axis_is_one_sentence(text):
    with pytest.raises(RecipeError, match="KEY=VALUE"):
        parse_axis(text)


def test_every_combination_is_a_recipe(path):
    axes = [parse_axis("loss.options.margin=0.3,0.35"), parse_axis("data.1.balance=0,1")]
    points = grid(path, axes)
    assert [values for values, _ in points] == [(0.3, 0), (0.3, 1), (0.35, 0), (0.35, 1)]
    last = points[-1][1]
    assert last.loss.options["margin"] == 0.35
    assert [d.balance for d in last.data] == [0.5, 1.0]
    assert len({recipe.name for _, recipe in points}) == 4
    assert with_value({"a": [1]}, "a.0", 5) == {"a": [5]}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("loss.options.sped=1,2", "scale, margin, found 'sped'"),
        ("loss.options.margin=0.3,7", "margin=7.*margin: expected 0 to 2"),
        ("sped=1", "unknown setting sped"),
        ("data.7.share=1", "place of a value"),
        ("name.x=1", "place of a value"),
    ],
)
def test_a_grid_that_cannot_be_is_told_before_anything_is_trained(path, text, message):
    with pytest.raises(RecipeError, match=message):
        grid(path, [parse_axis(text)])


def test_a_search_ranks_and_goes_on_where_it_stopped(path, tmp_path):
    trained = []

    def train(recipe, runs, epochs=2):
        margin = recipe.loss.options["margin"]
        trained.append(margin)
        folder = runs / recipe.name
        folder.mkdir(parents=True, exist_ok=True)
        layer = nn.Linear(1, 1)
        progress = {"history": [{}] * epochs, "best_score": 1 - abs(margin - 0.35)}
        optimizer = torch.optim.AdamW(layer.parameters())
        save_checkpoint(folder / "checkpoint.safetensors", {"a": layer}, optimizer, progress)
        return folder

    axes = [parse_axis("loss.options.margin=0.3,0.35,0.5")]
    # the second was interrupted after its first epoch, the third is done
    points = grid(path, axes)
    train(points[1][1], tmp_path / "x-search", 1)
    train(points[2][1], tmp_path / "x-search")
    trained.clear()
    found = search(path, axes, tmp_path, train)
    assert trained == [0.3, 0.35]
    assert [f.values[0] for f in found] == [0.35, 0.3, 0.5]
    rows = list(csv.reader((tmp_path / "x-search" / "search.csv").read_text().splitlines()))
    assert rows[0] == ["loss.options.margin", "validation_score", "run"]
    assert rows[1][:2] == ["0.35", "1.0000"]


def test_a_file_that_is_no_checkpoint_is_one_sentence(tmp_path):
    (tmp_path / "c.safetensors").write_bytes(b"rubbish")
    with pytest.raises(ModelError, match="expected a checkpoint"):
        read_progress(tmp_path / "c.safetensors")
