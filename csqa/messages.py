"""Every sentence said to a person, by code and parameters, in Chinese and English.

The sentences lie in ``csqa/wording/*.toml``, a file a room. An entry is a table named by its code::

    ["hear.file-missing"]
    zh = "找不到文件 {file}。"
    en = "There is no file {file}."
    hint_zh = "它可能被移走或改名了,请检查后再试。"
    hint_en = "It may have been moved or renamed; look for it and try again."

Parameters stand in braces as in ``str.format``; ``{seconds:.1f}`` works. What an error carries is a ``UserFixable``'s
code; what a verdict carries is a ``Reason``. Both end here.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

from csqa.errors import CsqaError


class Language(StrEnum):
    """The languages that CSQA speaks."""

    CHINESE = "zh"
    ENGLISH = "en"


@dataclass(frozen=True)
class Reason:
    """Why something is so, without the words: a code of the catalogue and its JSON-able parameters."""

    code: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


def sentence(reason: Reason, language: Language = Language.CHINESE) -> str:
    """Say ``reason`` in ``language``. Raises KeyError where the catalogue lacks the code.

    A parameter that is missing is said as "…": what was stored by an earlier version must stay readable.
    """
    return _filled(_catalogue()[reason.code][language.value], reason.parameters, language)


def error_sentence(error: CsqaError, language: Language = Language.CHINESE) -> str:
    """Say what went wrong, in one sentence."""
    return sentence(Reason(error.code, error.parameters), language)


def error_hint(error: CsqaError, language: Language = Language.CHINESE) -> str:
    """Say what the user can do about ``error``; an empty string where the catalogue has no hint."""
    template = _catalogue()[error.code].get(f"hint_{language.value}", "")
    return _filled(template, error.parameters, language)


def error_text(error: CsqaError, language: Language = Language.CHINESE) -> str:
    """Say what went wrong and what to do about it, in one line."""
    between = "" if language is Language.CHINESE else " "
    return between.join(filter(None, (error_sentence(error, language), error_hint(error, language))))


def known_codes() -> frozenset[str]:
    """All codes of the catalogue, for the tests that keep it whole."""
    return frozenset(_catalogue())


class _Unknown:
    """Stands for a parameter that was not stored, whatever format is asked of it."""

    def __format__(self, _: str) -> str:
        return "…"


class _Parameters(dict[str, Any]):
    def __missing__(self, _: str) -> _Unknown:
        return _Unknown()


def _filled(template: str, parameters: Mapping[str, Any], language: Language) -> str:
    """Fill in ``template``; nested reasons are said and lists joined as the language does."""
    return template.format_map(_Parameters({key: _say(value, language) for key, value in parameters.items()}))


def _say(value: Any, language: Language) -> Any:
    if isinstance(value, Reason):
        return sentence(value, language)
    if isinstance(value, Mapping) and set(value) == {"code", "parameters"}:  # a reason back from JSON
        return sentence(Reason(value["code"], value["parameters"]), language)
    if isinstance(value, Mapping) and set(value) == {each.value for each in Language}:  # a book's own words
        return value[language.value]
    if isinstance(value, (list, tuple)):
        return ("、" if language is Language.CHINESE else ", ").join(str(_say(item, language)) for item in value)
    return value


@cache
def _catalogue() -> dict[str, dict[str, str]]:
    entries: dict[str, dict[str, str]] = {}
    for file in sorted(resources.files("csqa").joinpath("wording").iterdir(), key=lambda item: item.name):
        if file.name.endswith(".toml"):
            entries.update(tomllib.loads(file.read_text(encoding="utf-8")))
    return entries
