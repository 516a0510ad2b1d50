"""The training loop: one recipe, one device in each process, resumable after every epoch."""

from __future__ import annotations

import copy
import csv
import logging
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from fervideo.device import fast_precision
from fervideo.evaluation.metrics import predict, score
from fervideo.models.network import ExpressionNetwork
from fervideo.training.augment import normalize
from fervideo.training.batches import Mix, class_counts, step_seed
from fervideo.training.cache import AlignedSamples
from fervideo.training.checkpoint import load_checkpoint, save_checkpoint
from fervideo.training.objective import Objective
from fervideo.training.predict import run_network
from fervideo.training.processes import Processes, current_processes
from fervideo.training.recipe import Phase, Recipe, build_loss

log = logging.getLogger(__name__)

REPORT_EVERY = 20
"""Steps between two reports of progress on a GPU."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a run is.

    Attributes:
        epoch: Of this step, from 0.
        epochs: Of the run.
        done: Part of the whole run, 0 to 1.
        loss: Mean of the epoch so far.
        images_per_s: Pictures a second, this epoch.
    """

    epoch: int
    epochs: int
    done: float
    loss: float
    images_per_s: float


class Learner(nn.Module):
    """Network and objective as one module, whose forward pass may be spread over processes."""

    def __init__(self, network: ExpressionNetwork, objective: Objective) -> None:
        super().__init__()
        self.network = network
        self.objective = objective

    def forward(
        self, images: Tensor, targets: Tensor, labels: Tensor, weights: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Scalar loss and embeddings (n, D); see `Objective.forward`."""
        found: tuple[Tensor, Tensor] = self.objective(
            self.network, images, targets, labels, weights
        )
        return found


class Trainer:
    """Trains one network by one recipe.

    Under `torchrun` each process trains on its part of every batch and gradients are averaged, so
    that a recipe means the same on any number of GPUs; the first process validates and writes.
    Statistics over a batch are of a process's own part: those of batch normalisation, of which the
    first process's are kept, and the variance in the Cosine-Harmony loss.

    Args:
        recipe: What to do.
        network: Fresh or transferred weights.
        new_layers: Name prefixes of layers that start fresh and take the head's learning rate.
        train: Training samples of each data set in the recipe, in its order.
        validation: Validation samples by name; the mean of their accuracies selects the weights.
        folder: Where the checkpoint, log and curves go.
        device: Where to train.
        teacher: A network to learn from, or None.
    """

    def __init__(
        self,
        recipe: Recipe,
        network: ExpressionNetwork,
        new_layers: tuple[str, ...],
        train: list[AlignedSamples],
        validation: Mapping[str, AlignedSamples],
        folder: Path,
        device: torch.device,
        teacher: ExpressionNetwork | None = None,
    ) -> None:
        torch.manual_seed(recipe.seed)
        self.recipe = recipe
        self.device = device
        self.folder = folder
        self.validation = validation
        self.network = network.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average = copy.deepcopy(self.network).eval().requires_grad_(False)
        self.best: ExpressionNetwork = copy.deepcopy(self.average)
        if teacher is not None:
            teacher = teacher.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        classes = train[0].samples.targets.shape[1]
        loss = build_loss(recipe, classes, network.embedding_size, class_counts(train, recipe.data))
        self.objective = Objective(self.network, recipe.loss, classes, loss, teacher).to(device)
        self.processes: Processes = current_processes()
        self.mix = Mix(
            train,
            recipe.data,
            recipe.optimizer.batch,
            recipe.seed,
            device,
            self.processes,
            network.view,
        )
        self.learner: nn.Module = Learner(self.network, self.objective)
        self.optimizer = self._make_optimizer(new_layers)
        self.steps_per_epoch = max(1, recipe.epoch_images // recipe.optimizer.batch)
        self.history: list[dict[str, float]] = []
        self.best_score = -1.0

    @property
    def _modules(self) -> dict[str, nn.Module]:
        return {
            "network": self.network,
            "average": self.average,
            "best": self.best,
            "objective": self.objective,
        }

    def _make_optimizer(self, new_layers: tuple[str, ...]) -> torch.optim.Optimizer:
        config = self.recipe.optimizer
        groups: dict[tuple[float, float], list[nn.Parameter]] = {}
        for name, parameter in self.network.named_parameters():
            rate = config.head_rate if name.startswith(new_layers) else config.body_rate
            decay = config.weight_decay if parameter.ndim > 1 else 0.0
            groups.setdefault((rate, decay), []).append(parameter)
        own = [p for p in self.objective.parameters() if p.requires_grad]
        if own:
            groups.setdefault((config.head_rate, 0.0), []).extend(own)
        return torch.optim.AdamW(
            [
                {"params": p, "lr": rate, "peak": rate, "weight_decay": decay}
                for (rate, decay), p in groups.items()
            ]
        )

    def _set_rate(self, done: float) -> None:
        warm = self.recipe.optimizer.warm_up
        if done < warm:
            part = 0.05 + 0.95 * done / warm
        else:
            part = 0.5 * (1 + math.cos(math.pi * (done - warm) / (1 - warm)))
        for group in self.optimizer.param_groups:
            group["lr"] = group["peak"] * part

    def _freeze(self, prefixes: tuple[str, ...]) -> None:
        """Neither weights nor batch-norm statistics under these names change this epoch."""
        for name, parameter in self.network.named_parameters():
            parameter.requires_grad_(not (prefixes and name.startswith(prefixes)))
        for name, module in self.network.named_modules():
            if prefixes and f"{name}.".startswith(prefixes):
                module.eval()

    def _spread(self) -> None:
        """Let gradients be averaged over the processes; again when other layers are frozen."""
        alone = Learner(self.network, self.objective)
        if self.processes.count == 1:
            self.learner = alone
            return
        config = self.recipe.loss
        # Without classifying, the head has no gradient, and a teacher may leave out its bridge.
        self.learner = DistributedDataParallel(
            alone,
            device_ids=[self.device] if self.device.type == "cuda" else None,
            find_unused_parameters=not config.classify or self.objective.teaching is not None,
        )

    def _size(self, phase: Phase) -> int:
        return phase.size or self.network.input_size

    def _step(self, step: int, size: int) -> Tensor:
        crops, targets, labels, weights = self.mix(step, size, self.recipe.augment)
        images = normalize(crops).contiguous(memory_format=torch.channels_last)
        # So that dropout is the same after a resume.
        torch.manual_seed(step_seed(self.recipe.seed, step, self.processes.rank))
        precision = fast_precision(self.device)
        with torch.autocast(self.device.type, precision, enabled=precision is not None):
            loss, embedding = self.learner(images, targets, labels, weights)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), self.recipe.optimizer.clip)
        self.optimizer.step()
        self.objective.update(embedding, labels)
        self._update_average(step)
        return loss.detach()  # type: ignore[no-any-return]

    @torch.no_grad()
    def _update_average(self, step: int) -> None:
        # A young average forgets its random start faster.
        decay = min(self.recipe.optimizer.ema, (1 + step) / (10 + step))
        mine = self.network.state_dict()
        for name, value in self.average.state_dict().items():
            if value.is_floating_point():
                value.lerp_(mine[name], 1 - decay)
            else:
                value.copy_(mine[name])

    def resume(self) -> int:
        """Load the last checkpoint if there is one; the epoch to go on with."""
        path = self.folder / "checkpoint.safetensors"
        if not path.is_file():
            return 0
        progress = load_checkpoint(path, self._modules, self.optimizer)
        self.history = progress["history"]
        self.best_score = progress["best_score"]
        return len(self.history)

    def train(self, report: Callable[[Progress], None] = lambda p: None) -> ExpressionNetwork:
        """Train to the end from wherever the last checkpoint stands.

        Args:
            report: Called after every step on the CPU, every 20 on a GPU.

        Returns:
            The averaged network of the best epoch, by validation.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        for epoch in range(self.resume(), self.recipe.epochs):
            self._train_epoch(epoch, report)
            if self.processes.is_first:
                self._save()
            self.processes.wait()
        return self.best

    def _save(self) -> None:
        progress = {
            "history": self.history,
            "best_score": self.best_score,
            "recipe": asdict(self.recipe),
        }
        path = self.folder / "checkpoint.safetensors"
        save_checkpoint(path, self._modules, self.optimizer, progress)
        self._write_log()

    def _train_epoch(self, epoch: int, report: Callable[[Progress], None]) -> None:
        phase = self.recipe.phase_of(epoch)
        size = self._size(phase)
        self.network.train()
        self.objective.train()
        self._freeze(phase.freeze)
        self._spread()
        exact = torch.float32 if self.device.type == "mps" else torch.float64
        total, started = torch.zeros((), dtype=exact, device=self.device), time.monotonic()
        steps = self.recipe.epochs * self.steps_per_epoch
        for i in range(self.steps_per_epoch):
            step = epoch * self.steps_per_epoch + i
            self._set_rate(step / steps)
            total += self._step(step, size)
            # Asking for the loss waits for the device: a GPU is asked now and then only.
            if self.device.type == "cpu" or i % REPORT_EVERY == REPORT_EVERY - 1:
                rate = (i + 1) * self.recipe.optimizer.batch / (time.monotonic() - started)
                done, loss = (step + 1) / steps, float(total) / (i + 1)
                report(Progress(epoch, self.recipe.epochs, done, loss, rate))
        row: dict[str, float] = {
            "epoch": epoch,
            "size": size,
            "loss": float(total) / self.steps_per_epoch,
            "seconds": time.monotonic() - started,
        }
        if self.processes.is_first:
            row |= self._validate(size)
        self.history.append(row)
        log.info("%s", {k: round(v, 4) for k, v in row.items()})

    def _validate(self, size: int) -> dict[str, float]:
        """Score the averaged weights, and keep them if they are the best at this picture size."""
        if not self.recipe.loss.classify:
            self.best.load_state_dict(self.average.state_dict())
            return {}
        row: dict[str, float] = {}
        for name, data in self.validation.items():
            _, logits = run_network(self.average, data, self.device, size, flip=False)
            scores = score(data.samples.labels, predict(logits), logits.shape[1])
            row[f"{name}_accuracy"] = scores.accuracy
            row[f"{name}_recall"] = scores.mean_recall
        mean = float(np.mean(list(row.values())))
        last_size = self._size(self.recipe.phases[-1])
        # Scores at a smaller size do not compare: until the last size, the latest weights are best.
        if size != last_size or mean > self.best_score:
            self.best.load_state_dict(self.average.state_dict())
        if size == last_size:
            self.best_score = max(self.best_score, mean)
        return row

    def _write_log(self) -> None:
        keys = list(dict.fromkeys(k for row in self.history for k in row))
        with (self.folder / "log.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, keys)
            writer.writeheader()
            writer.writerows(self.history)
