"""The demo clip shows what demo.json says, measured with MediaPipe's blendshapes.

A still picture, or the photograph warped too little, fails these.
"""

import json
from dataclasses import dataclass

import av
import mediapipe as mp
import numpy as np
import pytest

from fervideo.faces.detector import FaceDetector
from fervideo.labels import BY_NAME
from fervideo.resources import asset_file, weights_file

EVERY = 5  # frames
EASE_S = 0.45  # an expression is whole this long after its start


@dataclass(repr=False)
class Clip:
    """The clip's pictures and, for every fifth, what the face does."""

    pictures: list[np.ndarray]
    times_s: np.ndarray
    shapes: dict[str, np.ndarray]  # blendshape, mean of left and right, against time
    brow_height: (
        np.ndarray
    )  # of the brows' inner ends over the eyes' inner corners, by eye distance
    segments: list[dict]

    def level(self, values, expression):
        """Median of `values` where the expression is whole, over all its segments."""
        inside = np.zeros(len(self.times_s), bool)
        for segment in self.segments:
            if segment["expression"] == expression:
                start, end = segment["start_s"], segment["end_s"]
                ease = EASE_S if expression != "neutral" else 0.0
                inside |= (self.times_s >= start + ease) & (self.times_s <= end - ease)
        assert inside.sum() >= 4
        return float(np.median(values[inside]))

    def change(self, values, expression):
        """How far the expression moves `values` from rest."""
        return self.level(values, expression) - self.level(values, "neutral")


def measure(pictures):
    vision, base = mp.tasks.vision, mp.tasks.BaseOptions
    options = vision.FaceLandmarkerOptions(
        base_options=base(model_asset_buffer=weights_file("face_landmarker.task").read_bytes()),
        output_face_blendshapes=True,
    )
    shapes, heights = {}, []
    with vision.FaceLandmarker.create_from_options(options) as landmarker:
        for picture in pictures:
            found = landmarker.detect(mp.Image(image_format=mp.ImageFormat.SRGB, data=picture))
            row = {}
            for shape in found.face_blendshapes[0]:
                name = shape.category_name.removesuffix("Left").removesuffix("Right")
                row.setdefault(name, []).append(shape.score)
            for name, scores in row.items():
                shapes.setdefault(name, []).append(np.mean(scores))
            point = np.array([(p.x * 640, p.y * 480) for p in found.face_landmarks[0]])
            brow = point[[55, 285]].mean(0) - point[[133, 362]].mean(0)
            heights.append(-brow[1] / np.linalg.norm(point[263] - point[33]))
    return {name: np.array(scores) for name, scores in shapes.items()}, np.array(heights)


@pytest.fixture(scope="module")
def clip():
    with av.open(str(asset_file("demo.mp4"))) as container:
        frames = list(container.decode(video=0))
    pictures = [frame.to_ndarray(format="rgb24") for frame in frames]
    shapes, heights = measure(pictures[::EVERY])
    return Clip(
        pictures=pictures,
        times_s=np.array([frame.time for frame in frames[::EVERY]]),
        shapes=shapes,
        brow_height=heights,
        segments=json.loads(asset_file("demo.json").read_text(encoding="utf-8"))["segments"],
    )


def test_every_player_can_read_it_and_it_is_small():
    path = asset_file("demo.mp4")
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert stream.codec_context.name == "h264"
        assert stream.codec_context.pix_fmt == "yuv420p"
        assert (stream.width, stream.height) == (640, 480)
        assert 10 <= container.duration / av.time_base <= 15
    assert path.stat().st_size < 3_000_000


def test_segments_follow_one_another_through_the_whole_clip(clip):
    ends = [segment["end_s"] for segment in clip.segments]
    assert [segment["start_s"] for segment in clip.segments] == [0.0, *ends[:-1]]
    assert ends[-1] == pytest.approx(len(clip.pictures) / 25)
    names = [segment["expression"] for segment in clip.segments]
    assert names[::2] == ["neutral"] * len(names[::2])
    assert {*names[1::2]} == {"happiness", "surprise", "anger", "sadness"}
    assert {*names} <= {*BY_NAME}


@pytest.mark.parametrize(
    ("expression", "shape", "least"),
    [
        ("happiness", "mouthSmile", 0.6),
        ("surprise", "jawOpen", 0.4),
        ("surprise", "browInnerUp", 0.3),
        ("surprise", "browOuterUp", 0.3),
        ("surprise", "eyeWide", 0.15),
        ("anger", "eyeSquint", 0.25),
        ("sadness", "browInnerUp", 0.25),
    ],
)
def test_expression_moves_the_face(clip, expression, shape, least):
    assert clip.change(clip.shapes[shape], expression) > least


def test_brows_fall_in_anger_and_rise_in_sadness_and_surprise(clip):
    rest = clip.level(clip.brow_height, "neutral")
    assert clip.level(clip.brow_height, "anger") < 0.7 * rest
    assert clip.level(clip.brow_height, "sadness") > 1.1 * rest
    assert clip.level(clip.brow_height, "surprise") > 1.2 * rest


def test_rest_is_at_rest(clip):
    for shape in ("mouthSmile", "jawOpen", "mouthFrown", "browDown"):
        assert clip.level(clip.shapes[shape], "neutral") < 0.1
    assert clip.level(clip.shapes["browInnerUp"], "neutral") < 0.2


def test_only_the_smile_smiles_and_only_surprise_opens_the_mouth(clip):
    for expression in ("surprise", "anger", "sadness"):
        assert clip.level(clip.shapes["mouthSmile"], expression) < 0.1
    for expression in ("happiness", "anger", "sadness"):
        assert clip.level(clip.shapes["jawOpen"], expression) < 0.1


def test_it_looks_alive(clip):
    with FaceDetector() as detector:
        faces = [detector(picture) for picture in clip.pictures[::EVERY]]
    assert {len(found) for found in faces} == {1}
    nose = np.array([found.keypoints[0, 2] for found in faces])
    assert (nose.std(0) > 1.5).all()  # px: the head is never quite still
    assert np.abs(np.diff(nose, axis=0)).max() < 40  # but does not jump
    assert clip.shapes["eyeBlink"].max() > 0.3
    changes = [(a != b).any() for a, b in zip(clip.pictures, clip.pictures[1:], strict=False)]
    assert all(changes)  # or the camera would be taken for frozen


def test_it_can_be_looped(clip):
    def jump(one, other):
        return np.abs(one.astype(np.int16) - other).mean()

    within = max(jump(a, b) for a, b in zip(clip.pictures, clip.pictures[1:], strict=False))
    assert jump(clip.pictures[-1], clip.pictures[0]) < within
