"""Profiles on disk: a file each, in the user's data folder."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

from platformdirs import user_data_path

from fervideo.centers.names import clean_profile_name, find_name, shown
from fervideo.centers.profile import Profile
from fervideo.centers.profile_file import LARGEST_FILE, parse_profile, profile_bytes
from fervideo.errors import ProfileError, reason_of
from fervideo.session.files import write_whole

SUFFIX = ".json"
DEFAULT_PROFILE = "default"
"""The profile that is meant where none is named."""

_DELETED = ".deleted-"
_OLD_S = 600.0


def read_profile(path: Path) -> Profile:
    """Read one profile file.

    Raises:
        ProfileError: It cannot be read, or is no profile this version understands.
    """
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise ProfileError(f"{path}: expected a profile, found a file far too large")
        data = path.read_bytes()
    except OSError as error:
        raise ProfileError(f"cannot read the profile {path}: {error.strerror}") from None
    return parse_profile(data, str(path))


def write_profile(profile: Profile, path: Path) -> None:
    """Write one profile file as a whole: after a power cut there is the old one or the new.

    Raises:
        ProfileError: It cannot be written; the old file is still there.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, profile_bytes(profile))
    except OSError as error:
        raise ProfileError(
            f"cannot write the profile {path}: {reason_of(error)}; choose a folder that "
            "can be written, on a disk with room"
        ) from None


class ProfileStore:
    """The profiles of one folder. A profile's name is that of its file.

    Args:
        folder: Where they are; the user's data folder if None. It is made when one is saved.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or user_data_path("fervideo", appauthor=False) / "profiles"

    def names(self) -> tuple[str, ...]:
        """Names of all profiles, in alphabetical order; some may turn out to be unreadable."""
        with suppress(OSError):
            files = [p for p in self.folder.glob(f"*{SUFFIX}") if not p.name.startswith(".")]
            return tuple(sorted((p.stem for p in files), key=str.casefold))
        return ()

    def path(self, name: str) -> Path:
        """Where a profile of this name is or would be. Raises ProfileError on a bad name."""
        clean = clean_profile_name(name)
        return self.folder / f"{find_name(clean, self.names()) or clean}{SUFFIX}"

    def has(self, name: str) -> bool:
        """Whether there is a profile of this name, whatever the case."""
        return self.path(name).is_file()

    def load(self, name: str) -> Profile:
        """Read a profile. Raises ProfileError."""
        path = self.path(name)
        if not path.is_file():
            raise ProfileError(
                f"there is no profile {shown(name)}; there are {', '.join(self.names()) or 'none'}"
            )
        return read_profile(path).called(path.stem)

    def save(self, profile: Profile) -> Path:
        """Write a profile in the place of the one of its name. Raises ProfileError."""
        path = self.path(profile.name)
        write_profile(profile, path)
        return path

    def rename(self, name: str, new_name: str) -> Profile:
        """Give a profile another name. Raises ProfileError; nothing is overwritten."""
        old = self.load(name)
        new = old.called(new_name)
        taken = find_name(new.name, (n for n in self.names() if n != old.name))
        if taken is not None:
            raise ProfileError(f"there is a profile {taken} already; choose another name")
        source, target = self.path(old.name), self.folder / f"{new.name}{SUFFIX}"
        write_profile(new, target)
        if not _same_file(source, target):
            _remove(source)
        return new

    def delete(self, name: str) -> Path:
        """Take a profile away, in a way that `undelete` can take back until the next deletion.

        Returns:
            What to give to `undelete`.
        """
        path = self.path(name)
        if not path.is_file():
            raise ProfileError(f"there is no profile {shown(name)}")
        self.empty_trash()
        trash = path.with_name(_DELETED + path.name)
        try:
            path.replace(trash)
        except OSError as error:
            raise ProfileError(f"cannot delete {path}: {error.strerror}") from None
        return trash

    def undelete(self, trash: Path) -> Profile:
        """Take a deletion back. Raises ProfileError."""
        name = trash.name.removeprefix(_DELETED).removesuffix(SUFFIX)
        if self.has(name):
            raise ProfileError(f"there is a new profile {name}; rename it first")
        try:
            trash.replace(self.folder / f"{name}{SUFFIX}")
        except OSError as error:
            raise ProfileError(f"cannot bring back {name}: {error.strerror}") from None
        return self.load(name)

    def empty_trash(self) -> None:
        """Remove deleted profiles for good, and what a kill while saving has left behind.

        They may hold pictures of a face.
        """
        with suppress(OSError):
            for path in self.folder.glob(f"{_DELETED}*"):
                _remove(path)
            for path in self.folder.glob(f".*{SUFFIX}.*.tmp"):
                if time.time() - path.stat().st_mtime > _OLD_S:  # else it may be in the making
                    _remove(path)

    def free_name(self, name: str) -> str:
        """This name, or with a number if there is a profile of that name."""
        number, free, names = 2, clean_profile_name(name), self.names()
        while find_name(free, names) is not None:
            free, number = f"{clean_profile_name(name)[:34].rstrip()} {number}", number + 1
        return free

    def import_file(self, path: Path) -> Profile:
        """Take a profile file in, under a name that is free. Raises ProfileError."""
        found = read_profile(path)
        profile = found.called(self.free_name(found.name))
        self.save(profile)
        return profile

    def export_file(self, name: str, path: Path, pictures: bool = False) -> None:
        """Write a profile to a file to share, without its pictures unless asked for.

        Raises:
            ProfileError: There is no such profile, or the file cannot be written.
        """
        profile = self.load(name)
        write_profile(profile if pictures else profile.without_crops(), path)


def _same_file(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise ProfileError(f"cannot remove {path}: {error.strerror}") from None
