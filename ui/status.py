"""What the status line says of the engine."""

from __future__ import annotations

from fervideo.capture.source import SourceInfo
from fervideo.live_stats import LiveState, LiveStats

from .live.record_button import recording_text
from .widgets.status_line import Item

WORDS = {
    LiveState.IDLE: ("No source", "muted"),
    LiveState.OPENING: ("Opening", "accent"),
    LiveState.RUNNING: ("Running", "accent"),
    LiveState.PAUSED: ("Paused", "muted"),
    LiveState.ENDED: ("Ended", "muted"),
    LiveState.LOST: ("Camera lost", "error"),
    LiveState.FROZEN: ("Camera frozen", "error"),
    LiveState.FAILED: ("Failed", "error"),
}


def items_of(stats: LiveStats, *, is_live_shown: bool = True) -> tuple[Item, ...]:
    """The pieces of the line, from left to right. No number is shown that was not measured.

    Args:
        stats: State and numbers of the engine.
        is_live_shown: Beside another workspace the state is said to be that of Live: "Failed"
            would be taken for the failure of what is shown.
    """
    words, role = WORDS[stats.state]
    if not is_live_shown and stats.state is not LiveState.IDLE:
        words = f"Live: {words[:1].lower()}{words[1:]}"
    items = [Item(words, "text" if role == "muted" else role, dot=role != "muted")]
    if stats.source is not None:
        source = stats.source
        items.append(Item(source.name, "text", shrink=True))
        items.append(Item(size_and_rate(source), rank=3))
    if stats.model_name:
        items.append(Item(stats.model_name, rank=1))
        items.append(Item(stats.device, rank=2))
    items += [Item(name, "accent", dot=True, right=True) for name in stats.sinks]
    if stats.recording is not None:
        text = f"Recording {recording_text(stats.recording)}"
        items.append(Item(text, "record", dot=True, right=True))
    if stats.frames_analysed and stats.state in (LiveState.RUNNING, LiveState.PAUSED):
        items += _numbers(stats)
    return tuple(items)


def size_and_rate(source: SourceInfo) -> str:
    """`640 × 480, 25 frames/s`; of a single picture, that it is one."""
    size = f"{source.width} × {source.height}"
    if source.is_picture:
        return f"{size}, one picture"
    return f"{size}, {source.fps:.3g} frames/s" if source.fps else size


def _numbers(stats: LiveStats) -> list[Item]:
    lag = f"lag {stats.latency_ms:.0f} ms"
    tail = f"95 % within {stats.latency_p95_ms:.0f} ms"
    return [
        Item(f"{stats.analysis_fps:.0f} analysed/s", right=True, widest="000 analysed/s"),
        Item(lag, right=True, widest="lag 000 ms"),
        Item(tail, right=True, rank=4, widest="95 % within 000 ms"),
        Item(f"{stats.frames_dropped:,} dropped", right=True, widest="0,000 dropped"),
    ]
