"""The environment variables that `import cv2` sets on Linux and that no Qt but its own can bear."""

from __future__ import annotations

import os

CV2_VARIABLES = ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR")


def clean_environment() -> None:
    """Forget the Qt plugins that `import cv2` points to: they are not of this Qt.

    Call it before the application is made, and before another program is started.
    """
    for name in CV2_VARIABLES:
        if "cv2" in os.environ.get(name, ""):
            del os.environ[name]
