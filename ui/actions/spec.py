"""What is known of an action."""

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
        workspace: Keys of the workspaces whose action it is, parted by blanks: elsewhere its menu
            is away and its shortcut means nothing, so that two workspaces may use the same keys.
            Empty for all.
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
    workspace: str = ""

    def is_for(self, workspace: str) -> bool:
        """Whether it means something in the workspace of this key."""
        return not self.workspace or workspace in self.workspace.split()

    @property
    def words(self) -> str:
        """The text without its mnemonic and its dots."""
        return self.text.replace("&", "").removesuffix("…")
