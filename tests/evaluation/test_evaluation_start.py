import pytest
from command_line import run as run

from fervideo.errors import FervideoError
from fervideo.evaluation.start import measure_start


def test_the_steps_of_a_start_are_timed_in_order():
    report = measure_start("default", "cpu", runs=1)
    assert list(report.steps_s) == [
        "python",
        "program",
        "pytorch",
        "model",
        "detector",
        "first picture",
    ]
    assert min(report.steps_s.values()) > 0
    assert report.seconds == pytest.approx(sum(report.steps_s.values()))
    assert report.processor_s > 0


def test_a_device_that_is_not_there_is_told_in_one_sentence():
    with pytest.raises(FervideoError, match=r"expected .*nowhere"):
        measure_start("default", "nowhere", runs=1)


def test_the_command_prints_a_table(run):
    status, out, _ = run("bench", "start", "--runs", 1, "--device", "cpu")
    assert status == 0
    assert "| first picture |" in out
