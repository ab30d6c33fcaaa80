"""What the standard demands to be said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from csqa.messages import Reason
from csqa.rules.absence import DOUBT_BELOW, UNSURE_SHARE, Part, weigh_absence
from csqa.rules.base import Condition, Evidence, Finding, Judging, Outcome
from csqa.rules.checks.expects import not_applying, rules_in
from csqa.rules.criteria.base import Criterion, Spot, Stance
from csqa.rules.evidence import of_hit, of_turn
from csqa.rules.heard import Heard
from csqa.rules.kinds import rule
from csqa.rules.phrases import NO_PHRASES, WHOLE_CALL, BySound, Hit, Manner, Phrases, Where, find
from csqa.talk.conversation import Turn


@dataclass(frozen=True)
class RequiredPhrase:
    """Settings of ``required-phrase``."""

    phrases: Annotated[Phrases, "What must be said; any of them will do."]
    also: Annotated[Phrases, "What must be said besides, in the same turn; empty: nothing."] = NO_PHRASES
    guards: Annotated[Phrases, "What does not count though it looks alike."] = NO_PHRASES
    where: Annotated[Where, "Who must say it, and in which part of the call."] = WHOLE_CALL
    part: Annotated[Part, "Where its absence is shown: at the opening, at the closing, or nowhere in particular."] = (
        Part.WHOLE
    )
    least: Annotated[int, "How often it must be said."] = 1
    when: Annotated[Criterion | None, "The rule applies only where this holds; not given: always."] = None
    after_when: Annotated[bool, "Whether only what is said after that counts."] = False
    or_rules: Annotated[tuple[str, ...], "Other rules of the book; where all of them pass, this one does."] = ()
    by_sound: Annotated[bool, "Whether what only sounds like it passes, less surely."] = True
    doubt_below: Annotated[float, "A part understood worse than this (0-1) makes an absence doubtful."] = DOUBT_BELOW
    unsure_share: Annotated[float, "So does this share (0-1) of characters in words less sure than a coin."] = (
        UNSURE_SHARE
    )


def _parts(settings: RequiredPhrase) -> tuple[str, ...]:
    return (*settings.or_rules, *rules_in(settings))


@rule("required-phrase", parts=_parts)
def judge_required_phrase(judging: Judging, settings: RequiredPhrase) -> Finding:
    """Something must be said in a part of the call.

    What is not found was not detected; it may have been said in other words. Where the part holds speech that was not
    recognised, or words that were badly understood, its absence is a doubt; so it is where it would be found if words
    that were hardly understood had been others, and where the recording breaks off and the part reaches to its end.
    """
    heard = judging.heard
    turns = settings.where.turns(heard)
    if not turns:
        return Finding(Outcome.NOT_APPLICABLE, 1.0, Reason("verdict.no-speech-there"))
    occasion = settings.when.evaluate(judging, Stance.NEUTRAL) if settings.when else None
    if (missing := not_applying(occasion)) is not None:
        return missing
    trigger = occasion.spots[0] if occasion and occasion.spots else None
    hits = _hits(settings, heard, trigger)
    window = Condition(Reason("verdict.window", {"turns": len(turns)}), held=True)
    enough = len(hits) >= settings.least
    found = Condition(Reason("verdict.phrase-said", {"count": len(hits), "least": settings.least}), held=enough)
    if enough:
        return _said(hits, (window, found))
    others = [judging.verdicts[part] for part in settings.or_rules]
    if others and all(one.outcome is Outcome.PASS for one in others):
        evidence = tuple(item for one in others for item in one.evidence)
        reason = Reason("verdict.phrase-by-others")
        sure = min(one.confidence for one in others)
        return Finding(Outcome.PASS, sure, reason, evidence, (window, Condition(reason, held=True)))
    return _not_found(settings, heard, turns, trigger, (window, found))


def _hits(settings: RequiredPhrase, heard: Heard, trigger: Spot | None) -> tuple[Hit, ...]:
    manner = BySound.IN_FAVOUR if settings.by_sound else BySound.NO
    hits = find(settings.phrases, settings.guards, settings.where, heard, by_sound=manner)
    if settings.also:
        others = find(settings.also, settings.guards, settings.where, heard, by_sound=manner)
        beside = {hit.place.turn.index for hit in others}
        hits = tuple(hit for hit in hits if hit.place.turn.index in beside)
    return _in_time(hits, settings, trigger)


def _in_time(hits: tuple[Hit, ...], settings: RequiredPhrase, trigger: Spot | None) -> tuple[Hit, ...]:
    if trigger is None or not settings.after_when:
        return hits
    return tuple(hit for hit in hits if hit.place.span.start >= trigger.span.start)


def _said(hits: tuple[Hit, ...], conditions: tuple[Condition, ...]) -> Finding:
    surest = max(hits, key=lambda hit: hit.confidence)
    code = "verdict.phrase-found" if surest.manner is Manner.WORDS else "verdict.phrase-found-by-sound"
    reason = Reason(code, {"phrase": surest.place.text})
    evidence = tuple(of_hit(hit, "verdict.phrase-here") for hit in hits)
    return Finding(Outcome.PASS, surest.confidence, reason, evidence, conditions)


def _not_found(
    settings: RequiredPhrase,
    heard: Heard,
    turns: tuple[Turn, ...],
    trigger: Spot | None,
    conditions: tuple[Condition, ...],
) -> Finding:
    absence = weigh_absence(
        settings.phrases,
        settings.guards,
        settings.where,
        turns,
        heard,
        settings.part,
        doubt_below=settings.doubt_below,
        most_unsure=settings.unsure_share,
    )
    conditions = (*conditions, *absence.checks)
    evidence = _where_missing(settings, turns)
    if absence.doubt is None:
        return Finding(Outcome.VIOLATION, absence.confidence, Reason("verdict.phrase-not-found"), evidence, conditions)
    if absence.maybe and not _in_time(absence.maybe, settings, trigger):
        return Finding(Outcome.VIOLATION, absence.confidence, Reason("verdict.phrase-not-found"), evidence, conditions)
    shown = tuple(of_hit(hit, "verdict.phrase-maybe-here") for hit in absence.maybe) or evidence
    return Finding(Outcome.DOUBT, 0.5, absence.doubt, shown, conditions)


def _where_missing(settings: RequiredPhrase, turns: tuple[Turn, ...]) -> tuple[Evidence, ...]:
    """Absences are shown at the first turn of an opening and at the last of a closing."""
    if settings.part is Part.OPENING:
        return (of_turn(turns[0], "verdict.phrase-not-here"),)
    if settings.part is Part.CLOSING:
        return (of_turn(turns[-1], "verdict.phrase-not-here"),)
    return ()
