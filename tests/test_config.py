from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from fervideo.config import from_dict, load_config, save_config, to_dict
from fervideo.errors import ConfigError
from fervideo.faces.detector import DetectorRange
from fervideo.pipeline import AnalyzerConfig
from fervideo.stabilize import StabilizerConfig

CHANGED = AnalyzerConfig(
    detector_range=DetectorRange.SHORT,
    max_faces=3,
    threshold=0.45,
    stabilizer=StabilizerConfig(margin=0.2, hold_s=1.0),
)


@dataclass(frozen=True)
class Recipe:
    name: str = 'a "quoted" \\ name\nand ü'
    sizes: tuple[int, ...] = (1, 2)
    flag: bool = True
    inner: AnalyzerConfig = field(default_factory=AnalyzerConfig)


@pytest.mark.parametrize("suffix", [".toml", ".json"])
@pytest.mark.parametrize("config", [AnalyzerConfig(), CHANGED, Recipe(), Recipe(inner=CHANGED)])
def test_settings_come_back_from_a_file_as_they_went(
    tmp_path: Path, suffix: str, config: Any
) -> None:
    path = tmp_path / f"settings{suffix}"
    save_config(config, path)
    assert load_config(type(config), path) == config


def test_what_is_absent_keeps_its_default() -> None:
    assert from_dict(AnalyzerConfig, {"max_faces": 2}) == replace(AnalyzerConfig(), max_faces=2)


def test_a_whole_number_serves_as_a_fraction() -> None:
    assert from_dict(StabilizerConfig, {"hold_s": 2}).hold_s == 2.0


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"max_face": 3}, "unknown setting max_face"),
        ({"stabilizer": {"margn": 0.1}}, "unknown setting stabilizer.margn"),
        ({"max_faces": "three"}, "max_faces: expected int, found 'three'"),
        ({"max_faces": True}, "max_faces: expected int"),
        ({"max_faces": 0}, "max_faces: expected a number from 1"),
        ({"min_confidence": True}, "min_confidence: expected float"),
        ({"min_confidence": 1.5}, "from 0 to 1, found 1.5"),
        ({"threshold": float("nan")}, "threshold"),
        ({"detector_range": "long"}, "expected one of short, full, auto, found 'long'"),
        ({"stabilizer": 3}, "stabilizer: expected StabilizerConfig, found 3"),
        ({"stabilizer": {"hold_s": -1}}, "hold_s"),
    ],
)
def test_what_does_not_fit_is_named(values: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        from_dict(AnalyzerConfig, values)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.toml", b"max_faces = = 3"),
        ("a.json", b"{"),
        ("a.json", b"[1, 2]"),
        ("a.toml", b"\xff\xfe\x00"),
        ("missing.toml", None),
    ],
)
def test_a_file_that_is_none_is_refused_in_a_sentence(
    tmp_path: Path, name: str, content: bytes | None
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigError, match=name):
        load_config(AnalyzerConfig, path)


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot write"):
        save_config(AnalyzerConfig(), tmp_path / "none" / "a.toml")


def test_no_value_is_left_out() -> None:
    assert "threshold" not in to_dict(AnalyzerConfig())
