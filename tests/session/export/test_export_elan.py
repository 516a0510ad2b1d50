"""ELAN documents, read back with pympi."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import pytest
from pympi.Elan import Eaf

from fervideo.session import Edits, Marker, edited, read_session, write_markers
from fervideo.session.export import export_session

ZOE = "Zoë\u4e2d =1"


def tiers(path: Path) -> dict[str, list[tuple[int, int, str]]]:
    document = Eaf(str(path))
    return {name: sorted(document.get_annotation_data_for_tier(name)) for name in document.tiers}


def test_a_tier_for_each_face_and_for_markers(recorded):
    found = tiers(recorded.export("elan"))
    assert found == {
        ZOE: [
            (1000, 1120, "happiness"),
            (1200, 1240, "happiness"),
            (1240, 1640, "surprise"),
            (1640, 1680, "=smirk <b>"),
        ],
        "Face 2": [
            (1000, 1040, "fear"),
            (1040, 1080, "anger"),
            (1200, 1600, "unknown"),
            (1640, 1720, "fear"),
        ],
        "Face 2 (machine)": [
            (1000, 1080, "anger"),
            (1200, 1600, "unknown"),
            (1640, 1720, "fear"),
        ],
        "events": [(1040, 1140, "=2+3")],
        "events 2": [(1040, 1140, "bell: first, <loud>")],
        "excluded": [(1240, 1640, "exclude: cable")],
        "excluded 2": [(1300, 1400, "exclude: cable again")],
        "notes": [(1500, 1600, "note: tired")],
    }


def test_without_edits_there_is_the_machine_alone(recorded):
    found = tiers(recorded.export("elan", Edits()))
    assert [name for name in found if "Face" in name] == [f"Face {i}" for i in (1, 2, 3, 4)]


def test_the_recorded_video_is_linked_and_times_are_its_own(record):
    recorded = record(save_video=True)
    path = recorded.export("elan")
    (media,) = Eaf(str(path)).get_linked_files()
    video = recorded.session.video_path
    assert Path(unquote(urlsplit(media["MEDIA_URL"]).path)) == video.resolve()
    assert (path.parent / media["RELATIVE_MEDIA_URL"]).resolve() == video.resolve()
    assert media["MIME_TYPE"] == "video/mp4"
    assert tiers(path)[ZOE][0] == (0, 120, "happiness"), "the video begins 1 s into the timeline"


def test_no_tier_overlaps_itself_and_names_never_clash(record, tmp_path):
    edits = Edits().named(1, "events").named(2, "events").named(3, "events (machine)")
    edits = edits.correct(1, 1.0, 1.02, "fear").correct(2, 1.04, 1.0404, "")
    recorded = record(edits=edits)
    markers = [Marker(1.0 + i / 100, 0.05, "", "m", "") for i in range(9)]
    write_markers(recorded.session.folder / "markers.csv", markers)
    path = tmp_path / "x.eaf"
    export_session(read_session(recorded.session.folder), edits, "elan", path)
    found = tiers(path)
    assert {"events (1)", "events (2)", "events (machine)", "events"} <= set(found)
    assert sum(len(found[name]) for name in found if re.fullmatch(r"events( \d)?", name)) == 9
    for spans in found.values():
        assert all(a[1] <= b[0] for a, b in pairwise(spans))
    session = edited(recorded.session, edits)
    shown = [s for s in session.segments() if s.label]
    faces = [n for n in found if n in ("events (1)", "events (2)", "events (machine)", "Face 4")]
    assert sum(len(found[n]) for n in faces) == len(shown)


ORDER = ["HEADER", "TIME_ORDER", "TIER", "LINGUISTIC_TYPE", "LOCALE", "LANGUAGE", "CONSTRAINT"]
"""Children of the document, in the order that the schema EAFv2.8.xsd asks for."""

REQUIRED = {
    "ANNOTATION_DOCUMENT": {"DATE", "AUTHOR", "VERSION"},
    "MEDIA_DESCRIPTOR": {"MEDIA_URL", "MIME_TYPE"},
    "TIME_SLOT": {"TIME_SLOT_ID"},
    "TIER": {"TIER_ID", "LINGUISTIC_TYPE_REF"},
    "ALIGNABLE_ANNOTATION": {"ANNOTATION_ID", "TIME_SLOT_REF1", "TIME_SLOT_REF2"},
    "LINGUISTIC_TYPE": {"LINGUISTIC_TYPE_ID"},
    "CONSTRAINT": {"STEREOTYPE"},
}
IDS = ("TIME_SLOT_ID", "ANNOTATION_ID", "STEREOTYPE", "LANGUAGE_CODE", "LANG_ID")
"""Attributes of the type xsd:ID: no two in the document are the same, and none begins with a digit.
"""


@pytest.mark.parametrize("video", [False, True])
def test_the_document_keeps_to_elans_schema(record, video):
    root = ElementTree.parse(record(save_video=video).export("elan")).getroot()
    assert root.tag == "ANNOTATION_DOCUMENT"
    places = [ORDER.index(child.tag) for child in root]
    assert places == sorted(places)
    assert places.count(0) == places.count(1) == 1
    assert len(list(root.iter("MEDIA_DESCRIPTOR"))) == video
    for each in root.iter():
        assert REQUIRED.get(each.tag, set()) <= set(each.attrib), each.tag
    ids = [value for each in root.iter() for name, value in each.items() if name in IDS]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[A-Za-z_][\w.-]*", each) for each in ids)
    names = [tier.attrib["TIER_ID"] for tier in root.iter("TIER")]
    assert len(names) == len(set(names)) == 8
    types = {t.attrib["LINGUISTIC_TYPE_ID"] for t in root.iter("LINGUISTIC_TYPE")}
    assert {t.attrib["LINGUISTIC_TYPE_REF"] for t in root.iter("TIER")} <= types


def test_times_are_milliseconds_and_every_annotation_has_its_own(recorded):
    root = ElementTree.parse(recorded.export("elan")).getroot()
    assert datetime.fromisoformat(root.attrib["DATE"]).utcoffset() == timedelta(0)
    assert root.attrib["VERSION"] == "2.8"
    slots = {s.attrib["TIME_SLOT_ID"]: s.attrib["TIME_VALUE"] for s in root.iter("TIME_SLOT")}
    assert all(value.isascii() and value.isdigit() for value in slots.values())
    annotations = list(root.iter("ALIGNABLE_ANNOTATION"))
    assert annotations
    for each in annotations:
        start, end = (slots[each.attrib[f"TIME_SLOT_REF{i}"]] for i in (1, 2))
        assert int(start) < int(end)
        assert [child.tag for child in each] == ["ANNOTATION_VALUE"]


@pytest.mark.parametrize("frames", [[], [[(1, "anger")]]])
def test_little_or_nothing_is_well(record, frames):
    found = tiers(record(frames=frames, edits=Edits()).export("elan"))
    assert found.get("Face 1", []) == [(1000, 1100, "anger")] * len(frames)
