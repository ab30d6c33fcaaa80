"""Long two-lane calls put together from the samples."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile

from csqa.bundled import bundled_samples

RATE = 8000


def long_call(path: Path, minutes: float) -> Path:
    """Write a two-lane call of ``minutes`` at 8 kHz to ``path``: the two-lane samples in turn, again and again."""
    pieces = []
    for sample in sorted(bundled_samples().iterdir()):
        if sample.suffix in {".wav", ".mp3"}:
            sound, rate = soundfile.read(sample, dtype="int16", always_2d=True)
            if sound.shape[1] == 2 and rate == RATE:
                pieces.append(sound)
    round_of_samples = np.concatenate(pieces)
    left = int(minutes * 60 * RATE)
    with soundfile.SoundFile(path, "w", samplerate=RATE, channels=2, subtype="PCM_16") as file:
        while left > 0:
            file.write(round_of_samples[:left])
            left -= len(round_of_samples)
    return path
