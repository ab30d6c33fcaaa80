"""How a form is filled in: verdicts and the inspector's word become answers, and answers become points.

A pass earns a question's whole weight, a minor violation half of it, a major one nothing; what is only information
costs nothing. What does not apply leaves the reckoning, and the other weights share its points; so does an optional
question that only a person can answer, as long as nobody has. While a question waits for a person it costs nothing: the
provisional score is what the card comes to if every doubt goes the agent's way. A fatal violation zeroes the card only
once a person has said so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import fsum
from types import MappingProxyType

from csqa.cards.form import Form, Question, Section
from csqa.cards.scorecard import Answer, CardOutcome, PersonAnswer, QuestionResult, Scorecard, SectionResult
from csqa.messages import Reason
from csqa.rules.base import Outcome, Severity, Verdict
from csqa.spans import Span

FULL_MARKS = 100.0

CREDIT: Mapping[Severity, float] = MappingProxyType(
    {Severity.FATAL: 0.0, Severity.MAJOR: 0.0, Severity.MINOR: 0.5, Severity.INFO: 1.0}
)
"""Share of a question's points that a violation of each severity leaves."""

_GRAVITY = (Severity.INFO, Severity.MINOR, Severity.MAJOR, Severity.FATAL)
_NOTHING_ANSWERED: Mapping[str, PersonAnswer] = MappingProxyType({})


@dataclass(frozen=True)
class _Answered:
    """A question with its answers, before points are shared out."""

    question: Question
    machine: Answer | None
    person: PersonAnswer | None
    credit: float
    fatal: bool
    places: tuple[Span, ...]
    covered_by: str | None = None
    left_open: bool = False

    @property
    def answer(self) -> Answer | None:
        """The answer that counts: the person's, else the machine's."""
        return self.person.answer if self.person else self.machine

    @property
    def applies(self) -> bool:
        return self.answer is not Answer.NOT_APPLICABLE and not self.left_open

    @property
    def waits(self) -> str | None:
        """Why the question waits for a person, as the end of a code; ``None`` where it does not."""
        if self.left_open:
            return None
        if self.answer is None:
            return "manual" if self.question.manual else "doubt"
        return "fatal" if self.fatal and self.person is None else None

    @property
    def deduction(self) -> float:
        """Weight lost by the answer itself."""
        return self.question.weight * (1 - self.credit) if self.applies else 0.0


def fill_in(
    form: Form, verdicts: Sequence[Verdict], answers: Mapping[str, PersonAnswer] = _NOTHING_ANSWERED
) -> Scorecard:
    """Fill in ``form`` from the machine's verdicts and, by question id, what a person answered.

    A question none of whose rules has a verdict does not apply.
    """
    by_rule = {verdict.rule: verdict for verdict in verdicts}
    answered = {
        question.id: _answer(question, _of(question, by_rule), answers.get(question.id)) for question in form.questions
    }
    for group in form.once:
        answered.update(_once([answered[name] for name in group]))

    applicable = fsum(each.question.weight for each in answered.values() if each.applies)
    point = FULL_MARKS / applicable if applicable else 0.0
    sections = tuple(_section(section, answered, point) for section in form.sections)

    zeroed = any(each.fatal and each.person is not None for each in answered.values())
    score = 0.0 if zeroed else min(FULL_MARKS, fsum(question.score for each in sections for question in each.questions))
    review = () if zeroed else tuple(_waiting(answered.values(), applies=applicable > 0))
    return Scorecard(
        form=form.id,
        version=form.version,
        score=score,
        maximum=FULL_MARKS if applicable else 0.0,
        outcome=_outcome(score, form.pass_mark, zeroed=zeroed, waits=bool(review)),
        provisional=bool(review),
        sections=sections,
        pass_mark=form.pass_mark,
        review=review,
    )


def _of(question: Question, by_rule: Mapping[str, Verdict]) -> tuple[Verdict, ...]:
    return tuple(by_rule[rule] for rule in question.rules if rule in by_rule)


def _answer(question: Question, verdicts: Sequence[Verdict], person: PersonAnswer | None) -> _Answered:
    machine = Answer.NOT_APPLICABLE if not question.manual else None
    outcomes = {verdict.outcome for verdict in verdicts}
    if Outcome.VIOLATION in outcomes:
        machine = Answer.NO
    elif outcomes & {Outcome.DOUBT, Outcome.MANUAL}:
        machine = None
    elif Outcome.PASS in outcomes:
        machine = Answer.YES

    violations = [verdict for verdict in verdicts if verdict.outcome is Outcome.VIOLATION]
    gravest = max((verdict.severity for verdict in violations or verdicts), key=_GRAVITY.index, default=Severity.MAJOR)
    broken = (person.answer if person else machine) is Answer.NO
    return _Answered(
        question=question,
        machine=machine,
        person=person,
        credit=CREDIT[gravest] if broken else 1.0,
        fatal=broken and (question.fatal or gravest is Severity.FATAL),
        left_open=question.optional and person is None and machine is None and Outcome.DOUBT not in outcomes,
        places=tuple(piece.span for verdict in violations for piece in verdict.evidence),
    )


def _once(group: Sequence[_Answered]) -> dict[str, _Answered]:
    """Take points once for the same words: the dearest set of questions that each have a place of their own pays.

    Of equally dear sets the one whose first question comes first in ``group``. That it is the dearest set keeps the
    score monotone: what is no violation any more can never cost points elsewhere.
    """
    costly = [each for each in group if each.deduction > 0 and each.places]
    entangled = [each for each in costly if not _stands_alone(each, costly)]
    paying = _dearest([each.deduction for each in entangled], [each.places for each in entangled])
    covered: dict[str, _Answered] = {}
    for index, each in enumerate(entangled):
        if index not in paying:
            by = next(entangled[other].question.id for other in sorted(paying) if _meet(each, entangled[other]))
            covered[each.question.id] = replace(each, covered_by=by)
    return covered


def _stands_alone(each: _Answered, costly: Sequence[_Answered]) -> bool:
    """Tell whether a question has a place that no other's touches: then it pays whatever the others do."""
    others = [place for other in costly if other is not each for place in other.places]
    return any(not any(place.overlaps(other) for other in others) for place in each.places)


def _meet(one: _Answered, other: _Answered) -> bool:
    return any(place.overlaps(another) for place in one.places for another in other.places)


def _dearest(deductions: Sequence[float], places: Sequence[tuple[Span, ...]]) -> frozenset[int]:
    """Return the indices with the greatest sum of ``deductions`` that can each be given a place, no two overlapping.

    Places are taken in order of their ends; for each set reached, only the earliest end is worth keeping.
    """
    reached: dict[frozenset[int], float] = {frozenset(): float("-inf")}
    for place, index in sorted({(place, index) for index, own in enumerate(places) for place in own}, key=_end):
        for chosen, end in list(reached.items()):
            if index not in chosen and end <= place.start:
                larger = chosen | {index}
                reached[larger] = min(reached.get(larger, place.end), place.end)
    return max(reached, key=lambda chosen: (fsum(deductions[each] for each in chosen), _precedence(chosen)))


def _end(placed: tuple[Span, int]) -> tuple[float, float, int]:
    place, index = placed
    return place.end, place.start, index


def _precedence(chosen: frozenset[int]) -> list[int]:
    return [-index for index in sorted(chosen)]


def _section(section: Section, answered: Mapping[str, _Answered], point: float) -> SectionResult:
    questions = tuple(_result(answered[question.id], point) for question in section.questions)
    return SectionResult(
        id=section.id,
        title=section.title.zh,
        score=fsum(question.score for question in questions),
        maximum=fsum(question.maximum for question in questions),
        questions=questions,
        title_en=section.title.en,
    )


def _result(each: _Answered, point: float) -> QuestionResult:
    question = each.question
    maximum = question.weight * point if each.applies else 0.0
    return QuestionResult(
        id=question.id,
        title=question.title.zh,
        rules=question.rules,
        answer=each.answer,
        machine_answer=each.machine,
        credit=each.credit,
        score=maximum if each.covered_by else maximum * each.credit,
        maximum=maximum,
        fatal=each.fatal and each.person is not None,
        person=each.person.who if each.person else None,
        person_reason=each.person.reason if each.person else None,
        covered_by=each.covered_by,
        title_en=question.title.en,
    )


def _waiting(answered: Iterable[_Answered], *, applies: bool) -> Iterator[Reason]:
    if not applies:
        yield Reason("cards.review-nothing")
    for each in answered:
        if each.waits:
            title = each.question.title
            parameters = {"question": each.question.id, "title_zh": title.zh, "title_en": title.en}
            yield Reason(f"cards.review-{each.waits}", parameters)


def _outcome(score: float, pass_mark: float, *, zeroed: bool, waits: bool) -> CardOutcome:
    if zeroed:
        return CardOutcome.FAIL
    if waits:
        return CardOutcome.REVIEW
    return CardOutcome.PASS if score >= pass_mark else CardOutcome.FAIL
