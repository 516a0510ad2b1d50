"""How calm a label is: the settings of the stabilizer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from fervideo.config import check_range


@dataclass(frozen=True, slots=True)
class StabilizerConfig:
    """How calm the label is.

    Attributes:
        time_constant_s: Seconds in which the smoothed cosines, of which the margin is shown, cover
            63 % of a sudden change; 0 does not smooth. A challenger waits for as long, too.
        margin: A challenger that leads by this cosine takes over after `time_constant_s` and
            `hold_s` together; one that leads by more sooner, in proportion. One that leads by less
            does so after as long, too, if it is the best class throughout: a moment in which it
            is not takes away one in which it was, or more if it is more than a margin behind.
        hold_s: In seconds.
        unknown_enter: A known face whose best cosine is this much under the model's threshold
            turns unknown after `unknown_hold_s`; further under sooner, in proportion, less later.
        unknown_leave: An unknown face whose best cosine is this much over turns known likewise.
        unknown_hold_s: In seconds; 0 decides at once.
        forget_s: A track not seen for this many seconds starts afresh.
    """

    time_constant_s: float = 0.12
    margin: float = 0.08
    hold_s: float = 0.30
    unknown_enter: float = 0.03
    unknown_leave: float = 0.03
    unknown_hold_s: float = 0.6
    forget_s: float = 2.0

    def __post_init__(self) -> None:
        check_range("time_constant_s", self.time_constant_s, 0, 10)
        check_range("margin", self.margin, 0, 2)
        check_range("hold_s", self.hold_s, 0, 60)
        check_range("unknown_enter", self.unknown_enter, 0, 2)
        check_range("unknown_leave", self.unknown_leave, 0, 2)
        check_range("unknown_hold_s", self.unknown_hold_s, 0, 60)
        check_range("forget_s", self.forget_s, 0, 3600)

    @classmethod
    def from_strength(cls, strength: float, default: StabilizerConfig | None = None) -> Self:
        """Settings for one slider: 0 shows every frame's own best class, 1 is very calm.

        A half gives the default; smoothing and holds grow with the square of the strength, because
        people tell small delays apart and large ones hardly, the margins in proportion.

        Args:
            strength: Of the slider, 0 to 1.
            default: What a half stands for: a model's own settings; the general ones if None.

        Raises:
            ConfigError: `strength` is not within 0 to 1.
        """
        check_range("strength", strength, 0, 1)
        middle = default or cls()
        grow = (2 * strength) ** 2
        return cls(
            time_constant_s=min(10.0, middle.time_constant_s * grow),
            margin=min(2.0, middle.margin * 2 * strength),
            hold_s=min(60.0, middle.hold_s * grow),
            unknown_enter=min(2.0, middle.unknown_enter * 2 * strength),
            unknown_leave=min(2.0, middle.unknown_leave * 2 * strength),
            unknown_hold_s=min(60.0, middle.unknown_hold_s * grow),
            forget_s=middle.forget_s,
        )
