"""A filled-in form: answers beside questions, and what they come to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from csqa.messages import Language, Reason


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
class PersonAnswer:
    """What an inspector answered to a question, why where it differs from the machine, and who that was."""

    answer: Answer
    reason: str = ""
    who: str = ""


@dataclass(frozen=True)
class QuestionResult:
    """One question: the machine's answer, the person's where there is one, and the points.

    ``answer`` is the one that counts: the person's, else the machine's; ``None`` while it waits for a person, and then
    no points are taken. ``score`` of ``maximum`` points count; both are 0 for a question that does not apply.
    ``credit`` is the share of the points that ``answer`` earns by itself (a minor hit earns half). ``covered_by`` is
    the question that already takes points for the same words, so that this one takes none. ``fatal`` says that this
    answer zeroes the card. ``person`` is who answered. ``title`` is Chinese.
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
    covered_by: str | None = None
    title_en: str = ""

    def say_title(self, language: Language) -> str:
        """Return the title in ``language``; the Chinese one where there is no other."""
        return self.title if language is Language.CHINESE else self.title_en or self.title


@dataclass(frozen=True)
class SectionResult:
    """The questions of one section and their sum."""

    id: str
    title: str
    score: float
    maximum: float
    questions: tuple[QuestionResult, ...]
    title_en: str = ""

    def say_title(self, language: Language) -> str:
        """Return the title in ``language``; the Chinese one where there is no other."""
        return self.title if language is Language.CHINESE else self.title_en or self.title


@dataclass(frozen=True)
class Scorecard:
    """A form filled in for a call. ``provisional`` while a question waits for a person: then the outcome is review.

    ``maximum`` is 100, or 0 where no question with a weight applies. ``review`` says what the card waits for.
    """

    form: str
    version: str
    score: float
    maximum: float
    outcome: CardOutcome
    provisional: bool
    sections: tuple[SectionResult, ...]
    pass_mark: float | None = None
    review: tuple[Reason, ...] = ()

    @property
    def questions(self) -> tuple[QuestionResult, ...]:
        """All questions in the form's order."""
        return tuple(question for section in self.sections for question in section.questions)
