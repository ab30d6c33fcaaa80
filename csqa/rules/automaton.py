"""Which of a book's phrases a text can hold at all: one look at its pairs of characters answers for all of them.

Every phrase has strings of one or two characters of which each of its hits must hold one (its anchors). They are
indexed once a book, a bit a phrase; the bits of the anchors met in a text, put together, are the phrases worth a search.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from itertools import pairwise
from typing import TYPE_CHECKING

from csqa.rules.language import Pattern, sounds

if TYPE_CHECKING:
    from csqa.rules.phrases import Phrases


def grams(text: str) -> frozenset[str]:
    """The characters of ``text`` and its pairs of characters."""
    return frozenset(text).union(map("".join, pairwise(text)))


class _Index:
    """Anchors of one kind of text: a pattern may be there if both of its anchor sets are met."""

    def __init__(self) -> None:
        self._first: dict[str, int] = {}
        self._second: dict[str, int] = {}
        self._without_first = self._without_second = 0

    def add(self, bit: int, anchors: tuple[frozenset[str], ...]) -> None:
        for anchor in anchors[0] if anchors else ():
            self._first[anchor] = self._first.get(anchor, 0) | bit
        for anchor in anchors[1] if len(anchors) > 1 else ():
            self._second[anchor] = self._second.get(anchor, 0) | bit
        if not anchors:
            self._without_first |= bit
        if len(anchors) < 2:
            self._without_second |= bit

    def bits(self, met: Set[str]) -> int:
        first, second = self._without_first, self._without_second
        for anchor in self._first.keys() & met:
            first |= self._first[anchor]
        for anchor in self._second.keys() & met:
            second |= self._second[anchor]
        return first & second


class Automaton:
    """The phrases of a book, indexed. Phrases it does not know are always worth a search."""

    def __init__(self, all_phrases: Iterable[Phrases]) -> None:
        """Index every pattern of ``all_phrases`` once."""
        self._bits: dict[int, int] = {}
        self._masks: dict[int, int | None] = {}
        self._kept: list[object] = []  # ids are only good while their objects live
        self._words, self._sounds = _Index(), _Index()
        for phrases in all_phrases:
            for pattern in phrases.patterns:
                self._add(pattern)

    def _add(self, pattern: Pattern) -> None:
        if id(pattern) in self._bits:
            return
        bit = 1 << len(self._bits)
        self._bits[id(pattern)] = bit
        self._kept.append(pattern)
        self._words.add(bit, pattern.anchors)
        if not pattern.raw:
            self._sounds.add(bit, tuple(frozenset(map(sounds, one)) for one in pattern.anchors))

    def in_words(self, met: Set[str]) -> int:
        """Bits of the patterns that a text with the grams ``met`` may hold."""
        return self._words.bits(met)

    def in_sounds(self, met: Set[str]) -> int:
        """The same for a text of sounds."""
        return self._sounds.bits(met)

    def among(self, phrases: Phrases, candidates: int) -> Iterator[Pattern]:
        """The patterns of ``phrases`` that are among ``candidates``."""
        mask = self._mask(phrases)
        if mask is None:
            yield from phrases.patterns
        elif mask & candidates:
            for pattern in phrases.patterns:
                if self._bits[id(pattern)] & candidates:
                    yield pattern

    def _mask(self, phrases: Phrases) -> int | None:
        key = id(phrases)
        if key not in self._masks:
            self._kept.append(phrases)
            mask: int | None = 0
            for pattern in phrases.patterns:
                bit = self._bits.get(id(pattern))
                mask = None if bit is None or mask is None else mask | bit
            self._masks[key] = mask
        return self._masks[key]
