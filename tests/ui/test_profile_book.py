from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from fake_engine import MODELS, FakeEngine
from fervideo.ui.expressions.book import ProfileBook
from fervideo.ui.expressions.in_order import InOrder
from fervideo.ui.main_window import MainWindow
from fervideo.ui.settings import Settings
from pytestqt.qtbot import QtBot
from window_steps import CLIP

from fervideo.centers.enrolled import Enrolment, ModelCenter
from fervideo.centers.profile import Profile
from fervideo.centers.store import ProfileStore
from fervideo.errors import ProfileError

Open = Callable[..., MainWindow]


def enrolment(name: str, place: int = 12, model: str = "fake-a") -> Enrolment:
    rows = np.zeros((12, 16), np.float32)
    rows[:, place] = 1
    return Enrolment(name, ModelCenter.of(MODELS[model].card, rows))


@pytest.fixture
def book(window: MainWindow) -> ProfileBook:
    window.bridge.poll_stats()
    return window.context.profiles


@pytest.fixture
def store(settings: Settings) -> ProfileStore:
    return ProfileStore(settings.profiles)


def settle(book: ProfileBook, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: book.disk.is_idle)


def test_there_is_no_profile_at_first(book: ProfileBook, engine: FakeEngine) -> None:
    assert book.profile is None
    assert engine.profile is None
    assert book.names() == ()
    assert book.everything().classes == MODELS["fake-a"].card.classes


def test_a_change_reaches_engine_and_disk_and_is_undone(
    book: ProfileBook, engine: FakeEngine, store: ProfileStore, qtbot: QtBot
) -> None:
    profile = book.profile_to_change()
    book.change("enrolling smirk", profile.with_expression(enrolment("smirk")))
    assert engine.profile.get("smirk") is not None
    settle(book, qtbot)
    assert store.load("default").get("smirk").frames == 12
    assert book.in_use().classes[-1] == "smirk"
    book.stack.undo()
    assert engine.profile is None
    settle(book, qtbot)
    assert store.names() == ()
    book.stack.redo()
    settle(book, qtbot)
    assert store.load("default").get("smirk") is not None


def test_rename_and_delete_with_undo(book: ProfileBook, store: ProfileStore, qtbot: QtBot) -> None:
    book.new("Anna")
    book.change("smirk", book.must_have().with_expression(enrolment("smirk")))
    book.rename("Berta")
    settle(book, qtbot)
    assert store.names() == ("Berta",)
    book.delete()
    settle(book, qtbot)
    assert store.names() == ()
    assert book.profile is None
    book.stack.undo()
    settle(book, qtbot)
    assert store.load("Berta").get("smirk") is not None
    book.stack.undo()
    settle(book, qtbot)
    assert store.names() == ("Anna",)
    assert book.profile.name == "Anna"


def test_names_that_are_taken_or_impossible_are_refused(book: ProfileBook, qtbot: QtBot) -> None:
    book.new("Anna")
    settle(book, qtbot)
    book.new("Berta")
    for bad in ("anna", "a/b", " ", "x" * 99):
        with pytest.raises(ProfileError):
            book.new(bad)
        with pytest.raises(ProfileError):
            book.rename(bad)
    book.rename("BERTA")
    settle(book, qtbot)
    assert book.names() == ("Anna", "BERTA")


def test_the_next_window_uses_the_same_profile(
    open_window: Open, store: ProfileStore, qtbot: QtBot
) -> None:
    first = open_window(FakeEngine())
    first.context.profiles.new("Anna")
    first.close()
    assert store.names() == ("Anna",)
    engine = FakeEngine()
    second = open_window(engine)
    qtbot.waitUntil(lambda: engine.profile is not None)
    assert engine.profile.name == "Anna"
    second.context.profiles.choose("")
    assert engine.profile is None


def test_a_chosen_profile_is_read_after_what_is_still_being_written(
    book: ProfileBook, engine: FakeEngine, qtbot: QtBot
) -> None:
    book.new("Anna")
    book.change("smirk", book.must_have().with_expression(enrolment("smirk")))
    book.choose("")
    book.choose("Anna")
    qtbot.waitUntil(lambda: engine.profile is not None)
    assert engine.profile.get("smirk") is not None


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"\x00\xff broken", "profile"),
        (b"[1, 2", "profile"),
        (b'{"format": "fervideo-profile", "version": 99, "name": "x"}', "version"),
        (b'{"format": "fervideo-profile", "version": 1, "name": "../evil"}', "bad.json"),
        (b'{"a":' * 5000, "profile"),
    ],
)
def test_a_bad_file_is_one_sentence_and_changes_nothing(
    window: MainWindow,
    book: ProfileBook,
    tmp_path: Path,
    content: bytes,
    word: str,
    qtbot: QtBot,
) -> None:
    book.new("Anna")
    settle(book, qtbot)
    path = tmp_path / "bad.json"
    path.write_bytes(content)
    book.import_file(path)
    qtbot.waitUntil(lambda: window.banner.message is not None)
    assert len(window.banner.messages) == 1
    assert word in window.banner.message.text
    assert "Traceback" not in window.banner.message.text
    assert book.profile.name == "Anna"
    assert book.names() == ("Anna",)


def test_what_was_exported_can_be_imported(book: ProfileBook, tmp_path: Path, qtbot: QtBot) -> None:
    book.new("Anna")
    book.change("smirk", book.must_have().with_expression(enrolment("smirk")))
    out = tmp_path / "share.json"
    book.export_file(out, pictures=False)
    settle(book, qtbot)
    assert json.loads(out.read_text("utf-8"))["name"] == "Anna"
    book.import_file(out)
    qtbot.waitUntil(lambda: book.profile.name == "Anna 2")
    assert book.profile.get("smirk").frames == 12


def test_a_disk_that_cannot_be_written_is_one_sentence(
    window: MainWindow, book: ProfileBook, settings: Settings, qtbot: QtBot
) -> None:
    settings.profiles.write_text("in the way")
    book.new("Anna")
    qtbot.waitUntil(lambda: window.banner.message is not None)
    assert "annot write" in window.banner.message.text
    assert book.profile.name == "Anna"  # it is still there to work with


def test_everything_used_is_never_switched_off_wholly(book: ProfileBook) -> None:
    names = MODELS["fake-a"].card.classes
    for name in names[:-1]:
        book.change(name, book.profile_to_change().with_enabled(name, False))
    with pytest.raises(ProfileError):
        book.change("all", book.must_have().with_enabled(names[-1], False))
    assert book.in_use().classes == names[-1:]
    assert book.everything().classes == names


def test_what_a_model_lacks_is_enrolled_again_from_pictures(
    window: MainWindow, book: ProfileBook, engine: FakeEngine, qtbot: QtBot
) -> None:
    pictures = tuple(np.full((112, 112, 3), 90, np.uint8) for _ in range(3))
    whole = enrolment("smirk")
    given = Enrolment("smirk", whole.center, pictures)
    book.change("smirk", Profile.new("Anna").with_expression(given, keep_crops=True))
    engine.finish_loading("fake-b")
    window.bridge.poll_stats()
    assert book.lacking() == ("smirk",)
    book.reenroll()
    qtbot.waitUntil(lambda: book.lacking() == ())
    assert {c.model for c in book.profile.get("smirk").centers} == {"fake-a", "fake-b"}


def test_jobs_are_done_in_order_and_the_last_of_a_topic_wins(qtbot: QtBot) -> None:
    line, done = InOrder(), []
    for number in range(4):
        line.do(lambda n=number: done.append(n), topic="save")
    line.do(lambda: done.append("end"))
    line.finish()
    assert done in (["end"], [3, "end"], [0, 3, "end"])
    assert line.is_idle


def test_closing_waits_for_the_disk(open_window: Open, store: ProfileStore) -> None:
    window = open_window(FakeEngine())
    window.live.open(CLIP)
    book = window.context.profiles
    for name in ("Anna", "Berta", "Carla"):
        book.new(name)
    window.close()
    assert store.names() == ("Anna", "Berta", "Carla")


def test_a_window_opens_with_a_damaged_profile(
    open_window: Open, settings: Settings, store: ProfileStore, qtbot: QtBot
) -> None:
    settings.profile = "Anna"
    settings.profiles.mkdir()
    (settings.profiles / "Anna.json").write_bytes(b"{")
    engine = FakeEngine()
    window = open_window(engine)
    qtbot.waitUntil(lambda: window.banner.message is not None)
    assert "Anna.json" in window.banner.message.text
    book = window.context.profiles
    window.live.open(CLIP)
    window.bridge.poll_stats()
    book.change("smirk", book.profile_to_change().with_expression(enrolment("smirk")))
    settle(book, qtbot)
    assert (settings.profiles / "Anna.json").read_bytes() == b"{"  # nothing is lost
    assert store.load("default").get("smirk") is not None
