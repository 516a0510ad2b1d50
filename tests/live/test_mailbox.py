from __future__ import annotations

import threading
import time

from fervideo.live.mailbox import Latest


def test_the_new_replaces_the_old_and_is_counted() -> None:
    box: Latest[int] = Latest()
    assert box.take() is None and box.peek() is None
    assert not box.put(1)
    assert box.put(2) and box.put(3)
    assert box.dropped == 2
    assert box.take() == 3
    assert box.take() is None
    assert box.peek() == 3
    assert not box.put(4)


def test_what_is_cleared_is_gone_and_not_counted() -> None:
    box: Latest[int] = Latest()
    box.put(1)
    box.clear()
    assert box.take() is None and box.peek() is None
    assert not box.put(2)
    assert box.dropped == 0


def test_take_waits_as_long_as_it_is_told() -> None:
    box: Latest[int] = Latest()
    start = time.monotonic()
    assert box.take(0.05) is None
    assert 0.04 < time.monotonic() - start < 2
    threading.Timer(0.05, box.put, [7]).start()
    assert box.take(None) == 7


def test_a_wake_up_is_never_lost() -> None:
    box: Latest[int] = Latest()
    box.wake()
    assert box.take(None) is None
    box.put(1)
    box.wake()
    assert box.take(None) == 1
    assert box.take(None) is None  # the wake-up that came with the value


def test_nothing_piles_up_between_two_fast_threads() -> None:
    box: Latest[int] = Latest()
    taken: list[int] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set() or box.peek() != taken[-1]:
            value = box.take(0.01)
            if value is not None:
                taken.append(value)

    reader = threading.Thread(target=read)
    reader.start()
    for i in range(20000):
        box.put(i)
    done.set()
    reader.join(10)
    assert taken == sorted(taken) and taken[-1] == 19999
    assert len(taken) + box.dropped == 20000
