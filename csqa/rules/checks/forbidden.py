"""What must not be said, and what to say instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Annotated

from csqa.messages import Reason
from csqa.roles import Speaker
from csqa.rules.base import Condition, Evidence, Finding, Judging, Outcome, Severity
from csqa.rules.checks.expects import not_applying, rules_in
from csqa.rules.criteria.base import Criterion, Stance
from csqa.rules.evidence import of_hit
from csqa.rules.heard import Heard
from csqa.rules.kinds import rule
from csqa.rules.phrases import (
    NO_PHRASES,
    WHOLE_CALL,
    BySound,
    Hit,
    Manner,
    Phrases,
    Where,
    find,
    find_in_turns,
)
from csqa.talk.conversation import Conversation, Turn


@dataclass(frozen=True)
class Expression:
    """A discouraged expression: how it is said, how it is recognised, and what to say instead.

    ``fires`` and ``harmless`` are sentences that must and must not be found; the book's own test runs them.
    """

    says: Annotated[str, "The expression, as people know it."]
    phrases: Annotated[Phrases, "How it is recognised."]
    id: Annotated[str, "Its number in the catalogue of expressions; empty for a rule's general phrases."] = ""
    instead: Annotated[str, "A better wording."] = ""
    severity: Annotated[Severity | None, "Its own severity; counts where it is graver than the rule's."] = None
    guards: Annotated[Phrases, "Harmless wordings that look alike; they count for the whole rule."] = NO_PHRASES
    fires: Annotated[str, "A sentence in which it must be found."] = ""
    harmless: Annotated[str, "A sentence in which it must not be found."] = ""
    harmless_speaker: Annotated[Speaker, "Who says the harmless sentence."] = Speaker.AGENT


@dataclass(frozen=True)
class ForbiddenPhrase:
    """Settings of ``forbidden-phrase``."""

    expressions: Annotated[tuple[Expression, ...], "What must not be said."]
    guards: Annotated[Phrases, "Harmless wordings, for all expressions."] = NO_PHRASES
    where: Annotated[Where, "Who must not say it, and in which part of the call."] = WHOLE_CALL
    rescue: Annotated[Phrases, "Words that make up for it: an offer to find out, a deadline, an explanation."] = (
        NO_PHRASES
    )
    rescue_guards: Annotated[Phrases, "What looks like making up for it but does not."] = NO_PHRASES
    rescue_turns: Annotated[int, "In how many turns of the same party, the one with the hit first, they may come."] = 0
    rescued_severity: Annotated[Severity | None, "What a made-up-for hit still counts; not given: nothing."] = None
    when: Annotated[Criterion | None, "The rule applies only where this holds; not given: always."] = None
    example: Annotated[tuple[str, ...], "Turns that make it apply, as in cases, said before the sample sentences."] = ()
    allowed: Annotated[int, "How many hits a call may have."] = 0
    by_sound: Annotated[bool, "Whether what only sounds like it is a doubt."] = False
    doubt_below: Annotated[float, "A hit understood worse than this (0-1) is a doubt."] = 0.5

    @cached_property
    def all_guards(self) -> Phrases:
        """The guards of the rule and of all its expressions."""
        return self.guards.and_also(expression.guards for expression in self.expressions)


@dataclass(frozen=True)
class _Found:
    expression: Expression
    hit: Hit
    rescued: bool

    def severity(self, rule_severity: Severity) -> Severity:
        own = self.expression.severity
        return own if own is not None and own.rank > rule_severity.rank else rule_severity


@rule("forbidden-phrase", parts=rules_in)
def judge_forbidden_phrase(judging: Judging, settings: ForbiddenPhrase) -> Finding:
    """Something must not be said.

    Only the party's own words count, not what is quoted from the other, and not what a guard declares harmless. A hit
    in badly understood words, or by sound only, is a doubt.
    """
    heard = judging.heard
    turns = settings.where.turns(heard)
    if not turns:
        return Finding(Outcome.NOT_APPLICABLE, 1.0, Reason("verdict.no-speech-there"))
    occasion = settings.when.evaluate(judging, Stance.NEUTRAL) if settings.when else None
    if (missing := not_applying(occasion)) is not None:
        return missing
    found = _search(settings, heard, settings.where.speaker)
    counted = [one for one in found if not one.rescued or settings.rescued_severity is not None]
    if len(counted) <= settings.allowed:
        return _nothing_found(settings, heard, turns, found)
    finding = _something_found(settings, counted, judging.severity)
    if occasion is not None and occasion.held is None and finding.outcome is Outcome.VIOLATION:
        told = {"what": finding.reason, "why": occasion.step.reason}
        return replace(finding, outcome=Outcome.DOUBT, confidence=0.5, reason=Reason("verdict.maybe-applies", told))
    return finding


def _search(settings: ForbiddenPhrase, heard: Heard, speaker: Speaker) -> list[_Found]:
    where = settings.where if speaker is settings.where.speaker else Where(speaker)
    manner = BySound.AGAINST if settings.by_sound else BySound.NO
    found: list[_Found] = []
    for expression in settings.expressions:
        hits = find(expression.phrases, settings.all_guards, where, heard, by_sound=manner)
        found += [_Found(expression, hit, _rescued(hit, settings, heard, where)) for hit in hits]
    return _apart(found)


def _rescued(hit: Hit, settings: ForbiddenPhrase, heard: Heard, where: Where) -> bool:
    if settings.rescue_turns < 1:
        return False
    later = [turn for turn in heard.party(where.speaker).turns if turn.index >= hit.place.turn.index]
    return bool(
        find_in_turns(
            settings.rescue, settings.rescue_guards, later[: settings.rescue_turns], heard, by_sound=BySound.IN_FAVOUR
        )
    )


def _apart(found: Sequence[_Found]) -> list[_Found]:
    """Leave out a hit that lies inside another one of this rule; the longer says more."""
    ordered = sorted(found, key=lambda one: (one.hit.place.turn.index, one.hit.place.start, -one.hit.place.end))
    kept: list[_Found] = []
    for one in ordered:
        if kept and _overlap(kept[-1].hit, one.hit):
            if _prefers(one, kept[-1]):
                kept[-1] = one
            continue
        kept.append(one)
    return kept


def _overlap(first: Hit, second: Hit) -> bool:
    return first.place.turn.index == second.place.turn.index and second.place.start < first.place.end


def _prefers(one: _Found, other: _Found) -> bool:
    """Tell whether ``one`` says more: words rather than sound, a named expression, a graver one, a longer one."""

    def worth(found: _Found) -> tuple[bool, int, bool, bool, int]:
        expression, place = found.expression, found.hit.place
        rank = expression.severity.rank if expression.severity else 0
        in_words = found.hit.manner is Manner.WORDS
        return in_words, rank, bool(expression.id), bool(expression.instead), place.end - place.start

    return worth(one) > worth(other)


def _something_found(settings: ForbiddenPhrase, found: Sequence[_Found], severity: Severity) -> Finding:
    sure = [one for one in found if one.hit.manner is Manner.WORDS and one.hit.confidence >= settings.doubt_below]
    outcome = Outcome.VIOLATION if sure else Outcome.DOUBT
    deciding = sure or found
    standing = [one for one in deciding if not one.rescued]
    worst = max(standing or deciding, key=lambda one: (one.severity(severity).rank, one.hit.confidence))
    told = {"phrase": worst.hit.place.text, "count": len(found)}
    if not standing:
        reason = Reason("verdict.forbidden-rescued", told)
    elif outcome is Outcome.VIOLATION:
        reason = Reason("verdict.forbidden-said", told)
    else:
        by_sound = worst.hit.manner is Manner.SOUND
        told["meant"] = worst.expression.says
        reason = Reason("verdict.forbidden-maybe-by-sound" if by_sound else "verdict.forbidden-maybe", told)
    confidence = max(one.hit.confidence for one in deciding)
    counts = worst.severity(severity) if standing else settings.rescued_severity
    return Finding(outcome, confidence, reason, tuple(map(_evidence, found)), tuple(map(_condition, found)), counts)


def _evidence(found: _Found) -> Evidence:
    code = "verdict.forbidden-rescued-here" if found.rescued else "verdict.forbidden-here"
    return of_hit(found.hit, code, found.expression.instead or None, meant=found.expression.says)


def _condition(found: _Found) -> Condition:
    told = {"phrase": found.hit.place.text, "meant": found.expression.says}
    parts = (
        Condition(Reason("verdict.no-guard"), held=True),
        Condition(Reason("verdict.rescued"), held=found.rescued),
    )
    return Condition(Reason("verdict.forbidden-here", told), held=False, parts=parts)


def _nothing_found(
    settings: ForbiddenPhrase, heard: Heard, turns: Sequence[Turn], allowed: Sequence[_Found]
) -> Finding:
    conversation = heard.conversation
    if conversation.speakers_estimated and _others_say_it(settings, heard, conversation):
        return Finding(Outcome.DOUBT, 0.5, Reason("verdict.forbidden-by-whom"))
    told = {"turns": len(turns), "expressions": len(settings.expressions)}
    reason = Reason("verdict.forbidden-not-said", told)
    where = settings.where
    sure = heard.certainty_of(where.speaker) if where.whole else heard.certainty(turns, where.speaker)
    conditions = (*map(_condition, allowed), Condition(reason, held=True))
    return Finding(Outcome.PASS, sure, reason, (), conditions)


def _others_say_it(settings: ForbiddenPhrase, heard: Heard, conversation: Conversation) -> bool:
    others = {turn.speaker for turn in conversation.turns} - {settings.where.speaker}
    return any(_search(settings, heard, speaker) for speaker in others)
