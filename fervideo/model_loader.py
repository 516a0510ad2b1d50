"""Loads models in a thread of its own, so that nothing waits for them."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

import numpy as np

from fervideo.errors import FervideoError, ModelError
from fervideo.pipeline import ModelLike

log = logging.getLogger(__name__)

KEPT = 8
"""Models that stay in memory, so that going back to one takes no time."""

LoadModel = Callable[[str, str], ModelLike]


def load_shipped_model(name: str, device: str) -> ModelLike:
    """The model of the registry. Imported late: a window should show before PyTorch is there."""
    from fervideo.models.registry import load_model

    return load_model(name, device)


class ModelLoader:
    """Loads the model that was asked for last, and keeps the last few.

    Args:
        on_loaded: Takes each model, warmed up; called in the loader's thread.
        on_error: Takes each error.
        load_model: Loads a model by name and device.
    """

    def __init__(
        self,
        on_loaded: Callable[[ModelLike], None],
        on_error: Callable[[FervideoError], None],
        load_model: LoadModel | None = None,
    ) -> None:
        self._on_loaded, self._on_error = on_loaded, on_error
        self._load_model = load_model or load_shipped_model
        self._changed = threading.Condition()
        self._wish: tuple[str, str] | None = None
        self._kept: dict[tuple[str, str], ModelLike] = {}
        self._busy = self._closing = False
        self._problem = ""
        self._thread = threading.Thread(target=self._run, name="fervideo-loader", daemon=True)
        self._thread.start()

    @property
    def is_loading(self) -> bool:
        """A model is being loaded or waits to be."""
        with self._changed:
            return self._busy or self._wish is not None

    @property
    def problem(self) -> str:
        """Why the last model could not be loaded; empty if it could, or while one is loading."""
        with self._changed:
            return "" if self._busy or self._wish is not None else self._problem

    def load(self, name: str, device: str) -> None:
        """Load this model next. Returns at once."""
        with self._changed:
            self._wish = (name, device)
            self._changed.notify_all()

    def close(self) -> None:
        """End the thread after what it is at, without waiting for it."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()

    def join(self, timeout_s: float) -> bool:
        """Wait for the thread to end. True if it has."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._busy = False
                self._changed.wait_for(lambda: self._closing or self._wish is not None)
                if self._closing or self._wish is None:
                    return
                (name, device), self._wish, self._busy = self._wish, None, True
            self._load(name, device)

    def _load(self, name: str, device: str) -> None:
        self._problem = ""
        try:
            model = self._kept.pop((name, device), None) or self._fresh(name, device)
            self._kept[name, device] = model  # last in the order of use
            while len(self._kept) > KEPT:
                del self._kept[next(iter(self._kept))]
            with self._changed:
                if self._closing or self._wish is not None:
                    return
            self._on_loaded(model)
        except FervideoError as error:
            self._fail(error)
        except Exception as error:  # a driver or a file may raise anything
            log.exception("the model could not be loaded")
            self._fail(ModelError(f"cannot load the model {name} on {device}: {error}"))

    def _fresh(self, name: str, device: str) -> ModelLike:
        model = self._load_model(name, device)
        size = model.card.input_size
        # The first batch is slow, above all on a GPU; a live frame should not pay for it.
        model.embed(np.zeros((1, size, size, 3), np.uint8))
        return model

    def _fail(self, error: FervideoError) -> None:
        self._problem = str(error)
        self._on_error(error)
