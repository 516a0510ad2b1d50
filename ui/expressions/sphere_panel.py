"""The sphere with what belongs on it: centers of the profile in use, samples, the followed face."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from fervideo import labels
from fervideo.centers.applied import fit_crops
from fervideo.centers.centers import CenterSet
from fervideo.model_like import ModelLike
from fervideo.types import FloatArray, Result

from ..background import Task
from ..context import Context
from ..theme import GRID
from ..widgets.elided import ElidedLabel
from .class_rows import ClassRow
from .sphere_view import CenterMark, SphereView, TrailPoint

if TYPE_CHECKING:
    from fervideo.centers.sphere import SphereMap


class SpherePanel(QWidget):
    """Fits the map off the window's thread whenever the centers change, and draws."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.view = SphereView(context.theme)
        self.caption = ElidedLabel()
        self.caption.setProperty("role", "muted")
        self._map: SphereMap | None = None
        self._fitted: CenterSet | None = None
        self._is_fitting = False
        self._track_id = -1
        self._rows: tuple[ClassRow, ...] = ()
        self._chosen = ""
        title = QLabel("Sphere")
        title.setProperty("role", "title")
        header = QHBoxLayout()
        header.setSpacing(2 * GRID)
        header.addWidget(title)
        header.addWidget(self.caption, 1)
        self.caption.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        column.setSpacing(0)
        column.addLayout(header)
        column.addWidget(self.view, 1)

    def show_rows(self, rows: tuple[ClassRow, ...], chosen: str) -> None:
        """Show these classes. The map is fitted anew if their centers have moved."""
        self._rows, self._chosen = rows, chosen
        self._fit()
        self._show_marks()

    def showEvent(self, event: QShowEvent) -> None:
        """Now it is looked at."""
        super().showEvent(event)
        self._fit()

    def follow(self, result: Result, row: int | None) -> None:
        """The followed face is in this row of a result; None if it is away."""
        if row is None or self._map is None or not self.isVisible():
            return
        embedding = result.recognition.embeddings[row : row + 1]
        if embedding.shape[1] != self._map.matrix.shape[1]:
            return
        track_id = int(result.faces.track_ids[row])
        if track_id != self._track_id:
            self._track_id = track_id
            self.view.clear_trail()
        color = labels.color_of(result.labels[row].name, result.recognition.classes)
        self.view.add(
            TrailPoint(
                result.frame.time_s,
                self._map.points(embedding)[0],
                color,
                float(self._map.share(embedding)[0]),
            )
        )

    def _fit(self) -> None:
        """Fit the map, unless it fits already, is just being fitted, or nobody looks."""
        centers = self._context.profiles.everything()
        if centers is None or self._is_fitting or not self.isVisible():
            return
        if _same(centers, self._fitted):
            return
        self._is_fitting = True
        order, start = self._continued(centers)
        fit = partial(_fit_map, centers.centers[order], start)
        self._context.background.start(fit, partial(self._take, centers, order), "fit-sphere")

    def _continued(self, centers: CenterSet) -> tuple[list[int], FloatArray | None]:
        """Rows with those first that were on the sphere before, and where they were."""
        before, fitted = self._map, self._fitted
        if before is None or fitted is None or fitted.centers.shape[1] != centers.centers.shape[1]:
            return list(range(len(centers.classes))), None
        known = [i for i, name in enumerate(centers.classes) if name in fitted.classes]
        new = [i for i in range(len(centers.classes)) if i not in known]
        places = [fitted.classes.index(centers.classes[i]) for i in known]
        return known + new, before.centers[places] if len(known) > 1 else None

    def _take(self, centers: CenterSet, order: list[int], task: Task[SphereMap]) -> None:
        self._is_fitting = False
        if task.value is None:
            self.caption.setText(f"Cannot be drawn: {task.error}")
            return
        found = task.value
        points = np.empty_like(found.centers)
        points[order] = found.centers
        self._map = replace(found, centers=points)
        self._fitted = centers
        self.view.clear_trail()
        self.caption.setText(_caption(self._map))
        self._show_marks()
        self._embed_pictures()
        self._fit()

    def _show_marks(self) -> None:
        found, fitted = self._map, self._fitted
        if found is None or fitted is None:
            return
        places = {name: found.centers[i] for i, name in enumerate(fitted.classes)}
        self.view.show_marks(
            tuple(
                CenterMark(
                    row.name,
                    _short(row.name),
                    row.color,
                    places[row.name],
                    self._samples(row.name, found),
                    row.enabled,
                    row.name == self._chosen,
                )
                for row in self._rows
                if row.name in places
            )
        )

    def _samples(self, name: str, found: SphereMap) -> FloatArray:
        samples = self._context.profiles.samples(name)
        if samples.ndim != 2 or samples.shape[1] != found.matrix.shape[1]:
            return np.zeros((0, 3), np.float32)
        return found.points(samples)

    def _embed_pictures(self) -> None:
        """Of kept pictures only the pixels are on disk: look at them with the model in use."""
        book = self._context.profiles
        profile, model = book.profile, book.model
        if profile is None or model is None:
            return
        for expression in profile.expressions:
            if expression.crops and not len(book.samples(expression.name)):
                look = partial(_embed, model, expression.crops)
                then = partial(self._know_pictures, expression.name, model)
                self._context.background.start(look, then, "embed-pictures")

    def _know_pictures(self, name: str, model: ModelLike, task: Task[FloatArray]) -> None:
        if task.value is not None and not len(self._context.profiles.samples(name)):
            self._context.profiles.remember(name, model, list(task.value))


def _fit_map(centers: FloatArray, start: FloatArray | None) -> SphereMap:
    from fervideo.centers.sphere import fit_sphere  # SciPy takes its time to come

    return fit_sphere(centers, start)


def _embed(model: ModelLike, crops: tuple[np.ndarray, ...]) -> FloatArray:
    return model.embed(fit_crops(crops, model.card.input_size))


def _same(one: CenterSet, other: CenterSet | None) -> bool:
    return (
        other is not None
        and one.classes == other.classes
        and np.array_equal(one.centers, other.centers)
    )


def _short(name: str) -> str:
    known = labels.BY_NAME.get(name)
    return known.short if known else name[:4]


def _caption(found: SphereMap) -> str:
    """How true the picture is."""
    if found.is_exact:
        return "The embedding itself: three numbers wide"
    return f"Angles are off by {found.rms_deg:.0f}° on the whole, {found.worst_deg:.0f}° at most"
