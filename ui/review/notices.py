"""What is not as it should be with a session, in sentences with a next step."""

from __future__ import annotations

from collections.abc import Callable

from fervideo.session.schema import UNFINISHED

from ..sentence import sentence
from ..widgets.banner import Message, Tone
from .document import Document

TOPIC = "review"
LOCKED = "expected a finished recording to change, found one going on; end it in Live first"


def state_message(
    document: Document, is_running: bool, reload: Callable[[], None]
) -> Message | None:
    """What to say of a session that was just opened, None if all is well.

    Args:
        document: The session.
        is_running: It is still being recorded.
        reload: Reads it again.
    """
    session = document.recorded
    if is_running:
        text = "This session is still being recorded: it is shown up to when it was opened."
        return Message(text, Tone.INFO, "Load Again", reload, TOPIC)
    if document.locked:
        text = f"{sentence(document.locked)} Nothing can be changed until then."
    elif session.end_reason == UNFINISHED:
        cut = " Its last line is cut and left out." if session.cut_lines else ""
        text = f"This session was never finished, perhaps by a crash or a power cut.{cut}"
        text += " What was written is here."
    elif session.end_reason.startswith("error"):
        reason = session.end_reason.partition(": ")[2]
        text = f"This session was ended by an error: {sentence(reason)}"
    else:
        return None
    return Message(text, Tone.WARNING, topic=TOPIC)


def failure_message(text: str, document: Document | None, reload: Callable[[], None]) -> Message:
    """What to say of a change that could not be made or saved."""
    if document is None:
        return Message(sentence(text), Tone.ERROR, topic=TOPIC)
    if document.locked:
        return Message(sentence(text), Tone.WARNING, "Load Again", reload, TOPIC)
    return Message(sentence(text), Tone.ERROR, "Try Again", document.save_again, TOPIC)
