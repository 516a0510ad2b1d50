"""What is drawn over the picture: a box and a plate for each face, in the picture's own pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from fervideo import labels
from fervideo.types import Result

from ..widgets import hatch

PLATE = QColor(8, 9, 11, 205)
CHOSEN_PLATE = QColor(255, 255, 255, 240)
RADIUS = 6.0
PAD = 6.0


@dataclass(frozen=True, slots=True)
class FaceMark:
    """All that the overlay says of one face.

    Attributes:
        track_id: The face's number.
        box: Left, top, right, bottom in picture pixels.
        text: The stable label, or what is wrong with the face.
        short: The same in few letters, for a small face.
        margin: Lead of the label as text, empty if there is none.
        color: The label's colour; `labels.UNKNOWN_COLOR` for none.
        chosen: It is the face that the panel shows.
        is_poor: It is of low quality.
        name: What a person calls it, empty if it goes by its number.
        pose: Pitch, yaw and roll of its head in degrees; None where they are not known, or known
            with the landmarks.
    """

    track_id: int
    box: tuple[float, float, float, float]
    text: str
    short: str
    margin: str
    color: str
    chosen: bool
    is_poor: bool
    name: str = ""
    pose: tuple[float, float, float] | None = None


class Pieces(NamedTuple):
    """The words of a plate, from left to right; an empty one is left out."""

    label: str
    margin: str
    number: str


def marks_of(result: Result, chosen: int | None) -> tuple[FaceMark, ...]:
    """The marks of a result, the chosen face last so that it is painted on top."""
    marks = [_mark(result, row, chosen) for row in range(len(result.faces))]
    return tuple(sorted(marks, key=lambda mark: mark.chosen))


def _mark(result: Result, row: int, chosen: int | None) -> FaceMark:
    label = result.labels[row]
    track_id = int(result.faces.track_ids[row])
    poor = bool(result.faces.low_quality[row])
    left, top, right, bottom = (float(v) for v in result.faces.boxes[row])
    reason = result.faces.quality_reasons[row]
    text = label.name or (f"low quality: {reason}" if reason else "low quality")
    if poor and label.name:
        text = f"{label.name}?"
    known = labels.BY_NAME.get(label.name)
    return FaceMark(
        track_id=track_id,
        box=(left, top, right, bottom),
        text=text,
        short=known.short if known else text.partition(":")[0],
        margin=f"{label.margin:+.2f}" if label.is_known and not poor else "",
        color=labels.color_of(label.name, result.recognition.classes),
        chosen=track_id == chosen,
        is_poor=poor,
    )


class OverlayPainter:
    """Paints marks over a picture that is shown at some scale and place.

    Args:
        font: Font of the plates.
    """

    def __init__(self, font: QFont) -> None:
        self._font = font
        self._bold = QFont(font)
        self._bold.setWeight(QFont.Weight.DemiBold)

    def paint(
        self, painter: QPainter, marks: tuple[FaceMark, ...], area: QRectF, scale: float
    ) -> None:
        """Paint every mark.

        Args:
            painter: Where; clipped to the picture.
            marks: The faces.
            area: Rectangle of the picture on the painter.
            scale: Painter units for one picture pixel.
        """
        painter.save()
        painter.setClipRect(area)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        taken: list[QRectF] = []
        for mark in marks:
            self._box(painter, mark, box_rect(mark, area, scale))
        for mark in reversed(marks):
            plate = self._plate(mark, box_rect(mark, area, scale), area, taken)
            self._paint_plate(painter, mark, *plate, stands_out=mark.chosen and len(marks) > 1)
            taken.append(plate[0])
        painter.restore()

    def _box(self, painter: QPainter, mark: FaceMark, rect: QRectF) -> None:
        width = 3.0 if mark.chosen else 2.0
        shade = QPen(QColor(0, 0, 0, 130), width + 2)
        line = QPen(QColor(mark.color if mark.color != labels.UNKNOWN_COLOR else "#C8CCD4"), width)
        if mark.is_poor or mark.color == labels.UNKNOWN_COLOR:
            line.setDashPattern([4, 3])
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in (shade, line):
            painter.setPen(pen)
            painter.drawRoundedRect(rect, RADIUS, RADIUS)

    def _variants(self, mark: FaceMark) -> list[Pieces]:
        """What a plate may say, the fullest first."""
        number = mark.name or f"#{mark.track_id}"
        full = [Pieces(mark.text, mark.margin, number), Pieces(mark.text, "", number)]
        return full if mark.chosen else [*full, Pieces(mark.short, "", number)]

    def _plate(
        self, mark: FaceMark, box: QRectF, area: QRectF, taken: list[QRectF]
    ) -> tuple[QRectF, Pieces]:
        """Place of the fullest plate that suits the box and hides no other plate."""
        metrics = QFontMetricsF(self._bold)
        room = max(1.4 * box.width(), 16.0 * metrics.averageCharWidth())
        plate, pieces = QRectF(), Pieces("", "", "")
        for pieces in self._variants(mark):
            widths = [metrics.horizontalAdvance(piece) for piece in pieces]
            width = 2 * PAD + self._side() + sum(w + PAD for w in widths if w)
            plate = place(QRectF(0, 0, width, metrics.height() + PAD), box, area, taken)
            fits = mark.chosen or width <= room
            if fits and not any(plate.intersects(other) for other in taken):
                break
        return plate, pieces

    def _side(self) -> float:
        """Size of the swatch."""
        return 0.8 * QFontMetricsF(self._bold).ascent()

    def _paint_plate(
        self, painter: QPainter, mark: FaceMark, plate: QRectF, pieces: Pieces, stands_out: bool
    ) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(CHOSEN_PLATE if stands_out else PLATE)
        painter.drawRoundedRect(plate, 4, 4)
        side = self._side()
        swatch = QRectF(plate.left() + PAD, plate.center().y() - side / 2, side, side)
        hatch.fill(painter, swatch, mark.color, 3)
        self._words(painter, plate.adjusted(2 * PAD + side, 0, 0, 0), pieces, stands_out)

    def _words(self, painter: QPainter, room: QRectF, pieces: Pieces, on_light: bool) -> None:
        strong, quiet = ("#14171C", "#4E5663") if on_light else ("#FFFFFF", "#B9BEC7")
        styles = ((self._bold, strong), (self._font, strong), (self._font, quiet))
        left = room.left()
        for text, (font, color) in zip(pieces, styles, strict=True):
            if text:
                width = QFontMetricsF(self._bold).horizontalAdvance(text)
                painter.setFont(font)
                painter.setPen(QColor(color))
                line = QRectF(left, room.top(), width + 2, room.height())
                painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, text)
                left += width + PAD


def box_rect(mark: FaceMark, area: QRectF, scale: float) -> QRectF:
    """A mark's box on the painter."""
    left, top, right, bottom = mark.box
    corner = QPointF(area.left() + left * scale, area.top() + top * scale)
    return QRectF(corner, QPointF(area.left() + right * scale, area.top() + bottom * scale))


def place(plate: QRectF, box: QRectF, area: QRectF, taken: list[QRectF]) -> QRectF:
    """Where a plate goes: over its box, else under it, else inside; within the picture."""
    gap = 4.0
    tops = (box.top() - gap - plate.height(), box.bottom() + gap, box.top() + gap)
    candidates = []
    for top in tops:
        spot = QRectF(box.left() - 1, top, plate.width(), plate.height())
        spot.moveLeft(min(max(spot.left(), area.left() + 2), area.right() - plate.width() - 2))
        inside = area.top() <= spot.top() and spot.bottom() <= area.bottom()
        candidates.append((not inside, any(spot.intersects(t) for t in taken), spot))
    best = min(candidates, key=lambda c: (c[0], c[1]))[2]
    best.moveTop(min(max(best.top(), area.top() + 2), area.bottom() - plate.height() - 2))
    return best
