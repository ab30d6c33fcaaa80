"""What is said: phrases, regular expressions, whole words, and what is said again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated

from csqa.messages import Reason
from csqa.roles import Speaker
from csqa.rules.absence import Part, weigh_absence
from csqa.rules.base import Condition, Judging
from csqa.rules.criteria.base import Answer, Criterion, Spot, Stance, criterion, spot_of_hit, spot_of_turn, told
from csqa.rules.heard import COIN, Heard, Place
from csqa.rules.language import sounds
from csqa.rules.phrases import (
    NO_PHRASES,
    WHOLE_CALL,
    BySound,
    Hit,
    Manner,
    Phrases,
    Turns,
    Where,
    find,
    find_in_turns,
)
from csqa.talk.conversation import Turn
from csqa.talk.plain import plain, spoken_length

_MANNERS = {Stance.FOR: BySound.IN_FAVOUR, Stance.AGAINST: BySound.AGAINST, Stance.NEUTRAL: BySound.AGAINST}


@criterion("says")
@dataclass(frozen=True, kw_only=True)
class Says(Criterion):
    """Somebody says one of these phrases, in words or by their sound, in a part of the call."""

    says: Annotated[Phrases, "Phrases of one meaning; any of them counts."]
    unless: Annotated[Phrases, "What looks like it but does not count: a hit that overlaps one is none."] = NO_PHRASES
    also: Annotated[Phrases, "What must stand in the same turn besides; empty: nothing."] = NO_PHRASES
    never_with: Annotated[Phrases, "What must not stand in the same turn."] = NO_PHRASES
    by: Annotated[Speaker | None, "Who says it; short for where.speaker."] = None
    where: Annotated[Where, "Who says it, and in which part of the call."] = WHOLE_CALL
    part: Annotated[Part, "Where its absence is shown: opening, closing, or nowhere in particular."] = Part.WHOLE
    least: Annotated[int, "How often it must be said."] = 1
    by_sound: Annotated[
        bool, "Whether what only sounds like it counts: for the agent less surely, else as a doubt."
    ] = True
    whole_turn: Annotated[bool, "Whether nothing else may be said in the turn."] = False
    turn_least: Annotated[int | None, "The turn has at least this many spoken characters."] = None
    turn_most: Annotated[int | None, "The turn has at most this many spoken characters."] = None

    @cached_property
    def place(self) -> Where:
        """Where it counts, with the one who says it."""
        if self.by is None:
            return self.where
        where = self.where
        return Where(
            self.by, where.first_turns, where.last_turns, where.within_seconds, where.first_share, where.last_share,
            where.across_turns,
        )  # fmt: skip

    @cached_property
    def _who(self) -> str:
        return "customer" if self.place.speaker is Speaker.CUSTOMER else "agent"

    def evaluate(self, judging: Judging, stance: Stance, scope: Turns = None) -> Answer:
        """Answer with the places where it is said, or with how sure its absence is."""
        heard = judging.heard
        party = heard.party(self.place.speaker, across=self.place.across_turns)
        if not self.says.may_stand_in(party, by_sound=self.by_sound):
            return self._nowhere if stance is not Stance.FOR else self._missing(heard, stance, scope, ())
        hits = self._hits(heard, stance, scope)
        spots = tuple(spot_of_hit(hit, "verdict.phrase-here", sure=self._is_sure(hit, stance, heard)) for hit in hits)
        sure = [spot for spot in spots if spot.sure]
        if len(sure) >= self.least:
            return Answer(True, sure, self._told(True, len(sure)), spots)
        if len(spots) >= self.least:
            return Answer(None, spots, self._told(None, len(spots)), spots)
        return self._missing(heard, stance, scope, spots)

    @cached_property
    def _nowhere(self) -> Answer:
        return Answer(False, 0.9, self._step(False, 0))

    def _is_sure(self, hit: Hit, stance: Stance, heard: Heard) -> bool:
        if stance is Stance.FOR:
            return hit.manner is not Manner.LIKENESS
        return hit.manner is Manner.WORDS and (heard.is_clear(hit.place.turn) or hit.confidence >= COIN)

    def _hits(self, heard: Heard, stance: Stance, scope: Turns) -> list[Hit]:
        manner = _MANNERS[stance] if self.by_sound else BySound.NO
        hits = find(self.says, self.unless, self.place, heard, by_sound=manner, scope=scope)
        if not hits:
            return []
        if self.also:
            beside = find(self.also, self.unless, self.place, heard, by_sound=manner, scope=scope)
            turns = {hit.place.turn.index for hit in beside}
            hits = tuple(hit for hit in hits if hit.place.turn.index in turns)
        if self.never_with and hits:
            beside = find(self.never_with, NO_PHRASES, self.place, heard, scope=scope)
            turns = {hit.place.turn.index for hit in beside}
            hits = tuple(hit for hit in hits if hit.place.turn.index not in turns)
        return [hit for hit in hits if self._fits(hit.place)]

    def _fits(self, place: Place) -> bool:
        if self.whole_turn is False and self.turn_least is None and self.turn_most is None:
            return True
        length = spoken_length(place.turn.text)
        if self.whole_turn and spoken_length(place.text) < length:
            return False
        return (self.turn_least is None or length >= self.turn_least) and (
            self.turn_most is None or length <= self.turn_most
        )

    def _missing(self, heard: Heard, stance: Stance, scope: Turns, spots: tuple[Spot, ...]) -> Answer:
        turns = self.place.turns(heard)
        if scope is not None:
            turns = tuple(turn for turn in turns if turn.index in scope)
        if not turns:
            return Answer(False, 0.9, self._step(False, 0), spots)
        if stance is not Stance.FOR:
            return Answer(False, 0.9, self._told(False, len(spots)), spots) if spots else self._nowhere
        absence = weigh_absence(self.says, self.unless, self.place, turns, heard, self.part, scope=scope)
        if absence.doubt is None:
            step = self._step(False, len(spots), absence.checks)
            return Answer(False, absence.confidence, step, spots or self._shown_missing(turns))
        spots += tuple(spot_of_hit(hit, "verdict.phrase-maybe-here", sure=False) for hit in absence.maybe)
        checks = (*absence.checks, Condition(absence.doubt, held=None))
        return Answer(None, 0.5, self._step(None, len(spots), checks), spots or self._shown_missing(turns))

    def _shown_missing(self, turns: tuple[Turn, ...]) -> tuple[Spot, ...]:
        """Absences are shown at the first turn of an opening and at the last of a closing."""
        if self.part is Part.WHOLE:
            return ()
        turn = turns[0] if self.part is Part.OPENING else turns[-1]
        return (spot_of_turn(turn, Reason("verdict.phrase-not-here"), 0.9, sure=False),)

    def _told(self, held: bool | None, count: int) -> Condition:
        """A step that has no parts, made once for each answer."""
        key = (held, count)
        if key not in self._steps:
            self._steps[key] = self._step(held, count)
        return self._steps[key]

    @cached_property
    def _steps(self) -> dict[tuple[bool | None, int], Condition]:
        return {}

    def _step(self, held: bool | None, count: int, parts: tuple[Condition, ...] = ()) -> Condition:
        reason = self.label or Reason(f"criterion.{self._who}-says", {"what": self.says.preview})
        if self.least > 1:
            reason = Reason("criterion.often", {"what": reason, "count": count, "least": self.least})
        return Condition(reason, held, parts)


@criterion("matches")
@dataclass(frozen=True, kw_only=True)
class Matches(Criterion):
    """A turn fits a regular expression, over plain text (您 for 你, full-width marks, small letters)."""

    matches: Annotated[str, "The regular expression."]
    exclude: Annotated[str, "Another one; what it fits in the same turn does not count where the two overlap."] = ""
    by: Annotated[Speaker | None, "Who says it; short for where.speaker."] = None
    where: Annotated[Where, "Who says it, and in which part of the call."] = WHOLE_CALL
    least: Annotated[int, "How often it must fit."] = 1

    @cached_property
    def _says(self) -> Says:
        exclude = [f"re:{self.exclude}"] if self.exclude else []
        return Says(
            zh=self.zh, en=self.en,
            says=Phrases.read([f"re:{self.matches}"], {}), unless=Phrases.read(exclude, {}),
            by=self.by, where=self.where, least=self.least, by_sound=False,
        )  # fmt: skip

    def check(self) -> None:
        """Compile both expressions. Raises ``PhraseError``."""
        assert self._says

    def evaluate(self, judging: Judging, stance: Stance, scope: Turns = None) -> Answer:
        """Answer with the places that fit."""
        return self._says.evaluate(judging, stance, scope)


@criterion("tokens")
@dataclass(frozen=True, kw_only=True)
class Tokens(Criterion):
    """Somebody uses one of these words as a word of its own: 亲, but not the 亲 of 亲自."""

    tokens: Annotated[tuple[str, ...], "The words, as the segmentation cuts them."]
    unless: Annotated[Phrases, "What looks like it but does not count."] = NO_PHRASES
    by: Annotated[Speaker | None, "Who says it; short for where.speaker."] = None
    where: Annotated[Where, "Who says it, and in which part of the call."] = WHOLE_CALL
    least: Annotated[int, "How often it must be said."] = 1

    def evaluate(self, judging: Judging, stance: Stance, scope: Turns = None) -> Answer:
        """Answer with the words' places."""
        heard = judging.heard
        where = self.where if self.by is None else Where(self.by)
        party = heard.party(where.speaker)
        wanted = {plain(word) for word in self.tokens}
        allowed = where.indices(heard) if scope is None else where.indices(heard) & scope
        guards = self.unless.matches(party, allowed) if any(word in party.text for word in wanted) else []
        spots = []
        for turn, start, end in heard.tokens(where.speaker, wanted):
            begin = party.start_of(turn) + start
            if turn.index in allowed and not any(begin < one.end and one.start < begin + end - start for one in guards):
                spots.append(
                    spot_of_hit(Hit(party.place(begin, begin + end - start)), "verdict.phrase-here", sure=True)
                )
        held = len(spots) >= self.least
        reason = told(self, "criterion.uses-words", words=list(self.tokens))
        return Answer(held, tuple(spots), Condition(reason, held), tuple(spots))


@criterion("repeats")
@dataclass(frozen=True, kw_only=True)
class Repeats(Criterion):
    """A party says almost the same again, a few turns later."""

    repeats: Annotated[
        float, "How alike two turns are at least, 0-1: the share of character pairs they have in common."
    ]
    by: Annotated[Speaker, "Who says it."] = Speaker.AGENT
    look_back: Annotated[int, "In how many earlier turns of the same party it is looked for."] = 3
    shortest: Annotated[int, "Turns with fewer spoken characters are not compared."] = 5
    times: Annotated[int, "How often it must be said again."] = 1

    def evaluate(self, judging: Judging, stance: Stance, scope: Turns = None) -> Answer:
        """Answer with the turns that repeat an earlier one; likeness below nine tenths is only a maybe against them."""
        turns = [one for one in judging.conversation.turns_of(self.by) if spoken_length(one.text) >= self.shortest]
        pairs = [_pairs(turn.text) for turn in turns]
        spots = []
        for index, turn in enumerate(turns):
            alike = max(
                (_shared(pairs[index], one) for one in pairs[max(0, index - self.look_back) : index]), default=0.0
            )
            if alike >= self.repeats and (scope is None or turn.index in scope):
                reason = Reason("criterion.repeated-here", {"share": alike})
                spots.append(spot_of_turn(turn, reason, min(0.95, alike)))
        held = len(spots) >= self.times
        step = Condition(told(self, "criterion.repeats", share=self.repeats, count=len(spots)), held)
        return Answer(held, tuple(spots), step, tuple(spots))


@criterion("resembles")
@dataclass(frozen=True, kw_only=True)
class Resembles(Criterion):
    """A sentence sounds much like one of these examples. What is found by likeness only is never sure."""

    resembles: Annotated[tuple[str, ...], "Example sentences."]
    at_least: Annotated[float, "How alike, 0-1: the share of pairs of syllables they have in common."] = 0.6
    unless: Annotated[Phrases, "Not where this is said in the sentence's turn."] = NO_PHRASES
    by: Annotated[Speaker | None, "Who says it; short for where.speaker."] = None
    where: Annotated[Where, "Who says it, and in which part of the call."] = WHOLE_CALL

    @cached_property
    def _examples(self) -> tuple[frozenset[str], ...]:
        return tuple(_pairs(example) for example in self.resembles)

    def evaluate(self, judging: Judging, stance: Stance, scope: Turns = None) -> Answer:
        """Answer with the most alike sentences, as a maybe."""
        heard = judging.heard
        where = self.where if self.by is None else Where(self.by)
        spots: list[Spot] = []
        for turn in where.turns(heard):
            if scope is not None and turn.index not in scope:
                continue
            party, begin = heard.party(where.speaker), heard.party(where.speaker).start_of(turn)
            for match in _SENTENCE.finditer(plain(turn.text)):
                pairs = _pairs(match.group())
                alike = max((_shared(pairs, example) for example in self._examples), default=0.0)
                if alike >= self.at_least:
                    place = party.place(begin + match.start(), begin + match.end())
                    spots.append(spot_of_hit(Hit(place, Manner.LIKENESS), "verdict.phrase-here", sure=False))
        spots = [spot for spot in spots if not self._excepted(spot, heard)]
        held = None if spots else False
        step = Condition(told(self, "criterion.resembles", what=self.resembles[0]), held)
        return Answer(held, tuple(spots), step, tuple(spots))

    def _excepted(self, spot: Spot, heard: Heard) -> bool:
        turn = heard.conversation.turns[spot.turn]
        return bool(self.unless and find_in_turns(self.unless, NO_PHRASES, (turn,), heard))


_SENTENCE = re.compile(r"[^。！？]+")
_SPOKEN = re.compile(r"\W+")


def _pairs(text: str) -> frozenset[str]:
    said = sounds(_SPOKEN.sub("", plain(text)))
    return frozenset(said[index : index + 2] for index in range(len(said) - 1))


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    """Dice's coefficient of two sets of pairs."""
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0
