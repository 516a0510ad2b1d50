"""Writes the table of models into the README, from the models' cards.

Run it after weights or cards have changed: `python scripts/update_readme.py`.
"""

from __future__ import annotations

from pathlib import Path

from fervideo.commands.models import markdown_table, shipped_rows

README = Path(__file__).resolve().parents[1] / "README.md"
BEGIN = "<!-- models: written by scripts/update_readme.py -->\n"
END = "<!-- end of models -->"


def with_table(text: str, table: str) -> str:
    """The README with `table` between its two marks.

    Raises:
        ValueError: A mark is missing.
    """
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"expected the marks {BEGIN.strip()} and {END} in {README.name}")
    return f"{before}{BEGIN}{table}\n{END}{after}"


def main() -> None:
    """Rewrite the README."""
    text = README.read_text(encoding="utf-8")
    README.write_text(with_table(text, markdown_table(shipped_rows())), encoding="utf-8")


if __name__ == "__main__":
    main()
