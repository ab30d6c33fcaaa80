"""Segments as other programs give them, loosely labelled and loosely timed, made into segments of ours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path

from csqa.errors import UserFixable
from csqa.roles import Speaker
from csqa.spans import Span
from csqa.words.normalise import normalise, spoken
from csqa.words.parties import parties_of_labels
from csqa.words.transcript import Segment, Word

_SECONDS_A_CHARACTER = 0.22
"""For an end that nobody gave: Mandarin on the telephone has four to five characters a second."""

_LONGEST_SECONDS = 24 * 3600.0
"""No call lasts longer than a day: a time beyond it is a slip or in another unit."""

_BEYOND_SECONDS = 1.0
"""How far a recogniser's last word may reach beyond the recording."""


@dataclass(frozen=True)
class Labelled:
    """A segment from elsewhere; ``number`` is its place in the file, from 1; what is not known is ``None``."""

    number: int
    start: float | None
    end: float | None
    label: str | None
    text: str
    words: tuple[Word, ...] = ()
    confidence: float | None = None


def tidied(loose: Sequence[Labelled], file: Path, duration: float | None = None) -> tuple[Segment, ...]:
    """Give speakers and whole times, in order of time; segments in which nothing is said are left out.

    A time that is missing is taken from the words or, for an end, from the next segment. Where segments of one speaker
    overlap they share the time. Raises UserFixable naming ``file`` and number where a start cannot be told, an end lies
    before it, or a time lies beyond ``duration`` (seconds, ``None`` where unknown) or any call's length.
    """
    said = [each for each in loose if spoken(each.text)]
    texts: dict[str, str] = {}
    for each in said:
        if each.label is not None:
            texts[each.label] = texts.get(each.label, "") + each.text
    parties = parties_of_labels(texts)
    segments = [
        _timed(each, following, Speaker.UNKNOWN if each.label is None else parties[each.label], file)
        for each, following in zip_longest(said, said[1:])
    ]
    for each, segment in zip(said, segments, strict=True):
        _within_call(each.number, segment, duration, file)
    tidy = [shared for speaker in Speaker for shared in _without_overlap(_in_order(segments, speaker))]
    return tuple(sorted(tidy, key=lambda segment: (segment.start, segment.end)))


def _timed(loose: Labelled, following: Labelled | None, speaker: Speaker, file: Path) -> Segment:
    start, end = loose.start, loose.end
    if loose.words:
        start = loose.words[0].start if start is None else start
        end = loose.words[-1].end if end is None else end
    if start is None:
        raise UserFixable("words.time-missing", file=file, number=loose.number)
    if end is None:
        guess = start + _SECONDS_A_CHARACTER * len(spoken(loose.text))
        next_start = following.start if following is not None else None
        end = guess if next_start is None or next_start <= start else min(guess, next_start)
    if end < start:
        raise UserFixable("words.time-backwards", file=file, number=loose.number, start=start, end=end)
    return Segment(start, end, speaker, normalise(loose.text), loose.words, loose.confidence)


def _within_call(number: int, segment: Segment, duration: float | None, file: Path) -> None:
    end = max([segment.end, *(word.end for word in segment.words)])
    if end > _LONGEST_SECONDS:
        raise UserFixable("words.time-endless", file=file, number=number, end=end)
    if duration is not None and end > duration + _BEYOND_SECONDS:
        raise UserFixable("words.time-beyond", file=file, number=number, end=end, duration=duration)


def _in_order(segments: Sequence[Segment], speaker: Speaker) -> list[Segment]:
    own = [segment for segment in segments if segment.speaker is speaker]
    return sorted(own, key=lambda segment: (segment.start, segment.end))


def _without_overlap(segments: Sequence[Segment]) -> list[Segment]:
    """Part the segments of one speaker, in order of their starts, where they overlap.

    Two that overlap share the time that they cover together by how much each says, as near to that as the later one's
    start and the earlier one's end allow. So all that is said stays, and so does the time in which the speaker speaks.
    """
    tidy: list[Segment] = []
    for segment in segments:
        if tidy and segment.start < tidy[-1].end:
            earlier = tidy.pop()
            whole = Span(earlier.start, max(earlier.end, segment.end))
            said = len(spoken(earlier.text))
            fair = whole.start + whole.duration * said / (said + len(spoken(segment.text)))
            cut = min(max(fair, segment.start), earlier.end)
            tidy += [_moved(earlier, Span(whole.start, cut)), _moved(segment, Span(cut, whole.end))]
        else:
            tidy.append(segment)
    return tidy


def _moved(segment: Segment, span: Span) -> Segment:
    """Return ``segment`` at ``span``, its words moved along and kept inside."""
    factor = span.duration / segment.span.duration if segment.span.duration else 0.0

    def at(time: float) -> float:
        return min(max(span.start + (time - segment.start) * factor, span.start), span.end)

    words = tuple(replace(word, start=at(word.start), end=at(word.end)) for word in segment.words)
    return replace(segment, start=span.start, end=span.end, words=words)
