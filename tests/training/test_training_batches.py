"""What is in a batch: the same pictures, varied alike, wherever and by however many it is made."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from test_training_run import colourful

from fervideo.errors import RecipeError
from fervideo.training import batches
from fervideo.training.augment import NONE, AugmentConfig, warp, window
from fervideo.training.batches import Mix
from fervideo.training.processes import Processes
from fervideo.training.recipe import DataShare

SHARES = [DataShare("rafdb", 0.6, 0.5), DataShare("fer2013", 0.4, 0.2)]
STRONG = AugmentConfig(dim=0.4, erase=0.5)


def parts():
    grey = colourful(40, seed=4)
    samples = replace(grey.samples, images=grey.samples.images[..., :1].copy())
    return [colourful(70), replace(grey, samples=samples)]


def test_a_batch_is_what_it_always_was():
    # Recipes promise the same run again: figures of two batches as first released.
    mix = Mix(parts(), SHARES, 32, seed=3)
    for step, mean, spread, first in (
        (0, 39.85646, 59.00893, [41.0353, 41.3139, 55.3822, 39.1725]),
        (7, 42.39842, 60.30975, [51.5392, 23.4231, 18.6791, 36.9189]),
    ):
        crops, targets, labels, weights = mix(step, 32, STRONG)
        assert float(crops.double().mean()) == pytest.approx(mean, abs=2e-3)
        assert float(crops.double().std()) == pytest.approx(spread, abs=2e-3)
        assert crops.mean((1, 2, 3))[:4].tolist() == pytest.approx(first, abs=5e-3)
        assert targets.argmax(1).tolist() == labels.tolist()
        assert bool((weights > 0).all())


def test_pictures_that_live_on_the_device_make_the_same_batch(monkeypatch):
    plain = Mix(parts(), SHARES, 32, seed=3)(2, 32, STRONG)
    monkeypatch.setattr(batches, "fits_on_device", lambda size, device: True)
    mix = Mix(parts(), SHARES, 32, seed=3)
    assert all(p.resident is not None for p in mix.pictures)
    for a, b in zip(plain, mix(2, 32, STRONG), strict=True):
        torch.testing.assert_close(a, b, rtol=0, atol=0)


def test_a_batch_is_made_without_waiting_for_the_device():
    # The meta device has no values: whatever asked it for one would fail.
    mix = Mix(parts(), SHARES, 32, seed=3, device=torch.device("meta"))
    crops, targets, labels, weights = mix(1, 32, replace(STRONG, dim=0))
    assert crops.shape == (32, 3, 32, 32)
    assert {t.device.type for t in (crops, targets, labels, weights)} == {"meta"}


def test_processes_share_a_batch_out():
    whole = Mix(parts(), SHARES, 30, seed=3)(4, 16, NONE)
    shares = [
        Mix(parts(), SHARES, 30, seed=3, processes=Processes(r, 3))(4, 16, NONE) for r in range(3)
    ]
    for number, tensor in enumerate(whole):
        dealt = [s[number] for s in shares]
        assert [len(d) for d in dealt] == [10, 10, 10]
        again = torch.stack(dealt, 1).flatten(0, 1)  # rows 0, 3, 6, ... were the first one's
        torch.testing.assert_close(again, tensor)


def test_processes_draw_different_variations():
    one, other = (
        Mix([colourful(7)], SHARES[:1], 14, 3, processes=Processes(r, 2))(0, 16, STRONG)
        for r in range(2)
    )
    assert not torch.equal(one[0], other[0])


def test_a_batch_that_cannot_be_shared_out_is_one_sentence():
    with pytest.raises(RecipeError, match="a multiple of the 4 processes, found 30"):
        Mix(parts(), SHARES, 30, seed=3, processes=Processes(1, 4))


def test_windows_lie_inside_and_are_where_they_are_asked():
    assert window(3, 1.0) is None
    maps = window(1, 0.9, (1.0, 0.0))
    corners = torch.tensor([[0.0, 0, 1], [1, 1, 1]]) @ maps[0].T
    torch.testing.assert_close(corners[:, :2], torch.tensor([[0.1, 0], [1, 0.9]]))
    random = window(200, 0.8, None, torch.Generator().manual_seed(1))[:, :2, 2]
    assert 0 <= float(random.min()) < 0.01 and 0.19 < float(random.max()) <= 0.2


def test_a_window_is_cut_pixel_by_pixel():
    pictures = torch.from_numpy(np.random.default_rng(0).integers(0, 255, (2, 20, 20, 3), np.uint8))
    identity = torch.eye(2, 3).expand(2, 2, 3)
    crops = warp(pictures, identity, 18, window(2, 0.9, (0.0, 1.0)))
    torch.testing.assert_close(
        crops, pictures[:, 2:, :18].permute(0, 3, 1, 2).float(), rtol=0, atol=0.1
    )


def test_training_on_a_part_of_each_picture_shows_changing_parts():
    mix = Mix([colourful(7)], SHARES[:1], 7, seed=3, view=0.75)
    still = Mix([colourful(7)], SHARES[:1], 7, seed=3)
    first, second = (mix(step, 18, NONE) for step in range(2))
    order = [torch.argsort(batch[2]) for batch in (first, second)]
    assert not torch.equal(first[0][order[0]], second[0][order[1]])
    assert first[0].shape == still(0, 18, NONE)[0].shape
