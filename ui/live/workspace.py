"""The Live workspace: puts picture, face, plot and controls together and follows the engine."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from fervideo.capture.names import without_password
from fervideo.capture.source import SourceSpec
from fervideo.live_stats import LiveState, LiveStats
from fervideo.types import Result

from ..context import Context
from ..theme import GRID
from .chooser import FaceChooser
from .controls import Controls
from .enroll_panel import EnrollPanel
from .face_panel import NO_SOURCE, FacePanel
from .half import HalfSplitter
from .history import History
from .landmark_options import LandmarkOptions
from .notices import Notices
from .plot_panel import PlotPanel
from .record_button import recording_text
from .recorder import Recorder
from .source_menu import ICONS, SourceMenu, name_of
from .stage import Stage
from .streaming import Streaming
from .tuning import Tuning
from .view_options import connect_view

PLOT_EVERY = 2
"""Results to a renewal of the plot: 15 a second look as smooth as 30 and cost half."""


class LiveWorkspace(QWidget):
    """Everything of Live but the window round it.

    Attributes:
        stats_shown: The `LiveStats` that the workspace now shows.
        face_followed: A `Result`, and the row of the chosen face in it, None if it is away.
    """

    stats_shown = Signal(object)
    face_followed = Signal(object, object)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._engine = context.bridge.engine
        theme, icons, actions = context.theme, context.icons, context.actions
        self.history, self.chooser = History(), FaceChooser()
        self._source_name = ""
        self._undrawn = 0
        self._state = LiveState.IDLE
        self.controls = Controls(theme, icons, actions)
        self.stage = Stage(theme, icons, actions)
        self.face = FacePanel(theme, icons)
        self.tuning = Tuning(theme, context.settings)
        self.plot = PlotPanel(theme, context.settings)
        self.recorder = Recorder(context, self.stage.video)
        self.notices = Notices(context)
        self.landmarks = LandmarkOptions(context, self.stage.video)
        self.streaming = Streaming(context)
        self.enroll = EnrollPanel(context, self.stage.video, self.chooser)
        self.sources = SourceMenu(
            self.controls.source.menu,
            actions,
            context.settings,
            context.background,
            context.services.cameras,
            self,
        )
        self._lay_out()
        self._connect()
        self.controls.ask(context.background, context.services)
        self.sources.refresh()
        self._configure()

    def open(self, spec: SourceSpec, name: str = "") -> None:
        """Open a source and remember it."""
        self._source_name = name or name_of(spec)
        self._context.settings.source = (spec.kind.value, without_password(spec.location))
        self.stage.video.clear()
        self.sources.set_current(spec)
        self.controls.show_source(self._source_name, ICONS[spec.kind])
        self._forget_faces()
        self._engine.open(spec)
        self._context.bridge.poll_stats()

    def set_model(self, name: str, device: str | None = None) -> None:
        """Load another model, or the same on another device."""
        if device is not None:
            self._context.settings.device = device
        self._context.settings.model = name
        self.notices.expect_model(name, self._context.bridge.last.model_name)
        self._engine.set_model(name, device)
        self._context.bridge.poll_stats()

    def save_state(self) -> None:
        """Remember how the room is shared out."""
        self._context.settings.put_bytes("across", self.across.saveState())
        self._context.settings.put_bytes("down", self.down.saveState())

    def restore_state(self) -> None:
        """Share out the room as it was, or well."""
        settings = self._context.settings
        if not self.across.restoreState(settings.bytes_of("across")):
            self.across.set_second(min(440, max(304, round(self.width() * 0.23))))
        if not self.down.restoreState(settings.bytes_of("down")):
            self.down.set_second(max(176, round(self.height() * 0.28)))
        self.side.setVisible(settings.flag("face_panel"))
        self.plot.setVisible(settings.flag("plot_panel"))

    def _show_result(self, result: Result) -> None:
        row = self.chooser.update(result.faces, result.frame.time_s)
        self.history.add(result)
        if self.chooser.track_id is not None and self.chooser.replaced is not None:
            self.history.hand_over(self.chooser.replaced, self.chooser.track_id)
        self.stage.video.show_result(result, self.chooser.track_id)
        self.stage.choose_page()
        self._context.actions["snapshot"].setEnabled(True)
        self.face.show_result(result, row)
        self.enroll.offer(result, self.chooser.track_id)
        self.face_followed.emit(result, row)
        self._undrawn += 1
        if self._undrawn >= PLOT_EVERY:
            self._draw_plot()

    def _show_stats(self, stats: LiveStats) -> None:
        if stats.source is not None:
            self.face.set_live(stats.source.is_live)
            self._source_name = stats.source.name
            self.controls.show_source(self._source_name, ICONS[stats.source.kind])
        self.controls.show_stats(stats, self._context.settings.device)
        self.stage.show_stats(stats, self._source_name)
        self.stage.video.set_recording(recording_text(stats.recording))
        self.face.tick()
        if self._undrawn:
            self._draw_plot()
        if stats.state is LiveState.ENDED and self._state is not LiveState.ENDED:
            self.chooser.stop_waiting()
            self._show_choice()
        self._state = stats.state
        if stats.state in (LiveState.IDLE, LiveState.OPENING):
            self._context.actions["snapshot"].setEnabled(False)
        self.tuning.set_model(self.controls.model_of(stats.model_name))
        self.recorder.follow(stats)
        self.landmarks.follow(stats)
        self.streaming.follow(stats)
        self.notices.follow(stats)
        self.stats_shown.emit(stats)

    def _draw_plot(self) -> None:
        if self.plot.isVisible():
            self.plot.refresh(self.history, self.chooser.track_id)
            self._undrawn = 0

    def _forget_faces(self) -> None:
        """Another source took over: none of its faces has been seen."""
        self.chooser.clear()
        self._forget_readings()

    def _forget_readings(self) -> None:
        """Another model or profile took over: what was shown says nothing of it."""
        self.history.clear()
        self.plot.clear()
        self.stage.video.forget_marks()
        self.face.show_nothing(NO_SOURCE)

    def _make_room(self, enrolling: bool) -> None:
        """The plot gives its place to the panel of an enrolment."""
        self.plot.setVisible(not enrolling and self._context.settings.flag("plot_panel"))

    def _nominate_neutral(self) -> None:
        self._context.navigator.show("live")
        self.enroll.open(is_neutral=True)

    def _choose_face(self, track_id: int) -> None:
        self.chooser.choose(track_id)
        self._show_choice()

    def _step_face(self, by: int) -> None:
        self.chooser.step(by)
        self._show_choice()

    def _show_choice(self) -> None:
        """Show another face of the same result, in a paused picture too."""
        result = self._engine.peek()
        if result is not None and self.stage.video.has_picture:
            row = self.chooser.update(result.faces, result.frame.time_s)
            self.stage.video.show_result(result, self.chooser.track_id)
            self.face.show_result(result, row)
            self.face.tick()
            self._draw_plot()

    def _toggle_playing(self) -> None:
        state = self._context.bridge.last.state
        if state is LiveState.RUNNING:
            self._engine.pause()
        elif state is LiveState.PAUSED:
            self._engine.resume()
        elif state is LiveState.OPENING:
            self._engine.stop()
        elif self._source_name:
            self._reopen()
        else:
            self.controls.source.popup()
        self._context.bridge.poll_stats()

    def _reopen(self) -> None:
        self._forget_faces()
        self._engine.reopen()
        self._context.bridge.poll_stats()

    def _stop(self) -> None:
        self._engine.stop()
        self._forget_faces()
        self._context.bridge.poll_stats()

    def _configure(self) -> None:
        tuning = self.tuning
        self._engine.tune(tuning.calmness, tuning.exact, tuning.threshold)

    def _connect(self) -> None:
        context, actions = self._context, self._context.actions
        context.bridge.result.connect(self._show_result)
        context.bridge.stats.connect(self._show_stats)
        context.bridge.switched.connect(self._forget_readings)
        context.bridge.failed.connect(self.notices.tell_error)
        self.sources.chosen.connect(self.open)
        self.sources.several.connect(context.navigator.analyze)
        self.sources.problem.connect(self.notices.tell_error)
        self.controls.source.opening.connect(self.sources.refresh)
        self.controls.model_chosen.connect(self.set_model)
        self.controls.device_chosen.connect(
            lambda device: self.set_model(context.settings.model, device)
        )
        self.stage.video.face_clicked.connect(self._choose_face)
        self.stage.video.toggled.connect(actions["pause"].trigger)
        self.face.face_chosen.connect(self._choose_face)
        self.tuning.changed.connect(self._configure)
        self.enroll.opened.connect(self._make_room)
        actions["enroll"].triggered.connect(lambda: context.navigator.enroll())
        actions["nominate_neutral"].triggered.connect(self._nominate_neutral)
        context.navigator.enrolment_wanted.connect(self.enroll.open)
        actions["pause"].triggered.connect(self._toggle_playing)
        actions["stop"].triggered.connect(self._stop)
        actions["reopen"].triggered.connect(self._reopen)
        actions["next_face"].triggered.connect(lambda: self._step_face(1))
        actions["previous_face"].triggered.connect(lambda: self._step_face(-1))
        actions["calmer"].triggered.connect(lambda: self.tuning.step_strength(0.1))
        actions["quicker"].triggered.connect(lambda: self.tuning.step_strength(-0.1))
        actions["more_unknown"].triggered.connect(lambda: self.tuning.step_threshold(0.05))
        actions["less_unknown"].triggered.connect(lambda: self.tuning.step_threshold(-0.05))
        connect_view(context, self.side, self.plot, self.stage.video)

    def _lay_out(self) -> None:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.face, 1)
        column.addWidget(self.tuning)
        self.side = QScrollArea(widgetResizable=True)
        self.side.setProperty("role", "panel")
        self.side.setWidget(inner)
        self.side.setMinimumWidth(264)
        self.side.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.side.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.plot.setProperty("role", "panel")
        self.plot.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.plot.setMinimumHeight(120)
        self.across = HalfSplitter(Qt.Orientation.Horizontal, self.stage, self.side)
        self.down = HalfSplitter(Qt.Orientation.Vertical, self.across, self.plot)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, GRID, 0)
        outer.setSpacing(0)
        outer.addWidget(self.controls)
        outer.addWidget(self.down, 1)
        outer.addWidget(self.enroll)
