"""A call as a page for people: everything said already, so that HTML and PDF only lay it out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from csqa.cards.inspection import Inspection
from csqa.cards.scorecard import QuestionResult, SectionResult
from csqa.export.labels import Labels, clock, length, points
from csqa.export.rows import FINDINGS, Place, answer_name, findings, places, rule_titles
from csqa.roles import Speaker
from csqa.rules.base import Outcome, Severity, Verdict
from csqa.spans import Span
from csqa.talk.conversation import Conversation, Pause, PauseKind, Turn

MARKS = {"yes": "✓", "no": "✗", "n/a": "–", "open": "?", Outcome.VIOLATION: "✗", Outcome.DOUBT: "◐"}
"""Signs that stand beside the word, so that colour never says it alone."""

_ALL = 100.0


@dataclass(frozen=True)
class PlaceView:
    """A place in the call: its time, a link that plays from there, who speaks, what was said and what it shows."""

    time: str
    link: str | None
    speaker: str
    speaker_name: str
    quote: str
    shows: str
    substitute: str


@dataclass(frozen=True)
class FindingView:
    """A violation or a doubt with its places."""

    outcome: str
    mark: str
    word: str
    severity: str
    title: str
    confidence: str
    why: str
    places: tuple[PlaceView, ...]


@dataclass(frozen=True)
class QuestionView:
    """A line of the scorecard; ``state`` is yes, no, n/a or open."""

    state: str
    mark: str
    word: str
    title: str
    points: str
    note: str


@dataclass(frozen=True)
class SectionView:
    """A section of the scorecard."""

    title: str
    points: str
    questions: tuple[QuestionView, ...]


@dataclass(frozen=True)
class TurnView:
    """What one party says; ``found`` tells that a finding lies in it."""

    time: str
    link: str | None
    speaker: str
    speaker_name: str
    text: str
    found: bool


@dataclass(frozen=True)
class Bar:
    """A stretch on the timeline, in percent of the call; ``kind`` is a lane, ``wait``, or a finding's outcome."""

    kind: str
    left: float
    width: float
    hint: str


@dataclass(frozen=True)
class CallPage:
    """All that a page shows of one call."""

    number: int
    name: str
    link: str | None
    facts: str
    score: str
    maximum: str
    outcome: str
    outcome_name: str
    pass_mark: str
    notes: tuple[str, ...]
    review: tuple[str, ...]
    counts: tuple[tuple[str, str, int], ...]
    sections: tuple[SectionView, ...]
    findings: tuple[FindingView, ...]
    pauses: tuple[str, ...]
    turns: tuple[TurnView, ...]
    bars: tuple[Bar, ...]
    versions: str


@dataclass(frozen=True)
class SummaryLine:
    """A call in the table at the front."""

    number: int
    name: str
    agent: str
    started_at: str
    length: str
    score: str
    outcome: str
    outcome_name: str
    counts: tuple[tuple[str, str, int], ...]


def call_page(number: int, inspection: Inspection, labels: Labels) -> CallPage:
    """Say everything about ``inspection``, which is the ``number``-th of the report."""
    card, conversation = inspection.scorecard, inspection.conversation
    return CallPage(
        number=number,
        name=inspection.source.name,
        link=_link(inspection),
        facts=_facts(inspection, labels),
        score=points(card.score),
        maximum=points(card.maximum),
        outcome=card.outcome.value,
        outcome_name=labels(f"outcome.{card.outcome}"),
        pass_mark="" if card.pass_mark is None else labels("report.pass-mark", mark=points(card.pass_mark)),
        notes=tuple(_notes(conversation, labels)),
        review=tuple(labels.why(reason) for reason in card.review),
        counts=_counts(inspection, labels),
        sections=tuple(_section(section, labels) for section in card.sections),
        findings=_findings(inspection, labels),
        pauses=tuple(_pause(pause, labels) for pause in conversation.pauses if pause.kind is PauseKind.WAIT),
        turns=_turns(inspection, labels),
        bars=_bars(inspection, labels),
        versions=_versions(inspection, labels),
    )


def summary_line(page: CallPage, inspection: Inspection) -> SummaryLine:
    """Return what the table at the front shows of a page."""
    metadata = inspection.conversation.metadata
    return SummaryLine(
        number=page.number,
        name=page.name,
        agent=metadata.agent_name or "",
        started_at=_moment(metadata.started_at),
        length=length(inspection.conversation.duration),
        score=page.score,
        outcome=page.outcome,
        outcome_name=page.outcome_name,
        counts=page.counts,
    )


def _link(inspection: Inspection) -> str | None:
    path = inspection.source
    return path.as_uri() if inspection.recording is not None and path.is_absolute() else None


def _at(link: str | None, seconds: float) -> str | None:
    """Return a link that plays from ``seconds`` on: browsers know the fragment."""
    return f"{link}#t={max(0.0, seconds):.1f}" if link else None


def _notes(conversation: Conversation, labels: Labels) -> Iterator[str]:
    """Say what must be known of a call before its verdicts are read."""
    if conversation.speakers_estimated:
        yield labels("report.estimated")
    if conversation.ended_early:
        yield labels("report.ended-early")


def _facts(inspection: Inspection, labels: Labels) -> str:
    metadata = inspection.conversation.metadata
    agent = " ".join(filter(None, [metadata.agent_name, metadata.agent_id and f"({metadata.agent_id})"]))
    facts = [
        _moment(metadata.started_at),
        agent and f"{labels('speaker.agent')} {agent}",
        metadata.team,
        metadata.customer_phone and f"{labels('speaker.customer')} {metadata.customer_phone}",
        length(inspection.conversation.duration),
    ]
    return " · ".join(fact for fact in facts if fact)


def _moment(started_at: str | None) -> str:
    return (started_at or "").replace("T", " ")


def _counts(inspection: Inspection, labels: Labels) -> tuple[tuple[str, str, int], ...]:
    counted: list[tuple[str, str, int]] = []
    for severity in Severity:
        number = sum(
            verdict.outcome is Outcome.VIOLATION and verdict.severity is severity for verdict in inspection.verdicts
        )
        counted.append((f"violation {severity.value}", labels(f"severity.{severity}"), number))
    number = sum(verdict.outcome is Outcome.DOUBT for verdict in inspection.verdicts)
    counted.append(("doubt", labels("verdict.doubt"), number))
    return tuple(each for each in counted if each[2])


def _section(section: SectionResult, labels: Labels) -> SectionView:
    return SectionView(
        title=section.say_title(labels.language),
        points=_points(section.score, section.maximum),
        questions=tuple(_question(question, labels) for question in section.questions),
    )


def _question(question: QuestionResult, labels: Labels) -> QuestionView:
    state = question.answer.value if question.answer else "open"
    notes = []
    if question.covered_by:
        notes.append(labels("report.covered"))
    if question.person is not None:
        machine = answer_name(question.machine_answer, labels)
        notes.append(labels("report.person", who=question.person, machine=machine, reason=question.person_reason or ""))
    return QuestionView(
        state=state,
        mark=MARKS[state],
        word=answer_name(question.answer, labels),
        title=question.say_title(labels.language),
        points=_points(question.score, question.maximum),
        note=" ".join(notes),
    )


def _points(score: float, maximum: float) -> str:
    return f"{points(score)} / {points(maximum)}" if maximum else ""


def _findings(inspection: Inspection, labels: Labels) -> tuple[FindingView, ...]:
    titles, link = rule_titles(inspection, labels), _link(inspection)
    return tuple(
        FindingView(
            outcome=verdict.outcome.value,
            mark=MARKS[verdict.outcome],
            word=labels(f"verdict.{verdict.outcome}"),
            severity=labels(f"severity.{verdict.severity}"),
            title=titles.get(verdict.rule, verdict.rule),
            confidence=f"{verdict.confidence:.0%}",
            why=labels.why(verdict.reason),
            places=tuple(_place(place, verdict, link, labels) for place in places(verdict, labels)),
        )
        for verdict in findings(inspection)
    )


def _place(place: Place, verdict: Verdict, link: str | None, labels: Labels) -> PlaceView:
    told = labels.why(verdict.reason)
    return PlaceView(
        time=f"{clock(place.span.start)}–{clock(place.span.end)}",
        link=_at(link, place.span.start),
        speaker=place.speaker.value if place.speaker else "",
        speaker_name=labels(f"speaker.{place.speaker}") if place.speaker else "",
        quote=place.quote,
        shows=labels.listed([shown for shown in place.shows if shown != told]),
        substitute=labels.listed([*place.substitutes]),
    )


def _pause(pause: Pause, labels: Labels) -> str:
    notes = [labels(f"sound.{pause.sound}")]
    if pause.announced:
        notes.append(labels("report.announced"))
    if pause.thanked:
        notes.append(labels("report.thanked"))
    return labels(
        "report.wait",
        start=clock(pause.span.start),
        end=clock(pause.span.end),
        seconds=pause.span.duration,
        notes=labels.listed(notes),
    )


def _turns(inspection: Inspection, labels: Labels) -> tuple[TurnView, ...]:
    spans = [piece.span for verdict in inspection.verdicts if verdict.outcome in FINDINGS for piece in verdict.evidence]
    link = _link(inspection)
    return tuple(_turn(turn, spans, link, labels) for turn in inspection.conversation.turns)


def _turn(turn: Turn, spans: Sequence[Span], link: str | None, labels: Labels) -> TurnView:
    return TurnView(
        time=clock(turn.span.start),
        link=_at(link, turn.span.start),
        speaker=turn.speaker.value,
        speaker_name=labels(f"speaker.{turn.speaker}"),
        text=turn.text,
        found=any(turn.span.overlaps(span) for span in spans),
    )


def _bars(inspection: Inspection, labels: Labels) -> tuple[Bar, ...]:
    conversation = inspection.conversation
    whole = conversation.duration
    if whole <= 0:
        return ()

    def bar(kind: str, span: Span, hint: str) -> Bar:
        left, right = (max(0.0, min(_ALL, _ALL * time / whole)) for time in (span.start, span.end))
        return Bar(kind, round(left, 3), round(max(right - left, 0.15), 3), f"{clock(span.start)} {hint}")

    titles = rule_titles(inspection, labels)
    speech = [
        bar(speaker.value, span, labels(f"speaker.{speaker}"))
        for speaker in Speaker
        for span in conversation.speech.get(speaker, ())
    ]
    waits = [
        bar("wait", pause.span, labels("report.wait-seconds", seconds=pause.span.duration))
        for pause in conversation.pauses
        if pause.kind is PauseKind.WAIT
    ]
    found = [
        bar(verdict.outcome.value, place.span, titles.get(verdict.rule, verdict.rule))
        for verdict in findings(inspection)
        for place in places(verdict, labels)
    ]
    return (*speech, *waits, *found)


def _versions(inspection: Inspection, labels: Labels) -> str:
    model = inspection.transcript.model
    return labels(
        "report.versions",
        form=f"{inspection.scorecard.form} {inspection.scorecard.version}",
        book=f"{inspection.book.id} {inspection.book.version}",
        model=model.name if model else labels("report.no-model"),
    )
