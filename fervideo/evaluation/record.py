"""Keeping a figure on the model card, with the command that made it."""

from __future__ import annotations

from dataclasses import replace

from fervideo.evaluation.protocol import Evaluation
from fervideo.models.card import Measurement, ModelCard, read_card, write_card
from fervideo.models.registry import find_weights


def measurements_of(evaluation: Evaluation, command: str) -> tuple[Measurement, ...]:
    """The two figures of an evaluation, by centers and by head."""
    views = ", ten crops" if evaluation.ten_crop else ", mirrored" if evaluation.flip else ""
    pairs = (("centers", evaluation.centers), ("head", evaluation.head))
    return tuple(
        Measurement(
            data=f"{evaluation.data} {evaluation.split}",
            crops=evaluation.crops + views,
            decided_by=name,
            count=scores.count,
            accuracy=round(scores.accuracy, 4),
            mean_recall=round(scores.mean_recall, 4),
            macro_f1=round(scores.macro_f1, 4),
            command=command,
        )
        for name, scores in pairs
    )


def record(model: str, evaluation: Evaluation, command: str) -> ModelCard:
    """Write an evaluation into the card of a weight file, in place of an older one of its kind.

    Args:
        model: As given to `evaluate`.
        evaluation: Its figures.
        command: The command line, with PATH for the place of the data.

    Returns:
        The card as it is now.
    """
    path = find_weights(model).with_suffix(".json")
    card = read_card(path)
    fresh = measurements_of(evaluation, command)
    keys = {(m.data, m.crops, m.decided_by) for m in fresh}
    kept = (m for m in card.measurements if (m.data, m.crops, m.decided_by) not in keys)
    card = replace(card, measurements=(*kept, *fresh))
    write_card(card, path)
    return card
