"""Who is learnt from and who is tested on: k-fold and few-shot, by subject where it is known.

Cross-data-set evaluation needs nothing from here: evaluate on another data set, brought to the
model's classes with `training.datasets.with_classes`.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

from fervideo.errors import DatasetError
from fervideo.training.readers.samples import SPLITS, Samples, hold_out

TRAIN, VALIDATION, TEST = range(len(SPLITS))


@dataclass(frozen=True, slots=True)
class Fold:
    """One of k divisions of a data set.

    Attributes:
        number: From 0.
        splits: (n,) index into `SPLITS` for every picture of the data set.
    """

    number: int
    splits: NDArray[np.int64]

    def apply(self, samples: Samples) -> Samples:
        """The same samples under this fold's splits, ready to be trained and tested on.

        For `AlignedSamples`, `replace(aligned, samples=fold.apply(aligned.samples))`.
        """
        return replace(samples, splits=self.splits)


def k_fold(
    samples: Samples, folds: int = 10, seed: int = 2024, held_out: float = 0.1
) -> list[Fold]:
    """Divide all pictures, whatever the owners' split, into k parts; each is the test set once.

    Nobody is in two parts where subjects are known, and classes are spread as evenly as that
    allows; else the parts are stratified by class, as in Table 9 of the LFNSB paper (RAF-DB names
    no subjects). A class with fewer pictures, or people, than folds is absent from some test sets.

    Args:
        samples: The data set.
        folds: k, at least 2.
        seed: Of the order.
        held_out: Part of the rest that is the validation split, by subject too.

    Returns:
        k folds.

    Raises:
        DatasetError: There are fewer subjects, or pictures of every class, than folds.
    """
    if folds < 2:
        raise DatasetError(f"{samples.name}: expected at least 2 folds, found {folds}")
    found = []
    for number, test in enumerate(_parts(samples, folds, seed)):
        splits = np.full(len(samples), TRAIN, np.int64)
        splits[test] = TEST
        rest = np.flatnonzero(splits == TRAIN)
        splits[rest[_validation(samples, rest, held_out, seed + number)]] = VALIDATION
        found.append(Fold(number, splits))
    return found


def _parts(samples: Samples, folds: int, seed: int) -> list[NDArray[np.int64]]:
    """Indices of each test part."""
    groups = groups_of(samples)
    number = len(np.unique(groups))
    largest = max(samples.counts().values(), default=0)
    if folds > min(number, largest):
        raise DatasetError(
            f"{samples.name}: expected at least {folds} subjects and as many pictures of a class "
            f"for {folds} folds, found {number} and {largest}"
        )
    by_subject = number < len(samples)
    kind = StratifiedGroupKFold if by_subject else StratifiedKFold
    splitter = kind(folds, shuffle=True, random_state=seed)
    with warnings.catch_warnings():
        # A class rarer than there are folds is the caller's to know, see `k_fold`.
        warnings.filterwarnings("ignore", "The least populated class", UserWarning)
        chosen = splitter.split(groups, samples.labels, groups if by_subject else None)
        return [test for _, test in chosen]


def groups_of(samples: Samples) -> NDArray[np.int64]:
    """(n,) who is in each picture; pictures of unknown people are each a person of their own."""
    unknown = samples.subjects < 0
    groups = samples.subjects.copy()
    groups[unknown] = samples.subjects.max(initial=0) + 1 + np.arange(unknown.sum())
    return groups


def _validation(
    samples: Samples, rest: NDArray[np.int64], part: float, seed: int
) -> NDArray[np.bool_]:
    """A mask over `rest`: whole subjects until they hold `part` of it, or stratified by class."""
    groups = groups_of(samples)[rest]
    people, counts = np.unique(groups, return_counts=True)
    if len(people) == len(rest):
        return hold_out(samples.labels[rest], part, seed)
    order = np.random.default_rng(seed).permutation(len(people))
    before = np.cumsum(counts[order]) - counts[order]
    return np.isin(groups, people[order[before < part * len(rest)]])


@dataclass(frozen=True, slots=True)
class FoldChoice:
    """One fold of k, as on the command line.

    Attributes:
        number: From 1.
        folds: k.
    """

    number: int
    folds: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `3/10`. Raises DatasetError if it is no such thing."""
        number, _, folds = text.partition("/")
        if number.isdecimal() and folds.isdecimal() and 1 <= int(number) <= int(folds) > 1:
            return cls(int(number), int(folds))
        raise DatasetError(f"expected a fold such as 3/10, found {text!r}")

    def of(self, samples: Samples) -> Samples:
        """A data set under this fold's splits. Raises DatasetError if it has too few pictures."""
        return k_fold(samples, self.folds)[self.number - 1].apply(samples)

    def __str__(self) -> str:
        return f"{self.number}/{self.folds}"

    def name_of(self, recipe: str) -> str:
        """Name of the run of a recipe on this fold."""
        return f"{recipe}-fold-{self.number}-of-{self.folds}"


@dataclass(frozen=True, slots=True)
class FewShots:
    """A draw of a few pictures of each class to enrol, and others to recognise.

    Attributes:
        support: Indices of the pictures to enrol, class by class, `shots` of each.
        query: Indices of the pictures to recognise, in order.
    """

    support: NDArray[np.int64]
    query: NDArray[np.int64]


def few_shot(
    samples: Samples,
    shots: int,
    seed: int = 2024,
    queries: int | None = None,
    classes: Sequence[str] | None = None,
) -> FewShots:
    """Draw pictures to enrol custom expressions from, and pictures to test that on.

    Where subjects are known, the shots of a class come from as many people as possible, and
    nobody who is enrolled is queried. The LMCL paper's draw on RAF-DB compound is `shots=10,
    queries=10`: 110 pictures of 11 classes to enrol and 110 to recognise.

    Args:
        samples: The data set, or a split of it.
        shots: Pictures of each class to enrol.
        seed: Of the draw.
        queries: Pictures of each class to recognise; all that are left if None.
        classes: Names of the classes; those with any picture if None.

    Raises:
        DatasetError: A class has too few pictures, or nobody is left to be queried.
    """
    rng = np.random.default_rng(seed)
    names = classes or [c for c, count in samples.counts().items() if count]
    strangers = [c for c in names if c not in samples.classes]
    if strangers or shots < 1:
        raise DatasetError(
            f"{samples.name}: expected at least 1 shot of classes among "
            f"{', '.join(samples.classes)}, found {shots} of {', '.join(strangers or names)}"
        )
    groups = groups_of(samples)
    indices = [samples.classes.index(c) for c in names]
    support = [draw_shots(samples, groups, samples.labels == c, shots, rng) for c in indices]
    enrolled = np.isin(groups, groups[np.concatenate(support)])
    query = [_left(samples, enrolled, c, queries, rng) for c in indices]
    return FewShots(np.concatenate(support), np.sort(np.concatenate(query)))


def draw_shots(
    samples: Samples,
    groups: NDArray[np.int64],
    candidates: NDArray[np.bool_],
    number: int,
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    """So many pictures of one class, of as many people as possible.

    Args:
        samples: The data set.
        groups: (n,) who is in each picture, see `groups_of`.
        candidates: (n,) the pictures of the class that may be drawn.
        number: How many to draw.
        rng: Draws.

    Raises:
        DatasetError: There are fewer.
    """
    members = rng.permutation(np.flatnonzero(candidates))
    if len(members) < number:
        names = {samples.classes[c] for c in samples.labels[members]}
        raise DatasetError(
            f"{samples.name}: expected at least {number} pictures of "
            f"{', '.join(names) or 'a class'}, found {len(members)}"
        )
    seen: dict[int, int] = {}
    turn = np.zeros(len(members), np.int64)
    for place, person in enumerate(groups[members]):
        turn[place] = seen.setdefault(int(person), 0)
        seen[int(person)] += 1
    return members[np.argsort(turn, kind="stable")[:number]]


def _left(
    samples: Samples,
    enrolled: NDArray[np.bool_],
    class_index: int,
    number: int | None,
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    """Pictures of a class that show nobody who is enrolled."""
    members = np.flatnonzero((samples.labels == class_index) & ~enrolled)
    if len(members) < (number or 1):
        raise DatasetError(
            f"{samples.name}: expected {number or 'some'} pictures of "
            f"{samples.classes[class_index]} that show nobody enrolled, found {len(members)}"
        )
    return members if number is None else rng.permutation(members)[:number]
