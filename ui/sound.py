"""A recording as a stream of samples that can begin anywhere: what the player plays.

The same readers as the inspection's are used, so that a time in the call is the same moment in the sound.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from csqa.hear.readers import PlainReader, open_reader

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BLOCK_SECONDS = 0.05
"""Sound is handed on in pieces this long: short enough to stop at once, long enough not to run dry."""


class Sound:
    """An opened recording. ``sample_rate`` in Hz; one channel or two, more are mixed to one."""

    def __init__(self, path: Path) -> None:
        """Open ``path``. Raises OSError where it cannot be read and UserFixable where it is no sound."""
        self._path = path
        self._reader = open_reader(path)
        self.sample_rate = self._reader.sample_rate
        self.channels = 2 if self._reader.channels == 2 else 1

    def blocks(self, start: float, end: float | None) -> Iterator[NDArray[np.float32]]:
        """Yield the sound from ``start`` to ``end`` seconds (``None``: to the end) as (frames, channels), −1…1.

        Raises OSError where the file goes away meanwhile.
        """
        size = max(round(_BLOCK_SECONDS * self.sample_rate), 1)
        left = None if end is None else max(round((end - start) * self.sample_rate), 0)
        for piece in self._from(start):
            for begin in range(0, len(piece), size):
                block = piece[begin : begin + size]
                if left is not None:
                    block = block[:left]
                    left -= len(block)
                if len(block):
                    yield block
                if left == 0:
                    return

    def _from(self, start: float) -> Iterator[NDArray[np.float32]]:
        if isinstance(self._reader, PlainReader):
            yield from self._from_frame(round(start * self.sample_rate))
            return
        skip = round(start * self.sample_rate)
        for chunk in self._reader.chunks():  # packets: only decoding from the start is true to the sample
            samples = self._as_channels(chunk.samples.T)
            if skip >= len(samples):
                skip -= len(samples)
                continue
            yield samples[skip:]
            skip = 0

    def _from_frame(self, frame: int) -> Iterator[NDArray[np.float32]]:
        import soundfile

        with soundfile.SoundFile(self._path) as file:
            file.seek(min(max(frame, 0), file.frames))
            while len(samples := file.read(self.sample_rate, dtype="float32", always_2d=True)):
                yield self._as_channels(samples)

    def _as_channels(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        if samples.shape[1] == self.channels:
            return np.ascontiguousarray(samples)
        return np.ascontiguousarray(samples.mean(axis=1, keepdims=True), dtype=np.float32)
