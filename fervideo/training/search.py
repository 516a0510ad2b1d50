"""A grid of recipes that differ in a few values, trained one after the other."""

from __future__ import annotations

import copy
import csv
import itertools
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from fervideo.config import from_dict
from fervideo.errors import ConfigError, RecipeError
from fervideo.training.checkpoint import read_progress
from fervideo.training.recipe import Recipe, check_recipe


@dataclass(frozen=True, slots=True)
class Axis:
    """One value of a recipe that is varied.

    Attributes:
        key: Its place, such as `loss.options.margin` or `data.0.balance`.
        values: What it is set to.
    """

    key: str
    values: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """One trained point of a grid.

    Attributes:
        values: The value on each axis.
        folder: The run's.
        score: Mean of accuracy and mean class recall on validation data, of the best epoch.
    """

    values: tuple[object, ...]
    folder: Path
    score: float


def parse_axis(text: str) -> Axis:
    """Read `KEY=VALUE,VALUE,...`, values as in TOML; a bare word is text.

    Raises:
        RecipeError: It is not of that form.
    """
    key, equals, values = text.partition("=")
    words = [w.strip() for w in values.split(",")]
    if not equals or not key.strip() or not all(words):
        raise RecipeError(f"expected --set KEY=VALUE,VALUE,..., found {text!r}")
    return Axis(key.strip(), tuple(_value(w) for w in words))


def _value(word: str) -> object:
    try:
        return tomllib.loads(f"x = {word}")["x"]
    except tomllib.TOMLDecodeError:
        return word


def read_values(path: Path) -> dict[str, Any]:
    """A recipe file as nested values. Raises RecipeError if it cannot be read."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RecipeError(f"cannot read the recipe {path}: {error.strerror}") from None
    except ValueError as error:
        raise RecipeError(f"{path.name}: expected a recipe, found {error}") from None


def with_value(values: Mapping[str, Any], key: str, value: object) -> dict[str, Any]:
    """Nested values with one of them set; `data.0.balance` is of the first data set.

    Raises:
        RecipeError: A part of the key stands for no table or entry.
    """
    changed: dict[str, Any] = copy.deepcopy(dict(values))
    *tables, last = key.split(".")
    place: Any = changed
    try:
        for name in tables:
            place = place[int(name)] if isinstance(place, list) else place.setdefault(name, {})
        place[int(last) if isinstance(place, list) else last] = value
    except (TypeError, ValueError, IndexError, AttributeError):
        raise RecipeError(f"expected the place of a value in the recipe, found {key!r}") from None
    return changed


def grid(path: Path, axes: Sequence[Axis]) -> list[tuple[tuple[object, ...], Recipe]]:
    """A recipe for each combination of values, named after them; all are checked here.

    Raises:
        RecipeError: A combination makes no recipe that could be followed.
    """
    base = read_values(path)
    points = []
    for values in itertools.product(*(axis.values for axis in axes)):
        changed = base
        for axis, value in zip(axes, values, strict=True):
            changed = with_value(changed, axis.key, value)
        try:
            recipe = from_dict(Recipe, changed)
        except (ConfigError, TypeError) as error:
            raise RecipeError(f"{path.name}: {error}") from None
        name = ",".join(f"{a.key}={v}" for a, v in zip(axes, values, strict=True))
        check_recipe(recipe, f"{path.name} with {name}")
        points.append((values, replace(recipe, name=name.replace("/", "-"))))
    return points


def search(
    path: Path,
    axes: Sequence[Axis],
    runs: Path,
    train: Callable[[Recipe, Path], Path],
) -> list[Found]:
    """Train every point of the grid, best first. The runs that are done are not trained again.

    Args:
        path: The recipe that the points differ from.
        axes: What is varied.
        runs: Folder of runs; those of the grid go into a folder named after the recipe and the
            axes, with `search.csv`, which is written anew after each run.
        train: Trains by a recipe in a folder of runs and returns the run's.

    Raises:
        RecipeError: A point makes no recipe. Others as `train` raises them.
    """
    folder = runs / f"{path.stem}-search"
    found: list[Found] = []
    for values, recipe in grid(path, axes):
        place = folder / recipe.name
        if not _is_done(place, recipe):
            place = train(recipe, folder)
        score = float(read_progress(place / "checkpoint.safetensors")["best_score"])
        found.append(Found(values, place, score))
        found.sort(key=lambda f: -f.score)
        _write(folder / "search.csv", axes, found)
    return found


def _is_done(place: Path, recipe: Recipe) -> bool:
    checkpoint = place / "checkpoint.safetensors"
    return checkpoint.is_file() and len(read_progress(checkpoint)["history"]) >= recipe.epochs


def _write(path: Path, axes: Sequence[Axis], found: Sequence[Found]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*(a.key for a in axes), "validation_score", "run"])
        writer.writerows([*f.values, f"{f.score:.4f}", f.folder.name] for f in found)
