"""Footage is looked at once, and the report says what was found."""

import csv
import json
import math

import numpy as np
import pytest
from command_line import write_clip
from fakes import FakeModel
from painted import painted

from fervideo.errors import DatasetError
from fervideo.evaluation import clips
from fervideo.evaluation.clips import embed_clip
from fervideo.evaluation.footage import PART, embed_sequences
from fervideo.evaluation.sequences import REPORTING, TUNING, SequenceConfig
from fervideo.evaluation.stability_bench import CLOSED, OPEN, run_bench
from fervideo.evaluation.stability_report import markdown, write_report
from fervideo.stabilize import StabilizerConfig

CONFIG = SequenceConfig(switches=4, blends=2, longest_s=1.2)


@pytest.fixture(scope="module")
def data():
    return painted()


@pytest.fixture(scope="module")
def seen(data):
    """What a network that is never wrong sees."""
    return embed_sequences(FakeModel(), data, CONFIG)


@pytest.fixture(scope="module")
def report(seen):
    return run_bench(FakeModel(), seen, StabilizerConfig(), ["painted validation"], "by hand")


def test_the_network_sees_what_the_plan_shows(seen, data):
    assert [f.kind for f in seen].count("switch") == 8
    face = seen[0]
    shown = (face.embeddings @ FakeModel().centers.T).argmax(1)
    assert set(shown[: face.change]) == {face.truth[0]}
    assert set(shown[face.change :]) == {face.truth[1]}
    assert face.times[1] == pytest.approx(1 / 30)
    blend = next(f for f in seen if f.kind == "blend")
    assert not blend.is_switch and blend.truth == (-1, -1)


def test_embeddings_are_kept_and_only_the_missing_are_made_again(data, tmp_path):
    model = FakeModel()
    first = embed_sequences(model, data, CONFIG, tmp_path, (REPORTING,))
    looked = len(model.batches)
    assert looked
    again = embed_sequences(model, data, CONFIG, tmp_path, (REPORTING,))
    assert len(model.batches) == looked
    for a, b in zip(first, again, strict=True):
        np.testing.assert_allclose(a.embeddings, b.embeddings, atol=1e-3)
    next(tmp_path.glob("*-switch-*.npz")).unlink()
    embed_sequences(model, data, CONFIG, tmp_path, (REPORTING,))
    assert looked < len(model.batches) < 2 * looked
    embed_sequences(model, data, CONFIG, tmp_path, (TUNING,))
    assert len(list(tmp_path.glob("*.npz"))) == 4 and PART >= 4


def test_kept_embeddings_that_do_not_fit_are_one_sentence(data, tmp_path):
    embed_sequences(FakeModel(), data, CONFIG, tmp_path, (REPORTING,))
    file = next(tmp_path.glob("*-blend-*.npz"))
    np.savez(file, embeddings=np.ones((3, 16), np.float16))
    with pytest.raises(DatasetError, match="delete the file"):
        embed_sequences(FakeModel(), data, CONFIG, tmp_path, (REPORTING,))


def test_only_the_reporting_half_is_reported(report):
    assert report.raw.still.sequences == 4
    assert report.raw.boundary.sequences == 2
    assert report.raw.clips is None
    assert report.raw.still.faces_right.value == 1.0
    assert report.default.still.delays == 4
    assert report.default.still.delay_median_s.value <= 0.2
    assert report.default.still.missed == 0
    assert {r.labels for r in report.rows} == {CLOSED}
    assert {r.labels for r in report.open_rows} == {OPEN}
    assert [r.frames for r in report.rate_rows] == ["all", "every 2nd", "every 3rd", "30 % dropped"]


def test_the_fair_rival_is_no_slower(report):
    rival = report.no_slower("exponential smoothing", "delay_median_s")
    assert rival.still.delay_median_s.value <= report.default.still.delay_median_s.value
    assert report.no_slower("no such method", "delay_median_s") is None


def test_the_report_is_written_as_tables_and_a_picture(report, tmp_path):
    paths = write_report(report, tmp_path / "new")
    assert [p.name for p in paths] == [f"stability.{s}" for s in ("md", "csv", "json", "png")]
    assert sorted(p.name for p in (tmp_path / "new").iterdir()) == sorted(p.name for p in paths)
    text = markdown(report)
    assert paths[0].read_text() == text
    for table in text.split("\n\n"):
        if table.startswith("|"):
            assert len({line.count("|") for line in table.splitlines()}) == 1
    assert "**margin stabilizer** | 0.5" in text and "majority vote" in text
    with paths[1].open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {r["footage"] for r in rows} == {"still", "boundary"}
    assert any(r["method"] == "margin stabilizer" and r["setting"] == "0.5" for r in rows)
    found = json.loads(paths[2].read_text(), parse_constant=lambda word: pytest.fail(word))
    assert found["stabilizer"]["hold_s"] == 0.3
    assert paths[3].read_bytes().startswith(b"\x89PNG")


def test_a_method_that_never_notices_has_an_infinite_delay(seen):
    stuck = StabilizerConfig(margin=2, hold_s=60)
    found = run_bench(FakeModel(), seen, stuck, ["painted"], "by hand")
    assert math.isinf(found.default.still.delay_median_s.value)
    assert found.default.still.missed == 1
    assert found.default.still.changes_per_minute.value == 0
    assert "∞" in markdown(found)


def test_a_clip_is_looked_at_once(shared_media, tmp_path):
    model = FakeModel()
    looked = embed_clip(model, str(shared_media.clip), tmp_path)
    assert looked and all(f.times[-1] - f.times[0] >= 1 for f in looked)
    number = len(model.batches)
    again = embed_clip(model, str(shared_media.clip), tmp_path)
    assert len(model.batches) == number
    np.testing.assert_array_equal(again[0].embeddings, looked[0].embeddings)
    np.testing.assert_array_equal(again[0].times, looked[0].times)
    assert looked[0].kind == "clip" and clips.SHORTEST_S == 1.0


def test_what_was_kept_of_a_clip_and_is_damaged_is_made_again(tmp_path):
    clip = str(write_clip(tmp_path / "film.mp4"))
    assert embed_clip(FakeModel(), clip, tmp_path / "kept") == []
    (file,) = (tmp_path / "kept").iterdir()
    whole = file.read_bytes()
    for damaged in (whole[:100], b"", b"no archive", whole.replace(b"fps", b"FPS")):
        file.write_bytes(damaged)
        assert embed_clip(FakeModel(), clip, tmp_path / "kept") == []
        with np.load(file) as kept:
            assert kept["fps"] == 25
