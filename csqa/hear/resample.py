"""Any rate to 16 kHz, streaming, with not a sample more or less than the duration asks for."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 16_000
"""Rate in Hz of all sound inside CSQA: what Silero and Whisper listen to."""

Samples = NDArray[np.float32]


class Resampler:
    """Brings pieces of sound to 16 kHz through FFmpeg's resampler; the rate may change from piece to piece.

    The filter's delay is made up for, so an event keeps its time; after ``flush`` the number of samples given out is
    the rounded share of those taken in, so nothing drifts over hours.
    """

    def __init__(self, lanes: int) -> None:
        """Expect pieces of ``lanes`` (one or two) channels."""
        self._layout = {1: "mono", 2: "stereo"}[lanes]
        self._lanes = lanes
        self._rate = SAMPLE_RATE
        self._filter: Any = None
        self._taken = self._given = 0

    def push(self, rate: int, samples: Samples) -> Samples:
        """Take ``samples`` of shape (lanes, frames) at ``rate`` Hz; return what is ready at 16 kHz."""
        import av

        before = self._empty()
        if rate != self._rate:
            before = self.flush()
            self._rate = rate
        if rate == SAMPLE_RATE:
            return samples if not before.size else np.concatenate([before, samples], axis=1)
        if self._filter is None:
            self._filter = av.AudioResampler(format="fltp", layout=self._layout, rate=SAMPLE_RATE)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples), format="fltp", layout=self._layout)
        frame.sample_rate = rate
        self._taken += samples.shape[1]
        ready = self._run(frame)
        return ready if not before.size else np.concatenate([before, ready], axis=1)

    def flush(self) -> Samples:
        """Return what the filter still holds, cut or filled up to the exact length."""
        if self._filter is None:
            return self._empty()
        due = (self._taken * SAMPLE_RATE + self._rate // 2) // self._rate - self._given
        rest = self._run(None)[:, :due]
        missing = due - rest.shape[1]
        self._filter = None
        self._taken = self._given = 0
        return np.pad(rest, ((0, 0), (0, missing))) if missing > 0 else rest

    def _run(self, frame: Any) -> Samples:
        pieces = [piece.to_ndarray() for piece in self._filter.resample(frame)]
        ready = np.concatenate(pieces, axis=1) if pieces else self._empty()
        self._given += ready.shape[1]
        return ready

    def _empty(self) -> Samples:
        return np.zeros((self._lanes, 0), dtype=np.float32)
