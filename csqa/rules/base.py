"""What a rule is and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, TypeVar

from csqa.messages import Reason
from csqa.roles import Speaker
from csqa.rules.heard import Heard
from csqa.spans import Span
from csqa.talk.conversation import Conversation

SettingsT = TypeVar("SettingsT")


class Outcome(StrEnum):
    """The machine's answer to a rule."""

    PASS = "pass"
    VIOLATION = "violation"
    DOUBT = "doubt"
    NOT_APPLICABLE = "not-applicable"
    MANUAL = "manual"


class Severity(StrEnum):
    """How grave a violation is. ``FATAL`` is 一票否决; ``INFO`` never costs points."""

    FATAL = "fatal"
    MAJOR = "major"
    MINOR = "minor"
    INFO = "info"

    @property
    def rank(self) -> int:
        """How grave: 0 for ``INFO`` up to 3 for ``FATAL``."""
        return (Severity.INFO, Severity.MINOR, Severity.MAJOR, Severity.FATAL).index(self)


@dataclass(frozen=True)
class Evidence:
    """A place in the call that a verdict rests on.

    ``text`` is what was heard there (for speech), ``reason`` what the place shows, ``substitute`` a better wording
    where one is known, ``turn`` the index of the turn it lies in, ``confidence`` 0–1.
    """

    span: Span
    speaker: Speaker | None
    text: str
    reason: Reason
    turn: int | None = None
    confidence: float = 1.0
    substitute: str | None = None


@dataclass(frozen=True)
class Condition:
    """A step of the reasoning: what was asked, whether it held (``None``: cannot be told), and its own parts."""

    reason: Reason
    held: bool | None
    parts: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """One rule's answer for one call: one verdict a rule and call, with as many pieces of evidence as there are hits.

    ``confidence`` (0–1) is how sure the machine is of this outcome. ``settings`` are the settings it was judged with.
    """

    rule: str
    outcome: Outcome
    severity: Severity
    confidence: float
    reason: Reason
    evidence: tuple[Evidence, ...] = ()
    conditions: tuple[Condition, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class BookIdentity:
    """Which rule book judged: its id, version and title, and the hash of its text, so that it can be told again."""

    id: str
    version: str
    title: str
    sha256: str


@dataclass(frozen=True)
class Finding:
    """What a check returns: a verdict without the rule's name; ``severity`` only where it differs from the book's."""

    outcome: Outcome
    confidence: float
    reason: Reason
    evidence: tuple[Evidence, ...] = ()
    conditions: tuple[Condition, ...] = ()
    severity: Severity | None = None


@dataclass(frozen=True)
class Judging:
    """All that a check may look at: the call, and the verdicts of the rules that it is made of (empty for most).

    ``heard`` is the same call made ready for searching; all rules of one call share it. ``severity`` is the rule's own
    in its book. ``brief`` says that only outcomes matter, as when a change is tried on an archive.
    """

    conversation: Conversation
    heard: Heard
    severity: Severity = Severity.MAJOR
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    brief: bool = False


def no_parts(_: Any) -> tuple[str, ...]:
    """Say that a rule stands alone."""
    return ()


@dataclass(frozen=True)
class RuleKind(Generic[SettingsT]):
    """A kind of rule that a book can configure: its name there, its settings' dataclass, its check, its help text.

    ``parts`` names the rules whose verdicts the check looks at; they are judged before it.
    """

    name: str
    settings: type[SettingsT]
    check: Callable[[Judging, SettingsT], Finding]
    help: str
    needs_sound: bool = False
    needs_metadata: tuple[str, ...] = ()
    parts: Callable[[SettingsT], tuple[str, ...]] = no_parts
