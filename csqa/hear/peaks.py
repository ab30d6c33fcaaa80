"""The waveform's outline: gathered while the sound streams by, and reckoned for any zoom of the view."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from csqa.hear.recording import Peaks
from csqa.hear.resample import SAMPLE_RATE

BUCKET_SAMPLES = 256
"""16 ms: the finest zoom that a stored outline serves."""
FULL_SCALE = 127

_STEP = 4
"""How many buckets of one level make one of the next coarser."""

Outline = NDArray[np.int8]
"""Shape (buckets, 2): the least and the greatest value of each bucket, full scale 127."""


class OutlineBuilder:
    """Takes a lane's samples slice by slice and keeps two bytes for every 16 ms."""

    def __init__(self) -> None:
        self._rest = np.zeros(0, dtype=np.float32)
        self._done: list[Outline] = []

    def feed(self, samples: NDArray[np.float32]) -> None:
        """Take the next ``samples`` (mono, 16 kHz, full scale -1..1; what is louder is cut off)."""
        waiting = np.concatenate([self._rest, samples])
        whole = len(waiting) // BUCKET_SAMPLES * BUCKET_SAMPLES
        self._done.append(_extremes(waiting[:whole].reshape(-1, BUCKET_SAMPLES)))
        self._rest = waiting[whole:].copy()

    def finish(self) -> Peaks:
        """Return the outline, the last bucket made of what is left."""
        if len(self._rest):
            self._done.append(_extremes(self._rest[None]))
            self._rest = self._rest[:0]
        return Peaks(BUCKET_SAMPLES, b"".join(piece.tobytes() for piece in self._done))


class Pyramid:
    """An outline with its coarser levels, each a quarter of the one before: 2 hours take 1.2 MB and 2 ms to build."""

    def __init__(self, peaks: Peaks) -> None:
        """Reckon the levels of ``peaks`` once."""
        self._bucket_seconds = peaks.bucket_samples / SAMPLE_RATE
        self._levels = [np.frombuffer(peaks.data, dtype=np.int8).reshape(-1, 2)]
        while len(finest := self._levels[-1]) > _STEP:
            self._levels.append(_coarser(finest))

    def view(self, start: float, end: float, columns: int) -> Outline:
        """Return the outline from ``start`` to ``end`` (seconds) in ``columns`` columns, shape (columns, 2).

        Every bucket that a column touches counts, so no peak is lost at any zoom; a column outside the recording is
        flat. Raises ValueError where the view has no length or no columns.
        """
        if columns < 1 or not end > start:
            raise ValueError(f"a view from {start} to {end} s in {columns} columns shows nothing")
        level, bucket = self._levels[0], self._bucket_seconds
        for coarser in self._levels[1:]:
            if bucket * _STEP > (end - start) / columns:
                break
            level, bucket = coarser, bucket * _STEP
        edges = np.linspace(start, end, columns + 1) / bucket
        first = np.floor(edges[:-1] + _ROUNDING).astype(np.int64)
        after = np.maximum(np.ceil(edges[1:] - _ROUNDING).astype(np.int64), first + 1)
        shown = np.zeros((columns, 2), dtype=np.int8)
        inside = np.flatnonzero((after > 0) & (first < len(level)))
        if not len(inside):
            return shown
        pairs = np.empty((len(inside), 2), dtype=np.int64)
        pairs[:, 0] = np.clip(first[inside], 0, len(level) - 1)
        pairs[:, 1] = np.clip(after[inside], 1, len(level))
        padded = np.concatenate([level, level[-1:]])  # reduceat wants every index inside
        shown[inside, 0] = np.minimum.reduceat(padded[:, 0], pairs.ravel())[::2]
        shown[inside, 1] = np.maximum.reduceat(padded[:, 1], pairs.ravel())[::2]
        return shown


def view(peaks: Peaks, start: float, end: float, columns: int) -> Outline:
    """Return ``Pyramid(peaks).view(…)``; the levels of the last few outlines asked for are kept."""
    return _pyramid(peaks).view(start, end, columns)


_ROUNDING = 1e-6
"""Share of a bucket by which a column may miss a bucket's border through rounding."""


@lru_cache(maxsize=8)
def _pyramid(peaks: Peaks) -> Pyramid:
    return Pyramid(peaks)


def _extremes(buckets: NDArray[np.float32]) -> Outline:
    if not len(buckets):
        return np.zeros((0, 2), dtype=np.int8)
    pairs = np.stack([np.floor(buckets.min(axis=1) * FULL_SCALE), np.ceil(buckets.max(axis=1) * FULL_SCALE)], axis=1)
    return np.asarray(np.clip(pairs, -FULL_SCALE, FULL_SCALE), dtype=np.int8)


def _coarser(level: Outline) -> Outline:
    starts = np.arange(0, len(level), _STEP)
    lows, highs = np.minimum.reduceat(level[:, 0], starts), np.maximum.reduceat(level[:, 1], starts)
    return np.stack([lows, highs], axis=1)
