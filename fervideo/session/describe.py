"""session.json: everything about a session that is not in its rows."""

from __future__ import annotations

import json
import math
import platform
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

import fervideo
from fervideo import labels
from fervideo.landmark_names import LandmarkMode
from fervideo.session import schema
from fervideo.session.files import write_whole

_URL_LOGIN = re.compile(r"(?<=://)[^/\s]*@")


def plain(value: object) -> Any:
    """`value` as JSON can hold it: records become mappings, arrays lists, NaN and infinity null.

    Logins inside URLs are left out: a session folder is made to be passed on.
    """
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, str):
        return _URL_LOGIN.sub("", value)
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, datetime):
        return schema.utc_text(value)
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist())
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, set | frozenset):
        return [plain(item) for item in sorted(value, key=str)]
    return _URL_LOGIN.sub("", str(value))


def describe(
    classes: Sequence[str],
    source: object,
    model: object,
    settings: object,
    *,
    video: bool,
    landmarks: LandmarkMode = LandmarkMode.OFF,
) -> dict[str, Any]:
    """The description as it stands when a session starts; the counts are filled in at its end.

    Args:
        classes: The C class names, in the order of the columns.
        source: Mapping or record of the source.
        model: Mapping or record of the model, with `name` and `sha256`.
        settings: Mapping or record of thresholds and stabilizer settings.
        video: Whether the frames are recorded too.
        landmarks: What is measured of the face besides.
    """
    return {
        "format": schema.FORMAT,
        "version": schema.VERSION,
        "started": schema.utc_text(datetime.now(UTC)),
        "ended": None,
        "end_reason": schema.UNFINISHED,
        "frames_seen": None,
        "frames_analysed": None,
        "frames_dropped": None,
        "rows": None,
        "first_time_s": None,
        "last_time_s": None,
        "faces": None,
        "classes": list(classes),
        "source": plain(source),
        "model": plain(model),
        "settings": plain(settings),
        "settings_changes": [],
        "files": {
            "timeline": schema.TIMELINE_FILE,
            "markers": schema.MARKERS_FILE,
            "video": schema.VIDEO_FILE if video else None,
        },
        "video": None,
        "columns": [
            {"name": c.name, "unit": c.unit, "meaning": c.meaning}
            for c in schema.columns(classes, landmarks)
        ],
        "statuses": {str(status): text for status, text in schema.STATUS_MEANINGS.items()},
        "labels": {
            labels.UNKNOWN: "a face near no class",
            labels.NO_LABEL: "nothing to say; the status gives the reason",
        },
        "versions": versions(),
        "platform": platform.platform(),
    }


def versions() -> dict[str, str | None]:
    """Versions of all that the numbers depend on; None for what is not installed."""
    return {
        "fervideo": fervideo.__version__,
        "python": platform.python_version(),
        "torch": _version("torch"),
        "openvino": _version("openvino"),
        "mediapipe": _version("mediapipe"),
        "opencv": _version("opencv-contrib-python", "opencv-python", "opencv-python-headless"),
        "numpy": _version("numpy"),
        "av": _version("av"),
    }


def _version(*distributions: str) -> str | None:
    for name in distributions:
        with suppress(metadata.PackageNotFoundError):
            return metadata.version(name)
    return None


def write_description(path: Path, description: Mapping[str, Any]) -> None:
    """Replace `path` as a whole: whoever reads it meets the old text or the new, never a part.

    Raises:
        OSError: The disk is full or gone; the old file is still there.
    """
    text = json.dumps(description, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    write_whole(path, text.encode("utf-8", "backslashreplace"))  # a lone surrogate stays JSON
