from __future__ import annotations

from fervideo.ui.theme import Theme, ThemeMode
from fervideo.ui.widgets.tick_box import SIDE, TickBox
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot


def test_it_shows_whether_it_is_on(qtbot: QtBot) -> None:
    theme = Theme(ThemeMode.DARK)
    box = TickBox(theme, "Save the video too")
    qtbot.addWidget(box)
    box.resize(box.sizeHint())

    def colors() -> set[str]:
        image = box.grab().toImage()
        return {image.pixelColor(x, y).name() for x in range(SIDE) for y in range(image.height())}

    fill = QColor(theme.tokens.fill).name()
    assert fill not in colors()
    # Its text counts as the box does.
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=box.rect().center())
    assert box.isChecked()
    assert fill in colors()
    box.setCheckState(Qt.CheckState.PartiallyChecked)
    assert fill in colors()
    qtbot.keyClick(box, Qt.Key.Key_Space)
    assert box.checkState() is Qt.CheckState.Checked
