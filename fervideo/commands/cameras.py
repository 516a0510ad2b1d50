"""`fervideo cameras`: which cameras there are."""

from __future__ import annotations

import argparse

from fervideo.capture.camera_list import list_cameras
from fervideo.commands.common import OK, say, warn


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """It has no options."""
    parser.epilog = "Open one with: fervideo --camera NUMBER, or a part of its name."


def run(arguments: argparse.Namespace) -> int:
    """List number and name of each camera."""
    cameras = list_cameras()
    for camera in cameras:
        say(f"{camera.index}  {camera.name}")
    if not cameras:
        warn("no camera on this computer; plug one in, or try: fervideo --demo")
    return OK
