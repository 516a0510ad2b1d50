"""The user's own expressions: profiles, classes, pictures, and the sphere they all lie on."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from fervideo.types import Result

from ..context import Context
from ..theme import GRID
from ..widgets.banner import Message, Tone
from ..widgets.empty_state import EmptyState, Hint
from .class_rows import rows_of
from .class_table import ClassTable
from .commands import Commands
from .detail import Detail
from .neutral_row import NeutralRow
from .notice import LackNotice
from .profile_bar import ProfileBar
from .sphere_panel import SpherePanel


class ExpressionsWorkspace(QWidget):
    """Classes at the left, the sphere and the chosen class at the right."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.bar = ProfileBar(context)
        self.notice = LackNotice(context)
        self.table = ClassTable(context.theme)
        self.empty = EmptyState(context.theme, context.icons)
        self.empty.show_hint(Hint("models", "Loading the model…", busy=True))
        self.neutral = NeutralRow(context)
        self.sphere = SpherePanel(context)
        self.detail = Detail(context)
        self._lay_out()
        self.commands = Commands(context, self.table, self)
        self._connect()
        self._renew()

    def follow(self, result: Result, row: int | None) -> None:
        """The face that Live follows is in this row of a result; None if it is away."""
        self.sphere.follow(result, row)

    def save_state(self) -> None:
        """Remember how the room is shared out."""
        self.context.settings.put_bytes("expressions/across", self.across.saveState())
        self.context.settings.put_bytes("expressions/down", self.down.saveState())

    def restore_state(self) -> None:
        """Take the remembered state, once the size is known."""
        settings = self.context.settings
        if not self.across.restoreState(settings.bytes_of("expressions/across")):
            left = min(480, max(376, round(self.width() * 0.34)))
            self.across.setSizes([left, self.width() - left])
        if not self.down.restoreState(settings.bytes_of("expressions/down")):
            below = min(260, max(172, round(self.height() * 0.3)))
            self.down.setSizes([self.height() - below, below])

    def close_work(self) -> None:
        """Nothing of its own runs in the background."""

    def take(self, paths: list[Path]) -> bool:
        """A profile file dropped here is taken in."""
        profiles = [path for path in paths if path.suffix.casefold() == ".json"]
        for path in profiles[:1]:
            self.context.profiles.import_file(path)
        return bool(profiles)

    def showEvent(self, event: QShowEvent) -> None:
        """What the banner said of the profile is said here at length."""
        super().showEvent(event)
        for topic in ("lacking", "enroll"):  # both lead here
            self.context.banner.dismiss(topic)
        self.table.setFocus()

    def _renew(self) -> None:
        """The profile, a class in it, or the model changed."""
        rows = rows_of(self.context.profiles)
        self._stack.setCurrentIndex(0 if rows else 1)
        self.bar.renew()
        self.notice.renew()
        self.neutral.renew()
        self.table.show_rows(rows)
        self._tell_live()

    def _show_chosen(self) -> None:
        book, row = self.context.profiles, self.table.chosen
        own = None if row is None or book.profile is None else book.profile.get(row.name)
        centers = book.in_use()
        self.detail.show_class(row, own, () if centers is None else centers.classes)
        self.sphere.show_rows(self.table.classes.rows, "" if row is None else row.name)
        self.commands.enable()

    def _tell_live(self) -> None:
        """On other pages a banner says what the profile lacks, and leads here."""
        profile, model = self.context.profiles.profile, self.context.profiles.model
        text = "" if profile is None or model is None else profile.notice(model.card)
        if not text or self.isVisible():
            self.context.banner.dismiss("lacking")
            return
        self.context.banner.say(
            Message(
                text,
                Tone.WARNING,
                "Show Expressions",
                lambda: self.context.navigator.show("expressions"),
                "lacking",
            )
        )

    def _say_problem(self, text: str) -> None:
        text = text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")
        self.context.banner.say(Message(text, Tone.ERROR, topic="profile"))

    def _connect(self) -> None:
        settings, keep = self.context.settings, self.context.actions["keep_crops"]
        keep.setChecked(settings.flag("keep_crops"))
        keep.toggled.connect(lambda on: settings.set_flag("keep_crops", on))
        self.context.profiles.changed.connect(self._renew)
        self.context.profiles.failed.connect(self._say_problem)
        self.context.bridge.switched.connect(self.sphere.view.clear_trail)
        self.table.chosen_changed.connect(self._show_chosen)

    def _lay_out(self) -> None:
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.empty)
        left = _panel()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, GRID // 2, 0, GRID)
        column.setSpacing(GRID)
        column.addWidget(self._stack, 1)
        column.addWidget(self.neutral)
        self.down = QSplitter(Qt.Orientation.Vertical)
        for widget in (self.sphere, self.detail):
            widget.setProperty("role", "panel")
            widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
            self.down.addWidget(widget)
        self.across = QSplitter(Qt.Orientation.Horizontal)
        self.across.addWidget(left)
        self.across.addWidget(self.down)
        for splitter in (self.across, self.down):
            splitter.setHandleWidth(GRID)
            splitter.setChildrenCollapsible(False)
        self.across.setStretchFactor(1, 1)
        self.down.setStretchFactor(0, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, GRID, 0)
        outer.setSpacing(0)
        outer.addWidget(self.bar)
        outer.addWidget(self.notice)
        outer.addSpacing(GRID // 2)
        outer.addWidget(self.across, 1)


def _panel() -> QWidget:
    widget = QWidget()
    widget.setProperty("role", "panel")
    widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    return widget
