"""A program that saves a profile again and again, or stops before the new file is in place.

Arguments: the folder, and `pause` to wait for ever between writing and renaming.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from enrolments import profile, smirk

from fervideo.centers.store import ProfileStore


def tell(text: object) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def pause(self: Path, target: object) -> None:
    tell("written")
    time.sleep(600)


def main() -> None:
    store = ProfileStore(Path(sys.argv[1]))
    if sys.argv[2] == "pause":
        Path.replace = pause
        store.save(profile().with_expression(smirk("frown")))
    for number in range(100_000):
        store.save(profile().with_expression(smirk(f"frown {number}", crops=30), True))
        tell(number)


if __name__ == "__main__":
    main()
