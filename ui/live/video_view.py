"""Shows the very frame that was analysed, with the faces marked on it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFont,
    QFontMetricsF,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from fervideo.types import Result

from ..guard import painting
from ..theme import GRID, Theme, body_font, body_px, small_font, with_weight
from ..widgets.pictures import to_image as to_image
from .enroll_overlay import EnrollSight, paint_enrolment
from .landmark_overlay import LandmarkLayer
from .overlay import PLATE, FaceMark, OverlayPainter, box_rect, marks_of

FLASH_MS = 1600


class VideoView(QWidget):
    """The picture, letterboxed, with overlays, and the recording state all round it.

    Attributes:
        face_clicked: The track id of a face that was clicked.
        toggled: Space was pressed on the picture, or it was double-clicked.
    """

    face_clicked = Signal(int)
    toggled = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._image: QImage | None = None
        self._mark_width = 0
        self._marks: tuple[FaceMark, ...] = ()
        self._recording = ""
        self._flash_timer = QTimer(self, singleShot=True, interval=FLASH_MS)
        self._flash_timer.timeout.connect(lambda: self.flash(""))
        self._note = self._pending = self._flash = ""
        self._enrolment: EnrollSight | None = None
        self.show_overlays = True
        self.landmarks = LandmarkLayer()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self.setAccessibleName("Picture")
        theme.changed.connect(self.update)

    @property
    def has_picture(self) -> bool:
        """Whether there is a frame to show."""
        return self._image is not None

    @property
    def marks(self) -> tuple[FaceMark, ...]:
        """The faces on the picture."""
        return self._marks

    def show_result(self, result: Result, chosen: int | None) -> None:
        """Show a result's frame and faces."""
        self.landmarks.landmarks = result.landmarks
        self.show_picture(to_image(result.frame.image), marks_of(result, chosen))

    def show_picture(
        self, image: QImage, marks: tuple[FaceMark, ...], mark_width: int | None = None
    ) -> None:
        """Show a picture and faces.

        Args:
            image: The picture.
            marks: The faces.
            mark_width: Width of the picture in the marks' pixels, if it was made smaller.
        """
        self._image, self._marks = image, marks
        self._mark_width = mark_width or image.width()
        count = len(self._marks)
        self.setAccessibleDescription(f"{count} face{'' if count == 1 else 's'} in view")
        self.update()

    def clear(self) -> None:
        """Show nothing: another source is coming."""
        self._image, self._marks, self.landmarks.landmarks = None, (), None
        self.update()

    def forget_marks(self) -> None:
        """Show no faces until the next result: these are of another model or source."""
        self._marks, self.landmarks.landmarks = (), None
        self.update()

    def set_overlays(self, on: bool) -> None:
        """Show boxes and labels, or the bare picture."""
        self.show_overlays = on
        self.update()

    def show_landmarks(self, mesh: bool, axes: bool) -> None:
        """Show the mesh and the axes of each head, where they were measured."""
        self.landmarks.show_mesh, self.landmarks.show_axes = mesh, axes
        self.update()

    def set_recording(self, text: str) -> None:
        """Show the recording state with this text; empty for none."""
        if text != self._recording:
            self._recording = text
            self.update()

    def set_note(self, text: str) -> None:
        """A word over the picture, such as `Paused`; empty for none."""
        if text != self._note:
            self._note = text
            self.update()

    @property
    def said(self) -> str:
        """The word that stands over the picture, empty if there is none."""
        return self._flash or self._pending or self._note

    def set_pending(self, text: str) -> None:
        """A word on what was begun and is to be ended; empty for none."""
        self._pending = text
        self.update()

    def flash(self, text: str) -> None:
        """A word over the picture for a moment, such as what was just marked."""
        self._flash = text
        self.update()
        if text:
            self._flash_timer.start()

    def set_enrolment(self, sight: EnrollSight | None) -> None:
        """Show how an enrolment gets on; None for none."""
        if sight != self._enrolment:
            self._enrolment = sight
            self.update()

    @property
    def enrolment(self) -> EnrollSight | None:
        """How an enrolment gets on, as shown."""
        return self._enrolment

    def snapshot(self) -> QImage | None:
        """The frame at its own resolution with the overlays as shown, None if there is none."""
        if self._image is None:
            return None
        image = self._image.copy()
        with painting(image) as painter:
            font = with_weight(body_font(), QFont.Weight.Normal)
            font.setPixelSize(max(12, round(image.height() / 40)))
            scale = image.width() / self._mark_width
            self.landmarks.paint(painter, QRectF(image.rect()), scale, self._marks)
            if self.show_overlays:
                OverlayPainter(font).paint(painter, self._marks, QRectF(image.rect()), scale)
        return image

    def picture_rect(self) -> QRectF:
        """Where the picture is in the widget."""
        if self._image is None:
            return QRectF(self.rect())
        inset = self._inset()
        room = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        size = self._image.size().toSizeF()
        size.scale(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
        rect = QRectF(QPointF(0, 0), size)
        rect.moveCenter(room.center())
        return rect

    def sizeHint(self) -> QSize:
        """A common shape."""
        return QSize(960, 540)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Picture, overlays, states."""
        with painting(self) as painter:
            painter.fillRect(self.rect(), self._theme.color("backdrop"))
            if self._image is not None:
                area = self.picture_rect()
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
                painter.drawImage(area, self._image)
                scale = area.width() / self._mark_width
                self.landmarks.paint(painter, area, scale, self._marks)
                if self.show_overlays:
                    OverlayPainter(self._plate_font()).paint(painter, self._marks, area, scale)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self.said:
                self._paint_note(painter, self.said)
            if self._enrolment is not None:
                paint_enrolment(painter, self._theme, self._enrolment, self.picture_rect())
            if self._recording:
                self._paint_recording(painter)
            self._round_corners(painter)
            if self.hasFocus():
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(self._theme.color("accent"), 2))
                painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), GRID, GRID)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the face under the pointer."""
        mark = self._mark_at(event.position())
        if mark is not None and event.button() == Qt.MouseButton.LeftButton:
            self.face_clicked.emit(mark.track_id)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Pause or go on, off the faces."""
        if self._mark_at(event.position()) is None:
            self.toggled.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """A hand over what can be clicked."""
        over = self._mark_at(event.position()) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space pauses and goes on."""
        if event.key() == Qt.Key.Key_Space:
            self.toggled.emit()
        else:
            super().keyPressEvent(event)

    def _inset(self) -> float:
        return 8.0 if self._recording else 0.0

    def _plate_font(self) -> QFont:
        font = small_font()
        font.setPixelSize(max(font.pixelSize(), min(20, round(self.height() / 48))))
        return font

    def _mark_at(self, point: QPointF) -> FaceMark | None:
        if self._image is None:
            return None
        area = self.picture_rect()
        scale = area.width() / self._mark_width
        hit = [m for m in self._marks if box_rect(m, area, scale).contains(point)]
        return min(hit, key=lambda m: m.box[2] - m.box[0]) if hit else None

    def _round_corners(self, painter: QPainter) -> None:
        """Corners as of the panels: cheaper than clipping the picture to a rounded shape."""
        outside, inside = QPainterPath(), QPainterPath()
        outside.addRect(QRectF(self.rect()))
        inside.addRoundedRect(QRectF(self.rect()), GRID, GRID)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("window"))
        painter.drawPath(outside.subtracted(inside))

    def _paint_note(self, painter: QPainter, text: str) -> None:
        font = with_weight(body_font(), QFont.Weight.DemiBold)
        width = QFontMetricsF(font).horizontalAdvance(text) + 4 * GRID
        plate = QRectF(0, 0, width, 36)
        plate.moveCenter(QPointF(self.width() / 2, self.height() - 36))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(PLATE)
        painter.drawRoundedRect(plate, 18, 18)
        painter.setFont(font)
        painter.setPen(self._theme.color("on_backdrop"))
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_recording(self, painter: QPainter) -> None:
        """A red frame and a red plate, to be seen from across a room."""
        red = self._theme.color("record")
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(red, 8))
        painter.drawRect(QRectF(self.rect()).adjusted(4, 4, -4, -4))
        font = with_weight(body_font(), QFont.Weight.Bold)
        font.setPixelSize(max(round(body_px() * 1.6), round(self.height() / 22)))
        metrics = QFontMetricsF(font)
        text = f"REC  {self._recording}"
        side = metrics.height() * 0.5
        width = metrics.horizontalAdvance(text) + side + 6 * GRID
        plate = QRectF(self.width() - width - 8, 8, width, metrics.height() + 2 * GRID)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(red)
        painter.drawRect(plate)
        painter.setBrush(self._theme.color("on_fill"))
        dot = QRectF(plate.left() + 2 * GRID, plate.center().y() - side / 2, side, side)
        painter.drawEllipse(dot)
        painter.setFont(font)
        painter.setPen(self._theme.color("on_fill"))
        line = plate.adjusted(3.5 * GRID + side, 0, 0, 0)
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, text)
