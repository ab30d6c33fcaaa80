"""One call made ready to be looked at: what Review shows, in the reader's language, built away from the window.

Views take a ``Dossier`` as it is; they look nothing up and reckon nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from csqa.cards.scorecard import Answer, CardOutcome
from csqa.hear.peaks import Pyramid
from csqa.roles import Speaker
from csqa.rules.base import Outcome, Severity
from csqa.spans import Span
from csqa.talk.conversation import Overlap, Pause

FOUND = (Outcome.VIOLATION, Outcome.DOUBT)
"""The outcomes that a person has to look at."""


@dataclass(frozen=True)
class Place:
    """A place that a verdict rests on; ``why`` says what it shows, ``better`` is a substitute for what was said."""

    span: Span
    speaker: Speaker | None
    turn: int | None
    text: str
    why: str
    better: str | None
    confidence: float


@dataclass(frozen=True)
class Step:
    """A step of the reasoning and whether it held; ``None`` where that cannot be told."""

    held: bool | None
    text: str
    parts: tuple[Step, ...] = ()


@dataclass(frozen=True)
class Judgement:
    """A rule's verdict in words, with the rule's own text and the settings that it was judged with.

    ``lowered`` says what makes it less sure.
    """

    rule: str
    title: str
    outcome: Outcome
    severity: Severity
    confidence: float
    why: str
    places: tuple[Place, ...] = ()
    steps: tuple[Step, ...] = ()
    lowered: tuple[str, ...] = ()
    settings: tuple[tuple[str, str], ...] = ()
    help: str = ""
    source: str = ""

    @property
    def found(self) -> bool:
        """Whether there is something for a person to look at."""
        return self.outcome in FOUND


@dataclass(frozen=True)
class Mark:
    """A place of a verdict on the timeline."""

    rule: str
    place: int
    title: str
    outcome: Outcome
    severity: Severity
    span: Span
    turn: int | None


@dataclass(frozen=True)
class SpokenWord:
    """A word of a turn: where it stands in the turn's text, when it is spoken, whether the recogniser was sure."""

    begin: int
    end: int
    span: Span
    unsure: bool


@dataclass(frozen=True)
class TurnMark:
    """A verdict's place inside a turn; ``begin`` and ``end`` are the characters it covers, equal where none."""

    mark: Mark
    begin: int
    end: int


@dataclass(frozen=True)
class TurnLine:
    """A turn as shown. ``labels`` are its findings and, once for each rule, what it does well."""

    index: int
    speaker: Speaker
    span: Span
    text: str
    words: tuple[SpokenWord, ...]
    marks: tuple[TurnMark, ...]
    labels: tuple[Mark, ...]
    speaker_confidence: float


@dataclass(frozen=True)
class PauseLine:
    """A pause as shown between turns. ``mark`` is the finding about it, ``limit`` that rule's limit in seconds."""

    pause: Pause
    mark: Mark | None
    limit: float | None


@dataclass(frozen=True)
class QuestionLine:
    """A question of the form; ``covered_by`` is the title of the question that already takes points for it."""

    id: str
    title: str
    answer: Answer | None
    machine_answer: Answer | None
    score: float
    maximum: float
    fatal: bool
    manual: bool
    covered_by: str | None
    judgements: tuple[Judgement, ...]


@dataclass(frozen=True)
class SectionLine:
    """A section of the form with its sum."""

    title: str
    score: float
    maximum: float
    questions: tuple[QuestionLine, ...]


@dataclass(frozen=True)
class CardLines:
    """The scorecard as shown; ``waits`` says what it waits for, ``unscored`` are findings that it does not ask for."""

    title: str
    score: float
    maximum: float
    outcome: CardOutcome
    provisional: bool
    waits: tuple[str, ...]
    sections: tuple[SectionLine, ...]
    unscored: tuple[Judgement, ...]


@dataclass(frozen=True)
class Lane:
    """One lane as heard; ``loudest`` is its greatest value, of a full scale of 1."""

    speaker: Speaker
    speech: tuple[Span, ...]
    outline: Pyramid
    loudest: float


@dataclass(frozen=True)
class Dossier:
    """Everything that Review shows of one call. ``sound`` is the file to play, ``None`` for a transcript alone."""

    call: int
    name: str
    sound: Path | None
    duration: float
    facts: Mapping[str, str]
    lanes: tuple[Lane, ...]
    lines: tuple[TurnLine | PauseLine, ...]
    pauses: tuple[PauseLine, ...]
    overlaps: tuple[Overlap, ...]
    marks: tuple[Mark, ...]
    judgements: Mapping[str, Judgement]
    card: CardLines
    book: str
    model: str
    speakers_estimated: bool
    ended_early: bool
    findings: tuple[Mark, ...]
