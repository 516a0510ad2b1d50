"""What is made of an open session: report, exports, another analysis."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from fervideo.session.export import FORMATS, default_name
from fervideo.session.playback import PicturesFrom, Playback

from ..background import Task
from ..context import Context
from ..environment import clean_environment
from ..live.recorder import show_in_files
from ..widgets.ask_path import ask_new_file
from ..widgets.banner import Message, Tone
from .document import Document
from .export_dialog import ExportDialog
from .exporting import ExportRun, Outcome, Wish, possible
from .groups_dialog import GroupsDialog
from .memory import Memory

TOPIC = "output"

Pair = tuple[Path, str]
"""A session's folder and its group, empty for none."""


class Outputs(QObject):
    """Obeys the actions for reports, exports and analysing again.

    Args:
        page: The widget whose window dialogs belong to.
        context: The window's things.
        document: Gives the open session.
        opened: Tells where its pictures come from.
    """

    def __init__(
        self,
        page: QWidget,
        context: Context,
        document: Callable[[], Document | None],
        opened: Callable[[], Playback | None],
    ) -> None:
        super().__init__(page)
        self._page, self._context = page, context
        self._document, self._opened = document, opened
        self._memory = Memory(context.settings)
        self._runs: list[ExportRun] = []
        actions = context.actions
        actions["session_report"].triggered.connect(self.ask_report)
        actions["session_export"].triggered.connect(self.ask_export)
        actions["analyze_again"].triggered.connect(self.analyze_again)

    def ask_report(self) -> None:
        """Ask where the report of the open session goes."""
        document = self._document()
        if document is not None:
            self.ask_report_of([(document.folder, "")])

    def ask_groups(self, listed: Sequence[Path], chosen: Sequence[Path]) -> GroupsDialog:
        """Ask which of the listed sessions are reported, and in which groups."""
        dialog = GroupsDialog(
            self._page.window(), self._context.theme, listed, chosen, self._memory.groups
        )
        dialog.accepted.connect(lambda: self._memory.set_groups(dialog.groups, listed))
        dialog.report_wanted.connect(self.ask_report_of)
        dialog.open()
        return dialog

    def ask_report_of(self, pairs: Sequence[Pair]) -> None:
        """Ask where a report of these sessions goes, each with its group, empty for none."""
        place = self._context.settings.recordings
        name = f"{pairs[0][0].name}-report.html" if len(pairs) == 1 else "report.html"
        then = partial(self.write_report, pairs)
        ask_new_file(self._page, "Report", place / name, "Web page (*.html)", then)

    def write_report(self, pairs: Sequence[Pair], path: Path) -> None:
        """Write a report of these sessions away from the window."""
        document = self._document()
        save = document.save_now if document is not None else None
        self._say(Message("Writing the report…", topic=TOPIC, busy=True))
        self._context.background.start(
            _reporter(pairs, path, save), lambda task: self._reported(task, path), "report"
        )

    def ask_export(self) -> ExportDialog | None:
        """Ask for formats and a folder."""
        document = self._document()
        if document is None:
            return None
        opened = self._opened()
        has_pictures = opened is not None and opened.origin is not PicturesFrom.NOWHERE
        chosen, folder = self._memory.exports
        folder = folder or self._context.settings.recordings / "exports"
        reasons = possible(tuple(FORMATS), has_pictures)
        names = {name: default_name(document.recorded, name) for name in FORMATS}
        theme = self._context.theme
        dialog = ExportDialog(self._page.window(), theme, names, reasons, chosen, folder)
        dialog.export_wanted.connect(
            lambda formats, place: self._export(dialog, document, formats, place)
        )
        dialog.open()
        return dialog

    def analyze_again(self) -> None:
        """Put the video of the session into the queue of Analyze."""
        document, opened = self._document(), self._opened()
        if document is None:
            return
        source = document.recorded.description.get("source")
        location = source.get("location") if isinstance(source, Mapping) else None
        paths = [opened.path if opened else None, Path(str(location)) if location else None]
        if opened is not None and opened.origin is PicturesFrom.RECORDING:
            paths.reverse()  # rather what was analysed than what was recorded of it
        found = next((path for path in paths if path is not None and path.exists()), None)
        if found is None:
            text = "There is no video to analyse: it was not saved, and the original is gone."
            self._say(Message(text, Tone.WARNING, topic=TOPIC))
        else:
            self._context.navigator.analyze([found])

    def close_work(self) -> None:
        """Stop what is being written."""
        for run in self._runs:
            run.stop.set()

    def _export(
        self, dialog: ExportDialog, document: Document, formats: list[str], folder: Path
    ) -> None:
        self._memory.set_exports(formats, folder)
        opened = self._opened()
        is_original = opened is not None and opened.origin is PicturesFrom.ORIGINAL
        media = opened.path if opened is not None and is_original else None
        session = replace(document.recorded, markers=document.markers)
        run = ExportRun(Wish(session, document.edits, tuple(formats), folder, media))
        self._runs.append(run)
        dialog.follow(run)
        self._context.background.start(
            run, lambda task: self._exported(task, run, dialog, folder), "export"
        )

    def _exported(
        self, task: Task[Outcome], run: ExportRun, dialog: ExportDialog, folder: Path
    ) -> None:
        self._runs.remove(run)
        dialog.finish()
        outcome = task.value or Outcome(problems=[str(task.error)])
        count = len(outcome.written)
        what = outcome.written[0].name if count == 1 else f"{count} exports"
        parts = [f"Wrote {what} to {folder}."] if count else []
        parts += [f"{text[:1].upper()}{text[1:]}." for text in outcome.problems]
        if run.stop.is_set():
            parts.append("The export was stopped.")
        tone = Tone.ERROR if outcome.problems else Tone.INFO
        show = "Show Files" if count else ""
        run_it = (lambda: show_in_files(folder)) if count else None
        # With the way to the files it stays: whoever exports a video looks away meanwhile.
        lasting = count > 0 or tone is Tone.ERROR
        self._say(Message(" ".join(parts), tone, show, run_it, TOPIC, lasting))

    def _reported(self, task: Task[None], path: Path) -> None:
        if task.error is not None:
            text = str(task.error)
            self._say(Message(f"{text[:1].upper()}{text[1:]}.", Tone.ERROR, topic=TOPIC))
            return
        self._say(Message(f"Wrote {path}.", action="Open", run=lambda: _open(path), topic=TOPIC))

    def _say(self, message: Message) -> None:
        self._context.banner.say(message)


def _reporter(
    pairs: Sequence[Pair], path: Path, save: Callable[[], None] | None
) -> Callable[[], None]:
    def write() -> None:
        from fervideo.session.report import read_entry, write_report  # Matplotlib takes a while

        if save is not None:
            save()
        write_report([read_entry(folder, group) for folder, group in pairs], path)

    return write


def _open(path: Path) -> None:
    clean_environment()
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
