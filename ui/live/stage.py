"""The place of the picture: the picture itself, or what to do to see one."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from fervideo.live_stats import LiveState, LiveStats

from ..sentence import sentence
from ..shortcuts import Actions
from ..theme import Theme
from ..widgets.empty_state import EmptyState, Hint, Step
from ..widgets.icons import Icons
from .notices import is_still
from .video_view import VideoView

NOTES = {LiveState.PAUSED: "Paused", LiveState.ENDED: "The end"}


class Stage(QWidget):
    """Shows the picture as soon as there is one."""

    def __init__(self, theme: Theme, icons: Icons, actions: Actions) -> None:
        super().__init__()
        self._theme = theme
        self.video = VideoView(theme)
        self.empty = EmptyState(theme, icons, on_backdrop=True)
        self.empty.setObjectName("backdrop")
        self.empty.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.video)
        self._stack.addWidget(self.empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        self._welcome = Hint(
            "live",
            "Nothing to watch yet",
            "Open a camera or a video, or play the demo to see fervideo at work. "
            "Everything stays on this computer.",
            (
                Step("Open Camera", actions["open_camera"].trigger),
                Step("Open Video…", actions["open_video"].trigger),
                Step("Play the Demo", actions["open_demo"].trigger),
            ),
        )
        self._cancel = Step("Cancel", actions["stop"].trigger)
        self.show_stats(LiveStats(), "")

    def show_stats(self, stats: LiveStats, name: str) -> None:
        """Choose what to show for a state of the engine.

        Args:
            stats: The state.
            name: Name of the source that is open or opening.
        """
        if stats.state is LiveState.IDLE:
            self.video.clear()
            self.empty.show_hint(self._welcome)
        elif stats.state is LiveState.OPENING:
            self.empty.show_hint(Hint("video", f"Opening {name}…", "", (self._cancel,), busy=True))
        elif not stats.model_name:
            self.empty.show_hint(Hint("models", "Loading the model…", "", (), busy=True))
        elif stats.state in (LiveState.RUNNING, LiveState.PAUSED):
            self.empty.show_hint(Hint("video", "Waiting for the first picture…", busy=True))
        else:
            steps = self._welcome.steps
            self.empty.show_hint(Hint("video", "No picture", sentence(stats.message), steps))
        self.video.set_note("" if is_still(stats) else NOTES.get(stats.state, ""))
        self.choose_page()

    def choose_page(self) -> None:
        """The picture if there is one."""
        page = self.video if self.video.has_picture else self.empty
        if self._stack.currentWidget() is not page:
            self._stack.setCurrentWidget(page)
