"""The Review workspace: going through a session."""

from __future__ import annotations

from .spec import ActionSpec

REVIEW: tuple[ActionSpec, ...] = ()
