"""What the actions of the Expressions workspace do to the profile, and the questions they ask."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QFileDialog, QInputDialog, QWidget

from fervideo.errors import ProfileError

from ..context import Context
from ..live.recorder import show_in_files
from ..widgets.banner import Message, Tone
from .class_table import ClassTable

DELETED = "deleted"
"""Topic of the offer to take a deletion back."""

PLAIN = "Profile without pictures (*.json)"
WITH_PICTURES = "Profile with the kept pictures of faces (*.json)"
ANY_PROFILE = "Profiles (*.json);;All files (*)"
ACTIONS = (
    "new_profile",
    "rename_profile",
    "import_profile",
    "export_profile",
    "delete_profile",
    "add_frames",
    "rename_expression",
    "toggle_expression",
    "reset_expression",
    "delete_expression",
    "forget_neutral",
)


class Commands(QObject):
    """Obeys the actions. A name that is taken, or any other problem, is one sentence in the banner.

    Args:
        context: The things there is one of.
        table: The list of classes; the actions are about the one chosen there.
        window: Parent of the dialogs.
    """

    def __init__(self, context: Context, table: ClassTable, window: QWidget) -> None:
        super().__init__(window)
        self._context, self._table, self._window = context, table, window
        self._book = context.profiles
        self._undone_at = -1
        for key in ACTIONS:
            run = getattr(self, key)
            context.actions[key].triggered.connect(lambda _=False, r=run: self._try(r))
        context.actions["use_neutral"].triggered.connect(
            lambda on: self._try(partial(self.use_neutral, on))
        )
        table.classes.switched.connect(lambda n, on: self._try(partial(self.switch, n, on)))
        # Queued, since the list is made anew: the field that was written in must be gone by then.
        queued = Qt.ConnectionType.QueuedConnection
        table.classes.renamed.connect(self._rename_in_list, queued)
        self._book.exported.connect(self._say_written)
        self._connect_undo()

    def enable(self) -> None:
        """Let those actions be used that mean something now."""
        row, profile = self._table.chosen, self._book.profile
        own = row is not None and not row.is_builtin
        changed = row is not None and row.is_builtin and (bool(row.frames) or not row.enabled)
        for key, on in {
            "rename_profile": profile is not None,
            "export_profile": profile is not None,
            "delete_profile": profile is not None,
            "add_frames": row is not None,
            "toggle_expression": row is not None,
            "rename_expression": own,
            "delete_expression": own,
            "reset_expression": changed,
            "forget_neutral": profile is not None and profile.neutral is not None,
        }.items():
            self._context.actions[key].setEnabled(on)

    def new_profile(self) -> None:
        """Ask for a name and begin a profile."""
        self._ask("New Profile", "Whose expressions are these?", "", self._book.new)

    def rename_profile(self) -> None:
        """Ask for another name."""
        name = self._book.must_have().name
        self._ask("Rename Profile", f"New name of {name}", name, self._book.rename)

    def delete_profile(self) -> None:
        """Delete the profile; the banner offers to take it back."""
        name = self._book.must_have().name
        self._book.delete()
        self._offer_undo(f"The profile {name} is deleted.")

    def import_profile(self) -> None:
        """Ask for a file."""
        dialog = self._file_dialog("Import Profile")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(ANY_PROFILE)
        dialog.fileSelected.connect(lambda path: self._book.import_file(Path(path)))
        dialog.open()

    def export_profile(self) -> None:
        """Ask where to; pictures go along only if the user chooses so."""
        profile = self._book.must_have()
        dialog = self._file_dialog("Export Profile")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([PLAIN, WITH_PICTURES])
        dialog.setDefaultSuffix("json")
        dialog.selectFile(f"{profile.name}.json")
        dialog.fileSelected.connect(
            lambda path: self.export(Path(path), dialog.selectedNameFilter() == WITH_PICTURES)
        )
        dialog.open()

    def export(self, path: Path, pictures: bool) -> None:
        """Write the profile to a file, and say so."""
        self._context.settings.last_folder = path.parent
        self._try(partial(self._book.export_file, path, pictures))

    def _say_written(self, path: Path) -> None:
        run = partial(show_in_files, path.parent)
        self._context.banner.say(
            Message(f"Wrote {path}.", action="Show Files", run=run, topic="profile", lasting=False)
        )

    def add_frames(self) -> None:
        """Gather pictures of the chosen class on the Live page."""
        if (row := self._table.chosen) is not None:
            self._context.navigator.enroll(row.name)

    def rename_expression(self) -> None:
        """Let the user write the name in the list."""
        self._table.edit_chosen()

    def rename(self, old: str, new: str) -> None:
        """Give an expression another name. Raises ProfileError."""
        self._book.change(f"renaming of {old}", self._book.must_have().renamed(old, new))
        self._table.choose(new.strip())

    def _rename_in_list(self, old: str, new: str) -> None:
        self._try(partial(self.rename, old, new))

    def toggle_expression(self) -> None:
        """Use the chosen class, or leave it out."""
        if (row := self._table.chosen) is not None:
            self.switch(row.name, not row.enabled)

    def switch(self, name: str, on: bool) -> None:
        """Use a class or leave it out. Raises ProfileError."""
        profile = self._book.profile_to_change()
        words = "use" if on else "leaving out"
        self._book.change(f"{words} of {name}", profile.with_enabled(name, on))

    def reset_expression(self) -> None:
        """Forget what was added to the chosen built-in class."""
        if (row := self._table.chosen) is not None:
            self._book.change(f"reset of {row.name}", self._book.must_have().reset(row.name))

    def delete_expression(self) -> None:
        """Delete the chosen expression; the banner offers to take it back."""
        if (row := self._table.chosen) is not None and not row.is_builtin:
            self._book.change(f"deletion of {row.name}", self._book.must_have().without(row.name))
            self._offer_undo(f"{row.name} is deleted.")

    def use_neutral(self, on: bool) -> None:
        """Correct by the neutral face or not. Raises ProfileError."""
        after = self._book.must_have().with_neutral_use(on)
        self._book.change("neutral face " + ("on" if on else "off"), after)

    def forget_neutral(self) -> None:
        """Take the neutral face out of the profile; the banner offers to take it back."""
        self._book.change("forgetting my neutral", self._book.must_have().without_neutral())
        self._offer_undo("Your neutral face is forgotten.")

    def _offer_undo(self, text: str) -> None:
        # Back to before it: what was changed since goes with it, and can be redone.
        stack = self._book.stack
        before = stack.index() - 1
        self._undone_at = before
        undo = Message(
            text, action="Undo", run=lambda: stack.setIndex(before), topic=DELETED, lasting=False
        )
        self._context.banner.say(undo)

    def _forget_offer(self, index: int) -> None:
        """What was taken back by other means is offered no longer."""
        if index <= self._undone_at:
            self._context.banner.dismiss(DELETED)

    def _try(self, run: Callable[[], object]) -> None:
        try:
            run()
        except ProfileError as error:
            text = str(error)
            self._context.banner.say(
                Message(text[:1].upper() + text[1:] + ".", Tone.ERROR, topic="profile")
            )
            self._book.changed.emit()  # a tick or a name that was refused shows what is true

    def _ask(self, title: str, label: str, text: str, use: Callable[[str], None]) -> None:
        dialog = QInputDialog(self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(title)
        dialog.setLabelText(label)
        dialog.setTextValue(text)
        dialog.textValueSelected.connect(lambda name: self._try(partial(use, name)))
        dialog.resize(420, dialog.height())
        dialog.open()

    def _file_dialog(self, title: str) -> QFileDialog:
        dialog = QFileDialog(self._window, title, str(self._context.settings.last_folder))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return dialog

    def _connect_undo(self) -> None:
        stack, actions = self._book.stack, self._context.actions
        stack.indexChanged.connect(self._forget_offer)
        for key, run, can, signal in (
            ("undo_expressions", stack.undo, stack.canUndo, stack.canUndoChanged),
            ("redo_expressions", stack.redo, stack.canRedo, stack.canRedoChanged),
        ):
            actions[key].triggered.connect(run)
            actions[key].setEnabled(can())
            signal.connect(actions[key].setEnabled)
        # Methods of a QObject: a lambda would still be called while the window is taken apart.
        stack.undoTextChanged.connect(self._name_undo)
        stack.redoTextChanged.connect(self._name_redo)

    @Slot(str)
    def _name_undo(self, text: str) -> None:
        self._context.actions["undo_expressions"].setText(f"&Undo {text}".rstrip())

    @Slot(str)
    def _name_redo(self, text: str) -> None:
        self._context.actions["redo_expressions"].setText(f"&Redo {text}".rstrip())
