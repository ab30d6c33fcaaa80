"""What an inspection comes to as rows of tables: one row a call, a question, a finding; and sums over many calls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from math import fsum

from csqa.cards.inspection import Inspection
from csqa.cards.scorecard import Answer, CardOutcome, QuestionResult, SectionResult
from csqa.export.labels import Labels, clock
from csqa.messages import Language
from csqa.roles import Speaker
from csqa.rules.base import Evidence, Outcome, Severity, Verdict
from csqa.spans import Span

Value = str | float | int | None
"""What a cell holds."""

FINDINGS = (Outcome.VIOLATION, Outcome.DOUBT)
"""Outcomes that a reader must look at."""


def rule_titles(inspection: Inspection, labels: Labels) -> Mapping[str, str]:
    """Return the rules' names for people: those that the book gives, else those of the questions that they answer."""
    asked = {
        rule: question.say_title(labels.language)
        for question in inspection.scorecard.questions
        for rule in question.rules
    }
    return {**asked, **_book_titles(inspection.book.id, labels.language)}


@cache
def _book_titles(book: str, language: Language) -> Mapping[str, str]:
    """Return the titles of a book that CSQA brings; none of a user's own, which may have changed since."""
    from csqa.rules.rulebook import bundled_books, load_book

    return {rule.id: rule.title(language) for rule in load_book(book).rules} if book in bundled_books() else {}


def findings(inspection: Inspection) -> list[Verdict]:
    """Return violations and doubts, violations first, the gravest first."""
    gravity = [*Severity]
    found = [verdict for verdict in inspection.verdicts if verdict.outcome in FINDINGS]
    return sorted(found, key=lambda each: (FINDINGS.index(each.outcome), gravity.index(each.severity)))


@dataclass(frozen=True)
class Place:
    """A place in the call that a verdict rests on, with all that it shows there and all that were better said."""

    span: Span
    speaker: Speaker | None
    quote: str
    shows: tuple[str, ...]
    substitutes: tuple[str, ...]


def places(verdict: Verdict, labels: Labels) -> list[Place]:
    """Return the places of a verdict in its order, each once: the parts of a rule made of rules often share one."""
    pieces: dict[tuple[Span, Speaker | None, str], list[Evidence]] = {}
    for piece in verdict.evidence:
        pieces.setdefault((piece.span, piece.speaker, piece.text), []).append(piece)
    return [
        Place(
            *where,
            shows=tuple(dict.fromkeys(labels.why(piece.reason) for piece in same)),
            substitutes=tuple(dict.fromkeys(piece.substitute for piece in same if piece.substitute)),
        )
        for where, same in pieces.items()
    ]


def counted(inspection: Inspection, severity: Severity) -> int:
    """Return how many rules of a severity a call breaks."""
    return sum(verdict.outcome is Outcome.VIOLATION and verdict.severity is severity for verdict in inspection.verdicts)


def doubts(inspection: Inspection) -> int:
    """Return on how many rules the machine is in doubt."""
    return sum(verdict.outcome is Outcome.DOUBT for verdict in inspection.verdicts)


def call_row(inspection: Inspection, labels: Labels) -> dict[str, Value]:
    """Return what a list of calls shows of one call."""
    metadata, card = inspection.conversation.metadata, inspection.scorecard
    titles = rule_titles(inspection, labels)
    broken = [titles.get(each.rule, each.rule) for each in findings(inspection) if each.outcome is Outcome.VIOLATION]
    model = inspection.transcript.model
    return {
        "file": inspection.source.name,
        "path": str(inspection.source),
        "started-at": metadata.started_at,
        "agent": metadata.agent_name,
        "agent-id": metadata.agent_id,
        "team": metadata.team,
        "duration": round(inspection.conversation.duration, 1),
        "score": round(card.score, 2),
        "maximum": round(card.maximum, 2),
        "outcome": labels(f"outcome.{card.outcome}"),
        "fatal": counted(inspection, Severity.FATAL),
        "major": counted(inspection, Severity.MAJOR),
        "minor": counted(inspection, Severity.MINOR),
        "doubts": doubts(inspection),
        "violations": labels.listed(broken),
        "review": labels.listed([labels.why(reason) for reason in card.review]),
        "form": f"{card.form} {card.version}",
        "book": f"{inspection.book.id} {inspection.book.version}",
        "model": model.name if model else None,
    }


def question_rows(inspection: Inspection, labels: Labels) -> Iterator[dict[str, Value]]:
    """Yield what stands on a call's scorecard, a row a question."""
    verdicts = {verdict.rule: verdict for verdict in inspection.verdicts}
    for section in inspection.scorecard.sections:
        for question in section.questions:
            judged = [verdicts[rule] for rule in question.rules if rule in verdicts]
            yield _question_row(section, question, judged, labels)


def _question_row(
    section: SectionResult, question: QuestionResult, judged: list[Verdict], labels: Labels
) -> dict[str, Value]:
    found = [place for verdict in judged if verdict.outcome in FINDINGS for place in places(verdict, labels)]
    return {
        "section": section.say_title(labels.language),
        "question": question.id,
        "title": question.say_title(labels.language),
        "answer": answer_name(question.answer, labels),
        "machine-answer": answer_name(question.machine_answer, labels),
        "question-score": round(question.score, 2),
        "question-maximum": round(question.maximum, 2),
        "person": question.person,
        "person-reason": question.person_reason,
        "rules": labels.listed(list(question.rules)),
        "why": labels.listed([labels.why(verdict.reason) for verdict in judged]),
        "times": labels.listed([clock(place.span.start) for place in found]),
        "quotes": labels.listed([place.quote for place in found if place.quote]),
    }


def answer_name(answer: Answer | None, labels: Labels) -> str:
    """Say an answer; an open question says that it waits."""
    return labels(f"answer.{answer.value.replace('/', '-')}" if answer else "answer.open")


def finding_rows(inspection: Inspection, labels: Labels) -> Iterator[dict[str, Value]]:
    """Yield a call's violations and doubts, a row a place; one row also for a finding without a place."""
    titles = rule_titles(inspection, labels)
    for verdict in findings(inspection):
        for place in places(verdict, labels) or (None,):
            yield {
                "rule-title": titles.get(verdict.rule, verdict.rule),
                "rule": verdict.rule,
                "verdict": labels(f"verdict.{verdict.outcome}"),
                "severity": labels(f"severity.{verdict.severity}"),
                "why": labels.why(verdict.reason),
                **_place(place, labels),
                "confidence": round(verdict.confidence, 3),
            }


def _place(place: Place | None, labels: Labels) -> dict[str, Value]:
    if place is None:
        return dict.fromkeys(("time", "from", "until", "speaker", "quote", "shows", "substitute"))
    return {
        "time": clock(place.span.start),
        "from": round(place.span.start, 2),
        "until": round(place.span.end, 2),
        "speaker": labels(f"speaker.{place.speaker}") if place.speaker else None,
        "quote": place.quote,
        "shows": labels.listed([*place.shows]),
        "substitute": labels.listed([*place.substitutes]),
    }


@dataclass
class AgentSums:
    """What an agent's calls come to."""

    agent: str | None
    agent_id: str | None
    team: str | None
    scores: list[float] = field(default_factory=list)
    seconds: float = 0.0
    outcomes: dict[CardOutcome, int] = field(default_factory=lambda: dict.fromkeys(CardOutcome, 0))
    severities: dict[Severity, int] = field(default_factory=lambda: dict.fromkeys(Severity, 0))
    doubts: int = 0

    def add(self, inspection: Inspection) -> None:
        """Count one more call."""
        self.scores.append(inspection.scorecard.score)
        self.seconds += inspection.conversation.duration
        self.outcomes[inspection.scorecard.outcome] += 1
        self.doubts += doubts(inspection)
        for severity in Severity:
            self.severities[severity] += counted(inspection, severity)

    @property
    def mean(self) -> float:
        """Mean score of the calls."""
        return fsum(self.scores) / len(self.scores)

    def row(self) -> dict[str, Value]:
        """Return the sums as a row."""
        return {
            "agent": self.agent,
            "agent-id": self.agent_id,
            "team": self.team,
            "calls": len(self.scores),
            "minutes": round(self.seconds / 60, 1),
            "mean-score": round(self.mean, 2),
            "lowest-score": round(min(self.scores), 2),
            "passed": self.outcomes[CardOutcome.PASS],
            "failed": self.outcomes[CardOutcome.FAIL],
            "to-review": self.outcomes[CardOutcome.REVIEW],
            "fatal": self.severities[Severity.FATAL],
            "major": self.severities[Severity.MAJOR],
            "minor": self.severities[Severity.MINOR],
            "doubts": self.doubts,
        }


@dataclass
class QuestionSums:
    """What a question's answers come to."""

    section: str
    question: str
    title: str
    answers: dict[Answer | None, int] = field(default_factory=dict)
    lost: float = 0.0

    def add(self, result: QuestionResult) -> None:
        """Count one more answer."""
        self.answers[result.answer] = self.answers.get(result.answer, 0) + 1
        self.lost += result.maximum - result.score

    def row(self) -> dict[str, Value]:
        """Return the sums as a row; the rate is of the calls that were answered yes or no, empty without any."""
        met, missed = self.answers.get(Answer.YES, 0), self.answers.get(Answer.NO, 0)
        return {
            "section": self.section,
            "question": self.question,
            "title": self.title,
            "applicable": met + missed + self.answers.get(None, 0),
            "met": met,
            "missed": missed,
            "open": self.answers.get(None, 0),
            "not-applicable": self.answers.get(Answer.NOT_APPLICABLE, 0),
            "met-rate": round(met / (met + missed), 4) if met + missed else None,
            "points-lost": round(self.lost, 2),
        }


class Sums:
    """Sums over calls, kept while they pass by."""

    def __init__(self, labels: Labels) -> None:
        self._labels = labels
        self._agents: dict[tuple[str | None, str | None], AgentSums] = {}
        self._questions: dict[tuple[str, str], QuestionSums] = {}

    def add(self, inspection: Inspection) -> None:
        """Count one more call."""
        metadata = inspection.conversation.metadata
        who = (metadata.agent_id, metadata.agent_name)
        if who not in self._agents:
            self._agents[who] = AgentSums(metadata.agent_name, metadata.agent_id, metadata.team)
        self._agents[who].add(inspection)
        card = inspection.scorecard
        for section in card.sections:
            for question in section.questions:
                key = (card.form, question.id)
                if key not in self._questions:
                    language = self._labels.language
                    self._questions[key] = QuestionSums(
                        section.say_title(language), question.id, question.say_title(language)
                    )
                self._questions[key].add(question)

    def agent_rows(self) -> Iterator[dict[str, Value]]:
        """Yield a row an agent, the lowest mean score first."""
        agents = sorted(self._agents.values(), key=lambda sums: (sums.mean, sums.agent or ""))
        yield from (sums.row() for sums in agents)

    def question_rows(self) -> Iterator[dict[str, Value]]:
        """Yield a row a question, in the form's order."""
        for sums in self._questions.values():
            yield sums.row()
