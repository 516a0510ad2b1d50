"""One process of a run, started by a test with what torchrun would tell it: FOLDER."""

import sys
from pathlib import Path

import torch
from safetensors.torch import save_file
from test_training_run import Tiny, colourful, recipe

from fervideo.training import engine
from fervideo.training.augment import NONE
from fervideo.training.processes import joined_processes
from fervideo.training.recipe import LossConfig, Phase


def train(folder: Path) -> dict[str, torch.Tensor]:
    """The weights and loss state after two epochs, in full precision, without batch statistics."""
    engine.fast_precision = lambda device: None
    frozen = Phase(2, 24, freeze=("conv.1.",))
    loss = LossConfig("softmax+center")
    plan = recipe(phases=(frozen,), augment=NONE, loss=loss, epoch_images=64)
    with joined_processes(torch.device("cpu")) as (_, device):
        torch.manual_seed(5)
        run = engine.Trainer(
            plan, Tiny(), ("",), [colourful(70)], {"rafdb": colourful(35, 1, 9)}, folder, device
        )
        run.train()
        state = run.network.state_dict() | run.objective.state_dict()
        return {name: value.contiguous() for name, value in state.items()}


if __name__ == "__main__":
    place = Path(sys.argv[1])
    state = train(place / "run")
    save_file(state, place / f"{sys.argv[2]}.safetensors")
