"""What a telephone line does to sound: 8 kHz, 300-3400 Hz, a steady noise of its own."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import fftconvolve, firwin, resample_poly

from tools import speech

Sound = NDArray[np.float32]

LINE_RATE = 8_000
"""Sample rate of every sample call, in Hz."""

_BAND_HZ = (250, 3_500)
"""Where the band is 6 dB down, so that 300-3400 Hz passes as ITU-T G.712 asks; the slopes are as gentle as there."""
_BAND_TAPS = 65
_FRAME_SECONDS = 0.010
_AUDIBLE_DB = -32.0
"""A clip begins and ends where 10 ms of it come this near to its loud parts; what lies outside is cut off."""
_FADE_SECONDS = 0.004
_KNEE, _CEILING = 0.5, 0.9


def amplitude(decibels: float) -> float:
    """Return the factor that ``decibels`` stand for."""
    return float(10 ** (decibels / 20))


def rms(sound: Sound) -> float:
    """Return the root mean square of ``sound``; 0 where it is empty."""
    return float(np.sqrt(np.mean(np.square(sound, dtype=np.float64)))) if sound.size else 0.0


def band(sound: Sound) -> Sound:
    """Return ``sound`` (8 kHz) within the telephone band, not moved in time: the filter is symmetrical."""
    taps = firwin(_BAND_TAPS, _BAND_HZ, pass_zero=False, fs=LINE_RATE)
    return np.asarray(fftconvolve(sound, taps, mode="same"), dtype=np.float32)


def clip_on_line(clip: Sound) -> Sound:
    """Bring a clip of 16 kHz speech onto the line: band-limited, 8 kHz, cut to what can be heard, ends faded.

    The first and the last sample returned are where the speech is heard to begin and end.
    """
    margin = np.zeros(_BAND_TAPS, dtype=np.float32)
    narrow = band(np.concatenate([margin, resample_poly(clip, LINE_RATE, speech.SAMPLE_RATE), margin]))
    frame = round(_FRAME_SECONDS * LINE_RATE)
    power = np.convolve(np.square(narrow, dtype=np.float64), np.full(frame, 1 / frame), mode="same")
    loud = float(np.percentile(power[power > power.max() * 1e-6], 95))
    audible = np.flatnonzero(power > loud * 10 ** (_AUDIBLE_DB / 10))
    return faded(narrow[audible[0] : audible[-1] + 1], _FADE_SECONDS)


def faded(sound: Sound, seconds: float) -> Sound:
    """Return ``sound`` with its two ends faded in and out over ``seconds``."""
    length = min(round(seconds * LINE_RATE), sound.size // 2)
    shape = np.ones(sound.size, dtype=np.float32)
    ramp = np.linspace(0, 1, length, endpoint=False, dtype=np.float32)
    shape[:length] = ramp
    shape[sound.size - length :] = ramp[::-1]
    return np.asarray(sound * shape, dtype=np.float32)


def noise(length: int, level_dbfs: float, random: np.random.Generator) -> Sound:
    """Return ``length`` samples of line noise, darker than white, at exactly ``level_dbfs`` RMS."""
    white = random.standard_normal(length).astype(np.float32)
    darkened = band(np.asarray(fftconvolve(white, 0.6 ** np.arange(24), mode="same"), dtype=np.float32))
    return np.asarray(darkened * (amplitude(level_dbfs) / rms(darkened)), dtype=np.float32)


def limited(sound: Sound) -> Sound:
    """Return ``sound`` with its peaks above half of full scale rounded off below 0.9."""
    size = np.abs(sound)
    room = _CEILING - _KNEE
    rounded = _KNEE + room * np.tanh((size - _KNEE) / room)
    return np.asarray(np.where(size > _KNEE, np.sign(sound) * rounded, sound), dtype=np.float32)
