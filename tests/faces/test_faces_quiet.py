from __future__ import annotations

import os
import threading

import pytest

from fervideo.faces.quiet import quiet_native_log


def test_chatter_is_dropped_and_errors_come_through(capfd: pytest.CaptureFixture[str]) -> None:
    with quiet_native_log():
        os.write(2, b"INFO: created\nWARNING: sparse\nW0000 00:00:1 5 a.cc:1] slow\n")
        os.write(2, b"2026-01-02 03:04:05.678 (   0.0s) [  9A]   api.cpp:1   INFO| loaded\n")
        os.write(2, b"E0000 00:00:1 5 a.cc:2] broken\nSegmentation fault\n")
    assert capfd.readouterr().err == "E0000 00:00:1 5 a.cc:2] broken\nSegmentation fault\n"


def test_errors_come_through_when_the_block_fails(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(RuntimeError), quiet_native_log():
        os.write(2, b"INFO: created\nfatal\n")
        raise RuntimeError
    assert capfd.readouterr().err == "fatal\n"


def test_blocks_may_be_nested(capfd: pytest.CaptureFixture[str]) -> None:
    with quiet_native_log():
        with quiet_native_log():
            os.write(2, b"INFO: one\nfirst\n")
        os.write(2, b"INFO: two\nsecond\n")
    assert capfd.readouterr().err == "first\nsecond\n"


def test_one_that_may_not_wait_does_not() -> None:
    """A thread that another one waits for in its block must get through."""
    passed = threading.Event()

    def inner() -> None:
        with quiet_native_log(wait=False):
            passed.set()

    with quiet_native_log():
        thread = threading.Thread(target=inner)
        thread.start()
        thread.join(5)
    assert passed.is_set()
