"""Imports go one way, from the vocabulary to the command line."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "fervideo"

# Each layer may import those above it and itself, never one below.
LAYERS = (
    {"types", "labels", "errors", "config", "resources", "device", "timing", "processor"}
    | {"landmark_names", "openvino_library", "closing", "user_paths", "stabilizer_config"},
    {"capture", "faces", "models", "losses", "centers", "session", "stabilize"}
    | {"analyzer_config", "model_like"},
    {"pipeline", "training", "evaluation"},
    {"live_stats", "model_loader", "player", "recording", "sinks", "stream"},
    {"live", "analysis"},
    {"commands"},
    {"cli", "__main__"},
)
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}
CORE = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def part(path: Path) -> str:
    """`capture` for `fervideo/capture/video.py`, `live` for `fervideo/live/engine.py`."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def parts_imported(path: Path) -> set[str]:
    """Parts of the program that a file names in an import, those inside functions too."""
    modules: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            modules.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == "fervideo":
            modules.update(f"fervideo.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules.add(node.module)
    return {m.split(".")[1] for m in modules if m.startswith("fervideo.")} - {"__version__"}


@pytest.mark.parametrize("path", CORE, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_nothing_imports_what_builds_on_it(path: Path) -> None:
    own = part(path)
    for other in parts_imported(path):
        if other == "ui":
            assert own == "commands", "only the command that opens the window may know it"
        else:
            assert LEVEL[other] <= LEVEL[own], f"{own} imports {other}"


def test_only_training_and_commands_know_of_training() -> None:
    knows = {part(path) for path in CORE if parts_imported(path) & {"training", "evaluation"}}
    assert knows == {"training", "evaluation", "commands"}


def test_the_window_knows_no_training_and_no_command_line() -> None:
    for path in (ROOT / "ui").rglob("*.py"):
        assert parts_imported(path) & {"training", "evaluation", "commands", "cli"} == set(), path


def test_help_does_not_wait_for_networks() -> None:
    code = """
import sys
from fervideo import cli
for arguments in (["--help"], ["--version"], *([name, "--help"] for name in cli.COMMANDS)):
    try:
        cli.main(arguments)
    except SystemExit as end:
        assert end.code == 0
print(sorted({"torch", "cv2", "av", "mediapipe", "PySide6", "scipy"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.stderr == ""
    assert done.stdout.splitlines()[-1] == "[]"
