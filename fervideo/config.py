"""Settings as frozen dataclasses that travel as TOML or JSON; an unknown key is an error."""

from __future__ import annotations

import dataclasses
import json
import tomllib
import types
import typing
from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

from fervideo.errors import ConfigError

T = TypeVar("T")


def check_range(name: str, value: float, low: float, high: float) -> None:
    """Raise ConfigError unless `low <= value <= high`; NaN never is."""
    if not low <= value <= high:
        raise ConfigError(f"{name}: expected a number from {low:g} to {high:g}, found {value:g}")


def to_dict(config: object) -> dict[str, Any]:
    """A settings dataclass as plain nested values; a setting that is None is left out."""
    if not dataclasses.is_dataclass(config) or isinstance(config, type):
        raise TypeError(f"expected a dataclass instance, found {type(config).__name__}")
    plain: dict[str, Any] = {}
    for field in dataclasses.fields(config):
        value = getattr(config, field.name)
        if value is not None:
            plain[field.name] = _to_plain(value)
    return plain


def _to_plain(value: object) -> object:
    if dataclasses.is_dataclass(value):
        return to_dict(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {key: _to_plain(item) for key, item in value.items()}
    return list(value) if isinstance(value, tuple) else value


def from_dict(cls: type[T], values: Mapping[str, Any], where: str = "") -> T:
    """Build a settings dataclass from plain nested values; what is absent keeps its default.

    Args:
        cls: The dataclass.
        values: Values by field name; nested mappings for nested dataclasses.
        where: Names of the outer keys, for messages.

    Raises:
        ConfigError: A key is unknown or missing, a value has the wrong type or is out of range.
    """
    if not isinstance(values, Mapping):
        raise ConfigError(f"expected settings by name, found {type(values).__name__}")
    hints = typing.get_type_hints(cls)
    fields = dataclasses.fields(cls)  # type: ignore[arg-type]
    known = {f.name for f in fields}
    for key in values:
        if key not in known:
            raise ConfigError(
                f"unknown setting {where}{key}; expected one of {', '.join(sorted(known))}"
            )
    for field in fields:
        if field.name not in values and _is_required(field):
            raise ConfigError(f"expected the setting {where}{field.name}, found none")
    built = {key: _convert(hints[key], value, where + key) for key, value in values.items()}
    return cls(**built)


def _is_required(field: dataclasses.Field[Any]) -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


def _convert(kind: Any, value: Any, name: str) -> Any:
    """`value` as `kind`: a dataclass, an enumeration, a scalar, a tuple, options by name."""
    if typing.get_origin(kind) in (types.UnionType, typing.Union):
        options = [k for k in typing.get_args(kind) if k is not type(None)]
        return None if value is None else _convert(options[0], value, name)
    if typing.get_origin(kind) is tuple and isinstance(value, list | tuple):
        return tuple(_convert(typing.get_args(kind)[0], v, name) for v in value)
    if typing.get_origin(kind) is Mapping:
        return _options(value, name)
    if dataclasses.is_dataclass(kind) and isinstance(kind, type) and isinstance(value, Mapping):
        return from_dict(kind, value, name + ".")
    if isinstance(kind, type) and issubclass(kind, Enum):
        words = [member.value for member in kind]
        if value not in words:
            raise ConfigError(f"{name}: expected one of {', '.join(words)}, found {value!r}")
        return kind(value)
    return _scalar(kind, value, name)


def _options(value: Any, name: str) -> dict[str, Any]:
    """Settings by names that no dataclass lists: whoever takes them checks them."""
    if not isinstance(value, Mapping):
        raise ConfigError(f"{name}: expected settings by name, found {value!r}")
    for key, item in value.items():
        if not isinstance(item, bool | int | float | str):
            raise ConfigError(f"{name}.{key}: expected a number, text or true, found {item!r}")
    return dict(value)


def _scalar(kind: Any, value: Any, name: str) -> Any:
    # A bool is an int to Python, but "true" is no answer to "how many seconds".
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(kind, type) or type(value) is not kind:
        wanted = getattr(kind, "__name__", str(kind))
        raise ConfigError(f"{name}: expected {wanted}, found {value!r}")
    return value


def load_config(cls: type[T], path: Path) -> T:
    """Read settings from a `.toml` or `.json` file.

    Raises:
        ConfigError: The file cannot be read, is not of its format, or does not fit `cls`.
    """
    try:
        text = path.read_text(encoding="utf-8")
        values = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except OSError as error:
        raise ConfigError(f"cannot read the settings file {path}: {error.strerror}") from error
    except ValueError as error:  # of json, tomllib and the UTF-8 decoder alike
        raise ConfigError(f"{path} is not a settings file: {error}") from error
    if not isinstance(values, dict):
        raise ConfigError(f"{path}: expected settings by name, found {type(values).__name__}")
    return from_dict(cls, values)


def save_config(config: object, path: Path) -> None:
    """Write settings to a `.toml` or `.json` file that `load_config` reads back.

    Raises:
        ConfigError: The file cannot be written.
    """
    values = to_dict(config)
    text = json.dumps(values, indent=2) + "\n" if path.suffix == ".json" else to_toml(values)
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"cannot write the settings file {path}: {error.strerror}") from error


def to_toml(values: Mapping[str, Any], table: str = "") -> str:
    """Nested plain values as TOML: scalars first, then a table for each nested mapping."""
    # A JSON number, string, boolean or array of them is the same text in TOML.
    lines = [
        f"{key} = {json.dumps(value)}"
        for key, value in values.items()
        if not isinstance(value, Mapping)
    ]
    for key, value in values.items():
        if isinstance(value, Mapping):
            name = f"{table}{key}"
            lines += ["", f"[{name}]", to_toml(value, name + ".").rstrip("\n")]
    return "\n".join(lines).strip("\n") + "\n"
