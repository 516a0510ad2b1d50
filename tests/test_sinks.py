from __future__ import annotations

from datetime import UTC, datetime

from fakes import FakeDetector, FakeModel, ListSink, make_frame

from fervideo.errors import FervideoError, StreamError
from fervideo.pipeline import Analyzer
from fervideo.sinks import Moment, MomentKind, Sinks
from fervideo.types import Result

MOMENT = Moment(MomentKind.MARKED, 2.0, datetime.now(UTC), "bell")


def result(index: int) -> Result:
    return Analyzer(FakeModel(), detector=FakeDetector())(make_frame(index))


def test_every_sink_gets_everything_until_it_is_taken_away() -> None:
    errors: list[FervideoError] = []
    sinks, one, two = Sinks(errors.append), ListSink("one"), ListSink("two")
    sinks.add(one)
    sinks.result(result(0), 0.5)
    sinks.add(two)
    assert sinks.names == ("one", "two")
    sinks.result(result(1), 1.5)
    sinks.moment(MOMENT)
    sinks.remove(one)
    sinks.remove(one)
    sinks.result(result(2), 2.5)
    assert one.given == [(0, 0.5), (1, 1.5)] and two.given == [(1, 1.5), (2, 2.5)]
    assert one.moments == two.moments == [MOMENT]
    assert (one.closed, two.closed, errors) == (1, 0, [])
    sinks.close()
    assert two.closed == 1 and sinks.names == ()


def test_one_that_fails_is_told_once_and_the_others_go_on() -> None:
    errors: list[FervideoError] = []
    sinks, good = Sinks(errors.append), ListSink("good")
    bad = ListSink("bad", fails_at=1, fails_to_close=True)
    sinks.add(bad)
    sinks.add(good)
    for index in range(4):
        sinks.result(result(index), float(index))
    assert [index for index, _ in good.given] == [0, 1, 2, 3]
    assert [str(error) for error in errors] == ["bad has stopped: the cable is out"]
    assert isinstance(errors[0], StreamError) and bad.closed == 1 and sinks.names == ("good",)


def test_a_sentence_for_the_user_is_told_as_it_is() -> None:
    errors: list[FervideoError] = []
    sinks = Sinks(errors.append)
    sinks.add(ListSink(fails_at=0, failure=StreamError("the laboratory is closed")))
    sinks.result(result(0), 0.0)
    assert [str(error) for error in errors] == ["the laboratory is closed"]
