"""Opening things, and leaving."""

from __future__ import annotations

from .spec import ActionSpec

FILE = (
    ActionSpec("open_camera", "&File", "Open &Camera", "Ctrl+K", "camera", "Use a camera"),
    ActionSpec("open_video", "&File", "&Open Video…", "Ctrl+O", "video", "Play a video file"),
    ActionSpec(
        "open_folder",
        "&File",
        "Open &Folder of Pictures…",
        "Ctrl+Shift+O",
        "folder",
        "Go through the pictures of a folder in the order of their names",
    ),
    ActionSpec("open_stream", "&File", "Open &Stream…", "Ctrl+U", "live", "Play a network stream"),
    ActionSpec("open_demo", "&File", "Play the &Demo", "Ctrl+D", "play", "Play the bundled clip"),
    ActionSpec(
        "open_session",
        "&File",
        "Open Sessio&n…",
        "Ctrl+Alt+O",
        "review",
        "Open a recorded or analysed session in Review",
        starts_section=True,
    ),
    ActionSpec(
        "show_recordings",
        "&File",
        "Show &Recordings",
        "Ctrl+E",
        "",
        "Open the recordings folder",
    ),
    ActionSpec(
        "choose_recordings",
        "&File",
        "Choose Recordin&gs Folder…",
        "Ctrl+Shift+E",
        "",
        "Choose where recordings and snapshots go",
    ),
    ActionSpec("quit", "&File", "&Quit", "Ctrl+Q", "", "Close fervideo", starts_section=True),
)
