"""The rules that the samples are labelled for, and what a label says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any

LABELLED_RULES: tuple[str, ...] = (
    "hold-max-wait-7s",
    "hold-thanks-after",
    "hold-announce-reason",
    "hold-announce-eta",
    "hold-update-30s",
    "first-utterance-6s",
    "greeting-hello",
    "greeting-company",
    "greeting-department",
    "greeting-agent-name",
    "greeting-offer-help",
    "greeting-complete-script",
    "ask-other-needs",
    "confirm-resolved",
    "closing-summary",
    "closing-next-step",
    "closing-thanks",
    "closing-goodbye-wish",
    "closing-script-complete",
    "no-idk",
    "no-impossible",
    "no-not-my-responsibility",
    "no-blame-shifting",
    "no-impatience",
    "no-lecturing",
    "no-profanity",
    "no-arguing",
    "no-deny-emotion",
    "no-overpromise",
    "no-vague-promise",
    "no-net-slang",
    "no-dialect",
    "no-privacy-leak",
    "no-credential-request",
    "positive-alternative",
)


class Outcome(StrEnum):
    """The verdict that a rule must give."""

    PASS = "pass"
    VIOLATION = "violation"
    DOUBT = "doubt"
    NOT_APPLICABLE = "not-applicable"


OPEN = "open"
"""Listed under this word are rules on which people of good will differ for this call."""


@dataclass(frozen=True)
class Evidence:
    """Where a rule's verdict rests: indices of turns, and of gaps by the turn that they come before.

    ``severity`` is given where the rule's own meaning settles it.
    """

    rule: str
    turns: tuple[int, ...]
    gaps: tuple[int, ...]
    severity: str | None


def spread(table: dict[str, Any]) -> tuple[dict[str, Outcome], tuple[str, ...]]:
    """Turn ``outcome -> patterns of rule ids`` into ``rule id -> outcome`` and the ids left open.

    In a pattern ``*`` stands for anything that no other entry of the table names in full. ValueError where a rule is
    labelled twice or not at all, or a pattern fits no rule.
    """
    named = {entry for entries in table.values() for entry in entries if "*" not in entry}
    found: dict[str, str] = {}
    for outcome, patterns in table.items():
        for pattern in patterns:
            fitting = [
                rule
                for rule in LABELLED_RULES
                if rule == pattern or ("*" in pattern and rule not in named and fnmatchcase(rule, pattern))
            ]
            if not fitting:
                raise ValueError(f"no labelled rule fits {pattern!r}")
            for rule in fitting:
                if rule in found:
                    raise ValueError(f"{rule} is labelled twice")
                found[rule] = outcome
    missing = [rule for rule in LABELLED_RULES if rule not in found]
    if missing:
        raise ValueError(f"not labelled: {', '.join(missing)}")
    outcomes = {rule: Outcome(found[rule]) for rule in LABELLED_RULES if found[rule] != OPEN}
    return outcomes, tuple(rule for rule in LABELLED_RULES if found[rule] == OPEN)
