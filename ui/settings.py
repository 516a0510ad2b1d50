"""What the window remembers from one run to the next, with a type and a default for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal, TypeVar

from PySide6.QtCore import QByteArray, QSettings, QStandardPaths

from fervideo.centers.store import DEFAULT_PROFILE

from .theme import ThemeMode

T = TypeVar("T")

FlagName = Literal[
    "record_video",
    "face_panel",
    "plot_panel",
    "overlays",
    "tuning",
    "exact",
    "analyze_settings",
    "keep_crops",
    "mesh",
    "pose_axes",
    "session_axes",
    "blendshapes",
    "lsl",
]
FLAGS: Mapping[FlagName, bool] = {
    "record_video": False,
    "face_panel": True,
    "plot_panel": True,
    "overlays": True,
    "tuning": True,
    "exact": False,
    "analyze_settings": True,
    "keep_crops": False,
    "mesh": False,
    "pose_axes": False,
    "session_axes": False,
    "blendshapes": False,
    "lsl": False,
}
"""Options that are on or off, and how they start."""

PLOT_WINDOWS_S = (10, 20, 30, 60)
"""Lengths of the scrolling plot the user can choose from, in seconds."""

MOST_OWN_MODELS = 5


class Settings:
    """Typed accessors over `QSettings`; a value that cannot be read gives its default.

    Args:
        store: Where they are kept; the user's own settings if None.
    """

    def __init__(self, store: QSettings | None = None) -> None:
        self._store = store or QSettings("fervideo", "fervideo")

    def _get(self, key: str, default: T, convert: Callable[[str], T]) -> T:
        value = self._store.value(key)
        try:
            return default if value is None else convert(str(value))
        except ValueError:
            return default

    def _put(self, key: str, value: object) -> None:
        self._store.setValue(key, str(value))

    @property
    def path(self) -> str:
        """Where they are kept."""
        return self._store.fileName()

    def sync(self) -> None:
        """Write to disk now."""
        self._store.sync()

    def bytes_of(self, key: str) -> QByteArray:
        """A widget's saved state, empty if there is none."""
        value = self._store.value(f"window/{key}")
        return value if isinstance(value, QByteArray) else QByteArray()

    def put_bytes(self, key: str, state: QByteArray) -> None:
        """Save a widget's state, such as a splitter's."""
        self._store.setValue(f"window/{key}", state)

    @property
    def theme(self) -> ThemeMode:
        """Light, dark, or what the system says."""
        return self._get("theme", ThemeMode.SYSTEM, ThemeMode)

    @theme.setter
    def theme(self, mode: ThemeMode) -> None:
        self._put("theme", mode.value)

    @property
    def source(self) -> tuple[str, str]:
        """Kind and location of the last source, two empty words if there was none."""
        kind = self._get("source/kind", "", str)
        return kind, self._get("source/location", "", str)

    @source.setter
    def source(self, kind_and_location: tuple[str, str]) -> None:
        self._put("source/kind", kind_and_location[0])
        self._put("source/location", kind_and_location[1])

    @property
    def model(self) -> str:
        """Name or path of the last model."""
        return self._get("model", "default", str)

    @model.setter
    def model(self, name: str) -> None:
        self._put("model", name)

    @property
    def own_models(self) -> tuple[Path, ...]:
        """Weight files of the user's own, the newest first."""
        return tuple(Path(line) for line in self._get("own_models", "", str).splitlines())

    @own_models.setter
    def own_models(self, paths: tuple[Path, ...]) -> None:
        lines = list(dict.fromkeys(map(str, paths)))
        self._put("own_models", "\n".join(lines[:MOST_OWN_MODELS]))

    @property
    def device(self) -> str:
        """The device last asked for, `auto` at first."""
        return self._get("device", "auto", str)

    @device.setter
    def device(self, name: str) -> None:
        self._put("device", name)

    @property
    def strength(self) -> float:
        """Calmness of the label, 0 to 1."""
        return min(1.0, max(0.0, self._get("strength", 0.5, float)))

    @strength.setter
    def strength(self, value: float) -> None:
        self._put("strength", value)

    @property
    def exact(self) -> str:
        """Calmness in exact values as JSON where they differ from the slider's, else empty."""
        return self._get("exact", "", str)

    @exact.setter
    def exact(self, text: str) -> None:
        self._put("exact", text)

    @property
    def threshold(self) -> float | None:
        """Cosine under which a face is unknown; None for the model's own."""
        value = self._get("threshold", -2.0, float)
        return value if -1.0 <= value <= 1.0 else None

    @threshold.setter
    def threshold(self, value: float | None) -> None:
        self._put("threshold", -2.0 if value is None else value)

    @property
    def profile(self) -> str:
        """Name of the profile in use, empty for none."""
        return self._get("profile", DEFAULT_PROFILE, str)

    @profile.setter
    def profile(self, name: str) -> None:
        self._put("profile", name)

    @property
    def profiles(self) -> Path | None:
        """Folder of the profiles; None for the usual one."""
        text = self._get("profiles", "", str)
        return Path(text) if text else None

    @profiles.setter
    def profiles(self, folder: Path) -> None:
        self._put("profiles", folder)

    @property
    def plot_window_s(self) -> int:
        """Seconds that the scrolling plot shows."""
        value = self._get("plot/window", 20, int)
        return value if value in PLOT_WINDOWS_S else 20

    @plot_window_s.setter
    def plot_window_s(self, seconds: int) -> None:
        self._put("plot/window", seconds)

    @property
    def hidden_curves(self) -> frozenset[str]:
        """Classes whose curves the user switched off."""
        return frozenset(filter(None, self._get("plot/hidden", "", str).split(",")))

    @hidden_curves.setter
    def hidden_curves(self, names: frozenset[str]) -> None:
        self._put("plot/hidden", ",".join(sorted(names)))

    @property
    def recordings(self) -> Path:
        """Folder that recordings and snapshots go to."""
        documents = QStandardPaths.writableLocation(
            QStandardPaths.StandardLocation.DocumentsLocation
        )
        return self._get("recordings", Path(documents or Path.home()) / "fervideo", Path)

    @recordings.setter
    def recordings(self, folder: Path) -> None:
        self._put("recordings", folder)

    @property
    def analysis(self) -> str:
        """How videos are analysed, as JSON; empty at first."""
        return self._get("analysis/usual", "", str)

    @analysis.setter
    def analysis(self, text: str) -> None:
        self._put("analysis/usual", text)

    @property
    def queue(self) -> str:
        """Videos that were not analysed when the window was closed, as JSON; empty for none."""
        return self._get("analysis/queue", "", str)

    @queue.setter
    def queue(self, text: str) -> None:
        self._put("analysis/queue", text)

    @property
    def review(self) -> str:
        """What Review remembers, as JSON; empty at first."""
        return self._get("review", "", str)

    @review.setter
    def review(self, text: str) -> None:
        self._put("review", text)

    @property
    def last_folder(self) -> Path:
        """Folder where the user last opened a file."""
        return self._get("last_folder", Path.home(), Path)

    @last_folder.setter
    def last_folder(self, folder: Path) -> None:
        self._put("last_folder", folder)

    def flag(self, name: FlagName) -> bool:
        """Whether an option is on."""
        return self._get(f"flags/{name}", FLAGS[name], lambda text: text == "True")

    def set_flag(self, name: FlagName, on: bool) -> None:
        """Switch an option on or off."""
        self._put(f"flags/{name}", bool(on))
