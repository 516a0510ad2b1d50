"""Face detection with BlazeFace, in its short-range and its full-range form."""

from __future__ import annotations

from enum import StrEnum

import cv2
import numpy as np

from fervideo.closing import Closing
from fervideo.faces.blazeface import FULL_RANGE, SHORT_RANGE
from fervideo.faces.detector_networks import DetectorNetwork, Engine, make_networks
from fervideo.faces.merge import join, means, rows_of, surest, without_duplicates
from fervideo.types import ByteImage, Faces


class DetectorRange(StrEnum):
    """Which BlazeFace.

    `SHORT` sees faces within about two metres and faces that fill the picture, `FULL` smaller
    ones too, but no face that fills the picture. `AUTO` asks `FULL`, and where it finds nothing
    `SHORT`, first on the picture as it is, then with a border around it.
    """

    SHORT = "short"
    FULL = "full"
    AUTO = "auto"


_LAYOUTS = {
    DetectorRange.SHORT: (SHORT_RANGE,),
    DetectorRange.FULL: (FULL_RANGE,),
    DetectorRange.AUTO: (FULL_RANGE, SHORT_RANGE),
}

KEEP_CONFIDENCE = 0.3
"""Score from which on a face is worth looking at where one is likely."""

_BORDER = 0.3
"""Border of the last fallback, as part of the picture's longer side."""

_CUT_OUT = 200
"""A picture of at most this longest side, in pixels, may be a face cut out of another."""

_FILLS = 0.4
"""A face at least this wide, as part of the picture's width, fills it."""

_ENOUGH = 512
"""Longest side, in pixels, of the picture that gets a border."""

_PATIENCE = 25
"""After so many pictures without a face, about a second of video, fallbacks grow rare."""

_SMALLEST = 16
"""Pictures with a side under this many pixels hold no face and can upset the network."""

_LARGEST = 8192
"""Longest side, in pixels, of what is looked at: OpenCV fails from four times that on."""


class FaceDetector(Closing):
    """Finds faces and six keypoints each.

    `FULL` takes 3-6 ms a picture on one CPU core, `SHORT` 1-3 ms, whatever the picture's
    size. Not for use by several threads at once.

    Args:
        min_confidence: From this score on, 0 to 1, a face is surely one.
        detector_range: Which network to use.
        keep_confidence: Faces that score lower are dropped; those between the two are for a
            tracker that knows where a face has just been. None drops all under `min_confidence`.
        fallback_every: After a second of video without a face, `AUTO` tries its fallbacks only on
            one picture in so many; 1 tries them on each.
        stills: The pictures are no video: fallbacks are tried on each, and where no face is sure
            the best one from `keep_confidence` on is given. Nothing less sure stands beside a
            sure face, since no tracker will sort it out.
        engine: What runs the networks; afterwards the attribute says which does.

    Raises:
        DeviceError: OpenVINO was asked for by name and cannot be loaded.
    """

    def __init__(
        self,
        min_confidence: float = 0.5,
        detector_range: DetectorRange | str = DetectorRange.AUTO,
        keep_confidence: float | None = None,
        fallback_every: int = 5,
        stills: bool = False,
        engine: Engine | str = Engine.AUTO,
    ) -> None:
        self.min_confidence = min_confidence
        self.detector_range = DetectorRange(detector_range)
        self.fallback_every = 1 if stills else fallback_every
        self.stills = stills
        lowest = min_confidence if keep_confidence is None else keep_confidence
        self._misses = 0
        layouts = _LAYOUTS[self.detector_range]
        self.engine, networks = make_networks(layouts, lowest, Engine(engine))
        self._main = networks[0]
        self._short = networks[1] if len(networks) > 1 else None

    def __call__(self, image: ByteImage) -> Faces:
        """Find the faces of one picture.

        Args:
            image: uint8 RGB (H, W, 3).

        Returns:
            Faces in order of falling score, not yet tracked.
        """
        if min(image.shape[:2]) < _SMALLEST:
            return Faces.none()
        if max(image.shape[:2]) > _LARGEST:
            return self._in_smaller(image)
        found = without_duplicates(self._search(image))
        return surest(found, self.min_confidence) if self.stills else found

    def _in_smaller(self, image: ByteImage) -> Faces:
        """The faces of a huge picture, found in a smaller one."""
        scale = _LARGEST / max(image.shape[:2])
        size = tuple(round(side * scale) for side in image.shape[1::-1])
        small = self(cv2.resize(image, size, interpolation=cv2.INTER_AREA))  # type: ignore[arg-type]
        return Faces.detected(small.boxes / scale, small.keypoints / scale, small.scores)

    def _search(self, image: ByteImage) -> Faces:
        """Faces from all networks that were asked, one perhaps several times."""
        if self._short is None:
            return self._main(image)
        if max(image.shape[:2]) <= _CUT_OUT:
            filling = self._filling_face(image, self._short)
            if self._sure(filling):
                return filling
            return self._fall_back(image, join(filling, self._main(image)), self._short)
        return self._fall_back(image, self._main(image), self._short)

    def _filling_face(self, image: ByteImage, short: DetectorNetwork) -> Faces:
        """The face that fills a small picture, where `FULL` alone would misplace its points."""
        found = Faces.none()
        for net, border in ((short, 0.25), (self._main, 0.5), (self._main, 0.8)):
            found = join(found, _bordered(net, image, border))
        widths = found.boxes[:, 2] - found.boxes[:, 0]
        return means(rows_of(found, widths >= _FILLS * image.shape[1]))

    def _fall_back(self, image: ByteImage, found: Faces, short: DetectorNetwork) -> Faces:
        """Ask the short-range network too, unless a face is sure or none was there for long."""
        if not self._sure(found) and self._worth_trying():
            found = join(found, short(image))
            if not self._sure(found):
                found = join(found, _bordered(short, image))
        self._misses = 0 if self._sure(found) else self._misses + 1
        return found

    def _sure(self, faces: Faces) -> bool:
        return bool(np.any(faces.scores >= self.min_confidence))

    def _worth_trying(self) -> bool:
        return self._misses < _PATIENCE or self._misses % self.fallback_every == 0

    def close(self) -> None:
        """Release the networks. May be called twice."""
        self._main.close()
        if self._short is not None:
            self._short.close()


def _bordered(net: DetectorNetwork, image: ByteImage, part: float = _BORDER) -> Faces:
    """Faces of the picture with its edge repeated around it, in the picture's own pixels."""
    # A border around a huge picture costs more than the network, which sees 128 pixels anyway.
    scale = min(1.0, _ENOUGH / max(image.shape[:2]))
    size = tuple(max(1, round(side * scale)) for side in image.shape[1::-1])
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    border = round(max(small.shape[:2]) * part)
    wide = cv2.copyMakeBorder(small, *(border,) * 4, cv2.BORDER_REPLICATE)
    found = net(wide)  # type: ignore[arg-type]
    back = 1 / scale
    return Faces.detected(
        (found.boxes - border) * back, (found.keypoints - border) * back, found.scores
    )
