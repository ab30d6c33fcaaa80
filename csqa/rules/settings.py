"""A book's settings tables to a kind's settings dataclass, every slip told with the key where it happened."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from csqa.rules.criteria.base import Criterion, criteria, inside
from csqa.rules.language import Pattern, PhraseError
from csqa.rules.locating import Path
from csqa.rules.phrases import Phrases, Where
from csqa.rules.vocabulary import Vocabulary

_GUARDS = frozenset({"unless", "guards", "title_guards", "rescue_guards", "asks_unless", "excused"})
"""Settings whose phrases say what does not count."""


class SettingError(Exception):
    """A setting that does not fit: the message's ``code``, where it stands, and what to say about it."""

    def __init__(self, code: str, path: Path, **parameters: object) -> None:
        """Keep what the error's sentence needs."""
        self.code, self.path, self.parameters = code, path, parameters
        super().__init__(code, path, parameters)


def build(kind: type[Any], table: object, vocabulary: Vocabulary, path: Path) -> Any:
    """Build the dataclass ``kind`` from a TOML table; ``vocabulary`` is what its phrases and criteria may name.

    Raises ``SettingError``: a key that the kind does not know, a value of another type, one that must be given.
    """
    if not isinstance(table, Mapping):
        raise SettingError("rules.wrong-type", path, name=_name(path), expected="table", found=_described(table))
    fields = {field.name: field for field in dataclasses.fields(kind)}
    for key in table:
        if key not in fields:
            raise SettingError("rules.unknown-setting", (*path, key), name=key, known=sorted(fields))
    types_of = _hints(kind)
    values: dict[str, Any] = {}
    for name, field in fields.items():
        if name in table:
            values[name] = _value(types_of[name], table[name], vocabulary, (*path, name))
        elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            raise SettingError("rules.missing-setting", path, name=name)
    return kind(**values)


_HINTS: dict[type[Any], dict[str, Any]] = {}


def _hints(kind: type[Any]) -> dict[str, Any]:
    """The types of a dataclass's fields, worked out once."""
    if kind not in _HINTS:
        _HINTS[kind] = typing.get_type_hints(kind)
    return _HINTS[kind]


def build_criterion(table: object, vocabulary: Vocabulary, path: Path) -> Criterion:
    """Build a criterion from a TOML table: the key that names a kind of criterion tells which it is.

    Raises ``SettingError`` where none or several do, where a named condition is not (yet) known, and as ``build`` does.
    """
    if not isinstance(table, Mapping):
        raise SettingError("rules.wrong-type", path, name=_name(path), expected="table", found=_described(table))
    known = criteria()
    keys = [key for key in table if key in known and not _is_setting_of_another(key, table, known)]
    if len(keys) != 1:
        code = "rules.several-criteria" if keys else "rules.no-criterion"
        raise SettingError(code, path, found=sorted(table), known=sorted(known))
    kind = known[keys[0]]
    if kind.key == "condition":
        return _named_condition(table, kind, vocabulary, path)
    built: Criterion = build(kind, table, vocabulary, path)
    if kind.key == "matches":
        _check_expressions(built, path)
    return built


def _is_setting_of_another(key: str, table: Mapping[str, Any], known: Mapping[str, type[Criterion]]) -> bool:
    """Tell whether ``key`` is only a setting of the kind that another key of the table names."""
    return any(
        other != key and other in known and key in {field.name for field in dataclasses.fields(known[other])}
        for other in table
    )


def _named_condition(table: Mapping[str, Any], kind: type[Criterion], vocabulary: Vocabulary, path: Path) -> Criterion:
    for key in table:
        if key != "condition":
            raise SettingError("rules.unknown-setting", (*path, key), name=key, known=["condition"])
    name = table["condition"]
    if name not in vocabulary.conditions:
        known = sorted(vocabulary.conditions)
        raise SettingError("rules.unknown-condition", (*path, "condition"), name=str(name), known=known)
    named: Criterion = kind(condition=name, meant=vocabulary.conditions[name])  # type: ignore[call-arg]
    return named


def _check_expressions(built: Any, path: Path) -> None:
    try:
        built.check()
    except PhraseError as error:
        raise SettingError(
            f"rules.phrase-{error.problem}",
            (*path, built.matches),
            phrase=built.matches,
            at=error.at + 1,
            name=error.name,
        ) from error


def scalars(settings: object) -> dict[str, Any]:
    """Numbers, switches and names of ``settings``, for the record of a verdict; phrases are the book's own text."""
    plain: dict[str, Any] = {}
    for field in dataclasses.fields(settings):  # type: ignore[arg-type]
        value = getattr(settings, field.name)
        if isinstance(value, (bool, int, float, str)):
            plain[field.name] = value.value if isinstance(value, StrEnum) else value
        elif isinstance(value, tuple) and all(isinstance(item, str) for item in value):
            plain[field.name] = list(value)
        elif isinstance(value, Criterion):
            numbers = _numbers(value)
            if numbers:
                plain[field.name] = numbers
        elif dataclasses.is_dataclass(value) and not isinstance(value, (type, Phrases)):
            nested = {key: item for key, item in scalars(value).items() if item is not None}
            if nested:
                plain[field.name] = nested
    return plain


def _numbers(criterion: Criterion) -> dict[str, Any]:
    """The limits of a criterion and of those it is made of, where they are not the usual ones."""
    found: dict[str, Any] = {}
    for part in inside(criterion):
        for field in dataclasses.fields(part) if isinstance(part, (Criterion, Where)) else ():
            value = getattr(part, field.name)
            if isinstance(value, (int, float)) and not isinstance(value, bool) and value != field.default:
                found.setdefault(field.name, value)
    return found


def _value(expected: Any, value: object, vocabulary: Vocabulary, path: Path) -> Any:
    origin = typing.get_origin(expected)
    if origin in (types.UnionType, typing.Union):
        return _value(
            next(option for option in typing.get_args(expected) if option is not type(None)), value, vocabulary, path
        )
    if expected is Phrases:
        return _phrases(value, vocabulary, path)
    if origin is tuple:
        if not isinstance(value, list):
            raise _mismatch(value, "list", path)
        (member, _) = typing.get_args(expected)
        return tuple(_value(member, item, vocabulary, (*path, index)) for index, item in enumerate(value))
    if expected is Criterion:
        return build_criterion(value, vocabulary, path)
    if isinstance(expected, type) and hasattr(expected, "__dataclass_fields__"):
        return build(expected, value, vocabulary, path)
    if isinstance(expected, type) and issubclass(expected, StrEnum):
        if value not in list(expected):
            raise SettingError(
                "rules.unknown-choice", path, name=_name(path), found=value, known=[str(one) for one in expected]
            )
        return expected(str(value))
    return _scalar(expected, value, path)


def _scalar(expected: type[Any], value: object, path: Path) -> Any:
    if expected is float and isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, expected) and not (expected is not bool and isinstance(value, bool)):
        return value
    raise _mismatch(value, {float: "number", int: "whole-number", bool: "switch"}.get(expected, "text"), path)


def _phrases(value: object, vocabulary: Vocabulary, path: Path) -> Phrases:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise _mismatch(value, "phrases", path)
    patterns: list[Pattern] = []
    guarding = _name(path) in _GUARDS
    for source in value:
        try:
            patterns += vocabulary.patterns(source, guarding=guarding)
        except PhraseError as error:
            raise SettingError(
                f"rules.phrase-{error.problem}", (*path, source), phrase=source, at=error.at + 1, name=error.name
            ) from error
    return Phrases(tuple(value), tuple(patterns))


def _mismatch(value: object, expected: str, path: Path) -> SettingError:
    return SettingError("rules.wrong-type", path, name=_name(path), expected=expected, found=_described(value))


def _described(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 40 else shown[:37] + "..."


def _name(path: Path) -> str:
    return next((part for part in reversed(path) if isinstance(part, str)), "")
