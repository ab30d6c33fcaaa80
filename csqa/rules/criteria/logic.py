"""And, or, not, how many of these, and conditions that the book gives a name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from csqa.messages import Reason
from csqa.rules.base import Condition, Judging
from csqa.rules.criteria.base import (
    Answer,
    Criterion,
    Stance,
    both,
    criterion,
    either,
    lacking,
    least_of,
    spots_of,
    told,
)
from csqa.rules.phrases import Turns


@criterion("all")
@dataclass(frozen=True, kw_only=True)
class All(Criterion):
    """All of these hold."""

    all: Annotated[tuple[Criterion, ...], "What must hold."]

    def evaluate(self, judging: Judging, stance: Stance, scope: Turns = None) -> Answer:
        """Answer with the places of all parts."""
        answers = [one.evaluate(judging, stance, scope) for one in self.all]
        held = both(one.held for one in answers)
        deciding = [one.confidence for one in answers if one.held is held]
        sure = least_of(deciding) if held else max(deciding, default=0.5)
        lacks = lacking(answers) if held is None else ""
        return Answer(held, sure, _step(told(self, "criterion.all"), held, answers), spots_of(answers), lacks)


@criterion("any")
@dataclass(frozen=True, kw_only=True)
class AnyOf(Criterion):
    """At least one of these holds."""

    any: Annotated[tuple[Criterion, ...], "Of which one must hold."]

    def evaluate(self, judging: Judging, stance: Stance, scope: Turns = None) -> Answer:
        """Answer with the places of the parts that hold."""
        answers = [one.evaluate(judging, stance, scope) for one in self.any]
        known = [one for one in answers if not one.lacks]
        if not known:
            return Answer(None, 0.5, _step(told(self, "criterion.any"), None, answers), (), lacking(answers))
        held = either(one.held for one in known)
        deciding = [one.confidence for one in answers if one.held is held]
        sure = max(deciding, default=0.5) if held else least_of(deciding)
        return Answer(held, sure, _step(told(self, "criterion.any"), held, answers), spots_of(answers))


@criterion("none")
@dataclass(frozen=True, kw_only=True)
class NoneOf(Criterion):
    """None of these holds."""

    none: Annotated[tuple[Criterion, ...], "Of which none may hold."]

    def evaluate(self, judging: Judging, stance: Stance, scope: Turns = None) -> Answer:
        """Answer; the places are those where one of them holds after all."""
        answers = [one.evaluate(judging, stance.turned, scope) for one in self.none]
        found = either(one.held for one in answers if not one.lacks)
        held = None if found is None else not found
        sure = least_of(one.confidence for one in answers)
        return Answer(held, sure, _step(told(self, "criterion.none"), held, answers), ())


@criterion("of")
@dataclass(frozen=True, kw_only=True)
class CountOf(Criterion):
    """At least so many of these hold, and at most so many."""

    of: Annotated[tuple[Criterion, ...], "What is counted."]
    least: Annotated[int, "How many must hold at least."] = 1
    most: Annotated[int | None, "How many may hold at most; not given: any number."] = None

    def evaluate(self, judging: Judging, stance: Stance, scope: Turns = None) -> Answer:
        """Answer with the places of the parts that hold."""
        answers = [one.evaluate(judging, stance, scope) for one in self.of]
        surely = sum(one.held is True for one in answers)
        maybe = surely + sum(one.held is None for one in answers)
        enough = True if surely >= self.least else (None if maybe >= self.least else False)
        most = len(answers) if self.most is None else self.most
        few = False if surely > most else (None if maybe > most else True)
        held = both((enough, few))
        reason = told(self, "criterion.of", least=self.least, count=surely)
        sure = least_of(one.confidence for one in answers if one.held is not False)
        return Answer(held, sure, _step(reason, held, answers), spots_of(answers))


@criterion("condition")
@dataclass(frozen=True, kw_only=True)
class Meets(Criterion):
    """A condition that the book has given a name; it is answered once a call however often it is asked."""

    condition: Annotated[str, "The name, as in the book's [[conditions]]."]
    meant: Criterion | None = None

    def evaluate(self, judging: Judging, stance: Stance, scope: Turns = None) -> Answer:
        """Answer as the named condition does."""
        assert self.meant is not None, "the book puts it in"
        memory = judging.heard.memory
        key = (Meets, self.condition, stance, scope)
        if key not in memory:
            memory[key] = self.meant.evaluate(judging, stance, scope)
        found: Answer = memory[key]
        return found

    @property
    def label(self) -> Reason | None:
        """The named condition's own words."""
        return self.meant.label if self.meant else None


def _step(reason: Reason, held: bool | None, answers: list[Answer]) -> Condition:
    return Condition(reason, held, tuple(one.step for one in answers))
