"""Making a model a person's own: what a few frames of them, or their neutral face, are worth.

Each person's pictures are recognised before and after, with centers changed by one frame of each
expression that the person shows, as the program does it. Where frames come from tells what helps:

- *own frames*: of the same expressions, but other pictures. In a data set of sequences these are
  frames of the same few moments, so the figure is what a user sees who enrolls and goes on sitting
  there, not what they will see next week.
- *own frames of other expressions*: the recognised expression itself is not enrolled.
- *a stranger's frames*: the same classes enrolled from somebody else. What these gain is the data
  set's look, not the person.
- *own neutral*: one neutral frame, nominated; only where the data set has neutral faces of people.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fervideo import labels
from fervideo.centers.applied import model_centers
from fervideo.centers.calibration import add_expression
from fervideo.centers.centers import CenterSet
from fervideo.centers.enrolled import ModelCenter
from fervideo.centers.neutral import corrected
from fervideo.evaluation.few_shot_data import Embedded, answers, of_known_classes
from fervideo.models.card import ModelCard
from fervideo.models.registry import Model

OWN, OTHERS, STRANGER, NEUTRAL = (
    "own frames",
    "own frames of other expressions",
    "a stranger's frames",
    "own neutral",
)

Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class PersonalResult:
    """One way of making a model personal.

    Attributes:
        model: Name of the model.
        data: Name of the data set.
        what: What was taken of each person.
        people: How many people had enough pictures.
        pictures: That were recognised, in the first draw.
        before: Accuracy with the model as it comes, of each draw.
        after: With the changed centers, on the same pictures.
    """

    model: str
    data: str
    what: str
    people: int
    pictures: int
    before: tuple[float, ...]
    after: tuple[float, ...]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class _Trial:
    """Centers to recognise some pictures of one person with."""

    centers: CenterSet
    queries: Indices


@dataclass(frozen=True, slots=True)
class _People:
    """Who shows which classes of the model in which pictures."""

    data: Embedded
    card: ModelCard
    base: CenterSet
    names: NDArray[np.str_]
    usable: NDArray[np.bool_]

    def pictures(self, person: int, name: str | None = None) -> Indices:
        """A person's pictures, of one class if given."""
        mask = self.usable & (self.data.samples.subjects == person)
        return np.flatnonzero(mask if name is None else mask & (self.names == name))

    def classes(self, person: int, at_least: int = 1) -> list[str]:
        """The classes of which there are so many pictures of a person."""
        shown, counts = np.unique(self.names[self.pictures(person)], return_counts=True)
        return [str(n) for n, count in zip(shown, counts, strict=True) if count >= at_least]

    def with_frames(self, frames: Indices) -> CenterSet:
        """The model's centers, each frame added to its class."""
        centers = self.base
        for i in frames:
            one = ModelCenter.of(self.card, self.data.embeddings[i : i + 1])
            centers = add_expression(centers, str(self.names[i]), one)
        return centers


def personal_results(
    model: Model, data: Embedded, draws: int = 5, seed: int = 2024
) -> list[PersonalResult]:
    """Every way for which the data set has the pictures.

    Args:
        model: The network.
        data: Pictures of known people, as it sees them.
        draws: How often frames are drawn.
        seed: Of the draws.

    Returns:
        Nothing if the data set does not say who is shown.
    """
    base = model_centers(model)
    names = np.array(data.samples.classes)[data.samples.labels]
    usable = of_known_classes(data.samples, base) & (data.samples.subjects >= 0)
    people = _People(data, model.card, base, names, usable)
    found = []
    for what, trials in _WAYS.items():
        result = _measure(people, what, trials, draws, seed)
        if result is not None:
            found.append(result)
    return found


_Ways = Callable[[_People, int, np.random.Generator], list[_Trial]]


def _measure(
    people: _People, what: str, trials: _Ways, draws: int, seed: int
) -> PersonalResult | None:
    s = people.data.samples
    before, after, helped, pictures = [], [], 0, 0
    for draw in range(draws):
        rng = np.random.default_rng([seed, draw])
        right: list[tuple[float, float]] = []
        helped = 0
        for person in np.unique(s.subjects[people.usable]):
            done = trials(people, int(person), rng)
            helped += bool(done)
            for trial in done:
                right += _right(people, trial)
        if not right:
            return None
        pictures = pictures or len(right)
        columns = np.array(right).mean(axis=0)
        before.append(float(columns[0]))
        after.append(float(columns[1]))
    return PersonalResult(
        people.card.name, s.name, what, helped, pictures, tuple(before), tuple(after)
    )


def _right(people: _People, trial: _Trial) -> list[tuple[float, float]]:
    """Whether each picture is recognised, before and after."""
    embeddings, truth = people.data.embeddings[trial.queries], people.names[trial.queries]
    pairs = [answers(c, embeddings) == truth for c in (people.base, trial.centers)]
    return [(float(a), float(b)) for a, b in zip(*pairs, strict=True)]


def _own(people: _People, person: int, rng: np.random.Generator) -> list[_Trial]:
    frames = _one_each(people, person, people.classes(person, at_least=2), rng)
    if not len(frames):
        return []
    shown = np.isin(people.names[people.pictures(person)], people.names[frames])
    queries = np.setdiff1d(people.pictures(person)[shown], frames)
    return [_Trial(people.with_frames(frames), queries)]


def _others(people: _People, person: int, rng: np.random.Generator) -> list[_Trial]:
    found, classes = [], people.classes(person)
    for name in classes:
        frames = _one_each(people, person, [c for c in classes if c != name], rng)
        if len(frames):
            found.append(_Trial(people.with_frames(frames), people.pictures(person, name)))
    return found


def _stranger(people: _People, person: int, rng: np.random.Generator) -> list[_Trial]:
    own = _own(people, person, rng)
    subjects = people.data.samples.subjects
    frames = []
    for name in people.classes(person, at_least=2) if own else []:
        other = people.usable & (people.names == name) & (subjects != person)
        if not other.any():
            return []
        frames.append(int(rng.choice(np.flatnonzero(other))))
    return [_Trial(people.with_frames(np.array(frames)), trial.queries) for trial in own]


def _neutral(people: _People, person: int, rng: np.random.Generator) -> list[_Trial]:
    rest = people.pictures(person, labels.NEUTRAL.name)
    if not len(rest):
        return []
    chosen = int(rng.choice(rest))
    queries = np.setdiff1d(people.pictures(person), [chosen])
    centers = corrected(people.base, people.data.embeddings[chosen])
    return [_Trial(centers, queries)] if len(queries) else []


_WAYS: dict[str, _Ways] = {OWN: _own, OTHERS: _others, STRANGER: _stranger, NEUTRAL: _neutral}


def _one_each(
    people: _People, person: int, classes: Sequence[str], rng: np.random.Generator
) -> Indices:
    """A picture of a person for each of these classes."""
    return np.array([rng.choice(people.pictures(person, c)) for c in classes], np.int64)
