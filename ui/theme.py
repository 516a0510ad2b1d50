"""Light and dark: the colours of the window by their role, and the two sizes of text.

Every pair of text and ground below has a contrast of at least 4.5 : 1; a test computes it. The
colours of expressions are not here but in `fervideo.labels`, the same in both themes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontInfo, QGuiApplication, QPalette

GRID = 8
"""Pixels; distances are multiples or halves of it."""


class ThemeMode(StrEnum):
    """What the user chose."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Tokens:
    """Colours by role, sRGB hex.

    Attributes:
        window: Ground of the window, rail and bars.
        surface: Ground of panels.
        raised: Ground of controls.
        hover: Ground of a control under the pointer.
        outline: Thin lines, tracks of bars and sliders.
        text: Text.
        muted: Text that matters less.
        accent: Text and icons of what is chosen, the focus ring.
        fill: Ground of the main button; text on it is `on_fill`.
        on_fill: See `fill`.
        record: The recording state; text on it is `on_fill`.
        warning: Icon of a warning.
        error: Icon of an error.
        backdrop: Ground behind the picture, dark in both themes.
        on_backdrop: Text on the backdrop and on the plates over the picture.
        on_backdrop_muted: The same, of less weight.
        is_dark: Whether this is the dark theme.
    """

    window: str
    surface: str
    raised: str
    hover: str
    outline: str
    text: str
    muted: str
    accent: str
    fill: str
    on_fill: str
    record: str
    warning: str
    error: str
    backdrop: str
    on_backdrop: str
    on_backdrop_muted: str
    is_dark: bool


DARK = Tokens(
    window="#0F1114",
    surface="#171A1F",
    raised="#22262D",
    hover="#2B3038",
    outline="#343A44",
    text="#ECEEF2",
    muted="#A0A8B4",
    accent="#A899FF",
    fill="#6A55D4",
    on_fill="#FFFFFF",
    record="#D92D33",
    warning="#F2B84B",
    error="#FF7A7A",
    backdrop="#08090B",
    on_backdrop="#FFFFFF",
    on_backdrop_muted="#B4BAC4",
    is_dark=True,
)

LIGHT = Tokens(
    window="#F0F2F5",
    surface="#FFFFFF",
    raised="#E3E6EC",
    hover="#D8DCE4",
    outline="#C9CED8",
    text="#14171C",
    muted="#4E5663",
    accent="#5542C0",
    fill="#5B47C7",
    on_fill="#FFFFFF",
    record="#CC1F26",
    warning="#8F5B00",
    error="#B3131A",
    backdrop="#16181C",
    on_backdrop="#FFFFFF",
    on_backdrop_muted="#B4BAC4",
    is_dark=False,
)

SMALLEST_BODY_PX = 14
SMALL_RATIO = 0.86
LARGE_RATIO = 2.3


class Theme(QObject):
    """The theme in force, handed to every widget that paints itself.

    Attributes:
        changed: Emitted after the colours changed.
    """

    changed = Signal()

    def __init__(self, mode: ThemeMode = ThemeMode.SYSTEM, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._mode = mode
        self._tokens = self._resolve()
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._refresh)

    @property
    def mode(self) -> ThemeMode:
        """What the user chose."""
        return self._mode

    @property
    def tokens(self) -> Tokens:
        """The colours in force."""
        return self._tokens

    def set_mode(self, mode: ThemeMode) -> None:
        """Choose light, dark, or what the system says."""
        self._mode = mode
        self._refresh()

    def color(self, role: str, alpha: float = 1.0) -> QColor:
        """A colour by its role's name in `Tokens`, see-through if `alpha` is below 1."""
        color = QColor(getattr(self._tokens, role))
        color.setAlphaF(alpha)
        return color

    def _resolve(self) -> Tokens:
        if self._mode is ThemeMode.SYSTEM:
            scheme = QGuiApplication.styleHints().colorScheme()
            return LIGHT if scheme == Qt.ColorScheme.Light else DARK
        return DARK if self._mode is ThemeMode.DARK else LIGHT

    def _refresh(self) -> None:
        tokens = self._resolve()
        if tokens is not self._tokens:
            self._tokens = tokens
            self.changed.emit()


def body_px(base: QFont | None = None) -> int:
    """Height of ordinary text in pixels: the system's, but never too small to read."""
    font = base or QGuiApplication.font()
    return max(SMALLEST_BODY_PX, QFontInfo(font).pixelSize())


def body_font() -> QFont:
    """Ordinary text, in the system's face."""
    font = QFont(QGuiApplication.font())
    font.setPixelSize(body_px())
    return font


def small_font() -> QFont:
    """The smaller of the two sizes of text."""
    font = body_font()
    font.setPixelSize(round(body_px() * SMALL_RATIO))
    return font


def large_font() -> QFont:
    """The one large label."""
    font = body_font()
    font.setPixelSize(round(body_px() * LARGE_RATIO))
    font.setWeight(QFont.Weight.DemiBold)
    return font


def with_weight(font: QFont, weight: QFont.Weight) -> QFont:
    """A copy of `font` in another weight."""
    heavier = QFont(font)
    heavier.setWeight(weight)
    return heavier


def palette(tokens: Tokens) -> QPalette:
    """The Qt palette of a theme, for everything that the style sheet does not reach."""
    pairs = {
        QPalette.ColorRole.Window: tokens.window,
        QPalette.ColorRole.WindowText: tokens.text,
        QPalette.ColorRole.Base: tokens.surface,
        QPalette.ColorRole.AlternateBase: tokens.raised,
        QPalette.ColorRole.Text: tokens.text,
        QPalette.ColorRole.PlaceholderText: tokens.muted,
        QPalette.ColorRole.Button: tokens.raised,
        QPalette.ColorRole.ButtonText: tokens.text,
        QPalette.ColorRole.BrightText: tokens.on_fill,
        QPalette.ColorRole.Highlight: tokens.fill,
        QPalette.ColorRole.HighlightedText: tokens.on_fill,
        QPalette.ColorRole.Link: tokens.accent,
        QPalette.ColorRole.ToolTipBase: tokens.raised,
        QPalette.ColorRole.ToolTipText: tokens.text,
        QPalette.ColorRole.Light: tokens.hover,
        QPalette.ColorRole.Mid: tokens.outline,
        QPalette.ColorRole.Dark: tokens.outline,
    }
    result = QPalette()
    for role, color in pairs.items():
        result.setColor(role, QColor(color))
    disabled = QPalette.ColorGroup.Disabled
    faint = QColor(tokens.muted)
    faint.setAlphaF(0.6)
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        result.setColor(disabled, role, faint)
    return result
