"""Head pose and blendshapes in the formats that have a place for them."""

from __future__ import annotations

import csv
import gzip
import json
import math
from dataclasses import replace

import numpy as np
import pyarrow.parquet as pq
import pytest
from session_results import make_result

from fervideo.landmark_names import LandmarkMode
from fervideo.session import Edits, Session, read_session
from fervideo.session.export import export_session
from fervideo.session.export.openface import turned_as_openface
from fervideo.types import Landmarks


@pytest.fixture
def session(open_writer) -> Session:
    """Two frames of a face; the landmarks were made out in the first alone."""
    writer = open_writer(landmarks=LandmarkMode.ALL)
    for index, pose in enumerate([(10.0, -30.0, 4.5), (math.nan,) * 3]):
        result = make_result(index, index * 0.25, [(1, "fear")])
        shapes = np.full((1, 52), pose[0] / 100, np.float32)
        points = np.zeros((1, 478, 3), np.float32)
        landmarks = Landmarks(points, np.float32([pose]), shapes)
        writer.write(replace(result, landmarks=landmarks))
    writer.close()
    return read_session(writer.folder)


def rows(session: Session, format_name: str, path) -> list[dict[str, str]]:
    export_session(session, Edits(), format_name, path)
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_frames_have_them_in_degrees(session, tmp_path):
    first, second = rows(session, "csv", tmp_path / "a.csv")
    assert (first["pose_pitch"], first["pose_yaw"], first["pose_roll"]) == (
        "10.00",
        "-30.00",
        "4.50",
    )
    assert (first["blend_jawOpen"], second["blend_jawOpen"]) == ("0.1000", "")
    export_session(session, Edits(), "parquet", tmp_path / "a.parquet")
    assert pq.read_table(tmp_path / "a.parquet")["pose_yaw"].to_pylist() == [-30.0, None]


def test_fex_has_the_pose_in_radians_and_blendshapes_by_their_names(session, tmp_path):
    first, second = rows(session, "fex", tmp_path / "fex.csv")
    assert float(first["Pitch"]) == pytest.approx(math.radians(10), abs=1e-6), "up is positive"
    assert float(first["Roll"]) == pytest.approx(math.radians(-4.5), abs=1e-6), "to their right"
    assert float(first["Yaw"]) == pytest.approx(math.radians(30), abs=1e-6), "to their right"
    assert second["Pitch"] == ""
    assert list(first)[-52:-50] == ["_neutral", "browDownLeft"]
    assert (first["jawOpen"], second["jawOpen"]) == ("0.1000", "")


def test_openface_has_the_same_rotation_by_its_own_angles(session, tmp_path):
    first, second = rows(session, "openface", tmp_path / "openface.csv")
    assert second["pose_Rx"] == ""
    pitch, yaw, roll = (math.radians(angle) for angle in (10.0, -30.0, 4.5))
    ours = about(1, yaw) @ about(0, -pitch) @ about(2, -roll)
    flip = np.diag([1.0, -1.0, -1.0])  # our y points up and z to the camera, theirs do not
    x, y, z = (float(first[name]) for name in ("pose_Rx", "pose_Ry", "pose_Rz"))
    theirs = about(0, x) @ about(1, y) @ about(2, z)
    np.testing.assert_allclose(theirs, flip @ ours @ flip, atol=1e-5)
    assert x < 0 < y, "the nose points up, and to the left of the picture"


@pytest.mark.parametrize(
    ("angles", "expected"),
    [((0.2, 0, 0), (-0.2, 0, 0)), ((0, 0.3, 0), (0, -0.3, 0)), ((0, 0, 0.4), (0, 0, 0.4))],
)
def test_a_turn_about_one_axis_is_the_same_angle(angles, expected):
    found = turned_as_openface(*np.array(angles)[:, None])
    np.testing.assert_allclose(np.concatenate(found), expected, atol=1e-12)


def about(axis: int, angle: float) -> np.ndarray:
    """(3, 3) a rotation about x, y or z that takes the next axis towards the one after it."""
    matrix = np.eye(3)
    after, last = (axis + 1) % 3, (axis + 2) % 3
    matrix[[after, last], [after, last]] = math.cos(angle)
    matrix[last, after], matrix[after, last] = math.sin(angle), -math.sin(angle)
    return matrix


def test_bids_has_them_described(session, tmp_path):
    export_session(session, Edits(), "bids", tmp_path / "bids")
    (path,) = (tmp_path / "bids").rglob("*_physio.json")
    described = json.loads(path.read_text())
    place = described["Columns"].index("pose_yaw")
    assert described["pose_yaw"]["Units"] == "deg"
    with gzip.open(path.with_name(path.name.replace(".json", ".tsv.gz")), "rt") as file:
        cells = [line.rstrip("\n").split("\t") for line in file]
    assert [row[place] for row in cells] == ["-30", "n/a"]
    assert {len(row) for row in cells} == {len(described["Columns"])}
