"""Rules made of rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from csqa.messages import Reason
from csqa.rules.base import Condition, Evidence, Finding, Judging, Outcome, Severity, Verdict
from csqa.rules.kinds import rule


@dataclass(frozen=True)
class Composite:
    """Settings of ``composite``."""

    parts: Annotated[tuple[str, ...], "Ids of the rules that it is made of, in the order in which they should come."]
    least: Annotated[int, "How many of them must pass."]
    minor_from: Annotated[int | None, "With this many, fewer than enough, a violation is only minor."] = None
    first: Annotated[str, "Id of the part that must come first; empty: any."] = ""
    last_turns: Annotated[int | None, "Only parts that pass in this many last turns of the agent count."] = None


def _parts(settings: Composite) -> tuple[str, ...]:
    return settings.parts


@rule("composite", parts=_parts)
def judge_composite(judging: Judging, settings: Composite) -> Finding:
    """Enough of several rules must pass, the first of them first.

    A part in doubt may yet turn out either way; where that decides, this rule is in doubt too.
    """
    verdicts = [judging.verdicts[part] for part in settings.parts]
    applying = [one for one in verdicts if one.outcome is not Outcome.NOT_APPLICABLE]
    if not applying:
        return Finding(Outcome.NOT_APPLICABLE, 1.0, Reason("verdict.no-part-applies"))
    passed = [one for one in applying if one.outcome is Outcome.PASS]
    open_parts = [one for one in applying if one.outcome in {Outcome.DOUBT, Outcome.MANUAL}]
    in_order = _first_comes_first(settings.first, passed)
    told = {"passed": len(passed), "least": settings.least, "all": len(settings.parts), "open": len(open_parts)}
    conditions = (
        Condition(
            Reason("verdict.parts", told),
            held=len(passed) >= settings.least,
            parts=tuple(
                Condition(Reason("verdict.part", {"rule": one.rule, "reason": one.reason}), _held(one))
                for one in verdicts
            ),
        ),
        Condition(Reason("verdict.part-first", {"rule": settings.first}), held=in_order),
    )[: 2 if settings.first else 1]
    evidence = _told_by_parts(passed, applying)
    sure = min((one.confidence for one in passed), default=0.9)
    if len(passed) >= settings.least and in_order:
        return Finding(Outcome.PASS, sure, Reason("verdict.parts-kept", told), evidence, conditions)
    if len(passed) >= settings.least:
        reason = Reason("verdict.parts-out-of-order", told)
        return Finding(Outcome.VIOLATION, sure, reason, evidence, conditions, Severity.MINOR)
    if len(passed) + len(open_parts) >= settings.least:
        return Finding(Outcome.DOUBT, 0.5, Reason("verdict.parts-open", told), evidence, conditions)
    minor = settings.minor_from is not None and len(passed) >= settings.minor_from
    failed = [one.confidence for one in applying if one.outcome is Outcome.VIOLATION]
    return Finding(
        Outcome.VIOLATION,
        min(failed, default=0.9),
        Reason("verdict.parts-failed", told),
        evidence,
        conditions,
        Severity.MINOR if minor else None,
    )


def _held(verdict: Verdict) -> bool | None:
    return {Outcome.PASS: True, Outcome.VIOLATION: False}.get(verdict.outcome)


def _first_comes_first(first: str, passed: Sequence[Verdict]) -> bool:
    """Tell whether the first part is said before any other; true where it has no place of its own."""
    starts = {one.rule: one.evidence[0].span.start for one in passed if one.evidence}
    return first not in starts or all(starts[first] <= start for start in starts.values())


def _told_by_parts(passed: Sequence[Verdict], applying: Sequence[Verdict]) -> tuple[Evidence, ...]:
    """The places of the parts; where some are missing, the places where they were looked for come first."""
    missing = [one for one in applying if one not in passed]
    return tuple(item for one in (*missing, *passed) for item in one.evidence[:1])
