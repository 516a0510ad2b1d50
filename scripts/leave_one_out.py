"""Leave each class of RAF-DB out of a training and enroll it afterwards from a few pictures.

    python scripts/leave_one_out.py --rafdb PATH --face-id FILE

Trains the eight recipes in `recipes/leave-one-out/` (all seven classes, and each class left out),
packs them, enrolls the missing class from training pictures ten times over, and compares accuracy
and mean class recall over the seven classes on the test pictures with the network that was taught
all seven. Steps that are done are skipped, one that was interrupted goes on where it stopped: run
the same command again. Writes `leave-one-out.md` and `.json` into the output folder.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
RECIPES = ROOT / "recipes" / "leave-one-out"
ALL = "none"
"""What the network of all seven classes leaves out."""


@dataclass(frozen=True, slots=True)
class Row:
    """One class left out and enrolled.

    Attributes:
        left_out: The class.
        rule: How a few embeddings become a class, see `evaluation.few_shot_data.Rule`.
        accuracy: Mean over the draws of the accuracy over all seven classes.
        accuracy_spread: Standard deviation over the draws.
        mean_recall: Mean class recall over all seven, likewise.
        mean_recall_spread: Standard deviation over the draws.
        recall: Recall of the class itself.
        recall_taught: Its recall by the network that was taught it.
        auroc: That known faces have higher best cosines than this class, before it is enrolled.
    """

    left_out: str
    rule: str
    accuracy: float
    accuracy_spread: float
    mean_recall: float
    mean_recall_spread: float
    recall: float
    recall_taught: float
    auroc: float


def recipe_of(left_out: str, folder: Path) -> Path:
    """The recipe that leaves a class out."""
    return folder / f"lmcl-without-{left_out}.toml"


def fervideo(*words: str | Path) -> None:
    """Run the program, and stop here if it fails."""
    print("fervideo", *words, flush=True)  # noqa: T201
    subprocess.run([sys.executable, "-m", "fervideo", *map(str, words)], check=True)


def is_trained(run: Path, epochs: int) -> bool:
    """Whether a run is at its end."""
    log = run / "log.csv"
    return log.is_file() and len(log.read_text(encoding="utf-8").splitlines()) - 1 >= epochs


def weights_of(left_out: str, options: argparse.Namespace) -> Path:
    """The weight file without a class, trained and packed if it is not there."""
    from fervideo.training.recipe import load_recipe

    path = recipe_of(left_out, options.recipes)
    recipe = load_recipe(path)
    common = ["--data", f"rafdb:{options.rafdb}", "--cache", options.cache]
    common += ["--runs", options.runs, "--device", options.device]
    run = options.runs / recipe.name
    if not is_trained(run, recipe.epochs):
        fervideo("train", path, *common, "--start", options.face_id)
    weights: Path = options.output / f"{recipe.name}.safetensors"
    checkpoint = run / "checkpoint.safetensors"
    if not weights.is_file() or weights.stat().st_mtime < checkpoint.stat().st_mtime:
        fervideo("pack", path, *common, "-o", options.output)
    return weights


def rows_of(left_out: str, options: argparse.Namespace, taught: dict[str, float]) -> list[Row]:
    """Enroll a class into the network that was not taught it, by each rule."""
    from fervideo.evaluation.few_shot import few_shot_results, novelty
    from fervideo.evaluation.few_shot_data import embed_few_shot
    from fervideo.models.registry import load_model

    model = load_model(str(weights_of(left_out, options)), options.device)
    data = embed_few_shot(model, "rafdb", options.rafdb, ("test",), options.cache)
    unknown = novelty(model, data, left_out, ("test",))
    rows = []
    for r in few_shot_results(model, data, left_out, options.shots, ("test",), options.draws):
        total = r.novel_pictures + r.known_pictures
        right = [d.recall * r.novel_pictures + d.known * r.known_pictures for d in r.draws]
        accuracy = np.array(right) / total
        rows.append(
            Row(
                left_out,
                r.rule,
                float(accuracy.mean()),
                float(accuracy.std(ddof=1)),
                r.mean("mean_recall"),
                r.spread("mean_recall"),
                r.mean("recall"),
                taught[left_out],
                unknown.auroc,
            )
        )
    return rows


def markdown(rows: list[Row], accuracy: float, mean_recall: float, shots: int) -> str:
    """The table, with the mean over the classes of each rule."""
    lines = [
        f"Taught all seven: accuracy {accuracy:.3f}, mean class recall {mean_recall:.3f}. "
        f"Enrolled from {shots} pictures:",
        "",
        "| left out | rule | accuracy, all seven | mean class recall | recall of the class | "
        "taught | AUROC of unknown |",
        "|---|---|" + "---:|" * 5,
    ]
    lines += [
        f"| {r.left_out} | {r.rule} | {r.accuracy:.3f} ± {r.accuracy_spread:.3f} | "
        f"{r.mean_recall:.3f} ± {r.mean_recall_spread:.3f} | {r.recall:.3f} | "
        f"{r.recall_taught:.3f} | {r.auroc:.3f} |"
        for r in rows
    ]
    for rule in dict.fromkeys(r.rule for r in rows):
        own = [r for r in rows if r.rule == rule]
        means = [np.mean([getattr(r, k) for r in own]) for k in ("accuracy", "mean_recall")]
        recalls = [np.mean([getattr(r, k) for r in own]) for k in ("recall", "recall_taught")]
        auroc = np.mean([r.auroc for r in own])
        lines.append(
            f"| **mean** | {rule} | {means[0]:.3f} ({100 * (means[0] - accuracy):+.1f} points) | "
            f"{means[1]:.3f} ({100 * (means[1] - mean_recall):+.1f} points) | {recalls[0]:.3f} | "
            f"{recalls[1]:.3f} | {auroc:.3f} |"
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    """Train, enroll and compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rafdb", type=Path, required=True, help="the owners' folder")
    parser.add_argument("--face-id", type=Path, required=True, help="face-recognition weights")
    parser.add_argument("--recipes", type=Path, default=RECIPES, help="such as shorter ones")
    parser.add_argument("--runs", type=Path, default=Path("runs/leave-one-out"))
    parser.add_argument("--output", type=Path, default=Path("runs/leave-one-out/weights"))
    parser.add_argument("--cache", type=Path, default=Path("cache"))
    parser.add_argument("--device", default="auto")
    parser.add_argument("--shots", type=int, default=10)
    parser.add_argument("--draws", type=int, default=10)
    parser.add_argument("--only", nargs="*", metavar="CLASS", help="such as fear none")
    options = parser.parse_args()
    from fervideo import labels
    from fervideo.evaluation.protocol import evaluate

    names = [n for n in labels.BASIC if not options.only or n in options.only]
    weights = weights_of(ALL, options)
    reference = evaluate(
        str(weights),
        "rafdb",
        options.rafdb,
        crops="aligned",
        cache=options.cache,
        device=options.device,
    ).centers
    taught = dict(zip(labels.BASIC, reference.recalls, strict=True))
    rows = [row for name in names for row in rows_of(name, options, taught)]
    text = markdown(rows, reference.accuracy, reference.mean_recall, options.shots)
    (options.output / "leave-one-out.md").write_text(text, encoding="utf-8")
    found = {"taught": reference.as_dict(), "rows": [asdict(r) for r in rows]}
    (options.output / "leave-one-out.json").write_text(json.dumps(found, indent=2) + "\n")
    print(text)  # noqa: T201


if __name__ == "__main__":
    main()
