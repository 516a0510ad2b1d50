"""A data set of plain colours that `FakeModel` tells apart, as from the cache."""

import numpy as np
from fakes import paint

from fervideo import labels
from fervideo.training.cache import AlignedSamples
from fervideo.training.readers.samples import make_samples

SIDE = 48


def painted(number=70, subjects=None):
    """Validation pictures of every class in turn, in its colour."""
    index = np.arange(number, dtype=np.int64) % len(labels.BASIC)
    images = np.empty((number, SIDE, SIDE, 3), np.uint8)
    images[:] = np.array([paint(labels.BASIC[c]) for c in index])[:, None, None]
    samples = make_samples("painted", images, index, np.ones_like(index), subjects=subjects)
    identity = np.broadcast_to(np.eye(2, 3, dtype=np.float32), (number, 2, 3)).copy()
    return AlignedSamples(samples, identity, identity, np.ones(number, np.bool_))
