"""Draw the timeline of a session as a picture: `python scripts/plot_timeline.py SESSION [-o PNG]`.

`fervideo report SESSION --plots` makes the same beside its page; this has the dark theme too.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from fervideo.errors import FervideoError
from fervideo.session import read_session
from fervideo.session.report.curves import running_mean as running_mean
from fervideo.session.report.timeline_plot import THEMES, draw_timeline


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw one session; returns the exit status, 2 after bad input."""
    parser = argparse.ArgumentParser(description="Draw the timeline of a session as a PNG.")
    parser.add_argument("session", type=Path, help="session folder")
    parser.add_argument("-o", "--output", type=Path, help="PNG file; timeline.png in the session")
    parser.add_argument("--faces", type=int, default=3, help="draw at most so many faces")
    parser.add_argument("--theme", choices=sorted(THEMES), default="light")
    options = parser.parse_args(arguments)
    output = options.output or options.session / "timeline.png"
    try:
        session = read_session(options.session)
        theme = THEMES[options.theme]
        draw_timeline(session, max_faces=max(1, options.faces), theme=theme).savefig(output)
    except (FervideoError, OSError, ValueError) as error:
        sys.stderr.write(f"plot_timeline: {error}\n")
        return 2
    sys.stdout.write(f"{output}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
