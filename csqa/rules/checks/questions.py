"""Questions that a person answers, with what the machine can point to; and figures from elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from csqa.messages import Reason
from csqa.rules.base import Condition, Finding, Judging, Outcome
from csqa.rules.checks.expects import places_of, rules_in
from csqa.rules.criteria.base import Answer, Criterion, Stance
from csqa.rules.criteria.facts import figure
from csqa.rules.kinds import rule


@dataclass(frozen=True)
class Question:
    """Settings of ``question``."""

    when: Annotated[Criterion | None, "It is asked only where this holds; not given: always."] = None
    hints_yes: Annotated[Criterion | None, "What speaks for a yes."] = None
    hints_no: Annotated[Criterion | None, "What speaks for a no."] = None


@rule("question", parts=rules_in)
def judge_question(judging: Judging, settings: Question) -> Finding:
    """A person answers this; the machine only shows what speaks for a yes and what for a no."""
    occasion = settings.when.evaluate(judging, Stance.NEUTRAL) if settings.when else None
    if occasion is not None and (occasion.held is False or occasion.lacks):
        return Finding(Outcome.NOT_APPLICABLE, 0.9, Reason("verdict.no-occasion"), (), (occasion.step,))
    if judging.brief:
        return Finding(Outcome.MANUAL, 0.5, Reason("verdict.asks-person"))
    yes = settings.hints_yes.evaluate(judging, Stance.FOR) if settings.hints_yes else None
    no = settings.hints_no.evaluate(judging, Stance.AGAINST) if settings.hints_no else None
    steps: list[Condition] = []
    for code, hint in (("verdict.hints-yes", yes), ("verdict.hints-no", no)):
        if hint is not None:
            steps.append(Condition(Reason(code), hint.held, (hint.step,)))
    found_yes, found_no = _found(yes), _found(no)
    code = "verdict.asks-person"
    if found_yes != found_no:
        code = "verdict.asks-person-likely" if found_yes else "verdict.asks-person-unlikely"
    evidence = (*places_of(no.spots if no and found_no else ()), *places_of(yes.spots if yes and found_yes else ()))
    return Finding(Outcome.MANUAL, 0.5, Reason(code), evidence, tuple(steps))


def _found(hint: Answer | None) -> bool:
    return hint is not None and hint.held is True


@dataclass(frozen=True)
class Figure:
    """Settings of ``figure``."""

    figure: Annotated[str, "The field of the call's metadata, or the column of the imported table."]
    at_least: Annotated[float | None, "The target, where more is better."] = None
    at_most: Annotated[float | None, "The target, where less is better."] = None
    unit: Annotated[str, "What is counted: s, min, %, points."] = ""


@rule("figure")
def judge_figure(judging: Judging, settings: Figure) -> Finding:
    """A figure from the telephone system or a survey, beside its target; without it the rule does not apply."""
    value = figure(judging, settings.figure)
    if not isinstance(value, float):
        return Finding(Outcome.NOT_APPLICABLE, 1.0, Reason("verdict.no-metadata", {"names": [settings.figure]}))
    met = (settings.at_least is None or value >= settings.at_least) and (
        settings.at_most is None or value <= settings.at_most
    )
    target = settings.at_least if settings.at_least is not None else settings.at_most
    told = {"value": value, "unit": settings.unit, "target": value if target is None else target}
    reason = Reason("verdict.figure" if target is not None else "verdict.figure-alone", told)
    outcome = Outcome.PASS if met else Outcome.VIOLATION
    return Finding(outcome, 1.0, reason, (), (Condition(reason, met),))
