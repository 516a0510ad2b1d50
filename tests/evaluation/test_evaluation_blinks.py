"""Blinks drawn on a picture: when they are, and that they close the eyes and nothing else."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from painted import painted

from fervideo.errors import ConfigError
from fervideo.evaluation import drawing
from fervideo.evaluation.blinks import close_eyes, find_eyes, lid_positions
from fervideo.evaluation.drawing import draw
from fervideo.evaluation.sequences import Jitter, SequenceConfig, plan_sequences
from fervideo.faces.align import align_faces
from fervideo.faces.detector import FaceDetector
from fervideo.faces.landmarks import FaceLandmarker
from fervideo.landmark_names import BLENDSHAPES


def test_people_blink_as_often_and_as_long_as_told():
    rng = np.random.default_rng(0)
    closed = lid_positions(3000 * 30, 30, 17, (0.2, 0.4), rng)
    assert closed.min() == 0 and closed.max() == 1
    begins = np.flatnonzero((closed[1:] > 0) & (closed[:-1] == 0))
    assert len(begins) / 50 == pytest.approx(60 / (60 / 17 + 0.3), rel=0.05)  # one after the other
    assert (closed > 0).mean() * 3000 / len(begins) == pytest.approx(0.3, abs=0.04)


def test_an_eye_closes_faster_than_it_opens():
    closed = lid_positions(1000, 1000, 30, (0.4, 0.4), np.random.default_rng(3))
    begin = int(np.flatnonzero(closed)[0])
    shut = np.flatnonzero(closed == 1)
    assert shut[0] - begin == pytest.approx(120, abs=2)
    assert len(shut) == pytest.approx(80, abs=2)


def test_nobody_blinks_if_told_so():
    assert not lid_positions(90, 30, 0, (0.2, 0.4), np.random.default_rng(0)).any()
    with pytest.raises(ConfigError, match="blinks"):
        Jitter(blinks=float("nan"))


@pytest.fixture(scope="module")
def portrait_crop(shared_media):
    """uint8 RGB (192, 192, 3): a real face as the aligner cuts it, eyes open."""
    with FaceDetector() as detector:
        found = detector(shared_media.portrait)
    return align_faces(shared_media.portrait, found.keypoints, 192)[0]


def test_the_network_for_landmarks_sees_closed_eyes(portrait_crop):
    points = find_eyes(portrait_crop)
    assert points is not None
    side = len(portrait_crop)
    box = np.array([[0, 0, side, side]], np.float32)
    with FaceLandmarker() as measure:
        blink = []
        for closed in (0.0, 0.5, 1.0):
            crop = close_eyes(portrait_crop.astype(np.float32), points, closed)
            scores = measure(crop.round().astype(np.uint8), box).blendshapes[0]
            blink.append(scores[[BLENDSHAPES.index(f"eyeBlink{s}") for s in ("Left", "Right")]])
    open_eyes, half, shut = np.array(blink)
    assert (open_eyes < 0.1).all() and (shut > 0.3).all(), blink
    assert (half > open_eyes).all() and (half < shut).all()


def test_nothing_but_the_eyes_is_changed(portrait_crop):
    points = find_eyes(portrait_crop)
    shut = close_eyes(portrait_crop.astype(np.float32), points, 1.0)
    changed = np.abs(shut - portrait_crop).max(2) > 1
    rows = np.flatnonzero(changed.any(1)) / len(changed)
    assert changed.mean() < 0.08
    assert points[:, 1].min() < rows.min() and rows.max() < points[1, 1]  # the tip of the nose


def test_a_sequence_blinks_with_the_face_it_shows(monkeypatch, portrait_crop):
    data = painted()
    data.samples.images[:] = cv2.resize(portrait_crop, (48, 48))
    plan = replace(plan_sequences(data, SequenceConfig(1, 0))[0], frames=(150, 150))
    calm = Jitter(0, 0, 0, 0, noise=(0, 0), quality=(95, 95), blinks=0)
    still = draw(data, plan, 96, SequenceConfig(jitter=calm))
    blinking = draw(data, plan, 96, SequenceConfig(jitter=replace(calm, blinks=17)))
    rng = np.random.default_rng([2024, 0, plan.number, 2])
    closed = lid_positions(300, 30, 17, (0.2, 0.4), rng)
    assert (closed > 0.5).any()
    differ = (blinking.astype(int) - still).astype(bool).any((1, 2, 3))
    assert not differ[closed == 0].any() and differ[closed > 0.5].all()
    monkeypatch.setattr(drawing, "find_eyes", lambda crop: None)
    unseen = draw(data, plan, 96, SequenceConfig(jitter=replace(calm, blinks=17)))
    np.testing.assert_array_equal(unseen, still)


def test_an_eye_outside_the_picture_is_left_alone(portrait_crop):
    points = find_eyes(portrait_crop) + np.float32([2, 0])
    same = close_eyes(portrait_crop.astype(np.float32), points, 1.0)
    np.testing.assert_allclose(same, portrait_crop, atol=0.01)
