"""The end of a recording: why it ended, what became of the video, the finished description."""

from __future__ import annotations

import errno
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fervideo.errors import SessionError
from fervideo.session import schema
from fervideo.session.describe import write_description
from fervideo.session.rows import RowFile
from fervideo.session.video import VideoRecorder

END_REASONS = ("complete", "stopped", "interrupted")


def check_end_reason(reason: str) -> None:
    """Refuse a reason that is none of `END_REASONS` and no `error: ...`. Raises ValueError."""
    if reason not in END_REASONS and not reason.startswith("error: "):
        raise ValueError(f"end_reason: expected one of {END_REASONS} or 'error: ...'")


def reason_of(error: BaseException) -> str:
    """Why a recording ended during which `error` was raised."""
    interrupted = isinstance(error, KeyboardInterrupt | SystemExit | GeneratorExit)
    return "interrupted" if interrupted else f"error: {error!s}"


def video_error(failure: Exception, rows: RowFile) -> SessionError:
    """What to tell the user of a video that cannot be written on."""
    full = getattr(failure, "errno", None) in (errno.ENOSPC, errno.EDQUOT)
    trouble = "the disk is full" if full else f"the video could not be written ({failure})"
    return SessionError(
        f"recording stopped because {trouble}: {rows.safe_rows} rows are safe in {rows.path}; "
        "make room, or record without video"
    )


def video_description(video: VideoRecorder | None) -> dict[str, Any] | None:
    """What session.json says of the video; None if there is none or no frame is in it."""
    if video is None or not video.frames:
        return None
    return {
        "codec": video.codec,
        "start_time_s": video.start_time_s,
        "frames": video.frames,
        "frames_dropped": video.dropped,
        "meaning": "time_s of a frame is its time in the video plus start_time_s",
    }


def write_end(folder: Path, description: Mapping[str, Any], rows: RowFile) -> SessionError | None:
    """Write the finished session.json; what to tell the user if that fails."""
    path = folder / schema.DESCRIPTION_FILE
    try:
        write_description(path, description)
    except OSError as error:
        return SessionError(
            f"cannot finish {path} ({error.strerror or error}): {rows.safe_rows} rows are safe in "
            f"{rows.path}, and the session can be read as one cut short"
        )
    return None
