"""Train, export and evaluate every shipped model, in one command.

    python scripts/train_zoo.py --rafdb PATH --fer2013 PATH --ckplus PATH --face-id FILE

Steps that are done are skipped, a step that was interrupted goes on where it stopped: run the same
command again. On a GPU, give `--device cuda`. The test splits are evaluated once, at the end of
each model, and the figures go onto its card.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Stage:
    """One run of the zoo.

    Attributes:
        recipe: Name of a file in `recipes/`.
        start: What it starts from: `face-id`, or the run of an earlier stage.
        teacher: What it learns from: `face-id`, or a shipped model.
        ships: Whether it ends in a weight file.
    """

    recipe: str
    start: str = ""
    teacher: str = ""
    ships: bool = True


STAGES = (
    Stage("mobilefacenet-first", start="face-id", ships=False),
    Stage("mobilefacenet-second", start="mobilefacenet-first", ships=False),
    Stage("mobilefacenet", start="mobilefacenet-second"),
    Stage("lfn-pretrain", teacher="face-id", ships=False),
    Stage("lfnsb", start="lfn-pretrain", teacher="mobilefacenet"),
)


def fervideo(*words: str | Path) -> None:
    """Run the program, and stop here if it fails."""
    print("fervideo", *words, flush=True)  # noqa: T201
    subprocess.run([sys.executable, "-m", "fervideo", *map(str, words)], check=True)


def run_stage(stage: Stage, options: argparse.Namespace) -> None:
    """Train, export and evaluate one stage."""
    places = {"rafdb": options.rafdb, "fer2013": options.fer2013, "ckplus": options.ckplus}
    common = ["--cache", options.cache, "--device", options.device]
    data = [w for n in ("rafdb", "fer2013") for w in ("--data", f"{n}:{places[n]}")]
    recipe = ROOT / "recipes" / f"{stage.recipe}.toml"
    weights = options.output / f"{stage.recipe}.safetensors"
    known = {
        "face-id": options.face_id,
        "mobilefacenet": options.output / "mobilefacenet.safetensors",
    }
    for run in ("mobilefacenet-first", "mobilefacenet-second", "lfn-pretrain"):
        known[run] = options.runs / run / "checkpoint.safetensors"
    words: list[str | Path] = [recipe, *data, *common, "--runs", options.runs]
    for option, name in (("--start", stage.start), ("--teacher", stage.teacher)):
        words += [option, known[name]] if name else []
    fervideo("train", *words)
    if not stage.ships:
        return
    fervideo("export", recipe, *data, *common, "--runs", options.runs, "-o", options.output)
    for name, place in places.items():
        for crops in ("given", "detected"):
            words = ["--data", f"{name}:{place}", "--crops", crops, "--record"]
            fervideo("evaluate", weights, *words, *common)


def main() -> None:
    """Run all stages, or those that are named."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("rafdb", "fer2013", "ckplus", "face-id"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--runs", type=Path, default=Path("runs"))
    parser.add_argument("--cache", type=Path, default=Path("cache"))
    parser.add_argument("--output", type=Path, default=ROOT / "weights")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--only", nargs="*", choices=[s.recipe for s in STAGES])
    options = parser.parse_args()
    for stage in STAGES:
        if not options.only or stage.recipe in options.only:
            run_stage(stage, options)


if __name__ == "__main__":
    main()
