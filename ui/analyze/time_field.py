"""A field for a moment of a video: `90`, `1:30` or `1:02:03.5`; empty for the start or the end."""

from __future__ import annotations

import re

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

_NUMBER = r"\d{1,6}(?:[.,]\d{1,3})?"
_CLOCK = re.compile(rf"(?:(?:(\d{{1,3}}):)?([0-5]?\d):)?({_NUMBER})")


def parse_time(text: str) -> float | None:
    """Seconds that a text means, None for an empty one.

    Raises:
        ValueError: It is no time.
    """
    text = text.strip().removesuffix("s").strip()
    if not text:
        return None
    found = _CLOCK.fullmatch(text)
    if found is None:
        raise ValueError(f"{text} is no time")
    hours, minutes, seconds = (float((part or "0").replace(",", ".")) for part in found.groups())
    if found[2] is not None and seconds >= 60:
        raise ValueError(f"{text} is no time")
    return 3600 * hours + 60 * minutes + seconds


def format_time(seconds: float | None) -> str:
    """Seconds as `1:30`, with what parts of a second there are; empty for None."""
    if seconds is None:
        return ""
    thousandths = round(seconds * 1000)
    minutes, rest = divmod(thousandths, 60_000)
    hours, minutes = divmod(minutes, 60)
    text = f"{rest / 1000:06.3f}".rstrip("0").rstrip(".")
    return f"{hours}:{minutes:02}:{text}" if hours else f"{minutes}:{text}"


class TimeField(QLineEdit):
    """Holds a time; a text that is none is marked and not taken.

    Args:
        name: What it is, for screen readers.
        empty: What an empty field means, such as `start`.

    Attributes:
        chosen: The user's new time: seconds, or None.
        problem: A sentence on a text that is no time; empty once it is gone.
        is_wrong: It holds a text that is no time.
    """

    chosen = Signal(object)
    problem = Signal(str)

    def __init__(self, name: str, empty: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._empty = empty
        self._value: float | None = None
        self.is_wrong = False
        self.setAccessibleName(name)
        self.setAcceptDrops(False)  # a file that is dropped here is one for the queue
        self.setToolTip(f"{name}, as 90, 1:30 or 1:02:03.5; leave it empty for the {empty}")
        self.editingFinished.connect(self._take)
        self.textEdited.connect(lambda: self._mark(False))
        self.show_value(None)

    @property
    def value(self) -> float | None:
        """The time in seconds."""
        return self._value

    def show_value(self, seconds: float | None, several: bool = False) -> None:
        """Show a time without telling anybody; `several` if there are different ones."""
        self._value = seconds
        self.setPlaceholderText("mixed" if several else self._empty)
        self.setText("" if several else format_time(seconds))
        self.setModified(False)
        self._mark(False)

    def _take(self) -> None:
        if not self.isModified():
            return
        try:
            value = parse_time(self.text())
        except ValueError as error:
            self._mark(True)
            self.problem.emit(f"{error}: write 90, 1:30 or 1:02:03.")
            return
        self.show_value(value)
        self.chosen.emit(value)

    def _mark(self, wrong: bool) -> None:
        if wrong != self.is_wrong:
            self.is_wrong = wrong
            self.setProperty("wrong", wrong)
            self.style().unpolish(self)
            self.style().polish(self)
            if not wrong:
                self.problem.emit("")
