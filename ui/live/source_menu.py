"""The list of sources: the cameras of this computer, files, streams, the demo."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QInputDialog, QMenu, QWidget

from fervideo.capture.names import without_password
from fervideo.capture.source import SourceKind, SourceSpec, parse_source
from fervideo.errors import SourceError

from ..background import Background, Task
from ..services import Camera
from ..settings import Settings
from ..shortcuts import Actions

VIDEO_FILTER = (
    "Videos (*.mp4 *.mov *.mkv *.avi *.webm *.m4v *.mpg *.mpeg *.wmv *.flv *.ts *.mts);;"
    "All files (*)"
)
ICONS = {
    SourceKind.CAMERA: "camera",
    SourceKind.VIDEO: "video",
    SourceKind.FOLDER: "folder",
    SourceKind.STREAM: "live",
    SourceKind.DEMO: "play",
}


def name_of(spec: SourceSpec) -> str:
    """What to call a source that is not open yet."""
    match spec.kind:
        case SourceKind.CAMERA:
            return f"Camera {spec.location}" if spec.location.isdecimal() else spec.location
        case SourceKind.DEMO:
            return "Demo"
        case SourceKind.STREAM:
            return without_password(spec.location)
    return Path(spec.location).name or spec.location


class SourceMenu(QObject):
    """Fills the menu of sources and asks for files; cameras are looked for on a thread.

    Attributes:
        chosen: A `SourceSpec` was chosen, and the name to show for it.
        several: More than one file was chosen: a list of their paths. They cannot all be played.
        problem: A sentence: what was named is no source.
    """

    chosen = Signal(object, str)
    several = Signal(list)
    problem = Signal(str)

    def __init__(
        self,
        menu: QMenu,
        actions: Actions,
        settings: Settings,
        background: Background,
        list_cameras: Callable[[], list[Camera]],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._menu, self._actions, self._settings = menu, actions, settings
        self._background, self._list_cameras = background, list_cameras
        self._window = parent
        self._cameras: list[Camera] | None = None
        self._looking = self._open_when_found = False
        self._current: SourceSpec | None = None
        actions["open_camera"].triggered.connect(self.open_camera)
        actions["open_video"].triggered.connect(self.ask_video)
        actions["open_folder"].triggered.connect(self.ask_folder)
        actions["open_stream"].triggered.connect(self.ask_stream)
        actions["open_demo"].triggered.connect(self.open_demo)
        self._fill()

    def set_current(self, spec: SourceSpec | None) -> None:
        """Tick this source."""
        self._current = spec
        self._fill()

    def refresh(self) -> None:
        """Look for cameras again."""
        if not self._looking:
            self._looking = True
            self._fill()
            self._background.start(self._list_cameras, self._found, "list-cameras")

    def open_camera(self) -> None:
        """Open the camera used last, else the first, when it is found."""
        self._open_when_found = True
        self.refresh()

    def open_demo(self) -> None:
        """Play the demo."""
        self.chosen.emit(SourceSpec(SourceKind.DEMO, "demo"), "Demo")

    def ask_video(self) -> None:
        """Ask for a video file; if several are chosen, they are for the queue."""
        dialog = self._file_dialog("Open Video", QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilter(VIDEO_FILTER)
        dialog.open()

    def ask_folder(self) -> None:
        """Ask for a folder of pictures."""
        self._file_dialog("Open Folder of Pictures", QFileDialog.FileMode.Directory).open()

    def ask_stream(self) -> None:
        """Ask for the URL of a stream."""
        dialog = QInputDialog(self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle("Open Stream")
        dialog.setLabelText("Address of the stream, for example rtsp://192.168.0.20/live")
        dialog.setOkButtonText("Open")
        dialog.textValueSelected.connect(self.open_text)
        dialog.resize(480, dialog.height())
        dialog.open()

    def open_text(self, text: str) -> None:
        """Open what the user named: a path, an address."""
        try:
            spec = parse_source(text)
        except SourceError as error:
            self.problem.emit(str(error))
            return
        self.chosen.emit(spec, "")

    def _open_paths(self, paths: list[str]) -> None:
        if not paths:
            return
        self._settings.last_folder = Path(paths[0]).parent
        if len(paths) == 1:
            self.open_text(paths[0])
        else:
            self.several.emit([Path(path) for path in paths])

    def _file_dialog(self, title: str, mode: QFileDialog.FileMode) -> QFileDialog:
        dialog = QFileDialog(self._window, title, str(self._settings.last_folder))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(mode)
        dialog.filesSelected.connect(self._open_paths)
        return dialog

    def _found(self, task: Task[list[Camera]]) -> None:
        self._looking = False
        self._cameras = task.value or []
        self._fill()
        if self._open_when_found:
            self._open_when_found = False
            if self._cameras:
                self._choose(self._preferred(self._cameras))
            else:
                self.problem.emit("No camera was found. Plug one in, or open a video or the demo.")

    def _preferred(self, cameras: list[Camera]) -> Camera:
        kind, location = self._settings.source
        last = location if kind == SourceKind.CAMERA.value else ""
        return next((c for c in cameras if str(c.index) == last), cameras[0])

    def _choose(self, camera: Camera) -> None:
        self.chosen.emit(SourceSpec(SourceKind.CAMERA, str(camera.index)), camera.name)

    def _fill(self) -> None:
        menu = self._menu
        menu.clear()
        menu.addAction("Cameras").setEnabled(False)
        for camera in self._cameras or []:
            action = menu.addAction(camera.name)
            action.setCheckable(True)
            action.setChecked(self._current == SourceSpec(SourceKind.CAMERA, str(camera.index)))
            action.triggered.connect(lambda _=False, c=camera: self._choose(c))
        if self._looking or not self._cameras:
            words = "Looking for cameras…" if self._looking else "No camera found"
            menu.addAction(words).setEnabled(False)
        menu.addSeparator()
        for key in ("open_video", "open_folder", "open_stream", "open_demo"):
            menu.addAction(self._actions[key])
