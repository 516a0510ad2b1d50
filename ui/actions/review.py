"""The Review workspace: going through a session, and changing what it says."""

from __future__ import annotations

from functools import partial

from .spec import ActionSpec

_review = partial(ActionSpec, menu="&Review", workspace="review")
_edit = partial(ActionSpec, menu="&Edit", workspace="review")

REVIEW = (
    _review("review_play", text="&Play", shortcut="Space", icon="play", tip="Play or pause"),
    _review(
        "step_forward",
        text="Next &Frame",
        shortcut="Right",
        icon="step-forward",
        tip="Go to the next analysed frame",
        starts_section=True,
    ),
    _review(
        "step_back",
        text="Previous Fra&me",
        shortcut="Left",
        icon="step-back",
        tip="Go to the analysed frame before",
    ),
    _review(
        "second_forward",
        text="One Second Forw&ard",
        shortcut="Shift+Right",
        tip="Go on by a second",
    ),
    _review(
        "second_back", text="One Second Bac&k", shortcut="Shift+Left", tip="Go back by a second"
    ),
    _review(
        "next_change",
        text="&Next Change",
        shortcut="Ctrl+Right",
        icon="change-forward",
        tip="Go to where the chosen face next changes its expression",
    ),
    _review(
        "previous_change",
        text="Pre&vious Change",
        shortcut="Ctrl+Left",
        icon="change-back",
        tip="Go to where the chosen face last changed its expression",
    ),
    _review(
        "review_start",
        text="To the &Start",
        shortcut="Home",
        icon="skip-start",
        tip="Go to the start",
    ),
    _review("review_end", text="To the En&d", shortcut="End", icon="skip-end", tip="Go to the end"),
    _review("slower", text="S&lower", shortcut="[", tip="Play slower", starts_section=True),
    _review("faster", text="Fas&ter", shortcut="]", tip="Play faster"),
    _review("normal_speed", text="N&ormal Speed", shortcut="\\", tip="Play at real speed"),
    _review(
        "zoom_in",
        text="Zoom &In",
        shortcut="=",
        icon="zoom-in",
        tip="Show a shorter part of the session",
        starts_section=True,
    ),
    _review(
        "zoom_out",
        text="&Zoom Out",
        shortcut="-",
        icon="zoom-out",
        tip="Show a longer part of the session",
    ),
    _review(
        "zoom_selection",
        text="Zoom to Sele&ction",
        shortcut="Z",
        tip="Show the chosen part, or the segment at the cursor, alone",
    ),
    _review(
        "zoom_fit",
        text="S&how All",
        shortcut="0",
        icon="zoom-fit",
        tip="Show the whole session",
    ),
    _review(
        "session_axes",
        text="Head Pose A&xes",
        shortcut="Ctrl+Shift+G",
        tip="Show which way each head is turned, as recorded; the points of the mesh are not",
        checkable=True,
        starts_section=True,
    ),
    _review(
        "session_list",
        text="Session &Browser",
        shortcut="L",
        icon="list",
        tip="Show or hide the list of sessions beside the open one",
        checkable=True,
    ),
    _review(
        "session_report",
        text="&Report…",
        shortcut="Ctrl+Shift+P",
        icon="report",
        tip="Write a page with pictures and numbers about this session",
        starts_section=True,
    ),
    _review(
        "session_export",
        text="&Export…",
        shortcut="Ctrl+Shift+X",
        icon="export",
        tip="Write this session in the formats of other programs",
    ),
    _review(
        "analyze_again",
        text="Anal&yze Again",
        shortcut="Ctrl+Shift+A",
        icon="analyze",
        tip="Put the video of this session into the queue of Analyze",
    ),
    _review(
        "session_folder",
        text="Sho&w Files",
        shortcut="Ctrl+Shift+F",
        icon="folder",
        tip="Show the folder of this session",
    ),
    _review(
        "session_reload",
        text="Load A&gain",
        shortcut="Ctrl+Shift+L",
        tip="Read this session from its folder again",
    ),
    _edit("undo", text="&Undo", shortcut="Ctrl+Z", icon="undo", tip="Take the last change back"),
    _edit(
        "redo",
        text="&Redo",
        shortcut="Ctrl+Shift+Z",
        icon="redo",
        tip="Make the change that was taken back again",
    ),
    _edit(
        "choose_start",
        text="Part Starts Here (&In)",
        shortcut="I",
        tip="Let the chosen part start with this frame; a drag on the ruler chooses one too",
        starts_section=True,
    ),
    _edit(
        "choose_end",
        text="Part Ends Here (&Out)",
        shortcut="O",
        tip="Let the chosen part end with this frame",
    ),
    _edit(
        "choose_segment",
        text="Choose S&egment",
        shortcut="S",
        tip="Choose the segment at the cursor; a double click on it does the same",
    ),
    _edit(
        "choose_nothing",
        text="Choose Nothin&g",
        shortcut="Esc",
        tip="Forget the chosen part, and what was begun",
    ),
    _edit(
        "correct_label",
        text="&Correct Label…",
        shortcut="C",
        icon="pencil",
        tip="Set the label of the chosen part, or of the segment at the cursor",
        starts_section=True,
    ),
    _edit(
        "machine_label",
        text="&Back to the Model's Label",
        shortcut="Shift+C",
        tip="Take back what was set by hand in the chosen part, or in the segment at the cursor",
    ),
    _edit(
        "rename_face",
        text="&Name Face…",
        shortcut="F2",
        icon="face",
        tip="Give the chosen face a name",
        starts_section=True,
    ),
    _edit(
        "merge_face",
        text="&Merge Face…",
        shortcut="G",
        icon="merge",
        tip="Say that the chosen face is the same person as another",
    ),
    _edit(
        "split_face",
        text="&Split Face",
        shortcut="Shift+G",
        tip="Take the faces apart that were merged into the chosen one",
    ),
    _edit("hide_face", text="&Hide Face", shortcut="H", icon="eye-off", tip="Hide the chosen face"),
    _edit("show_faces", text="Show &All Faces", shortcut="Shift+H", icon="eye", tip="Hide no face"),
    _edit("lane_down", text="Ne&xt Face", shortcut="Ctrl+Down", tip="Look at the next face"),
    _edit("lane_up", text="&Previous Face", shortcut="Ctrl+Up", tip="Look at the face before"),
)
