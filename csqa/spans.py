"""Half-open stretches of time ``[start, end)`` in seconds, and what can be reckoned with them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True, slots=True)
class Span:
    """Time from ``start`` up to, not including, ``end``, in seconds from the start of the recording.

    Raises ValueError where ``end`` lies before ``start``. A span of no length holds no time.
    """

    start: float
    end: float

    def __post_init__(self) -> None:
        """Refuse a span that runs backwards."""
        if not self.end >= self.start:
            raise ValueError(f"a span cannot end ({self.end}) before it starts ({self.start})")

    @property
    def duration(self) -> float:
        """Length in seconds."""
        return self.end - self.start

    @property
    def middle(self) -> float:
        """The time halfway."""
        return (self.start + self.end) / 2

    def contains(self, time: float) -> bool:
        """Tell whether ``time`` lies in the span; its end does not."""
        return self.start <= time < self.end

    def overlaps(self, other: Span) -> bool:
        """Tell whether the two share any time."""
        return self.start < other.end and other.start < self.end

    def shared(self, other: Span) -> float:
        """Seconds that both cover; 0 where they do not meet."""
        return max(0.0, min(self.end, other.end) - max(self.start, other.start))

    def gap_to(self, later: Span) -> float:
        """Seconds of nothing between this span and ``later``; negative where they overlap."""
        return later.start - self.end

    def away_from(self, other: Span) -> float:
        """Seconds of nothing between the two, whichever comes first; 0 where they meet."""
        return max(0.0, self.gap_to(other), other.gap_to(self))

    def shifted(self, seconds: float) -> Span:
        """Return the span moved by ``seconds``."""
        return Span(self.start + seconds, self.end + seconds)


def union(spans: Iterable[Span], bridge: float = 0.0) -> tuple[Span, ...]:
    """Merge spans that touch, overlap or lie at most ``bridge`` seconds apart; in order of time, empty ones dropped."""
    merged: list[Span] = []
    for span in sorted(span for span in spans if span.duration > 0):
        if merged and span.start <= merged[-1].end + bridge:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return tuple(merged)


def intersection(first: Iterable[Span], second: Iterable[Span]) -> tuple[Span, ...]:
    """Return the time that both sides cover."""
    left, right = union(first), union(second)
    found: list[Span] = []
    i = j = 0
    while i < len(left) and j < len(right):
        start, end = max(left[i].start, right[j].start), min(left[i].end, right[j].end)
        if start < end:
            found.append(Span(start, end))
        if left[i].end <= right[j].end:
            i += 1
        else:
            j += 1
    return tuple(found)


def difference(first: Iterable[Span], second: Iterable[Span]) -> tuple[Span, ...]:
    """Return the time that ``first`` covers and ``second`` does not."""
    remaining: list[Span] = []
    holes = union(second)
    passed = 0
    for span in union(first):
        while passed < len(holes) and holes[passed].end <= span.start:
            passed += 1
        start, index = span.start, passed
        while index < len(holes) and holes[index].start < span.end:
            if holes[index].start > start:
                remaining.append(Span(start, holes[index].start))
            start = max(start, holes[index].end)
            index += 1
        if start < span.end:
            remaining.append(Span(start, span.end))
    return tuple(remaining)


def total(spans: Iterable[Span]) -> float:
    """Seconds covered, shared time counted once."""
    return sum(span.duration for span in union(spans))
