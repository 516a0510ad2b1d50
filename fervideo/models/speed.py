"""How long a model takes for a face on this machine."""

from __future__ import annotations

import statistics
import time

import numpy as np

from fervideo.models.registry import Model

WARM_UPS = 3
FEWEST, LONGEST_S = 5, 1.0
"""A slow model is measured a few times only: nobody waits for the twentieth."""


def time_a_face(model: Model, runs: int = 20) -> float:
    """Median milliseconds from an aligned crop in memory to its embedding, one face at a time."""
    side = model.card.input_size
    crop = np.random.default_rng(0).integers(0, 256, (1, side, side, 3), np.uint8)
    took: list[float] = []
    for number in range(WARM_UPS + runs):
        if len(took) >= FEWEST and sum(took) > LONGEST_S:
            break
        started = time.perf_counter()
        model.embed(crop)  # waits for the device, since the embedding comes back
        if number >= WARM_UPS:
            took.append(time.perf_counter() - started)
    return 1000 * statistics.median(took)
