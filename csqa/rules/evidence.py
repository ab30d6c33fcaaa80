"""Places in a call as evidence."""

from __future__ import annotations

from csqa.messages import Reason
from csqa.roles import Speaker
from csqa.rules.base import Evidence
from csqa.rules.heard import word_confidence
from csqa.rules.phrases import Hit, Manner
from csqa.talk.conversation import Pause, Turn

_SUFFIXES = {Manner.SOUND: "-by-sound", Manner.LIKENESS: "-by-likeness"}


def of_hit(hit: Hit, code: str, substitute: str | None = None, **parameters: object) -> Evidence:
    """A phrase that was found: its words' time, the sentence it stands in, and the phrase as heard."""
    place = hit.place
    heard = {"phrase": place.text, **parameters}
    if hit.meant:
        heard.setdefault("meant", hit.meant)
    return Evidence(
        span=place.span,
        speaker=place.turn.speaker,
        text=place.sentence,
        reason=Reason(code + _SUFFIXES.get(hit.manner, ""), heard),
        turn=place.turn.index,
        confidence=round(hit.confidence, 3),
        substitute=substitute,
    )


def of_turn(turn: Turn, code: str, **parameters: object) -> Evidence:
    """A whole turn: where something was looked for and not found."""
    return Evidence(
        span=turn.span,
        speaker=turn.speaker,
        text=turn.text,
        reason=Reason(code, parameters),
        turn=turn.index,
        confidence=round(word_confidence(turn) * turn.speaker_confidence, 3),
    )


def of_pause(pause: Pause, confidence: float, code: str, **parameters: object) -> Evidence:
    """A pause, told at the turn that ends it; nothing was heard there."""
    return Evidence(
        span=pause.span,
        speaker=Speaker.AGENT,
        text="",
        reason=Reason(code, parameters),
        turn=pause.next_turn,
        confidence=round(confidence, 3),
    )
