"""Utterances: what one party says in one breath, the sound's spans and the recogniser's words brought together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from csqa.hear.recording import Hearing
from csqa.roles import Speaker
from csqa.spans import Span, difference, union
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
    found: list[Utterance] = []
    for speaker in Speaker:
        segments = sorted(
            (segment for segment in transcript.segments if segment.speaker is speaker), key=lambda one: one.start
        )
        if hearing is None:
            for segment in segments:
                found.extend(_by_own_times(segment))
        else:
            found.extend(_by_sound(speaker, segments, hearing.speech_of(speaker)))
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
    group: list[_Piece] = []
    for piece in _pieces(segment):
        if group and group[-1].span.gap_to(piece.span) >= WORD_BREAK:
            yield _utterance(segment.speaker, group, _extent(group))
            group = []
        group.append(piece)
    if group:
        yield _utterance(segment.speaker, group, _extent(group))


def _by_sound(speaker: Speaker, segments: Sequence[Segment], speech: Sequence[Span]) -> Iterator[Utterance]:
    """Give each piece to the speech span that it shares most time with; a span's pieces are one utterance."""
    by_span: dict[int, list[_Piece]] = {}
    outside: list[_Piece] = []
    taken: set[int] = set()
    for segment in segments:
        for piece in _pieces(segment):
            if not piece.words:
                touched = [index for index, span in enumerate(speech) if span.overlaps(piece.span)]
                clipped = [
                    Span(max(speech[i].start, piece.span.start), min(speech[i].end, piece.span.end)) for i in touched
                ]
                taken.update(touched)
                yield _utterance(speaker, [piece], clipped or [piece.span])
                continue
            index = _best_span(piece.span, speech)
            if index is None:
                outside.append(piece)
            else:
                by_span.setdefault(index, []).append(piece)
    for index, span in enumerate(speech):
        if index in by_span:
            yield _utterance(speaker, by_span[index], [span])
        elif index not in taken:
            yield Utterance(speaker, span, speech=(span,))
    for piece in outside:
        yield _utterance(speaker, [piece], [piece.span])


def _best_span(span: Span, speech: Sequence[Span]) -> int | None:
    """Index of the speech span that holds most of ``span``, else of the nearest within reach."""
    near = [
        index
        for index, one in enumerate(speech)
        if -one.gap_to(span) >= -WORD_REACH and -span.gap_to(one) >= -WORD_REACH
    ]
    if not near:
        return None
    return max(near, key=lambda index: (speech[index].shared(span), -_distance(speech[index], span)))


def _distance(first: Span, second: Span) -> float:
    return max(0.0, first.gap_to(second), second.gap_to(first))


def _extent(pieces: Sequence[_Piece]) -> list[Span]:
    return [Span(pieces[0].span.start, max(piece.span.end for piece in pieces))]


def _utterance(speaker: Speaker, pieces: Sequence[_Piece], speech: Sequence[Span]) -> Utterance:
    words = tuple(word for piece in pieces for word in piece.words)
    known = [piece.confidence for piece in pieces if piece.confidence is not None]
    return Utterance(
        speaker,
        Span(speech[0].start, max(span.end for span in speech)),
        joined(piece.text for piece in pieces),
        words,
        sum(known) / len(known) if known else None,
        speech=tuple(speech),
    )


def joined(texts: Iterator[str] | Sequence[str], mark: str = "") -> str:
    """Join texts in order; put ``mark`` where a joint has no mark of its own."""
    whole = ""
    for text in texts:
        if whole and text and mark and plain(whole[-1]) not in CLAUSE_ENDS and plain(text[0]) not in CLAUSE_ENDS:
            whole += mark
        whole += text
    return whole
