from __future__ import annotations

from fervideo.ui.theme import Theme, ThemeMode
from fervideo.ui.widgets.buttons import RailButton
from fervideo.ui.widgets.icons import Icons
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot


def colors_of(button: RailButton) -> set[str]:
    image = button.grab().toImage()
    return {
        image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())
    }


def test_work_under_way_shows_as_a_number_and_a_bar(qtbot: QtBot) -> None:
    theme = Theme(ThemeMode.DARK)
    button = RailButton(theme, Icons(), "analyze", "Analyze")
    qtbot.addWidget(button)
    button.resize(button.sizeHint())
    fill, accent = QColor(theme.tokens.fill).name(), QColor(theme.tokens.accent).name()
    assert not {fill, accent} & colors_of(button)
    button.show_work("12", 0.5)
    assert {fill, accent} <= colors_of(button)
    assert button.badge == "12"
    button.show_work("")
    assert not {fill, accent} & colors_of(button)
