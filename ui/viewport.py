"""Which stretch of a call a timeline shows, and where on it a time lies."""

from __future__ import annotations

from dataclasses import dataclass, replace

from csqa.spans import Span

SHORTEST = 1.0
"""The least time that a timeline shows, in seconds: words are then wide enough to be told apart."""


@dataclass(frozen=True)
class Viewport:
    """From ``start``, ``shown`` seconds of a call of ``duration`` seconds, on ``width`` pixels."""

    start: float
    shown: float
    duration: float
    width: float

    @classmethod
    def whole(cls, duration: float, width: float) -> Viewport:
        """Show all of a call."""
        duration = max(duration, SHORTEST)
        return cls(0.0, duration, duration, max(width, 1.0))

    @property
    def end(self) -> float:
        """The time at the right edge."""
        return self.start + self.shown

    @property
    def is_whole(self) -> bool:
        """Whether all of the call is shown."""
        return self.shown >= self.duration

    def x(self, time: float) -> float:
        """Return where ``time`` lies, in pixels from the left."""
        return (time - self.start) / self.shown * self.width

    def time(self, x: float) -> float:
        """Return the time at ``x``, inside the call."""
        return min(max(self.start + x / self.width * self.shown, 0.0), self.duration)

    def resized(self, width: float) -> Viewport:
        """Show the same time on another width."""
        return replace(self, width=max(width, 1.0))

    def zoomed(self, factor: float, anchor: float) -> Viewport:
        """Show ``1 / factor`` of the time; what lies at the time ``anchor`` stays where it is."""
        shown = min(max(self.shown / factor, min(SHORTEST, self.duration)), self.duration)
        start = anchor - (anchor - self.start) * shown / self.shown
        return replace(self, shown=shown).at(start)

    def moved(self, seconds: float) -> Viewport:
        """Show a later (or, negative, earlier) stretch."""
        return self.at(self.start + seconds)

    def at(self, start: float) -> Viewport:
        """Show the stretch from ``start``."""
        return replace(self, start=min(max(start, 0.0), self.duration - self.shown))

    def revealing(self, span: Span) -> Viewport:
        """Return a view in which ``span`` is seen whole; this one where it already is."""
        if self.start <= span.start and span.end <= self.end:
            return self
        shown = self.shown
        if span.duration > shown * 0.8:
            shown = min(span.duration / 0.8, self.duration)
        return replace(self, shown=shown).at(span.middle - shown / 2)


def tick_seconds(viewport: Viewport, least_pixels: float) -> float:
    """Return the distance of the ruler's ticks: a round time at least ``least_pixels`` wide."""
    least = least_pixels / viewport.width * viewport.shown
    for step in (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600):
        if step >= least:
            return float(step)
    return 7200.0
