"""What every format is given to work with."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from fervideo.errors import SessionError
from fervideo.session.edits import Edits, face_name
from fervideo.session.reader import Session

PACKAGES = {"pyarrow": "pyarrow", "pympi": "pympi-ling"}
"""Modules of the extra `export` and the packages that hold them."""


class NotPossibleError(SessionError):
    """A format cannot be made of this session here: a package or the pictures are missing."""


@dataclass(frozen=True, slots=True)
class ExportJob:
    """One export.

    Attributes:
        session: The session, edits applied.
        edits: What a person changed; empty for a raw export.
        out: The file to write; the folder of the data set for BIDS.
        media: Where a person says that the original video is now.
        on_progress: Called now and then with the share that is done, 0 to 1.
        stop: Set it, from any thread, to end early.
    """

    session: Session
    edits: Edits
    out: Path
    media: Path | None
    on_progress: Callable[[float], None]
    stop: threading.Event

    def tell(self, done: float) -> None:
        """Report progress. Raises SessionError if the export shall stop."""
        if self.stop.is_set():
            raise SessionError(f"the export was stopped; nothing was written to {self.out}")
        self.on_progress(done)

    def face_names(self) -> dict[int, str]:
        """The name of each face, in the order of appearance; equal names get their number too."""
        names = {face: face_name(face, self.edits) for face in self.session.face_ids}
        count = Counter(names.values())
        return {i: f"{name} ({i})" if count[name] > 1 else name for i, name in names.items()}


def need_package(module: str, purpose: str) -> None:
    """Raise NotPossibleError, with the remedy, unless a module can be imported."""
    if find_spec(module) is None:
        raise NotPossibleError(
            f"expected the package {PACKAGES[module]} for {purpose}, found none; "
            'run: pip install "fervideo[export]"'
        )
