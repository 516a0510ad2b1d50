"""The columns of a timeline that can be plotted and read, in groups that share an axis."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fervideo import labels
from fervideo.session.timeline import Timeline

from .looks import Look, looks, plain

Values = Callable[[Timeline], NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Curve:
    """One column.

    Attributes:
        name: Name of the column in the timeline.
        title: What a person calls it.
        look: Its colour and line.
        values: Gives the (r,) values.
        class_name: The class it belongs to, empty if to none.
    """

    name: str
    title: str
    look: Look
    values: Values
    class_name: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Columns on one axis.

    Attributes:
        key: What the settings call it.
        title: What a person calls it.
        curves: Its columns.
        limits: Ends of the axis, None for those of the data.
        unit: After a number, empty for none.
        decimals: Of a number.
        percent: Numbers are shown in hundredths.
    """

    key: str
    title: str
    curves: tuple[Curve, ...]
    limits: tuple[float, float] | None = None
    unit: str = ""
    decimals: int = 2
    percent: bool = False

    def text(self, value: float) -> str:
        """A value as a person reads it; a dash where there is none."""
        if not np.isfinite(value):
            return "–"
        if self.percent:
            return f"{100 * value:.0f} %"
        sign = "+" if self.key in ("margin", "cosines", "pose") else ""
        number = f"{value:{sign}.{self.decimals}f}"
        return f"{number} {self.unit}" if self.unit else number


_BLENDSHAPES = (
    ("brows", "Brows", ("brow",)),
    ("eyes", "Eyes", ("eye",)),
    ("cheeks", "Cheeks and nose", ("cheek", "nose")),
    ("jaw", "Jaw", ("jaw",)),
    ("mouth", "Mouth", ("mouth", "tongue")),
)


def groups_of(timeline: Timeline, classes: Sequence[str]) -> tuple[Group, ...]:
    """The groups a timeline has.

    Args:
        timeline: The rows.
        classes: The C classes of its probabilities and cosines.
    """
    found = [
        Group(
            "probabilities",
            "Probability",
            _class_curves("p_", classes, lambda t: t.probabilities),
            (0.0, 1.0),
            percent=True,
        ),
        Group("cosines", "Cosine", _class_curves("cos_", classes, lambda t: t.cosines)),
        Group("margin", "Margin", (_alone("margin", "Margin", lambda t: t.margin),)),
        Group(
            "detection",
            "Detection",
            (_alone("detection_score", "Detection score", lambda t: t.detection_score),),
            (0.0, 1.0),
        ),
        Group("box", "Face box", _box_curves(), unit="px", decimals=0),
        Group(
            "latency",
            "Latency",
            (_alone("latency_ms", "Latency", lambda t: t.latency_ms),),
            unit="ms",
            decimals=1,
        ),
    ]
    return tuple(found) + tuple(_extra_groups(timeline.extra_names))


def single(group: Group, curve: Curve) -> Group:
    """A group of one column alone."""
    return Group(
        f"column:{curve.name}",
        curve.title,
        (curve,),
        group.limits,
        group.unit,
        group.decimals,
        group.percent,
    )


def _class_curves(
    prefix: str, classes: Sequence[str], table: Callable[[Timeline], NDArray[np.float64]]
) -> tuple[Curve, ...]:
    names = tuple(classes)

    def column(at: int) -> Values:
        return lambda timeline: table(timeline)[:, at]

    return tuple(
        Curve(f"{prefix}{name}", name, plain(labels.color_of(name, names)), column(at), name)
        for at, name in enumerate(names)
    )


def _box_curves() -> tuple[Curve, ...]:
    def side(at: int) -> Values:
        return lambda timeline: timeline.boxes[:, at]

    names = (("x", "Left"), ("y", "Top"), ("width", "Width"), ("height", "Height"))
    shown = looks([name for name, _ in names])
    return tuple(Curve(name, title, shown[at], side(at)) for at, (name, title) in enumerate(names))


def _extra_groups(names: Sequence[str]) -> list[Group]:
    """Head pose and blendshapes, and whatever else there is."""
    pose = [name for name in names if name.startswith("pose_")]
    found = [Group("pose", "Head pose", _extra_curves(pose, "pose_"), unit="°", decimals=1)]
    taken = set(pose)
    for key, title, starts in _BLENDSHAPES:
        own = [n for n in names if n.removeprefix("blend_").startswith(starts) and n not in taken]
        taken.update(own)
        found.append(Group(key, title, _extra_curves(own, "blend_"), (0.0, 1.0)))
    rest = [name for name in names if name not in taken]
    found.append(Group("others", "Other columns", _extra_curves(rest, "blend_")))
    return [group for group in found if group.curves]


def _extra_curves(names: Sequence[str], prefix: str) -> tuple[Curve, ...]:
    def column(name: str) -> Values:
        return lambda timeline: timeline.extra_column(name)

    return tuple(
        Curve(name, _spaced(name.removeprefix(prefix)), look, column(name))
        for name, look in zip(names, looks(names), strict=True)
    )


def _alone(name: str, title: str, values: Values) -> Curve:
    return Curve(name, title, looks([name])[0], values)


def _spaced(name: str) -> str:
    """`eyeBlinkLeft` as `Eye blink left`."""
    words = "".join(f" {c.lower()}" if c.isupper() else c for c in name.replace("_", " "))
    return words.strip().capitalize()
