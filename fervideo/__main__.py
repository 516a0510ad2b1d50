"""`python -m fervideo` is `fervideo`."""

import os
import sys
import threading
from contextlib import suppress


def main() -> int:
    """Run the program. Returns its exit status: 130 too for a Ctrl-C while it is being loaded."""
    try:
        from fervideo.cli import main as run

        return run()
    except KeyboardInterrupt:
        return 130


def start() -> int:
    """Run the program as the process that it is; see `main`."""
    status = main()
    if any(thread.name.startswith("fervideo") for thread in threading.enumerate()):
        _leave(status)
    return status


def _leave(status: int) -> None:
    """End here and now, since a thread has not ended: a driver that hangs, a model being measured.

    Python would stop such a thread inside foreign code, which aborts the process.
    """
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(status)


if __name__ == "__main__":
    sys.exit(start())
