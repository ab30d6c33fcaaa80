"""Criteria: what a book can ask of a call, put together like sentences, and answered with reasons.

A criterion holds, does not hold, or cannot be told. Which of these a faint trace comes to depends on the stance: what
speaks for the agent is heard generously, what speaks against the agent strictly, and in both cases the rest is doubt.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Protocol

from csqa.messages import Reason
from csqa.roles import Speaker
from csqa.rules.base import Condition, Evidence, Judging
from csqa.rules.phrases import Hit, Phrases, Turns
from csqa.spans import Span
from csqa.talk.conversation import Pause, Turn


class Stance(StrEnum):
    """Whose side a trace is on: it speaks for the agent, against the agent, or only tells what the call is about."""

    FOR = "for"
    AGAINST = "against"
    NEUTRAL = "neutral"

    @property
    def turned(self) -> Stance:
        """The other side: what must not be is heard as what is said against the agent, and the other way round."""
        return {Stance.FOR: Stance.AGAINST, Stance.AGAINST: Stance.FOR}.get(self, self)


class Spot:
    """A place where a criterion holds, surely or (``sure`` is false) perhaps.

    ``turn`` is the turn's index, ``start`` and ``end`` are characters in it; what is no talk stands before the turn
    that follows it. Its time, its confidence and its evidence are worked out when asked for: most places are only
    counted and compared.
    """

    __slots__ = ("_source", "end", "speaker", "start", "sure", "turn")

    def __init__(
        self, turn: int, start: int, end: int, speaker: Speaker | None, source: _Source, *, sure: bool
    ) -> None:
        self.turn, self.start, self.end = turn, start, end
        self.speaker, self._source, self.sure = speaker, source, sure

    @property
    def span(self) -> Span:
        """Its time."""
        return self._source.span

    @property
    def confidence(self) -> float:
        """How sure it is that it was heard there, 0-1; at most a coin where it only may be there."""
        return self._source.confidence if self.sure else min(0.5, self._source.confidence)

    @property
    def order(self) -> tuple[int, int]:
        """By this places come one after another."""
        return self.turn, self.start

    def evidence(self) -> Evidence:
        """What is shown for it."""
        return self._source.evidence()

    def doubted(self) -> Spot:
        """The same place, as one that only may be there."""
        return Spot(self.turn, self.start, self.end, self.speaker, self._source, sure=False)


class _Source(Protocol):
    """Where a place comes from."""

    @property
    def span(self) -> Span: ...

    @property
    def confidence(self) -> float: ...

    def evidence(self) -> Evidence: ...


class _Phrase:
    """A phrase that was found."""

    __slots__ = ("_code", "_hit")

    def __init__(self, hit: Hit, code: str) -> None:
        self._hit, self._code = hit, code

    @property
    def span(self) -> Span:
        return self._hit.place.span

    @property
    def confidence(self) -> float:
        return self._hit.confidence

    def evidence(self) -> Evidence:
        from csqa.rules.evidence import of_hit  # late: it knows what this room is made of

        return of_hit(self._hit, self._code)


@dataclass(frozen=True)
class _Shown:
    """Something that is not a phrase, with the evidence for it."""

    span: Span
    confidence: float
    shown: Evidence

    def evidence(self) -> Evidence:
        return self.shown


class Answer:
    """What a criterion comes to: whether it holds (``None``: cannot be told), how sure (0–1), where, and why.

    ``lacks`` names what would be needed to tell: ``"sound"``, or a field of the metadata. ``confidence`` may be given
    as the places that it is the greatest of.
    """

    __slots__ = ("_sure", "held", "lacks", "spots", "step")

    def __init__(
        self,
        held: bool | None,
        confidence: float | Sequence[Spot],
        step: Condition,
        spots: tuple[Spot, ...] = (),
        lacks: str = "",
    ) -> None:
        self.held, self._sure, self.step, self.spots, self.lacks = held, confidence, step, spots, lacks

    def __repr__(self) -> str:
        places = [spot.order for spot in self.spots]
        return f"Answer({self.held}, {self.confidence}, {self.step}, {places}, {self.lacks!r})"

    @property
    def confidence(self) -> float:
        """How sure it is, 0-1."""
        if not isinstance(self._sure, float):
            self._sure = max((spot.confidence for spot in self._sure), default=0.9)
        return self._sure

    @property
    def sure_spots(self) -> tuple[Spot, ...]:
        """The places where it surely holds."""
        return tuple(spot for spot in self.spots if spot.sure)


@dataclass(frozen=True, kw_only=True)
class Criterion(ABC):
    """Something that a book can ask of a call. A table in a book that has the key ``key`` is one of this kind."""

    key: ClassVar[str] = ""

    zh: Annotated[str, "What it asks, in Chinese; told in the reasoning instead of the phrases."] = ""
    en: Annotated[str, "The same in English."] = ""

    @abstractmethod
    def evaluate(self, judging: Judging, stance: Stance, scope: Turns = None) -> Answer:
        """Answer for the call; ``scope`` narrows what is said to the turns of these indices."""

    @property
    def label(self) -> Reason | None:
        """The author's own words for it."""
        return Reason("criterion.named", {"label": {"zh": self.zh, "en": self.en or self.zh}}) if self.zh else None


_CRITERIA: dict[str, type[Criterion]] = {}


def criterion(key: str) -> Callable[[type[Criterion]], type[Criterion]]:
    """Register a class of criteria under the key by which books write it; its docstring is its help."""

    def register(kind: type[Criterion]) -> type[Criterion]:
        assert key not in _CRITERIA, f"{key} is taken"
        assert key in {field.name for field in fields(kind)}, f"{key}: the key is a setting"
        kind.key = key
        _CRITERIA[key] = kind
        return kind

    return register


def criteria() -> dict[str, type[Criterion]]:
    """All kinds of criteria by key."""
    import csqa.rules.criteria  # noqa: F401 - registers them all

    return dict(_CRITERIA)


def inside(value: Any) -> Iterator[Any]:
    """``value`` and all dataclasses within it, tuples gone through; phrases are not taken apart."""
    if isinstance(value, tuple):
        for item in value:
            yield from inside(item)
    elif isinstance(value, Phrases):
        yield value
    elif is_dataclass(value) and not isinstance(value, type):
        yield value
        for field in fields(value):
            yield from inside(getattr(value, field.name))


def spot_of_hit(hit: Hit, code: str, *, sure: bool) -> Spot:
    """The place of a phrase that was found."""
    place = hit.place
    return Spot(place.turn.index, place.start, place.end, place.turn.speaker, _Phrase(hit, code), sure=sure)


def spot_of_turn(turn: Turn, reason: Reason, confidence: float, *, sure: bool = True) -> Spot:
    """A whole turn as a place."""
    shown = Evidence(turn.span, turn.speaker, turn.text, reason, turn.index, round(confidence, 3))
    return Spot(turn.index, 0, len(turn.text), turn.speaker, _Shown(turn.span, confidence, shown), sure=sure)


def spot_of_pause(pause: Pause, reason: Reason, confidence: float, last: int, *, sure: bool = True) -> Spot:
    """A pause as a place before the turn that follows it, after turn ``last`` where none does."""
    turn = last if pause.next_turn is None else pause.next_turn
    return spot_of_span(pause.span, None, reason, confidence, turn, sure=sure)


def spot_of_span(
    span: Span, speaker: Speaker | None, reason: Reason, confidence: float, turn: int, *, sure: bool = True
) -> Spot:
    """A stretch of time without words of its own, told at ``turn``."""
    shown = Evidence(span, speaker, "", reason, turn if turn >= 0 else None, round(confidence, 3))
    return Spot(turn, -1, -1, speaker, _Shown(span, confidence, shown), sure=sure)


def both(values: Iterable[bool | None]) -> bool | None:
    """And, where some cannot be told: no as soon as one is no, unknown as long as one is unknown."""
    result: bool | None = True
    for value in values:
        if value is False:
            return False
        if value is None:
            result = None
    return result


def either(values: Iterable[bool | None]) -> bool | None:
    """Or, where some cannot be told."""
    result: bool | None = False
    for value in values:
        if value is True:
            return True
        if value is None:
            result = None
    return result


def lacking(answers: Iterable[Answer]) -> str:
    """What the first answer that lacks something lacks."""
    return next((one.lacks for one in answers if one.lacks), "")


def least_of(values: Iterable[float]) -> float:
    """The least of some confidences; 0.9 where there are none."""
    return min(values, default=0.9)


def spots_of(answers: Iterable[Answer]) -> tuple[Spot, ...]:
    """The places of those answers that hold, or may, in order and each once, the surer where two are the same."""
    found: dict[tuple[int, int, int], Spot] = {}
    for one in answers:
        if one.held is not False:
            for spot in one.spots:
                key = (spot.turn, spot.start, spot.end)
                if spot.start < 0 or key not in found or (spot.sure and not found[key].sure):
                    found[key if spot.start >= 0 else (spot.turn, spot.start, -1 - len(found))] = spot
    return tuple(found[key] for key in sorted(found))


def told(criterion_: Criterion, code: str, **parameters: object) -> Reason:
    """The step's sentence: the author's own words where there are any."""
    return criterion_.label or Reason(code, parameters)
