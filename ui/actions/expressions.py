"""The Expressions workspace: the user's own expressions."""

from __future__ import annotations

from .spec import ActionSpec

MENU = "E&xpressions"


def _spec(
    key: str,
    text: str,
    shortcut: str,
    tip: str,
    checkable: bool = False,
    starts_section: bool = False,
) -> ActionSpec:
    """An action of this workspace."""
    return ActionSpec(
        key,
        MENU,
        text,
        shortcut,
        "",
        tip,
        checkable,
        starts_section=starts_section,
        workspace="expressions",
    )


EXPRESSIONS = (
    _spec("undo_expressions", "&Undo", "Ctrl+Z", "Take the last change back"),
    _spec("redo_expressions", "&Redo", "Ctrl+Shift+Z", "Make the change again"),
    _spec(
        "add_frames",
        "&Add Pictures…",
        "A",
        "Gather more pictures of the chosen expression, a built-in one too",
        starts_section=True,
    ),
    _spec("rename_expression", "Rena&me", "F2", "Give the chosen expression another name"),
    _spec(
        "toggle_expression", "Use or Lea&ve Out", "E", "Use the chosen expression, or leave it out"
    ),
    _spec(
        "reset_expression",
        "Reset to the &Original",
        "Ctrl+Backspace",
        "Forget what was added to the chosen built-in expression",
    ),
    _spec("delete_expression", "&Delete", "Del", "Delete the chosen expression; it can be undone"),
    _spec(
        "new_profile",
        "&New Profile…",
        "Ctrl+Alt+N",
        "Begin a profile for another person",
        starts_section=True,
    ),
    _spec("rename_profile", "Rename &Profile…", "Shift+F2", "Give the profile another name"),
    _spec("import_profile", "&Import Profile…", "Ctrl+I", "Take in a profile that was shared"),
    _spec(
        "export_profile", "&Export Profile…", "Ctrl+Shift+X", "Write the profile to a file to share"
    ),
    _spec(
        "delete_profile",
        "De&lete Profile",
        "Ctrl+Shift+Del",
        "Delete the profile; it can be undone",
    ),
    _spec(
        "forget_neutral",
        "&Forget My Neutral",
        "Ctrl+Shift+Backspace",
        "Take the nominated neutral face out of the profile; it can be undone",
    ),
    _spec(
        "keep_crops",
        "&Keep Pictures",
        "K",
        "Keep the pictures of faces on this computer, so that"
        " an expression can be enrolled again for another model",
        checkable=True,
        starts_section=True,
    ),
)
