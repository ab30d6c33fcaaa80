"""What a telephone line does to speech, and what is on the line when nobody speaks.

Everything works on float32 mono at 16 kHz and draws from a ``random.Random``; noise comes from one fixed bank.
"""

from __future__ import annotations

import random
from functools import cache

import numpy as np
import scipy.fft as fourier
from numpy.typing import NDArray

from tools.make_samples.music import SOUNDS
from tools.train_mini.recipe import SAMPLE_RATE

Sound = NDArray[np.float32]
_BANK_LENGTH = 1 << 21


def decibels(level: float) -> np.float32:
    """Return the factor that ``level`` dB stands for."""
    return np.float32(10 ** (level / 20))


@cache
def _noise_bank() -> list[Sound]:
    white = np.random.default_rng(7).standard_normal(_BANK_LENGTH, dtype=np.float32)
    bank, spectrum = [white], fourier.rfft(white)
    frequency = np.arange(len(spectrum), dtype=np.float32) + 50
    for slope in (0.3, 0.6, 1.0):
        coloured = fourier.irfft(spectrum / frequency**slope)
        bank.append((coloured / np.sqrt(np.mean(coloured**2))).astype(np.float32))
    return bank


def noise(length: int, rng: random.Random) -> Sound:
    """Return unit-power noise, white or falling towards the highs."""
    bank = _noise_bank()[rng.choice([0, 0, 0, 1, 2, 3])]
    at = rng.randrange(_BANK_LENGTH - length)
    return bank[at : at + length]


def band(sound: Sound, low: float, high: float, mulaw: bool, gain: float) -> Sound:
    """Pass ``sound`` through an 8 kHz line from ``low`` to ``high`` Hz, ``mulaw`` or linear, and back to 16 kHz."""
    length = fourier.next_fast_len((len(sound) + 7) // 8 * 2, True) * 4
    narrow = fourier.rfft(sound.astype(np.float32), length)[: length // 4 + 1]
    frequency = np.arange(length // 4 + 1, dtype=np.float32) * (SAMPLE_RATE / length)
    passed = (
        1
        / (1 + np.exp(np.clip(-(frequency - low) / 25, -50, 50)))
        / (1 + np.exp(np.clip((frequency - high) / 40, -50, 50)))
    )
    line = fourier.irfft(narrow * passed * np.float32(0.5), length // 2)
    if mulaw:
        scale = gain / (np.abs(line).max() + 1e-9)
        line = np.clip(line * scale, -1, 1)
        code = np.round(np.sign(line) * np.log1p(255 * np.abs(line)) * np.float32(127 / np.log(256))) / np.float32(127)
        line = np.sign(code) * (np.exp2(8 * np.abs(code)) - 1) / np.float32(255 * scale)
    spectrum = fourier.rfft(line.astype(np.float32))
    wide = np.zeros(length // 2 + 1, spectrum.dtype)
    wide[: len(spectrum)] = spectrum * 2
    return fourier.irfft(wide, length)[: len(sound)].astype(np.float32)


def telephone(sound: Sound, rng: random.Random) -> Sound:
    """Pass ``sound`` through a line as calls have it: 300-3400 Hz, mostly mu-law."""
    return band(sound, rng.uniform(180, 330), rng.uniform(3300, 3750), rng.random() < 0.7, rng.uniform(0.3, 0.95))


def heard(sound: Sound, rng: random.Random) -> Sound:
    """Return speech as a recording has it: noise before or after the line, band, mu-law, gain, quantising."""
    sound = sound / (np.abs(sound).max() + np.float32(1e-9))
    hiss = noise(len(sound), rng) * (np.float32(0.1) * decibels(-rng.uniform(12, 42))) if rng.random() < 0.55 else None
    before_line = rng.random() < 0.5
    if hiss is not None and before_line:
        sound = sound + hiss
    if rng.random() < 0.75:
        sound = telephone(sound, rng)
    if hiss is not None and not before_line:
        sound = sound + hiss
    sound = sound * (decibels(-rng.uniform(1, 24)) / (np.abs(sound).max() + np.float32(1e-9)))
    if rng.random() < 0.5:
        sound = sound + noise(len(sound), rng) * decibels(-rng.uniform(60, 100))
    if rng.random() < 0.5:
        sound = np.round(sound * 32768) / 32768
    return sound.astype(np.float32)


def _note(frequency: float, length: int, rng: random.Random, partials: list[float], decay: float) -> Sound:
    time = np.arange(length, dtype=np.float32) / SAMPLE_RATE
    swing = 1 + 0.003 * rng.random() * np.sin(2 * np.pi * rng.uniform(4, 6) * time)
    wave = sum(
        strength * np.sin(2 * np.pi * frequency * (number + 1) * time * swing + rng.uniform(0, 6))
        for number, strength in enumerate(partials)
        if frequency * (number + 1) < 7500
    )
    rise = np.minimum(1, time / rng.uniform(0.004, 0.05)) * np.minimum(1, (length / SAMPLE_RATE - time) / 0.03)
    return (wave * rise * np.exp(-time * decay)).astype(np.float32)


def music(seconds: float, rng: random.Random) -> Sound:
    """Return hold music: a melody over broken or held chords in one of many timbres and keys, peak 1."""
    total = int(seconds * SAMPLE_RATE)
    out = np.zeros(total, np.float32)
    beat = rng.uniform(0.16, 0.6)
    root = rng.uniform(110, 330)
    scale = rng.choice([[0, 2, 4, 5, 7, 9, 11], [0, 2, 3, 5, 7, 8, 10], [0, 2, 4, 7, 9]])
    partials = rng.choice(
        [
            [1.0],
            [1, 0.5, 0.25, 0.12],
            [1, 0, 0.33, 0, 0.2],
            [0.6, 1, 0.4, 0.5, 0.2, 0.1],
            [1, 0.7, 0.5, 0.4, 0.3, 0.25, 0.2],
        ]
    )
    decay, held = rng.choice([0.3, 1.5, 3, 6]), rng.random() < 0.5
    time, step = 0.0, 0
    degree = rng.randrange(7)
    while time < seconds:
        if step % 4 == 0:
            degree = rng.randrange(len(scale))
            chord = [
                scale[(degree + third) % len(scale)] + 12 * ((degree + third) // len(scale)) for third in (0, 2, 4)
            ]
        voices = [(tone, 4 * beat, 0.5) for tone in chord] if held and step % 4 == 0 else []
        voices += [(chord[step % 3] + 12, beat * rng.choice([1, 1, 2]), 0.7)] if not held else []
        if rng.random() < 0.6:
            voices.append((rng.choice(scale) + 12 * rng.choice([1, 1, 2]), beat * rng.choice([1, 1, 2, 3]), 1.0))
        at = int(time * SAMPLE_RATE)
        for tone, duration, strength in voices:
            length = min(int(duration * SAMPLE_RATE), total - at)
            if length > 400:
                out[at : at + length] += strength * _note(root * 2 ** (tone / 12), length, rng, partials, decay)
        time, step = time + beat, step + 1
    return out / (np.abs(out).max() + np.float32(1e-9))


def tones(seconds: float, rng: random.Random) -> Sound:
    """Return signalling: ring-back, busy tone, keys, or a hum, peak about 1."""
    time = np.arange(int(seconds * SAMPLE_RATE), dtype=np.float32) / SAMPLE_RATE
    kind = rng.choice(["ringback", "busy", "keys", "hum", "beep"])
    if kind == "keys":
        low, high = rng.choice([697, 770, 852, 941]), rng.choice([1209, 1336, 1477])
        wave, on = 0.5 * np.sin(2 * np.pi * low * time) + 0.5 * np.sin(2 * np.pi * high * time), (time % 0.4) < 0.12
    elif kind == "hum":
        wave, on = np.sin(2 * np.pi * rng.choice([50, 60, 100, 120]) * time), np.ones_like(time, bool)
    else:
        period, share = {
            "ringback": (5.0, 0.2),
            "busy": (0.7, 0.5),
            "beep": (rng.uniform(1, 5), rng.uniform(0.1, 0.5)),
        }[kind]
        frequency = 450 if kind != "beep" else rng.uniform(300, 2000)
        wave, on = np.sin(2 * np.pi * frequency * time), ((time + rng.uniform(0, period)) % period) < share * period
    return (wave * on).astype(np.float32)


def no_speech(seconds: float, rng: random.Random) -> Sound:
    """Return ``seconds`` of a line on which nobody speaks: digital silence, noise, hold music, or tones."""
    length = int(seconds * SAMPLE_RATE)
    kind = rng.random()
    if kind < 0.2:
        return np.zeros(length, np.float32)
    if kind < 0.5:
        sound = noise(length, rng) * decibels(-rng.uniform(12, 75))
    elif kind < 0.75:
        sound = music(seconds, rng) * decibels(-rng.uniform(3, 34))
    elif kind < 0.88:
        fill = SOUNDS[rng.choice(list(SOUNDS))](seconds, rng.randrange(1 << 30), SAMPLE_RATE)
        sound = fill[:length] * decibels(rng.uniform(-28, 4))
    else:
        sound = tones(seconds, rng) * decibels(-rng.uniform(3, 30))
    if kind > 0.5 and rng.random() < 0.6:
        sound = sound + noise(length, rng) * decibels(-rng.uniform(40, 80))
    if rng.random() < 0.7:
        sound = telephone(sound + np.float32(1e-9), rng)
    return sound.astype(np.float32)
