"""Train and test a recipe on each of k divisions of its data, as in the LFNSB paper's Table 9.

    python scripts/k_fold.py recipes/cuda/lfnsb.toml --folds 10 --data rafdb:PATH --start FILE

Nobody is in two parts where the owners name people (CK+); RAF-DB does not, so its parts are
stratified by class. All pictures take part, the owners' test pictures among them. Steps that are
done are skipped, one that was interrupted goes on where it stopped: run the same command again.
Writes `RECIPE-k-fold.csv` into the folder of runs and prints mean and spread.
"""

from __future__ import annotations

import argparse
import csv
import subprocess
import sys
from pathlib import Path

import numpy as np


def fervideo(*words: str | Path) -> None:
    """Run the program, and stop here if it fails."""
    print("fervideo", *words, flush=True)  # noqa: T201
    subprocess.run([sys.executable, "-m", "fervideo", *map(str, words)], check=True)


def measure_fold(number: int, options: argparse.Namespace) -> list[tuple[str, float, float, float]]:
    """Data set, accuracy, mean class recall and macro-F1 of one fold's test parts."""
    from fervideo.evaluation.protocol import evaluate
    from fervideo.evaluation.splits import FoldChoice
    from fervideo.training.datasets import parse_data

    fold = FoldChoice(number, options.folds)
    weights = _weights(fold.name_of(options.recipe.stem), str(fold), options)
    found = []
    for text in options.data:
        name, root = parse_data(text)
        place = {"cache": options.cache, "device": options.device}
        scores = evaluate(str(weights), name, root, fold=fold, **place).centers
        found.append((name, scores.accuracy, scores.mean_recall, scores.macro_f1))
    return found


def _weights(name: str, fold: str, options: argparse.Namespace) -> Path:
    """The weight file of a fold, trained and packed if it is not there."""
    from fervideo.training.recipe import load_recipe

    weights: Path = options.runs / "folds" / f"{name}.safetensors"
    if weights.is_file():
        return weights
    common = [w for text in options.data for w in ("--data", text)]
    common += ["--cache", options.cache, "--runs", options.runs, "--device", options.device]
    common += ["--fold", fold]
    log = options.runs / name / "log.csv"
    done = len(log.read_text(encoding="utf-8").splitlines()) - 1 if log.is_file() else 0
    if done < load_recipe(options.recipe).epochs:
        beginnings = [("--start", options.start), ("--teacher", options.teacher)]
        words = [w for key, path in beginnings if path is not None for w in (key, path)]
        fervideo("train", options.recipe, *common, *words)
    fervideo("pack", options.recipe, *common, "-o", weights.parent)
    return weights


def main() -> None:
    """Do all folds, and say what they come to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("recipe", type=Path, metavar="RECIPE.toml")
    parser.add_argument("--folds", type=int, default=10)
    parser.add_argument("--data", action="append", required=True, metavar="NAME:PATH")
    parser.add_argument("--start", type=Path, metavar="FILE")
    parser.add_argument("--teacher", type=Path, metavar="FILE")
    parser.add_argument("--runs", type=Path, default=Path("runs"))
    parser.add_argument("--cache", type=Path, default=Path("cache"))
    parser.add_argument("--device", default="auto")
    options = parser.parse_args()
    rows = [
        (number, *scores)
        for number in range(1, options.folds + 1)
        for scores in measure_fold(number, options)
    ]
    path = options.runs / f"{options.recipe.stem}-k-fold.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("fold", "data", "accuracy", "mean_recall", "macro_f1"))
        writer.writerows(rows)
    for name in dict.fromkeys(row[1] for row in rows):
        values = np.array([row[2:] for row in rows if row[1] == name])
        means, spreads = values.mean(0), values.std(0, ddof=1)
        words = [f"{m:.4f} ± {s:.4f}" for m, s in zip(means, spreads, strict=True)]
        print(f"{name}: accuracy, mean recall, macro-F1 {', '.join(words)}")  # noqa: T201
    print(path)  # noqa: T201


if __name__ == "__main__":
    main()
