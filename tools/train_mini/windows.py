"""Training windows: sound of at most ten seconds with its labels, drawn without end."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from tools import speech
from tools.train_mini import sound
from tools.train_mini.corpus import Clips, Corpus, spoken_clauses
from tools.train_mini.recipe import CHUNK_SECONDS, FRAMES_A_SECOND, MEL_BANDS, POSITIONS_A_SECOND, SAMPLE_RATE
from tools.train_mini.tokens import (
    CHINESE,
    END,
    NO_SPEECH,
    NO_TIMES,
    PREVIOUS,
    START,
    TRANSCRIBE,
    Vocabulary,
    syllable_parts,
)

LIMIT = CHUNK_SECONDS * SAMPLE_RATE
IGNORED = -100
_SEGMENT_CHARACTERS = 16
"""Clauses of one sentence are joined to segments of about this length between time tokens."""

NOWHERE = (-1.0, 0.0)
_NO_SPEECH_SHARE = 0.08
_TIMED_SHARE = 0.3
"""Share of windows with time tokens; the app asks for none, plain transcribing does."""
_PROMPT_SHARE = 0.1


@dataclass
class Spoken:
    """One clause inside a window: its text and where it sounds, in seconds."""

    text: str
    start: float
    end: float


@dataclass
class Window:
    """Sound, what is said in it, and where a clause is cut off by its end (seconds), if one is."""

    sound: NDArray[np.float32]
    spoken: list[Spoken] = field(default_factory=list)
    cut: float | None = None


@dataclass
class Example:
    """One window as the network sees it: features, rows in and out, where each label is heard, CTC units."""

    features: torch.Tensor
    rows: list[int]
    labels: list[int]
    places: list[tuple[float, float]]
    offset: int
    units: list[int]
    ctc_positions: int


class Features:
    """Log-mel features exactly as faster-whisper computes them."""

    def __init__(self) -> None:
        """Take faster-whisper's own filters."""
        from faster_whisper.feature_extractor import FeatureExtractor

        filters = FeatureExtractor.get_mel_filters(SAMPLE_RATE, 400, MEL_BANDS)
        self._filters = torch.from_numpy(filters.astype("float32"))
        self._hann = torch.hann_window(400)

    def __call__(self, samples: NDArray[np.float32], louder_elsewhere: float = 0.0) -> torch.Tensor:
        """Return [80, frames].

        ``louder_elsewhere`` (log10 units) stands for a louder peak in the rest of the recording.
        """
        padded = torch.nn.functional.pad(torch.from_numpy(samples), (0, 160))
        parts = torch.view_as_real(torch.stft(padded, 400, 160, window=self._hann, return_complex=True)[..., :-1])
        mel = torch.log10(torch.clamp(self._filters @ (parts * parts).sum(-1), min=1e-10))
        return (torch.maximum(mel, mel.max() + louder_elsewhere - 8) + 4) / 4


class Composer:
    """Puts sentences together to windows as the app cuts them, and as plain transcribing does."""

    def __init__(self, corpus: Corpus, clips: Clips) -> None:
        """Draw text from ``corpus`` and sound from ``clips``."""
        self._corpus, self._clips = corpus, clips

    def window(self, rng: random.Random, progress: float) -> Window:
        """Return the next window; short ones come more often while ``progress`` (0..1) is small."""
        if rng.random() < _NO_SPEECH_SHARE:
            return Window(sound.no_speech(rng.choice([rng.uniform(0.5, CHUNK_SECONDS), CHUNK_SECONDS]), rng))
        packed, cuts = rng.random() < 0.6, rng.random() < 0.08
        short = 0.45 if progress < 0.12 else 0.2
        wanted = (
            rng.uniform(0.5, 3) if rng.random() < short else rng.choice([rng.uniform(3, CHUNK_SECONDS), CHUNK_SECONDS])
        )
        lead = 0.0 if packed and rng.random() < 0.6 else rng.choice([rng.uniform(0, 0.3), rng.uniform(0, 1.2)])
        parts, spoken, gaps = [np.zeros(int(lead * SAMPLE_RATE), np.float32)], [], []
        at, cut = len(parts[0]), None
        for clause, clip, gap in self._clauses(rng, packed):
            if at + len(clip) > LIMIT - 1600:
                if not spoken and not cuts:
                    continue
                if cuts and at < LIMIT - 4800:
                    parts.append(clip)
                    cut = at / SAMPLE_RATE
                break
            parts.append(clip)
            spoken.append(Spoken(clause, at / SAMPLE_RATE, (at + len(clip)) / SAMPLE_RATE))
            at += len(clip)
            if at >= wanted * SAMPLE_RATE and not cuts:
                break
            gaps.append((at, at + int(gap * SAMPLE_RATE)))
            parts.append(np.zeros(int(gap * SAMPLE_RATE), np.float32))
            at += int(gap * SAMPLE_RATE)
        samples = np.concatenate(parts)
        if cut is None:
            tail = 0.0 if packed and rng.random() < 0.6 else rng.choice([rng.uniform(0.02, 0.3), rng.uniform(0.1, 1.5)])
            last = int(spoken[-1].end * SAMPLE_RATE)
            samples = np.pad(samples[:last], (0, int(tail * SAMPLE_RATE)))
        samples = samples[:LIMIT]
        if rng.random() < 0.05 and cut is None:
            samples = self._music_beside(samples, rng)
        samples = sound.heard(samples, rng)
        if packed:
            self._silence_gaps(samples, gaps, rng)
        return Window(samples, spoken, cut)

    def _clauses(self, rng: random.Random, packed: bool) -> Iterator[tuple[str, NDArray[np.float32], float]]:
        """Yield clause, its clip, and the pause after it in seconds, for sentence after sentence."""
        voice, rate = rng.choice(speech.VOICES), self._clips.rate(rng)
        two_voices, first = rng.random() < 0.05, True
        while True:
            said = spoken_clauses(self._corpus.sentence(rng))
            if first and len(said) > 1 and rng.random() < 0.2:
                said = said[rng.randrange(1, len(said)) :]
            first = False
            for clause in said:
                if clause[-1] in "。？":
                    gap = (
                        rng.uniform(0.25, 0.36)
                        if packed
                        else rng.choice([rng.uniform(0.2, 0.5), rng.uniform(0.2, 1.5)])
                    )
                else:
                    gap = rng.uniform(0.04, 0.26)
                yield clause, self._clips.clip(clause, voice, rate), gap
            if two_voices:
                voice = rng.choice(speech.VOICES)

    @staticmethod
    def _music_beside(samples: NDArray[np.float32], rng: random.Random) -> NDArray[np.float32]:
        """Put quiet music or tones after what is said, where the window leaves room."""
        room = (LIMIT - len(samples)) / SAMPLE_RATE
        if room < 1:
            return samples
        tail = rng.choice([sound.music, sound.tones])(rng.uniform(0.6, room), rng)
        level = sound.decibels(-rng.uniform(6, 30)) * (np.abs(samples).max() + np.float32(1e-6))
        return np.concatenate([samples, tail * level])[:LIMIT]

    @staticmethod
    def _silence_gaps(samples: NDArray[np.float32], gaps: list[tuple[int, int]], rng: random.Random) -> None:
        """Make the longer pauses digital silence, with hard edges near the speech, as packed passages have it."""
        for start, end in gaps:
            inner = start + int(rng.uniform(0, 0.05) * SAMPLE_RATE), end - int(rng.uniform(0, 0.05) * SAMPLE_RATE)
            if end - start > 0.22 * SAMPLE_RATE and end <= len(samples):
                samples[inner[0] : inner[1]] = 0


def segments(spoken: list[Spoken]) -> list[list[Spoken]]:
    """Join clauses of one sentence, near each other, to segments of about sixteen characters."""
    joined: list[list[Spoken]] = []
    for clause in spoken:
        last = joined[-1] if joined else []
        length = sum(len(part.text) for part in last)
        if last and last[-1].text[-1] == "，" and length + len(clause.text) <= _SEGMENT_CHARACTERS:
            last.append(clause)
        else:
            joined.append([clause])
    return joined


class Labeller:
    """Writes Whisper's own token sequence for a window."""

    def __init__(self, vocabulary: Vocabulary, tokenizer: Tokenizer, corpus: Corpus) -> None:
        """Cache nothing but the characters."""
        self._vocabulary, self._corpus = vocabulary, corpus
        ids = {character: tokenizer.encode(character).ids for character in corpus.characters | set("，。？")}
        self._rows = {character: [vocabulary.row[token] for token in tokens] for character, tokens in ids.items()}

    def _text(self, text: str) -> list[int]:
        return [row for character in text for row in self._rows[character]]

    def _prompt(self, rng: random.Random) -> list[int]:
        """Return the rows of some earlier text, as transcribing with a prompt or without a cut in context gives it."""
        rows = [row for _ in range(rng.randint(1, 3)) for row in self._text(self._corpus.sentence(rng))]
        return [self._vocabulary.row[PREVIOUS], *rows[-rng.choice([8, 30, 60, 90]) :]]

    def example(self, window: Window, features: torch.Tensor, rng: random.Random) -> Example:
        """Return what the network is shown and what it must say."""
        row, time_row = self._vocabulary.row, self._vocabulary.time_row
        timed = rng.random() < _TIMED_SHARE or window.cut is not None
        prompt = self._prompt(rng) if rng.random() < _PROMPT_SHARE else []
        head = [row[START], row[CHINESE], row[TRANSCRIBE]]
        labels = [IGNORED] * len(prompt) + [
            row[CHINESE] if window.spoken or window.cut is not None else row[NO_SPEECH],
            IGNORED,
        ]
        if not timed:
            head, labels = [*head, row[NO_TIMES]], [*labels, IGNORED]
        places = [NOWHERE] * len(labels)
        body: list[int] = []

        def say(rows: list[int], second: float | None, spread: float) -> None:
            body.extend(rows)
            places.extend([NOWHERE if second is None else (second * POSITIONS_A_SECOND, spread)] * len(rows))

        if not window.spoken and window.cut is None:
            # Without time tokens too: an empty answer has length 0, and a beam that weighs by length never takes it.
            say([time_row(0)], None, 0)
        for number, segment in enumerate(segments(window.spoken)):
            start, end = segment[0].start, segment[-1].end
            if timed:
                say([time_row(min(start, 1.0) if number == 0 else start)], start, 3)
            for clause in segment:
                count = len(clause.text.rstrip("，。？"))
                for at, character in enumerate(clause.text):
                    heard_at = clause.start + (clause.end - clause.start) * min(1, (at + 0.5) / count)
                    say(self._rows[character], heard_at, 7)
            if timed:
                say([time_row(end)], end, 3)
        if window.cut is not None:
            say([time_row(window.cut)], window.cut, 3)
        say([row[END]], None, 0)
        parts = [part for clause in window.spoken for part in syllable_parts(clause.text)]
        # A reading that only a phrase gives, and no character alone, has no unit; it is rare, and CTC does without it.
        units = [self._vocabulary.unit_row[part] for part in parts if part in self._vocabulary.unit_row]
        heard_positions = int(window.cut * POSITIONS_A_SECOND) if window.cut is not None else features.shape[1] // 2
        offset = rng.choice([0, 0, rng.randint(0, 130)]) if prompt else 0
        return Example(features, [*prompt, *head, *body[:-1]], labels + body, places, offset, units, heard_positions)


@dataclass
class Batch:
    """Examples of about the same length, padded: features, rows, labels and the rest as tensors."""

    features: torch.Tensor
    rows: torch.Tensor
    labels: torch.Tensor
    offsets: torch.Tensor
    places: torch.Tensor
    units: torch.Tensor
    unit_counts: torch.Tensor
    ctc_positions: torch.Tensor


def collate(examples: list[Example], rng: random.Random) -> Batch:
    """Pad ``examples`` to one batch; half of the windows lose a few bands or frames."""
    frames = max(example.features.shape[1] for example in examples) + rng.choice([0, 4, 12, 30])
    frames = min((frames + 7) // 8 * 8, CHUNK_SECONDS * FRAMES_A_SECOND + 32)
    size, longest = len(examples), max(len(example.rows) for example in examples)
    batch = Batch(
        torch.zeros(size, MEL_BANDS, frames + 4),
        torch.zeros(size, longest, dtype=torch.long),
        torch.full((size, longest), IGNORED),
        torch.tensor([[example.offset] for example in examples]),
        torch.full((size, longest, 2), -1.0),
        torch.tensor([unit for example in examples for unit in example.units] or [0]),
        torch.tensor([len(example.units) for example in examples]),
        torch.tensor([example.ctc_positions for example in examples]),
    )
    for at, example in enumerate(examples):
        features = example.features
        if rng.random() < 0.5:
            features = features.clone()
            low, first = rng.randint(0, 70), rng.randrange(features.shape[1])
            features[low : low + rng.randint(1, 8)] = features.mean()
            if rng.random() < 0.5:
                features[:, first : first + rng.randint(1, 6)] = features.mean()
        batch.features[at, :, : features.shape[1]] = features
        batch.rows[at, : len(example.rows)] = torch.tensor(example.rows)
        batch.labels[at, : len(example.labels)] = torch.tensor(example.labels)
        batch.places[at, : len(example.places)] = torch.tensor(example.places)
    return batch


class Stream(torch.utils.data.IterableDataset[Batch]):
    """Batches without end; made in a worker process, of which each has its own espeak-ng."""

    def __init__(
        self, vocabulary: Vocabulary, tokenizer_file: str, seed: int, progress: torch.Tensor, frames: int = 8000
    ) -> None:
        """Batches hold about ``frames`` feature frames; ``progress`` is shared; the trainer moves it from 0 to 1."""
        self._vocabulary, self._tokenizer_file, self._seed = vocabulary, tokenizer_file, seed
        self._progress, self._frames = progress, frames

    def __iter__(self) -> Iterator[Batch]:
        """Make a pool of windows, sort it by length, cut it into batches, yield these in any order."""
        torch.set_num_threads(1)
        rng = random.Random(self._seed)
        corpus = Corpus()
        composer = Composer(corpus, Clips())
        labeller = Labeller(self._vocabulary, Tokenizer.from_file(self._tokenizer_file), corpus)
        features = Features()
        while True:
            pool = []
            for _ in range(160):
                window = composer.window(rng, float(self._progress))
                louder = 0.0 if rng.random() < 0.6 else rng.uniform(0, 1.2)
                pool.append(labeller.example(window, features(window.sound, louder), rng))
            pool.sort(key=lambda example: example.features.shape[1])
            batches: list[list[Example]] = [[]]
            for example in pool:
                if batches[-1] and (len(batches[-1]) + 1) * example.features.shape[1] > self._frames:
                    batches.append([])
                batches[-1].append(example)
            batches = [batch for batch in batches if len(batch) > 3]
            rng.shuffle(batches)
            for batch in batches:
                yield collate(batch, rng)
