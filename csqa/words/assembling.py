"""From the recogniser's passages to the transcript: words in their lanes, segments by the sound."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from csqa.hear.recording import Hearing, LaneHearing
from csqa.spans import Span, union
from csqa.words.normalise import SENTENCE_ENDS
from csqa.words.regrouping import regroup
from csqa.words.transcript import ModelIdentity, RawWord, Segment, Transcript, Word
from csqa.words.whisper import PassageWords

PAUSE_SECONDS = 0.5
"""A pause of the lane from which on a new segment begins."""

_EDGE_SECONDS = 0.4
"""A segment whose words begin or end this near to an edge of the speech begins or ends there, for the clock is the
sound."""


_ENDS = (*SENTENCE_ENDS, "?", "!")


def assemble(words: Iterable[PassageWords], hearing: Hearing, identity: ModelIdentity) -> Transcript:
    """Put the words of all passages together.

    A segment is what one lane says in one stretch of speech, up to a pause or the end of a sentence. Its words lie
    within the speech that was heard.
    """
    passages = sorted(words, key=lambda each: each.passage.index)
    segments = [
        segment
        for index, lane in enumerate(hearing.lanes)
        for segment in _lane_segments(lane, [each for each in passages if each.passage.lane == index])
    ]
    dropped = sorted((note for each in passages for note in each.dropped), key=lambda note: note.span)
    segments.sort(key=lambda each: (each.start, each.end))
    return Transcript(hearing.duration, tuple(segments), identity, tuple(dropped))


def _lane_segments(lane: LaneHearing, passages: Sequence[PassageWords]) -> Iterator[Segment]:
    regions = union(lane.speech, bridge=PAUSE_SECONDS)
    tokens = [token for passage in passages for token in passage.words]
    sentences = [(region, part) for region, spoken in _by_region(tokens, regions) for part in _sentences(spoken)]
    previous_end = 0.0
    for index, (region, sentence) in enumerate(sentences):
        next_start = sentences[index + 1][1][0].start if index + 1 < len(sentences) else region.end
        segment = _segment(lane, region, sentence, Span(previous_end, max(previous_end, next_start)))
        if segment is not None:
            previous_end = segment.end
            yield segment


def _by_region(tokens: Sequence[RawWord], regions: Sequence[Span]) -> Iterator[tuple[Span, list[RawWord]]]:
    """Give every token to the region that holds its middle, or the nearest; then keep it inside."""
    at = 0
    held: list[RawWord] = []
    for token in tokens:
        middle = (token.start + token.end) / 2
        nearest = at
        while nearest + 1 < len(regions) and _distance(regions[nearest + 1], middle) <= _distance(
            regions[nearest], middle
        ):
            nearest += 1
        if nearest != at:
            if held:
                yield regions[at], held
            at, held = nearest, []
        held.append(_inside(token, regions[at]))
    if held:
        yield regions[at], held


def _distance(span: Span, time: float) -> float:
    return max(span.start - time, time - span.end, 0.0)


def _inside(token: RawWord, region: Span) -> RawWord:
    start = min(max(token.start, region.start), region.end)
    return replace(token, start=start, end=min(max(token.end, start), region.end))


def _sentences(tokens: Sequence[RawWord]) -> Iterator[list[RawWord]]:
    held: list[RawWord] = []
    for token in tokens:
        held.append(token)
        if token.text.rstrip()[-1:] in _ENDS:
            yield held
            held = []
    if held:
        yield held


def _segment(lane: LaneHearing, region: Span, tokens: Sequence[RawWord], room: Span) -> Segment | None:
    """Make a segment of a sentence's tokens; ``None`` where they are marks only.

    ``room`` is the time between the neighbouring sentences, into which the segment may be stretched.
    """
    regrouped = regroup(tokens)
    words = regrouped.words
    if not words:
        return None
    starts = (span.start for span in lane.speech if room.start <= span.start <= words[0].end)
    ends = (span.end for span in lane.speech if words[-1].start <= span.end <= room.end)
    start = min(max(_snapped(words[0].start, starts), room.start, region.start), region.end)
    end = max(min(_snapped(words[-1].end, ends), region.end), start)
    return Segment(
        start=start,
        end=end,
        speaker=lane.speaker,
        text=regrouped.text.lstrip("，。！？；：、 "),
        words=tuple(_clamped(word, start, end) for word in words),
        confidence=_mean_confidence(words),
    )


def _snapped(time: float, edges: Iterable[float]) -> float:
    nearest = min(edges, key=lambda edge: abs(edge - time), default=time)
    return nearest if abs(nearest - time) <= _EDGE_SECONDS else time


def _clamped(word: Word, start: float, end: float) -> Word:
    return replace(word, start=min(max(word.start, start), end), end=min(max(word.end, start), end))


def _mean_confidence(words: Sequence[Word]) -> float:
    weighted = sum((word.confidence or 0.0) * len(word.text) for word in words)
    return round(weighted / sum(len(word.text) for word in words), 4)
