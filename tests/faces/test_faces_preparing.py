"""A detector that is made beside other work: taken, made anew, or given up."""

from dataclasses import replace

import pytest

from fervideo.analyzer_config import AnalyzerConfig
from fervideo.errors import DeviceError
from fervideo.faces import preparing
from fervideo.faces.detector_networks import Engine
from fervideo.faces.preparing import PreparedDetector

CONFIG = AnalyzerConfig()


@pytest.fixture
def made(monkeypatch):
    """The detectors made, in order, in place of real ones."""
    detectors = []

    class Made:
        def __init__(self, *detection, engine):
            self.detection, self.engine, self.closed = detection, engine, False
            detectors.append(self)

        def close(self):
            self.closed = True

    monkeypatch.setattr(preparing, "FaceDetector", Made)
    return detectors


def test_the_one_that_was_prepared_is_taken(made):
    prepared = PreparedDetector(CONFIG, "auto")
    taken = prepared.take(CONFIG, "openvino")
    assert made == [taken]
    assert taken.detection == CONFIG.detection and taken.engine is Engine.AUTO
    assert not taken.closed
    assert prepared.join(5)


@pytest.mark.parametrize(
    ("config", "device"),
    [(replace(CONFIG, min_confidence=0.7), "openvino"), (CONFIG, "cpu")],
)
def test_another_is_made_for_other_settings_or_another_device(made, config, device):
    prepared = PreparedDetector(CONFIG, "auto")
    taken = prepared.take(config, device)
    assert prepared.join(5)
    closed = [each for each in made if each.closed]
    assert len(made) == 2 and len(closed) == 1 and taken not in closed
    assert taken.detection == config.detection
    assert taken.engine is (Engine.MEDIAPIPE if device == "cpu" else Engine.AUTO)


def test_one_that_nobody_takes_is_closed(made):
    prepared = PreparedDetector(CONFIG, "auto")
    prepared.close()
    assert prepared.join(5)
    assert [each.closed for each in made] == [True]


def test_what_went_wrong_is_told_to_the_one_who_takes_it(monkeypatch):
    def broken(*detection, engine):
        raise DeviceError("no such thing")

    monkeypatch.setattr(preparing, "FaceDetector", broken)
    prepared = PreparedDetector(CONFIG, "auto")
    with pytest.raises(DeviceError, match="no such thing"):
        prepared.take(CONFIG, "openvino")
    prepared.close()  # and nothing more is said
