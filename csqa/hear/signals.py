"""Tones that the telephone network makes: ring-back and busy (450 Hz in China, told by their cadence) and keypad tones.

Cadences after ITU-T E.180 for China: ring-back 1 s on, 4 s off; busy 0.35 s on, 0.35 s off. Keypad tones after
ITU-T Q.23: one of four low and one of four high frequencies at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from csqa.hear.music import runs_of
from csqa.hear.resample import SAMPLE_RATE
from csqa.spans import Span, union

RING_ON, RING_OFF = (0.15, 1.3), (2.5, 5.0)
BUSY_ON, BUSY_OFF = (0.22, 0.5), (0.22, 0.5)
"""Seconds from–to that count as one ring, its rest, one beat of busy, its rest."""
WHOLE_RING = 0.7
"""A shorter ring (seconds) was cut off by the pick-up or by the start of the recording."""
FEWEST_BEATS = 3
SHORTEST_KEY = 0.04
KEYS_TOGETHER = 2.0
"""Key presses at most this far apart (seconds) are one stretch of dialling."""

_FRAME, _HOP = 512, 256
_STEP = _HOP / SAMPLE_RATE
_TONE_HZ = (430.0, 450.0, 470.0)
_LOW_HZ, _HIGH_HZ = (697.0, 770.0, 852.0, 941.0), (1209.0, 1336.0, 1477.0, 1633.0)
_PURE_TONE, _PURE_KEY = 0.8, 0.6
"""Share of a frame's power in the one tone, in the two tones of a key, from which it is that and nothing else."""
_TWIST_DB = 9.0
_QUIETEST_POWER = 10**-5.5


@dataclass(frozen=True)
class Signals:
    """What was found: series of rings, each ring as its tone; busy tone; dialling."""

    rings: tuple[tuple[Span, ...], ...]
    busy: tuple[Span, ...]
    keys: tuple[Span, ...]


class SignalListener:
    """Takes a lane's samples slice by slice and keeps two bytes for every 16 ms."""

    def __init__(self) -> None:
        self._window = np.hanning(_FRAME).astype(np.float32)
        times = np.arange(_FRAME) / SAMPLE_RATE
        turns = np.outer(times, np.array([*_TONE_HZ, *_LOW_HZ, *_HIGH_HZ])) * 2 * np.pi
        self._waves = np.concatenate([np.cos(turns), np.sin(turns)], axis=1).astype(np.float32)
        self._rest = np.zeros(0, dtype=np.float32)
        self._tone: list[NDArray[np.bool_]] = []
        self._key: list[NDArray[np.int8]] = []

    def feed(self, samples: NDArray[np.float32]) -> None:
        """Take the next ``samples`` (mono, 16 kHz, full scale -1..1)."""
        waiting = np.concatenate([self._rest, samples])
        count = max(0, (len(waiting) - _FRAME) // _HOP + 1)
        self._rest = waiting[count * _HOP :].copy()
        if not count:
            return
        frames = np.lib.stride_tricks.sliding_window_view(waiting, _FRAME)[::_HOP][:count] * self._window
        power = np.maximum(np.sum(frames**2, axis=1) / np.sum(self._window**2), 1e-12)
        parts = frames @ self._waves
        cosines, sines = np.split(parts, 2, axis=1)
        shares = 2 * (cosines**2 + sines**2) / np.sum(self._window) ** 2 / power[:, None]
        loud = power >= _QUIETEST_POWER
        self._tone.append(loud & (shares[:, :3].max(axis=1) >= _PURE_TONE))
        self._key.append(np.where(loud, _keys_of(shares[:, 3:7], shares[:, 7:]), -1).astype(np.int8))

    def finish(self) -> Signals:
        """Tell rings, busy tone and dialling from what was heard."""
        if not self._tone:
            return Signals((), (), ())
        tones = _spans(np.concatenate(self._tone), bridge=2)
        return Signals(_rings(tones), _busy(tones), _dialling(np.concatenate(self._key)))


def _keys_of(low: NDArray[np.float32], high: NDArray[np.float32]) -> NDArray[np.int64]:
    """Which key (0 to 15) each frame holds, -1 where none."""
    loud_low, loud_high = low.max(axis=1), high.max(axis=1)
    twist = 10 ** (_TWIST_DB / 10)
    pressed = (loud_low + loud_high >= _PURE_KEY) & (loud_low < loud_high * twist) & (loud_high < loud_low * twist)
    return np.where(pressed, low.argmax(axis=1) * 4 + high.argmax(axis=1), -1)


def _spans(flags: NDArray[np.bool_], bridge: int = 0) -> tuple[Span, ...]:
    """Runs of frames as time; a frame stands for the 16 ms around its middle."""
    middle = (_FRAME - _HOP) / 2 / SAMPLE_RATE
    spans = (Span(first * _STEP + middle, after * _STEP + middle) for first, after in runs_of(flags))
    return union(spans, bridge=bridge * _STEP + 1e-9)


def _within(value: float, limits: tuple[float, float]) -> bool:
    return limits[0] <= value <= limits[1]


def _rings(tones: tuple[Span, ...]) -> tuple[tuple[Span, ...], ...]:
    """Series of tones as long as rings and as far apart; at least one of each series is whole."""
    series: list[list[Span]] = []
    for tone in tones:
        if not _within(tone.duration, RING_ON):
            continue
        if series and _within(series[-1][-1].gap_to(tone), RING_OFF):
            series[-1].append(tone)
        else:
            series.append([tone])
    return tuple(tuple(rings) for rings in series if any(ring.duration >= WHOLE_RING for ring in rings))


def _busy(tones: tuple[Span, ...]) -> tuple[Span, ...]:
    found: list[Span] = []
    beats: list[Span] = []
    for tone in [*(tone for tone in tones if _within(tone.duration, BUSY_ON)), None]:
        if tone is not None and (not beats or _within(beats[-1].gap_to(tone), BUSY_OFF)):
            beats.append(tone)
            continue
        if len(beats) >= FEWEST_BEATS:
            found.append(Span(beats[0].start, beats[-1].end))
        beats = [tone] if tone is not None else []
    return tuple(found)


def _dialling(keys: NDArray[np.int8]) -> tuple[Span, ...]:
    changes = np.concatenate([[True], np.diff(keys) != 0]) if len(keys) else np.zeros(0, dtype=np.bool_)
    starts = [*np.flatnonzero(changes).tolist(), len(keys)]
    middle = (_FRAME - _HOP) / 2 / SAMPLE_RATE
    presses = [
        Span(first * _STEP + middle, after * _STEP + middle)
        for first, after in pairwise(starts)
        if keys[first] >= 0 and (after - first) * _STEP >= SHORTEST_KEY
    ]
    return union(presses, bridge=KEYS_TOGETHER)
