"""Session folders: writing and reading timelines."""

from fervideo.session.reader import Session, read_session
from fervideo.session.schema import Status
from fervideo.session.segments import Segment
from fervideo.session.summary import Summary, summarize, summary_line
from fervideo.session.timeline import Timeline
from fervideo.session.writer import SessionWriter

__all__ = [
    "Segment",
    "Session",
    "SessionWriter",
    "Status",
    "Summary",
    "Timeline",
    "read_session",
    "summarize",
    "summary_line",
]
