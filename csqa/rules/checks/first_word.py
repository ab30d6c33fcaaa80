"""How soon the agent speaks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from csqa.hear.recording import Sound
from csqa.messages import Reason
from csqa.roles import Speaker
from csqa.rules.base import Condition, Finding, Judging, Outcome, Severity
from csqa.rules.evidence import of_turn
from csqa.rules.kinds import rule
from csqa.talk.conversation import Conversation

_NOT_YET_CONNECTED = frozenset({Sound.RINGBACK, Sound.BUSY, Sound.MUSIC})


@dataclass(frozen=True)
class FirstWord:
    """Settings of ``first-word``."""

    limit_seconds: Annotated[float, "Latest first word that passes, in seconds from the pick-up."] = 6.0
    slow_seconds: Annotated[float, "From here on, in seconds, the first word is noted as slow."] = 3.0
    tolerance_seconds: Annotated[float, "Half width in seconds of the grey band, in which a person decides."] = 0.3
    severity_after_customer: Annotated[Severity, "Severity where the customer had to speak first."] = Severity.MAJOR


@rule("first-word")
def judge_first_word(judging: Judging, settings: FirstWord) -> Finding:
    """The agent speaks soon after the pick-up.

    The clock starts with the recording, or when ring-back, queue music or a busy tone at its beginning ends. Words
    count: where speech in time holds none, it may have been a cough or a greeting that was not recognised, a doubt.
    """
    conversation = judging.conversation
    turns = conversation.turns_of(Speaker.AGENT)
    if not turns:
        return Finding(Outcome.NOT_APPLICABLE, 1.0, Reason("verdict.no-agent-speech"))
    picked_up = _picked_up(conversation)
    seconds = max(0.0, turns[0].span.start - picked_up)
    customer_first = conversation.turns[0].speaker is Speaker.CUSTOMER
    told = {"seconds": seconds, "limit": settings.limit_seconds}
    outcome = _outcome(seconds, settings)
    if outcome is Outcome.VIOLATION and (wordless := _wordless(conversation, turns[0].span.start)) is not None:
        told["wordless"] = max(0.0, wordless - picked_up)
        if _outcome(told["wordless"], settings) is not Outcome.VIOLATION:
            reason = Reason("verdict.first-word-wordless", told)
            evidence = (of_turn(turns[0], reason.code, **told),)
            return Finding(Outcome.DOUBT, 0.5, reason, evidence, (Condition(reason, held=None),))
    code = {Outcome.PASS: "verdict.first-word-in-time", Outcome.DOUBT: "verdict.first-word-edge"}.get(
        outcome, "verdict.first-word-customer-first" if customer_first else "verdict.first-word-late"
    )
    if outcome is Outcome.PASS and seconds > settings.slow_seconds:
        code = "verdict.first-word-slow"
    conditions = (
        Condition(Reason("verdict.picked-up-at", {"seconds": picked_up}), held=True),
        Condition(Reason(code, told), held={Outcome.PASS: True, Outcome.VIOLATION: False}.get(outcome)),
        Condition(Reason("verdict.agent-spoke-first"), held=not customer_first),
    )
    margin = min(1.0, abs(seconds - settings.limit_seconds) / 2.0)
    graver = settings.severity_after_customer if customer_first and outcome is Outcome.VIOLATION else None
    evidence = (of_turn(turns[0], code, **told),)
    return Finding(outcome, 0.5 + 0.48 * margin, Reason(code, told), evidence, conditions, graver)


def _outcome(seconds: float, settings: FirstWord) -> Outcome:
    if abs(seconds - settings.limit_seconds) <= settings.tolerance_seconds:
        return Outcome.DOUBT
    return Outcome.PASS if seconds < settings.limit_seconds else Outcome.VIOLATION


def _wordless(conversation: Conversation, first_word: float) -> float | None:
    """When the agent first makes a sound like speech before the first word; ``None`` where that is the first sound."""
    return next((span.start for span in conversation.speech.get(Speaker.AGENT, ()) if span.end <= first_word), None)


def _picked_up(conversation: Conversation) -> float:
    """When the call was picked up: where the sounds before the first human word end."""
    first_word = conversation.turns[0].span.start
    before = [
        one.span.end for one in conversation.sounds if one.sound in _NOT_YET_CONNECTED and one.span.start < first_word
    ]
    return min(first_word, max(before, default=0.0))
