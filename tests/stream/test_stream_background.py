from __future__ import annotations

import threading
import time

import pytest

from fervideo.stream.background import BackgroundWriter

pytestmark = pytest.mark.usefixtures("no_thread_left")


def test_messages_come_in_order_and_all_of_them_before_the_end() -> None:
    written: list[object] = []
    writer = BackgroundWriter(written.append, lambda: written.append("end"))
    messages = [None, *range(50), None]
    assert all(writer.put(message) for message in messages)
    writer.close()
    assert written == [*messages, "end"]


def test_a_slow_reader_costs_messages_and_never_time() -> None:
    go_on, written = threading.Event(), []

    def write(number: int) -> None:
        go_on.wait(10)
        written.append(number)

    writer = BackgroundWriter(write, capacity=3)
    taken = [writer.put(number) for number in range(20)]
    assert 3 <= sum(taken) <= 4
    go_on.set()
    writer.close()
    assert written == [number for number, was in enumerate(taken) if was]


def test_a_failure_is_raised_at_the_next_message() -> None:
    ended: list[str] = []

    def write(number: int) -> None:
        raise BrokenPipeError("nobody reads")

    writer = BackgroundWriter(write, lambda: ended.append("end"))
    writer.put(1)
    while writer.failure is None:
        time.sleep(0.001)
    with pytest.raises(BrokenPipeError, match="nobody reads"):
        writer.put(2)
    writer.close()
    assert ended == ["end"]
