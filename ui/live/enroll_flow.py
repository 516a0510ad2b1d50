"""Enrolling on the Live page, step by step: name, gather, look through, accept. No widgets."""

from __future__ import annotations

import time
from enum import Enum, auto

from PySide6.QtCore import QObject, QTimer, Signal

from fervideo import labels
from fervideo.centers.enroll import Answer, EnrollmentSession, Preview, Sample
from fervideo.centers.names import clean_expression_name, find_name
from fervideo.centers.profile import Profile
from fervideo.errors import ProfileError
from fervideo.types import Result

from ..expressions.book import ProfileBook

COUNT = 3
COUNT_MS = 1000
ENOUGH = 20
"""The countdown gathers so many pictures; holding the key may go on to `MOST`."""

MOST = 30
NEUTRAL_ENOUGH = 10
PATIENCE_S = 8.0
"""The countdown gathers for so long at most."""


class Phase(Enum):
    """What is going on."""

    OFF = auto()
    WAITING = auto()
    COUNTING = auto()
    GATHERING = auto()


class EnrollFlow(QObject):
    """Gathers pictures of the chosen face, and changes the profile when they are accepted.

    Attributes:
        changed: Phase, pictures, name or message changed.
        gathered: A picture that counts came: its `Sample`.
        emptied: All pictures are gone.
        accepted: The expression of this name is in the profile.
    """

    changed = Signal()
    gathered = Signal(object)
    emptied = Signal()
    accepted = Signal(str)

    def __init__(self, book: ProfileBook, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._book = book
        self.phase = Phase.OFF
        self.name, self.message = "", ""
        self.is_neutral = self._held = False
        self.count = 0
        self._face: int | None = None
        self._until_s = 0.0
        self._session: EnrollmentSession | None = None
        self._timer = QTimer(self, interval=COUNT_MS)
        self._timer.timeout.connect(self._tick)
        book.changed.connect(self._follow_model)

    @property
    def is_open(self) -> bool:
        """An enrolment is going on."""
        return self.phase is not Phase.OFF

    @property
    def samples(self) -> tuple[Sample, ...]:
        """The pictures that count."""
        return () if self._session is None else self._session.samples

    @property
    def wanted(self) -> int:
        """Pictures after which it is enough."""
        return NEUTRAL_ENOUGH if self.is_neutral else ENOUGH

    @property
    def adds_to(self) -> str:
        """The class that these frames are added to, empty if it is a new one."""
        profile = self._book.profile
        own = () if profile is None else tuple(e.name for e in profile.expressions)
        return "" if self.is_neutral else find_name(self.name, (*labels.BASIC, *own)) or ""

    @property
    def problem(self) -> str:
        """What is wrong with the name, empty if nothing."""
        try:
            clean_expression_name(self.name)
        except ProfileError as error:
            return str(error)
        return ""

    @property
    def can_accept(self) -> bool:
        """There are pictures and a name for them."""
        return bool(self.samples) and not self.problem

    def preview(self) -> Preview | None:
        """Where the expression would lie, None without pictures."""
        centers = self._book.in_use()
        if self._session is None or not self._session.samples or centers is None:
            return None
        self._session.name = self.adds_to or self.name.strip() or self._session.name
        return self._session.preview(centers)

    def warnings(self) -> tuple[str, ...]:
        """What speaks against the pictures, a sentence each; the user decides."""
        if not self.is_neutral:
            preview = self.preview()
            return () if preview is None else preview.warnings
        warning = "" if self._session is None else self._session.neutral_warning()
        return (warning,) if warning else ()

    def open(self, name: str = "", is_neutral: bool = False) -> None:
        """Begin: a new expression, frames for one that is there, or the neutral face."""
        self._forget()
        self.is_neutral = is_neutral
        self.name = labels.NEUTRAL.name if is_neutral else name
        self.message = ""
        self._enter(Phase.WAITING)

    def set_name(self, name: str) -> None:
        """Call it something else."""
        self.name = name
        self.changed.emit()

    def hold(self, face: int | None) -> None:
        """Gather from this face as long as the key is held."""
        self._held = True
        self._begin(face)

    def let_go(self) -> None:
        """The key is up."""
        if self._held:
            self._held = False
            self._stop("")

    def count_down(self, face: int | None) -> None:
        """Gather from this face after 3, 2, 1."""
        if self.phase is Phase.WAITING:
            self.count, self._face = COUNT, face
            self._timer.start()
            self._enter(Phase.COUNTING)

    def say(self, message: str) -> None:
        """Tell why nothing is gathered."""
        self.message = message
        self.changed.emit()

    def stop(self) -> None:
        """Gather no more, keep what is there."""
        self._stop("")

    def cancel(self) -> None:
        """Leave, without a change."""
        self._forget()
        self._enter(Phase.OFF)

    def drop(self, index: int) -> None:
        """Take a picture out."""
        if self._session is not None:
            self._session.drop(index)
            self.changed.emit()

    def offer(self, result: Result, chosen: int | None) -> None:
        """A result came; the chosen face's if none was chosen before."""
        if self.phase is not Phase.GATHERING or self._session is None:
            return
        if self._face is None:
            self._face = chosen
        try:
            verdict = self._session.offer(result, self._face)
        except ProfileError as error:
            self._forget()
            self.message = str(error)
            self._enter(Phase.WAITING)
            return
        if verdict.accepted:
            self.gathered.emit(self._session.samples[-1])
        self._judge(verdict.answer, verdict.reason)

    def accept(self, keep_pictures: bool) -> None:
        """Put it into the profile. Raises ProfileError; nothing has changed then."""
        if self._session is None or not self.can_accept:
            return
        book, session = self._book, self._session
        session.name = self.adds_to or clean_expression_name(self.name)
        enrolment = session.finish()
        before = book.profile_to_change()
        after: Profile
        if self.is_neutral:
            after = before.with_neutral(enrolment, keep_pictures)
        elif self.adds_to:
            after = before.with_frames(enrolment, keep_pictures)
        else:
            after = before.with_expression(enrolment, keep_pictures)
        book.change(f"enrolling {session.name}", after)
        book.remember(session.name, session.model, [s.embedding for s in session.samples])
        name = session.name
        self.cancel()
        self.accepted.emit(name)

    def _begin(self, face: int | None) -> None:
        model = self._book.model
        if model is None or self.phase is Phase.OFF:
            return
        if self._session is None:
            # The name may still be missing; `accept` asks for it.
            self._session = EnrollmentSession(model, "new expression", MOST)
        self._face, self.count, self.message = face, 0, ""
        self._until_s = time.monotonic() + PATIENCE_S
        if self._held:
            self._timer.stop()
        self._enter(Phase.GATHERING)

    def _judge(self, answer: Answer, reason: str) -> None:
        """Say what became of a picture, and stop when there are enough."""
        count = len(self.samples)
        if answer is Answer.ENOUGH or count >= (MOST if self._held else self.wanted):
            self._stop("Enough. Take out what does not belong.")
            return
        self.message = "" if answer is Answer.ACCEPTED else f"Left out: {reason}."
        self.changed.emit()

    def _tick(self) -> None:
        """Count down; then end the gathering in time, though no frame may come any more."""
        if self.phase is Phase.GATHERING:
            if time.monotonic() > self._until_s:
                self._stop(f"{len(self.samples)} pictures in {PATIENCE_S:.0f} s. {self.message}")
            return
        self.count -= 1
        if self.count > 0:
            self.changed.emit()
        else:
            self._begin(self._face)

    def _stop(self, message: str) -> None:
        self._timer.stop()
        if self.is_open:
            self.message = message
            self._enter(Phase.WAITING)

    def _forget(self) -> None:
        self._timer.stop()
        self._held, self._session, self._face, self.count = False, None, None, 0
        self.emptied.emit()

    def _enter(self, phase: Phase) -> None:
        self.phase = phase
        self.changed.emit()

    def _follow_model(self) -> None:
        if self._session is not None and self._session.model is not self._book.model:
            self._forget()
            self.message = "Another model is in use now: gather the pictures anew."
            self._enter(Phase.WAITING)
