"""Speech to words: the one place that loads Whisper's weights.

Both lanes' passages go through the model in batches, each passage as a clip of its own, so that every word can be
brought back to its lane and its time by ``csqa.words.passages``.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from csqa.errors import UserFixable
from csqa.weights import LocalModel
from csqa.words.invented import without_invented
from csqa.words.passages import SAMPLE_RATE, Passage, PassageAudio, halves, locate, piece_at
from csqa.words.transcript import DroppedText, ModelIdentity, RawWord

if TYPE_CHECKING:
    from faster_whisper import BatchedInferencePipeline
    from faster_whisper.transcribe import Segment

MANDARIN_PROMPT = "以下是普通话的客服通话。"
"""Steers Whisper to simplified characters and punctuation."""

_FULL_WINDOW_SECONDS = 30
"""What all models of OpenAI's shape hear; one that hears less was trained by CSQA, and without prompts."""

_MOST_THREADS = 4
"""More bring little on usual computers and make the desktop slow to answer."""

_TOKENS_A_SECOND = 18
"""Room for 8 characters a second, which few speak, at 2.2 tokens each; a model that runs in circles stops there."""

_MOST_TOKENS = 224
"""CTranslate2, as OpenAI's Whisper, writes at most half of what the model can hold. Fast talk fills 28 s with more."""

_LEAST_TOKENS = 32
_HOTWORD_TOKENS = 80


@dataclass(frozen=True)
class PassageWords:
    """What the recogniser made of a passage.

    ``text`` has the punctuation. ``avg_logprob`` is the mean log probability of its tokens, ``no_speech_prob`` (0–1)
    how much the passage looked like no speech at all; both are 0 where nothing was recognised. ``dropped`` is text that
    was taken for invented; ``words`` and ``text`` are without it.
    """

    passage: Passage
    words: tuple[RawWord, ...]
    text: str
    avg_logprob: float
    no_speech_prob: float
    dropped: tuple[DroppedText, ...] = ()


@dataclass(frozen=True)
class _Steering:
    """What all passages of a transcription share; ``tokens`` stand before the text of each."""

    language: str
    prompt: str | None
    hotwords: str | None
    tokens: int


class Whisper:
    """A loaded model. Not to be used from two threads at once."""

    def __init__(self, pipeline: BatchedInferencePipeline, identity: ModelIdentity) -> None:
        self._pipeline = pipeline
        self.identity = identity

    @classmethod
    def load(cls, model: LocalModel, threads: int = 0, device: str = "cpu") -> Whisper:
        """Load a model; ``threads`` 0 takes as many as there are processors, four at most.

        Raises UserFixable where the files are no model that can be loaded, or ``device`` is a graphics card that
        cannot be used.
        """
        import faster_whisper

        threads = threads or min(os.cpu_count() or 1, _MOST_THREADS)
        try:
            loaded = faster_whisper.WhisperModel(
                str(model.folder),
                device=device,
                compute_type="int8" if device == "cpu" else "default",
                cpu_threads=threads,
                local_files_only=True,
            )
        except (RuntimeError, ValueError) as error:  # how CTranslate2 tells of broken weights and of missing drivers
            code = "weights.no-cuda" if device != "cpu" else "weights.not-loadable"
            raise UserFixable(code, folder=model.folder, detail=str(error)) from error
        pipeline = faster_whisper.BatchedInferencePipeline(loaded)
        return cls(pipeline, ModelIdentity(model.name, model.sha256))

    @property
    def window_seconds(self) -> float:
        """How much sound the model hears at once; what a clip has beyond is lost."""
        return float(self._pipeline.model.feature_extractor.chunk_length)

    def transcribe(
        self,
        audios: Iterable[PassageAudio],
        batch_size: int = 4,
        hotwords: Sequence[str] = (),
        prompt: str = MANDARIN_PROMPT,
        language: str = "zh",
    ) -> Iterator[PassageWords]:
        """Recognise passages, ``batch_size`` at a time, each as soon as its batch is done.

        No more than a batch is held. ``hotwords`` are names that the model should know; as many as fit are used.
        """
        waiting = iter(audios)
        prompted = self.window_seconds >= _FULL_WINDOW_SECONDS
        steering = self._steering(language, prompt if prompted else "", hotwords if prompted else ())
        while batch := list(islice(waiting, batch_size)):
            yield from self._recognised(batch, steering)

    def _recognised(self, batch: Sequence[PassageAudio], steering: _Steering) -> Iterator[PassageWords]:
        import numpy as np

        longest = max(audio.samples.size for audio in batch)
        wanted = max(_LEAST_TOKENS, math.ceil(longest / SAMPLE_RATE * _TOKENS_A_SECOND))
        most = min(wanted, _MOST_TOKENS, self._pipeline.model.max_length - steering.tokens)
        slot = math.ceil(longest / SAMPLE_RATE)  # whole seconds: faster-whisper cuts clip starts down to 10 ms
        sound = np.zeros(len(batch) * slot * SAMPLE_RATE, np.float32)
        clips = []
        for index, audio in enumerate(batch):
            first = index * slot * SAMPLE_RATE
            sound[first : first + audio.samples.size] = audio.samples
            end = first + audio.samples.size + 0.5  # which is cut down to whole samples
            clips.append({"start": index * slot, "end": end / SAMPLE_RATE})
        segments, _ = self._pipeline.transcribe(
            sound,
            clip_timestamps=clips,
            batch_size=len(clips),
            language=steering.language,
            initial_prompt=steering.prompt,
            hotwords=steering.hotwords,
            beam_size=5,
            temperature=0.0,
            word_timestamps=True,
            without_timestamps=True,
            max_new_tokens=max(most, 2 * most - steering.tokens),  # of the sum with the prompt's it writes half
        )
        heard: list[list[Segment]] = [[] for _ in batch]
        frames = slot * self._pipeline.model.frames_per_second
        for segment in segments:
            heard[segment.seek // frames].append(segment)
        for index, (audio, own) in enumerate(zip(batch, heard, strict=True)):
            if most < wanted and sum(len(segment.tokens) for segment in own) >= most:
                yield _joined(audio.passage, tuple(self._recognised(halves(audio), steering)))  # it was cut short
            else:
                yield _passage_words(audio.passage, own, index * slot)

    def _steering(self, language: str, prompt: str, hotwords: Sequence[str]) -> _Steering:
        """Put together what steers the model, with as many hotwords as leave it room to answer."""
        fitting = ""
        for word in hotwords:
            longer = f"{fitting}、{word}" if fitting else word
            if self._tokens(f" {longer}") > _HOTWORD_TOKENS:
                break
            fitting = longer
        before = self._tokens(prompt) + self._tokens(f" {fitting}" if fitting else "")
        always = 4  # start, language, task, no timestamps; what steers is parted by a mark of its own
        return _Steering(language, prompt or None, fitting or None, always + (before + 1 if before else 0))

    def _tokens(self, text: str) -> int:
        return len(self._pipeline.model.hf_tokenizer.encode(text, add_special_tokens=False).ids)


def _passage_words(passage: Passage, segments: Sequence[Segment], clip_start: float) -> PassageWords:
    words = tuple(
        _raw_word(passage, float(word.start) - clip_start, float(word.end) - clip_start, word.word, word.probability)
        for segment in segments
        for word in segment.words or ()
    )
    if not words:
        return PassageWords(passage, (), "", 0.0, 0.0)
    avg_logprob = min(float(segment.avg_logprob) for segment in segments)
    no_speech_prob = max(float(segment.no_speech_prob) for segment in segments)
    kept, dropped = without_invented(passage, words, avg_logprob, no_speech_prob)
    text = "".join(word.text for word in kept)
    return PassageWords(passage, kept, text, avg_logprob, no_speech_prob, dropped)


def _joined(passage: Passage, parts: Sequence[PassageWords]) -> PassageWords:
    """Put the parts of a passage together again."""
    return PassageWords(
        passage,
        words=tuple(word for part in parts for word in part.words),
        text="".join(part.text for part in parts),
        avg_logprob=min(part.avg_logprob for part in parts),
        no_speech_prob=max(part.no_speech_prob for part in parts),
        dropped=tuple(note for part in parts for note in part.dropped),
    )


def _raw_word(passage: Passage, start: float, end: float, text: str, probability: float) -> RawWord:
    piece = piece_at(passage, (start + end) / 2)
    return RawWord(locate(passage, start, piece), locate(passage, end, piece), text, float(probability))
