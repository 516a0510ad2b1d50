"""Every action of the window: its words, its menu, its shortcut. One long table, no code."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One action.

    Attributes:
        key: Its name in the code.
        menu: Menu it is in.
        text: Words in the menu, with the mnemonic.
        shortcut: Portable key sequence.
        icon: Icon, empty for none.
        tip: One sentence on what it does.
        checkable: It is on or off.
        group: Of the actions of a group one is on.
        starts_section: A line is drawn above it.
    """

    key: str
    menu: str
    text: str
    shortcut: str
    icon: str = ""
    tip: str = ""
    checkable: bool = False
    group: str = ""
    starts_section: bool = False

    @property
    def words(self) -> str:
        """The text without its mnemonic and its dots."""
        return self.text.replace("&", "").removesuffix("…")


ACTIONS = (
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
        "show_recordings",
        "&File",
        "Show &Recordings",
        "Ctrl+E",
        "",
        "Open the recordings folder",
        starts_section=True,
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
    ActionSpec("pause", "&Live", "&Start", "Ctrl+P", "play", "Start, pause or go on"),
    ActionSpec("stop", "&Live", "St&op", "Ctrl+.", "stop", "Close the source"),
    ActionSpec("reopen", "&Live", "Open &Again", "F5", "", "Open the last source again"),
    ActionSpec(
        "record",
        "&Live",
        "&Record",
        "Ctrl+R",
        "record",
        "Record every analysed frame",
        starts_section=True,
    ),
    ActionSpec(
        "record_video",
        "&Live",
        "Save &Video with Recordings",
        "Ctrl+Shift+R",
        "",
        "Keep the pictures too, not only the numbers",
        checkable=True,
    ),
    ActionSpec(
        "snapshot",
        "&Live",
        "S&napshot",
        "Ctrl+S",
        "snapshot",
        "Save the picture with its overlays",
    ),
    ActionSpec(
        "next_face",
        "&Live",
        "Ne&xt Face",
        "Ctrl+Right",
        "",
        "Follow the next face",
        starts_section=True,
    ),
    ActionSpec(
        "previous_face", "&Live", "Previous &Face", "Ctrl+Left", "", "Follow the face before"
    ),
    ActionSpec(
        "choose_source",
        "&Live",
        "Choose Sourc&e",
        "Ctrl+L",
        "",
        "Open the list of sources",
        starts_section=True,
    ),
    ActionSpec("choose_model", "&Live", "Choose &Model", "Ctrl+M", "", "Open the list of models"),
    ActionSpec(
        "choose_device", "&Live", "Choose &Device", "Ctrl+Shift+M", "", "Open the list of devices"
    ),
    ActionSpec(
        "calmer", "&Live", "Ca&lmer Label", "Ctrl+=", "", "Stabilise more", starts_section=True
    ),
    ActionSpec("quicker", "&Live", "&Quicker Label", "Ctrl+-", "", "Stabilise less"),
    ActionSpec(
        "more_unknown",
        "&Live",
        "Raise &Unknown Threshold",
        "Ctrl+Shift+=",
        "",
        "Call more faces unknown",
    ),
    ActionSpec(
        "less_unknown",
        "&Live",
        "Lo&wer Unknown Threshold",
        "Ctrl+Shift+-",
        "",
        "Call fewer faces unknown",
    ),
    ActionSpec(
        "live",
        "&View",
        "&Live",
        "Ctrl+1",
        "",
        "The Live workspace",
        checkable=True,
        group="workspace",
    ),
    ActionSpec(
        "face_panel",
        "&View",
        "&Face Panel",
        "Ctrl+B",
        "",
        "Show or hide the face panel",
        checkable=True,
        starts_section=True,
    ),
    ActionSpec(
        "plot_panel", "&View", "&Plot", "Ctrl+J", "", "Show or hide the plot", checkable=True
    ),
    ActionSpec(
        "overlays",
        "&View",
        "&Overlays",
        "Ctrl+Shift+B",
        "",
        "Show or hide boxes and labels",
        checkable=True,
    ),
    ActionSpec(
        "plot_10",
        "&View",
        "Last &10 s",
        "Alt+1",
        "",
        "Plot the last 10 seconds",
        checkable=True,
        group="plot",
        starts_section=True,
    ),
    ActionSpec(
        "plot_20",
        "&View",
        "Last &20 s",
        "Alt+2",
        "",
        "Plot the last 20 seconds",
        checkable=True,
        group="plot",
    ),
    ActionSpec(
        "plot_30",
        "&View",
        "Last &30 s",
        "Alt+3",
        "",
        "Plot the last 30 seconds",
        checkable=True,
        group="plot",
    ),
    ActionSpec(
        "plot_60",
        "&View",
        "Last &60 s",
        "Alt+4",
        "",
        "Plot the last 60 seconds",
        checkable=True,
        group="plot",
    ),
    ActionSpec(
        "theme_system",
        "&View",
        "Colours of the &System",
        "Ctrl+Alt+S",
        "",
        "Light or dark as the system says",
        checkable=True,
        group="theme",
        starts_section=True,
    ),
    ActionSpec(
        "theme_light",
        "&View",
        "L&ight",
        "Ctrl+Alt+L",
        "",
        "Light colours",
        checkable=True,
        group="theme",
    ),
    ActionSpec(
        "theme_dark",
        "&View",
        "D&ark",
        "Ctrl+Alt+D",
        "",
        "Dark colours",
        checkable=True,
        group="theme",
    ),
    ActionSpec(
        "full_screen",
        "&View",
        "F&ull Screen",
        "F11",
        "",
        "Fill the screen",
        checkable=True,
        starts_section=True,
    ),
    ActionSpec(
        "shortcuts", "&Help", "&Keyboard Shortcuts", "F1", "keyboard", "Show every shortcut"
    ),
    ActionSpec("about", "&Help", "&About fervideo", "Shift+F1", "info", "Version and licence"),
)
