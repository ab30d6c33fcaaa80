"""What comes after, before and near what, in which order, and how much of it at once."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated

from csqa.roles import Speaker
from csqa.rules.base import Condition, Judging
from csqa.rules.criteria.base import Answer, Criterion, Spot, Stance, criterion, least_of, told
from csqa.rules.phrases import Turns


@criterion("that")
@dataclass(frozen=True, kw_only=True)
class That(Criterion):
    """Something that stands in a relation to something else: after it, before it, near it, or without it.

    ``within_turns`` counts turns of the party of ``that`` between the two; in the same turn they are 0 apart.
    """

    that: Annotated[Criterion, "What must be found; its places count."]
    after: Annotated[Criterion | None, "What must come before it."] = None
    before: Annotated[Criterion | None, "What must come after it."] = None
    near: Annotated[Criterion | None, "What must come before or after it."] = None
    not_after: Annotated[Criterion | None, "What must not come before it."] = None
    not_before: Annotated[Criterion | None, "What must not come after it."] = None
    within_turns: Annotated[int | None, "How many of the party's turns lie between them at most."] = None
    within_seconds: Annotated[float | None, "How many seconds lie between them at most."] = None
    nth: Annotated[int, "Which of the other's places counts as the first."] = 1
    least: Annotated[int, "How many places there must be."] = 1

    def evaluate(self, judging: Judging, stance: Stance, scope: Turns = None) -> Answer:
        """Answer with the places of ``that`` that stand in all relations given."""
        distance = _Distance(judging, self.within_turns, self.within_seconds)
        anchors: list[Answer] = []
        wanted: list[tuple[str, list[Spot]]] = []
        for name in ("after", "before", "near"):
            other = getattr(self, name)
            if other is not None:
                answer = other.evaluate(judging, Stance.NEUTRAL)
                anchors.append(answer)
                wanted.append((name, list(answer.spots)[self.nth - 1 :]))
        own_scope = distance.scope(wanted, scope)
        found = self.that.evaluate(judging, stance, own_scope)
        if found.lacks:
            return found
        spots = list(found.spots) if found.held is not False or stance is not Stance.FOR else []
        for name, others in wanted:
            spots = [one for spot in spots if (one := distance.related(spot, name, others)) is not None]
        for name in ("not_after", "not_before"):
            other = getattr(self, name)
            if other is not None and spots:
                answer = other.evaluate(judging, stance.turned)
                anchors.append(answer)
                relation = name.removeprefix("not_")
                spots = [one for spot in spots if (one := distance.unrelated(spot, relation, answer)) is not None]
        sure = [spot for spot in spots if spot.sure]
        held: bool | None = len(sure) >= self.least
        if not held and (len(spots) >= self.least or (found.held is None and not found.spots)):
            held = None
        step = Condition(told(self, "criterion.related"), held, (found.step, *(one.step for one in anchors)))
        return Answer(held, tuple(sure or spots) or found.confidence, step, tuple(spots))


def _indices(judging: Judging) -> tuple[dict[Speaker, list[int]], list[int]]:
    """Indices of each party's turns and of all, worked out once a call."""
    memory = judging.heard.memory
    if "indices" not in memory:
        turns = judging.conversation.turns
        parties = (Speaker.AGENT, Speaker.CUSTOMER)
        by_party = {one: [turn.index for turn in turns if turn.speaker is one] for one in parties}
        memory["indices"] = by_party, [turn.index for turn in turns]
    found: tuple[dict[Speaker, list[int]], list[int]] = memory["indices"]
    return found


class _Distance:
    """How far places may be apart."""

    def __init__(self, judging: Judging, turns: int | None, seconds: float | None) -> None:
        self._turns, self._seconds = turns, seconds
        self._by_party, self._all = _indices(judging)

    def related(self, spot: Spot, relation: str, others: Iterable[Spot]) -> Spot | None:
        """``spot`` if one of ``others`` stands in ``relation`` to it; unsure where only unsure ones do."""
        unsure: Spot | None = None
        for other in others:
            if self._stands(spot, relation, other):
                if other.sure:
                    return spot
                unsure = spot.doubted()
        return unsure

    def unrelated(self, spot: Spot, relation: str, answer: Answer) -> Spot | None:
        """``spot`` if none of the answer's places stands in ``relation`` to it; unsure where one may."""
        near = [other for other in answer.spots if self._stands(spot, relation, other)]
        if any(other.sure for other in near) and answer.held is not False:
            return None
        return spot.doubted() if near or answer.held is None else spot

    def scope(self, wanted: Sequence[tuple[str, list[Spot]]], scope: Turns) -> Turns:
        """The turns in which a place can stand in the relations at all."""
        if self._turns is None:
            return scope
        allowed: set[int] | None = None
        for relation, others in wanted:
            reach: set[int] = set()
            for other in others:
                for party in self._by_party.values():
                    at = bisect_left(party, other.turn)
                    least = at if relation == "after" else max(0, at - self._turns - 1)
                    most = at + self._turns + 1 if relation != "before" else at + 1
                    reach.update(party[least:most])
            allowed = reach if allowed is None else allowed & reach
        if allowed is None:
            return scope
        return frozenset(allowed) if scope is None else frozenset(allowed) & scope

    def _stands(self, spot: Spot, relation: str, other: Spot) -> bool:
        if relation == "near":
            return self._stands(spot, "after", other) or self._stands(spot, "before", other)
        earlier, later = (other, spot) if relation == "after" else (spot, other)
        if earlier.order >= later.order:
            return False
        if self._seconds is not None and later.span.start - earlier.span.end > self._seconds:
            return False
        return self._turns is None or self._between(earlier, later, spot) <= self._turns

    def _between(self, earlier: Spot, later: Spot, spot: Spot) -> int:
        if earlier.turn == later.turn:
            return 0
        own = self._by_party.get(spot.speaker, self._all) if spot.speaker else self._all
        if later is spot:
            return bisect_right(own, later.turn) - bisect_right(own, earlier.turn)
        return bisect_left(own, later.turn) - bisect_left(own, earlier.turn)


@criterion("in_order")
@dataclass(frozen=True, kw_only=True)
class InOrder(Criterion):
    """At least so many of these steps, in this order; not given: all of them."""

    in_order: Annotated[tuple[Criterion, ...], "The steps."]
    least: Annotated[int | None, "How many of them must come in this order; not given: all."] = None

    def evaluate(self, judging: Judging, stance: Stance, scope: Turns = None) -> Answer:
        """Answer with the longest row of steps that come one after another."""
        answers = [one.evaluate(judging, stance, scope) for one in self.in_order]
        least = len(answers) if self.least is None else self.least
        surely = _longest_row([[spot for spot in one.sure_spots if one.held] for one in answers])
        held: bool | None = len(surely) >= least
        row = surely
        if not held:
            row = _longest_row([list(one.spots) if one.held is not False else [] for one in answers])
            unplaced = sum(one.held is None and not one.spots for one in answers)
            held = None if len(row) + unplaced >= least else False
        step = Condition(
            told(self, "criterion.in-order", least=least, count=len(row)), held, tuple(one.step for one in answers)
        )
        return Answer(held, least_of(spot.confidence for spot in row), step, tuple(row))


def _longest_row(steps: Sequence[Sequence[Spot]]) -> list[Spot]:
    """The longest row of places, at most one a step, each after the one before; the earliest of several."""
    best: list[list[Spot]] = [[]]
    for spots in steps:
        for row in [*best]:
            following = next((spot for spot in spots if not row or spot.order > row[-1].order), None)
            if following is not None:
                best.append([*row, following])
        shortest: dict[int, list[Spot]] = {}
        for row in best:
            kept = shortest.get(len(row))
            if kept is None or (row and row[-1].order < kept[-1].order):
                shortest[len(row)] = row
        best = list(shortest.values())
    return max(best, key=len)


@criterion("together")
@dataclass(frozen=True, kw_only=True)
class Together(Criterion):
    """So many of these within a turn, or within a few turns of one party."""

    together: Annotated[tuple[Criterion, ...], "What must come together."]
    least: Annotated[int | None, "How many of them; not given: all."] = None
    turns: Annotated[int, "Within how many turns, one after another, of the party."] = 1
    by: Annotated[Speaker, "Whose turns are counted."] = Speaker.AGENT

    def evaluate(self, judging: Judging, stance: Stance, scope: Turns = None) -> Answer:
        """Answer with the places in the fullest such stretch of turns."""
        answers = [one.evaluate(judging, stance, scope) for one in self.together]
        least = len(answers) if self.least is None else self.least
        own = [turn.index for turn in judging.conversation.turns_of(self.by)]
        surely, places = _fullest(answers, own, self.turns, sure=True)
        held: bool | None = surely >= least
        count = surely
        if not held:
            maybe, unsure_places = _fullest(answers, own, self.turns, sure=False)
            if maybe >= least or any(one.held is None and not one.spots for one in answers):
                held, places, count = None, unsure_places, maybe
        reason = told(self, "criterion.together", least=least, count=count, turns=self.turns)
        step = Condition(reason, held, tuple(one.step for one in answers))
        return Answer(held, least_of(spot.confidence for spot in places), step, places)


def _fullest(answers: Sequence[Answer], own: Sequence[int], width: int, *, sure: bool) -> tuple[int, tuple[Spot, ...]]:
    best: tuple[int, tuple[Spot, ...]] = (0, ())
    for first in range(len(own)):
        window = own[first : first + width]
        met = [[spot for spot in (one.sure_spots if sure else one.spots) if spot.turn in window] for one in answers]
        count = sum(bool(spots) for spots in met)
        if count > best[0]:
            best = count, tuple(sorted((spots[0] for spots in met if spots), key=lambda spot: spot.order))
    return best


@criterion("streak")
@dataclass(frozen=True, kw_only=True)
class Streak(Criterion):
    """More of these in a row than so many, without anything of the other kind between them."""

    streak: Annotated[Criterion, "What comes again and again."]
    broken_by: Annotated[Criterion, "What ends the row."]
    longer_than: Annotated[int, "A row with more places than this holds."]

    def evaluate(self, judging: Judging, stance: Stance, scope: Turns = None) -> Answer:
        """Answer with the longest row."""
        found = self.streak.evaluate(judging, stance, scope)
        breaks = self.broken_by.evaluate(judging, stance.turned, scope)
        longest: list[Spot] = []
        row: list[Spot] = []
        ends = [(spot.order, None) for spot in breaks.spots]
        for _, spot in sorted([*((one.order, one) for one in found.sure_spots), *ends], key=lambda pair: pair[0]):
            row = [*row, spot] if spot is not None else []
            longest = row if len(row) > len(longest) else longest
        held = len(longest) > self.longer_than
        reason = told(self, "criterion.streak", most=self.longer_than, count=len(longest))
        step = Condition(reason, held, (found.step, breaks.step))
        return Answer(held, least_of(spot.confidence for spot in longest), step, tuple(longest) if held else ())
