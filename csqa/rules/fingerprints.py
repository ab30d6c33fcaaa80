"""What a rule's verdict depends on beside the call, as a hash: where it is the same, so is the verdict.

Every rule of an archive need not be judged again because one of them has changed. A fingerprint covers the rule's kind
and settings down to the last phrase as written out, the conditions and rules that it looks at, and the version of the
code that judges.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from csqa.rules.phrases import Phrases
from csqa.rules.rulebook import ConfiguredRule, RuleBook

JUDGING = 1
"""To be raised by one with every change of the code that can change a verdict."""


def fingerprints_of(book: RuleBook) -> Mapping[str, str]:
    """The fingerprint of every rule of ``book``, by id."""
    known: dict[str, str] = {}
    shared: dict[int, str] = {}
    for rule in book.in_order:
        known[rule.id] = _fingerprint(rule, known, shared)
    return known


def _fingerprint(rule: ConfiguredRule, known: Mapping[str, str], shared: dict[int, str]) -> str:
    digest = hashlib.sha256(f"{JUDGING} {rule.id} {rule.kind.name} {rule.severity}".encode())
    for piece in _written(rule.settings, shared):
        digest.update(piece.encode())
    for part in rule.parts:
        digest.update(known[part].encode())
    return digest.hexdigest()


def _written(value: Any, shared: dict[int, str]) -> Iterator[str]:
    """``value`` written out piece by piece; what stands in several places, such as a condition, only once in full."""
    if isinstance(value, Phrases):
        yield _once(value, shared)
    elif isinstance(value, tuple):
        yield "("
        for item in value:
            yield from _written(item, shared)
        yield ")"
    elif is_dataclass(value):
        yield type(value).__name__
        for field in fields(value):
            yield f",{field.name}="
            yield from _written(getattr(value, field.name), shared)
    else:
        yield repr(value)


def _once(phrases: Phrases, shared: dict[int, str]) -> str:
    if id(phrases) not in shared:
        digest = hashlib.sha256()
        for pattern in phrases.patterns:
            digest.update(f"{pattern.left}{pattern.right}{pattern.written}\n".encode())
        shared[id(phrases)] = digest.hexdigest()
    return shared[id(phrases)]
