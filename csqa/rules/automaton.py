"""Which of a book's phrases a text can hold at all: one look at its pairs of characters answers for all of them.

Every phrase has strings of one or two characters of which each of its hits must hold one (its anchors). They are
indexed once a book, a bit a phrase; the bits of the anchors met in a turn, put together, are the phrases worth a search
there. What was found in a turn's text is remembered, since calls are full of turns that were said before.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import pairwise
from operator import or_
from typing import TYPE_CHECKING, NamedTuple

from csqa.rules.language import Gap, Pattern, sounds
from csqa.talk.plain import CLAUSE_ENDS, SENTENCE_ENDS

if TYPE_CHECKING:
    from csqa.rules.phrases import Phrases

GUARD_LEAST = 3
"""Spoken characters that a guard found by its sound has at least."""

MOST_REMEMBERED = 4_000
"""Texts of turns whose findings are kept; then all are forgotten, so that memory stays flat."""

_SETS = 3

_UNKNOWN = 1
"""The bit of all patterns that are not indexed: it is set in every text."""


def grams(text: str) -> frozenset[str]:
    """The characters of ``text`` and its pairs of characters."""
    return frozenset(text).union(map("".join, pairwise(text)))


class _Index:
    """Anchors of one kind of text: a pattern may be there if all of its anchor sets are met."""

    def __init__(self) -> None:
        self._sets: list[dict[str, int]] = [{} for _ in range(_SETS)]
        self._without = [0] * _SETS

    def add(self, bit: int, anchors: tuple[frozenset[str], ...]) -> None:
        for number in range(_SETS):
            if number < len(anchors):
                for anchor in anchors[number]:
                    self._sets[number][anchor] = self._sets[number].get(anchor, 0) | bit
            else:
                self._without[number] |= bit

    def bits(self, met: Set[str]) -> tuple[int, int]:
        """Patterns of which every anchor set is met, and those of which any is."""
        strict, loose = -1, _UNKNOWN
        for index, without in zip(self._sets, self._without, strict=True):
            bits = 0
            for anchor in index.keys() & met:
                bits |= index[anchor]
            strict &= bits | without
            loose |= bits
        return strict | _UNKNOWN, loose


Spans = tuple[tuple[int, int, Pattern], ...]
"""Where in a turn's text patterns stand: ``[start, end)`` in characters."""


@dataclass(frozen=True)
class Indexed:
    """Phrases as an automaton knows them: a number of their own, and the bit of each pattern and of all."""

    number: int
    mask: int
    pairs: tuple[tuple[int, Pattern], ...]
    phrases: Phrases
    """Kept, since they are known by their identity."""


@dataclass(frozen=True)
class Search:
    """Phrases and what guards them, with a number of their own: what a turn holds of them is remembered under it.

    ``least`` is how many spoken characters a hit by sound has.
    """

    number: int
    phrases: Indexed
    guards: Indexed
    least: int
    guards_by_sound: bool


class KnownBits(NamedTuple):
    """Patterns that may stand in a text, in words and by sound: all others surely do not."""

    words: int
    sounds: int


class TurnText:
    """A turn's plain text with what was found in it; a pattern that was looked for in vain is ruled out for good."""

    def __init__(self, text: str, automaton: Automaton, known: KnownBits | None = None) -> None:
        """Take the text; what is ``known`` of it need not be looked for."""
        self.text = text
        self._automaton = automaton
        self._known = known
        self._words: dict[int, Spans] = {}
        self._sounds: dict[int, Spans] = {}
        self._unguarded: dict[int, tuple[bool, Spans]] = {}
        self._sounding: dict[int, Spans] = {}

    @cached_property
    def bits(self) -> int:
        """Patterns that may stand in the text."""
        return self._known.words if self._known else self._anchored[0]

    @cached_property
    def loose_bits(self) -> int:
        """Patterns of which any anchor stands in the text."""
        return self._anchored[1]

    @cached_property
    def _anchored(self) -> tuple[int, int]:
        return self._automaton.in_words(grams(self.text))

    @cached_property
    def sound(self) -> str:
        """The text as sounds."""
        return sounds(self.text)

    @cached_property
    def sound_bits(self) -> int:
        """Patterns that the text may sound like."""
        return self._known.sounds if self._known else self._automaton.in_sounds(grams(self.sound))

    @property
    def known(self) -> KnownBits:
        """What is known of the text by now."""
        return KnownBits(self.bits, self.sound_bits)

    def unguarded(self, search: Search) -> tuple[bool, Spans]:
        """Where the phrases of ``search`` stand and no guard does, overlapping ones as one; first, whether any stand.

        Where the search accuses the party, what only sounds like a guard guards, too: what may be misheard speaks for
        the party.
        """
        found = self._unguarded.get(search.number)
        if found is None:
            spans = _merged(self.spans(search.phrases))
            kept = tuple(span for span in spans if not _overlap(span, self._guarded(search))) if spans else ()
            found = self._unguarded[search.number] = bool(spans), kept
        return found

    def sounding(self, search: Search) -> Spans:
        """Where the text only sounds like the phrases of ``search``, in enough characters, and no guard stands."""
        found = self._sounding.get(search.number)
        if found is None:
            spans = [span for span in self.sound_spans(search.phrases) if self._spoken(span) >= search.least]
            if spans:
                in_words = self.spans(search.phrases)
                guarded = self._guarded(search)
                spans = [one for one in _merged(spans) if not _overlap(one, in_words) and not _overlap(one, guarded)]
            found = self._sounding[search.number] = tuple(spans)
        return found

    def _guarded(self, search: Search) -> Spans:
        guarded = self.spans(search.guards)
        if search.guards_by_sound:
            guarded += tuple(one for one in self.sound_spans(search.guards) if self._spoken(one) >= GUARD_LEAST)
        return guarded

    def _spoken(self, span: tuple[int, int, Pattern]) -> int:
        return sum(character.isalnum() for character in self.text[span[0] : span[1]])

    def spans(self, phrases: Indexed) -> Spans:
        """Where phrases stand."""
        candidates = phrases.mask & self.bits
        if not candidates:
            return ()
        found = self._words.get(phrases.number)
        if found is None:
            spans: list[tuple[int, int, Pattern]] = []
            for bit, pattern in phrases.pairs:
                if bit & candidates:
                    here = [(start, end, pattern) for start, end in _spans(pattern, pattern.expression, self.text)]
                    spans += here
                    if not here:
                        self.bits &= ~bit | _UNKNOWN
            found = self._words[phrases.number] = tuple(spans)
        return found

    def sound_spans(self, phrases: Indexed) -> Spans:
        """Where the text sounds like phrases."""
        candidates = phrases.mask & self.sound_bits
        if not candidates:
            return ()
        found = self._sounds.get(phrases.number)
        if found is None:
            spans: list[tuple[int, int, Pattern]] = []
            for bit, pattern in phrases.pairs:
                expression = pattern.sound_expression if bit & candidates else None
                if expression is not None:
                    here = [(start, end, pattern) for start, end in _spans(pattern, expression, self.sound, self.text)]
                    spans += here
                    if not here:
                        self.sound_bits &= ~bit | _UNKNOWN
            found = self._sounds[phrases.number] = tuple(spans)
        return found


def _overlap(span: tuple[int, int, Pattern], others: Spans) -> bool:
    start, end, _ = span
    return any(start < other_end and other_start < end for other_start, other_end, _ in others)


def _merged(spans: Sequence[tuple[int, int, Pattern]]) -> list[tuple[int, int, Pattern]]:
    """Overlapping spans as one, in the name of the longest, in order."""
    if len(spans) < 2:
        return list(spans)
    merged: list[tuple[int, int, Pattern]] = []
    for start, end, pattern in sorted(spans, key=_place):
        if merged and start < merged[-1][1]:
            begin, last, before = merged[-1]
            merged[-1] = begin, max(last, end), pattern if end - start > last - begin else before
        else:
            merged.append((start, end, pattern))
    return merged


def _place(span: tuple[int, int, Pattern]) -> tuple[int, int]:
    return span[0], span[1]


def _spans(
    pattern: Pattern, expression: re.Pattern[str], text: str, plain: str | None = None
) -> Iterator[tuple[int, int]]:
    """All spans in ``text``; gaps at the pattern's ends stretch them over the ``plain`` text, whose marks they heed."""
    for match in expression.finditer(text):
        start, end = match.span()
        if start == end:
            continue
        if pattern.left is not None:
            start = _stretch_left(plain or text, start, pattern.left)
        if pattern.right is not None:
            end = _stretch_right(plain or text, end, pattern.right)
        yield start, end


def _stretch_left(text: str, start: int, gap: Gap) -> int:
    marks = SENTENCE_ENDS if gap.wide else CLAUSE_ENDS
    least = 0 if gap.limit is None else max(0, start - gap.limit)
    while start > least and text[start - 1] not in marks:
        start -= 1
    return start


def _stretch_right(text: str, end: int, gap: Gap) -> int:
    marks = SENTENCE_ENDS if gap.wide else CLAUSE_ENDS
    most = len(text) if gap.limit is None else min(len(text), end + gap.limit)
    while end < most and text[end] not in marks:
        end += 1
    return end


class Automaton:
    """The phrases of a book, indexed. Phrases it does not know are always worth a search."""

    def __init__(self, all_phrases: Iterable[Phrases] = ()) -> None:
        """Index every pattern of ``all_phrases`` once."""
        self._bits: dict[Pattern, int] = {}
        self._indexed: dict[int, Indexed] = {}
        self._searches: dict[tuple[int, int, int, bool], Search] = {}
        self._words, self._sounds = _Index(), _Index()
        self._turns: dict[str, TurnText] = {}
        for phrases in all_phrases:
            for pattern in phrases.patterns:
                self._add(pattern)

    def _add(self, pattern: Pattern) -> None:
        if pattern in self._bits:
            return
        bit = self._bits[pattern] = _UNKNOWN << (len(self._bits) + 1)
        self._words.add(bit, pattern.anchors)
        if not pattern.raw:
            self._sounds.add(bit, tuple(frozenset(map(sounds, one)) for one in pattern.anchors))

    def turn(self, text: str, known: KnownBits | None = None) -> TurnText:
        """A turn's plain text, with what was found in it before or is ``known`` of it."""
        found = self._turns.get(text)
        if found is None:
            if len(self._turns) >= MOST_REMEMBERED:
                self._turns.clear()
            found = self._turns[text] = TurnText(text, self, known)
        return found

    @cached_property
    def fingerprint(self) -> str:
        """A hash of all patterns in their order: where it is the same, a pattern has the same bit."""
        digest = hashlib.sha256()
        for pattern in self._bits:
            digest.update(f"{pattern.left}{pattern.right}{pattern.written}\n".encode())
        return digest.hexdigest()

    @property
    def width(self) -> int:
        """Bytes that the bits of all patterns take."""
        return (len(self._bits) + 8) // 8 + 1

    def in_words(self, met: Set[str]) -> tuple[int, int]:
        """Bits of the patterns that a text with the grams ``met`` may hold, and of those it holds some anchor of."""
        return self._words.bits(met)

    def in_sounds(self, met: Set[str]) -> int:
        """Bits of the patterns that a text of sounds may hold."""
        return self._sounds.bits(met)[0]

    def search(self, phrases: Phrases, guards: Phrases, least: int, *, guards_by_sound: bool) -> Search:
        """A search for ``phrases`` where ``guards`` do not stand; the same one for the same things."""
        key = (id(phrases), id(guards), least, guards_by_sound)
        found = self._searches.get(key)
        if found is None:
            indexed = self.indexed(phrases), self.indexed(guards)
            found = self._searches[key] = Search(len(self._searches), *indexed, least, guards_by_sound)
        return found

    def indexed(self, phrases: Phrases) -> Indexed:
        """``phrases`` with their bits."""
        found = self._indexed.get(id(phrases))
        if found is None:
            pairs = tuple((self._bits.get(pattern, _UNKNOWN), pattern) for pattern in phrases.patterns)
            mask = reduce(or_, (bit for bit, _ in pairs), 0)
            found = self._indexed[id(phrases)] = Indexed(len(self._indexed), mask, pairs, phrases)
        return found
