"""Saving a run so that a killed process resumes from its last epoch. Tensors only, no pickle."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from fervideo.errors import ModelError


def write_atomically(path: Path, tensors: dict[str, Tensor], metadata: dict[str, str]) -> None:
    """Write a safetensors file beside `path`, then rename it over `path`."""
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    save_file({k: v.detach().contiguous().clone() for k, v in tensors.items()}, temporary, metadata)
    temporary.replace(path)


def _prefixed(prefix: str, module: nn.Module) -> dict[str, Tensor]:
    return {f"{prefix}.{k}": v for k, v in module.state_dict().items()}


def _part(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {k[len(prefix) + 1 :]: v for k, v in tensors.items() if k.startswith(prefix + ".")}


def save_checkpoint(
    path: Path,
    modules: dict[str, nn.Module],
    optimizer: torch.optim.Optimizer,
    progress: dict[str, Any],
) -> None:
    """Write modules, optimizer and progress.

    Args:
        path: The checkpoint file.
        modules: Modules by name.
        optimizer: Its per-parameter state is kept.
        progress: Anything JSON can hold: epoch, history, recipe.
    """
    tensors: dict[str, Tensor] = {}
    for name, module in modules.items():
        tensors |= _prefixed(name, module)
    for index, state in optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer.{index}.{k}": v for k, v in state.items()}
    write_atomically(path, tensors, {"progress": json.dumps(progress)})


def read_progress(path: Path) -> dict[str, Any]:
    """What `save_checkpoint` was given as progress, without the tensors.

    Raises:
        ModelError: The file is no checkpoint.
    """
    try:
        with safe_open(path, "pt") as file:
            progress: dict[str, Any] = json.loads(file.metadata()["progress"])
    except (SafetensorError, OSError, KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{path}: expected a checkpoint, found {error}") from None
    return progress


def load_checkpoint(
    path: Path, modules: dict[str, nn.Module], optimizer: torch.optim.Optimizer
) -> dict[str, Any]:
    """Restore what `save_checkpoint` wrote and return its `progress`.

    Raises:
        ModelError: The file is corrupt or belongs to another network.
    """
    try:
        with safe_open(path, "pt") as file:
            progress: dict[str, Any] = json.loads(file.metadata()["progress"])
            tensors = {k: file.get_tensor(k) for k in file.keys()}  # noqa: SIM118
        for name, module in modules.items():
            module.load_state_dict(_part(name, tensors))
    except (SafetensorError, OSError, KeyError, RuntimeError, ValueError) as error:
        raise ModelError(
            f"{path}: expected a checkpoint of this recipe, found {error}; delete it to start anew"
        ) from None
    state: dict[int, dict[str, Tensor]] = {}
    for key, value in _part("optimizer", tensors).items():
        index, _, field = key.partition(".")
        state.setdefault(int(index), {})[field] = value
    optimizer.load_state_dict(
        {"state": state, "param_groups": optimizer.state_dict()["param_groups"]}
    )
    return progress
