"""The register of rule kinds, and how a kind is declared.

A kind is a function that judges and a frozen dataclass of its settings::

    @dataclass(frozen=True)
    class PaceSettings:
        least: Annotated[float, "Slowest pace that passes, in characters a minute."] = 90.0

    @rule("pace", needs_sound=True)
    def judge_pace(judging: Judging, settings: PaceSettings) -> Finding:
        \"\"\"The agent speaks neither too fast nor too slowly.\"\"\"

The docstring is the kind's help text; its name is what books call it.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import typing
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeVar

from csqa.rules.base import Finding, Judging, RuleKind, no_parts

SettingsT = TypeVar("SettingsT")

_KINDS: dict[str, RuleKind[Any]] = {}


def rule(
    name: str,
    *,
    needs_sound: bool = False,
    needs_metadata: tuple[str, ...] = (),
    parts: Callable[[Any], tuple[str, ...]] = no_parts,
) -> Callable[[Callable[[Judging, SettingsT], Finding]], Callable[[Judging, SettingsT], Finding]]:
    """Register a check as the kind ``name``; its settings' type is read from its second parameter's annotation."""

    def register(check: Callable[[Judging, SettingsT], Finding]) -> Callable[[Judging, SettingsT], Finding]:
        settings: Any = list(typing.get_type_hints(check).values())[1]
        assert hasattr(settings, "__dataclass_fields__"), f"{name}: settings are a dataclass"
        assert check.__doc__, f"{name}: a kind explains itself"
        assert name not in _KINDS, f"{name} is taken"
        _KINDS[name] = RuleKind(
            name, settings, check, inspect.cleandoc(check.__doc__), needs_sound, needs_metadata, parts
        )
        return check

    return register


@cache
def kinds() -> Mapping[str, RuleKind[Any]]:
    """All kinds by name, those of every file in ``csqa/rules/checks``."""
    from csqa.rules import checks

    for module in pkgutil.iter_modules(checks.__path__):
        importlib.import_module(f"{checks.__name__}.{module.name}")
    return dict(_KINDS)


def setting_docs(kind: RuleKind[Any]) -> Mapping[str, str]:
    """What each setting of a kind means, with its unit, as its declaration says."""
    hints = typing.get_type_hints(kind.settings, include_extras=True)
    return {name: hint.__metadata__[0] for name, hint in hints.items() if hasattr(hint, "__metadata__")}
