"""The pages of the documentation that ship with the program."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

FIRST = ("first-steps", "a-week", "expressions", "analyze-workspace", "review")
"""These come first; the rest follow by their titles."""

_LINK = re.compile(r"(?<!!)\[([^\]]*)\]\((?!https?:)([^)#]*)(#[^)]*)?\)")


@dataclass(frozen=True, slots=True)
class GuidePage:
    """One page.

    Attributes:
        path: Its Markdown file.
        title: Its heading.
    """

    path: Path
    title: str

    @property
    def text(self) -> str:
        """Markdown; links to what is not shipped are plain words."""
        return _LINK.sub(self._link, self.path.read_text(encoding="utf-8"))

    def _link(self, match: re.Match[str]) -> str:
        words, target = match[1], match[2]
        there = (self.path.parent / target).resolve()
        shipped = there.suffix == ".md" and there.parent == self.path.parent.resolve()
        return match[0] if not target or (shipped and there.is_file()) else words


def pages(folder: Path) -> list[GuidePage]:
    """All pages of a folder, in the order to read them."""
    found = [GuidePage(path, _title(path)) for path in folder.glob("*.md")]

    def order(page: GuidePage) -> tuple[int, str]:
        stem = page.path.stem
        return (FIRST.index(stem) if stem in FIRST else len(FIRST), page.title.casefold())

    return sorted(found, key=order)


def _title(path: Path) -> str:
    with path.open(encoding="utf-8") as lines:
        return next((x[2:].strip() for x in lines if x.startswith("# ")), path.stem)
