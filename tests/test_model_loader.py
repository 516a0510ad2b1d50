"""Loading models away from everyone who might wait."""

from __future__ import annotations

import threading

from fakes import FakeModel

from fervideo.model_loader import KEPT, ModelLoader


def loaded_names(names: list[str]) -> tuple[list[str], list[object]]:
    """What was read from disk, and what was handed out, when models are asked for in turn."""
    read: list[str] = []
    given: list[object] = []
    came = threading.Semaphore(0)

    def load(name: str, device: str) -> FakeModel:
        read.append(name)
        return FakeModel()

    def take(model: object) -> None:
        given.append(model)
        came.release()

    loader = ModelLoader(take, lambda error: None, load)
    for name in names:
        loader.load(name, "cpu")
        assert came.acquire(timeout=10)
    loader.close()
    assert loader.join(10)
    return read, given


def test_going_back_to_a_model_does_not_read_it_again() -> None:
    read, given = loaded_names(["a", "b", "a"])
    assert read == ["a", "b"]
    assert given[2] is given[0]


def test_only_the_last_few_are_kept() -> None:
    names = [f"m{i}" for i in range(KEPT + 1)]
    read, _ = loaded_names([*names, "m0"])
    assert read == [*names, "m0"]
