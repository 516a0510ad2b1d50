"""One model in the list: its name, how right it is, how large and how fast."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from ..services import ListedModel
from ..theme import GRID, Theme, body_font, small_font, with_weight
from ..widgets.buttons import PaintedButton
from .columns import HEADINGS, NAME_AT, NARROWEST_NAME, columns_in, narrowest, places

HEIGHT = 56


def share(value: float | None) -> str:
    """`86.4 %`, or a dash for what was not measured."""
    return "–" if value is None else f"{100 * value:.1f} %"


TESTS = ("rafdb test", "fer2013 test", "ckplus test")


def figures(model: ListedModel, ms: float | None) -> tuple[str, ...]:
    """The figure of each column; dashes for what is not known."""
    card = model.card
    return (
        *(share(None if card is None else card.measured(test)) for test in TESTS),
        f"{model.file_bytes / 1e6:.1f} MB",
        "–" if ms is None else f"{ms:.1f} ms",
    )


class ModelRow(PaintedButton):
    """A model that can be chosen; the one in use says so.

    Args:
        theme: The theme.
        model: What to show.
        parent: Parent widget.
    """

    def __init__(self, theme: Theme, model: ListedModel, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.model = model
        self._ms: float | None = None
        self._in_use = False
        self._best: frozenset[int] = frozenset()
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._tell()

    @property
    def accuracies(self) -> tuple[float | None, ...]:
        """Accuracy on each test set, None where it was not measured."""
        card = self.model.card
        return tuple(None if card is None else card.measured(test) for test in TESTS)

    def show_speed(self, ms: float | None) -> None:
        """Milliseconds a face takes here, None if it was not measured."""
        self._ms = ms
        self._tell()

    def show_in_use(self, in_use: bool) -> None:
        """Whether it is the model that is recognising now."""
        if in_use != self._in_use:
            self._in_use = in_use
            self._tell()

    def show_best(self, columns: frozenset[int]) -> None:
        """In which columns no other model is better."""
        self._best = columns
        self.update()

    @property
    def note(self) -> str:
        """What the command line calls it, and what it is at present."""
        if self.model.problem:
            return "damaged, cannot be used"
        own = Path(self.model.path).name
        parts = (
            own or self.model.name,
            "in use" if self._in_use else "",
            "default" if self.model.is_default else "",
            "your own file" if self.model.path else "",
        )
        return "  ·  ".join(filter(None, parts))

    def ground(self) -> QColor | None:
        """The chosen one is raised."""
        if self.isChecked():
            return self.theme.color("raised")
        return self.theme.color("hover") if self.underMouse() else None

    def sizeHint(self) -> QSize:
        """Two lines."""
        return QSize(narrowest(len(HEADINGS)), HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """The name and the accuracies; what has no room is left out from the right."""
        return QSize(narrowest(len(TESTS)), HEIGHT)

    def paint_content(self, painter: QPainter, rect: QRectF) -> None:
        """Name and note at the left, figures under their headings at the right."""
        boxes = places(self.width(), rect.height())
        if self._in_use:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.theme.color("accent"))
            painter.drawEllipse(QRectF(rect.left() + 7, rect.top() + 16, 6, 6))
        self._names(painter, rect, max(boxes[0].left() - NAME_AT, NARROWEST_NAME))
        shown = figures(self.model, self._ms)[: columns_in(self.width())]
        for column, (box, figure) in enumerate(zip(boxes, shown, strict=True)):
            weight = QFont.Weight.DemiBold if column in self._best else QFont.Weight.Normal
            painter.setFont(with_weight(body_font(), weight))
            painter.setPen(self.theme.color("muted" if figure == "–" else "text"))
            side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(box, side, figure)

    def _names(self, painter: QPainter, rect: QRectF, width: float) -> None:
        left = rect.left() + NAME_AT
        broken = bool(self.model.problem)
        title = with_weight(body_font(), QFont.Weight.DemiBold)
        for text, face, color, top, height in (
            (self.model.title, title, "text", 8.0, 20.0),
            (self.note, small_font(), "error" if broken else "muted", 29.0, 18.0),
        ):
            painter.setFont(face)
            painter.setPen(self.theme.color(color))
            short = QFontMetrics(face).elidedText(
                text, Qt.TextElideMode.ElideRight, round(width - GRID)
            )
            line = QRectF(left, rect.top() + top, width, height)
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, short)

    def _tell(self) -> None:
        pairs = zip(HEADINGS, figures(self.model, self._ms), strict=True)
        told = ", ".join(f"{heading} {figure}" for heading, figure in pairs)
        self.setAccessibleName(f"{self.model.title} ({self.note}): {told}")
        self.setToolTip(self.model.problem)
        self.update()
