from __future__ import annotations

import pytest
from fervideo.ui.theme import DARK, LIGHT, Theme, ThemeMode, Tokens

TEXT_ON_GROUND = [
    *(
        (text, ground)
        for text in ("text", "muted", "accent")
        for ground in ("window", "surface", "raised", "hover")
    ),
    ("on_fill", "fill"),
    ("on_fill", "record"),
    ("on_backdrop", "backdrop"),
    ("on_backdrop_muted", "backdrop"),
    ("warning", "surface"),
    ("error", "window"),
]


def luminance(color: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("tokens", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize(("text", "ground"), TEXT_ON_GROUND)
def test_text_can_be_read(tokens: Tokens, text: str, ground: str) -> None:
    pair = sorted(luminance(getattr(tokens, role)) for role in (text, ground))
    assert (pair[1] + 0.05) / (pair[0] + 0.05) >= 4.5


def test_modes(qapp: object, qtbot: object) -> None:
    theme = Theme(ThemeMode.DARK)
    heard = []
    theme.changed.connect(lambda: heard.append(theme.tokens))
    assert theme.tokens is DARK
    theme.set_mode(ThemeMode.LIGHT)
    theme.set_mode(ThemeMode.LIGHT)
    assert heard == [LIGHT]
    theme.deleteLater()
