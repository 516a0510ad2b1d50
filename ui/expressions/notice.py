"""What the profile lacks for the model in use, with the ways out as buttons."""

from __future__ import annotations

from collections import Counter

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton

from fervideo.centers.profile import CustomExpression, Profile

from ..context import Context
from ..guard import painting
from ..theme import GRID


class LackNotice(QFrame):
    """Shows itself only while something is lacking."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._other_model = ""
        self.text = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.again = QPushButton("Enroll Again from Pictures")
        self.again.setProperty("role", "main")
        self.again.clicked.connect(context.profiles.reenroll)
        self.switch = QPushButton()
        self.switch.clicked.connect(lambda: context.navigator.use_model(self._other_model))
        self.enroll = QPushButton("Enroll Now…")
        self.enroll.clicked.connect(self._enroll_first)
        row = QHBoxLayout(self)
        row.setContentsMargins(6 * GRID, GRID, 2 * GRID, GRID)
        row.setSpacing(GRID)
        row.addWidget(self.text, 1)
        for button in (self.again, self.switch, self.enroll):
            row.addWidget(button)
        context.theme.changed.connect(self.update)
        self.hide()

    def renew(self) -> None:
        """Show what is lacking."""
        book = self._context.profiles
        profile, model, lacking = book.profile, book.model, book.lacking()
        self.setVisible(bool(lacking))
        if profile is None or model is None or not lacking:
            return
        faces = _faces(profile, lacking)
        self._other_model = _most_used(faces)
        self.text.setText(profile.notice(model.card))
        has_pictures = any(face.crops for face in faces)
        self.again.setVisible(has_pictures)
        self.switch.setText(f"Use {self._other_model}")
        self.switch.setVisible(bool(self._other_model) and self._other_model != model.card.name)
        self.enroll.setVisible(not has_pictures)

    def paintEvent(self, event: QPaintEvent) -> None:
        """As a banner: a tinted ground, a stroke, an icon."""
        theme = self._context.theme
        with painting(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("warning", 0.14))
            painter.drawRoundedRect(QRectF(self.rect()), GRID, GRID)
            icon = QRectF(2 * GRID, self.height() / 2 - 10, 20, 20)
            self._context.icons.paint(painter, icon, "warning", theme.color("warning"))

    def _enroll_first(self) -> None:
        names = [n for n in self._context.profiles.lacking() if self._is_expression(n)]
        if names:
            self._context.navigator.enroll(names[0])
        else:
            self._context.actions["nominate_neutral"].trigger()

    def _is_expression(self, name: str) -> bool:
        profile = self._context.profiles.profile
        return profile is not None and profile.get(name) is not None


def _faces(profile: Profile, lacking: tuple[str, ...]) -> list[CustomExpression]:
    """What is lacking; a name that is no expression's is the neutral face."""
    neutral = None if profile.neutral is None else profile.neutral.face
    found = [profile.get(name) or neutral for name in lacking]
    return [face for face in found if face is not None]


def _most_used(faces: list[CustomExpression]) -> str:
    """The model that most of these were enrolled with, empty if there is none."""
    models = Counter(center.model for face in faces for center in face.centers)
    return models.most_common(1)[0][0] if models else ""
