"""One view or ten of each picture, from the data set's own pixels and from run-time crops alike."""

import numpy as np
import pytest
import torch
from test_training_run import Tiny, colourful

from fervideo.models.network import builders
from fervideo.training.augment import normalize
from fervideo.training.predict import run_crops, run_network


def network(size=20, frame=24):
    torch.manual_seed(0)
    tiny = Tiny().eval()
    tiny.input_size, tiny.frame_size = size, frame
    return tiny


def data():
    return colourful(14)  # 24 pixels: warping to a frame of 24 moves nothing


@pytest.mark.parametrize("views", [{}, {"flip": True}, {"ten_crop": True}])
def test_pictures_and_run_time_crops_agree(views):
    tiny = network()
    options = {"flip": False, **views}
    by_warp = run_network(tiny, data(), torch.device("cpu"), tiny.input_size, **options)
    by_cut = run_crops(tiny, data().samples.images, torch.device("cpu"), **options)
    for a, b in zip(by_warp, by_cut, strict=True):
        np.testing.assert_allclose(a, b, atol=0.02)


def test_ten_crops_are_the_middle_the_corners_and_their_mirror_images():
    tiny = network()
    images = torch.from_numpy(data().samples.images).permute(0, 3, 1, 2).float()
    found = []
    for x, y in ((2, 2), (0, 0), (4, 0), (0, 4), (4, 4)):
        view = normalize(images[:, :, y : y + 20, x : x + 20])
        found += [tiny(view).logits, tiny(view.flip(3)).logits]
    _, logits = run_crops(tiny, data().samples.images, torch.device("cpu"), ten_crop=True)
    np.testing.assert_allclose(logits, torch.stack(found).mean(0).detach().numpy(), atol=1e-4)


def test_the_whole_picture_has_one_view():
    tiny = network(24, 24)
    _, one = run_crops(tiny, data().samples.images, torch.device("cpu"))
    _, again = run_network(tiny, data(), torch.device("cpu"), 24, flip=False)
    np.testing.assert_allclose(one, again, atol=0.02)


def test_a_network_can_look_at_smaller_pictures_of_the_same_part():
    vgg = builders()["vgg-lip"](7, "linear", 16.0)
    assert (vgg.input_size, vgg.frame_size, vgg.view) == (90, 100, 0.9)
    vgg.resize(63)
    assert (vgg.input_size, vgg.frame_size) == (63, 70)
    assert all(n.view == 1 for n in (builders()[k](7, "linear", 16.0) for k in ("lfnsb",)))
