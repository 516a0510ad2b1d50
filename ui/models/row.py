"""One model in the list: its name, how right it is, how large and how fast."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from ..services import ShippedModel
from ..theme import GRID, Theme, body_font, small_font, with_weight
from ..widgets.buttons import PaintedButton

TESTS = (("RAF-DB", "rafdb test"), ("FER2013", "fer2013 test"), ("CK+", "ckplus test"))
COLUMN = 84
NAME_AT = 20
NARROWEST_NAME = 200


def share(value: float | None) -> str:
    """`86.4 %`, or a dash for what was not measured."""
    return "–" if value is None else f"{100 * value:.1f} %"


def figures(model: ShippedModel, ms: float | None) -> tuple[tuple[str, str], ...]:
    """Heading and figure of each column."""
    card = model.card
    return (
        *((title, share(card.measured(test))) for title, test in TESTS),
        ("Parameters", f"{card.parameters / 1e6:.1f} M"),
        ("File", f"{model.file_bytes / 1e6:.1f} MB"),
        ("A face", "–" if ms is None else f"{ms:.1f} ms"),
    )


class ModelRow(PaintedButton):
    """A model that can be chosen; the one in use says so.

    Args:
        theme: The theme.
        model: What to show.
        parent: Parent widget.
    """

    def __init__(self, theme: Theme, model: ShippedModel, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.model = model
        self._ms: float | None = None
        self._in_use = False
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._tell()

    def show_speed(self, ms: float | None) -> None:
        """Milliseconds a face takes here, None if it was not measured."""
        self._ms = ms
        self._tell()

    def show_in_use(self, in_use: bool) -> None:
        """Whether it is the model that is recognising now."""
        if in_use != self._in_use:
            self._in_use = in_use
            self._tell()

    @property
    def note(self) -> str:
        """What it is at present, in a word or two."""
        words = ["in use"] if self._in_use else []
        return ", ".join([*words, "default"] if self.model.is_default else words)

    def ground(self) -> QColor | None:
        """The chosen one is raised."""
        if self.isChecked():
            return self.theme.color("raised")
        return self.theme.color("hover") if self.underMouse() else None

    def sizeHint(self) -> QSize:
        """Two lines."""
        return QSize(NARROWEST_NAME + NAME_AT + 6 * COLUMN, 56)

    def minimumSizeHint(self) -> QSize:
        """The name and the accuracies; what has no room is left out from the right."""
        return QSize(NARROWEST_NAME + NAME_AT + 3 * COLUMN, 56)

    def columns(self) -> tuple[tuple[str, str], ...]:
        """Headings and figures that there is room for."""
        room = (self.width() - NARROWEST_NAME - NAME_AT) // COLUMN
        return figures(self.model, self._ms)[: max(3, room)]

    def paint_content(self, painter: QPainter, rect: QRectF) -> None:
        """Name and note at the left, figures under their headings at the right."""
        columns = self.columns()
        start = rect.right() - GRID - len(columns) * COLUMN
        if self._in_use:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.theme.color("accent"))
            painter.drawEllipse(QRectF(rect.left() + 7, rect.top() + 16, 6, 6))
        self._two_lines(
            painter,
            QRectF(rect.left() + NAME_AT, rect.top(), start - rect.left() - NAME_AT, rect.height()),
            (self.model.card.title, self.note or self.model.card.name),
            Qt.AlignmentFlag.AlignLeft,
        )
        for place, (heading, figure) in enumerate(columns):
            box = QRectF(start + place * COLUMN, rect.top(), COLUMN, rect.height())
            self._two_lines(painter, box, (figure, heading), Qt.AlignmentFlag.AlignRight)

    def _two_lines(
        self, painter: QPainter, box: QRectF, lines: tuple[str, str], side: Qt.AlignmentFlag
    ) -> None:
        top = QRectF(box.left(), box.top() + 8, box.width(), 20)
        low = QRectF(box.left(), box.top() + 29, box.width(), 18)
        middle = Qt.AlignmentFlag.AlignVCenter
        font = with_weight(body_font(), QFont.Weight.DemiBold)
        for text, place, face, color in (
            (lines[0], top, font, "text"),
            (lines[1], low, small_font(), "muted"),
        ):
            painter.setFont(face)
            painter.setPen(self.theme.color(color))
            short = QFontMetrics(face).elidedText(
                text, Qt.TextElideMode.ElideRight, round(place.width())
            )
            painter.drawText(place, side | middle, short)

    def _tell(self) -> None:
        told = ", ".join(f"{title} {figure}" for title, figure in figures(self.model, self._ms))
        note = f" ({self.note})" if self.note else ""
        self.setAccessibleName(f"{self.model.card.title}{note}: {told}")
        self.update()
