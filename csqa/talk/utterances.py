"""Utterances: what one party says in one breath, the sound's spans and the recogniser's words brought together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from csqa.hear.recording import Hearing
from csqa.roles import Speaker
from csqa.spans import Span, difference, union
from csqa.talk.lanes import Lane, Said, lanes_of
from csqa.talk.plain import CLAUSE_ENDS, plain, tidy, word_places
from csqa.words.transcript import Segment, Transcript, Word

WORD_REACH = 0.5
"""A word this near to a speech span (seconds) belongs to it, though the recogniser placed it outside."""

WORD_BREAK = 1.0
"""Without sound, words this far apart (seconds) are two utterances."""

UNHEARD_LEAST = 0.5
"""Speech without words shorter than this (seconds) is a breath or a click and not worth a note."""

WORD_EDGE = 0.4
"""How far (seconds) a word's sound may reach beyond its own times before it counts as unheard speech."""


@dataclass(frozen=True)
class Utterance:
    """One party's speech without a break.

    ``span`` goes by the sound where there is sound. ``words`` carry the recogniser's times; both they and ``text`` are
    empty for speech that was not recognised. ``confidence`` is the segment's own where the words have none.
    """

    speaker: Speaker
    span: Span
    text: str = ""
    words: tuple[Word, ...] = ()
    confidence: float | None = None
    speaker_confidence: float = 1.0
    speech: tuple[Span, ...] = field(default=())

    @property
    def by_words(self) -> Span | None:
        """The utterance's time by its words; ``None`` where no word times are known."""
        if not self.words:
            return None
        return Span(self.words[0].start, max(self.words[0].start, *(word.end for word in self.words)))


def utterances_of(transcript: Transcript, hearing: Hearing | None) -> tuple[Utterance, ...]:
    """Cut a transcript into utterances, in order of time; with sound, speech without words is among them."""
    if hearing is None:
        found = [one for segment in transcript.segments for one in _by_own_times(segment)]
    else:
        found = [one for lane in lanes_of(transcript.segments, hearing) for one in _by_sound(lane)]
    return tuple(sorted(found, key=lambda one: (one.span.start, one.span.end, one.speaker)))


def unheard_speech(speech: Sequence[Span], utterances: Sequence[Utterance]) -> tuple[Span, ...]:
    """Find the speech of one party for which there are no words, leaving aside the edges of the words there are."""
    covered: list[Span] = []
    for utterance in utterances:
        if utterance.words:
            covered += [Span(max(0.0, word.start - WORD_EDGE), word.end + WORD_EDGE) for word in utterance.words]
        elif utterance.text:
            covered.append(utterance.span)
    return tuple(span for span in difference(speech, union(covered)) if span.duration >= UNHEARD_LEAST)


@dataclass(frozen=True)
class _Piece:
    """A word, or a segment without words, with the text that belongs to it."""

    span: Span
    text: str
    words: tuple[Word, ...]
    confidence: float | None


def _pieces(segment: Segment) -> Iterator[_Piece]:
    text = tidy(segment.text)
    if not segment.words:
        if text:
            yield _Piece(segment.span, text, (), segment.confidence)
        return
    starts = [start for start, _ in word_places(text, segment.words)]
    edges = [0, *(max(start, 0) for start in starts[1:]), len(text)]
    for word, begin, end in zip(segment.words, edges[:-1], edges[1:], strict=True):
        yield _Piece(Span(word.start, max(word.start, word.end)), text[begin:end], (word,), segment.confidence)


def _by_own_times(segment: Segment) -> Iterator[Utterance]:
    said = Said(segment, segment.speaker)
    group: list[_Piece] = []
    for piece in _pieces(segment):
        if group and group[-1].span.gap_to(piece.span) >= WORD_BREAK:
            yield _utterance(said, group, [_extent(group)])
            group = []
        group.append(piece)
    if group:
        yield _utterance(said, group, [_extent(group)])


def _by_sound(lane: Lane) -> list[Utterance]:
    """Give each piece to the speech span that it shares most time with; a span's pieces are one utterance a party.

    Speech without words is the lane's party's; on a lane that holds both, of the one that speaks nearest to it.
    """
    speech = lane.speech
    found: list[Utterance] = []
    by_span: dict[int, list[tuple[Said, list[_Piece]]]] = {}
    taken: set[int] = set()
    for said in lane.said:
        for piece in _pieces(said.segment):
            index = _best_span(piece.span, speech) if piece.words else None
            if index is not None:
                runs = by_span.setdefault(index, [])
                if not runs or runs[-1][0] is not said:
                    runs.append((said, []))
                runs[-1][1].append(piece)
                continue
            touched = [] if piece.words else [i for i, span in enumerate(speech) if span.overlaps(piece.span)]
            taken.update(touched)
            clipped = [_clipped(piece.span, speech[i]) for i in touched]
            found.append(_utterance(said, [piece], clipped or [piece.span]))
    for index, runs in by_span.items():
        found += _parted(speech[index], runs)
    mute = [span for index, span in enumerate(speech) if index not in by_span and index not in taken]
    return found + [Utterance(_nearest(span, lane, found), span, speech=(span,)) for span in mute]


def _parted(span: Span, runs: Sequence[tuple[Said, list[_Piece]]]) -> Iterator[Utterance]:
    """Cut a span where the speaker changes: halfway between their words; where these overlap, each has its own."""
    parts: list[tuple[Said, list[_Piece]]] = []
    for said, pieces in sorted(runs, key=lambda run: run[1][0].span.start):
        if parts and parts[-1][0].speaker is said.speaker:
            surer = min(parts[-1][0], said, key=lambda one: one.sure)
            parts[-1] = (surer, parts[-1][1] + pieces)
        else:
            parts.append((said, pieces))
    extents = [_clipped(_extent(pieces), span) for _, pieces in parts]
    starts, ends = [one.start for one in extents], [one.end for one in extents]
    starts[0], last = span.start, 0
    for index in range(1, len(parts)):
        if ends[last] < starts[index]:
            ends[last] = starts[index] = (ends[last] + starts[index]) / 2
        last = index if ends[index] >= ends[last] else last
    ends[last] = span.end
    for (said, pieces), start, end in zip(parts, starts, ends, strict=True):
        yield _utterance(said, pieces, [Span(start, end)])


def _nearest(span: Span, lane: Lane, others: Sequence[Utterance]) -> Speaker:
    if lane.speaker is not Speaker.UNKNOWN or not others:
        return lane.speaker
    return min(others, key=lambda one: span.away_from(one.span)).speaker


def _clipped(span: Span, within: Span) -> Span:
    """The part of ``span`` inside ``within``; of no length, at its nearer edge, where they do not meet."""
    return Span(*(min(max(time, within.start), within.end) for time in (span.start, span.end)))


def _best_span(span: Span, speech: Sequence[Span]) -> int | None:
    """Index of the speech span that holds most of ``span``, else of the nearest within reach."""
    near = [
        index
        for index, one in enumerate(speech)
        if -one.gap_to(span) >= -WORD_REACH and -span.gap_to(one) >= -WORD_REACH
    ]
    if not near:
        return None
    return max(near, key=lambda index: (speech[index].shared(span), -speech[index].away_from(span)))


def _extent(pieces: Sequence[_Piece]) -> Span:
    return Span(pieces[0].span.start, max(piece.span.end for piece in pieces))


def _utterance(said: Said, pieces: Sequence[_Piece], speech: Sequence[Span]) -> Utterance:
    words = tuple(word for piece in pieces for word in piece.words)
    known = [piece.confidence for piece in pieces if piece.confidence is not None]
    return Utterance(
        said.speaker,
        Span(speech[0].start, max(span.end for span in speech)),
        joined(piece.text for piece in pieces),
        words,
        sum(known) / len(known) if known else None,
        said.sure,
        tuple(speech),
    )


def joined(texts: Iterator[str] | Sequence[str], mark: str = "") -> str:
    """Join texts in order; put ``mark`` where a joint has no mark of its own."""
    whole = ""
    for text in texts:
        if whole and text and mark and plain(whole[-1]) not in CLAUSE_ENDS and plain(text[0]) not in CLAUSE_ENDS:
            whole += mark
        whole += text
    return whole
