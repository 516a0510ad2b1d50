"""What is said while an expression is enrolled: the next step, what is wrong, how far it is."""

from __future__ import annotations

from .enroll_flow import EnrollFlow, Phase
from .enroll_overlay import EnrollSight

NO_FRAME_COMES = (
    "Nothing plays. Play the video or open a camera first, or hold Space for this one picture."
)


def note_of(flow: EnrollFlow) -> tuple[str, bool]:
    """The sentence under the buttons, and whether it is a warning."""
    if flow.phase is Phase.COUNTING:
        return "Get ready.", False
    if flow.phase is Phase.GATHERING:
        return flow.message or "Make the face, and move your head a little.", False
    if not flow.samples:
        return flow.message or _how_to(flow), False
    if flow.name.strip() and flow.problem:
        return flow.problem, True
    warnings = flow.warnings()
    if not flow.name.strip():
        return " ".join(("Now give it a name.", *warnings)), bool(warnings)
    if warnings:
        return " ".join(warnings), True
    return flow.message or "Take out pictures that do not belong.", False


def sight_of(flow: EnrollFlow) -> EnrollSight | None:
    """What is drawn over the picture, None while nothing is gathered."""
    if flow.phase not in (Phase.COUNTING, Phase.GATHERING):
        return None
    what = "your neutral face" if flow.is_neutral else flow.name.strip() or "the expression"
    count = len(flow.samples)
    if flow.phase is Phase.COUNTING:
        return EnrollSight(flow.count, count / flow.wanted, f"Get ready for {what}")
    return EnrollSight(0, count / flow.wanted, f"{what}: {count} of {flow.wanted}")


def accept_text(flow: EnrollFlow) -> str:
    """Words of the button that ends it."""
    if flow.is_neutral:
        return "Use as neutral"
    return f"Add to {flow.adds_to}" if flow.adds_to else "Enroll"


def accepted_text(flow: EnrollFlow, name: str) -> str:
    """What the banner says then."""
    if flow.is_neutral:
        return "Your neutral face corrects what is seen from now on."
    return f"{name} is recognised from now on."


def _how_to(flow: EnrollFlow) -> str:
    what = "a neutral face" if flow.is_neutral else "the face"
    return f"Make {what} and hold Space, or let it count down. 10 to 30 pictures are good."
