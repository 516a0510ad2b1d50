"""From pictures of the library to pictures of Qt."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QImage

from fervideo.types import ByteImage


def to_image(picture: ByteImage) -> QImage:
    """A picture (H, W, 3) uint8 RGB as a `QImage` with pixels of its own."""
    height, width, _ = picture.shape
    picture = np.ascontiguousarray(picture)
    view = QImage(picture.data, width, height, picture.strides[0], QImage.Format.Format_RGB888)
    # The conversion copies, and 32-bit pixels are what the painter scales fastest.
    return view.convertToFormat(QImage.Format.Format_RGB32)
