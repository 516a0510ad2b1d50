"""The profile in use, and every change to it: undone, saved, and told to the engine at once."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from fervideo.centers.applied import model_centers
from fervideo.centers.centers import CenterSet
from fervideo.centers.names import find_name
from fervideo.centers.profile import Profile
from fervideo.centers.store import DEFAULT_PROFILE, ProfileStore
from fervideo.errors import ProfileError
from fervideo.live_stats import LiveStats
from fervideo.model_like import ModelLike
from fervideo.types import FloatArray

from ..background import Task
from ..bridge import Bridge
from ..settings import Settings
from .in_order import InOrder

MOST_SAMPLES = 60


class _Change(QUndoCommand):
    """From one state of a profile to another; None where there is no profile."""

    def __init__(
        self, book: ProfileBook, text: str, before: Profile | None, after: Profile | None
    ) -> None:
        super().__init__(text)
        self._book, self._before, self._after = book, before, after

    def redo(self) -> None:
        self._book.put(self._before, self._after)

    def undo(self) -> None:
        self._book.put(self._after, self._before)


class ProfileBook(QObject):
    """Holds the profile in use. What changes it goes over the undo stack.

    Attributes:
        changed: Another profile, another state of it, or another model: look again.
        failed: A sentence: a profile cannot be read or written.
        exported: Where the profile was written to, to share it.
        stack: What can be undone.
    """

    changed = Signal()
    failed = Signal(str)
    exported = Signal(Path)

    def __init__(
        self,
        bridge: Bridge,
        settings: Settings,
        store: ProfileStore,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._bridge, self._settings, self._store = bridge, settings, store
        self._profile: Profile | None = None
        self._model: ModelLike | None = None
        self._asked = 0
        self._samples: dict[tuple[str, str], list[FloatArray]] = {}
        self.stack = QUndoStack(self)
        self.disk = InOrder(self)
        self.disk.failed.connect(self.failed)
        bridge.stats.connect(self._follow_model)
        if settings.profile != DEFAULT_PROFILE or store.has(DEFAULT_PROFILE):
            self.choose(settings.profile)

    @property
    def profile(self) -> Profile | None:
        """The profile in use, None for the model as it comes."""
        return self._profile

    @property
    def model(self) -> ModelLike | None:
        """The model in use, None until the first is loaded."""
        return self._model

    def names(self) -> tuple[str, ...]:
        """Names of all profiles."""
        mine = {self._profile.name} if self._profile is not None else set()
        return tuple(sorted({*self._store.names(), *mine}, key=str.casefold))

    def in_use(self) -> CenterSet | None:
        """The centers that decide; None before there is a model."""
        return self._centers(self._profile)

    def everything(self) -> CenterSet | None:
        """The centers of all classes, also of those that are not used."""
        profile = self._profile
        if profile is not None:
            used = tuple(replace(e, enabled=True) for e in profile.expressions)
            profile = replace(profile, expressions=used, disabled=())
        return self._centers(profile)

    def lacking(self) -> tuple[str, ...]:
        """What the profile lacks for the model in use."""
        if self._profile is None or self._model is None:
            return ()
        return self._profile.lacking(self._model.card)

    def choose(self, name: str) -> None:
        """Use another profile; an empty name for none. It is read off the window's thread."""
        self._asked += 1
        if not name:
            self._use(None)
            return
        self.disk.do(partial(self._store.load, name), partial(self._loaded, self._asked))

    def new(self, name: str) -> None:
        """Begin an empty profile and use it. Raises ProfileError: it cannot have that name."""
        self._check_free(name)
        self._push(f"new profile {name}", None, Profile.new(name))

    def rename(self, name: str) -> None:
        """Give the profile in use another name. Raises ProfileError."""
        profile = self.must_have()
        if profile.name != name.strip():
            self._check_free(name, profile.name)
            self._push(f"renaming of {profile.name}", profile, profile.called(name))

    def delete(self) -> None:
        """Delete the profile in use, and use none."""
        profile = self.must_have()
        self._push(f"deletion of {profile.name}", profile, None)

    def change(self, text: str, after: Profile) -> None:
        """Put a changed profile in the place of the one in use.

        Args:
            text: What the change is, as in `Undo renaming of smirk`.
            after: The changed profile.

        Raises:
            ProfileError: It would leave nothing to tell apart.
        """
        if self._model is not None:
            after.apply(self._model)
        self._push(text, self._profile, after)

    def profile_to_change(self) -> Profile:
        """The profile in use, or a new one that is not yet saved."""
        return self._profile or Profile.new(self._store.free_name(DEFAULT_PROFILE))

    def must_have(self) -> Profile:
        """The profile in use. Raises ProfileError if there is none."""
        if self._profile is None:
            raise ProfileError("no profile is in use; choose or make one first")
        return self._profile

    def remember(self, name: str, model: ModelLike, embeddings: list[FloatArray]) -> None:
        """Keep the embeddings of an enrolment for as long as the window is open.

        They are of no file: the sphere shows them. Of those of a name the newest stay.
        """
        key = (name, model.card.sha256)
        self._samples[key] = [*self._samples.get(key, []), *embeddings][-MOST_SAMPLES:]
        self.changed.emit()

    def samples(self, name: str) -> FloatArray:
        """(n, D) embeddings gathered for a class with the model in use since the window opened."""
        sha256 = "" if self._model is None else self._model.card.sha256
        return np.array(self._samples.get((name, sha256), []), np.float32)

    def import_file(self, path: Path) -> None:
        """Take in a profile file and use it; what is wrong with it comes through `failed`."""
        self._asked += 1
        self.disk.do(partial(self._store.import_file, path), partial(self._loaded, self._asked))

    def export_file(self, path: Path, pictures: bool) -> None:
        """Write the profile in use to a file to share."""
        name = self.must_have().name

        def tell(task: Task[object]) -> None:
            if task.error is None:
                self.exported.emit(path)
            else:
                self.failed.emit(str(task.error))

        self.disk.do(partial(self._store.export_file, name, path, pictures), tell)

    def reenroll(self) -> None:
        """Make the lacking centers from the kept pictures, off the window's thread."""
        profile, model = self.must_have(), self._model
        if model is not None:
            self.disk.do(lambda: profile.reenrolled(model), partial(self._reenrolled, profile))

    def put(self, before: Profile | None, after: Profile | None) -> None:
        """Go from one state to another, on disk too. The undo stack calls it."""
        if before is not None and after is None:
            self.disk.do(partial(self._store.delete, before.name))
        if before is not None and after is not None and before.name != after.name:
            self.disk.do(partial(self._store.rename, before.name, after.name))
        if after is not None:
            self.disk.do(partial(self._store.save, after), topic=f"save {after.name}")
        self._asked += 1
        self._use(after)

    def close(self) -> None:
        """Bring everything to disk; deleted profiles are gone for good, and so is the undo."""
        self.stack.clear()
        self.disk.finish()
        try:
            self._store.empty_trash()
        except ProfileError as error:
            self.failed.emit(str(error))

    def _push(self, text: str, before: Profile | None, after: Profile | None) -> None:
        self.stack.push(_Change(self, text, before, after))

    def _check_free(self, name: str, own: str = "") -> None:
        others = [other for other in self.names() if other != own]
        taken = find_name(Profile.new(name).name, others)
        if taken is not None:
            raise ProfileError(f"there is a profile {taken} already; choose another name")

    def _centers(self, profile: Profile | None) -> CenterSet | None:
        if self._model is None:
            return None
        if profile is None:
            return model_centers(self._model)
        try:
            return profile.apply(self._model)
        except ProfileError:
            return model_centers(self._model)  # the engine does the same, and says why

    def _use(self, profile: Profile | None) -> None:
        self._profile = profile
        self._settings.profile = profile.name if profile is not None else ""
        self._bridge.engine.set_profile(profile)
        self.changed.emit()

    def _loaded(self, asked: int, task: Task[Profile]) -> None:
        if task.error is not None:
            self.failed.emit(str(task.error))
        if asked == self._asked and task.value is not None:
            self._use(task.value)

    def _reenrolled(self, before: Profile, task: Task[Profile]) -> None:
        if task.error is not None:
            self.failed.emit(str(task.error))
        elif task.value is not None and self._profile is before:
            self.change("enrolling again", task.value)

    def _follow_model(self, stats: LiveStats) -> None:
        model = self._bridge.engine.model()
        if model is not self._model:
            self._model = model
            self.changed.emit()
