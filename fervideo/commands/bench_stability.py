"""`fervideo bench stability`: how calm and how quick the labels are, on data sets and on clips."""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from fervideo.commands.bench_stability_options import add_arguments as add_arguments
from fervideo.commands.common import OK, need_train_extra, parse_data_options, say
from fervideo.commands.progress import ProgressDisplay, clock
from fervideo.errors import DatasetError

if TYPE_CHECKING:
    from fervideo.evaluation.footage import Footage
    from fervideo.evaluation.sequences import SequenceConfig
    from fervideo.models.registry import Model
    from fervideo.stabilize import StabilizerConfig

EMBEDDINGS = "embeddings"
"""Folder of the output in which embeddings are kept, so that a second run is quick."""


def run(arguments: argparse.Namespace) -> int:
    """Look at the footage, replay every method, and write the report."""
    data = parse_data_options(arguments.data or [])
    _check(arguments, bool(data))
    arguments.output.mkdir(parents=True, exist_ok=True)  # what is wrong with it is told at once
    if not data:
        return _clips_alone(arguments)
    need_train_extra()
    from fervideo.evaluation.sequences import Jitter, SequenceConfig
    from fervideo.evaluation.stability_bench import run_bench
    from fervideo.evaluation.stability_report import markdown, write_report
    from fervideo.models.registry import load_model

    model = load_model(arguments.model, arguments.device)
    config = SequenceConfig(
        switches=arguments.sequences,
        blends=arguments.sequences // 5,
        seed=arguments.seed,
        jitter=Jitter(blinks=arguments.blinks),
    )
    with ProgressDisplay(arguments.quiet) as progress:
        stabilizer, origin = _settings(arguments, model, config, data, progress)
        footage = _reporting(arguments, model, config, data, progress)
        progress.begin("replay")
        report = run_bench(
            model,
            footage,
            stabilizer,
            [f"{name} {arguments.split}" for name in data],
            origin,
            partial(_show, progress),
        )
        paths = write_report(report, arguments.output)
    _tell(markdown(report), paths)
    return OK


def _check(arguments: argparse.Namespace, has_data: bool) -> None:
    """Raise DatasetError for options that do not go together."""
    if arguments.record and not arguments.tune:
        raise DatasetError("expected --record together with --tune, which finds the settings")
    if arguments.tune and arguments.split == "test":
        raise DatasetError("expected --tune on validation data; a test split is never tuned on")
    if not has_data and arguments.tune:
        raise DatasetError(
            "expected --data NAME:PATH with --tune: settings are chosen on faces whose truth is "
            "known"
        )
    if not has_data and not arguments.clips:
        raise DatasetError("expected --data NAME:PATH, --clips FILE or both, found neither")


def _clips_alone(arguments: argparse.Namespace) -> int:
    """Count the changes on clips, which is all that can be known of them."""
    from fervideo.evaluation.stability_clips import (
        bench_clips,
        clips_markdown,
        write_clips_report,
    )
    from fervideo.models.registry import load_model

    model = load_model(arguments.model, arguments.device)
    with ProgressDisplay(arguments.quiet) as progress:
        footage = _clips(arguments, model, progress)
        progress.begin("replay")
        report = bench_clips(model, footage, *_own_settings(model), partial(_show, progress))
        paths = write_clips_report(report, arguments.output)
    _tell(clips_markdown(report), paths)
    return OK


def _tell(markdown: str, paths: list[Path]) -> None:
    """The report in short, and where the whole of it is."""
    say(markdown.split("## All settings")[0].rstrip())
    say("\n" + "\n".join(str(p) for p in paths))


def _show(progress: ProgressDisplay, done: float) -> None:
    left_s = progress.seconds_left(done)
    progress.show(done, "starting" if left_s is None else f"{clock(left_s)} left")


def _settings(
    arguments: argparse.Namespace,
    model: Model,
    config: SequenceConfig,
    data: dict[str, Path],
    progress: ProgressDisplay,
) -> tuple[StabilizerConfig, str]:
    """The stabilizer at a strength of a half, and where that comes from."""
    from fervideo.evaluation.stability_tuning import tune

    if not arguments.tune:
        return _own_settings(model)
    footage = _sequences(arguments, model, config, data, 0, progress)
    progress.begin("tuning")
    values = [f.embeddings @ model.centers.T for f in footage]
    found = tune(footage, values, report=partial(_show, progress))
    if found is None:
        raise DatasetError(
            "expected switches of which the network names both faces rightly, found none; try more "
            "--sequences"
        )
    if arguments.record:
        _record(arguments.model, found)
    return found, "tuned on the other half of the pictures"


def _own_settings(model: Model) -> tuple[StabilizerConfig, str]:
    """What the model comes with, and where that is from."""
    from fervideo.stabilize import StabilizerConfig

    card = model.card.stabilizer
    own = "from the model's card" if card is not None else "the general settings"
    return card or StabilizerConfig(), own


def _record(model: str, stabilizer: StabilizerConfig) -> None:
    from dataclasses import replace

    from fervideo.models.card import read_card, write_card
    from fervideo.models.registry import find_weights

    path = find_weights(model).with_suffix(".json")
    write_card(replace(read_card(path), stabilizer=stabilizer), path)


def _reporting(
    arguments: argparse.Namespace,
    model: Model,
    config: SequenceConfig,
    data: dict[str, Path],
    progress: ProgressDisplay,
) -> list[Footage]:
    return [
        *_sequences(arguments, model, config, data, 1, progress),
        *_clips(arguments, model, progress),
    ]


def _clips(arguments: argparse.Namespace, model: Model, progress: ProgressDisplay) -> list[Footage]:
    """Every face of every clip."""
    from fervideo.evaluation.clips import embed_clip

    footage: list[Footage] = []
    for path in arguments.clips:
        progress.begin(Path(path).name)
        cache = arguments.output / EMBEDDINGS
        footage += embed_clip(model, path, cache, partial(_show, progress))
    return footage


def _sequences(
    arguments: argparse.Namespace,
    model: Model,
    config: SequenceConfig,
    data: dict[str, Path],
    half: int,
    progress: ProgressDisplay,
) -> list[Footage]:
    """The sequences of one half, of every data set."""
    from fervideo.evaluation.footage import embed_sequences
    from fervideo.training.cache import load_aligned

    found: list[Footage] = []
    for name, root in data.items():
        progress.begin(f"{name}, {'tuning' if half == 0 else 'reporting'} half")
        samples = load_aligned(name, root, arguments.cache).split(arguments.split)
        found += embed_sequences(
            model,
            samples.with_classes(model.card.classes),
            config,
            arguments.output / EMBEDDINGS,
            (half,),
            partial(_show, progress),
        )
    return found
