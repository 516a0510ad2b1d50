"""The Lab Streaming Layer, with real inlets in the same process."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import pylsl
import pytest
from fakes import SPEC, FakeCard, FakeDetector, FakeModel, FakeSource
from stream_results import Maker, with_landmarks

from fervideo import labels
from fervideo.errors import StreamError
from fervideo.live.engine import LiveEngine
from fervideo.sinks import Moment, MomentKind
from fervideo.stream.lsl import LslSink
from fervideo.types import Result

PATIENCE_S = 30.0

pytestmark = pytest.mark.usefixtures("no_thread_left")


class Laboratory:
    """A sink under a name of its own, and inlets to it."""

    def __init__(self, **options: Any) -> None:
        self.name = f"test-{uuid4().hex[:8]}"
        self.sink = LslSink(self.name, **options)
        self._inlets: list[pylsl.StreamInlet] = []

    def inlet(self, suffix: str = "", channels: int | None = None) -> pylsl.StreamInlet:
        """An open inlet to the numbers, or to the markers."""
        query = f"name='{self.name}{suffix}'"
        if channels is not None:
            query += f" and channel_count={channels}"
        found = pylsl.resolve_bypred(query, timeout=PATIENCE_S)
        assert len(found) == 1
        inlet = pylsl.StreamInlet(found[0], recover=False)
        inlet.open_stream(PATIENCE_S)
        self._inlets.append(inlet)
        return inlet

    def close(self) -> None:
        for inlet in self._inlets:
            inlet.close_stream()
        self.sink.close()


@pytest.fixture
def laboratory() -> Iterator[Callable[..., Laboratory]]:
    made: list[Laboratory] = []

    def make(**options: Any) -> Laboratory:
        made.append(Laboratory(**options))
        return made[-1]

    yield make
    for one in made:
        one.close()


def pull(inlet: pylsl.StreamInlet) -> tuple[list[Any], float]:
    sample, stamp_s = inlet.pull_sample(timeout=PATIENCE_S)
    assert sample is not None
    return sample, stamp_s


def channels_of(inlet: pylsl.StreamInlet) -> list[str]:
    node, names = inlet.info().desc().child("channels").child("channel"), []
    while node.name():
        names.append(node.child_value("label"))
        node = node.next_sibling("channel")
    return names


def send(sink: LslSink, result: Result) -> float:
    captured_s = time.perf_counter() - 0.4  # a slow analysis
    sink.result(result, captured_s)
    return captured_s


def test_numbers_arrive_with_the_time_of_capture(laboratory: Callable[..., Laboratory]) -> None:
    here, make = laboratory(), Maker()
    send(here.sink, make())
    inlet = here.inlet()
    result = make("happiness")
    captured_s = send(here.sink, result)
    sample, stamp_s = pull(inlet)
    # How long ago it was is the same on both clocks.
    low_s = time.perf_counter() - captured_s
    ago_s = pylsl.local_clock() - stamp_s
    assert low_s - 1e-3 <= ago_s <= time.perf_counter() - captured_s + 1e-3
    assert ago_s >= 0.4 - 1e-3
    told = dict(zip(channels_of(inlet), sample, strict=True))
    assert (told["frame"], told["face_id"], told["status"]) == (1, 1, 0)
    assert told["label"] == told["raw_label"] == labels.BASIC.index("happiness")
    assert [told[name] for name in ("x", "y", "width", "height")] == [0, 0, 40, 40]
    assert told["margin"] == pytest.approx(result.labels[0].margin, abs=1e-6)
    np.testing.assert_allclose(
        [told[f"p_{name}"] for name in labels.BASIC], result.recognition.probabilities[0]
    )


def test_the_clocks_need_not_start_together(laboratory: Callable[..., Laboratory]) -> None:
    here = laboratory(clock=lambda: time.perf_counter() + 5000.0)
    looked_s = pylsl.local_clock()
    stamp_s = here.sink.stamp_of(time.perf_counter() + 5000.0 - 2.0)
    assert looked_s - 2.0 - 1e-3 <= stamp_s <= pylsl.local_clock() - 2.0 + 1e-3


def test_the_stream_describes_itself(laboratory: Callable[..., Laboratory]) -> None:
    here = laboratory()
    send(here.sink, Maker()())
    inlet = here.inlet()
    info = inlet.info()
    assert (info.type(), info.nominal_srate(), info.channel_format()) == (
        "Expression",
        pylsl.IRREGULAR_RATE,
        pylsl.cf_float32,
    )
    fixed = "frame face_id status x y width height detection_score label raw_label margin"
    assert channels_of(inlet) == [*fixed.split(), *(f"p_{name}" for name in labels.BASIC)]
    xml = info.as_xml()
    for text in ("<unit>px</unit>", "<model>fake</model>", "<name>no_face</name>"):
        assert text in xml
    first = info.desc().child("classes").child("class")
    assert (first.child_value("value"), first.child_value("name")) == ("0", labels.BASIC[0])
    assert info.desc().child("synchronization").child_value("can_drop_samples") == "true"


def test_every_face_has_a_sample_and_no_face_has_one_too(
    laboratory: Callable[..., Laboratory],
) -> None:
    here, make = laboratory(), Maker()
    send(here.sink, make())
    inlet = here.inlet()
    send(here.sink, make("fear", 2))
    send(here.sink, make("fear", 0))
    (one, first_s), (two, second_s), (none, _) = (pull(inlet) for _ in range(3))
    assert (one[1], two[1]) == (1, 2) and first_s == second_s
    assert none[:3] == [2, -1, 1] and all(math.isnan(value) for value in none[3:])


def test_markers_tell_changes_of_the_label_and_moments(
    laboratory: Callable[..., Laboratory],
) -> None:
    here, make = laboratory(), Maker()
    inlet = here.inlet("-markers")
    stamps = [send(here.sink, make(name)) for name in ("neutral", "neutral", "fear")]
    wall = make().frame.wall_time
    instant_s = time.perf_counter() - 0.1
    for kind, text in (
        (MomentKind.RECORDING_STARTED, "take"),
        (MomentKind.MARKED, "bell/2"),
        (MomentKind.RECORDING_STOPPED, "take"),
    ):
        here.sink.moment(Moment(kind, instant_s, wall, text))
    found = [pull(inlet) for _ in range(5)]
    assert [sample for sample, _ in found] == [
        ["label/1/neutral"],
        ["label/1/fear"],
        ["recording/start/take"],
        ["mark/bell/2"],
        ["recording/stop/take"],
    ]
    expected = [here.sink.stamp_of(s) for s in (stamps[0], stamps[2], *[instant_s] * 3)]
    np.testing.assert_allclose([stamp for _, stamp in found], expected, atol=0.02)


def test_other_channels_are_another_stream(laboratory: Callable[..., Laboratory]) -> None:
    here = laboratory()
    send(here.sink, Maker()())
    assert here.inlet(channels=11 + 7).channel_count == 18
    few = Maker(FakeModel(FakeCard(name="few", classes=labels.BASIC[:4])))
    send(here.sink, few())
    assert "p_fear" not in channels_of(here.inlet(channels=11 + 4))
    send(here.sink, with_landmarks(few()))
    inlet = here.inlet(channels=11 + 4 + 55)
    send(here.sink, with_landmarks(few()))
    told = dict(zip(channels_of(inlet), pull(inlet)[0], strict=True))
    assert (told["pose_pitch"], told["pose_yaw"]) == (1.25, -30)
    assert math.isnan(told["pose_roll"]) and told["blend_noseSneerRight"] == 1


def test_a_live_engine_feeds_an_inlet(laboratory: Callable[..., Laboratory]) -> None:
    here = laboratory()
    engine = LiveEngine(
        opener=lambda spec: FakeSource(None, fps=25),
        load_model=lambda name, device: FakeModel(),
        detector=FakeDetector(),
    )
    try:
        engine.add_sink(here.sink)
        engine.open(SPEC)
        inlet = here.inlet()
        found = [pull(inlet) for _ in range(10)]
    finally:
        engine.close()
    frames = np.array([sample[0] for sample, _ in found])
    stamps = np.array([stamp for _, stamp in found])
    due = stamps[0] + (frames - frames[0]) / 25
    assert (np.diff(frames) > 0).all() and (np.diff(stamps) > 0).all()
    assert (stamps > due - 0.05).all() and stamps[-1] < pylsl.local_clock()
    assert here.sink.failure is None


@pytest.mark.parametrize("name", ["", "  "])
def test_a_stream_has_a_name(name: str) -> None:
    with pytest.raises(StreamError, match="expected a name"):
        LslSink(name)


def test_without_the_package_one_sentence_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pylsl", None)
    with pytest.raises(StreamError, match=r'found none; run: pip install "fervideo\[lsl\]"'):
        LslSink()


def test_without_the_library_one_sentence_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "pylsl.py").write_text("raise RuntimeError('LSL binary library\\n not found')\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "pylsl")
    with pytest.raises(StreamError, match=r"liblsl.*\(LSL binary library not found\); install it"):
        LslSink()
