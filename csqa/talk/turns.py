"""Turns: a party's utterances joined until the other takes the word, or until a long silence."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from csqa.roles import Speaker
from csqa.spans import Span
from csqa.talk.conversation import Turn
from csqa.talk.cues import is_backchannel
from csqa.talk.plain import spoken_length
from csqa.talk.utterances import Utterance, joined

LONG_SILENCE = 2.0
"""Seconds of one's own silence after which a party's next words are a new turn, though nobody else spoke."""

BREATH = 1.0
"""A backchannel is no answer where the other goes on speaking within this many seconds."""

JOINT = 0.6
"""Seconds of silence inside a turn from which the text gets a comma, where the recogniser wrote no mark."""


@dataclass(frozen=True)
class TurnUtterances:
    """A turn and the utterances that it is made of."""

    turn: Turn
    utterances: tuple[Utterance, ...]


def take_turns(utterances: Sequence[Utterance]) -> tuple[TurnUtterances, ...]:
    """Join worded utterances (in order of time) to turns; a turn never loses an utterance and none is in two."""
    groups: list[list[Utterance]] = []
    floor: list[Utterance] | None = None
    latest: dict[Speaker, list[Utterance]] = {}
    worded = [utterance for utterance in utterances if utterance.text]
    for index, utterance in enumerate(worded):
        own = latest.get(utterance.speaker)
        if floor and utterance.speaker is floor[-1].speaker and _silence(floor, utterance) < LONG_SILENCE:
            floor.append(utterance)
        elif floor and own and _talks_on(own, utterance, floor):
            own.append(utterance)
        else:
            group = [utterance]
            groups.append(group)
            latest[utterance.speaker] = group
            if not (floor and _only_listens(utterance, floor, worded[index + 1 :])):
                floor = group
    groups.sort(key=lambda group: (group[0].span.start, group[0].span.end))
    return tuple(TurnUtterances(_turn(index, group), tuple(group)) for index, group in enumerate(groups))


def _talks_on(own: Sequence[Utterance], utterance: Utterance, floor: Sequence[Utterance]) -> bool:
    """Tell whether a speaker who drew breath goes on while the other, cutting in, still speaks."""
    return _silence(own, utterance) < BREATH and any(other.span.end > utterance.span.start for other in floor)


def _silence(floor: Sequence[Utterance], utterance: Utterance) -> float:
    return utterance.span.start - max(one.span.end for one in floor)


def _only_listens(utterance: Utterance, floor: Sequence[Utterance], later: Sequence[Utterance]) -> bool:
    """Tell whether ``utterance`` is a backchannel to a speaker who keeps the word."""
    if utterance.speaker is floor[-1].speaker or not is_backchannel(utterance.text):
        return False
    goes_on = next((one for one in later if one.speaker is floor[-1].speaker), None)
    return goes_on is not None and _silence(floor, goes_on) < BREATH


def _turn(index: int, group: Sequence[Utterance]) -> Turn:
    text = group[0].text
    for earlier, later in itertools.pairwise(group):
        paused = earlier.span.gap_to(later.span) >= JOINT
        text = joined((text, later.text), "，" if paused else "")
    return Turn(
        index=index,
        speaker=group[0].speaker,
        span=Span(group[0].span.start, max(one.span.end for one in group)),
        text=text,
        words=tuple(word for one in group for word in one.words),
        speech=tuple(span for one in group for span in one.speech) or tuple(one.span for one in group),
        confidence=_confidence(group),
        speaker_confidence=min(one.speaker_confidence for one in group),
    )


def _confidence(group: Sequence[Utterance]) -> float | None:
    """Mean over the words, weighted by their length; the segments' own where no word has one."""
    weighed = [
        (word.confidence, max(1, spoken_length(word.text)))
        for one in group
        for word in one.words
        if word.confidence is not None
    ]
    if not weighed:
        weighed = [(one.confidence, max(1, spoken_length(one.text))) for one in group if one.confidence is not None]
    if not weighed:
        return None
    return sum(confidence * weight for confidence, weight in weighed) / sum(weight for _, weight in weighed)
