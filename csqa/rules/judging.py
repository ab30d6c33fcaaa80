"""We hold a book against a conversation: one verdict a rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from csqa.messages import Reason
from csqa.rules.automaton import KnownBits
from csqa.rules.base import Condition, Finding, Judging, Outcome, Verdict
from csqa.rules.heard import NOTHING_KNOWN, Heard
from csqa.rules.rulebook import ConfiguredRule, RuleBook
from csqa.talk.conversation import Conversation

SURE_SPEAKER = 0.85
"""Where speakers are guessed, a pass stands only on turns whose speaker is at least this sure."""

MOST_SURE_GUESS = 0.9
"""No verdict about guessed speakers is surer than this."""


def judge(conversation: Conversation, book: RuleBook) -> tuple[Verdict, ...]:
    """Judge ``conversation`` by every rule of ``book``: exactly one verdict a rule, in the book's order.

    A rule that needs sound or metadata which the call lacks does not apply. Where speakers are guessed, what would be
    a violation is a doubt, and so is a pass that stands on an unsure turn.
    """
    return judge_heard(made_ready(conversation, book), book)


def made_ready(conversation: Conversation, book: RuleBook, met: Mapping[int, KnownBits] = NOTHING_KNOWN) -> Heard:
    """A conversation ready to be searched for the phrases of ``book``; ``met`` are those that it may hold, by turn."""
    return Heard(conversation, book.automaton, met)


def judge_heard(heard: Heard, book: RuleBook, *, brief: bool = False) -> tuple[Verdict, ...]:
    """``judge`` a conversation that is made ready already; ``heard`` was made ready for the same book.

    With ``brief`` the outcomes and severities are the same, but only violations have places, and those no text.
    """
    verdicts: dict[str, Verdict] = {}
    for rule in book.in_order:
        parts = {part: verdicts[part] for part in rule.parts}
        judging = Judging(heard.conversation, heard, rule.severity, parts, brief)
        verdicts[rule.id] = _verdict(rule, _finding(rule, judging))
    return tuple(verdicts[rule.id] for rule in book.rules)


def _finding(rule: ConfiguredRule, judging: Judging) -> Finding:
    conversation = judging.conversation
    if rule.kind.needs_sound and not conversation.has_sound:
        return _does_not_apply("verdict.no-sound")
    missing = [name for name in rule.kind.needs_metadata if getattr(conversation.metadata, name) is None]
    if missing:
        return _does_not_apply("verdict.no-metadata", names=missing)
    finding: Finding = rule.kind.check(judging, rule.settings)
    return _about_guessed_speakers(finding, conversation) if conversation.speakers_estimated else finding


def _does_not_apply(code: str, **parameters: object) -> Finding:
    return Finding(Outcome.NOT_APPLICABLE, 1.0, Reason(code, parameters))


def _about_guessed_speakers(finding: Finding, conversation: Conversation) -> Finding:
    if finding.outcome not in {Outcome.PASS, Outcome.VIOLATION}:
        return finding
    turns = [conversation.turns[evidence.turn] for evidence in finding.evidence if evidence.turn is not None]
    surest = min((turn.speaker_confidence for turn in turns), default=1.0)
    unsure = finding.outcome is Outcome.VIOLATION or surest < SURE_SPEAKER
    held = Condition(Reason("verdict.speakers-known"), None)
    confidence = min(finding.confidence, MOST_SURE_GUESS)
    if not unsure:
        return replace(finding, confidence=confidence, conditions=(*finding.conditions, held))
    return replace(
        finding,
        outcome=Outcome.DOUBT,
        confidence=round(confidence * min(surest, MOST_SURE_GUESS), 3),
        reason=Reason("verdict.speakers-guessed", {"otherwise": finding.reason}),
        conditions=(*finding.conditions, held),
    )


def _verdict(rule: ConfiguredRule, finding: Finding) -> Verdict:
    return Verdict(
        rule=rule.id,
        outcome=finding.outcome,
        severity=finding.severity or rule.severity,
        confidence=round(min(1.0, max(0.0, finding.confidence)), 3),
        reason=finding.reason,
        evidence=finding.evidence,
        conditions=finding.conditions,
        settings=rule.recorded_settings,
    )
