"""The Analyze workspace: the queue of videos."""

from __future__ import annotations

from .spec import ActionSpec

ANALYZE: tuple[ActionSpec, ...] = ()
