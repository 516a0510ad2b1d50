"""Reading the research data sets in the layout their owners distribute.

Every reader returns `Samples` and raises `DatasetError` with what it expected and what it found;
a line in the log says how many pictures of each class it read. The readers themselves are in
`fervideo.training.readers`, a file for each family.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from fervideo.errors import DatasetError
from fervideo.training.readers.affectnet import read_affectnet7, read_affectnet8
from fervideo.training.readers.ckplus import (
    read_ckplus,
    read_ckplus_neutral,
    read_ckplus_sequences,
)
from fervideo.training.readers.class_folders import read_folder, read_sfew
from fervideo.training.readers.expw import read_expw
from fervideo.training.readers.fer2013 import FERPLUS_SHARE, read_fer2013
from fervideo.training.readers.ferplus import read_ferplus, read_ferplus_majority
from fervideo.training.readers.rafdb import read_rafdb, read_rafdb_compound
from fervideo.training.readers.samples import (
    SPLITS,
    Samples,
    hold_out,
    one_hot,
    with_classes,
)
from fervideo.user_paths import user_path

__all__ = [
    "FERPLUS_SHARE",
    "READERS",
    "SPLITS",
    "Samples",
    "hold_out",
    "one_hot",
    "parse_data",
    "read_affectnet7",
    "read_affectnet8",
    "read_ckplus",
    "read_ckplus_neutral",
    "read_ckplus_sequences",
    "read_expw",
    "read_fer2013",
    "read_ferplus",
    "read_ferplus_majority",
    "read_folder",
    "read_rafdb",
    "read_rafdb_compound",
    "read_sfew",
    "with_classes",
]

READERS: Mapping[str, Callable[[Path], Samples]] = {
    "rafdb": read_rafdb,
    "rafdb-compound": read_rafdb_compound,
    "fer2013": read_fer2013,
    "ferplus": read_ferplus,
    "ferplus-majority": read_ferplus_majority,
    "ckplus": read_ckplus,
    "ckplus-sequences": read_ckplus_sequences,
    "ckplus-neutral": read_ckplus_neutral,
    "expw": read_expw,
    "affectnet7": read_affectnet7,
    "affectnet8": read_affectnet8,
    "sfew": read_sfew,
    "folder": read_folder,
}
"""Every data set by its name on the command line and in recipes."""


def parse_data(text: str) -> tuple[str, Path]:
    """Split `name:PATH`. Raises DatasetError if the name is not a data set's."""
    name, colon, place = text.partition(":")
    if not colon or name not in READERS:
        raise DatasetError(
            f"expected NAME:PATH with NAME one of {', '.join(READERS)}, found {text!r}"
        )
    return name, user_path(place)
