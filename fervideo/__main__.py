"""`python -m fervideo` is `fervideo`."""

import sys


def main() -> int:
    """Run the program. Returns its exit status: 130 too for a Ctrl-C while it is being loaded."""
    try:
        from fervideo.cli import main as run

        return run()
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
