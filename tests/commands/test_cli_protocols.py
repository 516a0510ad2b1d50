"""`fervideo bench stability` and `fervideo few-shot` as a user meets them."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from command_line import Run, write_clip
from command_line import run as run
from fakes import FakeCard, FakeModel
from painted import painted

from fervideo import labels
from fervideo.evaluation.calm import MARGIN, RAW
from fervideo.evaluation.footage import CLIP, Footage
from fervideo.evaluation.sequences import REPORTING
from fervideo.models.card import read_card, write_card
from fervideo.models.registry import find_weights
from fervideo.stabilize import StabilizerConfig


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> FakeModel:
    """A model that knows painted faces, in place of every other, and those faces as all data."""
    found = FakeModel(FakeCard(stabilizer=StabilizerConfig(hold_s=0.4)))
    monkeypatch.setattr("fervideo.models.registry.load_model", lambda name, device: found)
    monkeypatch.setattr("fervideo.training.cache.load_aligned", lambda *_: painted())
    return found


class TestBenchStability:
    def test_writes_its_report_and_says_it_in_short(
        self, run: Run, model: FakeModel, tmp_path: Path
    ) -> None:
        words = ("--data", "rafdb:x", "--sequences", 5, "-o", tmp_path, "--quiet")
        status, out, err = run("bench", "stability", *words)
        assert (status, err) == (0, "")
        assert "**margin stabilizer** | 0.5" in out and "from the model's card" in out
        assert {p.suffix for p in tmp_path.iterdir() if p.is_file()} == {
            ".md",
            ".csv",
            ".json",
            ".png",
        }
        found = json.loads((tmp_path / "stability.json").read_text())
        assert found["stabilizer"]["hold_s"] == 0.4
        looked = len(model.batches)
        assert run("bench", "stability", *words)[0] == 0
        assert len(model.batches) == looked  # every frame was looked at once

    def test_tuning_is_kept_on_the_card(
        self, run: Run, model: FakeModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        weights = find_weights("default")
        for suffix in (".safetensors", ".json"):
            (tmp_path / f"mine{suffix}").write_bytes(weights.with_suffix(suffix).read_bytes())
        card = tmp_path / "mine.json"
        write_card(replace(read_card(card), stabilizer=None), card)
        tuned = StabilizerConfig(margin=0.123)
        monkeypatch.setattr(
            "fervideo.evaluation.stability_tuning.tune", lambda *_, **options: tuned
        )
        mine = ("--model", tmp_path / "mine.safetensors", "--sequences", 5, "-o", tmp_path / "out")
        words = ("bench", "stability", "--data", "rafdb:x", *mine, "--quiet", "--tune")
        assert run(*words)[0] == 0
        assert read_card(card).stabilizer is None
        status, out, _ = run(*words, "--record")
        assert status == 0 and "margin 0.123" in out and "other half" in out
        assert read_card(card).stabilizer == tuned

    @pytest.mark.parametrize(
        ("words", "told"),
        [
            (("--tune", "--split", "test"), "never tuned on"),
            (("--record",), "--tune"),
            (("--sequences", 0), "switches"),
            (("--clips", "no/such.mp4", "--sequences", 2), "no/such.mp4"),
        ],
    )
    def test_what_cannot_be_is_one_sentence(
        self,
        run: Run,
        model: FakeModel,
        tmp_path: Path,
        words: tuple[object, ...],
        told: str,
    ) -> None:
        status, _, err = run(
            "bench", "stability", "--data", "rafdb:x", "-o", tmp_path, "--quiet", *words
        )
        assert status == 2
        assert told in err and err.count("\n") == 1

    def test_clips_alone_need_no_data_set(
        self, run: Run, model: FakeModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def flickering(model: FakeModel, path: str, *_: object) -> list[Footage]:
            first, second = model.centers[:2]
            torn = (first + 1.02 * second, 1.02 * first + second)
            seen = np.array(torn * 25, np.float32) / np.float32(2**0.5)
            times = np.arange(50) / 25
            return [Footage(path, CLIP, REPORTING, 25.0, 50, (-1, -1), times, seen)]

        monkeypatch.setattr("fervideo.evaluation.clips.embed_clip", flickering)
        words = ("--clips", "a.mp4", "b.mp4", "-o", tmp_path, "--quiet")
        status, out, err = run("bench", "stability", *words)
        assert (status, err) == (0, "")
        assert all(f"\n| {name} | " in out for name in ("a.mp4", "b.mp4", "all clips"))
        assert "**margin stabilizer**" in out
        assert "All settings" not in out
        assert (tmp_path / "clips.md").read_text().startswith(out.split("\n\n")[0])
        found = json.loads((tmp_path / "clips.json").read_text())
        raw, calm = found["rows"][:2]
        assert (raw["method"], calm["method"]) == (RAW, MARGIN)
        assert raw["minutes"] == calm["minutes"] == pytest.approx(2 / 60)
        assert raw["changes_per_minute"] == pytest.approx(49 * 30)
        assert calm["changes_per_minute"] < 100
        assert found["stabilizer"]["hold_s"] == 0.4
        with (tmp_path / "clips.csv").open(newline="") as file:
            assert len(list(csv.DictReader(file))) == len(found["rows"])

    @pytest.mark.parametrize(
        ("words", "told"),
        [
            ((), "found neither"),
            (("--tune", "--clips", "film.mp4"), "--data NAME:PATH with --tune"),
            (("--clips", "no/such.mp4"), "no/such.mp4"),
        ],
    )
    def test_without_data_what_cannot_be_is_one_sentence(
        self, run: Run, model: FakeModel, tmp_path: Path, words: tuple[str, ...], told: str
    ) -> None:
        status, out, err = run("bench", "stability", "-o", tmp_path, "--quiet", *words)
        assert (status, out) == (2, "")
        assert told in err and err.count("\n") == 1

    def test_a_clip_without_a_face_is_one_sentence(
        self, run: Run, model: FakeModel, tmp_path: Path
    ) -> None:
        clip = write_clip(tmp_path / "empty room.mp4")
        words = ("--clips", clip, "-o", tmp_path / "out", "--quiet")
        status, out, err = run("bench", "stability", *words)
        assert (status, out) == (2, "")
        assert "for a second or longer" in err and err.count("\n") == 1


class TestFewShot:
    @pytest.fixture
    def seen(self, monkeypatch: pytest.MonkeyPatch) -> FakeModel:
        """A model of six classes that sees seven, of people who are known."""
        from fervideo.evaluation import few_shot_data

        model = FakeModel(FakeCard(classes=labels.BASIC[:6]))
        data = painted(140, np.arange(140) // 14)
        embeddings = np.eye(7, 16, dtype=np.float32)[data.samples.labels]

        def embed(*_: object) -> few_shot_data.Embedded:
            return few_shot_data.Embedded(data.samples, embeddings)

        monkeypatch.setattr("fervideo.models.registry.load_model", lambda name, device: model)
        monkeypatch.setattr(few_shot_data, "embed_few_shot", embed)
        return model

    def test_enrolls_what_the_model_lacks(self, run: Run, seen: FakeModel, tmp_path: Path) -> None:
        words = ("--split", "validation", "--draws", 2, "--shots", 3, 99, "-o", tmp_path, "--quiet")
        status, out, err = run("few-shot", "--data", "rafdb:x", *words)
        assert (status, err) == (0, "")
        assert "| fake | painted | anger | 3 | calibrated | 1.000" in out
        assert "own frames" in out and "AUROC" in out and "own neutral" in out
        assert "nobody's neutral face" not in out
        assert "99 shots: painted: expected at least 99 pictures" in out
        assert sorted(p.name for p in tmp_path.iterdir()) == [
            "few-shot.csv",
            "few-shot.json",
            "few-shot.md",
        ]

    def test_says_that_nobody_shows_a_neutral_face(
        self, run: Run, seen: FakeModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from fervideo.evaluation import few_shot_data

        data = painted(140, np.arange(140) // 14)
        data = data.only(data.samples.labels != labels.BASIC.index("neutral"))
        embeddings = np.eye(7, 16, dtype=np.float32)[data.samples.labels]
        found = few_shot_data.Embedded(data.samples, embeddings)
        monkeypatch.setattr(few_shot_data, "embed_few_shot", lambda *_: found)
        words = ("--split", "validation", "--draws", 2, "--shots", 3, "-o", tmp_path, "--quiet")
        status, out, _ = run("few-shot", "--data", "ckplus:x", *words)
        assert status == 0
        assert "own frames" in out and "| own neutral |" not in out
        assert "shows nobody's neutral face" in out

    def test_no_shots_are_one_sentence(self, run: Run, seen: FakeModel) -> None:
        status, _, err = run("few-shot", "--data", "rafdb:x", "--shots", 0)
        assert (status, err.count("\n")) == (2, 1)
        assert "at least 1 shot" in err
