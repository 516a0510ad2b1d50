"""From one workspace to another."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal


class Navigator(QObject):
    """Carries what one workspace asks of another; the window and the workspaces listen.

    Attributes:
        workspace_wanted: Key of the workspace to show.
        session_wanted: Folder of a session to open in Review, which is then shown.
        video_wanted: A video to play in Live, which is then shown.
        videos_wanted: Paths to put into the queue of Analyze, which is then shown.
        model_wanted: Name of a model to use from now on.
        enrolment_wanted: Name of an expression to gather pictures of on the Live page; empty for a
            new one.
        sessions_changed: A session was made, renamed or removed in this folder.
    """

    workspace_wanted = Signal(str)
    session_wanted = Signal(Path)
    video_wanted = Signal(Path)
    videos_wanted = Signal(list)
    sessions_changed = Signal(Path)
    model_wanted = Signal(str)
    enrolment_wanted = Signal(str)

    def show(self, workspace: str) -> None:
        """Show a workspace by its key."""
        self.workspace_wanted.emit(workspace)

    def open_session(self, folder: Path) -> None:
        """Open a session in Review and show it."""
        self.workspace_wanted.emit("review")
        self.session_wanted.emit(folder)

    def play(self, video: Path) -> None:
        """Play a video in Live."""
        self.workspace_wanted.emit("live")
        self.video_wanted.emit(video)

    def analyze(self, paths: list[Path]) -> None:
        """Put videos into the queue."""
        self.workspace_wanted.emit("analyze")
        self.videos_wanted.emit(paths)

    def use_model(self, name: str) -> None:
        """Recognise with another model, whatever is shown."""
        self.model_wanted.emit(name)

    def enroll(self, name: str = "") -> None:
        """Gather pictures of an expression, a new one if it has no name yet."""
        self.workspace_wanted.emit("live")
        self.enrolment_wanted.emit(name)
