"""Make the demo clip: a portrait that smiles, is surprised, is angry and sad, at rest between.

    python scripts/make_demo.py assets/demo.mp4

The portrait is scikit-image's `astronaut` (Eileen Collins, NASA, public domain), where she smiles.
At the height of the smile the clip shows the photograph as it is; all else is the photograph,
warped (`demo_rig.py`):

- at rest the lips close, and the triangles between them, which hold the teeth, vanish;
- the teeth belong to the skull: the lips slide over them;
- what no warp can do is painted (`demo_painter.py`).

Beside the clip goes a JSON file with the expressions meant and their times. The same input gives
the same clip. Takes about a minute and needs scikit-image.
"""

from __future__ import annotations

import argparse
import json
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import skimage.data
from demo_painter import Painter
from demo_rig import Head, Mouth, Pose, Rig, smoothstep
from numpy.typing import NDArray

from fervideo.labels import ANGER, HAPPINESS, NEUTRAL, SADNESS, SURPRISE

WIDTH, HEIGHT, FPS = 640, 480, 25
CROP_X, CROP_Y, ZOOM = 80, 0, 2.2  # of the photograph, px

SEGMENTS = (  # expression and how long it lasts, s
    (NEUTRAL, 1.4), (HAPPINESS, 2.2), (NEUTRAL, 1.2), (SURPRISE, 1.8), (NEUTRAL, 1.2),
    (ANGER, 2.0), (NEUTRAL, 1.2), (SADNESS, 2.0), (NEUTRAL, 1.0),
)  # fmt: skip
DURATION_S = sum(seconds for _, seconds in SEGMENTS)
EASE_S = 0.4  # an expression comes and goes in this time, inside its segment
BLINKS_S = (0.7, 4.2, 6.9, 10.4, 13.5)
BLINK_S = 0.28

REST = Pose(
    Mouth(40, corner=106.5, seam=105, upper=1.4, lower=1.15),
    {
        50: (0, 12), 205: (2, 15), 187: (2, 13), 206: (4, 15), 216: (6, 17), 212: (6, 15),
        214: (4, 13), 202: (6, 13), 210: (3, 9), 135: (1, 6), 138: (1, 5), 192: (1, 8),
        204: (4, 6), 136: (1, 3), 58: (1, 3), 132: (2, 1), 117: (0, 6), 119: (0, 6),
        230: (0, 3), 145: (0, 1.5), 144: (0, 1.5), 153: (0, 1), 159: (0, -0.5), 48: (1.5, 1.5),
        98: (1, 2), 2: (0, 1), 164: (0, 5), 1: (0, 0.5), 18: (0, -3), 200: (0, -2), 32: (0, 1),
        152: (0, -1), 148: (0, -1.5), 149: (0, -1), 234: (0, 0), 33: (0, 0), 133: (0, 0),
        46: (0, 0), 52: (0, 0), 55: (0, 0), 5: (0, 0), 168: (0, 0), 9: (0, 0), 151: (0, 0),
        10: (0, 0),
    },
)  # fmt: skip
POSES = {
    SURPRISE.name: Pose(
        Mouth(33, corner=110, seam=105, up=5, low=40),
        {
            55: (0, -11), 65: (0, -13), 52: (0, -13.5), 53: (0, -12), 46: (0, -10), 107: (0, -11),
            66: (0, -13.5), 105: (0, -13.5), 63: (0, -12), 70: (0, -10), 108: (0, -6), 69: (0, -6),
            151: (0, -5), 9: (0, -7), 10: (0, -1), 109: (0, -1), 67: (0, -1), 54: (0, -1),
            21: (0, -1), 221: (0, -5), 222: (0, -6.5), 224: (0, -6), 159: (0, -4.5),
            160: (0, -4), 158: (0, -4), 161: (0, -2.5), 157: (0, -2.5), 145: (0, 1.5),
            144: (0, 1.5), 153: (0, 1.5), 18: (0, 36), 200: (0, 34), 32: (1, 30), 152: (0, 31),
            148: (0, 30), 149: (-1, 27), 136: (2, 19), 58: (3, 8), 132: (2, 2), 216: (3, -1),
            212: (6, 5), 214: (6, 9), 202: (7, 17), 210: (6, 18), 135: (4, 15), 138: (4, 9),
            192: (4, 5), 204: (5, 27), 205: (2, -2), 187: (3, 1), 206: (1, -3), 164: (0, 1),
        },
    ),
    ANGER.name: Pose(
        Mouth(38, corner=116, seam=105.5, upper=0.85, lower=0.8),
        {
            55: (7, 16), 65: (6, 12), 52: (5, 7), 53: (2, 2), 46: (1, 0), 107: (7, 15),
            66: (6, 11), 105: (5, 7), 63: (2, 2), 70: (1, 0), 9: (0, 9.5), 8: (0, 6.5),
            151: (0, 3.5), 108: (3, 6), 69: (2, 3), 168: (0, 2.5), 193: (1, 4), 221: (3, 9.5),
            222: (2, 7), 224: (0, 2), 159: (0, 2.5), 160: (0, 1), 158: (0, 3.5), 161: (0, 0.5),
            157: (0, 3), 145: (0, -3.5), 144: (0, -3), 153: (0, -3.5), 230: (0, -1), 48: (-4, -3),
            98: (-3, -2), 206: (-2, 2), 216: (-1, 4), 212: (0, 4), 214: (0, 3), 202: (0, 3),
            18: (0, -2), 200: (0, -3), 152: (0, -1),
        },
    ),
    SADNESS.name: Pose(
        Mouth(39, corner=120, seam=105, upper=1.2, lower=1.2),
        {
            55: (5, -12), 65: (4, -6), 52: (1, 0), 53: (0, 3.5), 46: (0, 4), 107: (5, -12),
            66: (4, -6), 105: (1, 0), 63: (0, 3.5), 70: (0, 4), 9: (0, -5), 151: (0, -4),
            108: (2, -7), 221: (1, -5), 222: (0, 1), 224: (0, 5), 159: (0, 5.5), 160: (0, 5.5),
            158: (0, 3.5), 161: (0, 4), 157: (0, 2), 145: (0, -0.5), 216: (-1, 6), 212: (0, 8),
            214: (0, 6), 202: (0, 7), 210: (0, 4), 206: (-1, 3), 18: (0, -4), 200: (0, -5),
            152: (0, -2),
        },
    ),
    "blink": Pose(REST.mouth, {222: (0, 4), 221: (0, 2), 224: (0, 3)}, lids_closed=0.93),
}  # fmt: skip
# How the head goes along with an expression: yaw, pitch, roll, x, y, scale.
HEAD = {
    HAPPINESS.name: (0, -1.5, 2, 0, 0, 0.01),
    SURPRISE.name: (0, -2, 0, 0, -3, -0.02),
    ANGER.name: (0, 3, 0, 0, 2, 0.03),
    SADNESS.name: (-2, 4, -3, 0, 4, -0.01),
}


def load_portrait() -> NDArray[np.uint8]:
    """Head and shoulders of the photograph, enlarged, uint8 RGB (480, 640, 3)."""
    rows = slice(CROP_Y, CROP_Y + round(HEIGHT / ZOOM))
    columns = slice(CROP_X, CROP_X + round(WIDTH / ZOOM))
    astronaut = skimage.data.astronaut()  # type: ignore[no-untyped-call]
    lab = cv2.cvtColor(astronaut[rows, columns], cv2.COLOR_RGB2LAB)
    lab[..., 1:] = cv2.GaussianBlur(lab[..., 1:], (0, 0), 1.0)  # colour noise of the scan
    image = cv2.cvtColor(lab, cv2.COLOR_LAB2RGB)
    large = cv2.resize(image, (WIDTH, HEIGHT), interpolation=cv2.INTER_LANCZOS4).astype(np.float32)
    sharp = large + 0.35 * (large - cv2.GaussianBlur(large, (0, 0), 1.6))
    return np.asarray(np.clip(sharp, 0, 255), np.uint8)


def segments() -> list[tuple[float, float, str]]:
    """The expressions meant: start and end in seconds, name."""
    ends = np.cumsum([seconds for _, seconds in SEGMENTS]).round(3).tolist()
    names = [expression.name for expression, _ in SEGMENTS]
    return list(zip([0.0, *ends[:-1]], ends, names, strict=True))


def amounts(time_s: float) -> dict[str, float]:
    """How much of each expression, 0 to 1, and of a blink, at a time."""
    found = {"blink": 0.0}
    for start, end, name in segments():
        if name != NEUTRAL.name and start < time_s < end:
            found[name] = float(smoothstep(min(time_s - start, end - time_s) / EASE_S))
    for blink in BLINKS_S:
        part = 1 - abs(time_s - blink) / (BLINK_S / 2)
        found["blink"] = max(found["blink"], float(smoothstep(1.4 * part)))
    return found


def head_at(time_s: float, expressions: dict[str, float]) -> Head:
    """A head that is never quite still and ends where it began."""
    turn = 2 * np.pi * time_s / DURATION_S
    sway = np.array([
        3.0 * np.sin(2 * turn) + 1.2 * np.sin(5 * turn + 1),
        1.2 * np.sin(3 * turn + 2) + 0.5 * np.sin(7 * turn),
        1.2 * np.sin(2 * turn + 0.6) + 0.5 * np.sin(5 * turn),
        2.5 * np.sin(turn + 0.3) + 0.8 * np.sin(4 * turn),
        1.2 * np.sin(3 * turn + 1),
        0.012 * np.sin(turn + 2),
    ])  # fmt: skip
    for name, amount in expressions.items():
        sway += amount * np.array(HEAD.get(name, np.zeros(6)))
    sway[5] += 1
    return Head(*sway.tolist())


def frames() -> list[NDArray[np.uint8]]:
    """All pictures of the clip, uint8 RGB (480, 640, 3)."""
    portrait, random = load_portrait(), np.random.default_rng(0)
    painter, clip = Painter(portrait, Rig(portrait, REST, POSES)), []
    for index in range(round(DURATION_S * FPS)):
        poses = amounts(index / FPS)
        head = head_at(index / FPS, poses)
        picture = painter.draw(poses.pop(HAPPINESS.name, 0.0), poses, head)
        grain = random.normal(0, 1.2, (HEIGHT, WIDTH, 1))  # a camera's
        clip.append(np.clip(picture + grain, 0, 255).astype(np.uint8))
    return clip


def write_clip(path: Path, clip: list[NDArray[np.uint8]]) -> None:
    """Write H.264 in yuv420p, which every player reads."""
    with av.open(str(path), "w", options={"movflags": "+faststart"}) as container:
        stream = container.add_stream("libx264", rate=Fraction(FPS))
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.options = {"crf": "20", "preset": "slow", "threads": "1"}
        for picture in clip:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))


def main() -> None:
    """Write the clip and, beside it, what it is meant to show."""
    parser = argparse.ArgumentParser(description="Make the demo clip.")
    parser.add_argument("output", type=Path, help="the clip, for example assets/demo.mp4")
    output: Path = parser.parse_args().output
    write_clip(output, frames())
    rows = [{"start_s": a, "end_s": b, "expression": name} for a, b, name in segments()]
    meant = {"fps": FPS, "frames": round(DURATION_S * FPS), "segments": rows}
    output.with_suffix(".json").write_text(json.dumps(meant, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
