"""The documentation and the about box, both offline."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fervideo.ui.help.about_dialog import AboutDialog
from fervideo.ui.help.guide_dialog import GuideDialog
from fervideo.ui.help.pages import pages
from fervideo.ui.main_window import MainWindow
from PySide6.QtCore import QUrl
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from fervideo import __version__
from fervideo.resources import docs_folder


@pytest.fixture
def guide(window: MainWindow) -> GuideDialog:
    window.actions_by_key["guide"].trigger()
    return window.findChild(GuideDialog)


def test_the_guide_begins_with_first_steps_and_does_not_block(
    window: MainWindow, guide: GuideDialog, qtbot: QtBot
) -> None:
    assert guide.page.path.stem == "first-steps"
    assert "enroll" in guide.view.toPlainText().casefold()
    assert not guide.isModal()
    window.actions_by_key["guide"].trigger()
    assert window.findChildren(GuideDialog) == [guide]
    guide.close()


def test_links_lead_from_page_to_page(guide: GuideDialog) -> None:
    guide.view.anchorClicked.emit(QUrl("review.md"))
    assert guide.page.path.name == "review.md"
    guide.view.anchorClicked.emit(QUrl("nothing.md"))
    assert guide.page.path.name == "review.md"
    guide.close()


def test_pictures_are_there_and_fit(guide: GuideDialog) -> None:
    name = next(re.findall(r"!\[[^\]]*\]\(([^)]+)\)", page.text) for page in guide.pages)[0]
    picture = guide.view.loadResource(2, QUrl(name))
    assert isinstance(picture, QImage) and not picture.isNull()
    assert picture.deviceIndependentSize().width() <= guide.view.viewport().width()
    guide.close()


def test_every_page_can_be_read_and_leads_nowhere_that_is_not_shipped() -> None:
    found = pages(docs_folder())
    assert len(found) > 5
    for page in found:
        text = re.sub(r"```.*?```|`[^`]*`", "", page.text, flags=re.DOTALL)
        for target in re.findall(r"\]\(([^)#]+)", text):
            if not target.startswith("http"):
                assert (page.path.parent / target).is_file(), (page.path.name, target)
                assert ".." not in target


def test_a_link_to_what_is_not_shipped_is_plain_words(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(
        "# A page\n[here](b.md#part) [there](../C.md) [web](https://x.y)"
    )
    (tmp_path / "b.md").write_text("no heading")
    first, second = pages(tmp_path)
    assert (first.title, second.title) == ("A page", "b")
    assert first.text.endswith("[here](b.md#part) there [web](https://x.y)")


def test_about_says_version_and_licences(window: MainWindow, qtbot: QtBot) -> None:
    window.actions_by_key["about"].trigger()
    box = window.findChild(AboutDialog)
    words = " ".join(label.text() for label in box.findChildren(QLabel))
    for word in (__version__, "Apache License 2.0", "MediaPipe", "LGPL", "Weights", "NASA"):
        assert word in words
    buttons = {button.text(): button for button in box.findChildren(QPushButton)}
    buttons["Documentation"].click()
    assert window.findChild(GuideDialog).isVisible()
    window.findChild(GuideDialog).close()
