"""One sentence held against a rule: would its wording be found, whatever the call around it?

For trying out wording, and for measuring how much of it a book knows. Occasions, windows and relations to other
places are left aside: only what must, or must not, be said is looked for.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from csqa.messages import Reason
from csqa.roles import Speaker
from csqa.rules.base import Evidence, Finding, Judging, Outcome
from csqa.rules.checks.expects import Expects, Forbids, places_of
from csqa.rules.checks.forbidden import ForbiddenPhrase, judge_forbidden_phrase
from csqa.rules.checks.hold import WaitNotice, WaitThanks
from csqa.rules.checks.questions import Question
from csqa.rules.checks.required import RequiredPhrase, judge_required_phrase
from csqa.rules.criteria.base import Answer, Criterion, Stance, inside
from csqa.rules.criteria.facts import RuleIs
from csqa.rules.criteria.logic import Meets
from csqa.rules.criteria.numbers import Sharing
from csqa.rules.criteria.order import That
from csqa.rules.criteria.spoken import Says
from csqa.rules.heard import Heard
from csqa.rules.phrases import NO_PHRASES, BySound, Phrases, Where, find_in_turns
from csqa.rules.rulebook import ConfiguredRule, RuleBook
from csqa.talk.conversation import Conversation, Turn
from csqa.talk.conversing import converse
from csqa.words.transcript import Segment, Transcript

CHARACTERS_A_SECOND = 4.5
"""How fast the sentence is taken to be spoken."""


class Found(StrEnum):
    """How a rule's wording was found in a sentence: surely, perhaps (by sound or likeness), or not."""

    YES = "yes"
    MAYBE = "maybe"
    NO = "no"


@dataclass(frozen=True)
class Trial:
    """What a rule finds in a sentence, and where."""

    rule: str
    found: Found
    places: tuple[Evidence, ...] = ()


def try_sentence(book: RuleBook, text: str, speaker: Speaker = Speaker.AGENT) -> tuple[Trial, ...]:
    """Hold a sentence against the wording of every rule of ``book`` that is a matter of wording."""
    trials = (try_rule(book, rule, text, speaker) for rule in book.rules)
    return tuple(trial for trial in trials if trial is not None)


def try_rule(book: RuleBook, rule: ConfiguredRule, text: str, speaker: Speaker = Speaker.AGENT) -> Trial | None:
    """Hold a sentence against one rule's wording; ``None`` where the rule is no matter of wording."""
    talk = _talk(text, speaker)
    judging = Judging(talk, Heard(talk, book.automaton), rule.severity)
    settings = rule.settings
    if isinstance(settings, ForbiddenPhrase):
        bare = replace(settings, when=None, rescue_turns=0, allowed=0, where=Where(settings.where.speaker))
        return _of_finding(rule.id, judge_forbidden_phrase(judging, bare), against=True)
    if isinstance(settings, RequiredPhrase):
        bare_required = replace(settings, when=None, or_rules=(), least=1, where=Where(settings.where.speaker))
        return _of_finding(rule.id, judge_required_phrase(judging, bare_required), against=False)
    if isinstance(settings, (WaitNotice, WaitThanks)):
        return _of_phrases(rule.id, settings.phrases, getattr(settings, "guards", NO_PHRASES), judging)
    if isinstance(settings, Expects):
        return _of_criterion(rule.id, settings.expects, judging, Stance.FOR)
    if isinstance(settings, Forbids):
        return _of_criterion(rule.id, settings.forbids, judging, Stance.AGAINST)
    if isinstance(settings, Question) and (hint := settings.hints_yes or settings.hints_no) is not None:
        stance = Stance.FOR if settings.hints_yes else Stance.AGAINST
        return _of_criterion(rule.id, hint, judging, stance)
    return None


def _talk(text: str, speaker: Speaker) -> Conversation:
    end = 1.0 + len(text) / CHARACTERS_A_SECOND
    return converse(Transcript(end + 1.0, (Segment(1.0, end, speaker, text),)), None)


def _of_finding(rule: str, finding: Finding, *, against: bool) -> Trial:
    hit = Outcome.VIOLATION if against else Outcome.PASS
    found = Found.YES if finding.outcome is hit else Found.MAYBE if finding.outcome is Outcome.DOUBT else Found.NO
    return Trial(rule, found, finding.evidence if found is not Found.NO else ())


def _of_phrases(rule: str, phrases: Phrases, guards: Phrases, judging: Judging) -> Trial:
    turns: tuple[Turn, ...] = judging.conversation.turns
    hits = find_in_turns(phrases, guards, turns, judging.heard, by_sound=BySound.IN_FAVOUR)
    places = tuple(
        Evidence(
            hit.place.span,
            turns[0].speaker,
            hit.place.sentence,
            Reason("verdict.phrase-here", {"phrase": hit.place.text}),
        )
        for hit in hits
    )
    return Trial(rule, Found.YES if hits else Found.NO, places)


def _of_criterion(rule: str, criterion: Criterion, judging: Judging, stance: Stance) -> Trial | None:
    wording = _wording(criterion)
    if any(isinstance(one, RuleIs) for one in inside(wording)):
        return None
    if not any(
        isinstance(one, Says) or hasattr(one, "resembles") or hasattr(one, "matches") for one in inside(wording)
    ):
        return None
    answer: Answer = wording.evaluate(judging, stance)
    maybe = any(not spot.sure and spot.end > 0 for spot in answer.spots) and answer.held is None
    found = Found.YES if answer.held is True else Found.MAYBE if maybe else Found.NO
    return Trial(rule, found, places_of(answer.spots) if found is not Found.NO else ())


def _wording(criterion: Criterion) -> Criterion:
    """What is said in a criterion: relations to other places, and how often, left aside."""
    if isinstance(criterion, Meets) and criterion.meant is not None:
        return _wording(criterion.meant)
    if isinstance(criterion, That):
        return _wording(criterion.that)
    if isinstance(criterion, Sharing):
        return _wording(criterion.sharing)
    if isinstance(criterion, Says):
        speaker = criterion.place.speaker
        return replace(criterion, by=None, where=Where(speaker), least=1)
    for name in ("all", "any", "of", "together"):
        parts = getattr(criterion, name, None)
        if isinstance(parts, tuple):
            changed: dict[str, Any] = {name: tuple(_wording(part) for part in parts)}
            return replace(criterion, **changed)
    return criterion
