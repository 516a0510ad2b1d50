"""Session folders: writing and reading timelines."""

from fervideo.session.edits import (
    Correction,
    Edits,
    edited,
    face_name,
    read_edits,
    write_edits,
)
from fervideo.session.library import SessionInfo, find_sessions
from fervideo.session.markers import (
    Marker,
    MarkerKind,
    append_marker,
    read_markers,
    write_markers,
)
from fervideo.session.reader import Session, read_session
from fervideo.session.schema import Status
from fervideo.session.segments import Segment
from fervideo.session.summary import Summary, summarize, summary_line
from fervideo.session.timeline import Timeline
from fervideo.session.writer import SessionWriter

__all__ = [
    "Correction",
    "Edits",
    "Marker",
    "MarkerKind",
    "Segment",
    "Session",
    "SessionInfo",
    "SessionWriter",
    "Status",
    "Summary",
    "Timeline",
    "append_marker",
    "edited",
    "face_name",
    "find_sessions",
    "read_edits",
    "read_markers",
    "read_session",
    "summarize",
    "summary_line",
    "write_edits",
    "write_markers",
]
