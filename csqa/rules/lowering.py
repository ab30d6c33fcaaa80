"""What makes a verdict less sure than it could be, said one by one."""

from __future__ import annotations

from csqa.messages import Reason
from csqa.rules.base import Outcome, Verdict
from csqa.rules.heard import HARDLY
from csqa.talk.conversation import Conversation, PauseKind


def lowered_by(verdict: Verdict, conversation: Conversation) -> tuple[Reason, ...]:
    """Why ``verdict`` is no surer; nothing for a verdict that rests on nothing heard."""
    if verdict.outcome is Outcome.NOT_APPLICABLE:
        return ()
    found: list[Reason] = []
    codes = [piece.reason.code for piece in verdict.evidence]
    if any(code.endswith("-by-sound") for code in codes) or verdict.reason.code.endswith("-by-sound"):
        found.append(Reason("lowered.by-sound"))
    if any(code.endswith("-by-likeness") for code in codes):
        found.append(Reason("lowered.by-likeness"))
    unsure = [piece.confidence for piece in verdict.evidence if piece.text and piece.confidence < HARDLY]
    if unsure:
        found.append(Reason("lowered.unsure-words", {"confidence": min(unsure)}))
    if conversation.speakers_estimated:
        found.append(Reason("lowered.speakers-guessed"))
    if conversation.ended_early:
        found.append(Reason("lowered.ended-early"))
    waits = {
        pause.next_turn for pause in conversation.pauses if pause.kind is PauseKind.WAIT and pause.by_words is None
    }
    if not conversation.has_sound and any(piece.turn in waits and not piece.text for piece in verdict.evidence):
        found.append(Reason("lowered.one-clock"))
    return tuple(found)
