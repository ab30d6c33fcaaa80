"""What is heard on a line while nobody speaks: hold music, ring-back tone and the clicks of a keyboard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Sound = NDArray[np.float32]

RINGBACK_HZ = 450
"""Ring-back tone of the Chinese telephone network: 450 Hz, one second on, four seconds off (ITU-T E.180)."""
RINGBACK_ON_SECONDS = 1.0
RINGBACK_PERIOD_SECONDS = 5.0

_PEAK = 0.5
_MAJOR = (0, 2, 4, 5, 7, 9, 11)
_PENTATONIC = (0, 2, 4, 7, 9)
_PROGRESSIONS = ((0, 4, 5, 3), (0, 5, 3, 4), (0, 3, 0, 4), (5, 3, 0, 4))
"""Chords by their degree in the scale, one a bar."""


@dataclass(frozen=True)
class Timbre:
    """How one instrument sounds: the strength of each harmonic, and how fast a note rises and dies (seconds)."""

    harmonics: tuple[float, ...]
    attack: float
    decay: float
    vibrato: float = 0.0


TIMBRES: tuple[Timbre, ...] = (
    Timbre((1.0, 0.5, 0.25, 0.12, 0.06), attack=0.005, decay=0.5),  # piano-like
    Timbre((1.0, 0.1, 0.3, 0.05, 0.1), attack=0.002, decay=0.3),  # music box
    Timbre((1.0, 0.6, 0.45, 0.3, 0.2, 0.1), attack=0.08, decay=1.6, vibrato=0.004),  # strings
    Timbre((1.0, 0.05, 0.25, 0.02, 0.08), attack=0.04, decay=2.0, vibrato=0.003),  # flute
    Timbre((1.0, 0.8, 0.6, 0.4, 0.3, 0.2, 0.1), attack=0.003, decay=0.35),  # plucked string
)


def _note(frequency: float, seconds: float, timbre: Timbre, sample_rate: int) -> Sound:
    time = np.arange(int(seconds * sample_rate)) / sample_rate
    phase = 2 * np.pi * frequency * time
    phase += timbre.vibrato * frequency / 5 * np.sin(2 * np.pi * 5 * time)
    tone = np.zeros_like(time)
    for number, strength in enumerate(timbre.harmonics, start=1):
        if number * frequency < sample_rate / 2:
            tone += strength * np.sin(number * phase)
    envelope = np.minimum(1, time / timbre.attack) * np.exp(-time / timbre.decay)
    release = np.minimum(1, (seconds - time) / 0.02)
    return np.asarray(tone * envelope * release, dtype=np.float32)


def _frequency(semitones_above_c4: float) -> float:
    return float(261.63 * 2 ** (semitones_above_c4 / 12))


def hold_music(seconds: float, seed: int, sample_rate: int = 16_000) -> Sound:
    """Return instrumental hold music: a wandering tune over four chords, its peak at 0.5.

    ``seed`` chooses key, pace, chords, instruments and tune; the same seed gives the same samples.
    """
    random = np.random.default_rng(seed)
    length = round(seconds * sample_rate)
    beat = 60 / random.uniform(72, 126)
    key = int(random.integers(-5, 6))
    lead, backing = (TIMBRES[index] for index in random.choice(len(TIMBRES), size=2, replace=False))
    progression = _PROGRESSIONS[random.integers(len(_PROGRESSIONS))]
    track = np.zeros(length + round(8 * beat * sample_rate), dtype=np.float32)

    def play(start: float, pitch: float, held: float, timbre: Timbre, gain: float) -> None:
        note = _note(_frequency(key + pitch), held, timbre, sample_rate) * gain
        first = round(start * sample_rate)
        track[first : first + len(note)] += note[: len(track) - first]

    step = int(random.integers(len(_PENTATONIC)))
    bars = int(np.ceil(seconds / (4 * beat)))
    for bar in range(bars):
        start = bar * 4 * beat
        degree = progression[bar % len(progression)]
        for third in range(3):
            place = degree + 2 * third
            pitch = _MAJOR[place % 7] + 12 * (place // 7) - 12
            play(start, pitch, 4 * beat, backing, 0.3)
            play(start + 2 * beat, pitch, 2 * beat, backing, 0.2)
        position = 0.0
        while position < 4:
            held = min(float(random.choice((0.5, 1.0, 1.0, 2.0))), 4 - position)
            if random.random() > 0.12:
                step = int(np.clip(step + random.integers(-2, 3), 0, 2 * len(_PENTATONIC) - 1))
                octave, place = divmod(step, len(_PENTATONIC))
                play(start + position * beat, _PENTATONIC[place] + 12 * octave, held * beat, lead, 0.6)
            position += held
    track = track[:length]
    return np.asarray(track * (_PEAK / max(float(np.abs(track).max(initial=0)), 1e-9)), dtype=np.float32)


def ringback(seconds: float, seed: int, sample_rate: int = 16_000) -> Sound:
    """Return ring-back tone (450 Hz, one second on, four off), its peak at 0.5; ``seed`` changes nothing."""
    del seed
    time = np.arange(round(seconds * sample_rate)) / sample_rate
    within = time % RINGBACK_PERIOD_SECONDS
    gate = np.clip(np.minimum(within, RINGBACK_ON_SECONDS - within) / 0.005, 0, 1)
    return np.asarray(_PEAK * gate * np.sin(2 * np.pi * RINGBACK_HZ * time), dtype=np.float32)


def keyboard(seconds: float, seed: int, sample_rate: int = 16_000) -> Sound:
    """Return the clicks of someone typing, in bursts of a few keys with rests between, the loudest at about 0.5."""
    random = np.random.default_rng(seed)
    track = np.zeros(round(seconds * sample_rate), dtype=np.float32)
    time = np.arange(round(0.03 * sample_rate)) / sample_rate
    position = float(random.uniform(0.1, 0.3))
    while position < seconds - 0.05:
        for _ in range(int(random.integers(3, 9))):
            click = random.standard_normal(len(time)) * np.exp(-time / random.uniform(0.002, 0.006))
            click *= 0.5 * random.uniform(0.5, 1.0) / np.abs(click).max()
            first = round(position * sample_rate)
            room = track[first : first + len(click)]
            room += click[: len(room)].astype(np.float32)
            position += float(random.uniform(0.09, 0.22))
            if position >= seconds - 0.05:
                break
        position += float(random.uniform(0.3, 0.9))
    return track


SOUNDS: dict[str, Callable[[float, int, int], Sound]] = {
    "music": hold_music,
    "ringback": ringback,
    "keys": keyboard,
}
"""What a script may name as ``fill``, beside ``silence``."""
