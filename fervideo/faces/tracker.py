"""Giving each face the same number from frame to frame."""

from __future__ import annotations

from dataclasses import dataclass

from fervideo.config import check_range


@dataclass(frozen=True, slots=True)
class TrackerConfig:
    """How faces are followed.

    Attributes:
        forget_s: Seconds after which a lost face that returns is a new one.
    """

    forget_s: float = 1.0

    def __post_init__(self) -> None:
        check_range("forget_s", self.forget_s, 0, 60)
