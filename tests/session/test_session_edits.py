"""What a person changes: names, merges, hidden faces, corrected labels."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from session_results import make_result

from fervideo.errors import SessionError
from fervideo.session import (
    Correction,
    Edits,
    Session,
    edited,
    face_name,
    read_edits,
    read_session,
    summarize,
    write_edits,
)
from fervideo.session.schema import HIDDEN
from fervideo.types import Faces, Result


def larger(result: Result, face: int, factor: float) -> Result:
    """The result with one face's box stretched."""
    boxes = result.faces.boxes.copy()
    boxes[face, 2:] = boxes[face, :2] + factor * (boxes[face, 2:] - boxes[face, :2])
    f = result.faces
    faces = Faces(boxes, f.keypoints, f.scores, f.track_ids, f.low_quality, f.quality_reasons)
    return replace(result, faces=faces)


@pytest.fixture
def session(open_writer) -> Session:
    """Face 1 turns into face 3 after a frame with both; face 2 is alone in frame 3."""
    writer = open_writer()
    frames = [
        [(1, "fear"), (2, "anger")],
        [(1, "fear"), (2, "anger")],
        [(1, "fear"), (3, "sadness"), (2, "anger")],
        [(2, "anger")],
        [(3, "fear"), (2, "anger")],
        [(3, "fear")],
    ]
    for index, faces in enumerate(frames):
        result = make_result(index, index * 0.25, faces)
        writer.write(larger(result, 1, 1.5) if index == 2 else result)
    writer.close(frames_seen=6, frames_analysed=6, frames_dropped=0)
    return read_session(writer.folder)


def spans(session: Session, face_id: int) -> list[tuple[str, float, float]]:
    return [(s.label, s.start_s, s.end_s) for s in session.segments() if s.face_id == face_id]


def test_no_edits_change_nothing(session):
    assert read_edits(session.folder) == Edits()
    same = edited(session, Edits())
    assert same.segments() == session.segments()
    assert summarize(same) == summarize(session)
    assert not same.timeline.corrected.any()


def test_edits_are_read_back_and_leave_the_timeline_alone(session):
    before = (session.folder / "timeline.csv").read_bytes()
    edits = Edits().named(1, " Anna\tB. ").merge(3, 1).hide(2).correct(1, 0.25, 0.5, "disgust")
    write_edits(session.folder, edits)
    assert read_edits(session.folder) == edits
    assert edits.names == {1: "Anna B."}
    assert (session.folder / "timeline.csv").read_bytes() == before
    assert not list(session.folder.glob("*.tmp"))
    write_edits(session.folder, Edits())
    assert read_edits(session.folder) == Edits()


def test_merged_faces_are_one_and_the_larger_of_two_in_a_frame_stays(session):
    whole = edited(session, Edits().merge(3, 1))
    assert whole.face_ids == (1, 2)
    assert spans(whole, 1) == [("fear", 0.0, 0.5), ("sadness", 0.5, 0.75), ("fear", 1.0, 1.5)]
    smaller = session.timeline.select(session.timeline.frame != 2)
    assert len(whole.timeline) == len(smaller) + 2
    other_way = edited(session, Edits().merge(1, 3))
    assert [s[0] for s in spans(other_way, 3)] == ["fear", "sadness", "fear"]
    np.testing.assert_array_equal(
        whole.durations[whole.timeline.first_rows], np.full(6, 0.25), "no frame was lost"
    )


def test_of_two_boxes_as_large_the_face_that_had_the_number_stays(open_writer):
    writer = open_writer()
    writer.write(make_result(0, 0.0, [(4, "anger"), (7, "fear")]))
    writer.close()
    session = read_session(writer.folder)
    assert edited(session, Edits().merge(4, 7)).timeline.label.tolist() == ["fear"]
    assert edited(session, Edits().merge(7, 4)).timeline.label.tolist() == ["anger"]


def test_merging_follows_chains_and_is_undone(session):
    edits = Edits().merge(3, 1).merge(1, 2)
    assert edits.merged == {1: 2, 3: 2}
    assert edits.merge(2, 3) == edits, "they are one already"
    assert edited(session, edits).face_ids == (2,)
    assert edits.split(3).merged == {1: 2}
    assert edits.split(2) == Edits(), "all that were merged into it"


def test_a_hidden_face_is_gone_and_its_frames_stay(session):
    shown = edited(session, Edits().hide(2))
    assert shown.face_ids == (1, 3)
    assert len(np.unique(shown.timeline.frame)) == 6
    alone = shown.timeline.select(shown.timeline.frame == 3)
    assert (alone.status.tolist(), alone.face_id.tolist()) == ([HIDDEN], [-1])
    assert alone.label.tolist() == alone.machine_label.tolist() == [""]
    assert np.isnan(alone.boxes).all()
    assert np.isnan(alone.probabilities).all()
    assert summarize(shown).duration_s == summarize(session).duration_s
    assert summarize(shown).frames_without_face == 0
    assert spans(shown, 1) == spans(session, 1)
    assert edited(session, Edits().hide(2).hide(2, on=False)).face_ids == session.face_ids


def test_a_face_merged_into_a_hidden_one_hides_with_it(session):
    assert edited(session, Edits().hide(1).merge(3, 1)).face_ids == (2,)
    assert edited(session, Edits().merge(3, 1).hide(3)).face_ids == (2,)


def test_a_corrected_segment_keeps_the_machines_label_beside(session):
    edits = Edits().correct(2, 0.25, 0.75, "disgust")
    corrected = edited(session, edits)
    segments = [s for s in corrected.segments() if s.face_id == 2]
    assert [(s.label, s.machine_label, s.corrected, s.start_s, s.end_s) for s in segments] == [
        ("anger", "anger", False, 0.0, 0.25),
        ("disgust", "anger", True, 0.25, 0.75),
        ("anger", "anger", False, 0.75, 1.25),
    ]
    rows = corrected.timeline.corrected
    assert corrected.timeline.label[rows].tolist() == ["disgust"] * 2
    assert corrected.timeline.machine_label[rows].tolist() == ["anger"] * 2
    np.testing.assert_array_equal(corrected.timeline.raw_label, session.timeline.raw_label)
    column = corrected.timeline.probabilities[rows, corrected.classes.index("disgust")]
    assert segments[1].confidence == pytest.approx(column.mean())
    assert summarize(corrected).faces[1].seconds == {"anger": 0.75, "disgust": 0.5}
    assert corrected.segments(raw=True) == session.segments(raw=True)


def test_a_whole_segment_can_be_corrected_by_its_own_times(session):
    for segment in session.segments():
        edits = Edits().correct(segment.face_id, segment.start_s, segment.end_s, "contempt")
        corrected = edited(session, edits)
        assert int(corrected.timeline.corrected.sum()) == segment.frames
        assert spans(corrected, segment.face_id).count(("contempt", segment.start_s, segment.end_s))


def test_later_corrections_replace_earlier_ones_where_they_overlap():
    edits = Edits().correct(1, 0.0, 4.0, "fear").correct(1, 1.0, 2.0, "anger")
    found = [(c.start_s, c.end_s, c.label) for c in edits.corrections]
    assert found == [(0.0, 1.0, "fear"), (1.0, 2.0, "anger"), (2.0, 4.0, "fear")]
    cleared = edits.correct(1, 0.5, 2.5, None)
    assert [(c.start_s, c.end_s) for c in cleared.corrections] == [(0.0, 0.5), (2.5, 4.0)]
    assert edits.correct(2, 0.0, 9.0, None) == edits, "another face's"
    assert edits.correct(1, 9.0, 9.0, None) == edits
    assert edits.correct(1, 0.0, 4.0, None) == Edits()


def test_a_single_picture_can_be_corrected(open_writer):
    writer = open_writer()
    writer.write(make_result(0, 0.0, [(1, "anger")]))
    writer.close()
    session = read_session(writer.folder)
    (segment,) = session.segments()
    edits = Edits().correct(1, segment.start_s, segment.end_s, "")
    assert edited(session, edits).timeline.label.tolist() == [""]


def test_a_correction_moves_with_a_merged_face(session):
    edits = Edits().correct(3, 1.0, 1.25, "anger").merge(3, 1)
    assert ("anger", 1.0, 1.25) in spans(edited(session, edits), 1)
    assert edits.correct(1, 0.0, 2.0, None).corrections == ()


def test_names():
    edits = Edits().named(3, "Anna")
    assert (face_name(3, edits), face_name(4, edits)) == ("Anna", "Face 4")
    merged = edits.merge(3, 1)
    assert face_name(3, merged) == face_name(1, merged) == "Anna", "the group's only name"
    assert face_name(3, merged.named(3, "Ben")) == "Ben"
    assert face_name(3, edits.named(3, " ")) == "Face 3"
    assert len(Edits().named(1, "x" * 9999).names[1]) == 200
    assert Edits().named(1, "a\ud800\u202eb").names == {1: "a? b"}


def test_an_empty_session_can_be_edited(open_writer):
    session = read_session(open_writer().folder)
    edits = Edits().merge(3, 1).hide(2).correct(1, 0.0, 1.0, "fear")
    assert len(edited(session, edits).timeline) == 0


GOOD = {"format": "fervideo-edits", "version": 1}
CORRECTION = {"face_id": 1, "start_s": 0, "end_s": 1, "label": "fear"}


def test_an_edits_file_written_by_hand_is_read(tmp_path):
    content = {**GOOD, "names": {"3": "Anna"}, "corrections": [CORRECTION]}
    (tmp_path / "edits.json").write_text(json.dumps(content), encoding="utf-8-sig")
    expected = Edits(names={3: "Anna"}, corrections=(Correction(1, 0.0, 1.0, "fear"),))
    assert read_edits(tmp_path) == expected


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "cannot read the edits"),
        ("[" * 100_000, "cannot read the edits"),
        ("[]", "expected the format"),
        ({"format": "another"}, "expected the format"),
        ({**GOOD, "version": 2}, "expected version 1, found 2; a newer fervideo"),
        ({**GOOD, "version": True}, "expected version 1"),
        ({**GOOD, "colour": 1}, "found 'colour'"),
        ({**GOOD, "names": []}, "expected a dict of names"),
        ({**GOOD, "names": {"x": "Anna"}}, "number of a face, found 'x'"),
        ({**GOOD, "names": {"03": "Anna"}}, "number of a face"),
        ({**GOOD, "names": {"9" * 9999: "Anna"}}, "cannot read the edits"),
        ({**GOOD, "names": {"3": 4}}, "expected a name, found 4"),
        ({**GOOD, "merged": {"3": "4"}}, "number of a face, found '4'"),
        ({**GOOD, "merged": {"3": 4, "4": 3}}, "3 merged into 4, and 4 into 3"),
        ({**GOOD, "merged": {"3": 3}}, "3 merged into 3"),
        ({**GOOD, "hidden": [True]}, "number of a face, found True"),
        ({**GOOD, "hidden": [[1]]}, "number of a face"),
        ({**GOOD, "hidden": [2**63]}, "number of a face"),
        ({**GOOD, "corrections": ["x"]}, "expected corrections of"),
        ({**GOOD, "corrections": [{**CORRECTION, "x": 1}]}, "expected corrections of"),
        ({**GOOD, "corrections": [{**CORRECTION, "start_s": "0"}]}, "expected start_s"),
        ({**GOOD, "corrections": [{**CORRECTION, "start_s": 2}]}, "start and end"),
        ({**GOOD, "corrections": [{**CORRECTION, "end_s": float("inf")}]}, "start and end"),
        ({**GOOD, "corrections": [{**CORRECTION, "end_s": 10**400}]}, "cannot read"),
        ({**GOOD, "corrections": [{**CORRECTION, "label": None}]}, "expected a name"),
    ],
)
def test_hostile_edits_are_told_in_one_sentence_and_kept(tmp_path: Path, content, said):
    path = tmp_path / "edits.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    before = path.read_bytes()
    with pytest.raises(SessionError, match=said) as caught:
        read_edits(tmp_path)
    assert "\n" not in str(caught.value)
    assert path.read_bytes() == before


def test_edits_that_cannot_be_written_are_told_in_one_sentence(tmp_path):
    with pytest.raises(SessionError, match="cannot write the edits"):
        write_edits(tmp_path / "nowhere", Edits())
