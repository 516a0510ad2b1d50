"""A defect in one part must not take the others with it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from PySide6.QtGui import QPaintDevice, QPainter

T = TypeVar("T")


def in_any_case(*steps: Callable[[], object]) -> None:
    """Take every step, also after one that fails; a failure is told as any defect is."""
    for step in steps:
        try:
            step()
        except Exception as error:
            _tell(error)


def or_else(instead: T, step: Callable[..., T], *arguments: object) -> T:
    """What a step gives, or this if it fails; a failure is told as any defect is."""
    try:
        return step(*arguments)
    except Exception as error:
        _tell(error)
        return instead


@contextmanager
def painting(on: QPaintDevice) -> Iterator[QPainter]:
    """A painter for a `with` block that is let go whatever happens; a failure is told.

    An error must not reach Qt from here: a painter that outlives its widget's paintEvent ends the
    process, and Qt's binding would raise the error again in the next widget that is painted.
    """
    painter = QPainter(on)
    try:
        yield painter
    except Exception as error:
        _tell(error)
    finally:
        painter.end()


def _tell(error: Exception) -> None:
    """As if nobody had caught it: `mishaps.Mishaps` is there, or else the interpreter's own."""
    sys.excepthook(type(error), error, error.__traceback__)
