"""The Expressions workspace: the user's own expressions."""

from __future__ import annotations

from .spec import ActionSpec

EXPRESSIONS: tuple[ActionSpec, ...] = ()
