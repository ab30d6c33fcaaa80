"""Segments as other programs give them, loosely labelled and loosely timed, made into segments of ours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path

from csqa.errors import UserFixable
from csqa.roles import Speaker
from csqa.words.normalise import normalise, spoken
from csqa.words.parties import parties_of_labels
from csqa.words.transcript import Segment, Word

_SECONDS_A_CHARACTER = 0.22
"""For an end that nobody gave: Mandarin on the telephone has four to five characters a second."""


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


def tidied(loose: Sequence[Labelled], file: Path) -> tuple[Segment, ...]:
    """Give speakers and whole times, in order of time; segments in which nothing is said are left out.

    A time that is missing is taken from the words or, for an end, from the next segment. Where a segment runs into the
    next of the same speaker it ends there. Raises UserFixable naming ``file`` and number where a start cannot be told
    or an end lies before it.
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
    segments.sort(key=lambda segment: (segment.start, segment.end))
    return tuple(_without_own_overlap(segments))


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


def _without_own_overlap(segments: Sequence[Segment]) -> list[Segment]:
    tidy: list[Segment] = []
    next_start: dict[Speaker, float] = {}
    for segment in reversed(segments):
        end = min(segment.end, next_start.get(segment.speaker, segment.end))
        if end < segment.end:
            words = tuple(replace(word, start=min(word.start, end), end=min(word.end, end)) for word in segment.words)
            segment = replace(segment, end=end, words=words)  # noqa: PLW2901
        next_start[segment.speaker] = segment.start
        tidy.append(segment)
    tidy.reverse()
    return tidy
