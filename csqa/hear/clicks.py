"""Someone typing: bursts of short broad clicks, heard in the agent's microphone while nobody speaks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from csqa.hear.resample import SAMPLE_RATE
from csqa.spans import Span, union

FEWEST_CLICKS = 6
LONGEST_REST = 1.2
"""Seconds without a click that end a stretch of typing."""
SLOWEST = 1.5
"""Clicks a second, on average, from which it is typing."""

_STEP_SAMPLES = 64
_STEP = _STEP_SAMPLES / SAMPLE_RATE
_RISE_DB = 10
_FALL_DB = 8
_QUIETEST_DBFS = -62
_APART = 6
_BEFORE = (4, 12)
_AFTER = (8, 14)
"""Steps (4 ms) before and after a click in which it is quiet: a click is over in 30 ms, a syllable is not."""


class ClickListener:
    """Takes a lane's samples slice by slice and keeps a byte for every 4 ms."""

    def __init__(self) -> None:
        self._rest = np.zeros(0, dtype=np.float32)
        self._levels: list[NDArray[np.int8]] = []

    def feed(self, samples: NDArray[np.float32]) -> None:
        """Take the next ``samples`` (mono, 16 kHz, full scale -1..1)."""
        waiting = np.concatenate([self._rest, samples])
        whole = len(waiting) // _STEP_SAMPLES * _STEP_SAMPLES
        power = waiting[:whole].reshape(-1, _STEP_SAMPLES).var(axis=1)
        self._levels.append(np.rint(10 * np.log10(np.maximum(power, 1e-12))).astype(np.int8))
        self._rest = waiting[whole:].copy()

    def finish(self, ignored: tuple[Span, ...]) -> tuple[Span, ...]:
        """Return the stretches of typing outside ``ignored`` (speech, music, tones)."""
        levels = np.concatenate(self._levels).astype(np.int16) if self._levels else np.zeros(0, dtype=np.int16)
        if len(levels) <= _BEFORE[1] + _AFTER[1]:
            return ()
        times = _clicks(levels)
        busy = union(ignored)
        starts, ends = (np.array([getattr(span, edge) for span in busy]) for edge in ("start", "end"))
        inside = np.searchsorted(starts, times, side="right") > np.searchsorted(ends, times, side="right")
        return _stretches(times[~inside].tolist())


def _clicks(levels: NDArray[np.int16]) -> NDArray[np.float64]:
    """Times (seconds) of what rises at once out of quiet and is gone at once."""
    here = levels[_BEFORE[1] : len(levels) - _AFTER[1]]
    quiet_before = here >= _loudest(levels, range(-_BEFORE[1], -_BEFORE[0] + 1)) + _RISE_DB
    quiet_after = here >= _loudest(levels, range(_AFTER[0], _AFTER[1] + 1)) + _FALL_DB
    highest = here >= _loudest(levels, range(-_APART // 2, _APART // 2 + 1))
    places = np.flatnonzero(quiet_before & quiet_after & highest & (here >= _QUIETEST_DBFS)) + _BEFORE[1]
    return np.asarray(places[np.diff(places, prepend=-_APART) >= _APART] * _STEP, dtype=np.float64)


def _loudest(levels: NDArray[np.int16], steps: range) -> NDArray[np.int16]:
    """For each place that has room on both sides, the greatest level at ``steps`` from it."""
    first, after = _BEFORE[1], len(levels) - _AFTER[1]
    loudest = levels[first + steps[0] : after + steps[0]].copy()
    for step in steps[1:]:
        np.maximum(loudest, levels[first + step : after + step], out=loudest)
    return loudest


def _stretches(clicks: list[float]) -> tuple[Span, ...]:
    found: list[Span] = []
    together: list[float] = []
    for time in [*clicks, float("inf")]:
        if together and time - together[-1] > LONGEST_REST:
            length = together[-1] - together[0]
            if len(together) >= FEWEST_CLICKS and len(together) >= SLOWEST * length:
                found.append(Span(together[0], together[-1] + _STEP))
            together = []
        together.append(time)
    return tuple(found)
