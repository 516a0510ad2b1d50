"""What Review remembers from one run to the next."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ..settings import Settings

MARKER_KEYS = tuple(str(digit) for digit in range(1, 10))
"""Keys that set a marker with a name of the user's own."""

MOST_VIDEOS = 200
MOST_GROUPS = 1000
_PLOTS = ("probabilities",)


class Memory:
    """Typed accessors over one entry of the settings; what cannot be read gives its default."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @property
    def plots(self) -> tuple[str, ...]:
        """Keys of the plots that are shown, from top to bottom."""
        found = self._read().get("plots")
        return tuple(map(str, found)) if isinstance(found, list) else _PLOTS

    @plots.setter
    def plots(self, keys: Iterable[str]) -> None:
        self._write("plots", list(keys))

    @property
    def folders(self) -> tuple[Path, ...]:
        """Folders with sessions that the user added."""
        found = self._read().get("folders")
        return tuple(Path(str(each)) for each in found) if isinstance(found, list) else ()

    @folders.setter
    def folders(self, folders: Iterable[Path]) -> None:
        self._write("folders", [str(each) for each in folders])

    @property
    def list_shown(self) -> bool:
        """Whether the list of sessions stays beside an open one."""
        return self._read().get("list") is not False

    @list_shown.setter
    def list_shown(self, on: bool) -> None:
        self._write("list", on)

    @property
    def exports(self) -> tuple[tuple[str, ...], Path | None]:
        """Formats that were exported last, and where to."""
        found = self._read().get("exports")
        if not isinstance(found, dict) or not isinstance(found.get("formats"), list):
            return ("segments",), None
        folder = found.get("folder")
        return tuple(map(str, found["formats"])), Path(str(folder)) if folder else None

    def set_exports(self, formats: Iterable[str], folder: Path) -> None:
        """Remember what was exported, and where to."""
        self._write("exports", {"formats": list(formats), "folder": str(folder)})

    @property
    def groups(self) -> dict[Path, str]:
        """The groups that sessions were given for reports."""
        found = self._read().get("groups")
        return {Path(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}

    def set_groups(self, groups: Mapping[Path, str], listed: Iterable[Path]) -> None:
        """Remember the groups of sessions; of those listed, one that has none is forgotten."""
        kept = {k: v for k, v in self.groups.items() if k not in set(listed)} | dict(groups)
        newest = list(kept.items())[-MOST_GROUPS:]
        self._write("groups", {str(folder): name for folder, name in newest})

    def marker_name(self, key: str) -> str:
        """Name of the markers that a digit sets."""
        found = self._read().get("markers")
        name = found.get(key) if isinstance(found, dict) else None
        return str(name) if name else f"event {key}"

    def name_marker(self, key: str, name: str) -> None:
        """Give the markers of a digit another name; an empty one takes it away."""
        found = self._read().get("markers")
        names = found if isinstance(found, dict) else {}
        self._write("markers", {**names, key: " ".join(name.split())})

    def video_of(self, folder: Path) -> Path | None:
        """Where the user said that a session's video is."""
        found = self._read().get("videos")
        path = found.get(str(folder)) if isinstance(found, dict) else None
        return Path(str(path)) if path else None

    def set_video(self, folder: Path, path: Path) -> None:
        """Remember where a session's video is."""
        found = self._read().get("videos")
        videos = dict(found) if isinstance(found, dict) else {}
        videos.pop(str(folder), None)
        videos[str(folder)] = str(path)
        self._write("videos", dict(list(videos.items())[-MOST_VIDEOS:]))

    def _read(self) -> dict[str, Any]:
        try:
            found = json.loads(self._settings.review or "{}")
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    def _write(self, key: str, value: object) -> None:
        self._settings.review = json.dumps({**self._read(), key: value})


def analysis_folder(settings: Settings) -> Path | None:
    """Where Analyze puts its sessions, None if that is the recordings folder."""
    try:
        found = json.loads(settings.analysis or "{}")
    except ValueError:
        return None
    folder = found.get("out_dir") if isinstance(found, dict) else None
    return Path(folder) if isinstance(folder, str) and folder else None
