"""A filled-in form: answers beside questions, and what they come to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Answer(StrEnum):
    """Whether the standard was met. A question in doubt has no answer (``None``) until a person decides."""

    YES = "yes"
    NO = "no"
    NOT_APPLICABLE = "n/a"


class CardOutcome(StrEnum):
    """What a card comes to; ``REVIEW`` while a question still waits for a person."""

    PASS = "pass"
    FAIL = "fail"
    REVIEW = "review"


@dataclass(frozen=True)
class QuestionResult:
    """One question: the machine's answer, the person's where there is one, and the points.

    ``score`` of ``maximum`` points count; both are 0 for a question that does not apply. ``credit`` is the share of the
    points that the machine's verdict earned (a minor hit earns half). ``fatal`` says that this answer zeroes the card.
    """

    id: str
    title: str
    rules: tuple[str, ...]
    answer: Answer | None
    machine_answer: Answer | None
    credit: float
    score: float
    maximum: float
    fatal: bool = False
    person: str | None = None
    person_reason: str | None = None


@dataclass(frozen=True)
class SectionResult:
    """The questions of one section and their sum."""

    id: str
    title: str
    score: float
    maximum: float
    questions: tuple[QuestionResult, ...]


@dataclass(frozen=True)
class Scorecard:
    """A form filled in for a call. ``provisional`` while a question waits for a person: then the outcome is review."""

    form: str
    version: str
    score: float
    maximum: float
    outcome: CardOutcome
    provisional: bool
    sections: tuple[SectionResult, ...]
