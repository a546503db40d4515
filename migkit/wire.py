"""Values and errors as JSON and back: what goes to a process of its own, and what it tells.

Whatever comes back is data: nothing in it is executed. An Engine goes by its name, since it holds functions.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar, cast

from migkit import engines
from migkit.errors import (
    ConfigError,
    HistoryError,
    MigkitError,
    ServerError,
    StepFailed,
    TargetError,
)
from migkit.model import Engine

Value = TypeVar("Value")
_KINDS = {kind.kind: kind for kind in (ConfigError, HistoryError, ServerError, StepFailed, TargetError)}
_STEP = ("revision", "direction", "statement", "output", "declared")


def encoded(value: Any) -> Any:
    """Give a value of the kit as JSON's own types."""
    if isinstance(value, (list, tuple, set, frozenset)):
        return [encoded(each) for each in value]
    if isinstance(value, Mapping):
        return {str(key): encoded(each) for key, each in value.items()}
    if is_dataclass(value) and not isinstance(value, (type, Engine)):
        return {field.name: encoded(getattr(value, field.name)) for field in fields(value)}
    return _plain(value)


def _plain(value: Any) -> Any:
    if isinstance(value, Engine):
        return value.name
    if isinstance(value, Enum):
        return value.value
    return str(value) if isinstance(value, Path) else value


def decoded(kind: type[Value], value: Any) -> Value:
    """Give the value of a type back from what `encoded` made of it."""
    return cast("Value", _decoded(kind, value))


def _decoded(kind: Any, value: Any) -> Any:
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return None if value is None else _decoded(next(one for one in inner if one is not types.NoneType), value)
    if origin is tuple:
        return tuple(_decoded(one, each) for one, each in zip(_items(inner, value), value, strict=True))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {key: _decoded(inner[1], each) for key, each in value.items()}
    return _made(kind, value) if isinstance(kind, type) else value


def _made(kind: type, value: Any) -> Any:
    if kind is Engine:
        return engines.parse(value)
    if is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        return kind(**{name: _decoded(hints[name], each) for name, each in value.items()})
    return kind(value) if issubclass(kind, (Enum, Path)) else value


def _items(inner: tuple[Any, ...], value: list[Any]) -> tuple[Any, ...]:
    """Give the type of each item of a tuple: `tuple[X, ...]` has one for all."""
    return inner[:1] * len(value) if inner[1:] == (...,) else inner


def told(error: MigkitError) -> dict[str, Any]:
    """Give an error as JSON's own types."""
    named = {name: getattr(error, name) for name in _STEP if hasattr(error, name)}
    place = {"path": str(error.path) if error.path else None, "line": error.line}
    stands = {"current": list(error.current)} if hasattr(error, "current") else {}
    return {"kind": error.kind, "message": error.message, "remedy": error.remedy, **place, **named, **stands}


def error_from(value: Mapping[str, Any]) -> MigkitError:
    """Give the error back."""
    kind: Any = _KINDS.get(value["kind"], MigkitError)
    step = {name: value[name] for name in _STEP if name in value}
    error: MigkitError = kind(value["message"], remedy=value.get("remedy", ""), **step)
    error.path, error.line = Path(value["path"]) if value.get("path") else None, value.get("line")
    if isinstance(error, StepFailed) and "current" in value:
        error.current = tuple(value["current"])
    return error
