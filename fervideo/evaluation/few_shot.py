"""Enrolling an expression that a network was never taught, and recognising it in other people.

The novel classes of a model and a data set are those that the data set shows and the model lacks:
contempt for a model of seven classes, and the class that a leave-one-out recipe left out. A few
pictures are enrolled, all others recognised, several times over with other draws. Nobody who is
enrolled is recognised, where the data set knows people.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from fervideo.centers.applied import model_centers
from fervideo.centers.centers import CenterSet
from fervideo.errors import DatasetError
from fervideo.evaluation.few_shot_data import (
    Embedded,
    Rule,
    answers,
    enrolled,
    in_splits,
    of_known_classes,
)
from fervideo.evaluation.splits import draw_shots, groups_of
from fervideo.models.registry import Model


@dataclass(frozen=True, slots=True)
class Draw:
    """One enrolment of one class.

    Attributes:
        recall: Share of the novel class's pictures that are recognised.
        precision: Share of the pictures called novel that are; NaN where none is called so.
        false_alarms: Share of the other classes' pictures that are called novel.
        known: Accuracy on the other classes.
        known_before: The same before the enrolment, on the same pictures.
        mean_recall: Mean class recall over all classes, the novel one among them.
    """

    recall: float
    precision: float
    false_alarms: float
    known: float
    known_before: float
    mean_recall: float


@dataclass(frozen=True, slots=True)
class Novelty:
    """How well faces of a class that is not enrolled are told to be unknown, by the best cosine.

    Attributes:
        auroc: That a known face has a higher best cosine than a novel one.
        novel_rejected: Share of the novel faces under the model's threshold.
        known_rejected: Share of the others under it.
    """

    auroc: float
    novel_rejected: float
    known_rejected: float


@dataclass(frozen=True, slots=True)
class FewShotResult:
    """One class, one number of shots, one rule.

    Attributes:
        model: Name of the model.
        data: Name of the data set.
        novel: The class.
        shots: Pictures that are enrolled.
        rule: A `Rule`.
        enrolled_from: Splits whose pictures are enrolled.
        recognised_in: Splits whose pictures are recognised.
        novel_pictures: Of the novel class to be recognised, in the first draw.
        known_pictures: Of the others.
        draws: Each draw.
    """

    model: str
    data: str
    novel: str
    shots: int
    rule: str
    enrolled_from: str
    recognised_in: str
    novel_pictures: int
    known_pictures: int
    draws: tuple[Draw, ...]

    def mean(self, figure: str) -> float:
        """Mean of a figure over the draws in which it is a number."""
        return float(np.nanmean([getattr(d, figure) for d in self.draws]))

    def spread(self, figure: str) -> float:
        """Standard deviation of a figure over the draws."""
        values = np.array([getattr(d, figure) for d in self.draws])
        values = values[~np.isnan(values)]
        return float(values.std(ddof=1)) if len(values) > 1 else float("nan")

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def few_shot_results(
    model: Model,
    data: Embedded,
    novel: str,
    shots: int,
    queries: Sequence[str],
    draws: int = 10,
    seed: int = 2024,
) -> list[FewShotResult]:
    """Enrol a class several times, by each rule.

    Args:
        model: The network.
        data: Pictures as it sees them.
        novel: The class.
        shots: Pictures to enrol.
        queries: Splits whose pictures are recognised. Pictures of other splits are enrolled, or,
            where there are none, of the same ones: of other people if people are known.
        draws: How often.
        seed: Of the draws.

    Raises:
        DatasetError: There are too few pictures of the class.
    """
    s, base = data.samples, model_centers(model)
    asked = in_splits(s, queries)
    candidates = data.of_class(novel) & ~asked
    apart = bool(candidates.any())
    if not apart:
        candidates = data.of_class(novel)
    people = groups_of(s)
    found: dict[Rule, list[Draw]] = {rule: [] for rule in Rule}
    sizes = (0, 0)
    for number in range(draws):
        rng = np.random.default_rng([seed, number])
        support = draw_shots(s, people, candidates, shots, rng)
        query = asked & ~np.isin(people, people[support])
        if not (query & data.of_class(novel)).any():
            raise DatasetError(
                f"{s.name}: expected pictures of {novel} that show nobody enrolled after {shots} "
                "are, found none"
            )
        kept = query & (data.of_class(novel) | of_known_classes(s, base))
        sizes = sizes if number else _sizes(data, novel, kept)
        for rule in Rule:
            centers = enrolled(base, model.card, novel, data.embeddings[support], rule)
            found[rule].append(_draw(data, novel, kept, base, centers))
    where = ", ".join(queries)
    return [
        FewShotResult(
            model=model.card.name,
            data=s.name,
            novel=novel,
            shots=shots,
            rule=rule.value,
            enrolled_from="other splits" if apart else where,
            recognised_in=where,
            novel_pictures=sizes[0],
            known_pictures=sizes[1],
            draws=tuple(found[rule]),
        )
        for rule in Rule
    ]


def novelty(model: Model, data: Embedded, novel: str, queries: Sequence[str]) -> Novelty:
    """How well a class that is not enrolled is told to be unknown; see `Novelty`.

    Raises:
        DatasetError: None of the pictures to be recognised shows it.
    """
    s, base = data.samples, model_centers(model)
    asked = in_splits(s, queries)
    best = base.scores(base.cosines(data.embeddings)).max(axis=1)
    known, stranger = asked & of_known_classes(s, base), asked & data.of_class(novel)
    if not known.any() or not stranger.any():
        raise DatasetError(
            f"{s.name}: expected pictures of {novel} and of others in {', '.join(queries)}, found "
            f"{stranger.sum()} and {known.sum()}"
        )
    both = np.concatenate([best[known], best[stranger]])
    is_known = np.arange(len(both)) < known.sum()
    return Novelty(
        auroc=float(roc_auc_score(is_known, both)),
        novel_rejected=float((best[stranger] < base.threshold).mean()),
        known_rejected=float((best[known] < base.threshold).mean()),
    )


def _sizes(data: Embedded, novel: str, kept: NDArray[np.bool_]) -> tuple[int, int]:
    strangers = int((kept & data.of_class(novel)).sum())
    return strangers, int(kept.sum()) - strangers


def _draw(
    data: Embedded, novel: str, kept: NDArray[np.bool_], base: CenterSet, centers: CenterSet
) -> Draw:
    truth = np.array(data.samples.classes)[data.samples.labels[kept]]
    after, before = (answers(c, data.embeddings[kept]) for c in (centers, base))
    strange, called = truth == novel, after == novel
    right = after == truth
    return Draw(
        recall=float(called[strange].mean()),
        precision=float(strange[called].mean()) if called.any() else float("nan"),
        false_alarms=float(called[~strange].mean()),
        known=float(right[~strange].mean()),
        known_before=float((before == truth)[~strange].mean()),
        mean_recall=float(np.mean([right[truth == c].mean() for c in np.unique(truth)])),
    )
