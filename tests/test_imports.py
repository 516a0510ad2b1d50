from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import importlib, pkgutil, sys
import fervideo

def walk(package):
    for found in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
        if found.name in ("fervideo.ui", "fervideo.__main__"):
            continue
        module = importlib.import_module(found.name)
        print(found.name)
        if found.ispkg:
            walk(module)

walk(fervideo)
qt = [name for name in sys.modules if name.split(".")[0] in ("PySide6", "shiboken6", "pyqtgraph")]
sys.exit(f"imported by the core: {qt[:5]}" if qt else 0)
"""


def test_only_the_window_imports_qt() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    modules = done.stdout.split()
    assert {"fervideo.types", "fervideo.live.engine", "fervideo.capture.source"} <= set(modules)
