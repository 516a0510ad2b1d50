"""The panel under the picture in which an expression is enrolled. It stands in nobody's way."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from fervideo.centers.enroll import Preview, Sample
from fervideo.centers.names import LONGEST_NAME
from fervideo.errors import ProfileError
from fervideo.live_stats import LiveState
from fervideo.types import Result

from ..context import Context
from ..theme import GRID
from ..widgets.banner import Message, Tone
from ..widgets.cosines import CosineList, ranked
from ..widgets.elided import ElidedLabel
from ..widgets.switch import Switch
from ..widgets.thumbs import Thumbs
from .chooser import FaceChooser
from .enroll_flow import EnrollFlow, Phase
from .enroll_words import NO_FRAME_COMES, accept_text, accepted_text, note_of, sight_of
from .face_panel import muted
from .video_view import VideoView

HEIGHT = 216
LEFT, RIGHT = 280, 248
DISTANCES = "Cosine to the others"


class EnrollPanel(QWidget):
    """Name and buttons at the left, pictures in the middle, cosines and the end at the right.

    Attributes:
        opened: It has opened (True) or closed.
    """

    opened = Signal(bool)

    def __init__(
        self,
        context: Context,
        video: VideoView,
        chooser: FaceChooser,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._context, self._video, self._chooser = context, video, chooser
        self.flow = EnrollFlow(context.profiles, self)
        self.title = QLabel()
        self.title.setProperty("role", "title")
        self.name = QLineEdit(maxLength=LONGEST_NAME, placeholderText="Name, such as laughing")
        self.name.setAccessibleName("Name of the expression")
        self.hold = QPushButton("Hold Space")
        self.hold.setToolTip("Gathers pictures as long as it is held, with the mouse or with Space")
        self.hold.setAccessibleName("Hold to gather pictures")
        self.count_down = QPushButton("3 – 2 – 1")
        self.count_down.setToolTip("Counts down, then gathers pictures by itself")
        self.count_down.setAccessibleName("Count down, then gather pictures")
        self.note = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.note.setProperty("role", "muted")
        self.note.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.counted = ElidedLabel()
        self.counted.setProperty("role", "title")
        self.keep = Switch(context.theme, "Keep pictures")
        self.thumbs = Thumbs(context.theme, context.icons, "Gathered pictures", can_drop=True)
        self.cosines = CosineList(context.theme)
        self.distances = muted()
        self.cancel = QPushButton("Cancel")
        self.accept = QPushButton("Enroll")
        self.accept.setProperty("role", "main")
        self._escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        self._lay_out()
        self._connect()
        self.hide()

    def open(self, name: str = "", is_neutral: bool = False) -> None:
        """Begin."""
        self.flow.open(name, is_neutral)
        with QSignalBlocker(self.name):
            self.name.setText(name)
        self.name.setVisible(not is_neutral)
        self.show()
        self.opened.emit(True)
        if is_neutral:
            self._count_down()
            self.count_down.setFocus()
        elif name:
            self.hold.setFocus()
        else:
            self.name.setFocus()

    def offer(self, result: Result, chosen: int | None) -> None:
        """A result came."""
        self.flow.offer(result, chosen)

    def _close(self) -> None:
        self.hide()
        self._video.set_enrolment(None)
        self.opened.emit(False)
        self._video.setFocus()

    def _accept(self) -> None:
        try:
            self.flow.accept(self.keep.isChecked())
        except ProfileError as error:
            self._context.banner.say(Message(str(error), Tone.ERROR, topic="enroll"))

    def _say_accepted(self, name: str) -> None:
        self._context.banner.say(
            Message(
                accepted_text(self.flow, name),
                action="Show Expressions",
                run=lambda: self._context.navigator.show("expressions"),
                topic="enroll",
                lasting=False,
            )
        )

    def _gathered(self, sample: Sample) -> None:
        self.thumbs.add(sample.crop)

    def _show(self) -> None:
        flow = self.flow
        if not flow.is_open:
            if not self.isHidden():
                self._close()
            return
        self.title.setText("My neutral face" if flow.is_neutral else "Enroll an expression")
        busy = flow.phase is not Phase.WAITING
        self.count_down.setText("Stop" if busy and not self.hold.isDown() else "3 – 2 – 1")
        preview = flow.preview()
        self._show_note()
        count = len(flow.samples)
        self.counted.setText(f"{count} of {flow.wanted} pictures" if count else "No pictures yet")
        self._show_preview(preview)
        self.accept.setText(accept_text(flow))
        self.accept.setEnabled(flow.can_accept and flow.phase is Phase.WAITING)
        self._video.set_enrolment(sight_of(flow))

    def _show_note(self) -> None:
        """What is wrong with the pictures, else the next step."""
        text, is_warning = note_of(self.flow)
        self.note.setText(text)
        role = "warning" if is_warning else "muted"
        if self.note.property("role") != role:
            self.note.setProperty("role", role)
            self.note.style().polish(self.note)

    def _show_preview(self, preview: Preview | None) -> None:
        centers = self._context.profiles.in_use()
        self.distances.setText("" if preview is None or self.flow.is_neutral else DISTANCES)
        if preview is None or centers is None or self.flow.is_neutral:
            self.cosines.show_rows((), ())
            self.thumbs.mark(())
            return
        self.cosines.show_rows(ranked(preview), centers.classes)
        few = 2 * len(preview.doubtful) < preview.frames  # else it is the rest that stands out
        self.thumbs.mark(preview.doubtful if few else ())

    def _hold(self) -> None:
        """Gather; where nothing moves, from the picture that is there."""
        self.flow.hold(self._chooser.track_id)
        bridge = self._context.bridge
        shown = bridge.engine.peek() if bridge.last.state is not LiveState.RUNNING else None
        if shown is not None:
            self.flow.offer(shown, self._chooser.track_id)

    def _toggle_count(self) -> None:
        if self.flow.phase is Phase.WAITING:
            self._count_down()
        else:
            self.flow.stop()

    def _count_down(self) -> None:
        """Gather after 3, 2, 1, unless no frame will come."""
        if self._context.bridge.last.state in (LiveState.RUNNING, LiveState.OPENING):
            self.flow.count_down(self._chooser.track_id)
        else:
            self.flow.say(NO_FRAME_COMES)

    def _connect(self) -> None:
        flow, keep = self.flow, self._context.actions["keep_crops"]
        flow.changed.connect(self._show)
        flow.gathered.connect(self._gathered)
        flow.emptied.connect(self.thumbs.clear)
        flow.accepted.connect(self._say_accepted)
        self.name.textChanged.connect(flow.set_name)
        self.name.returnPressed.connect(self.hold.setFocus)
        self.hold.pressed.connect(self._hold)
        self.hold.released.connect(flow.let_go)
        self.count_down.clicked.connect(self._toggle_count)
        self.thumbs.dropped.connect(flow.drop)
        self.cancel.clicked.connect(flow.cancel)
        self.accept.clicked.connect(self._accept)
        self._escape.activated.connect(flow.cancel)
        self.keep.setChecked(keep.isChecked())
        self.keep.toggled.connect(keep.setChecked)
        keep.toggled.connect(self.keep.setChecked)
        self.keep.setToolTip(keep.toolTip())

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(GRID)
        left.addWidget(self.title)
        left.addWidget(self.name)
        buttons = QHBoxLayout()
        buttons.setSpacing(GRID)
        buttons.addWidget(self.hold, 1)
        buttons.addWidget(self.count_down, 1)
        left.addLayout(buttons)
        left.addWidget(self.note, 1)
        header = QHBoxLayout()
        header.addWidget(self.counted, 1)
        header.addWidget(self.keep)
        middle = QVBoxLayout()
        middle.setSpacing(GRID)
        middle.addLayout(header)
        middle.addWidget(self.thumbs, 1)
        ends = QHBoxLayout()
        ends.setSpacing(GRID)
        ends.addWidget(self.cancel)
        ends.addWidget(self.accept, 1)
        right = QVBoxLayout()
        right.setSpacing(GRID // 2)
        right.addWidget(self.distances)
        right.addWidget(self.cosines, 1)
        right.addLayout(ends)
        row = QHBoxLayout()
        row.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        row.setSpacing(3 * GRID)
        for column, width in ((left, LEFT), (middle, 0), (right, RIGHT)):
            holder = QWidget()
            column.setContentsMargins(0, 0, 0, 0)
            holder.setLayout(column)
            if width:
                holder.setFixedWidth(width)
            row.addWidget(holder, 0 if width else 1)
        panel = QWidget()
        panel.setProperty("role", "panel")
        panel.setLayout(row)
        panel.setFixedHeight(HEIGHT)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, GRID, 0, 0)
        outer.addWidget(panel)
