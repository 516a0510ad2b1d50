"""A program that records until it is killed: argument 1 is the folder, 2 the rows to wait after.

It tells its parent the number of rows after each one. With a number as argument 3 no file may
grow beyond so many bytes, as on a full disk.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from session_results import MODEL, SETTINGS, SOURCE, make_result

from fervideo import labels
from fervideo.errors import SessionError
from fervideo.session import SessionWriter


def tell(text: object) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> None:
    folder, pause_after, *limit = sys.argv[1:]
    if limit:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit[0]), int(limit[0])))
    writer = SessionWriter(
        Path(folder),
        classes=labels.BASIC,
        source=SOURCE,
        model=MODEL,
        settings=SETTINGS,
        save_video=not limit,
    )
    try:
        for index in range(100_000):
            writer.write(make_result(index, index / 25, [(1, "happiness")]))
            tell(writer.rows)
            time.sleep(60 if index + 1 == int(pause_after) else 0.01)
    except SessionError as error:
        tell(f"error: {error}")
        writer.close(end_reason="stopped")
        tell("closed")


if __name__ == "__main__":
    main()
