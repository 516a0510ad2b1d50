"""Times as people read them."""

from __future__ import annotations

STEPS_S = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30,
           60, 120, 300, 600, 900, 1800, 3600, 7200)  # fmt: skip
"""Distances between ticks that people can count with."""


def time_text(seconds: float, decimals: int = 3) -> str:
    """Minutes, seconds and a fraction, e.g. `1:02.340`, with hours where there are any."""
    sign = "-" if round(seconds, decimals) < 0 else ""
    units = round(abs(seconds) * 10**decimals)
    whole, rest = divmod(units, 10**decimals)
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    head = f"{hours}:{minute:02}" if hours else f"{minute}"
    tail = f".{rest:0{decimals}}" if decimals else ""
    return f"{sign}{head}:{second:02}{tail}"


def length_text(seconds: float) -> str:
    """How long something lasts: `340 ms`, `4.2 s`, `3:05`."""
    if seconds < 0.9995:
        return f"{1000 * seconds:.0f} ms"
    return f"{seconds:.1f} s" if seconds < 59.95 else time_text(seconds, 0)


def tick_step(span_s: float, most: int) -> float:
    """The smallest step that divides a span into at most so many parts."""
    fitting = (step for step in STEPS_S if span_s / step <= max(1, most))
    return next(fitting, STEPS_S[-1] * -(-span_s // (STEPS_S[-1] * max(1, most))))


def tick_decimals(step_s: float) -> int:
    """Decimals that ticks of this distance need."""
    return 0 if step_s >= 1 else 1 if step_s >= 0.1 else 2 if step_s >= 0.01 else 3
