"""Phrases compiled once and looked for in talk: in words first, by sound where a rule allows it, guards left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from csqa.roles import Speaker
from csqa.rules.heard import EVERY_TURN, Heard, PartyText, Piece, Place
from csqa.rules.language import TURN_END, UNSURE, Gap, Pattern, read_phrase, sounds
from csqa.talk.conversation import Turn
from csqa.talk.plain import CLAUSE_ENDS, SENTENCE_ENDS

SOUND_LEAST = 3
"""Spoken characters that a hit by sound has at least, where it accuses: shorter ones sound like too many words."""

SOUND_LEAST_IN_FAVOUR = 2
"""The same where a hit speaks for the party."""


SHARE_LEAST = 3
"""Turns that a share of a call holds at least: of a short call, a share may be no more than a word."""


class Manner(StrEnum):
    """How a phrase was found."""

    WORDS = "words"
    SOUND = "sound"


@dataclass(frozen=True)
class Hit:
    """A phrase found: where, and how."""

    place: Place
    manner: Manner = Manner.WORDS

    @property
    def confidence(self) -> float:
        """How sure it is that this was said: the words' confidence, less where only the sound fits."""
        return self.place.confidence * (1.0 if self.manner is Manner.WORDS else 0.75)


@dataclass(frozen=True)
class Where:
    """The part of the call that counts, in one party's turns; every limit given must hold.

    ``first_turns`` and ``last_turns`` count the party's own turns, ``within_seconds`` runs from the party's first word,
    ``last_share`` is a share (0–1) of the call's duration, from its end, and at least the party's last three turns.
    With ``across_turns`` a phrase may begin in one turn and end in the party's next.
    """

    speaker: Speaker = Speaker.AGENT
    first_turns: int | None = None
    last_turns: int | None = None
    within_seconds: float | None = None
    last_share: float | None = None
    across_turns: bool = False

    def indices(self, heard: Heard) -> frozenset[int]:
        """Indices of the turns of this part."""
        key = (Where, self)
        if key not in heard.memory:
            heard.memory[key] = frozenset(turn.index for turn in self._turns(heard))
        found: frozenset[int] = heard.memory[key]
        return found

    def turns(self, heard: Heard) -> tuple[Turn, ...]:
        """The turns of this part, in order."""
        indices = self.indices(heard)
        return tuple(turn for turn in heard.party(self.speaker).turns if turn.index in indices)

    def holds(self, place: Place, heard: Heard) -> bool:
        """Tell whether ``place`` begins inside this part."""
        if place.turn.index not in self.indices(heard):
            return False
        return self.within_seconds is None or place.span.start <= _first_word(heard, self.speaker) + self.within_seconds

    @property
    def whole(self) -> bool:
        """Tell whether this is all that the party says."""
        return self.first_turns is self.last_turns is self.within_seconds is self.last_share is None

    def _turns(self, heard: Heard) -> list[Turn]:
        turns = list(heard.party(self.speaker).turns)
        first = len(turns) if self.first_turns is None else self.first_turns
        last = 0 if self.last_turns is None else len(turns) - self.last_turns
        chosen = [turn for number, turn in enumerate(turns) if last <= number < first]
        if self.within_seconds is not None:
            latest = _first_word(heard, self.speaker) + self.within_seconds
            chosen = [turn for turn in chosen if turn.span.start <= latest]
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


Pieces = frozenset[int] | None
"""Indices of the turns that are searched; ``None``: all."""


@dataclass(frozen=True)
class _Compiled:
    """Patterns that stretch their hits alike, as one expression; ``anchors`` rule it out quickly."""

    expression: re.Pattern[str]
    anchors: frozenset[str] | None
    left: Gap | None
    right: Gap | None
    by_sound: bool

    def spans(self, text: str, pieces: Iterable[Piece]) -> Iterator[tuple[int, int]]:
        for piece in pieces:
            if self.anchors is None or not self.anchors.isdisjoint(piece.grams):
                yield from self._matches(text, piece.start, piece.end)

    def _matches(self, text: str, begin: int, until: int) -> Iterator[tuple[int, int]]:
        for match in self.expression.finditer(text, begin, until):
            start, end = match.span()
            if start == end:
                continue
            if self.left is not None:
                start = _stretch_left(text, start, self.left)
            if self.right is not None:
                end = _stretch_right(text, end, self.right)
            yield start, end


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

    @cached_property
    def _words(self) -> tuple[_Compiled, ...]:
        return _compile(self.patterns, by_sound=False)

    @cached_property
    def _anchors(self) -> frozenset[str] | None:
        return _shared_anchors(self.patterns)

    @cached_property
    def _sound_anchors(self) -> frozenset[str] | None:
        anchors: set[str] = set()
        for one in self._sounds:
            if one.anchors is None:
                return None
            anchors |= one.anchors
        return frozenset(anchors)

    @cached_property
    def _sounds(self) -> tuple[_Compiled, ...]:
        return _compile(self.patterns, by_sound=True)

    def spans(self, party: PartyText, among: Pieces = None) -> list[tuple[int, int]]:
        """Where they stand in a party's text, in characters, in order, overlapping ones merged.

        ``among`` restricts the search to the turns of these indices.
        """
        if self._anchors is not None and self._anchors.isdisjoint(party.grams):
            return []
        pieces = _chosen(party.pieces, among)
        return _merged([span for one in self._words for span in one.spans(party.text, pieces)])

    def sound_spans(self, party: PartyText, least: int, among: Pieces = None) -> list[tuple[int, int]]:
        """Where something of at least ``least`` spoken characters stands that sounds like them."""
        if self._sound_anchors is not None and self._sound_anchors.isdisjoint(party.sound_grams):
            return []
        pieces = _chosen(party.sound_pieces, among)
        found = (span for one in self._sounds for span in one.spans(party.sound, pieces))
        return _merged([span for span in found if _spoken(party.text, span) >= least])

    def unsure_spans(self, party: PartyText, among: frozenset[int]) -> list[tuple[int, int]]:
        """Where they would stand if words that were hardly understood had been others.

        At least half of the spoken characters must be sure, else anything might stand anywhere.
        """
        found: list[tuple[int, int]] = []
        for piece in _chosen(party.pieces, among):
            if UNSURE in party.unsure[piece.start : piece.end]:
                found += [match.span() for match in self._unsure.finditer(party.unsure, piece.start, piece.end)]
        shares = ((span, _spoken(party.unsure, span), _spoken(party.text, span)) for span in found)
        return _merged([span for span, sure, spoken in shares if spoken <= 2 * sure < 2 * spoken])

    @cached_property
    def _unsure(self) -> re.Pattern[str]:
        return re.compile("|".join(pattern.unsure_expression() for pattern in self.patterns) or "(?!)")

    def __bool__(self) -> bool:
        """Tell whether there is any phrase."""
        return bool(self.sources)


NO_PHRASES = Phrases(())


@dataclass(frozen=True)
class Occasion:
    """Something said that calls a rule up: a complaint, a question about a bill; ``example`` is such a sentence."""

    phrases: Phrases
    guards: Phrases = NO_PHRASES
    speaker: Speaker = Speaker.CUSTOMER
    example: str = ""

    def first(self, heard: Heard) -> Hit | None:
        """Where it is first said; ``None`` where it is not."""
        hits = find(self.phrases, self.guards, Where(self.speaker), heard)
        return hits[0] if hits else None


class BySound(StrEnum):
    """Whether, where the words are not found, what only sounds like them is looked for."""

    NO = "no"
    IN_FAVOUR = "in-favour"
    AGAINST = "against"


def find(
    phrases: Phrases, guards: Phrases, where: Where, heard: Heard, *, by_sound: BySound = BySound.NO
) -> tuple[Hit, ...]:
    """Look for ``phrases`` in a part of the call; a hit that overlaps a guard does not count."""
    party = heard.party(where.speaker, across=where.across_turns)
    if where.whole:
        return _found(phrases, guards, party, by_sound, None)
    hits = _found(phrases, guards, party, by_sound, where.indices(heard))
    return tuple(hit for hit in hits if where.holds(hit.place, heard))


def find_in_turns(
    phrases: Phrases, guards: Phrases, turns: Sequence[Turn], heard: Heard, *, by_sound: BySound = BySound.NO
) -> tuple[Hit, ...]:
    """Look for ``phrases`` in some turns of one party; a hit that overlaps a guard does not count."""
    if not turns:
        return ()
    wanted = frozenset(turn.index for turn in turns)
    return _found(phrases, guards, heard.party(turns[0].speaker), by_sound, wanted)


def find_unsure(phrases: Phrases, guards: Phrases, where: Where, heard: Heard) -> tuple[Hit, ...]:
    """Where ``phrases`` would stand in a part of the call if words that were hardly understood had been others."""
    party = heard.party(where.speaker, across=where.across_turns)
    spans = phrases.unsure_spans(party, where.indices(heard))
    guarded = guards.spans(party, where.indices(heard)) if spans else []
    hits = (Hit(party.place(*span)) for span in spans if not _overlaps(span, guarded))
    return tuple(hit for hit in hits if where.holds(hit.place, heard))


def _found(phrases: Phrases, guards: Phrases, party: PartyText, by_sound: BySound, among: Pieces) -> tuple[Hit, ...]:
    """All unguarded hits among some turns; in favour of the party a sound counts only where no words were found."""
    in_words = phrases.spans(party, among)
    spans = [(span, Manner.WORDS) for span in in_words]
    if by_sound is BySound.AGAINST or (by_sound is BySound.IN_FAVOUR and not in_words):
        least = SOUND_LEAST if by_sound is BySound.AGAINST else SOUND_LEAST_IN_FAVOUR
        alike = phrases.sound_spans(party, least, among)
        spans += [(span, Manner.SOUND) for span in alike if not _overlaps(span, in_words)]
    if not spans:
        return ()
    guarded = guards.spans(party, among)
    if by_sound is not BySound.IN_FAVOUR:  # what may be misheard speaks for the party here, too
        guarded += guards.sound_spans(party, SOUND_LEAST, among)
    return tuple(Hit(party.place(*span), manner) for span, manner in sorted(spans) if not _overlaps(span, guarded))


def _chosen(pieces: Sequence[Piece], among: Pieces) -> Sequence[Piece]:
    return pieces if among is None else [one for one in pieces if one.turn in among or one.turn == EVERY_TURN]


def _overlaps(span: tuple[int, int], others: Iterable[tuple[int, int]]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in others)


def _compile(patterns: Sequence[Pattern], *, by_sound: bool) -> tuple[_Compiled, ...]:
    alike: dict[tuple[Gap | None, Gap | None], list[Pattern]] = {}
    for pattern in patterns:
        if by_sound and pattern.sound_expression() is None:
            continue
        alike.setdefault((pattern.left, pattern.right), []).append(pattern)
    compiled: list[_Compiled] = []
    for (left, right), group in alike.items():
        written = [(one.sound_expression() if by_sound else one.expression()) or "" for one in group]
        anchors = _shared_anchors(group)
        if by_sound and anchors is not None:
            anchors = frozenset(map(sounds, anchors))
        compiled.append(_Compiled(re.compile("|".join(written)), anchors, left, right, by_sound))
    return tuple(compiled)


def _shared_anchors(group: Sequence[Pattern]) -> frozenset[str] | None:
    anchors: set[str] = set()
    for pattern in group:
        own = pattern.anchors()
        if own is None:
            return None
        anchors |= own
    return frozenset(anchors)


def _stretch_left(text: str, start: int, gap: Gap) -> int:
    marks = SENTENCE_ENDS if gap.wide else CLAUSE_ENDS
    least = 0 if gap.limit is None else max(0, start - gap.limit)
    while start > least and text[start - 1] not in marks and text[start - 1] != TURN_END:
        start -= 1
    return start


def _stretch_right(text: str, end: int, gap: Gap) -> int:
    marks = SENTENCE_ENDS if gap.wide else CLAUSE_ENDS
    most = len(text) if gap.limit is None else min(len(text), end + gap.limit)
    while end < most and text[end] not in marks and text[end] != TURN_END:
        end += 1
    return end


def _merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    if len(spans) < 2:
        return list(spans)
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _spoken(text: str, span: tuple[int, int]) -> int:
    return sum(character.isalnum() for character in text[span[0] : span[1]])
