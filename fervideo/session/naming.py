"""Names of session folders: safe on every system, never one that is taken."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

LONGEST_NAME = 80
"""Characters and, roughly, bytes: long paths still fit Windows' 260 and Linux's 255 a name."""

_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028-\u202e\u2066-\u2069]+')
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.I)


def session_name(text: str) -> str:
    """A folder name that Windows, macOS and Linux all accept, as near to `text` as can be.

    Signs that some system forbids become `-`; ends are stripped of spaces, dots and dashes (a
    leading dot would hide the folder, a leading dash look like an option); a Windows device name
    such as `con` gets an underscore; a long name is cut; nothing left becomes `session`.
    """
    name = _FORBIDDEN.sub("-", text)
    name = name.encode("utf-8")[:LONGEST_NAME].decode("utf-8", "ignore").strip(" .-")
    if not name:
        return "session"
    return f"_{name}" if _RESERVED.fullmatch(name) else name


def make_session_folder(wanted: Path) -> Path:
    """Create a new folder named like `wanted`, with `-2`, `-3`... added while the name is taken.

    Two programs that ask for the same name at the same time get two folders.

    Raises:
        OSError: The folder cannot be made.
    """
    parent, name = wanted.parent.resolve(), session_name(wanted.name)
    parent.mkdir(parents=True, exist_ok=True)
    for number in itertools.count(1):
        folder = parent / (name if number == 1 else f"{name}-{number}")
        try:
            folder.mkdir()
        except FileExistsError:
            continue
        return folder
    raise AssertionError("unreachable")
