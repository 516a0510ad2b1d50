"""What a training starts from."""

import pytest

from fervideo.errors import ModelError
from fervideo.models.lfnsb import LFNSB
from fervideo.models.mobilefacenet import MobileFaceNet
from fervideo.models.registry import find_weights
from fervideo.training.run import load_start


def test_a_shipped_weight_file_can_be_started_from():
    network = LFNSB()
    before = network.state_dict()["head.weight"].clone()
    assert load_start(network, find_weights("lfnsb")) == ()
    assert not network.state_dict()["head.weight"].equal(before)


def test_weights_of_another_network_are_refused():
    with pytest.raises(ModelError, match="expected the layers of MobileFaceNet"):
        load_start(MobileFaceNet(), find_weights("lfnsb"))
