"""Whose segments lie on which lane: a transcript need not know the recording's lanes, nor the lanes its speakers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from csqa.hear.recording import Hearing
from csqa.roles import Speaker
from csqa.spans import Span
from csqa.words.transcript import Segment


@dataclass(frozen=True)
class Said:
    """A segment, who says it, and how sure that is (0–1)."""

    segment: Segment
    speaker: Speaker
    sure: float = 1.0


@dataclass(frozen=True)
class Lane:
    """A lane's speech and what is said on it, in order of time; ``speaker`` is ``UNKNOWN`` where it holds both parties.

    Without such a lane, segments of an unheard party form one without speech.
    """

    speaker: Speaker
    speech: tuple[Span, ...]
    said: tuple[Said, ...]


def lanes_of(segments: Sequence[Segment], hearing: Hearing) -> tuple[Lane, ...]:
    """Give every segment to a lane.

    A lane that holds both parties takes all of them, whoever says them. On lanes of their own a segment without a
    speaker goes to the lane whose speech shares most time with it, or is nearest; how much of that shared time is the
    lane's says how sure it is.
    """
    speech = {lane.speaker: lane.speech for lane in hearing.lanes}
    said: dict[Speaker, list[Said]] = {speaker: [] for speaker in speech}
    for segment in sorted(segments, key=lambda one: one.start):
        if Speaker.UNKNOWN in speech:
            said[Speaker.UNKNOWN].append(Said(segment, segment.speaker))
        elif segment.speaker is Speaker.UNKNOWN and speech:
            speaker, sure = _whose(segment.span, speech)
            said[speaker].append(Said(segment, speaker, sure))
        else:
            said.setdefault(segment.speaker, []).append(Said(segment, segment.speaker))
    return tuple(Lane(speaker, speech.get(speaker, ()), tuple(each)) for speaker, each in said.items())


def _whose(span: Span, speech: Mapping[Speaker, Sequence[Span]]) -> tuple[Speaker, float]:
    shared = {speaker: sum(one.shared(span) for one in spans) for speaker, spans in speech.items()}
    away = {
        speaker: min((span.away_from(one) for one in spans), default=float("inf")) for speaker, spans in speech.items()
    }
    best = max(speech, key=lambda speaker: (shared[speaker], -away[speaker]))
    whole = sum(shared.values())
    return best, shared[best] / whole if whole > 0 else 1 / len(speech)
