"""An open session: picture, panels, time."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QMenu, QSplitter, QVBoxLayout, QWidget

from fervideo.session.markers import Marker
from fervideo.session.segments import Segment

from ..context import Context
from ..theme import GRID
from .choosing import Choosing
from .document import Document
from .editing import Editing
from .head import Head
from .lanes import LANE_PX
from .marking import Marking
from .marks import has_pose
from .moving import Moving
from .playhead import Playhead
from .side import Side
from .stage import ReviewStage
from .time_widget import GUTTER
from .timeline_panel import TimelinePanel

MOST_TIMELINE = 0.5
"""Of the height: the picture keeps the rest."""

_AXES = "Show which way each head is turned, as recorded; the points of the mesh are not recorded"
_NO_AXES = "This session has no head pose: analyse the video again with landmarks"


class SessionPage(QWidget):
    """Shows one session and lets it be changed.

    Attributes:
        find_wanted: The user wants to say where the video is.
    """

    find_wanted = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self.document: Document | None = None
        self.playhead = Playhead(parent=self)
        self.head = Head(context)
        self.stage = ReviewStage(context.theme, self.playhead)
        self.side = Side(context, self.playhead)
        self.timeline = TimelinePanel(context, self.playhead)
        self.moving = Moving(context.actions, self.playhead, self)
        self.editing = Editing(
            self,
            context.actions,
            self.playhead,
            lambda: self.side.faces.selected,
            self._menu_place,
        )
        self.marking = Marking(self, context, self.playhead, self.side.markers, self.timeline.ruler)
        self.choosing = Choosing(context.actions, self.playhead, self.marking.cancel, self)
        self._is_own_share = False
        # A click beside the buttons takes the focus from them: Space is to play again.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._lay_out()
        self._connect()

    def open(self, document: Document | None, elsewhere: Path | None = None) -> None:
        """Show another session, or none."""
        self.document = document
        self.playhead.set_whole(*(document.index.span if document else (0.0, 1.0)))
        self.head.open(document)
        self.stage.open(document, elsewhere)
        self._offer_axes(document is not None and has_pose(document))
        parts = self.side, self.timeline, self.moving, self.editing, self.marking, self.choosing
        for part in parts:
            part.open(document)
        self.share_room()

    def restore_shares(self, across: QByteArray, down: QByteArray) -> None:
        """Share out the room as the user had it."""
        both = self.across.restoreState(across), self.down.restoreState(down)
        self._is_own_share = all(both)

    @property
    def shares(self) -> tuple[QByteArray, QByteArray] | None:
        """How the user has shared out the room, None if as it comes."""
        return (self.across.saveState(), self.down.saveState()) if self._is_own_share else None

    def share_room(self) -> None:
        """Give each part what it needs, the picture the most, unless the user knows better."""
        if self._is_own_share or self.down.height() < 100:
            return
        height, width = self.down.height() - GRID, self.across.width() - GRID
        low = min(self.timeline.wish, round(height * MOST_TIMELINE))
        self.down.setSizes([height - low, low])
        side = min(400, max(272, round(width * 0.25)))
        self.across.setSizes([width - side, side])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another size is shared out anew."""
        super().resizeEvent(event)
        QTimer.singleShot(0, self, self.share_room)

    def close_work(self) -> None:
        """End the threads."""
        self.playhead.pause()
        self.stage.close_work()
        self.side.faces.close_work()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape forgets what is chosen or begun."""
        if event.key() == Qt.Key.Key_Escape and self.choosing.nothing():
            return
        super().keyPressEvent(event)

    def _tell_part(self, words: str, is_hint: bool) -> None:
        """Say what is chosen, and show what waits for its other end."""
        self.timeline.transport.show_part(words, is_hint)
        self.timeline.ruler.set_open_ends(*self.choosing.pending)

    def _connect(self) -> None:
        actions, settings = self._context.actions, self._context.settings
        for splitter in (self.across, self.down):
            splitter.splitterMoved.connect(self._keep_share)
        self.timeline.plots.panes_changed.connect(self.share_room)
        self.choosing.told.connect(self._tell_part)
        self.stage.find_wanted.connect(self.find_wanted)
        self.stage.video.face_clicked.connect(self._choose)
        self.stage.video.toggled.connect(self.moving.toggle)
        self.timeline.lanes.menu_wanted.connect(self._show_lane_menu)
        self.timeline.lanes.rename_wanted.connect(self.editing.ask_name)
        self.timeline.ruler.marker_menu_wanted.connect(self._show_marker_menu)
        self.side.faces.rename_wanted.connect(self.editing.ask_name)
        for key, widget in (("face_panel", self.side), ("plot_panel", self.timeline.plots)):
            actions[key].toggled.connect(widget.setVisible)
            actions[key].toggled.connect(self.share_room)
            widget.setVisible(settings.flag("face_panel" if key == "face_panel" else "plot_panel"))
        actions["overlays"].toggled.connect(self.stage.video.set_overlays)
        self.stage.video.set_overlays(settings.flag("overlays"))

        actions["session_axes"].setChecked(settings.flag("session_axes"))
        actions["session_axes"].toggled.connect(self._show_axes)
        self._offer_axes(False)

    def _offer_axes(self, has: bool) -> None:
        """Let the axes of heads be shown where a session has their angles, and say where not."""
        action = self._context.actions["session_axes"]
        action.setEnabled(has)
        action.setToolTip(_AXES if has else _NO_AXES)
        action.setStatusTip(action.toolTip())
        self.stage.video.show_landmarks(mesh=False, axes=has and action.isChecked())

    def _show_axes(self, on: bool) -> None:
        self._context.settings.set_flag("session_axes", on)
        self.stage.video.show_landmarks(mesh=False, axes=on)

    def _keep_share(self) -> None:
        self._is_own_share = True

    def _choose(self, face_id: int) -> None:
        if self.document is not None:
            self.document.choose(face_id)

    def _menu_place(self) -> QPoint:
        """Where the chosen face's lane meets the cursor."""
        lanes = self.timeline.lanes
        document = self.document
        at = document.face_ids.index(document.face) if document and document.face is not None else 0
        x = min(max(lanes.x_of(self.playhead.time_s), GUTTER), lanes.width())
        return lanes.mapToGlobal(QPoint(round(x), (at + 1) * LANE_PX))

    def _show_lane_menu(self, segment: Segment | None, face: int | None, at: QPoint) -> None:
        """What can be done with a segment, a part, a face."""
        actions, menu = self._context.actions, QMenu(self)
        if segment is not None and self.playhead.selection is None:
            self.playhead.select((segment.start_s, segment.end_s))
        if segment is not None or self.playhead.selection is not None:
            menu.addAction(actions["correct_label"])
            menu.addAction(actions["machine_label"])
            menu.addAction(actions["mark_exclude"])
            menu.addAction(actions["zoom_selection"])
            menu.addSeparator()
        menu.addActions([actions[key] for key in ("choose_start", "choose_end")])
        menu.addSeparator()
        menu.addAction(actions["mark_event"])
        if face is not None:
            menu.addSeparator()
            menu.addActions([actions[k] for k in ("rename_face", "merge_face", "hide_face")])
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)

    def _show_marker_menu(self, marker: Marker, at: QPoint) -> None:
        self.side.markers.choose(marker)
        actions, menu = self._context.actions, QMenu(self)
        menu.addActions([actions["rename_marker"], actions["delete_marker"]])
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)

    def _lay_out(self) -> None:
        panel = QWidget()
        panel.setProperty("role", "panel")
        panel.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        inner = QVBoxLayout(panel)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(self.timeline)
        self.across = _splitter(Qt.Orientation.Horizontal, self.stage, self.side)
        self.down = _splitter(Qt.Orientation.Vertical, self.across, panel)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self.down, 1)
        self.stage.setMinimumSize(320, 160)


def _splitter(orientation: Qt.Orientation, first: QWidget, second: QWidget) -> QSplitter:
    splitter = QSplitter(orientation)
    for widget in (first, second):
        splitter.addWidget(widget)
    splitter.setHandleWidth(GRID)
    splitter.setStretchFactor(0, 1)
    splitter.setStretchFactor(1, 0)
    splitter.setChildrenCollapsible(False)
    return splitter
