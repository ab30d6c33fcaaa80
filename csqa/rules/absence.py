"""What it means that something was not found: surely absent, or perhaps only not heard."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from csqa.messages import Reason
from csqa.rules.base import Condition
from csqa.rules.heard import Heard, unsure_share
from csqa.rules.phrases import Hit, Phrases, Turns, Where, find_unsure
from csqa.spans import Span
from csqa.talk.conversation import Turn

UNHEARD_MATTERS = 0.5
"""Seconds of unrecognised speech in a window from which an absence there is doubtful."""

DOUBT_BELOW = 0.6
"""A window understood worse than this (0–1) makes an absence doubtful."""

UNSURE_SHARE = 0.2
"""So does this share (0–1) of characters in words less sure than a coin."""


class Part(StrEnum):
    """At which end of the call the window lies."""

    OPENING = "opening"
    CLOSING = "closing"
    WHOLE = "whole"


@dataclass(frozen=True)
class Absence:
    """Why something may be missing only in the transcript: ``doubt`` is ``None`` where it surely was not said.

    ``confidence`` is how sure the absence is, ``checks`` what was looked at, ``maybe`` where it may have been said.
    """

    doubt: Reason | None
    confidence: float
    checks: tuple[Condition, ...]
    maybe: tuple[Hit, ...] = ()


def weigh_absence(
    phrases: Phrases,
    guards: Phrases,
    where: Where,
    turns: tuple[Turn, ...],
    heard: Heard,
    part: Part,
    *,
    scope: Turns = None,
    doubt_below: float = DOUBT_BELOW,
    most_unsure: float = UNSURE_SHARE,
) -> Absence:
    """Weigh that ``phrases`` were not found in ``turns`` (at least one), the window of ``where``."""
    reading = _read(turns, where, heard, part, scope)
    understood = reading.sure >= doubt_below and reading.unsure < most_unsure
    checks = (
        Condition(
            Reason("verdict.all-speech-recognised", {"seconds": reading.unheard}), reading.unheard < UNHEARD_MATTERS
        ),
        Condition(Reason("verdict.well-understood", {"confidence": reading.sure}), understood),
    )
    if heard.conversation.ended_early and turns[-1] is heard.party(where.speaker).turns[-1]:
        reason = Reason("verdict.recording-breaks-off")
        return Absence(reason, 0.5, (Condition(reason, held=None), *checks))
    if reading.unheard >= UNHEARD_MATTERS:
        return Absence(Reason("verdict.phrase-maybe-unheard", {"seconds": reading.unheard}), 0.5, checks)
    if not understood:
        return Absence(Reason("verdict.phrase-maybe-misheard", {"confidence": reading.sure}), 0.5, checks)
    maybe = find_unsure(phrases, guards, where, heard, scope) if reading.any_unsure else ()
    if maybe:
        reason = Reason("verdict.phrase-maybe-said", {"phrase": maybe[0].place.text})
        return Absence(reason, 0.5, (*checks, Condition(reason, held=None)), maybe)
    return Absence(None, reading.sure, checks)


@dataclass(frozen=True)
class _Reading:
    """How well a window was understood."""

    unheard: float
    sure: float
    unsure: float
    any_unsure: bool


def _read(turns: tuple[Turn, ...], where: Where, heard: Heard, part: Part, scope: Turns) -> _Reading:
    """Read a window once for all the rules that look at it."""
    key = (_Reading, part, where, scope)
    if key not in heard.memory:
        reach = Span(turns[0].span.start, max(turn.span.end for turn in turns))
        if part is Part.OPENING:
            reach = Span(0.0, reach.end)
        elif part is Part.CLOSING:
            reach = Span(reach.start, heard.conversation.duration)
        heard.memory[key] = _Reading(
            heard.unheard_seconds(reach, where.speaker),
            heard.certainty(turns, where.speaker),
            unsure_share(turns),
            any(heard.has_unsure_words(turn) for turn in turns),
        )
    found: _Reading = heard.memory[key]
    return found
