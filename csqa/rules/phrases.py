"""Phrases compiled once and looked for in talk: in words first, by sound where a rule allows it, guards left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from csqa.roles import Speaker
from csqa.rules.automaton import Spans
from csqa.rules.heard import Heard, PartyText, Place
from csqa.rules.language import UNSURE, Pattern, read_phrase
from csqa.talk.conversation import Turn
from csqa.talk.plain import plain

SOUND_LEAST = 3
"""Spoken characters that a hit by sound has at least, where it accuses: shorter ones sound like too many words."""

SOUND_LEAST_IN_FAVOUR = 2
"""The same where a hit speaks for the party."""


SHARE_LEAST = 3
"""Turns that a share of a call holds at least: of a short call, a share may be no more than a word."""


class Manner(StrEnum):
    """How a phrase was found: in words, by its sound, or by being like sentences that mean it."""

    WORDS = "words"
    SOUND = "sound"
    LIKENESS = "likeness"


_TRUST = {Manner.WORDS: 1.0, Manner.SOUND: 0.75, Manner.LIKENESS: 0.5}


@dataclass(frozen=True)
class Hit:
    """A phrase found: where, how, and the pattern that fits where only the sound does."""

    place: Place
    manner: Manner = Manner.WORDS
    pattern: Pattern | None = None

    @property
    def meant(self) -> str:
        """The phrase itself where only the sound fits; empty elsewhere."""
        return self.pattern.meant(plain(self.place.text)) if self.pattern is not None else ""

    @property
    def confidence(self) -> float:
        """How sure it is that this was said: the words' confidence, less where only the sound fits."""
        return self.place.confidence * _TRUST[self.manner]


@dataclass(frozen=True)
class Where:
    """The part of the call that counts, in one party's turns; every limit given must hold.

    ``first_turns`` and ``last_turns`` count the party's own turns, ``within_seconds`` runs from the party's first word,
    ``first_share`` and ``last_share`` are shares (0–1) of the call's duration, from its beginning and its end, and at
    least the party's first or last three turns.
    With ``across_turns`` a phrase may begin in one turn and end in the party's next.
    """

    speaker: Speaker = Speaker.AGENT
    first_turns: int | None = None
    last_turns: int | None = None
    within_seconds: float | None = None
    first_share: float | None = None
    last_share: float | None = None
    across_turns: bool = False

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        limits = (self.first_turns, self.last_turns, self.within_seconds, self.first_share, self.last_share)
        return hash((self.speaker, self.across_turns, limits))

    def indices(self, heard: Heard) -> frozenset[int]:
        """Indices of the turns of this part."""
        key = (Where, self)
        if key not in heard.memory:
            heard.memory[key] = frozenset(turn.index for turn in self._turns(heard))
        found: frozenset[int] = heard.memory[key]
        return found

    def turns(self, heard: Heard) -> tuple[Turn, ...]:
        """The turns of this part, in order."""
        if self.whole:
            return heard.party(self.speaker).turns
        key = (Turn, self)
        if key not in heard.memory:
            indices = self.indices(heard)
            heard.memory[key] = tuple(turn for turn in heard.party(self.speaker).turns if turn.index in indices)
        found: tuple[Turn, ...] = heard.memory[key]
        return found

    def holds(self, place: Place, heard: Heard) -> bool:
        """Tell whether ``place`` begins inside this part."""
        if place.turn.index not in self.indices(heard):
            return False
        return self.within_seconds is None or place.span.start <= _first_word(heard, self.speaker) + self.within_seconds

    @cached_property
    def whole(self) -> bool:
        """Tell whether this is all that the party says."""
        limits = (self.first_turns, self.last_turns, self.within_seconds, self.first_share, self.last_share)
        return all(limit is None for limit in limits)

    def _turns(self, heard: Heard) -> list[Turn]:
        turns = list(heard.party(self.speaker).turns)
        first = len(turns) if self.first_turns is None else self.first_turns
        last = 0 if self.last_turns is None else len(turns) - self.last_turns
        chosen = [turn for number, turn in enumerate(turns) if last <= number < first]
        if self.within_seconds is not None:
            latest = _first_word(heard, self.speaker) + self.within_seconds
            chosen = [turn for turn in chosen if turn.span.start <= latest]
        if self.first_share is not None:
            latest = heard.conversation.duration * self.first_share
            first_few = turns[:SHARE_LEAST]
            chosen = [turn for turn in chosen if turn.span.start < latest or turn in first_few]
        if self.last_share is not None:
            earliest = heard.conversation.duration * (1 - self.last_share)
            last_few = turns[-SHARE_LEAST:]
            chosen = [turn for turn in chosen if turn.span.end > earliest or turn in last_few]
        return chosen


WHOLE_CALL = Where()
"""All that the agent says."""


def _first_word(heard: Heard, speaker: Speaker) -> float:
    turns = heard.party(speaker).turns
    return turns[0].span.start if turns else 0.0


Turns = frozenset[int] | None
"""Indices of the turns that are searched; ``None``: all."""


@dataclass(frozen=True)
class Match:
    """A stretch ``[start, end)`` of a party's joined text that a pattern fits."""

    start: int
    end: int
    pattern: Pattern

    def overlaps(self, others: Iterable[Match]) -> bool:
        """Tell whether any of ``others`` shares a character with it."""
        return any(self.start < other.end and other.start < self.end for other in others)


@dataclass(frozen=True)
class Phrases:
    """Phrases of one meaning: any of them counts.

    ``sources`` are as written in the book; a set of none finds nothing.
    """

    sources: tuple[str, ...]
    patterns: tuple[Pattern, ...] = field(default=(), repr=False, compare=False)

    @classmethod
    def read(cls, sources: Sequence[str], words: Mapping[str, Sequence[str]]) -> Phrases:
        """Read phrases; ``words`` are the named groups that they may use. Raises ``PhraseError``."""
        return cls(tuple(sources), tuple(read_phrase(source, words) for source in sources))

    def and_also(self, others: Iterable[Phrases]) -> Phrases:
        """These phrases and those of ``others``, as one."""
        all_of_them = (self, *others)
        return Phrases(
            tuple(source for one in all_of_them for source in one.sources),
            tuple(pattern for one in all_of_them for pattern in one.patterns),
        )

    def may_stand_in(self, party: PartyText, *, by_sound: bool) -> bool:
        """Tell whether any of them may stand in a party's text at all, in words or by sound."""
        mask = party.automaton.indexed(self).mask
        return bool(mask & party.bits) or (by_sound and bool(mask & party.sound_bits))

    def matches(self, party: PartyText, among: Turns = None) -> list[Match]:
        """Where they stand in a party's text, in order, overlapping ones merged; ``among`` restricts the turns."""
        indexed = party.automaton.indexed(self)
        if not indexed.mask & party.bits:
            return []
        mask = indexed.mask
        found = [
            Match(begin + start, begin + end, pattern)
            for piece, begin in party.pieces
            if mask & piece.bits
            for start, end, pattern in piece.spans(indexed)
        ]
        return _merged(_inside(found, party, among)) if found else found

    def unsure_matches(self, party: PartyText, among: frozenset[int]) -> list[Match]:
        """Where they would stand if words that were hardly understood had been others.

        At least half of the spoken characters must be sure, else anything might stand anywhere.
        """
        indexed = party.automaton.indexed(self)
        found: list[Match] = []
        for piece, begin in party.pieces:
            said = party.unsure[begin : begin + len(piece.text)]
            candidates = indexed.mask & piece.loose_bits
            if candidates and UNSURE in said and party.turn_at(begin).index in among:
                for bit, pattern in indexed.pairs:
                    for match in pattern.unsure_expression.finditer(said) if bit & candidates else ():
                        if match.start() < match.end():
                            found.append(Match(begin + match.start(), begin + match.end(), pattern))
        shares = ((one, _spoken(party.unsure, one), _spoken(party.text, one)) for one in found)
        return _merged([one for one, sure, spoken in shares if spoken <= 2 * sure < 2 * spoken])

    @cached_property
    def preview(self) -> str:
        """The first of them, as people read them."""
        shown = "、".join(self.sources[:3])
        return shown if len(shown) <= 40 and len(self.sources) <= 3 else shown[:40] + "……"

    def __bool__(self) -> bool:
        """Tell whether there is any phrase."""
        return bool(self.sources)


NO_PHRASES = Phrases(())


class BySound(StrEnum):
    """Whether, where the words are not found, what only sounds like them is looked for."""

    NO = "no"
    IN_FAVOUR = "in-favour"
    AGAINST = "against"


def find(
    phrases: Phrases,
    guards: Phrases,
    where: Where,
    heard: Heard,
    *,
    by_sound: BySound = BySound.NO,
    scope: Turns = None,
) -> tuple[Hit, ...]:
    """Look for ``phrases`` in a part of the call; a hit that overlaps a guard does not count.

    ``scope`` narrows the part further, to the turns of these indices.
    """
    party = heard.party(where.speaker, across=where.across_turns)
    if where.whole:
        return _found(phrases, guards, party, by_sound, scope)
    among = where.indices(heard) if scope is None else where.indices(heard) & scope
    hits = _found(phrases, guards, party, by_sound, among)
    return tuple(hit for hit in hits if where.holds(hit.place, heard))


def find_in_turns(
    phrases: Phrases, guards: Phrases, turns: Sequence[Turn], heard: Heard, *, by_sound: BySound = BySound.NO
) -> tuple[Hit, ...]:
    """Look for ``phrases`` in some turns of one party; a hit that overlaps a guard does not count."""
    if not turns:
        return ()
    wanted = frozenset(turn.index for turn in turns)
    return _found(phrases, guards, heard.party(turns[0].speaker), by_sound, wanted)


def find_unsure(phrases: Phrases, guards: Phrases, where: Where, heard: Heard, scope: Turns = None) -> tuple[Hit, ...]:
    """Where ``phrases`` would stand in a part of the call if words that were hardly understood had been others."""
    party = heard.party(where.speaker, across=where.across_turns)
    among = where.indices(heard) if scope is None else where.indices(heard) & scope
    matches = phrases.unsure_matches(party, among)
    guarded = guards.matches(party, among) if matches else []
    hits = (Hit(party.place(one.start, one.end)) for one in matches if not one.overlaps(guarded))
    return tuple(hit for hit in hits if where.holds(hit.place, heard))


def _found(phrases: Phrases, guards: Phrases, party: PartyText, by_sound: BySound, among: Turns) -> tuple[Hit, ...]:
    """All unguarded hits among some turns; in favour of the party a sound counts only where no words were found."""
    in_favour = by_sound is BySound.IN_FAVOUR
    least = SOUND_LEAST_IN_FAVOUR if in_favour else SOUND_LEAST
    accuses = by_sound is BySound.AGAINST
    search = party.automaton.search(phrases, guards, least, guards_by_sound=accuses)
    mask = search.phrases.mask
    hits: list[Hit] = []
    any_words = False
    for at in party.holding(mask) if mask & party.bits else ():
        piece, begin = party.pieces[at]
        stands, spans = piece.unguarded(search)
        for start, end, _ in spans:
            place = party.place_in(at, start, end)
            if among is None or place.turn.index in among:
                hits.append(Hit(place))
        if stands and not any_words:
            any_words = among is None or _touches(piece.spans(search.phrases), begin, party, among)
    if by_sound is BySound.NO or (in_favour and any_words) or not mask & party.sound_bits:
        return tuple(hits)
    sounding: list[Hit] = []
    for at, (piece, _) in enumerate(party.pieces):
        if mask & piece.sound_bits:
            for start, end, pattern in piece.sounding(search):
                place = party.place_in(at, start, end)
                if among is None or place.turn.index in among:
                    sounding.append(Hit(place, Manner.SOUND, pattern))
    if not sounding:
        return tuple(hits)
    return tuple(sorted((*hits, *sounding), key=lambda hit: (hit.place.turn.index, hit.place.start, hit.place.end)))


def _touches(spans: Spans, begin: int, party: PartyText, among: frozenset[int]) -> bool:
    return any(party.turn_at(begin + start).index in among for start, _, _ in spans)


def _inside(matches: list[Match], party: PartyText, among: Turns) -> list[Match]:
    return matches if among is None else [one for one in matches if party.turn_at(one.start).index in among]


def _merged(matches: list[Match]) -> list[Match]:
    """Overlapping matches as one, in the name of the longest."""
    if len(matches) < 2:
        return matches
    merged: list[Match] = []
    for one in sorted(matches, key=lambda match: (match.start, match.end)):
        last = merged[-1] if merged else None
        if last is not None and one.start < last.end:
            longer = one if one.end - one.start > last.end - last.start else last
            merged[-1] = Match(last.start, max(last.end, one.end), longer.pattern)
        else:
            merged.append(one)
    return merged


def _spoken(text: str, match: Match) -> int:
    return sum(character.isalnum() for character in text[match.start : match.end])
