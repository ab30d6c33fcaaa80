"""A script spoken: the sound of each lane, and the exact times at which everything is heard."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from tools.make_samples.line import LINE_RATE, Sound, amplitude, band, clip_on_line, faded, limited, noise, rms
from tools.make_samples.music import SOUNDS
from tools.make_samples.script import AGENT, CUSTOMER, SILENCE, Line, Party, Script
from tools.speech import Synthesiser

SPEECH_DBFS = -20.0
_SPEECH_SWAY_DB = 1.5
TAIL_SECONDS = 1.5
"""What is recorded after the last word."""

_COMMA_SECONDS = (0.08, 0.14)
_FULL_STOP_SECONDS = (0.38, 0.50)
"""Breaths inside a turn. A clause is one stretch of speech with the next; a sentence ends one."""

_FILL_DBFS = {"music": -25.0, "ringback": -27.0, "keys": -46.0}
"""RMS over the whole fill, rests of ring-back and typing included."""
_FILL_MARGINS_SECONDS = {"music": (0.5, 0.4), "ringback": (0.3, 1.5), "keys": (0.3, 0.3)}
"""How long after the last word a fill begins, and how long before the next it ends."""
_FILL_FADE_SECONDS = 0.02


@dataclass(frozen=True)
class Heard:
    """A stretch of samples at 8 kHz, ``[start, end)``."""

    start: int
    end: int

    @property
    def seconds(self) -> tuple[float, float]:
        """Start and end in seconds."""
        return self.start / LINE_RATE, self.end / LINE_RATE


@dataclass(frozen=True)
class Spoken:
    """A turn as it was said; ``sentences`` are its stretches of speech."""

    line: Line
    heard: Heard
    sentences: tuple[Heard, ...]


@dataclass(frozen=True)
class Filled:
    """Something other than speech, always on the agent's lane."""

    sound: str
    heard: Heard


@dataclass(frozen=True)
class Performance:
    """The call: ``lanes`` holds the sound of each party, all of one length."""

    lanes: dict[str, Sound]
    turns: tuple[Spoken, ...]
    fills: tuple[Filled, ...]
    length: int


@dataclass(frozen=True)
class _Take:
    sound: Sound
    sentences: tuple[Heard, ...]


def _speak(synthesiser: Synthesiser, line: Line, party: Party, random: np.random.Generator) -> _Take:
    """Say one turn clause by clause, so that its every pause is known; loudness by its speech alone."""
    clauses = re.findall("[^，。？]+[，。？]", line.text)
    pieces: list[Sound] = []
    sentences: list[Heard] = []
    position = begun = 0
    for clause in clauses:
        sound = clip_on_line(synthesiser.speak(clause, party.voice, party.rate))
        pieces.append(sound)
        position += sound.size
        is_sentence_end = clause[-1] != "，"
        if is_sentence_end or clause is clauses[-1]:
            sentences.append(Heard(begun, position))
        breath = round(random.uniform(*(_FULL_STOP_SECONDS if is_sentence_end else _COMMA_SECONDS)) * LINE_RATE)
        if clause is not clauses[-1]:
            pieces.append(np.zeros(breath, dtype=np.float32))
            position += breath
            begun = position if is_sentence_end else begun
    level = SPEECH_DBFS + random.uniform(-_SPEECH_SWAY_DB, _SPEECH_SWAY_DB)
    gain = amplitude(level) / rms(np.concatenate([piece for piece in pieces if piece.any()]))
    return _Take(limited(np.asarray(np.concatenate(pieces) * gain, dtype=np.float32)), tuple(sentences))


def _fill(line: Line, gap: Heard, seed: int) -> tuple[Filled, Sound]:
    before, after = (round(margin * LINE_RATE) for margin in _FILL_MARGINS_SECONDS[line.fill])
    heard = Heard(gap.start + before, gap.end - after)
    raw = band(SOUNDS[line.fill]((heard.end - heard.start) / LINE_RATE, seed, LINE_RATE))
    sound = faded(raw * (amplitude(_FILL_DBFS[line.fill]) / rms(raw)), _FILL_FADE_SECONDS)
    return Filled(line.fill, heard), sound


def perform(script: Script, synthesiser: Synthesiser) -> Performance:
    """Speak ``script``.

    The same script gives the same samples only from a fresh process: espeak-ng carries some of its state from one
    sentence over to the next.
    """
    turns: list[Spoken] = []
    fills: list[Filled] = []
    sounds: list[tuple[str, int, Sound]] = []
    silent_from = 0
    for index, line in enumerate(script.lines):
        random = np.random.default_rng([script.seed, index])
        take = _speak(synthesiser, line, script.parties[line.speaker], random)
        start = silent_from + round(line.gap * LINE_RATE)
        if line.fill != SILENCE:
            filled, sound = _fill(line, Heard(silent_from, start), script.seed)
            fills.append(filled)
            sounds.append((AGENT, filled.heard.start, sound))
        sentences = tuple(Heard(start + each.start, start + each.end) for each in take.sentences)
        heard = Heard(start, start + take.sound.size)
        turns.append(Spoken(line, heard, sentences))
        sounds.append((line.speaker, start, take.sound))
        silent_from = max(silent_from, heard.end)
    length = silent_from + round(TAIL_SECONDS * LINE_RATE)
    lanes = {
        speaker: noise(length, script.parties[speaker].noise_dbfs, np.random.default_rng([script.seed, 1_000 + place]))
        for place, speaker in enumerate((AGENT, CUSTOMER))
    }
    for speaker, start, sound in sounds:
        lanes[speaker][start : start + sound.size] += sound
    return Performance(lanes, tuple(turns), tuple(fills), length)
