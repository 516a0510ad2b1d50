"""The Models workspace: the trained models side by side."""

from __future__ import annotations

from .spec import ActionSpec

MODELS = (
    ActionSpec(
        "open_weights",
        "&Models",
        "&Open Weights…",
        "Ctrl+Shift+W",
        "folder",
        "List a weight file of your own (.safetensors, with its card beside it)",
        workspace="models",
    ),
    ActionSpec(
        "use_model",
        "&Models",
        "&Use This Model",
        "Ctrl+Return",
        "",
        "Recognise with the chosen model from now on",
        workspace="models",
    ),
    ActionSpec(
        "measure_models",
        "&Models",
        "&Measure Speed",
        "Ctrl+T",
        "",
        "Measure how long each model takes for a face on this device",
        workspace="models",
    ),
)
