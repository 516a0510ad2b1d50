"""PySide6 6.12.0 loses a reference to None at every call on Python 3.11 and ends in an abort."""

from __future__ import annotations

import sys

import PySide6
from PySide6.QtCore import QObject


def test_this_release_of_pyside_can_be_used() -> None:
    thing = QObject()
    before = sys.getrefcount(None)
    for _ in range(200):
        thing.setObjectName("x")
    lost = before - sys.getrefcount(None)
    assert lost < 100, f"PySide6 {PySide6.__version__} loses references to None: install another"
