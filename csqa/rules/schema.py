"""The form of rule books as JSON Schema, for editors that complete and check TOML while it is written.

It is made from the very dataclasses that books are read into, so it cannot say anything else than they do.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from csqa.rules.base import Severity
from csqa.rules.criteria.base import Criterion, criteria
from csqa.rules.kinds import kinds
from csqa.rules.phrases import Phrases

_TEXT: dict[str, Any] = {"type": "string"}
_TEXTS: dict[str, Any] = {"type": "array", "items": _TEXT}
_SCALARS: Mapping[type[Any], dict[str, Any]] = {
    str: _TEXT,
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
}


def book_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of a rule book, and of a file that one includes."""
    defined = _Definitions()
    criterion_refs = [defined.of(kind) for kind in criteria().values()]
    defined.schemas["Criterion"] = {"description": _first_line(Criterion), "anyOf": criterion_refs}
    rules = [_rule(name, kind.settings, kind.help, defined) for name, kind in sorted(kinds().items())]
    condition = {
        "type": "object",
        "properties": {
            "id": _TEXT,
            "zh": _TEXT,
            "en": _TEXT,
            "scenario": {"type": "boolean", "description": "Whether it tells what a call is about."},
            "holds": {"$ref": "#/$defs/Criterion"},
        },
        "required": ["id", "zh", "en", "holds"],
        "additionalProperties": False,
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "CSQA rule book",
        "type": "object",
        "properties": {
            "id": _TEXT,
            "version": _TEXT,
            "title_zh": _TEXT,
            "title_en": _TEXT,
            "include": _TEXTS,
            "company": {
                "type": "object",
                "properties": {"names": _TEXTS, "departments": _TEXTS, "products": _TEXTS},
                "additionalProperties": False,
            },
            "words": {"type": "object", "additionalProperties": _TEXTS},
            "conditions": {"type": "array", "items": condition},
            "rules": {"type": "array", "items": {"oneOf": rules}},
        },
        "additionalProperties": False,
        "$defs": dict(sorted(defined.schemas.items())),
    }


def _rule(name: str, settings: type[Any], help_text: str, defined: _Definitions) -> dict[str, Any]:
    return {
        "type": "object",
        "description": help_text.splitlines()[0],
        "properties": {
            "id": _TEXT,
            "title_zh": _TEXT,
            "title_en": _TEXT,
            "kind": {"const": name},
            "severity": {"enum": [str(one) for one in Severity]},
            "section": _TEXT,
            "source": _TEXT,
            "help_zh": _TEXT,
            "help_en": _TEXT,
            "settings": defined.of(settings),
        },
        "required": ["id", "title_zh", "title_en", "kind", "severity"],
        "additionalProperties": False,
    }


class _Definitions:
    """Schemas of dataclasses by name, each made once."""

    def __init__(self) -> None:
        self.schemas: dict[str, Any] = {}

    def of(self, kind: type[Any]) -> dict[str, Any]:
        """A reference to the schema of a dataclass."""
        name = kind.__name__
        if name not in self.schemas:
            self.schemas[name] = {}  # it may refer to itself
            self.schemas[name] = self._object(kind)
        return {"$ref": f"#/$defs/{name}"}

    def _object(self, kind: type[Any]) -> dict[str, Any]:
        hints = typing.get_type_hints(kind, include_extras=True)
        properties: dict[str, Any] = {}
        required: list[str] = []
        for field in dataclasses.fields(kind):
            hint = hints[field.name]
            if field.name == "meant" or (kind.__name__ == "Meets" and field.name in {"zh", "en"}):
                continue  # the book puts it in
            schema = dict(self._type(hint))
            if hasattr(hint, "__metadata__"):
                schema["description"] = hint.__metadata__[0]
            properties[field.name] = schema
            if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
                required.append(field.name)
        return {
            "type": "object",
            "description": _first_line(kind),
            "properties": properties,
            "required": required,
            "additionalProperties": False,
        }

    def _type(self, hint: Any) -> dict[str, Any]:
        if hasattr(hint, "__metadata__"):
            hint = typing.get_args(hint)[0]
        origin = typing.get_origin(hint)
        if origin in (types.UnionType, typing.Union):
            return self._type(next(one for one in typing.get_args(hint) if one is not type(None)))
        if origin is tuple:
            return {"type": "array", "items": self._type(typing.get_args(hint)[0])}
        if hint is Phrases:
            return _TEXTS
        if hint is Criterion:
            return {"$ref": "#/$defs/Criterion"}
        if isinstance(hint, type) and issubclass(hint, StrEnum):
            return {"enum": [str(one) for one in hint]}
        if dataclasses.is_dataclass(hint) and isinstance(hint, type):
            return self.of(hint)
        return _SCALARS[hint]


def _first_line(kind: type[Any]) -> str:
    return (kind.__doc__ or "").strip().splitlines()[0]
