"""Which sentences training hears, which are held out, and how they become clips."""

from __future__ import annotations

import random
import tomllib
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tools import speech
from tools.train_mini.grammar import Salad, characters, clauses, drawn_sentence, lines_of, tidy
from tools.train_mini.recipe import HELD_OUT_SEED

SCRIPTS = Path(__file__).parents[1] / "make_samples" / "scripts"
SHARES = {"drawn": 0.5, "fixed": 0.26, "samples": 0.18, "salad": 0.06}
"""Where a sentence of the stream comes from."""

RATE_STEP = 5
_CACHE_CLIPS = 60_000


@cache
def sample_lanes(scripts: Path = SCRIPTS) -> tuple[tuple[str, ...], ...]:
    """Return what each speaker of each sample call says, a turn each, in the model's punctuation."""
    lanes = []
    for script in sorted(scripts.glob("*.toml")):
        turns = [turn for turn in tomllib.loads(script.read_text(encoding="utf-8"))["turns"] if turn.get("text")]
        for speaker in sorted({turn["speaker"] for turn in turns}):
            lanes.append(tuple(tidy(turn["text"]) for turn in turns if turn["speaker"] == speaker))
    return tuple(lanes)


def sample_turns() -> tuple[str, ...]:
    """Return every turn of the sample calls once."""
    return tuple(dict.fromkeys(turn for lane in sample_lanes() for turn in lane))


@cache
def held_out_sentences() -> tuple[str, ...]:
    """Return the sentences that the stream throws out, so that measuring on them is fair."""
    return lines_of("held_out.txt")


def draw_held_out(count: int = 400) -> list[str]:
    """Draw new sentences for ``held_out.txt``: of at least eight characters, said by no fixed text and no sample."""
    rng = random.Random(HELD_OUT_SEED)
    known = {*lines_of("sentences.txt"), *lines_of("templates.txt"), *sample_turns()}
    chosen: dict[str, None] = {}
    while len(chosen) < count:
        sentence = drawn_sentence(rng)
        if len(sentence) >= 8 and sentence not in known:
            chosen[sentence] = None
    return list(chosen)


class Corpus:
    """Draws sentences for the stream, from four sources with fixed shares."""

    def __init__(self) -> None:
        """Read the texts once."""
        self.fixed = lines_of("sentences.txt")
        self.samples = sample_turns()
        self.characters = characters([*self.fixed, *self.samples])
        self._salad = Salad(self.characters)
        self._held_out = set(held_out_sentences())

    def _sample(self, rng: random.Random) -> str:
        """Return one turn of the samples, or some that follow each other on one lane, as passages hold them."""
        if rng.random() < 0.5:
            return rng.choice(self.samples)
        lane = rng.choice(sample_lanes())
        first = rng.randrange(len(lane))
        return "".join(lane[first : first + rng.randint(2, 4)])

    def sentence(self, rng: random.Random) -> str:
        """Return the next sentence to say; never one that is held out."""
        while True:
            source = rng.choices(list(SHARES), list(SHARES.values()))[0]
            if source == "samples" and self.samples:
                return self._sample(rng)
            if source == "salad":
                return self._salad.sentence(rng)
            sentence = rng.choice(self.fixed) if source == "fixed" else drawn_sentence(rng)
            if sentence not in self._held_out:
                return sentence


class Clips:
    """Clauses spoken by one synthesiser, kept in memory; one object a process."""

    def __init__(self) -> None:
        """Start espeak-ng."""
        self._synthesiser = speech.Synthesiser()
        self._kept: dict[tuple[str, str, int], NDArray[np.int16]] = {}

    def clip(self, clause: str, voice: speech.Voice, rate: int) -> NDArray[np.float32]:
        """Return ``clause`` spoken by ``voice``, without silence at its ends, at 16 kHz."""
        key = clause, voice.name, rate
        if key not in self._kept:
            if len(self._kept) >= _CACHE_CLIPS:
                self._kept.clear()
            self._kept[key] = (
                (self._synthesiser.speak(clause, voice, rate) * 32767).clip(-32768, 32767).astype(np.int16)
            )
        return self._kept[key].astype(np.float32) / 32768

    def unspeakable(self, characters: set[str]) -> str:
        """Return those of ``characters`` for which espeak-ng makes no sound."""
        silent = []
        for character in sorted(characters):
            try:
                self._synthesiser.speak(character, speech.VOICES[0], speech.RATES[0])
            except ValueError:
                silent.append(character)
        return "".join(silent)

    @staticmethod
    def rate(rng: random.Random) -> int:
        """Draw a speaking rate of the range that the samples use."""
        return rng.randrange(speech.RATES[0], speech.RATES[1] + 1, RATE_STEP)


def spoken_clauses(sentence: str) -> list[str]:
    """Return the clauses of ``sentence`` that hold something to say."""
    return [clause for clause in clauses(sentence) if clause.strip("，。？")]
