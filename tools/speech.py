"""Mandarin speech from espeak-ng, for the samples and for the miniature model's training.

Both use these few voices and nothing else, so that the model knows exactly the voices that the samples speak with.
Debian's ``libespeak-ng1`` (1.51) must be installed; it is called through ``ctypes`` and is not needed by CSQA itself.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

SAMPLE_RATE = 16_000
"""Rate of every clip that this module returns, in Hz."""

LANGUAGE = "cmn-latn-pinyin"
"""The plain voice ``cmn`` of espeak-ng 1.51 reads many characters as English letters; this one does not."""

_SYNCHRONOUS = 2
_CHARS_UTF8 = 1
_RATE, _PITCH, _RANGE = 1, 3, 4
_EDGE = 0.01
"""What lies below this share of the clip's peak at its two ends is trimmed as silence."""


@dataclass(frozen=True)
class Voice:
    """One speaker: an espeak-ng variant with the pitch that he or she always speaks at."""

    name: str
    variant: str
    pitch: int
    pitch_range: int = 50


VOICES: tuple[Voice, ...] = (
    Voice("female-1", "f1", 50),
    Voice("female-2", "f2", 60),
    Voice("female-4", "f4", 45),
    Voice("male-1", "m1", 50),
    Voice("male-3", "m3", 40),
)
RATES = (150, 185)
"""Slowest and fastest speaking rate used, in espeak-ng's words a minute."""


class Synthesiser:
    """Speaks text with espeak-ng. One per process: the library keeps its state in globals."""

    def __init__(self) -> None:
        """Load and start the library; OSError where it is not installed."""
        self._library = ctypes.CDLL("libespeak-ng.so.1")
        self._native_rate = self._library.espeak_Initialize(_SYNCHRONOUS, 500, None, 0)
        if self._native_rate <= 0:
            raise OSError("espeak-ng did not start; is espeak-ng-data installed?")
        self._blocks: list[NDArray[np.int16]] = []
        callback_type = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)
        self._callback = callback_type(self._collect)
        self._library.espeak_SetSynthCallback(self._callback)

    def _collect(self, samples: ctypes._Pointer[ctypes.c_short], count: int, _events: int | None) -> int:
        if count > 0:
            self._blocks.append(np.ctypeslib.as_array(samples, (count,)).copy())
        return 0

    def speak(self, text: str, voice: Voice, rate: int) -> NDArray[np.float32]:
        """Return ``text`` as mono samples in -1..1 at 16 kHz, trimmed to the first and last audible sample.

        ``rate`` is espeak-ng's words a minute. Raises ValueError where the voice does not exist or nothing is heard.
        """
        if self._library.espeak_SetVoiceByName(f"{LANGUAGE}+{voice.variant}".encode()) != 0:
            raise ValueError(f"espeak-ng has no voice {LANGUAGE}+{voice.variant}")
        for parameter, value in ((_RATE, rate), (_PITCH, voice.pitch), (_RANGE, voice.pitch_range)):
            self._library.espeak_SetParameter(parameter, value, 0)
        self._blocks.clear()
        encoded = text.encode() + b"\0"
        self._library.espeak_Synth(encoded, len(encoded), 0, 1, 0, _CHARS_UTF8, None, None)
        self._library.espeak_Synchronize()
        if not self._blocks:
            raise ValueError(f"espeak-ng spoke nothing for {text!r}")
        clip = np.concatenate(self._blocks).astype(np.float32) / 32768
        if self._native_rate != SAMPLE_RATE:
            clip = resample_poly(clip, 320, 441) if self._native_rate == 22_050 else clip
        audible = np.flatnonzero(np.abs(clip) > _EDGE * np.abs(clip).max())
        return np.asarray(clip[audible[0] : audible[-1] + 1], dtype=np.float32)
