"""The Expressions workspace, over a fake engine."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from fake_engine import MODELS, FakeEngine, make_result
from fervideo.ui.expressions.book import ProfileBook
from fervideo.ui.expressions.class_model import USED
from fervideo.ui.expressions.workspace import ExpressionsWorkspace
from fervideo.ui.main_window import MainWindow
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFileDialog, QInputDialog, QLineEdit
from pytestqt.qtbot import QtBot
from window_steps import show

from fervideo import labels
from fervideo.centers.enrolled import Enrolment, ModelCenter
from fervideo.centers.profile import Profile
from fervideo.centers.store import ProfileStore
from fervideo.errors import ProfileError
from fervideo.types import ByteImage


def enrolment(
    name: str, place: int, crops: tuple[ByteImage, ...] = (), near: int | None = None
) -> Enrolment:
    rows = np.zeros((12, 16), np.float32)
    rows[:, place] = 1
    if near is not None:
        rows[:, near] = 3
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return Enrolment(name, ModelCenter.of(MODELS["fake-a"].card, rows), crops)


def with_two(name: str = "Anna") -> Profile:
    """A profile with two expressions, of which one has pictures."""
    pictures = tuple(np.full((112, 112, 3), 60 + i, np.uint8) for i in range(4))
    profile = Profile.new(name).with_expression(enrolment("smirk", 12))
    return profile.with_expression(enrolment("wink", 13, pictures), keep_crops=True)


@pytest.fixture
def page(window: MainWindow) -> ExpressionsWorkspace:
    window.bridge.poll_stats()
    window.actions_by_key["expressions"].trigger()
    window.context.profiles.change("two", with_two())
    return window.expressions


@pytest.fixture
def book(page: ExpressionsWorkspace) -> ProfileBook:
    return page.context.profiles


def cell(page: ExpressionsWorkspace, name: str, column: int) -> QPoint:
    """The middle of a cell of the list."""
    names = [row.name for row in page.table.classes.rows]
    index = page.table.classes.index(names.index(name), column)
    return page.table.visualRect(index).center()


def test_before_a_profile_the_built_in_classes_are_listed(window: MainWindow) -> None:
    window.bridge.poll_stats()
    rows = window.expressions.table.classes.rows
    assert tuple(row.name for row in rows) == labels.BASIC
    assert all(row.enabled and row.is_builtin for row in rows)
    assert rows[1].color == labels.BY_NAME["happiness"].color


def test_the_list_tells_frames_and_the_nearest_other(
    page: ExpressionsWorkspace, book: ProfileBook
) -> None:
    book.change("grin", book.must_have().with_expression(enrolment("grin", 12, near=1)))
    grin = next(row for row in page.table.classes.rows if row.name == "grin")
    assert grin.pictures == "12"
    assert [other.name for other in grin.others[:2]] == ["happiness", "smirk"]
    assert grin.others[0].is_too_near
    assert not grin.others[1].is_too_near
    page.table.choose("grin")
    assert page.detail.title.text() == "grin"
    assert page.detail.cosines.rows == grin.others


def test_a_class_is_left_out_and_used_again(
    page: ExpressionsWorkspace, book: ProfileBook, engine: FakeEngine, qtbot: QtBot
) -> None:
    for name in ("happiness", "smirk"):
        for used in (False, True):
            spot = cell(page, name, USED)
            qtbot.mouseClick(page.table.viewport(), Qt.MouseButton.LeftButton, pos=spot)
            assert engine.profile.is_enabled(name) is used
    page.table.choose("smirk")
    page.context.actions["toggle_expression"].trigger()
    assert not engine.profile.is_enabled("smirk")
    assert "smirk" not in book.in_use().classes


def test_the_last_class_cannot_be_left_out(
    page: ExpressionsWorkspace, book: ProfileBook, window: MainWindow
) -> None:
    for name in (*labels.BASIC[1:], "smirk", "wink"):
        page.commands.switch(name, False)
    page.table.choose("neutral")
    page.context.actions["toggle_expression"].trigger()
    assert window.banner.message is not None
    assert book.in_use().classes == ("neutral",)


def test_rename_in_the_list(
    page: ExpressionsWorkspace, book: ProfileBook, window: MainWindow, qtbot: QtBot
) -> None:
    page.table.choose("smirk")
    page.context.actions["rename_expression"].trigger()
    editor = page.table.viewport().findChild(QLineEdit)
    qtbot.keyClick(editor, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(editor, "half smile")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: book.profile.get("half smile") is not None)
    assert page.table.chosen.name == "half smile"
    page.table.classes.renamed.emit("half smile", "Happiness")
    qtbot.waitUntil(lambda: window.banner.message is not None)
    assert "happiness" in window.banner.message.text
    assert book.profile.get("half smile") is not None


def test_delete_and_undo(page: ExpressionsWorkspace, book: ProfileBook, window: MainWindow) -> None:
    page.table.choose("smirk")
    page.context.actions["delete_expression"].trigger()
    assert book.profile.get("smirk") is None
    assert window.banner.message.action == "Undo"
    window.banner.button.click()
    assert book.profile.get("smirk") is not None
    page.context.actions["redo_expressions"].trigger()
    assert book.profile.get("smirk") is None
    page.context.actions["undo_expressions"].trigger()
    assert book.profile.get("smirk") is not None


def test_what_was_taken_back_is_no_longer_said_to_be_deleted(
    page: ExpressionsWorkspace, window: MainWindow
) -> None:
    page.table.choose("smirk")
    page.context.actions["delete_expression"].trigger()
    page.context.actions["undo_expressions"].trigger()
    assert "deleted" not in [message.topic for message in window.banner.messages]


def test_a_profile_is_deleted_and_taken_back(
    page: ExpressionsWorkspace, book: ProfileBook, window: MainWindow, qtbot: QtBot
) -> None:
    page.context.actions["delete_profile"].trigger()
    assert book.profile is None
    assert page.bar.profile.text() == "No profile"
    window.banner.button.click()
    qtbot.waitUntil(lambda: book.disk.is_idle)
    assert ProfileStore(window.settings.profiles).load("Anna").get("smirk") is not None


def test_reset_to_the_original(page: ExpressionsWorkspace, book: ProfileBook) -> None:
    reset = page.context.actions["reset_expression"]
    page.table.choose("fear")
    assert not reset.isEnabled()
    original = book.in_use().centers[labels.BASIC.index("fear")]
    book.change("add", book.must_have().with_frames(enrolment("fear", 12)))
    moved = book.in_use().centers[labels.BASIC.index("fear")]
    assert float(original @ moved) < 0.999
    assert page.table.chosen.pictures == "+12"
    reset.trigger()
    np.testing.assert_allclose(book.in_use().centers[labels.BASIC.index("fear")], original)


def test_kept_pictures_are_shown(page: ExpressionsWorkspace) -> None:
    page.table.choose("wink")
    assert len(page.detail.thumbs.thumbs) == 4
    page.table.choose("smirk")
    assert not page.detail.thumbs.isVisible()
    assert "No pictures are kept" in page.detail.no_pictures.text()


def test_what_the_profile_lacks_is_said_with_the_ways_out(
    page: ExpressionsWorkspace, book: ProfileBook, engine: FakeEngine, qtbot: QtBot
) -> None:
    assert not page.notice.isVisible()
    engine.finish_loading("fake-b")
    page.context.bridge.poll_stats()
    assert page.notice.isVisible()
    assert "smirk, wink" in page.notice.text.text()
    assert page.notice.switch.text() == "Use fake-a"
    page.notice.switch.click()
    assert engine.orders[-1] == "set_model fake-a None"
    page.notice.again.click()
    qtbot.waitUntil(lambda: book.lacking() == ("smirk",))  # of it there are no pictures
    assert page.notice.isVisible()
    assert not page.notice.again.isVisible()
    page.notice.enroll.click()
    assert page.context.actions["live"].isChecked()
    assert page.window().live.enroll.name.text() == "smirk"


def test_on_other_pages_the_banner_says_it(
    page: ExpressionsWorkspace, engine: FakeEngine, window: MainWindow
) -> None:
    window.actions_by_key["live"].trigger()
    engine.finish_loading("fake-b")
    window.bridge.poll_stats()
    assert "lacks smirk, wink" in window.banner.message.text
    window.banner.button.click()
    assert page.isVisible()
    assert window.banner.message is None


def test_profiles_are_chosen_and_begun_by_name(
    page: ExpressionsWorkspace, book: ProfileBook, window: MainWindow, qtbot: QtBot
) -> None:
    window.actions_by_key["new_profile"].trigger()
    dialog = window.findChild(QInputDialog)
    dialog.setTextValue("Berta")
    dialog.accept()
    assert book.profile.name == "Berta"
    qtbot.waitUntil(lambda: book.disk.is_idle)
    page.bar.profile.opening.emit()
    words = [action.text() for action in page.bar.profile.menu.actions()]
    assert words[:3] == ["Anna", "Berta", "No profile"]
    page.bar.profile.menu.actions()[0].trigger()
    qtbot.waitUntil(lambda: book.profile.name == "Anna")
    assert page.bar.profile.text() == "Anna"


def test_export_goes_without_pictures_unless_they_are_asked_for(
    page: ExpressionsWorkspace, book: ProfileBook, window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    window.actions_by_key["export_profile"].trigger()
    dialog = window.findChild(QFileDialog)
    assert "without pictures" in dialog.selectedNameFilter()
    dialog.reject()
    out, whole = tmp_path / "out.json", tmp_path / "whole.json"
    page.commands.export(out, pictures=False)
    page.commands.export(whole, pictures=True)
    qtbot.waitUntil(lambda: book.disk.is_idle)
    assert window.banner.message.text == f"Wrote {whole}."
    assert out.stat().st_size < whole.stat().st_size
    assert page.take([out])
    qtbot.waitUntil(lambda: book.profile.name == "Anna 2")
    assert book.profile.get("wink").crops == ()


@pytest.mark.parametrize("content", [b"\x89PNG", b'{"format": "fervideo-profile", "version": 7}'])
def test_a_bad_file_that_is_dropped_is_one_banner(
    page: ExpressionsWorkspace, window: MainWindow, tmp_path: Path, content: bytes, qtbot: QtBot
) -> None:
    path = tmp_path / "bad.json"
    path.write_bytes(content)
    assert page.take([path])
    qtbot.waitUntil(lambda: window.banner.message is not None)
    assert len(window.banner.messages) == 1
    assert "bad.json" in window.banner.message.text


def test_a_refused_change_is_said_and_nothing_else(
    page: ExpressionsWorkspace, book: ProfileBook, window: MainWindow, qtbot: QtBot
) -> None:
    before = book.profile
    with pytest.raises(ProfileError):
        page.commands.rename("smirk", "unknown")
    page.table.classes.renamed.emit("smirk", "wink")
    qtbot.waitUntil(lambda: window.banner.message is not None)
    assert window.banner.message.text.endswith(".")
    assert book.profile is before


def test_the_sphere_shows_classes_samples_and_the_trail(
    page: ExpressionsWorkspace,
    book: ProfileBook,
    window: MainWindow,
    engine: FakeEngine,
    qtbot: QtBot,
) -> None:
    view = page.sphere.view
    qtbot.waitUntil(lambda: len(view.marks) == 9, timeout=20000)
    assert {mark.name for mark in view.marks} == {*labels.BASIC, "smirk", "wink"}
    for index in range(5):
        engine.show(make_result(index, names=["surprise"]))
        window.bridge.poll_result()
    assert len(view.trail) == 5
    surprise = next(mark for mark in view.marks if mark.name == "surprise")
    assert float(view.trail[-1].point @ surprise.point) > 0.9
    rows = list(enrolment("smirk", 12).center.mean[None])
    book.remember("smirk", MODELS["fake-a"], rows)
    smirk = next(mark for mark in view.marks if mark.name == "smirk")
    assert smirk.samples.shape == (1, 3)
    assert "Angles are off by" in page.sphere.caption.text()


def test_the_trail_stays_with_the_model(
    page: ExpressionsWorkspace, window: MainWindow, engine: FakeEngine, qtbot: QtBot
) -> None:
    view = page.sphere.view
    qtbot.waitUntil(lambda: len(view.marks) == 9, timeout=20000)
    show(window, engine)
    assert view.trail
    engine.finish_loading("fake-b")
    window.bridge.poll_stats()
    assert view.trail == ()


def test_the_trail_is_of_one_face(
    page: ExpressionsWorkspace, window: MainWindow, engine: FakeEngine, qtbot: QtBot
) -> None:
    view = page.sphere.view
    qtbot.waitUntil(lambda: len(view.marks) == 9, timeout=20000)
    boxes = [(60, 120, 260, 400), (560, 100, 820, 460)]
    for index in range(3):
        show(window, engine, index=index, boxes=boxes, names=["anger", "fear"])
    assert len(view.trail) == 3
    window.actions_by_key["next_face"].trigger()
    show(window, engine, index=3, boxes=boxes, names=["anger", "fear"])
    assert len(view.trail) == 1
