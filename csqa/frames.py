"""Frozen dataclasses to plain JSON and back: for the engine's lines, the store's columns and the books' tables."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from cattrs.preconf.json import JsonConverter

T = TypeVar("T")


def to_plain(value: object) -> Any:
    """Turn a dataclass (or a list or mapping of them) into dicts, lists, strings and numbers."""
    return converter().unstructure(value)


def from_plain(data: object, kind: type[T]) -> T:
    """Build a ``kind`` from what ``to_plain`` gave. Raises cattrs' grouped errors where the data does not fit."""
    return converter().structure(data, kind)


def to_json(value: object) -> str:
    """Write ``value`` as one line of JSON, Chinese kept readable."""
    return json.dumps(to_plain(value), ensure_ascii=False, separators=(",", ":"))


def from_json(text: str, kind: type[T]) -> T:
    """Read what ``to_json`` wrote."""
    return from_plain(json.loads(text), kind)


@cache
def converter() -> JsonConverter:
    """Return the converter that all of CSQA shares: paths as strings, bytes as base85, unknown fields refused."""
    from cattrs.preconf.json import make_converter  # loads late: a good part of the cold start

    shared = make_converter(forbid_extra_keys=True)
    shared.register_unstructure_hook(Path, str)
    shared.register_structure_hook(Path, lambda value, _: Path(value))
    return shared
