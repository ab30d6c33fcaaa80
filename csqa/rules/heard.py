"""A conversation made ready for searching: each party's turns as one plain text, places told in turns and times."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, reduce
from operator import or_
from types import MappingProxyType
from typing import Any

from csqa.roles import Speaker
from csqa.rules.automaton import Automaton, KnownBits, TurnText
from csqa.rules.language import UNSURE
from csqa.spans import Span, total
from csqa.talk.conversation import Conversation, Turn
from csqa.talk.plain import plain, word_places

UNMEASURED = 0.9
"""Confidence of words that nobody measured: a transcript from elsewhere is taken at its word, but not blindly."""

COIN = 0.5
"""A word less sure than this may as well be another."""

HARDLY = 0.8
"""A word less sure than this may be a misheard one. Of 34 words that the miniature model got wrong in the samples 25
lay below it, and of 977 that it got right, 62."""

LONGEST_QUOTE = 60
"""Characters of evidence quoted at most."""


_TOGETHER = 4
"""Texts that are ruled out together."""

_SENTENCE_ENDS = re.compile("[。！？.!?\n]")

NOTHING_KNOWN: Mapping[int, KnownBits] = MappingProxyType({})

WordPlaces = tuple[tuple[int, int], ...]
"""Where a turn's words stand in its text: first character, and the one after the last."""


@dataclass(frozen=True)
class Place:
    """A stretch of a turn's text, ``[start, end)`` in characters; ``party`` knows where the turn's words stand."""

    turn: Turn
    start: int
    end: int
    party: PartyText | None = field(default=None, repr=False, compare=False)

    @property
    def text(self) -> str:
        """What was heard there, as written in the transcript."""
        return self.turn.text[self.start : self.end]

    @property
    def sentence(self) -> str:
        """The sentence around it, cut to a readable length."""
        said = self.turn.text
        begin = 0
        for match in _SENTENCE_ENDS.finditer(said):
            if match.end() <= self.start:
                begin = match.end()
            elif match.end() >= self.end:
                end = match.end()
                break
        else:
            end = len(said)
        if end - begin > LONGEST_QUOTE:
            begin = max(begin, self.start - LONGEST_QUOTE // 3)
            end = min(end, max(self.end, begin + LONGEST_QUOTE))
        return said[begin:end].strip()

    @cached_property
    def span(self) -> Span:
        """Its time, by the words it covers; without word times by its share of the turn's text."""
        first, last = self._words
        if first is not None and last is not None:
            start = self.turn.words[first].start
            return Span(start, max(start, self.turn.words[last].end))
        length = max(1, len(self.turn.text))
        begin, whole = self.turn.span.start, self.turn.span.duration
        return Span(begin + whole * self.start / length, begin + whole * self.end / length)

    @cached_property
    def confidence(self) -> float:
        """Mean confidence of its words, the turn's where they have none, times how sure it is who spoke."""
        first, last = self._words
        known: list[float] = []
        if first is not None and last is not None:
            words = self.turn.words[first : last + 1]
            known = [word.confidence for word in words if word.confidence is not None]
        return (sum(known) / len(known) if known else word_confidence(self.turn)) * self.turn.speaker_confidence

    @cached_property
    def _words(self) -> tuple[int | None, int | None]:
        first = last = None
        for index, (start, end) in enumerate(self.party.word_places(self.turn) if self.party else ()):
            if start < self.end and self.start < end:
                first = index if first is None else first
                last = index
        return first, last


ACROSS = "，"
"""Stands between turns that are searched as one text."""


class PartyText:
    """All that one party says, turn after turn, as plain text.

    With ``across``, phrases may reach from one of the party's turns into the next; else nothing crosses their ends.
    """

    def __init__(
        self,
        turns: Iterable[Turn],
        automaton: Automaton,
        *,
        across: bool = False,
        known: Mapping[int, KnownBits] = NOTHING_KNOWN,
    ) -> None:
        """Take ``turns`` in order; ``automaton`` rules a book's phrases out quickly, ``known`` does so by turn."""
        self.turns = tuple(turns)
        self.automaton = automaton
        self._word_places: dict[int, WordPlaces] = {}
        self._starts: list[int] = []
        texts = [plain(turn.text) for turn in self.turns]
        at = 0
        for text in texts:
            self._starts.append(at)
            at += len(text) + 1
        self.text = ACROSS.join(texts)
        self._across = across
        if across:
            self.pieces: tuple[tuple[TurnText, int], ...] = ((automaton.turn(self.text), 0),)
        else:
            self.pieces = tuple(
                (automaton.turn(text, known.get(turn.index)), start)
                for turn, text, start in zip(self.turns, texts, self._starts, strict=True)
            )
        """The texts that no phrase crosses, a turn each or, with ``across``, all as one; and where each begins."""

    @cached_property
    def bits(self) -> int:
        """Patterns that may stand in any of the texts."""
        return reduce(or_, (piece.bits for piece, _ in self.pieces), 0)

    @cached_property
    def sound_bits(self) -> int:
        """Patterns that any of the texts may sound like."""
        return reduce(or_, (piece.sound_bits for piece, _ in self.pieces), 0)

    @cached_property
    def unsure(self) -> str:
        """The text with ``UNSURE`` for the characters of words that were hardly understood; of equal length."""
        characters = list(self.text)
        for turn, begin in zip(self.turns, self._starts, strict=True):
            for word, (start, end) in zip(turn.words, self.word_places(turn), strict=True):
                if word.confidence is not None and word.confidence < HARDLY:
                    spoken = (at for at in range(begin + start, begin + end) if characters[at].isalnum())
                    for at in spoken:
                        characters[at] = UNSURE
        return "".join(characters)

    def start_of(self, turn: Turn) -> int:
        """Where one of the party's turns begins in the joined text."""
        return self._start_by_index[turn.index]

    @cached_property
    def _start_by_index(self) -> dict[int, int]:
        return {turn.index: start for turn, start in zip(self.turns, self._starts, strict=True)}

    def turn_at(self, start: int) -> Turn:
        """The turn in which a character of the joined text stands."""
        return self.turns[bisect_right(self._starts, start) - 1]

    def place(self, start: int, end: int) -> Place:
        """Tell a stretch of the joined text as a place in its turn."""
        index = bisect_right(self._starts, start) - 1
        turn = self.turns[index]
        begin = start - self._starts[index]
        return Place(turn, begin, min(len(turn.text), end - self._starts[index]), self)

    def place_in(self, at: int, start: int, end: int) -> Place:
        """Tell a stretch of the text ``at`` that number as a place in its turn."""
        if self._across:
            return self.place(start, end)
        turn = self.turns[at]
        return Place(turn, start, min(len(turn.text), end), self)

    def holding(self, mask: int) -> list[int]:
        """Numbers of the texts in which patterns of ``mask`` may stand; the texts are asked four at a time first."""
        pieces = self.pieces
        found: list[int] = []
        for first, bits in self._fours:
            if mask & bits:
                last = min(first + _TOGETHER, len(pieces))
                found += [at for at in range(first, last) if mask & pieces[at][0].bits]
        return found

    @cached_property
    def _fours(self) -> list[tuple[int, int]]:
        return [
            (first, reduce(or_, (piece.bits for piece, _ in self.pieces[first : first + _TOGETHER])))
            for first in range(0, len(self.pieces), _TOGETHER)
        ]

    def word_places(self, turn: Turn) -> WordPlaces:
        """Where the words of one of the party's turns stand in its text, found once."""
        if turn.index not in self._word_places:
            self._word_places[turn.index] = word_places(turn.text, turn.words)
        return self._word_places[turn.index]


class Heard:
    """A conversation with its parties' texts, each made when first asked for."""

    def __init__(
        self,
        conversation: Conversation,
        automaton: Automaton | None = None,
        known: Mapping[int, KnownBits] = NOTHING_KNOWN,
    ) -> None:
        """Take ``conversation`` and the index of the phrases that will be looked for; nothing is worked out yet.

        ``known`` tells by a turn's index which phrases may stand in it at all.
        """
        self.conversation = conversation
        self._known = known
        self._automaton = automaton or Automaton()
        self._parties: dict[tuple[Speaker, bool], PartyText] = {}
        self.memory: dict[Any, Any] = {}

    def party(self, speaker: Speaker, *, across: bool = False) -> PartyText:
        """The text of one party, with ``across`` as one text over all its turns."""
        key = (speaker, across)
        if key not in self._parties:
            self._parties[key] = PartyText(
                self.conversation.turns_of(speaker), self._automaton, across=across, known=self._known
            )
        return self._parties[key]

    def certainty_of(self, speaker: Speaker) -> float:
        """``certainty`` of all that a party says, worked out once."""
        key = ("certainty", speaker)
        if key not in self.memory:
            self.memory[key] = self.certainty(self.party(speaker).turns, speaker)
        found: float = self.memory[key]
        return found

    def tokens(self, speaker: Speaker, wanted: frozenset[str] | set[str]) -> tuple[tuple[Turn, int, int], ...]:
        """Where a party uses one of ``wanted`` (plain) as a word of its own: the turn, and characters of its text.

        Only turns that hold the characters at all are cut into words, each once a call.
        """
        from csqa.words.normalise import cut  # loads late: its dictionary is large

        found: list[tuple[Turn, int, int]] = []
        for turn in self.party(speaker).turns:
            said = plain(turn.text)
            if not any(word in said for word in wanted):
                continue
            key = ("tokens", turn.index)
            if key not in self.memory:
                self.memory[key] = cut(turn.text)
            at = 0
            for word in self.memory[key]:
                if plain(word) in wanted:
                    found.append((turn, at, at + len(word)))
                at += len(word)
        return tuple(found)

    def known_bits(self) -> dict[int, KnownBits]:
        """By a turn's index, which phrases may stand in it as far as was found out."""
        found: dict[int, KnownBits] = {}
        for speaker in (Speaker.AGENT, Speaker.CUSTOMER):
            party = self.party(speaker)
            for turn, (piece, _) in zip(party.turns, party.pieces, strict=True):
                found[turn.index] = piece.known
        return found

    def is_clear(self, turn: Turn) -> bool:
        """Tell whether every word of a turn, and who spoke it, is surer than a coin, so that any place in it is."""
        key = ("clear", turn.index)
        if key not in self.memory:
            known = [word.confidence for word in turn.words if word.confidence is not None]
            least = min(known, default=word_confidence(turn))
            self.memory[key] = least * turn.speaker_confidence >= COIN
        clear: bool = self.memory[key]
        return clear

    def has_unsure_words(self, turn: Turn) -> bool:
        """Tell whether a turn holds words that were hardly understood."""
        return any(word.confidence is not None and word.confidence < HARDLY for word in turn.words)

    def certainty(self, turns: Iterable[Turn], speaker: Speaker) -> float:
        """How well these turns were understood: their words' mean confidence times the share of speech with words."""
        chosen = tuple(turns)
        if not chosen:
            return 0.0
        weights = [max(1, len(turn.text)) for turn in chosen]
        mean = sum(
            word_confidence(turn) * turn.speaker_confidence * weight
            for turn, weight in zip(chosen, weights, strict=True)
        )
        mean /= sum(weights)
        reach = Span(chosen[0].span.start, max(turn.span.end for turn in chosen))
        return mean * (1 - self.unheard_share(reach, speaker))

    def unheard_share(self, reach: Span, speaker: Speaker) -> float:
        """Share (0–1) of a party's speech within ``reach`` for which there are no words."""
        missed = self.unheard_seconds(reach, speaker)
        if missed <= 0:
            return 0.0
        spoken = total(_within(self.conversation.speech.get(speaker, ()), reach))
        return min(1.0, missed / spoken) if spoken > 0 else 1.0

    def unheard_seconds(self, reach: Span, speaker: Speaker) -> float:
        """Seconds of a party's speech within ``reach`` for which there are no words."""
        return total(_within(self.conversation.unheard.get(speaker, ()), reach))


def word_confidence(turn: Turn) -> float:
    """Confidence of a turn's words; a usual value where nobody measured it."""
    return UNMEASURED if turn.confidence is None else turn.confidence


def unsure_share(turns: Iterable[Turn]) -> float:
    """Share (0–1) of the characters of these turns that stand in words less sure than a coin."""
    unsure = whole = 0
    for turn in turns:
        for word in turn.words:
            if word.confidence is not None:
                whole += len(word.text)
                unsure += len(word.text) if word.confidence < COIN else 0
    return unsure / whole if whole else 0.0


def _within(spans: Iterable[Span], reach: Span) -> list[Span]:
    return [Span(max(one.start, reach.start), min(one.end, reach.end)) for one in spans if one.overlaps(reach)]
