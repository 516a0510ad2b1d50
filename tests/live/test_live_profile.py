"""Profiles in the live engine: between two frames, without mixing, in recordings, across models."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from fakes import SPEC, FakeCard, FakeModel, FakeSource, picture
from test_live import Studio, errors, results, wait_for

from fervideo import labels
from fervideo.capture.source import SourceKind
from fervideo.centers.enroll import EnrollmentSession
from fervideo.centers.enrolled import Enrolment, ModelCenter
from fervideo.centers.profile import Profile
from fervideo.errors import ProfileError
from fervideo.live.engine import LiveEngine
from fervideo.session.reader import read_session

pytestmark = pytest.mark.usefixtures("no_thread_left")

HAPPY = picture("happiness")
SECOND = FakeModel(FakeCard("second", sha256="1" * 64))


@pytest.fixture
def studio() -> Iterator[Studio]:
    studio = Studio()
    studio.sources = [FakeSource(None, fps=50, kind=SourceKind.CAMERA, images=[HAPPY])]
    studio.models["second"] = SECOND
    yield studio
    studio.engine.close()


def laughing(model: FakeModel, crops: int = 0) -> Profile:
    """What looks like happiness is laughing."""
    center = ModelCenter.of(model.card, np.repeat(model.centers[1:2], 3, axis=0))
    red = np.full((112, 112, 3), HAPPY[0, 0], np.uint8)
    made = Profile.new("Anna").with_expression(Enrolment("laughing", center, (red,) * crops), True)
    return made.with_enabled("happiness", False)


def label(engine: LiveEngine) -> str:
    return results(engine, 1)[-1].labels[0].name


def test_an_expression_enrolled_while_it_plays_is_recognised_from_then_on(studio: Studio) -> None:
    engine = studio.play()
    assert label(engine) == "happiness"
    session = EnrollmentSession(engine.model, "laughing", wanted=1)
    assert session.offer(results(engine, 1)[0]).accepted
    made = Profile.new("Anna").with_expression(session.finish())
    before = engine.stats()
    engine.set_profile(made.with_enabled("happiness", False))
    wait_for(lambda: engine.stats().profile == "Anna")
    assert engine.stats().generation > before.generation
    assert engine.stats().frames_seen >= before.frames_seen, "the source went on"
    assert label(engine) == "laughing"
    assert engine.centers.classes == engine.profile.apply(engine.model).classes
    engine.set_profile(None)
    wait_for(lambda: engine.stats().profile == "")
    assert label(engine) == "happiness" and engine.profile is None


def test_no_result_of_the_old_classes_comes_after_the_switch_was_seen(studio: Studio) -> None:
    engine = studio.play()
    results(engine, 1)
    for number in range(10):
        wanted = laughing(studio.models["default"]) if number % 2 == 0 else None
        before = engine.stats().generation
        engine.set_profile(wanted)
        wait_for(lambda before=before: engine.stats().generation > before)
        found = results(engine, 2)
        expected = labels.BASIC if wanted is None else wanted.apply(engine.model).classes
        assert {result.recognition.classes for result in found} == {expected}


def test_a_picture_that_stands_still_is_judged_anew(studio: Studio) -> None:
    engine = studio.play()
    results(engine, 1)
    engine.pause()
    wait_for(lambda: engine.stats().state == "paused")
    engine.set_profile(laughing(studio.models["default"]))
    wait_for(lambda: engine.latest.peek() and engine.latest.peek().labels[0].name == "laughing")


def test_a_profile_that_was_chosen_before_the_model_is_there_is_used(studio: Studio) -> None:
    engine = studio.start()
    engine.set_profile(laughing(studio.models["default"]))
    engine.open(SPEC)
    assert label(engine) == "laughing"


def test_another_model_keeps_the_profile_and_says_what_it_lacks(studio: Studio) -> None:
    engine = studio.play()
    engine.set_profile(laughing(studio.models["default"]))
    wait_for(lambda: engine.stats().profile == "Anna")
    assert engine.stats().notice == ""
    engine.set_model("second")
    wait_for(lambda: engine.stats().model_name == "second")
    stats = engine.stats()
    assert stats.profile == "Anna" and "lacks laughing for the model second" in stats.notice
    assert errors(engine) == []
    wait_for(lambda: results(engine, 1)[0].model_name == "second")
    assert "happiness" not in results(engine, 1)[0].recognition.classes, "switched off is off"
    engine.set_model("default")
    wait_for(lambda: engine.stats().model_name == "fake")
    assert engine.stats().notice == ""
    wait_for(lambda: label(engine) == "laughing")


def test_kept_pictures_make_up_for_what_it_lacks(studio: Studio) -> None:
    engine = studio.play()
    made = laughing(studio.models["default"], crops=3)
    engine.set_profile(made)
    engine.set_model("second")
    wait_for(lambda: "pictures that were kept" in engine.stats().notice)
    engine.set_profile(made.reenrolled(engine.model))
    wait_for(lambda: engine.stats().notice == "")
    wait_for(lambda: label(engine) == "laughing")


def test_a_profile_that_cannot_be_used_leaves_the_old_one(studio: Studio) -> None:
    engine = studio.play()
    engine.set_profile(laughing(studio.models["default"]))
    wait_for(lambda: engine.stats().profile == "Anna")
    wrong = Enrolment("bent", ModelCenter.of(FakeCard(), np.eye(5, dtype=np.float32)))
    engine.set_profile(Profile.new("Bea").with_expression(wrong))
    wait_for(lambda: engine.stats().message)
    assert engine.stats().profile == "Anna"
    found = errors(engine)
    assert len(found) == 1 and isinstance(found[0], ProfileError)
    assert label(engine) == "laughing"


def test_a_recording_goes_on_in_a_new_folder_that_tells_of_the_profile(
    studio: Studio, tmp_path: Path
) -> None:
    engine = studio.play()
    results(engine, 1)
    engine.start_recording(tmp_path / "day")
    wait_for(lambda: engine.stats().recording and engine.stats().recording.rows > 2)
    engine.set_profile(laughing(studio.models["default"]))
    wait_for(lambda: engine.stats().recording.folder == tmp_path / "day-2")
    wait_for(lambda: engine.stats().recording.rows > 2)
    engine.set_profile(laughing(studio.models["default"]).called("Bea"))
    wait_for(lambda: engine.stats().profile == "Bea")
    assert engine.stop_recording() == tmp_path / "day-2", "a profile's name changes no label"
    wait_for(lambda: engine.stats().recording is None)
    before, after = (read_session(tmp_path / name) for name in ("day", "day-2"))
    assert before.classes == labels.BASIC and "profile" not in before.description["settings"]
    assert set(before.timeline.label) == {"happiness"}
    assert set(after.timeline.label) == {"laughing"}
    told = json.loads((tmp_path / "day-2" / "session.json").read_text())["settings"]["profile"]
    assert (told["name"], told["custom"], told["disabled"]) == (
        "Anna",
        ["laughing"],
        ["happiness"],
    )
    assert not set(before.timeline.frame) & set(after.timeline.frame)
    assert [before.end_reason, after.end_reason] == ["stopped", "stopped"]
    assert errors(engine) == []


def test_unknown_does_not_flicker_about_the_threshold_of_an_own_expression(studio: Studio) -> None:
    """The score wanders by less than the two thresholds lie apart, and the label stays."""
    from fervideo.stabilize import Stabilizer

    model = studio.models["default"]
    studio.start()
    centers = laughing(model).apply(model)
    row = centers.classes.index("laughing")
    # The cosine at which the score is the threshold, to and fro by less than 0.03.
    at = (centers.threshold + centers.offsets[row]) / centers.gains[row]
    names = []
    stabilizer = Stabilizer(centers.classes, centers.threshold)
    for index in range(300):
        cosines = np.full((1, len(centers.classes)), -0.5, np.float32)
        cosines[0, row] = at + 0.02 / centers.gains[row] * np.sin(index / 3)
        found = stabilizer.update(index / 30, np.array([1]), centers.scores(cosines))
        names.append(found[0].name)
    assert len(set(names)) == 1
    far = np.full((1, len(centers.classes)), -0.5, np.float32)
    assert stabilizer.update(30.0, np.array([1]), centers.scores(far))[0].name == "unknown"
    far[0, row] = 0.95
    assert stabilizer.update(40.0, np.array([1]), centers.scores(far))[0].name == "laughing"
