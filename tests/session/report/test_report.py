"""Reports: the numbers against a count by hand, and a page that is whole and harmless."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from dataclasses import asdict
from html.parser import HTMLParser
from pathlib import Path

import pytest
from matplotlib.text import Text
from session_results import make_result

from fervideo import cli, labels
from fervideo.errors import SessionError
from fervideo.models.card import read_card
from fervideo.resources import weights_file
from fervideo.session.edits import Edits, write_edits
from fervideo.session.markers import Marker, write_markers
from fervideo.session.reader import read_session
from fervideo.session.report import read_entry, write_plots, write_report
from fervideo.session.report.build import timeline_figure
from fervideo.session.report.facts import method_html, source_facts
from fervideo.session.schema import DESCRIPTION_FILE, MARKERS_FILE

# 4 frames a second: 2 s happiness, 1 s sadness, 0.5 s without a face, 1.5 s sadness
COURSE = ["happiness"] * 8 + ["sadness"] * 4 + [""] * 2 + ["sadness"] * 6


class Page(HTMLParser):
    """What a browser would make of the page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [v or "" for k, v in attrs if k in ("src", "href", "xlink:href")]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.fixture
def record(open_writer) -> Callable[..., Path]:
    def make(names: list[str] = COURSE, classes: tuple[str, ...] = labels.BASIC) -> Path:
        writer = open_writer(classes=classes)
        for index, name in enumerate(names):
            faces = [(1, name)] if name else []
            writer.write(make_result(index, index / 4, faces, classes=classes))
        writer.close()
        return writer.folder

    return make


def seconds_of(entry, name: str) -> float:
    numbers = entry.numbers
    return numbers.faces[0].seconds[numbers.names.index(name)]


def test_times_changes_and_what_is_missing_are_counted_by_time(record) -> None:
    entry = read_entry(record())
    numbers, face = entry.numbers, entry.numbers.faces[0]
    assert seconds_of(entry, "happiness") == pytest.approx(2.0)
    assert seconds_of(entry, "sadness") == pytest.approx(2.5)
    assert numbers.no_face_s == pytest.approx(0.5)
    assert numbers.duration_s == pytest.approx(5.0)
    assert face.changes == 1
    row, column = (numbers.names.index(n) for n in ("happiness", "sadness"))
    assert face.transitions[row, column] == 1
    assert face.changes_per_minute == pytest.approx(60 / 4.5)
    assert numbers.shares[column] == pytest.approx(2.5 / 4.5)


def test_an_excluded_range_counts_nowhere_and_joins_nothing(record) -> None:
    folder = record(["happiness"] * 8 + ["anger"] * 8 + ["sadness"] * 8)
    write_markers(folder / MARKERS_FILE, [Marker(2.0, 2.0, "", "exclude", "")])
    entry = read_entry(folder)
    assert entry.numbers.excluded_s == pytest.approx(2.0)
    assert seconds_of(entry, "anger") == 0
    assert seconds_of(entry, "happiness") == pytest.approx(2.0)
    assert entry.numbers.faces[0].changes == 0  # nobody looked for two seconds


def test_a_persons_edits_count_unless_they_are_left_out(record) -> None:
    folder = record()
    write_edits(folder, Edits().named(1, "Ada").correct(1, 0.0, 2.0, "surprise"))
    entry = read_entry(folder)
    assert entry.numbers.faces[0].name == "Ada"
    assert seconds_of(entry, "surprise") == pytest.approx(2.0)
    assert entry.numbers.faces[0].corrected_s == pytest.approx(2.0)
    assert seconds_of(read_entry(folder, raw=True), "happiness") == pytest.approx(2.0)


def test_a_session_without_any_face_has_dashes_for_numbers(record, tmp_path: Path) -> None:
    entry = read_entry(record([""] * 6))
    assert math.isnan(entry.numbers.changes_per_minute)
    write_report([entry], tmp_path / "report.html")
    assert "No face was found." in (tmp_path / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("selection", "words"),
    [
        ({"start_s": 0.0, "end_s": None, "every": 1}, ""),
        ({"start_s": 0.0, "end_s": None, "every": 3}, "1 frame in 3"),
        ({"start_s": 10.0, "end_s": 70.5, "every": 3}, "from 10 s to 70.5 s, 1 frame in 3"),
        ({}, ""),
    ],
)
def test_frames_that_were_not_asked_for_are_told(
    record, selection: dict[str, object], words: str
) -> None:
    path = record() / DESCRIPTION_FILE
    described = json.loads(path.read_text("utf-8"))
    described["settings"]["selection"] = selection
    path.write_text(json.dumps(described), "utf-8")
    facts = dict(source_facts(read_session(path.parent)))
    assert facts.get("part", "") == words


def test_the_page_stands_alone_and_shows_every_session(record, tmp_path: Path) -> None:
    folders = [record(), record(["anger"] * 8), record(["neutral"] * 8)]
    entries = [read_entry(f, g) for f, g in zip(folders, ("a", "b", "b"), strict=True)]
    path = tmp_path / "out" / "report.html"
    write_report(entries, path)
    page = Page(path.read_text(encoding="utf-8"))
    assert page.tags.count("svg") == 4  # side by side, and one a session
    assert "script" not in page.tags and "link" not in page.tags and "img" not in page.tags
    assert all(link.startswith(("#", "data:")) for link in page.links)
    text = " ".join(page.words)
    assert all(entry.title in text for entry in entries)
    assert "Mean ± standard deviation over sessions." in text
    assert "no measure of what a person feels" in text


def test_hostile_names_are_text(record, tmp_path: Path) -> None:
    classes = (*labels.BASIC, "<script>alert(1)</script>", "_a$^b$")
    folder = record(["<script>alert(1)</script>"] * 4 + ["_a$^b$"] * 4, classes)
    write_edits(folder, Edits().named(1, "<img src=x onerror=y>"))
    entry = read_entry(folder, "<b>")
    write_report([entry, read_entry(record(), "c&d")], tmp_path / "r.html")
    page = Page((tmp_path / "r.html").read_text(encoding="utf-8"))
    assert "script" not in page.tags and "img" not in page.tags
    assert any("<script>alert(1)</script>" in words for words in page.words)


def test_unknown_keeps_its_own_colour_among_custom_classes() -> None:
    names = (*labels.BASIC, labels.UNKNOWN, "smirk")
    assert labels.color_of(labels.UNKNOWN, names) == labels.UNKNOWN_COLOR
    without = (*labels.BASIC, "smirk")
    assert labels.color_of("smirk", names) == labels.color_of("smirk", without)


def test_the_same_session_gives_the_same_page(record, tmp_path: Path) -> None:
    folder = record()
    pages = []
    for name in ("a.html", "b.html"):
        write_report([read_entry(folder)], tmp_path / name)
        pages.append((tmp_path / name).read_bytes())
    assert pages[0] == pages[1]


def test_a_long_session_stays_a_small_page(record, tmp_path: Path) -> None:
    names = ["happiness" if index // 40 % 2 else "sadness" for index in range(20_000)]
    write_report([read_entry(record(names))], tmp_path / "long.html")
    assert (tmp_path / "long.html").stat().st_size < 4_000_000


def test_the_command_writes_page_and_plots(record, tmp_path: Path, capsys) -> None:
    folder = record()
    output = tmp_path / "page.html"
    assert cli.main(["report", f"mine={folder}", str(folder), "-o", str(output), "--plots"]) == 0
    written = capsys.readouterr().out.split()
    assert str(output) in written
    assert {Path(p).suffix for p in written} == {".html", ".png", ".svg"}
    assert len(set(written)) == 5  # one session in two groups: none is written over another
    assert all(Path(p).stat().st_size > 0 for p in written)
    page = output.read_text("utf-8")
    assert f"<h2>mine: {folder.name}</h2>" in page and f"<h2>{folder.name}</h2>" in page


def test_a_folder_of_sessions_gives_them_all(record) -> None:
    from fervideo.commands.report import find

    first, second = record(), record()
    assert {p for p, _ in find(str(first.parent))} == {first, second}


def test_what_is_no_session_gives_one_sentence(tmp_path: Path, capsys) -> None:
    assert cli.main(["report", str(tmp_path), "-o", str(tmp_path / "r.html")]) == 2
    error = capsys.readouterr().err
    assert len(error.splitlines()) == 1 and re.search("expected a session folder", error)
    with pytest.raises(SessionError, match="at least one session"):
        write_report([], tmp_path / "r.html")


def test_a_full_disk_keeps_the_old_page(record, tmp_path: Path, monkeypatch) -> None:
    path = tmp_path / "r.html"
    path.write_text("old")

    def full(path: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("fervideo.session.report.build.write_whole", full)
    with pytest.raises(SessionError, match="No space left"):
        write_report([read_entry(record())], path)
    assert path.read_text() == "old"


def test_plots_are_pictures(record, tmp_path: Path) -> None:
    png, svg = write_plots([read_entry(record())], tmp_path)
    assert png.read_bytes().startswith(b"\x89PNG")
    assert svg.read_text(encoding="utf-8").startswith("<svg")


def words_of(figure) -> list[str]:
    return [text.get_text() for text in figure.findobj(Text) if text.get_text()]


def test_the_picture_counts_what_the_table_counts_and_names_what_was_marked(record) -> None:
    folder = record()
    marks = [Marker(0.5, 0.0, "", "bell", ""), Marker(1.0, 1.0, "", "exclude", "cable")]
    write_markers(folder / MARKERS_FILE, marks)
    entry = read_entry(folder)
    words = words_of(timeline_figure(entry, title=False))
    assert seconds_of(entry, "happiness") == pytest.approx(1.0)
    assert "happiness  1.0 s" in words, "the excluded second is not in the legend either"
    assert {"bell", "excluded"} <= set(words)


def test_names_of_markers_do_not_run_into_each_other(record) -> None:
    folder = record()
    names = [f"mark {n}" for n in range(20)]
    marks = [Marker(n / 10, 0.0, "", name, "") for n, name in enumerate(names)]
    write_markers(folder / MARKERS_FILE, marks)
    shown = [w for w in words_of(timeline_figure(read_entry(folder), title=False)) if w in names]
    assert shown == ["mark 0", "mark 5", "mark 10", "mark 15"]


def test_the_card_is_the_sessions_own_though_other_weights_are_installed(record) -> None:
    folder = record()
    path = folder / DESCRIPTION_FILE
    described = json.loads(path.read_text("utf-8"))
    card = asdict(read_card(weights_file("mobilefacenet.json")))
    described["model"] = {**card, "sha256": "of older weights", "limits": "Never on Mondays."}
    path.write_text(json.dumps(described), "utf-8")
    assert "Never on Mondays." in method_html(read_session(folder))


def test_the_method_names_the_weights_in_full(record) -> None:
    folder = record()
    path = folder / DESCRIPTION_FILE
    described = json.loads(path.read_text("utf-8"))
    described["model"] = described["model"] | {"sha256": "0123456789abcdef" * 4}
    path.write_text(json.dumps(described), "utf-8")
    assert "0123456789abcdef" * 4 in method_html(read_session(folder))


def test_no_column_is_cut_off_in_print(record, tmp_path: Path) -> None:
    entry = read_entry(record(), "a")
    write_report([entry, entry], tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert page.count("<table class='dense'>") == 2
    printed = page[page.index("@media print") :]
    assert ".wide { overflow: visible; }" in printed
    assert "details::details-content" in printed, "the settings are printed though they are folded"
