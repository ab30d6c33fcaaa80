"""How loud a lane is, ten times a second."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from csqa.hear.resample import SAMPLE_RATE

STEP_SECONDS = 0.1
QUIETEST_DBFS = -100
"""What digital silence is written as."""

_STEP_SAMPLES = round(STEP_SECONDS * SAMPLE_RATE)


class LevelMeter:
    """Takes a lane's samples slice by slice and keeps its level every 100 ms."""

    def __init__(self) -> None:
        self._rest = np.zeros(0, dtype=np.float32)
        self._levels: list[int] = []

    def feed(self, samples: NDArray[np.float32]) -> None:
        """Take the next ``samples`` (mono, 16 kHz, full scale -1..1)."""
        waiting = np.concatenate([self._rest, samples])
        whole = len(waiting) // _STEP_SAMPLES * _STEP_SAMPLES
        self._levels += _dbfs(waiting[:whole].reshape(-1, _STEP_SAMPLES))
        self._rest = waiting[whole:].copy()

    def finish(self) -> tuple[int, ...]:
        """Return the root mean square of every 100 ms in whole dBFS (a full-scale square wave has 0)."""
        if len(self._rest):
            self._levels += _dbfs(self._rest[None])
            self._rest = self._rest[:0]
        return tuple(self._levels)


def _dbfs(steps: NDArray[np.float32]) -> list[int]:
    power = np.mean(np.square(steps, dtype=np.float64), axis=1) if len(steps) else np.zeros(0)
    decibels = 10 * np.log10(np.maximum(power, 10 ** (QUIETEST_DBFS / 10)))
    return [int(level) for level in np.rint(decibels)]
