"""Numbers read out, told on, or read back; words taken up from the other party; the same asked again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from csqa.messages import Reason
from csqa.roles import Speaker
from csqa.rules.base import Condition, Judging
from csqa.rules.criteria.base import (
    Answer,
    Criterion,
    Spot,
    Stance,
    criterion,
    least_of,
    spot_of_hit,
    spot_of_turn,
    told,
)
from csqa.rules.heard import Heard
from csqa.rules.language import sounds
from csqa.rules.phrases import NO_PHRASES, BySound, Hit, Manner, Phrases, Turns, find, find_in_turns
from csqa.talk.conversation import Turn
from csqa.talk.digits import NumberKind, SpokenNumber, spoken_numbers
from csqa.talk.plain import plain


def numbers_of(heard: Heard) -> tuple[SpokenNumber, ...]:
    """The numbers read out in a call, found once."""
    if "numbers" not in heard.memory:
        heard.memory["numbers"] = spoken_numbers(heard.conversation.turns)
    found: tuple[SpokenNumber, ...] = heard.memory["numbers"]
    return found


def _hit(number: SpokenNumber, heard: Heard) -> Hit:
    turn = heard.conversation.turns[number.turn]
    party = heard.party(turn.speaker)
    begin = party.start_of(turn)
    return Hit(party.place(begin + number.start, begin + number.end), Manner.WORDS if number.sure else Manner.SOUND)


@criterion("number")
@dataclass(frozen=True, kw_only=True)
class Number(Criterion):
    """A number is read out: a phone, an ID card, a bank card, an order, or any digits."""

    number: Annotated[tuple[NumberKind, ...], "Which kinds of number count; empty: any."]
    by: Annotated[Speaker, "Who reads it out."] = Speaker.AGENT
    least_digits: Annotated[int, "How many digits it has at least."] = 4
    unless: Annotated[Phrases, "Not where this stands in the same turn: a hotline, a masked number."] = NO_PHRASES
    new: Annotated[bool, "Only numbers of which the other party has not said the last four digits before."] = False

    def evaluate(self, judging: Judging, stance: Stance, scope: Turns = None) -> Answer:
        """Answer with the numbers' places; one of which a character was misheard is only a maybe."""
        heard = judging.heard
        spots: list[Spot] = []
        earlier: list[str] = []
        for number in numbers_of(heard):
            turn = heard.conversation.turns[number.turn]
            if turn.speaker is not self.by:
                earlier.append(number.value)
                continue
            known = any(number.value[-4:] in value for value in earlier)
            if not self._counts(number) or (self.new and known) or (scope is not None and number.turn not in scope):
                continue
            if not (self.unless and find_in_turns(self.unless, NO_PHRASES, (turn,), heard)):
                spots.append(spot_of_hit(_hit(number, heard), "criterion.number-here", sure=number.sure))
        held: bool | None = any(spot.sure for spot in spots) or (None if spots else False)
        kinds = [Reason(f"criterion.kind-{kind}") for kind in self.number] or [Reason("criterion.kind-digits")]
        step = Condition(told(self, "criterion.number", kinds=kinds), held)
        return Answer(held, max((spot.confidence for spot in spots), default=0.9), step, tuple(spots))

    def _counts(self, number: SpokenNumber) -> bool:
        return len(number.value) >= self.least_digits and (not self.number or number.kind in self.number)


@criterion("read_back")
@dataclass(frozen=True, kw_only=True)
class ReadBack(Criterion):
    """Numbers that the customer reads out are read back by the agent, whole or by their last digits."""

    read_back: Annotated[tuple[NumberKind, ...], "Which kinds of number; empty: any."]
    least_digits: Annotated[int, "From how many digits a number must be read back."] = 4
    tail: Annotated[int, "So many last digits will do."] = 4
    within_turns: Annotated[int, "In how many turns of the agent after it."] = 2

    def evaluate(self, judging: Judging, stance: Stance, scope: Turns = None) -> Answer:
        """Answer with the places read back, or, where one is not, with the numbers that were not."""
        heard = judging.heard
        numbers = numbers_of(heard)
        turns = heard.conversation.turns
        missing: list[Spot] = []
        back: list[Spot] = []
        for number in numbers:
            if turns[number.turn].speaker is not Speaker.CUSTOMER or len(number.value) < self.least_digits:
                continue
            if self.read_back and number.kind not in self.read_back:
                continue
            place = self._place(number, numbers, turns)
            spot = spot_of_hit(_hit(place or number, heard), "criterion.number-here", sure=number.sure)
            (back if place else missing).append(spot)
        if not back and not missing:
            reason = told(self, "criterion.no-number")
            return Answer(True, 0.9, Condition(reason, held=True))
        held: bool | None = not missing or (None if not any(spot.sure for spot in missing) else False)
        reason = told(self, "criterion.read-back", back=len(back), all=len(back) + len(missing))
        spots = tuple(back) if held else tuple(missing)
        return Answer(held, least_of(spot.confidence for spot in spots), Condition(reason, held), spots)

    def _place(
        self, number: SpokenNumber, numbers: Sequence[SpokenNumber], turns: Sequence[Turn]
    ) -> SpokenNumber | None:
        """Where the agent says the number again, or its last digits."""
        later = [turn.index for turn in turns if turn.speaker is Speaker.AGENT and turn.index > number.turn]
        wanted = later[: self.within_turns + number.last_turn - number.turn]
        tail = number.value[-self.tail :]
        for other in spoken_numbers_in(numbers, wanted, turns, self.tail):
            if tail in other.value or _nearly(number.value, other.value):
                return other
        return None


def spoken_numbers_in(
    numbers: Sequence[SpokenNumber], wanted: Sequence[int], turns: Sequence[Turn], least: int
) -> list[SpokenNumber]:
    """The numbers in some turns; with ``least`` below the usual, the turns are read again for shorter ones."""
    if least >= 4:
        return [one for one in numbers if one.turn in wanted or one.last_turn in wanted]
    return [one for one in spoken_numbers([turns[index] for index in wanted], least) if one.turn in wanted]


def _nearly(one: str, other: str) -> bool:
    """Tell whether two numbers of the same length differ in at most one digit in six: misheard, not another."""
    return len(one) == len(other) and sum(a != b for a, b in zip(one, other, strict=True)) <= len(one) // 6


@criterion("sharing")
@dataclass(frozen=True, kw_only=True)
class Sharing(Criterion):
    """Something is said in a turn that takes up words which the other party said before."""

    sharing: Annotated[Criterion, "What is said."]
    least: Annotated[int, "How many of the other party's words, of two characters or more, the turn takes up."] = 2
    apart_from: Annotated[Phrases, "Words that do not count as taken up."] = NO_PHRASES

    def evaluate(self, judging: Judging, stance: Stance, scope: Turns = None) -> Answer:
        """Answer with the places in turns that share enough words, compared by their sound."""
        found = self.sharing.evaluate(judging, stance, scope)
        turns = judging.conversation.turns
        spots = tuple(spot for spot in found.spots if self._shared(turns, spot.turn) >= self.least)
        held: bool | None = any(spot.sure for spot in spots)
        if not held and (spots or found.held is None):
            held = None
        step = Condition(told(self, "criterion.sharing", least=self.least), held, (found.step,))
        return Answer(held, max((spot.confidence for spot in spots), default=found.confidence), step, spots)

    def _shared(self, turns: Sequence[Turn], index: int) -> int:
        own = turns[index]
        earlier = "，".join(plain(turn.text) for turn in turns[:index] if turn.speaker is not own.speaker)
        return len(shared_words(plain(own.text), earlier))


_HAN = re.compile(r"[一-鿿0-9a-z]+")
_EMPTY = frozenset(
    sounds(word)
    for word in """
    我们 您们 您好 您的 这个 那个 什么 一下 可以 怎么 是不 不是 就是 请问 没有 知道 现在 那您 我的 是吗 对吗
    的话 时候 是的 好的 谢谢 先生 女士 还是 因为 所以 但是 如果 已经 然后 想问 给您 给我 帮我 帮您 我想 您想
    是想 想要 了吗 您这 这边 我这 就要 不能 能不 还没 没到 的是 我是 您是 了解 确认 是您 问一 一个
    """.split()  # noqa: SIM905 - a list would be a page long
)


def shared_words(said: str, earlier: str) -> frozenset[str]:
    """Stretches of two characters or more of plain ``said`` that ``earlier`` holds, too, by sound; no empty words."""
    other = sounds(earlier)
    found: set[str] = set()
    for match in _HAN.finditer(said):
        piece, text = sounds(match.group()), match.group()
        at = 0
        while at + 2 <= len(piece):
            length = 2
            if piece[at : at + 2] in other and piece[at : at + 2] not in _EMPTY:
                while at + length < len(piece) and piece[at : at + length + 1] in other:
                    length += 1
                found.add(text[at : at + length])
                at += length
            else:
                at += 1
    return frozenset(found)


@dataclass(frozen=True)
class Slot:
    """Something that is asked for: how it is called, how it is asked, and how an answer looks."""

    zh: Annotated[str, "Its name in Chinese."]
    en: Annotated[str, "Its name in English."]
    asks: Annotated[Phrases, "How it is asked for."]
    gives: Annotated[Phrases, "How the customer gives it."]
    asks_unless: Annotated[Phrases, "What looks like asking but is not."] = NO_PHRASES


@criterion("asks_again")
@dataclass(frozen=True, kw_only=True)
class AsksAgain(Criterion):
    """The agent asks again for what the customer has already given."""

    asks_again: Annotated[tuple[Slot, ...], "What may be asked for."]
    excused: Annotated[Phrases, "Said in the asking turn, these excuse it: 没听清, 核对一下."] = NO_PHRASES

    def evaluate(self, judging: Judging, stance: Stance, scope: Turns = None) -> Answer:
        """Answer with the second questions."""
        spots = tuple(spot for slot in self.asks_again for spot in self._again(slot, judging.heard))
        held = bool(spots)
        step = Condition(told(self, "criterion.asks-again", count=len(spots)), held)
        return Answer(held, max((spot.confidence for spot in spots), default=0.85), step, spots)

    def _again(self, slot: Slot, heard: Heard) -> list[Spot]:
        from csqa.rules.phrases import Where

        turns = heard.conversation.turns
        asked = find(slot.asks, slot.asks_unless, Where(Speaker.AGENT), heard, by_sound=BySound.NO)
        given = {hit.place.turn.index for hit in find(slot.gives, NO_PHRASES, Where(Speaker.CUSTOMER), heard)}
        known_since: int | None = None
        spots: list[Spot] = []
        asked_turns = sorted({hit.place.turn.index for hit in asked})
        for index in asked_turns:
            if known_since is not None and known_since < index:
                if not find_in_turns(self.excused, NO_PHRASES, (turns[index],), heard):
                    reason = Reason("criterion.asked-again-here", {"what": {"zh": slot.zh, "en": slot.en}})
                    spots.append(spot_of_turn(turns[index], reason, 0.85))
                continue
            answers = [one for one in given if one > index]
            known_since = min(answers, default=None)
        return spots
