"""Train, pack and evaluate every shipped model, in one command.

    python scripts/train_zoo.py --rafdb DIR --fer2013 DIR --ckplus DIR --face-id FILE --faceres FILE

Two networks that know faces are started from: `--face-id` is MobileFaceNet's weights, `--faceres`
what `scripts/import_faceres.py` writes.

Recipes fit the device: `--device cuda` takes those in `recipes/cuda/` where there are any,
`--device cpu` those in `recipes/cpu/`, and for the rest those in `recipes/`; runs are kept apart
in folders of the same names. Steps that are done are skipped, a step that was interrupted goes on
where it stopped: run the same command again. With `--gpus 4` each training runs on four.

The test splits are evaluated once, at the end of each model, and the figures go onto its card.
`--ablations` trains the papers' controls too, into a folder of their own.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RECIPES = ROOT / "recipes"
ABLATION = "ablation"


@dataclass(frozen=True, slots=True)
class Stage:
    """One run of the zoo.

    Attributes:
        recipe: Name of a file in `recipes/`.
        start: What it starts from: `face-id`, `faceres`, or the run of an earlier stage.
        cpu_start: What it starts from on a CPU, if that is another.
        ships: Whether it ends in a weight file.
        ten_crop: Whether the paper's test figures are of ten crops.
    """

    recipe: str
    start: str = ""
    ships: bool = True
    ten_crop: bool = False
    cpu_start: str = ""

    def start_on(self, device: str) -> str:
        """What it starts from on `cpu` or `cuda`."""
        return self.cpu_start if device == "cpu" and self.cpu_start else self.start


FACES = ("face-id", "faceres")
"""Starts that are files given on the command line."""

STAGES = (
    Stage("mobilenet-first", start="faceres", ships=False),
    Stage("mobilenet-second", start="mobilenet-first", ships=False),
    Stage("mobilenet", start="mobilenet-second"),
    Stage("mobilefacenet-first", start="face-id", ships=False),
    Stage("mobilefacenet-second", start="mobilefacenet-first", ships=False),
    Stage("mobilefacenet", start="mobilefacenet-second"),
    Stage("lfn-pretrain", ships=False),
    Stage("lfnsb-first", start="lfn-pretrain", ships=False),
    Stage("lfnsb", start="lfn-pretrain", cpu_start="lfnsb-first"),
    Stage("lmcl-pretrain", ships=False),
    Stage("lmcl", start="lmcl-pretrain"),
    Stage("se-resnet-pretrain", ships=False),
    Stage("se-resnet", start="se-resnet-pretrain", cpu_start="lmcl-pretrain"),
    Stage("light-cnn-pretrain", ships=False),
    Stage("light-cnn", start="light-cnn-pretrain"),
    Stage("vgg-lip-pretrain", ships=False),
    Stage("vgg-lip-first", ships=False),
    Stage("vgg-lip", start="vgg-lip-pretrain", ten_crop=True, cpu_start="vgg-lip-first"),
)


def ablations(device: str) -> list[Stage]:
    """A stage for each control in `recipes/ablation/`, on a CPU what some start from too."""
    from fervideo.training.recipe import load_recipe

    own_start = f"{ABLATION}/resnet-50-pretrain"
    stages = [Stage(own_start, ships=False)] if device == "cpu" else []
    for path in sorted((RECIPES / ABLATION).glob("*.toml")):
        name = f"{ABLATION}/{path.stem}"
        recipe = load_recipe(recipe_path(name, device))
        system = "light-cnn" if recipe.network == "light-cnn-b" else recipe.network
        start = own_start if device == "cpu" else f"{system}-pretrain"
        start = start if recipe.start == "weights" else ""
        stages.append(Stage(name, start=start, ten_crop=recipe.network.startswith("vgg")))
    return stages


def recipe_path(name: str, device: str) -> Path:
    """The recipe of a stage for `cpu` or `cuda`."""
    own = RECIPES / device / f"{name}.toml"
    return own if own.is_file() else RECIPES / f"{name}.toml"


def run_folder(name: str, runs: Path, device: str) -> Path:
    """Where the runs of a stage's recipe are: apart from those of another device's."""
    return runs / recipe_path(name, device).parent.relative_to(RECIPES)


def checkpoint_of(name: str, runs: Path, device: str) -> Path:
    """The checkpoint of a stage."""
    path = run_folder(name, runs, device) / Path(name).name
    return path / "checkpoint.safetensors"


def is_trained(name: str, runs: Path, device: str) -> bool:
    """Whether a stage's run is at its end."""
    from fervideo.training.recipe import load_recipe

    log = checkpoint_of(name, runs, device).with_name("log.csv")
    if not log.is_file():
        return False
    done = len(log.read_text(encoding="utf-8").splitlines()) - 1
    return done >= load_recipe(recipe_path(name, device)).epochs


def measured(weights: Path) -> set[tuple[str, str]]:
    """Data and crops of which the card of a weight file has figures."""
    from fervideo.models.card import read_card

    card = weights.with_suffix(".json")
    if not card.is_file():
        return set()
    return {(m.data, m.crops) for m in read_card(card).measurements}


def fervideo(*words: str | Path, gpus: int = 1) -> None:
    """Run the program, on several GPUs if asked, and stop here if it fails."""
    print("fervideo", *words, flush=True)  # noqa: T201
    several = ["-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={gpus}"]
    program = [*(several if gpus > 1 else []), "-m", "fervideo"]
    subprocess.run([sys.executable, *program, *map(str, words)], check=True)


def run_stage(stage: Stage, options: argparse.Namespace) -> None:
    """Train, pack and evaluate one stage, as far as that is not done."""
    from fervideo.training.recipe import load_recipe

    path = recipe_path(stage.recipe, options.device)
    recipe = load_recipe(path)
    runs = run_folder(stage.recipe, options.runs, options.device)
    places = {"rafdb": options.rafdb, "fer2013": options.fer2013, "ckplus": options.ckplus}
    sources = {**places, "ferplus-majority": options.fer2013}
    common: list[str | Path] = ["--cache", options.cache, "--device", options.device]
    data = [w for d in recipe.data for w in ("--data", f"{d.name}:{sources[d.name]}")]
    if not is_trained(stage.recipe, options.runs, options.device):
        words = [path, *data, *common, "--runs", runs, *_beginnings(stage, recipe.teacher, options)]
        fervideo("train", *words, gpus=options.gpus)
    if not stage.ships:
        return
    output = runs / "weights" if stage.recipe.startswith(ABLATION) else options.output
    weights = output / f"{recipe.name}.safetensors"
    newest = checkpoint_of(stage.recipe, options.runs, options.device).stat().st_mtime
    if not weights.is_file() or weights.stat().st_mtime < newest:
        fervideo("pack", path, *data, *common, "--runs", runs, "-o", output)
    have = measured(weights)
    for name, place in places.items():
        for crops, option in _views(stage):
            words = ["--data", f"{name}:{place}", "--crops", crops.partition(",")[0], "--record"]
            if (f"{name} test", crops) not in have:
                fervideo("evaluate", weights, *words, *option, *common)


def is_start_of(stage: Stage, others: list[Stage], device: str) -> bool:
    """Whether another stage starts from this one; on a CPU some start from scratch instead."""
    from fervideo.training.recipe import load_recipe

    return any(
        other.start_on(device) == stage.recipe
        and load_recipe(recipe_path(other.recipe, device)).start == "weights"
        for other in others
    )


def _beginnings(stage: Stage, teacher: str, options: argparse.Namespace) -> list[str | Path]:
    """`--start` and `--teacher` of a stage."""
    from fervideo.training.recipe import load_recipe

    words: list[str | Path] = []
    start = stage.start_on(options.device)
    if load_recipe(recipe_path(stage.recipe, options.device)).start == "scratch":
        start = ""
    if start in FACES:
        words += ["--start", getattr(options, start.replace("-", "_"))]
    elif start:
        words += ["--start", checkpoint_of(start, options.runs, options.device)]
    if teacher == "face-recognition":
        words += ["--teacher", options.face_id]
    elif teacher:
        words += ["--teacher", _teacher_file(teacher, options)]
    return words


def _teacher_file(name: str, options: argparse.Namespace) -> Path:
    """Weights to learn from: those that ship, or an earlier stage's, packed beside its run."""
    if any(s.ships for s in STAGES if s.recipe == name):
        return Path(options.output) / f"{name}.safetensors"
    recipe = recipe_path(name, options.device)
    runs = run_folder(name, options.runs, options.device)
    packed = runs / "weights" / f"{name}.safetensors"
    if not packed.is_file():
        places = {"rafdb": options.rafdb, "fer2013": options.fer2013}
        data = [w for n, place in places.items() for w in ("--data", f"{n}:{place}")]
        words = ["--cache", options.cache, "--device", options.device, "--runs", runs]
        fervideo("pack", recipe, *data, *words, "-o", packed.parent)
    return packed


def _views(stage: Stage) -> list[tuple[str, list[str]]]:
    """What is measured of a model: crops as a card names them, and the option that makes them."""
    views: list[tuple[str, list[str]]] = [("given", [])]
    if not stage.recipe.startswith(ABLATION):  # the papers have no detector before them
        views.append(("detected", []))
    return views + ([("given, ten crops", ["--ten-crop"])] if stage.ten_crop else [])


def main() -> None:
    """Run all stages, or those that are named."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("rafdb", "fer2013", "ckplus", *FACES):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--runs", type=Path, default=Path("runs"))
    parser.add_argument("--cache", type=Path, default=Path("cache"))
    parser.add_argument("--output", type=Path, default=ROOT / "weights")
    parser.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda"))
    parser.add_argument("--gpus", type=int, default=1, help="train on so many GPUs at once")
    parser.add_argument("--ablations", action="store_true", help="train the papers' controls too")
    parser.add_argument(
        "--only", nargs="*", metavar="RECIPE", help="such as lmcl, ablation/sphere-lmcl"
    )
    options = parser.parse_args()
    from fervideo.device import resolve_device

    options.device = resolve_device(options.device).type
    stages = [*STAGES, *(ablations(options.device) if options.ablations else [])]
    names = options.only or [s.recipe for s in stages]
    unknown = set(names) - {s.recipe for s in stages}
    if unknown:
        parser.error(f"expected names among {', '.join(s.recipe for s in stages)}")
    wanted = [s for s in stages if s.recipe in names]
    for stage in wanted:
        if stage.ships or options.only or is_start_of(stage, wanted, options.device):
            run_stage(stage, options)


if __name__ == "__main__":
    main()
