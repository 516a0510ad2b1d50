"""Gathering frames of an expression."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from enrolments import MODEL, around, direction, faces, profile
from fakes import FakeDetector, FakeModel, faces_at, make_frame, picture

from fervideo.centers.applied import model_centers
from fervideo.centers.enroll import Answer, EnrollmentSession
from fervideo.errors import ProfileError
from fervideo.pipeline import Analyzer
from fervideo.types import ByteImage, FloatArray, Result

RNG = np.random.default_rng(7)


def session(wanted: int = 20) -> EnrollmentSession:
    return EnrollmentSession(MODEL, "smirk", wanted)


def filled(embeddings: FloatArray, wanted: int = 40) -> EnrollmentSession:
    made = session(wanted)
    for crop, embedding in zip(faces(len(embeddings)), embeddings, strict=True):
        assert made.offer_face(crop, embedding).accepted
    return made


def blocks(seed: int = 0) -> ByteImage:
    """A picture with coarse structure, as a face has."""
    coarse = np.random.default_rng(seed).integers(60, 190, (8, 8, 3)).astype(np.uint8)
    return np.kron(coarse, np.ones((14, 14, 1), np.uint8))


def test_frames_are_gathered_until_there_are_enough() -> None:
    made = session(wanted=3)
    frames = around(direction(*[0] * 8, 1), 4, spread=0.2)
    answers = [
        made.offer_face(crop, embedding, 0.2 * i).answer
        for i, (crop, embedding) in enumerate(zip(faces(4), frames, strict=True))
    ]
    assert answers == [Answer.ACCEPTED] * 3 + [Answer.ENOUGH]
    assert made.is_complete and made.progress == 1 and len(made.samples) == 3
    found = made.finish()
    np.testing.assert_allclose(found.center.mean, frames[:3].mean(axis=0), atol=1e-6)
    assert (found.name, found.frames, len(found.crops)) == ("smirk", 3, 3)
    assert (found.center.model, found.center.sha256) == ("fake", MODEL.card.sha256)


def test_a_dropped_frame_no_longer_counts() -> None:
    frames = around(direction(1), 5, spread=0.3)
    made = filled(frames)
    made.drop(1)
    kept = np.delete(frames, 1, axis=0)
    np.testing.assert_allclose(made.finish().center.mean, kept.mean(axis=0), atol=1e-6)
    assert made.offer_face(faces(5)[1], frames[1]).accepted, "it may come again"
    with pytest.raises(IndexError):
        made.drop(9)


def test_poor_frames_do_not_count_and_say_why() -> None:
    made = session()
    verdict = made.offer_face(faces(1)[0], direction(1), poor="small, blurred")
    assert (verdict.answer, verdict.reason) == (Answer.TOO_POOR, "small, blurred")
    assert made.counts[Answer.TOO_POOR] == 1 and not made.samples


def test_a_frame_too_soon_after_the_last_does_not_count() -> None:
    made = session()
    frames = around(direction(1), 3, spread=0.3)
    assert made.offer_face(faces(3)[0], frames[0], 1.0).accepted
    assert made.offer_face(faces(3)[1], frames[1], 1.05).answer is Answer.DUPLICATE
    assert made.offer_face(faces(3)[2], frames[2], 1.15).accepted
    assert made.offer_face(faces(3)[1], frames[1], 0.2).accepted, "the source began again"


def test_the_same_picture_with_other_noise_does_not_count_twice() -> None:
    made, still = session(), blocks()
    frames = around(direction(1), 6, spread=0.1)  # noise moves the embedding more than one thinks
    assert made.offer_face(still, frames[0], 0.0).accepted
    for i, embedding in enumerate(frames[1:], 1):
        noisy = np.clip(still + RNG.normal(0, 6, still.shape), 0, 255).astype(np.uint8)
        assert made.offer_face(noisy, embedding, i).answer is Answer.DUPLICATE
    darker = (still * 0.995).astype(np.uint8)
    assert made.offer_face(darker, frames[1], 9).answer is Answer.DUPLICATE
    assert made.offer_face(blocks(1), frames[2], 10).accepted
    assert made.counts[Answer.DUPLICATE] == 6


def test_a_like_picture_counts_only_if_the_network_sees_a_difference() -> None:
    still = blocks()
    moved = still.copy()
    moved[:28] = blocks(1)[:28]  # a quarter of the picture changes
    like, other = direction(1, 0.01), direction(1, 0.4)
    small = np.clip(still.astype(int) + np.where(moved != still, 12, 0), 0, 255).astype(np.uint8)
    made = session()
    assert made.offer_face(still, direction(1), 0).accepted
    assert made.offer_face(small, like, 1).answer is Answer.DUPLICATE
    assert made.offer_face(small, other, 2).accepted
    assert made.offer_face(blocks(5), like, 3).accepted, "another picture of the same expression"


def analysed(model: FakeModel = MODEL, image: ByteImage | None = None) -> Result:
    faces = faces_at([(2, 2), (70, 10)], 40)
    boxes = faces.boxes.copy()
    boxes[1, 2:] += 8
    found = replace(faces, boxes=boxes)
    wide = picture("happiness", (160, 80)) if image is None else image
    with Analyzer(model, detector=FakeDetector(found)) as analyzer:
        return analyzer(make_frame(0, image=wide))


def test_of_a_result_the_largest_face_or_the_one_that_is_meant_is_taken() -> None:
    result = analysed()
    largest, small = (int(i) for i in result.faces.track_ids[[1, 0]])
    for wanted, row in ((None, 1), (largest, 1), (small, 0)):
        made = session()
        assert made.offer(result, wanted).accepted
        np.testing.assert_array_equal(made.samples[0].embedding, result.recognition.embeddings[row])
        assert made.samples[0].crop.shape == (112, 112, 3)
    assert session().offer(result, 999).answer is Answer.NO_FACE


def test_a_result_without_a_face_or_with_a_poor_one() -> None:
    blank = np.full((80, 160, 3), 90, np.uint8)
    made = session()
    assert made.offer(analysed(image=blank)).answer is Answer.TOO_POOR
    with Analyzer(MODEL, detector=FakeDetector(faces_at([]))) as analyzer:
        assert made.offer(analyzer(make_frame(0))).answer is Answer.NO_FACE


def test_a_result_of_another_model_is_refused() -> None:
    with pytest.raises(ProfileError, match="expected frames of the model fake, found one of"):
        session().offer(replace(analysed(), model_name="lfnsb"))


def test_nothing_gathered_makes_nothing() -> None:
    with pytest.raises(ProfileError, match="at least one good frame of smirk"):
        session().finish()
    for name in ("", "unknown", "a\tb"):
        with pytest.raises(ProfileError):
            EnrollmentSession(MODEL, name)


def test_the_preview_tells_how_far_every_other_class_is() -> None:
    centers = profile().without_neutral().apply(MODEL)
    preview = filled(around(direction(0, 0, 0.3, 0, 0, 0, 0, 0, 0, 1), 8)).preview(centers)
    assert {name for name, _ in preview.cosines} == {*centers.classes} - {"smirk"}
    assert dict(preview.cosines)["sadness"] == pytest.approx(0.29, abs=0.03)
    values = [cosine for _, cosine in preview.cosines]
    assert values == sorted(values, reverse=True)
    assert preview.nearest[0] == "sadness" and preview.warnings == ()
    assert np.linalg.norm(preview.center) == pytest.approx(1)


def test_an_expression_much_like_another_is_warned_of_with_the_number() -> None:
    near = around(direction(0, 0, 1, 0, 0, 0, 0, 0, 0, 0.3), 8)
    preview = filled(near).preview(model_centers(MODEL))
    assert preview.nearness[0][0] == "sadness" and preview.nearness[0][1] > 0.9
    assert "very near sadness: cosine 0.9" in preview.warnings[0]
    off = model_centers(MODEL).without("sadness")
    assert filled(near).preview(off).warnings == ()


def test_a_frame_of_another_expression_among_the_others_is_pointed_out() -> None:
    frames = around(direction(*[0] * 9, 1), 8, spread=0.1)
    frames[3] = direction(0, 1)
    preview = filled(frames).preview(model_centers(MODEL))
    assert preview.doubtful == (3,)
    assert any("1 of 8 pictures looks more like another class" in w for w in preview.warnings)


def test_few_frames_are_said_to_be_few() -> None:
    preview = filled(around(direction(*[0] * 9, 1), 2, spread=0.2)).preview(model_centers(MODEL))
    assert preview.warnings == ("Only 2 different pictures; 5 or more are better.",)


def test_frames_for_a_built_in_expression_are_not_compared_with_itself() -> None:
    made = EnrollmentSession(MODEL, "Sadness", 9)
    for crop, embedding in zip(faces(6), around(direction(0, 0, 1), 6), strict=True):
        made.offer_face(crop, embedding)
    preview = made.preview(model_centers(MODEL))
    assert "sadness" not in dict(preview.cosines) and preview.warnings == ()
    alone = model_centers(MODEL)
    for name in alone.classes[:2] + alone.classes[3:]:
        alone = alone.without(name)
    assert made.preview(alone).cosines == () and made.preview(alone).nearest is None
