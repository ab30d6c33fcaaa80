"""What is known beside the talk: the telephone system's figures, other rules' verdicts, lengths."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from csqa.messages import Reason
from csqa.roles import Speaker
from csqa.rules.base import Condition, Judging, Outcome
from csqa.rules.criteria.base import Answer, Criterion, Stance, criterion, spot_of_turn, told
from csqa.rules.phrases import Turns
from csqa.talk.plain import spoken_length


def figure(judging: Judging, name: str) -> str | float | None:
    """A field of the call's metadata, or a column that CSQA has no name for; a number where it is one."""
    metadata = judging.conversation.metadata
    value: Any = getattr(metadata, name, None) if name != "extra" else None
    if value is None:
        value = metadata.extra.get(name)
    if value is None or value == "":
        return None
    try:
        return float(value)
    except ValueError:
        return str(value)


@criterion("metadata")
@dataclass(frozen=True, kw_only=True)
class Metadata(Criterion):
    """A figure of the telephone system: a field of the call's metadata or any column of the imported table."""

    metadata: Annotated[str, "The field: direction, ring_seconds, released_by, or any column."]
    values: Annotated[tuple[str, ...], "Values that hold; empty: any, or those within the limits."] = ()
    at_least: Annotated[float | None, "Least number that holds."] = None
    at_most: Annotated[float | None, "Greatest number that holds."] = None

    def evaluate(self, judging: Judging, stance: Stance, scope: Turns = None) -> Answer:
        """Answer by the figure; without it, say that it is lacking."""
        value = figure(judging, self.metadata)
        if value is None:
            step = Condition(Reason("criterion.metadata-missing", {"name": self.metadata}), None)
            return Answer(None, 0.5, step, lacks=self.metadata)
        held = not self.values or str(value).lower() in self.values
        if self.at_least is not None or self.at_most is not None:
            number = value if isinstance(value, float) else None
            held = number is not None and (self.at_least is None or number >= self.at_least)
            held = held and (self.at_most is None or (number is not None and number <= self.at_most))
        reason = self.label or Reason("criterion.metadata", {"name": self.metadata, "value": _shown(value)})
        return Answer(held, 1.0, Condition(reason, held))


def _shown(value: str | float) -> str:
    return f"{value:g}" if isinstance(value, float) else value


@criterion("rule")
@dataclass(frozen=True, kw_only=True)
class RuleIs(Criterion):
    """Another rule of the book came to one of these outcomes."""

    rule: Annotated[str, "The rule's id."]
    outcomes: Annotated[tuple[Outcome, ...], "Outcomes that hold."] = (Outcome.PASS,)

    def evaluate(self, judging: Judging, stance: Stance, scope: Turns = None) -> Answer:
        """Answer by the other verdict; a doubt there is one here, unless it is asked for."""
        verdict = judging.verdicts[self.rule]
        held: bool | None = verdict.outcome in self.outcomes
        if not held and verdict.outcome in {Outcome.DOUBT, Outcome.MANUAL}:
            held = None
        reason = self.label or Reason("verdict.part", {"rule": self.rule, "reason": verdict.reason})
        turns = judging.conversation.turns
        spots = tuple(
            spot_of_turn(turns[one.turn], one.reason, one.confidence)
            for one in verdict.evidence[:1]
            if one.turn is not None
        )
        return Answer(held, verdict.confidence, Condition(reason, held), spots)


@criterion("long_turn")
@dataclass(frozen=True, kw_only=True)
class LongTurn(Criterion):
    """A party speaks for very long at a stretch."""

    long_turn: Annotated[Speaker, "Who speaks."]
    characters: Annotated[int | None, "More spoken characters than this."] = None
    seconds: Annotated[float | None, "Or longer than this, in seconds."] = None

    def evaluate(self, judging: Judging, stance: Stance, scope: Turns = None) -> Answer:
        """Answer with the long turns."""
        spots = []
        for turn in judging.conversation.turns_of(self.long_turn):
            length, seconds = spoken_length(turn.text), turn.span.duration
            long = self.characters is not None and length > self.characters
            if long or (self.seconds is not None and seconds > self.seconds):
                reason = Reason("criterion.long-turn-here", {"characters": length, "seconds": seconds})
                spots.append(spot_of_turn(turn, reason, 0.95))
        held = bool(spots)
        step = Condition(told(self, "criterion.long-turn", count=len(spots)), held)
        return Answer(held, 0.95, step, tuple(spots))


@criterion("lasts")
@dataclass(frozen=True, kw_only=True)
class Lasts(Criterion):
    """The call lasts at least so long."""

    lasts: Annotated[float, "Least length of the call, in seconds."]
    at_most: Annotated[float | None, "Greatest length, in seconds."] = None
    turns: Annotated[int, "Least number of turns of both parties."] = 0

    def evaluate(self, judging: Judging, stance: Stance, scope: Turns = None) -> Answer:
        """Answer by the recording's length."""
        seconds = judging.conversation.duration
        held = seconds >= self.lasts and (self.at_most is None or seconds <= self.at_most)
        held = held and len(judging.conversation.turns) >= self.turns
        return Answer(held, 1.0, Condition(told(self, "criterion.lasts", seconds=seconds), held))
