"""`--profile NAME|FILE`: where the profile that a command changes is read and written."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fervideo.capture.names import quoted
from fervideo.errors import ProfileError
from fervideo.user_paths import user_path

if TYPE_CHECKING:
    from fervideo.centers.profile import Profile


def add_profile_option(parser: argparse.ArgumentParser) -> None:
    """`--profile`, for commands that show or change one."""
    parser.add_argument(
        "--profile",
        default="default",
        metavar="NAME|FILE",
        help="whose expressions: the name of a profile, or a .json file (default: default)",
    )


@dataclass(frozen=True, slots=True)
class ProfilePlace:
    """A profile's file, in the user's data folder or elsewhere, whether or not it is there yet.

    Attributes:
        path: The file.
        name: The profile's name; of a file outside the data folder None, it is what the file says.
    """

    path: Path
    name: str | None

    @classmethod
    def of(cls, text: str) -> ProfilePlace:
        """The place that a user means by a name or a file. Raises ProfileError."""
        from fervideo.centers.store import SUFFIX, ProfileStore

        file = user_path(text)
        if str(file).startswith("~"):
            raise ProfileError(
                f"expected a profile in a home folder, found none for {quoted(file)}"
            )
        if file.suffix.casefold() == SUFFIX:
            return cls(file, None)
        if len(file.parts) > 1:
            raise ProfileError(
                f"expected the name of a profile or a {SUFFIX} file, found {quoted(file)}; add "
                f"{SUFFIX} to its name"
            )
        path = ProfileStore().path(text)
        return cls(path, path.stem)

    def load(self) -> Profile:
        """Read it. Raises ProfileError."""
        from fervideo.centers.store import ProfileStore, read_profile

        return read_profile(self.path) if self.name is None else ProfileStore().load(self.name)

    def load_or_new(self) -> Profile:
        """Read it, or begin it. Raises ProfileError."""
        from fervideo.centers.profile import Profile

        if self.path.exists():
            return self.load()
        return Profile.new(self.name or self.path.stem)

    def save(self, profile: Profile) -> None:
        """Write it. Raises ProfileError."""
        from fervideo.centers.store import write_profile

        write_profile(profile, self.path)

    def check_copy(self, file: Path, profile: Profile) -> None:
        """Raise ProfileError if writing a copy to `file` would destroy something else."""
        from fervideo.centers.store import read_profile

        if not file.is_file():  # nothing, or a folder: writing will tell
            return
        if file.samefile(self.path):
            raise ProfileError(
                f"{quoted(file)} is the profile itself, not a copy to share; choose another name"
            )
        try:
            found = read_profile(file).name
        except ProfileError:
            raise ProfileError(
                f"expected a new file for the profile, found {quoted(file)}, which is no profile; "
                "choose another name"
            ) from None
        if found != profile.name:
            raise ProfileError(f"{quoted(file)} holds the profile {found}; choose another name")
