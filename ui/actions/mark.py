"""Markers: in Live they go into the running recording, in Review into the session."""

from __future__ import annotations

from functools import partial

from .spec import ActionSpec

_mark = partial(ActionSpec, menu="Mar&k", workspace="live review")
_review = partial(ActionSpec, menu="Mar&k", workspace="review")

MARK = (
    _mark("mark_event", text="&Event", shortcut="M", icon="flag", tip="Mark this moment"),
    _mark(
        "mark_exclude",
        text="E&xclude From Here",
        shortcut="X",
        icon="exclude",
        tip="Begin a range that statistics leave out; once more ends it. "
        "With a part chosen in Review: leave that out",
    ),
    _mark("mark_note", text="&Note…", shortcut="N", icon="note", tip="Write a note to this moment"),
    *(
        _mark(
            f"mark_{digit}",
            text=f"&{digit}: event {digit}",
            shortcut=str(digit),
            tip="Mark this moment with a name of your own; names are set in Review",
            starts_section=digit == 1,
        )
        for digit in range(1, 10)
    ),
    _review(
        "next_marker",
        text="Nex&t Marker",
        shortcut="Ctrl+Shift+Right",
        tip="Go to the next marker",
        starts_section=True,
    ),
    _review(
        "previous_marker",
        text="&Previous Marker",
        shortcut="Ctrl+Shift+Left",
        tip="Go to the marker before",
    ),
    _review(
        "rename_marker",
        text="&Rename Marker…",
        shortcut="Shift+F2",
        icon="pencil",
        tip="Give the chosen marker another name",
    ),
    _review(
        "delete_marker",
        text="&Delete Marker",
        shortcut="Del",
        icon="remove",
        tip="Delete the chosen marker",
    ),
    _review(
        "name_markers",
        text="Names of the &Keys 1 to 9…",
        shortcut="Shift+M",
        icon="keyboard",
        tip="Choose what the keys 1 to 9 mark",
    ),
)
