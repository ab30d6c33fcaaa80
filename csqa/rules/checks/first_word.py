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

    The clock starts with the recording, or when ring-back, queue music or a busy tone at its beginning ends.
    """
    conversation = judging.conversation
    turns = conversation.turns_of(Speaker.AGENT)
    speech = conversation.speech.get(Speaker.AGENT, ())
    if not turns or not speech:
        return Finding(Outcome.NOT_APPLICABLE, 1.0, Reason("verdict.no-agent-speech"))
    picked_up = _picked_up(conversation)
    seconds = max(0.0, speech[0].start - picked_up)
    customer_first = conversation.turns[0].speaker is Speaker.CUSTOMER
    told = {"seconds": seconds, "limit": settings.limit_seconds}
    outcome = _outcome(seconds, settings)
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


def _picked_up(conversation: Conversation) -> float:
    """When the call was picked up: where the sounds before the first human word end."""
    first_word = min((span.start for spans in conversation.speech.values() for span in spans), default=0.0)
    before = [
        one.span.end for one in conversation.sounds if one.sound in _NOT_YET_CONNECTED and one.span.start < first_word
    ]
    return min(first_word, max(before, default=0.0))
