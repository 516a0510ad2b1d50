"""Telling which faces are too small, blurred, turned or cut off for their expression to be read."""

from __future__ import annotations

from dataclasses import dataclass

from fervideo.config import check_range


@dataclass(frozen=True, slots=True)
class QualityConfig:
    """From where on a face is of low quality."""

    min_eye_distance_px: float = 10.0

    def __post_init__(self) -> None:
        check_range("min_eye_distance_px", self.min_eye_distance_px, 0, 1000)
