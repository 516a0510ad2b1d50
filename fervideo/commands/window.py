"""`fervideo` without a command: the window."""

from __future__ import annotations

import argparse
import ctypes
import os
import sys
from pathlib import Path

from fervideo.capture.camera_list import choose_camera, list_cameras
from fervideo.capture.source import SourceKind, SourceSpec, open_source, parse_source
from fervideo.commands.common import add_model_options
from fervideo.errors import FervideoError

NO_CAMERA = "No camera was found, so the demo plays. Connect a camera and open it, or open a video."

_QT_LIBRARIES = (
    "sudo apt install libegl1 libgl1 libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 "
    "libxcb-image0 libxcb-keysyms1 libxcb-render-util0 libxcb-shape0"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to play, and with which model."""
    sources = parser.add_mutually_exclusive_group()
    sources.add_argument(
        "source",
        nargs="?",
        metavar="SOURCE",
        help="video, folder of pictures or stream URL (default: the first camera, else the demo)",
    )
    sources.add_argument("--demo", action="store_true", help="play the demo clip")
    sources.add_argument(
        "--camera", metavar="N|NAME", help="open a camera by its number or a part of its name"
    )
    add_model_options(parser)
    # For checks without a person: show for so long, keep a picture, leave.
    parser.add_argument("--smoke", type=float, metavar="SECONDS", help=argparse.SUPPRESS)
    parser.add_argument("--screenshot", type=Path, metavar="FILE", help=argparse.SUPPRESS)


def run(arguments: argparse.Namespace) -> int:
    """Open the window, once everything that was asked for is known to be there."""
    spec, notice = choose_source(arguments)
    check_source(spec)
    check_model(arguments.model, arguments.device)
    check_screen()
    try:
        from fervideo.ui.app import run as run_window
    except ImportError as error:
        hint = f"; try: {_QT_LIBRARIES}" if sys.platform == "linux" else "; install fervideo again"
        raise FervideoError(f"the window cannot be loaded: {error}{hint}") from None
    status: int = run_window(
        spec,
        arguments.model,
        arguments.device,
        notice=notice,
        smoke_s=arguments.smoke,
        screenshot=arguments.screenshot,
    )
    return status


def choose_source(arguments: argparse.Namespace) -> tuple[SourceSpec, str | None]:
    """What to play, and a sentence for the user if it is not what they would expect.

    Raises:
        SourceError: What was asked for makes no sense.
    """
    if arguments.demo:
        return parse_source("demo"), None
    if arguments.camera is not None:
        path = arguments.camera.startswith("/dev/")
        return parse_source(arguments.camera if path else f"camera:{arguments.camera}"), None
    if arguments.source is not None:
        return parse_source(arguments.source), None
    cameras = list_cameras()
    if cameras:
        return SourceSpec(SourceKind.CAMERA, str(cameras[0].index)), None
    return parse_source("demo"), NO_CAMERA


def check_source(spec: SourceSpec) -> None:
    """Raise SourceError if the source is certain to fail; streams are left to the window."""
    if spec.kind is SourceKind.CAMERA:
        number = spec.location.isascii() and spec.location.isdecimal()
        choose_camera(int(spec.location) if number else spec.location, list_cameras())
    elif spec.kind is not SourceKind.STREAM:
        open_source(spec, live=True).close()


def check_model(model: str, device: str) -> None:
    """Raise ModelError or DeviceError if the model or device does not exist.

    The defaults are not looked at: that imports PyTorch, and the window shows sooner without.
    """
    if device != "auto":
        from fervideo.device import resolve_device

        resolve_device(device)
    if model != "default":
        from fervideo.models.registry import find_weights

        find_weights(model)


def check_screen() -> None:
    """Raise FervideoError where Qt would abort: on Linux without a screen, or without a library."""
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM"):
        return
    if os.environ.get("WAYLAND_DISPLAY"):
        return
    if not os.environ.get("DISPLAY"):
        raise FervideoError(
            "expected a screen, found none (DISPLAY is not set); fervideo analyze works without one"
        )
    try:
        ctypes.CDLL("libxcb-cursor.so.0")
    except OSError:
        raise FervideoError(
            f"expected the library libxcb-cursor.so.0, found none; try: {_QT_LIBRARIES}"
        ) from None
