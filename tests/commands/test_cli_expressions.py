"""`fervideo enroll` and `fervideo expressions` as a user meets them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from fakes import FakeDetector, FakeModel, FakeSource, picture
from media import SharedMedia
from rich.cells import cell_len

from fervideo import cli, labels
from fervideo.capture.source import SourceKind
from fervideo.centers.store import ProfileStore, read_profile
from fervideo.faces.detector_networks import Engine
from fervideo.models.registry import DEFAULT_MODEL
from fervideo.session import read_session
from fervideo.types import ByteImage

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the program, with profiles in a folder of the test's own."""
    monkeypatch.setattr("fervideo.centers.store.user_data_path", lambda *_, **__: tmp_path / "data")

    def run(*argv: object) -> tuple[int, str, str]:
        try:
            status = cli.main([str(word) for word in argv])
        except SystemExit as end:
            status = int(end.code or 0)
        return status, *capsys.readouterr()

    return run


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> FakeModel:
    """Loaded in place of every model, with a face in every picture."""
    model = FakeModel()
    monkeypatch.setattr("fervideo.models.registry.load_model", lambda name, device: model)
    monkeypatch.setattr("fervideo.faces.tools.FaceDetector", lambda *_, **__: FakeFinder())
    monkeypatch.setattr("fervideo.analysis.gathering.FaceDetector", lambda *_, **__: FakeFinder())
    return model


class FakeFinder(FakeDetector):
    engine = Engine.MEDIAPIPE

    def __enter__(self) -> FakeFinder:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        pass


def pictures(folder: Path, *expressions: str) -> Path:
    """A picture of each, all different."""
    folder.mkdir(exist_ok=True)
    for number, expression in enumerate(expressions):
        cv2.imwrite(str(folder / f"{number}.png"), marked(expression, number)[..., ::-1])
    return folder


def marked(expression: str, number: int) -> ByteImage:
    """A picture of an expression that no other number has."""
    image = picture(expression)
    coarse = np.random.default_rng(number).integers(0, 60, (6, 8)).astype(np.uint8)
    image[..., 1] += np.kron(coarse, np.ones((8, 8), np.uint8))
    return image


@pytest.fixture
def enrolled(run: Run, model: FakeModel, tmp_path: Path) -> Iterator[Run]:
    folder = pictures(tmp_path / "smiles", *["happiness"] * 4)
    status, out, err = run(
        "enroll", "laughing", "--images", folder, "--profile", "Anna", "--keep-crops"
    )
    assert (status, err.count("\n")) == (0, 2), err
    assert "laughing: 4 frames used for the model fake" in out
    assert f"profile Anna: {tmp_path / 'data' / 'profiles' / 'Anna.json'}" in out
    yield run


def test_enrolling_tells_the_nearest_classes_and_warns(enrolled: Run, tmp_path: Path) -> None:
    folder = tmp_path / "smiles"
    status, out, err = enrolled("enroll", "laughing", "--images", folder, "--profile", "anna")
    assert status == 0
    table = [line.split() for line in out.splitlines()[2:]]
    assert table[0] == ["class", "cosine", "nearness"]
    assert table[1][:2] == ["happiness", "1.00"] and len(table) == 8
    assert "laughing lies very near happiness: cosine 1.00" in err
    assert "Only 4 different pictures" in err


def test_what_is_enrolled_is_recognised_by_analyze(enrolled: Run, tmp_path: Path) -> None:
    for name in ("happiness", "fear"):
        assert enrolled("expressions", "disable", name, "--profile", "Anna")[0] == 0
    sources = pictures(tmp_path / "more", "happiness", "sadness", "happiness")
    status, _, err = enrolled(
        "analyze", sources, "-o", tmp_path / "out", "--profile", "Anna", "--strength", 0
    )
    assert status == 0, err
    session = read_session(tmp_path / "out" / "more")
    assert session.classes[-1] == "laughing" and "happiness" not in session.classes
    assert list(session.timeline.raw_label) == ["laughing", "sadness", "laughing"]
    assert session.description["settings"]["profile"]["custom"] == ["laughing"]


def test_a_profile_may_be_a_file_anywhere(run: Run, model: FakeModel, tmp_path: Path) -> None:
    file = tmp_path / "here" / "mine.json"
    folder = pictures(tmp_path / "smiles", *["happiness"] * 3)
    assert run("enroll", "laughing", "--images", folder, "--profile", file, "--quiet")[0] == 0
    assert read_profile(file).name == "mine"
    assert run("expressions", "rename", "laughing", "smile", "--profile", file)[0] == 0
    assert [e.name for e in read_profile(file).custom] == ["smile"]
    assert ProfileStore().names() == ()


@pytest.mark.parametrize("place", ["../evil", "~nobodyhere/mine.json"])
def test_a_place_that_is_no_profile_is_one_sentence(run: Run, tmp_path: Path, place: str) -> None:
    folder = pictures(tmp_path / "smiles", *["happiness"] * 3)
    status, _, err = run("enroll", "x", "--images", folder, "--profile", place, "--quiet")
    assert status == 2 and err.count("\n") == 1 and place.rpartition("/")[2] in err
    assert not Path("../evil").exists()


def test_adding_frames(enrolled: Run, tmp_path: Path) -> None:
    folder = tmp_path / "smiles"
    assert enrolled("enroll", "Laughing", "--add", "--images", folder, "--profile", "Anna")[0] == 0
    assert ProfileStore().load("Anna").expression("laughing").frames == 8
    status, _, err = enrolled("enroll", "happiness", "--images", folder, "--profile", "Anna")
    assert status == 2 and "add frames to it with --add" in err
    assert enrolled("enroll", "happiness", "--add", "--images", folder, "--profile", "Anna")[0] == 0
    status, _, err = enrolled("enroll", "frown", "--add", "--images", folder, "--profile", "Anna")
    assert status == 2 and "no expression 'frown'" in err
    status, out, _ = enrolled("expressions", "list", "--profile", "Anna")
    assert "built in + fake (4 frames)" in out and "fake (8 frames)" in out
    assert enrolled("expressions", "reset", "happiness", "--profile", "Anna")[0] == 0
    assert ProfileStore().load("Anna").get("happiness") is None


def test_what_is_enrolled_anew_says_what_it_replaces(enrolled: Run, tmp_path: Path) -> None:
    words = ("--images", tmp_path / "smiles" / "0.png", "--profile", "Anna")
    _, out, _ = enrolled("enroll", "Laughing", *words)
    assert "1 frame used for the model fake; in place of 4 frames of before (--add" in out
    _, out, _ = enrolled("enroll", "laughing", "--add", *words)
    assert "in place of" not in out
    _, out, _ = enrolled("enroll", "笑顔", *words)
    assert "in place of" not in out
    _, out, _ = enrolled("enroll", "laughing", *words)
    rows = out.splitlines()[2:]
    assert len({cell_len(row) for row in rows}) == 1, "the columns stand under each other"
    _, out, _ = enrolled("expressions", "list", "--profile", "Anna")
    assert "fake (1 frame)" in out


def test_a_part_is_chosen_of_a_video_alone(run: Run, model: FakeModel, tmp_path: Path) -> None:
    folder = pictures(tmp_path / "smiles", "happiness")
    for words in (("--start", 3), ("--end", 3)):
        status, out, err = run("enroll", "x", "--images", folder, *words)
        assert (status, out, err.count("\n")) == (2, "", 1)
        assert "a part of a --video" in err
    status, _, err = run("enroll", "x", "--images", tmp_path / "gone.png")
    assert status == 2 and "expected a picture or a folder of pictures" in err


def test_a_built_in_expression_is_not_said_to_be_unknown(enrolled: Run) -> None:
    for action in ("show", "remove"):
        status, _, err = enrolled("expressions", action, "Happiness", "--profile", "Anna")
        assert status == 2
        assert "happiness is built in; the profile Anna has no frames of it" in err


def test_listing_showing_switching_removing(enrolled: Run) -> None:
    status, out, _ = enrolled("expressions", "list", "--profile", "Anna")
    assert status == 0 and "laughing" in out and "profiles: Anna" in out
    status, out, _ = enrolled("expressions", "show", "LAUGHING", "--profile", "Anna")
    assert status == 0 and "laughing: enrolled" in out and "pictures kept: 4" in out
    for action, words in (("disable", "is not used"), ("enable", "is used"), ("remove", "removed")):
        status, out, _ = enrolled("expressions", action, "laughing", "--profile", "Anna")
        assert status == 0 and words in out
    status, _, err = enrolled("expressions", "show", "laughing", "--profile", "Anna")
    assert status == 2 and "has no expression 'laughing'" in err
    status, out, _ = enrolled("expressions", "list")
    assert status == 0 and "there is no profile default yet" in out
    status, _, err = enrolled("expressions", "show", "x", "--profile", "Bea")
    assert status == 2 and "there is no profile 'Bea'; there are Anna" in err


def test_sharing(enrolled: Run, tmp_path: Path) -> None:
    file = tmp_path / "shared.json"
    assert enrolled("expressions", "export", file, "--profile", "Anna")[0] == 0
    assert "pictures" in file.read_text() and read_profile(file).custom[0].crops == ()
    status, out, _ = enrolled("expressions", "import", file)
    assert status == 0 and out.startswith("Anna 2: ")
    enrolled("expressions", "export", file, "--pictures", "--profile", "Anna")
    assert len(read_profile(file).custom[0].crops) == 4
    file.write_text(json.dumps({"format": "fervideo-profile", "version": 99}))
    for command in (("import", file), ("show", "x", "--profile", file)):
        status, _, err = enrolled("expressions", *command)
        assert status == 2 and err.count("\n") == 1 and "newer fervideo" in err
    status, _, err = enrolled("analyze", "demo", "--profile", file)
    assert status == 2 and "newer fervideo" in err


def test_a_neutral_face_of_one_picture_and_of_no_number(enrolled: Run, tmp_path: Path) -> None:
    folder = pictures(tmp_path / "rest", "sadness")
    neutral = ("expressions", "neutral", "--images", folder, "--profile", "Anna")
    status, out, _ = enrolled(*neutral)
    assert status == 0 and "face at rest of 1 frame," in out
    status, _, err = enrolled(*neutral, "--frames", 0)
    assert status == 2 and "--frames: expected a number from 1" in err


def test_the_neutral_face(enrolled: Run, tmp_path: Path) -> None:
    folder = pictures(tmp_path / "rest", "sadness", "sadness")
    status, out, _ = enrolled("expressions", "neutral", "--images", folder, "--profile", "Anna")
    assert status == 0 and "face at rest of 2 frames, corrects with strength 0.5" in out
    status, out, _ = enrolled("expressions", "neutral", "--off", "--profile", "Anna")
    assert status == 0 and "does not correct" in out
    status, out, _ = enrolled(
        "expressions", "neutral", "--on", "--strength", 0.2, "--profile", "Anna"
    )
    assert "strength 0.2" in out and ProfileStore().load("Anna").neutral.strength == 0.2
    status, _, err = enrolled(
        "expressions", "neutral", "--on", "--strength", 7, "--profile", "Anna"
    )
    assert status == 2 and "from 0 to 1" in err
    status, out, _ = enrolled("expressions", "neutral", "--strength", 0.3, "--profile", "Anna")
    assert status == 0 and "corrects with strength 0.3" in out
    enrolled("expressions", "neutral", "--off", "--profile", "Anna")
    status, out, _ = enrolled("expressions", "neutral", "--strength", 0.4, "--profile", "Anna")
    assert status == 0 and "does not correct" in out  # what is off stays off
    assert ProfileStore().load("Anna").neutral.strength == 0.4
    status, _, err = enrolled("expressions", "neutral", "--profile", "Anna")
    assert status == 2 and "--strength, found none" in err
    assert enrolled("expressions", "neutral", "--forget", "--profile", "Anna")[0] == 0
    status, _, err = enrolled("expressions", "neutral", "--on", "--profile", "Anna")
    assert status == 2 and "nominate one first" in err


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--images", "none"], "none"),
        (["--video", "none.mp4"], "none.mp4"),
        (["--images", "blank"], "expected good frames of smirk, found none: 1 too poor"),
        (["--images", "blank", "--frames", "0"], "--frames: expected a number from 1 to 60"),
        (["--video", "x", "--start", "5", "--end", "3"], "--end: expected a time after"),
        (["--video", "blank"], "pictures are given with --images"),
        (["--images", "blank", "--profile", "../x"], "cannot read|expected"),
        (["--images", "blank", "--profile", "a*b"], "expected a profile name"),
        ([], "one of the arguments --video --images --camera is required"),
    ],
)
def test_what_cannot_be_enrolled_is_one_sentence(
    run: Run,
    model: FakeModel,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    options: list[str],
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("blank").mkdir()
    cv2.imwrite("blank/0.png", np.full((48, 64, 3), 90, np.uint8))
    status, out, err = run("enroll", "smirk", *options)
    assert (status, out, err.count("\n")) == (2, "", 1), err
    assert any(word in err for word in words.split("|")), err
    assert ProfileStore().names() == ()


@pytest.mark.parametrize("name", ["unknown", "Happiness", " ", "a\nb", "x" * 41])
def test_names_that_cannot_be_enrolled(run: Run, model: FakeModel, name: str) -> None:
    status, _, err = run("enroll", name, "--images", "x")
    assert status == 2 and err.count("\n") == 1


def test_a_camera_counts_down_and_says_when(
    run: Run, model: FakeModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = [marked("happiness", number) for number in range(50)]
    camera = FakeSource(None, fps=100, kind=SourceKind.CAMERA, images=images)
    monkeypatch.setattr("fervideo.capture.source.open_source", lambda spec, live: camera)
    status, out, err = run("enroll", "smirk", "--camera", "0", "--frames", "4")
    assert status == 0, err
    lines = out.splitlines()
    assert lines[:4] == ["smirk in 3", "smirk in 2", "smirk in 1", "smirk: hold it"]
    assert "smirk: 4 frames used" in lines[4]
    assert camera.closed.is_set()


def laughs(media: SharedMedia) -> tuple[float, float, tuple[float, float], tuple[float, float]]:
    """When to enroll from and to; when it is laughing; when it is not."""
    if media.folder is None:  # the demo clip smiles from 1.4 to 3.6 s
        return 1.9, 3.3, (2.0, 3.2), (5.0, 13.0)
    return 14.0, 19.0, (14.0, 19.0), (0.0, 8.0)


def test_laughing_is_enrolled_from_a_clip_and_found_there_alone(
    run: Run, shared_media: SharedMedia, tmp_path: Path
) -> None:
    start_s, end_s, inside, outside = laughs(shared_media)
    clip = shared_media.clip
    status, out, err = run(
        "enroll", "laughing", "--video", clip, "--start", start_s, "--end", end_s, "--frames", 10
    )
    assert status == 0, err
    # The face of the demo clip stands so still that most frames are repetitions.
    frames = "10 frames" if shared_media.folder is not None else "1 frame"
    assert f"laughing: {frames} used for the model {DEFAULT_MODEL}" in out
    assert "laughing lies very near happiness" in err
    assert run("expressions", "disable", "happiness")[0] == 0
    status, _, err = run(
        "analyze", clip, "--every", 6, "--profile", "default", "-o", tmp_path / "out", "--quiet"
    )
    assert status == 0, err
    session = read_session(next((tmp_path / "out").iterdir()))
    assert session.classes == (*(c for c in labels.BASIC if c != "happiness"), "laughing")
    timeline = session.timeline
    during = (timeline.time_s >= inside[0]) & (timeline.time_s < inside[1])
    before = (timeline.time_s >= outside[0]) & (timeline.time_s < outside[1])
    assert during.sum() > 3 and before.sum() > 20
    assert set(timeline.label[during]) == {"laughing"}
    assert "laughing" not in set(timeline.label[before])
