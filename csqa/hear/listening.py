"""One pass over a recording: speech, levels, outline and what else is heard, of every lane."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from csqa.hear.activity import ActivityDetector
from csqa.hear.decode import blocks, breaks_off
from csqa.hear.levels import LevelMeter
from csqa.hear.peaks import OutlineBuilder
from csqa.hear.recording import Hearing, LaneHearing, Recording, SoundSpan
from csqa.hear.resample import SAMPLE_RATE
from csqa.hear.tones import SoundDetector
from csqa.roles import Speaker

_SLICE_SECONDS = 20.0
"""Short enough that progress moves and memory is small, long enough that the calls themselves cost nothing."""


def listen(recording: Recording, on_progress: Callable[[float], None] | None = None) -> Hearing:
    """Hear ``recording`` from start to end; ``on_progress`` is told the seconds heard so far.

    The hearing's ``duration`` is what was really decoded. Memory does not grow with the recording but for some hundred
    bytes a second. Raises UserFixable as ``csqa.hear.decode.blocks`` does.
    """
    listeners = [_LaneListener(speaker) for speaker in recording.layout.speakers]
    heard = 0
    for block in blocks(recording, _SLICE_SECONDS):
        for listener, samples in zip(listeners, block.samples, strict=True):
            listener.feed(samples)
        heard += block.samples.shape[1]
        if on_progress is not None:
            on_progress(heard / SAMPLE_RATE)
    lanes = [listener.finish() for listener in listeners]
    return Hearing(
        duration=heard / SAMPLE_RATE,
        lanes=tuple(lane for lane, _ in lanes),
        sounds=tuple(sorted((sound for _, sounds in lanes for sound in sounds), key=lambda sound: sound.span)),
        ended_early=breaks_off(recording, heard / SAMPLE_RATE),
    )


class _LaneListener:
    def __init__(self, speaker: Speaker) -> None:
        self._speaker = speaker
        self._activity = ActivityDetector()
        self._sounds = SoundDetector()
        self._levels = LevelMeter()
        self._outline = OutlineBuilder()

    def feed(self, samples: NDArray[np.float32]) -> None:
        for part in (self._activity, self._sounds, self._levels, self._outline):
            part.feed(samples)

    def finish(self) -> tuple[LaneHearing, list[SoundSpan]]:
        speech, sounds = self._sounds.finish(self._activity.finish())
        lane = LaneHearing(self._speaker, speech, self._levels.finish(), self._outline.finish())
        return lane, [SoundSpan(span, sound, self._speaker) for span, sound in sounds]
