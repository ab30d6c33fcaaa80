"""What a call must hold, and what it must not, said in criteria."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated

from csqa.messages import Reason
from csqa.roles import Speaker
from csqa.rules.base import Condition, Evidence, Finding, Judging, Outcome, Severity
from csqa.rules.criteria.base import Answer, Criterion, Spot, Stance, inside
from csqa.rules.criteria.facts import RuleIs
from csqa.rules.criteria.spoken import Matches, Resembles, Says
from csqa.rules.evidence import of_turn
from csqa.rules.kinds import rule

MOST_SHOWN = 12
"""So many places of one kind are shown as evidence; more tell nothing new."""


@dataclass(frozen=True)
class Grade:
    """Another severity for a violation, where something holds besides."""

    severity: Annotated[Severity, "The severity then."]
    when: Annotated[Criterion, "What must hold."]


def rules_in(settings: object) -> tuple[str, ...]:
    """Ids of the rules whose verdicts the criteria of ``settings`` look at."""
    return tuple(dict.fromkeys(one.rule for one in inside(settings) if isinstance(one, RuleIs)))


@dataclass(frozen=True)
class Expects:
    """Settings of ``expects``."""

    expects: Annotated[Criterion, "What must hold."]
    when: Annotated[Criterion | None, "The rule applies only where this holds; not given: always."] = None
    unasked: Annotated[bool, "Whether it also passes where it holds though nothing called for it."] = False
    grades: Annotated[tuple[Grade, ...], "Other severities of a violation; the first that holds counts."] = ()

    @cached_property
    def spoken(self) -> bool:
        """Whether it is something said that must hold."""
        return any(isinstance(one, (Says, Matches, Resembles)) for one in inside(self.expects))


@rule("expects", parts=rules_in)
def judge_expects(judging: Judging, settings: Expects) -> Finding:
    """Something must hold for the call.

    Where it is not certain that the rule applies, what would be a violation is a doubt.
    """
    occasion = settings.when.evaluate(judging, Stance.NEUTRAL) if settings.when else None
    if (missing := not_applying(occasion)) is not None and not settings.unasked:
        return missing
    answer = settings.expects.evaluate(judging, Stance.FOR)
    steps = _steps(occasion, answer)
    if missing is not None:
        if answer.held is not True:
            return missing
        reason = Reason("verdict.met-unasked", {"what": answer.step.reason})
        return Finding(Outcome.PASS, answer.confidence, reason, shown(judging, answer.spots), steps)
    if answer.lacks:
        return _lacking(answer)
    told = {"what": answer.step.reason}
    if answer.held is True:
        evidence = shown(judging, answer.sure_spots)
        return Finding(Outcome.PASS, _sure(judging, answer), Reason("verdict.met", told), evidence, steps)
    broken = answer.held is False
    evidence = (*_due(judging, occasion), *shown(judging, answer.spots, broken=broken))
    if answer.held is None:
        told["why"] = _why(answer.step)
        return Finding(Outcome.DOUBT, 0.5, Reason("verdict.maybe-met", told), evidence, steps)
    severity = _graded(judging, settings.grades)
    if occasion is not None and occasion.held is None:
        told["why"] = occasion.step.reason
        return Finding(Outcome.DOUBT, 0.5, Reason("verdict.maybe-applies", told), evidence, steps, severity)
    code = "verdict.not-detected" if settings.spoken else "verdict.not-met"
    return Finding(Outcome.VIOLATION, _sure(judging, answer), Reason(code, told), evidence, steps, severity)


@dataclass(frozen=True)
class Forbids:
    """Settings of ``forbids``."""

    forbids: Annotated[Criterion, "What must not hold."]
    when: Annotated[Criterion | None, "The rule applies only where this holds; not given: always."] = None
    allowed: Annotated[int, "How many places a call may have."] = 0
    graver_from: Annotated[int | None, "From so many places on a violation is graver."] = None
    graver: Annotated[Severity, "The severity then."] = Severity.MAJOR
    grades: Annotated[tuple[Grade, ...], "Other severities of a violation; the first that holds counts."] = ()


@rule("forbids", parts=rules_in)
def judge_forbids(judging: Judging, settings: Forbids) -> Finding:
    """Something must not hold for the call. What only may hold, or only sounds like it, is a doubt."""
    occasion = settings.when.evaluate(judging, Stance.NEUTRAL) if settings.when else None
    if (missing := not_applying(occasion)) is not None:
        return missing
    answer = settings.forbids.evaluate(judging, Stance.AGAINST)
    if answer.lacks:
        return _lacking(answer)
    steps = _steps(occasion, answer)
    told = {"what": answer.step.reason, "count": len(answer.spots)}
    sure = answer.sure_spots
    few = bool(answer.spots) and len(answer.spots) <= settings.allowed
    if answer.held is False or few:
        evidence = shown(judging, answer.spots) if few else ()
        confidence = _sure(judging, answer)
        if judging.conversation.turns and not judging.brief:
            confidence = min(confidence, judging.heard.certainty_of(Speaker.AGENT))
        return Finding(Outcome.PASS, confidence, Reason("verdict.avoided", told), evidence, steps)
    certain = answer.held is True and (not answer.spots or len(sure) > settings.allowed)
    evidence = shown(judging, answer.spots, broken=certain)
    severity = _graded(judging, settings.grades)
    if severity is None and settings.graver_from is not None and len(sure) >= settings.graver_from:
        severity = settings.graver
    if not certain:
        told["why"] = _why(answer.step)
        return Finding(Outcome.DOUBT, 0.5, Reason("verdict.maybe-broken", told), evidence, steps, severity)
    if occasion is not None and occasion.held is None:
        told["why"] = occasion.step.reason
        return Finding(Outcome.DOUBT, 0.5, Reason("verdict.maybe-applies", told), evidence, steps, severity)
    return Finding(Outcome.VIOLATION, _sure(judging, answer), Reason("verdict.broken", told), evidence, steps, severity)


def not_applying(occasion: Answer | None) -> Finding | None:
    """The finding that a rule does not apply, where its occasion did not arise or cannot be known; else ``None``."""
    if occasion is None or (occasion.held is not False and not occasion.lacks):
        return None
    if occasion.lacks:
        return _lacking(occasion)
    return Finding(Outcome.NOT_APPLICABLE, 0.9, Reason("verdict.no-occasion"), (), (occasion.step,))


def _lacking(answer: Answer) -> Finding:
    if answer.lacks == "sound":
        reason = Reason("verdict.no-sound")
    elif answer.lacks == "talk":
        reason = Reason("verdict.too-little-talk")
    else:
        reason = Reason("verdict.no-metadata", {"names": [answer.lacks]})
    return Finding(Outcome.NOT_APPLICABLE, 1.0, reason)


def _steps(occasion: Answer | None, answer: Answer) -> tuple[Condition, ...]:
    if occasion is None:
        return (answer.step,)
    return (Condition(Reason("verdict.applies"), occasion.held, (occasion.step,)), answer.step)


def shown(judging: Judging, spots: Iterable[Spot], *, broken: bool = False) -> tuple[Evidence, ...]:
    """The evidence of places, in order, each once; in brief only that of a rule that is ``broken``, without text."""
    if not judging.brief:
        return places_of(spots)
    if not broken:
        return ()
    return tuple(Evidence(spot.span, spot.speaker, "", _BRIEF, spot.turn) for spot in spots)


_BRIEF = Reason("verdict.as-before")


def places_of(spots: Iterable[Spot]) -> tuple[Evidence, ...]:
    """The evidence of places, in order, each once."""
    seen: set[tuple[int, int, int, float]] = set()
    shown: list[Evidence] = []
    for spot in sorted(spots, key=lambda one: one.order):
        key = (spot.turn, spot.start, spot.end, spot.span.start)
        if key not in seen and len(shown) < MOST_SHOWN:
            seen.add(key)
            shown.append(spot.evidence())
    return tuple(shown)


def _due(judging: Judging, occasion: Answer | None) -> Iterator[Evidence]:
    """The occasion, and the agent's first turn after it: there it was looked for."""
    first = occasion.spots[0] if occasion and occasion.spots else None
    if first is None:
        return
    turns = judging.conversation.turns
    due = next((turn for turn in turns if turn.index > first.turn and turn.speaker is Speaker.AGENT), None)
    if due is not None:
        yield of_turn(due, "verdict.due-here")


def _sure(judging: Judging, answer: Answer) -> float:
    """The answer's confidence; in brief nobody asks for it."""
    return 1.0 if judging.brief else answer.confidence


def _graded(judging: Judging, grades: Iterable[Grade]) -> Severity | None:
    return next((one.severity for one in grades if one.when.evaluate(judging, Stance.FOR).held is True), None)


def _why(step: Condition) -> Reason:
    """The innermost step that cannot be told."""
    while deeper := next((part for part in step.parts if part.held is None), None):
        step = deeper
    return step.reason
