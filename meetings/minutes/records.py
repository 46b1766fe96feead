"""Frozen records in and out of JSON, and the one sequence of bytes a digest is taken of. Pure."""

import dataclasses
import hashlib
import json
import types
import typing
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, TypeVar

T = TypeVar("T")


def plain(value: Any) -> Any:
    """`value` in JSON's own types: composed Unicode, ISO dates, moments in UTC.

    A moment without a zone is a fault of the caller, never a guess: `ValueError`. What a record cannot hold: `TypeError`.
    """
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("a moment in a record needs its time zone")
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if value is None or isinstance(value, bool | int):
        return value
    raise TypeError(f"a record cannot hold {type(value).__name__}")


def canonical(value: Any) -> bytes:
    """`value` as one sequence of bytes: sorted keys, no spaces, UTF-8."""
    return json.dumps(plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def without_absent(data: Mapping[str, Any], later: Mapping[str, frozenset[str]]) -> dict[str, Any]:
    """`data` without the fields in `later` that say nothing: of the part a key names, or of the whole under "".

    A field that came after the first records is left out where there is none of it, so that earlier digests stay what they were.
    """

    def bare(part: Mapping[str, Any], names: frozenset[str]) -> dict[str, Any]:
        return {name: value for name, value in part.items() if value or name not in names}

    whole = bare(data, later[""])
    return {
        name: bare(value, later[name]) if name in later and isinstance(value, Mapping) else value
        for name, value in whole.items()
    }


def sha256(value: Any) -> str:
    """SHA-256 of the canonical bytes, in hex."""
    return hashlib.sha256(canonical(value)).hexdigest()


def with_each_text(value: T, change: Callable[[str], str]) -> T:
    """`value` with every string in it, however deep, put through `change`."""
    changed: Any = value
    if isinstance(changed, str):
        changed = change(changed)
    elif isinstance(changed, tuple):
        changed = tuple(with_each_text(each, change) for each in changed)
    elif dataclasses.is_dataclass(changed) and not isinstance(changed, type):
        changed = dataclasses.replace(
            changed,
            **{
                field.name: with_each_text(getattr(changed, field.name), change)
                for field in dataclasses.fields(changed)
            },
        )
    result: T = changed
    return result


def build(kind: type[T], data: Any) -> T:
    """The frozen record of type `kind` that `plain` made `data` from.

    `KeyError`, `TypeError` or `ValueError` when it is not one: an unknown key, a missing field, a date that is none.
    """
    built: T = _build(kind, data)
    return built


def _build(kind: Any, data: Any) -> Any:
    origin = typing.get_origin(kind)
    if origin in {typing.Union, types.UnionType}:
        return (
            None
            if data is None
            else _build(next(a for a in typing.get_args(kind) if a is not type(None)), data)
        )
    if origin is tuple:
        inner = typing.get_args(kind)
        kinds = [inner[0]] * len(data) if inner[-1] is Ellipsis else inner
        return tuple(_build(one, value) for one, value in zip(kinds, data, strict=True))
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        return kind(**{name: _build(hints[name], value) for name, value in data.items()})  # type: ignore[operator]
    if kind is datetime:
        return datetime.strptime(data, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    if kind is date:
        return date.fromisoformat(data)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(data)
    return data
