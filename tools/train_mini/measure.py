"""Measures an exported model through faster-whisper itself: int8, beam 5, as the app runs it.

Held-out sentences one by one and packed to passages, the sample calls by their truth, word times, speed, and what
twenty seconds without speech give. Needs no torch, so the project's own environment runs it too.
"""

from __future__ import annotations

import json
import random
import re
import statistics
import time
import tomllib
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import soundfile
from numpy.typing import NDArray
from scipy.signal import resample_poly

from tools import speech
from tools.train_mini import sound
from tools.train_mini.corpus import Clips, held_out_sentences, spoken_clauses
from tools.train_mini.grammar import tidy
from tools.train_mini.recipe import CHUNK_SECONDS, SAMPLE_RATE

if TYPE_CHECKING:
    from faster_whisper import BatchedInferencePipeline, WhisperModel

Sound = NDArray[np.float32]
GAP_SECONDS = 0.3
BEAM = 5


def han(text: str) -> str:
    """Return the Han characters of ``text``."""
    return re.sub(r"[^\u4e00-\u9fff]", "", text)


def distance(left: str, right: str) -> int:
    """Return the edit distance of two strings."""
    row = list(range(len(right) + 1))
    for number, letter in enumerate(left, 1):
        diagonal, row[0] = row[0], number
        for at, other in enumerate(right, 1):
            diagonal, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, diagonal + (letter != other))
    return row[-1]


@dataclass
class Errors:
    """Character errors over Han characters."""

    wrong: int = 0
    characters: int = 0
    texts: int = 0
    texts_right: int = 0

    def add(self, truth: str, found: str) -> int:
        """Count one text; return its errors."""
        wrong = distance(han(truth), han(found))
        self.wrong += wrong
        self.characters += len(han(truth))
        self.texts += 1
        self.texts_right += wrong == 0
        return wrong

    def report(self) -> dict[str, float]:
        """Return the error rate in percent and how much it rests on."""
        return {
            "cer_percent": round(100 * self.wrong / max(1, self.characters), 2),
            "texts_right_percent": round(100 * self.texts_right / max(1, self.texts), 1),
            "texts": self.texts,
            "characters": self.characters,
        }


@dataclass
class Measured:
    """Everything that was measured, ready for JSON."""

    singles: dict[str, float] = field(default_factory=dict)
    singles_by_voice: dict[str, float] = field(default_factory=dict)
    packed: dict[str, float] = field(default_factory=dict)
    packed_word_onset_error_seconds: dict[str, float] = field(default_factory=dict)
    samples: dict[str, float] = field(default_factory=dict)
    samples_by_call: dict[str, float] = field(default_factory=dict)
    samples_by_voice: dict[str, float] = field(default_factory=dict)
    real_time_factor: float = 0.0
    text_where_nobody_speaks: dict[str, str] = field(default_factory=dict)
    mistakes: list[list[str]] = field(default_factory=list)


def load(folder: Path, threads: int = 1) -> WhisperModel:
    """Load ``folder`` as the app does: int8 on the CPU."""
    from faster_whisper import WhisperModel

    return WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=threads)


def pipeline(model: WhisperModel) -> BatchedInferencePipeline:
    """Return the batched pipeline around ``model``."""
    from faster_whisper import BatchedInferencePipeline

    return BatchedInferencePipeline(model=model)


def sentence_sound(sentence: str, voice: speech.Voice, rng: random.Random, clips: Clips) -> tuple[Sound, list[float]]:
    """Return ``sentence`` spoken whole, without silence at its ends, and the onset of each of its clauses in seconds.

    Clauses are joined with pauses, as espeak-ng makes them.
    """
    rate, parts, onsets, at = Clips.rate(rng), [], [], 0
    for clause in spoken_clauses(sentence):
        clip = clips.clip(clause, voice, rate)
        gap = np.zeros(int(rng.uniform(0.05, 0.24) * SAMPLE_RATE), np.float32)
        onsets.append(at / SAMPLE_RATE)
        parts += [clip, gap]
        at += len(clip) + len(gap)
    return np.concatenate(parts[:-1]), onsets


def measure_singles(model: WhisperModel, sentences: list[str], measured: Measured) -> None:
    """One transcribe call a sentence, heard over a line, with silence at both ends."""
    rng, clips = random.Random(5), Clips()
    every, voices = Errors(), {voice.name: Errors() for voice in speech.VOICES}
    for number, sentence in enumerate(sentences):
        voice = speech.VOICES[number % len(speech.VOICES)]
        spoken, _ = sentence_sound(sentence, voice, rng, clips)
        ends = (int(rng.uniform(low, high) * SAMPLE_RATE) for low, high in ((0.1, 0.6), (0.2, 0.8)))
        heard = sound.heard(np.pad(spoken, tuple(ends)), rng)
        found = "".join(part.text for part in model.transcribe(heard, language="zh", beam_size=BEAM)[0])
        voices[voice.name].add(sentence, found)
        if every.add(sentence, found):
            measured.mistakes.append([sentence, found])
    measured.singles = every.report()
    measured.singles_by_voice = {name: errors.report()["cer_percent"] for name, errors in voices.items()}


def transcribe_windows(model: WhisperModel, windows: list[Sound]) -> list[tuple[str, list[tuple[str, float]]]]:
    """Transcribe all windows in one batched call; return text and (word, seconds from the window's start) of each."""
    ends = np.cumsum([len(window) for window in windows]) / SAMPLE_RATE
    clips = [{"start": end - len(window) / SAMPLE_RATE, "end": end} for window, end in zip(windows, ends, strict=True)]
    segments, _ = pipeline(model).transcribe(
        # One spare second: faster-whisper asserts that the clips' sum, rounded, is not above the whole.
        np.pad(np.concatenate(windows), (0, SAMPLE_RATE)),
        language="zh",
        beam_size=BEAM,
        batch_size=8,
        clip_timestamps=clips,
        word_timestamps=True,
    )
    found: list[tuple[str, list[tuple[str, float]]]] = [("", []) for _ in windows]
    for segment in segments:
        number = int(np.searchsorted(ends, (segment.start + segment.end) / 2))
        start = clips[number]["start"]
        words = [(word.word, word.start - start) for word in segment.words or []]
        found[number] = (found[number][0] + segment.text, found[number][1] + words)
    return found


@dataclass
class Passage:
    """A packed window: its sound, its text, and (Han characters before, onset in seconds) of each clause."""

    sound: Sound
    text: str
    onsets: list[tuple[int, float]]


def passages(sentences: list[str]) -> list[Passage]:
    """Pack ``sentences`` to windows as the app packs a lane: one voice each, 0.3 s of digital silence between them."""
    rng, clips = random.Random(6), Clips()
    packed = []
    gap = int(GAP_SECONDS * SAMPLE_RATE)
    for number, voice in enumerate(speech.VOICES):
        spoken = [
            (sentence, *sentence_sound(sentence, voice, rng, clips))
            for sentence in sentences[number :: len(speech.VOICES)]
        ]
        fitting = [each for each in spoken if len(each[1]) <= CHUNK_SECONDS * SAMPLE_RATE]
        while fitting:
            samples, text, onsets, gaps = np.zeros(0, np.float32), "", [], []
            while fitting and len(samples) + (gap if text else 0) + len(fitting[0][1]) <= CHUNK_SECONDS * SAMPLE_RATE:
                sentence, sound_of_it, clause_onsets = fitting.pop(0)
                if text:
                    gaps.append(slice(len(samples), len(samples) + gap))
                    samples = np.pad(samples, (0, gap))
                for clause, onset in zip(spoken_clauses(sentence), clause_onsets, strict=True):
                    onsets.append((len(han(text)), len(samples) / SAMPLE_RATE + onset))
                    text += clause
                samples = np.concatenate([samples, sound_of_it])
            heard = sound.heard(samples, rng)
            for silent in gaps:
                heard[silent] = 0
            packed.append(Passage(heard, text, onsets))
    return packed


def measure_packed(model: WhisperModel, sentences: list[str], measured: Measured) -> None:
    """All passages in one batched call: errors, speed, and how far the first word of each clause is off."""
    packed = passages(sentences)
    began = time.perf_counter()
    found = transcribe_windows(model, [passage.sound for passage in packed])
    spent = time.perf_counter() - began
    measured.real_time_factor = round(spent * SAMPLE_RATE / sum(len(passage.sound) for passage in packed), 4)
    errors, off = Errors(), []
    for passage, (text, words) in zip(packed, found, strict=True):
        if errors.add(passage.text, text):
            measured.mistakes.append([passage.text, text])
            continue
        at_character = {}
        count = 0
        for word, start in words:
            if han(word):
                at_character[count] = start
                count += len(han(word))
        off += [
            abs(at_character[character] - start) for character, start in passage.onsets if character in at_character
        ]
    measured.packed = errors.report()
    if off:
        quantiles = statistics.quantiles(off, n=20)
        measured.packed_word_onset_error_seconds = {
            "median": round(statistics.median(off), 3),
            "p90": round(quantiles[17], 3),
            "words": len(off),
        }


def lane_windows(samples: Sound, spans: list[list[float]]) -> list[Sound]:
    """Pack the speech ``spans`` (seconds) of one lane into windows of at most ten seconds, 0.3 s of zeros between."""
    gap = np.zeros(int(GAP_SECONDS * SAMPLE_RATE), np.float32)
    windows: list[list[Sound]] = [[]]
    for start, end in spans:
        piece = samples[int(start * SAMPLE_RATE) : int(end * SAMPLE_RATE)]
        if windows[-1] and sum(len(part) for part in windows[-1]) + len(gap) + len(piece) > CHUNK_SECONDS * SAMPLE_RATE:
            windows.append([])
        windows[-1] += [gap, piece] if windows[-1] else [piece]
    return [np.concatenate(parts) for parts in windows if parts]


def sample_lanes(folder: Path) -> list[tuple[str, str, Sound, list[list[float]], str]]:
    """Return call, speaker, sound at 16 kHz, speech spans and what is said, for every lane of the two-lane samples."""
    lanes = []
    for truth_file in sorted(folder.glob("*.truth.toml")):
        truth = tomllib.loads(truth_file.read_text(encoding="utf-8"))
        if truth["layout"] == "mono":
            continue
        recording, rate = soundfile.read(folder / truth["file"], dtype="float32", always_2d=True)
        for number, speaker in enumerate(truth["layout"].split(",")):
            samples = resample_poly(recording[:, number], SAMPLE_RATE, rate).astype(np.float32)
            said = "".join(tidy(turn["text"]) for turn in truth["turns"] if turn["speaker"] == speaker)
            lanes.append((truth["id"], speaker, samples, truth["speech"][speaker], said))
    return lanes


def measure_samples(model: WhisperModel, folder: Path, measured: Measured) -> None:
    """Every lane of the sample calls, cut by the truth's speech spans and packed."""
    every, calls, voices = Errors(), {}, {}
    scripts = Path(__file__).parents[1] / "make_samples" / "scripts"
    for call, speaker, samples, spans, said in sample_lanes(folder):
        found = "".join(text for text, _ in transcribe_windows(model, lane_windows(samples, spans)))
        voice = tomllib.loads((scripts / f"{call}.toml").read_text(encoding="utf-8"))[speaker]["voice"]
        calls.setdefault(call, Errors()).add(said, found)
        voices.setdefault(voice, Errors()).add(said, found)
        if every.add(said, found):
            measured.mistakes.append([said, found])
    measured.samples = every.report()
    measured.samples_by_call = {call: errors.report()["cer_percent"] for call, errors in calls.items()}
    measured.samples_by_voice = {voice: errors.report()["cer_percent"] for voice, errors in sorted(voices.items())}


def quiet_sounds(seconds: float = 20.0) -> dict[str, Sound]:
    """Return what must give no text: silence, noise at three levels, hold music of both generators, tones."""
    from tools.make_samples.music import SOUNDS

    length = int(seconds * SAMPLE_RATE)
    rng = random.Random(11)
    sounds: dict[str, Sound] = {"silence": np.zeros(length, np.float32)}
    for level in (-20, -40, -60):
        sounds[f"noise {level} dBFS"] = sound.noise(length, rng) * sound.decibels(level)
    for number in range(4):
        sounds[f"music {number + 1}"] = sound.music(seconds, rng) * sound.decibels(-rng.uniform(6, 25))
        fill = SOUNDS["music"](seconds, 900 + number, SAMPLE_RATE)[:length]
        sounds[f"hold music {number + 1}"] = sound.telephone(fill * sound.decibels(-rng.uniform(0, 15)), rng)
    for name in ("ringback", "keys"):
        sounds[name] = sound.telephone(SOUNDS[name](seconds, 7, SAMPLE_RATE)[:length], rng)
    return sounds


def measure_quiet(model: WhisperModel, measured: Measured) -> None:
    """Twenty seconds each: plain, with the VAD, and batched without one; every text found is kept."""
    batched = pipeline(model)
    for name, samples in quiet_sounds().items():
        halves = [{"start": 0.0, "end": 10.0}, {"start": 10.0, "end": 20.0}]
        ways = {
            "plain": lambda samples=samples: model.transcribe(samples, language="zh", beam_size=BEAM),
            "vad": lambda samples=samples: model.transcribe(samples, language="zh", beam_size=BEAM, vad_filter=True),
            "batched": lambda samples=samples, halves=halves: batched.transcribe(
                samples, language="zh", beam_size=BEAM, clip_timestamps=halves, word_timestamps=True
            ),
        }
        for way, transcribe in ways.items():
            measured.text_where_nobody_speaks[f"{name}, {way}"] = "".join(part.text for part in transcribe()[0])


def measure(folder: Path, samples: Path, count: int = 400, threads: int = 1) -> Measured:
    """Measure the model in ``folder`` on ``count`` held-out sentences, the calls in ``samples``, and quiet."""
    model, measured = load(folder, threads), Measured()
    sentences = list(held_out_sentences())[:count]
    measure_singles(model, sentences, measured)
    measure_packed(model, sentences, measured)
    if any(samples.glob("*.truth.toml")):
        measure_samples(model, samples, measured)
    measure_quiet(model, measured)
    return measured


def write(measured: Measured, out: Path) -> None:
    """Write the figures as JSON and print them without the mistakes."""
    out.write_text(json.dumps(asdict(measured), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    figures = asdict(measured) | {
        "mistakes": len(measured.mistakes),
        "text_where_nobody_speaks": {key: text for key, text in measured.text_where_nobody_speaks.items() if text},
    }
    print(json.dumps(figures, ensure_ascii=False, indent=1))
