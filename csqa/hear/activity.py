"""Speech spans of a lane: Silero's voice activity, its edges moved to where the sound itself begins and ends.

Silero says where there is speech to about 60 ms; a 7-second limit deserves better. Its probabilities (one every
32 ms) and the level of every 10 ms are gathered while the sound streams by, 40 bytes a second in all, and the spans are
cut from them at the end: so a border between two slices can lose or cut nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csqa.hear.resample import SAMPLE_RATE
from csqa.spans import Span, union

THRESHOLD = 0.35
"""Probability from which a frame is speech. Silero's customary 0.5 swallows whole backchannels (嗯，好的) and first
syllables on a telephone line; at 0.35 it still hears no voice in 99.9 % of 25 minutes of instrumental music."""
RELEASE = 0.25
"""Probability below which speech begins to end."""
DOUBT = 0.1
"""Probability of what is not certainly silence; such frames right before speech belong to it."""
SHORTEST_SILENCE = 0.25
"""Silence (seconds) that parts two spans; shorter ones belong to the speech around them."""
SHORTEST_SPEECH = 0.06
"""A span shorter than this (seconds) after its edges have been moved is a click."""

_FRAME = 512
"""Samples that Silero hears at once, and …"""
_CONTEXT = 64
"""… of the frame before, that it hears again."""
_DOUBT_FRAMES = 16
_FRAMES_A_RUN = 256
"""8 s in one run of the network: its memory grows with this, its speed no longer does."""

LEVEL_SECONDS = 0.01
_LEVEL_SAMPLES = 160
_FLOOR_POWER = 1e-12

_REACH = 16
"""An edge moves by no more than 160 ms."""
_CLEAR_DB = 30.0
"""Below this distance of loud parts and noise floor a start moves no further inward: its soft onset drowns in noise."""
_DIP = 5
"""Frames (50 ms) below the threshold that do not end the speech: the closure of a stop consonant."""
_ABOVE_FLOOR_DB = 6.0
_BELOW_LOUD_DB = 30.0
_SURROUNDINGS = 300
"""Frames (3 s) on both sides of a span in which the noise floor is looked for."""

Floats = NDArray[np.float32]


class ActivityDetector:
    """Listens to one lane, slice by slice in order of time; ``finish`` gives its speech."""

    def __init__(self) -> None:
        """Load Silero from faster-whisper (once a process)."""
        from faster_whisper.vad import get_vad_model

        self._network: Any = get_vad_model().session
        self._state = np.zeros((2, 1, 1, 128), dtype=np.float32)
        self._context = np.zeros(_CONTEXT, dtype=np.float32)
        self._rest = np.zeros(0, dtype=np.float32)
        self._level_rest = np.zeros(0, dtype=np.float32)
        self._probabilities: list[Floats] = []
        self._levels: list[Floats] = []
        self._samples = 0

    def feed(self, samples: Floats) -> None:
        """Hear the next ``samples`` (mono, 16 kHz, full scale -1..1)."""
        self._samples += len(samples)
        waiting = np.concatenate([self._rest, samples])
        whole = len(waiting) // _FRAME * _FRAME
        self._hear(waiting[:whole])
        self._rest = waiting[whole:]
        waiting = np.concatenate([self._level_rest, samples])
        whole = len(waiting) // _LEVEL_SAMPLES * _LEVEL_SAMPLES
        self._levels.append(_decibels(waiting[:whole].reshape(-1, _LEVEL_SAMPLES)))
        self._level_rest = waiting[whole:]

    def finish(self) -> tuple[Span, ...]:
        """Return the speech in order of time, in seconds from the first sample heard."""
        if len(self._rest):
            self._hear(np.pad(self._rest, (0, _FRAME - len(self._rest))))
            self._rest = self._rest[:0]
        if len(self._level_rest):
            self._levels.append(_decibels(self._level_rest[None]))
            self._level_rest = self._level_rest[:0]
        if not self._probabilities:
            return ()
        duration = self._samples / SAMPLE_RATE
        rough = spans_of(np.concatenate(self._probabilities), duration)
        return refined(rough, np.concatenate(self._levels), duration)

    def _hear(self, samples: Floats) -> None:
        frames = samples.reshape(-1, _FRAME)
        for first in range(0, len(frames), _FRAMES_A_RUN):
            batch = frames[first : first + _FRAMES_A_RUN]
            before = np.concatenate([self._context[None], batch[:-1, -_CONTEXT:]])
            inputs = {"input": np.concatenate([before, batch], axis=1), "h": self._state[0], "c": self._state[1]}
            probabilities, *state = self._network.run(None, inputs)
            self._state = np.stack(state)
            self._context = batch[-1, -_CONTEXT:].copy()
            self._probabilities.append(np.asarray(probabilities, dtype=np.float32).reshape(-1))


def spans_of(probabilities: Floats, duration: float) -> tuple[Span, ...]:
    """Cut speech from Silero's probabilities, one every 32 ms: it begins at ``THRESHOLD``, ends below ``RELEASE``."""
    step = _FRAME / SAMPLE_RATE
    found: list[Span] = []
    start: float | None = None
    quiet_since: float | None = None
    values = probabilities.tolist()
    for index, probability in enumerate(values):
        time = index * step
        if probability >= THRESHOLD:
            quiet_since = None
            start = _doubtful_since(values, index) * step if start is None else start
        elif start is not None and probability < RELEASE:
            quiet_since = time if quiet_since is None else quiet_since
            if time - quiet_since >= SHORTEST_SILENCE:
                found.append(Span(start, quiet_since))
                start = quiet_since = None
    if start is not None and start < duration:
        found.append(Span(start, min(duration, quiet_since or duration)))
    return tuple(found)


def _doubtful_since(probabilities: Sequence[float], index: int) -> int:
    """The frame where the doubt began that ended in speech at ``index``: Silero warms to a soft voice slowly."""
    earliest = max(0, index - _DOUBT_FRAMES)
    while index > earliest and probabilities[index - 1] >= DOUBT:
        index -= 1
    return index


def refined(spans: Iterable[Span], levels: Floats, duration: float) -> tuple[Span, ...]:
    """Move each edge to where the level (dBFS every 10 ms) comes out of the noise or sinks into it.

    The threshold lies 6 dB above the noise floor around the span or 30 dB below its loud parts, whichever is higher.
    """
    moved: list[Span] = []
    for span in spans:
        first = min(int(span.start / LEVEL_SECONDS), len(levels) - 1)
        last = max(first + 1, min(round(span.end / LEVEL_SECONDS), len(levels)))
        around = levels[max(0, first - _SURROUNDINGS) : last + _SURROUNDINGS]
        floor = float(np.percentile(around, 10))
        loud = float(np.percentile(levels[first:last], 95))
        audible = levels >= max(floor + _ABOVE_FLOOR_DB, loud - _BELOW_LOUD_DB)
        start = _onset(audible, first, last)
        if loud - floor < _CLEAR_DB:
            start = min(start, first)
        end = max(_offset(audible, first, last), start + 1)
        moved.append(Span(start * LEVEL_SECONDS, min(end * LEVEL_SECONDS, duration)))
    return tuple(span for span in union(moved) if span.duration >= SHORTEST_SPEECH)


def _onset(audible: NDArray[np.bool_], first: int, last: int) -> int:
    """The frame near ``first`` where the sound begins that the span begins with."""
    inward = np.flatnonzero(audible[first : min(first + _REACH, last)])
    if not len(inward):
        return first
    start = first + int(inward[0])
    if inward[0] > _DIP:
        return start
    while (before := np.flatnonzero(audible[max(0, first - _REACH, start - _DIP - 1) : start])).size:
        start = max(0, first - _REACH, start - _DIP - 1) + int(before[0])
    return start


def _offset(audible: NDArray[np.bool_], first: int, last: int) -> int:
    """The frame near ``last`` after which the sound is over that the span ends with."""
    earliest = max(first, last - _REACH)
    before = np.flatnonzero(audible[earliest:last])
    if not len(before):
        return earliest
    end = earliest + int(before[-1]) + 1
    if end < last - _DIP:
        return end
    limit = min(len(audible), last + _REACH)
    while (after := np.flatnonzero(audible[end : min(limit, end + _DIP + 1)])).size:
        end += int(after[-1]) + 1
    return end


def _decibels(frames: Floats) -> Floats:
    """Level of each row, without its direct current, in dBFS."""
    return np.asarray(10 * np.log10(np.maximum(frames.var(axis=1, dtype=np.float64), _FLOOR_POWER)), dtype=np.float32)
