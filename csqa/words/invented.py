"""Text that nobody said: what Whisper writes on noise, from its training's subtitles, or when it runs in circles.

What is dropped is not thrown away: it stays with the transcript as a note, with a code that says why.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from csqa.spans import Span, total
from csqa.words.normalise import is_spoken, simplified
from csqa.words.passages import Passage
from csqa.words.transcript import DroppedText, RawWord

NO_SPEECH, UNSURE = 0.6, -1.0
"""Whisper's own thresholds: a passage that looks this much like no speech, with text this improbable, is none."""

FASTEST = 10.0
"""Characters a second that nobody speaks over a whole passage; fast speakers reach 8."""

_CIRCLES = re.compile(r"(?=.{8})(.{2,12}?)\1{3,}")
"""The same two or more characters four times in a row."""

_NUMERALS = frozenset("0123456789零〇一二三四五六七八九十两幺百千万")

_LEAKS = re.compile(
    "请不吝点赞|订阅转发|打赏支持|明镜(?:与点点|需要您|栏目)(?:栏目)?|与点点栏目|"
    "字幕由?[^。]{0,12}(?:提供|制作)|(?:中文)?字幕志愿者|amara(?:\\.?org)?|优优独播剧场|"
    "(?:谢谢|感谢)(?:大家|您|你)?的?(?:观看|收看)|以下是普通话的(?:客服通话|句子)",
    re.IGNORECASE,
)
"""Subtitles' endings that Whisper learnt by heart, and our own prompt come back; no call has them."""


def without_invented(
    passage: Passage, words: Sequence[RawWord], avg_logprob: float, no_speech_prob: float
) -> tuple[tuple[RawWord, ...], tuple[DroppedText, ...]]:
    """Part the words of a passage from those that nobody said."""
    if not words:
        return (), ()
    codes = [""] * len(words)
    letters = [(letter, index) for index, word in enumerate(words) for letter in word.text if is_spoken(letter)]
    text = simplified("".join(letter for letter, _ in letters))
    if no_speech_prob > NO_SPEECH and avg_logprob < UNSURE:
        codes = ["words.invented-on-noise"] * len(words)
    elif len(text) > FASTEST * total(passage.pieces):
        codes = ["words.invented-too-fast"] * len(words)
    else:
        for start, end, code in (*_leaks(text), *_circles(text)):
            touched = [index for _, index in letters[start:end]]
            for index in range(touched[0], touched[-1] + 1):
                codes[index] = code
    for index in range(1, len(words)):  # a mark goes with the word before it
        if not any(map(is_spoken, words[index].text)):
            codes[index] = codes[index - 1]
    kept = tuple(word for word, code in zip(words, codes, strict=True) if not code)
    return kept, tuple(_dropped(passage, words, codes))


def _leaks(text: str) -> Iterator[tuple[int, int, str]]:
    for match in _LEAKS.finditer(text):
        yield match.start(), match.end(), "words.invented-by-heart"


def _circles(text: str) -> Iterator[tuple[int, int, str]]:
    """Find what is said over and over; the first time may have been said. Numbers read out may well repeat."""
    for match in _CIRCLES.finditer(text):
        if not _NUMERALS.issuperset(match[1]):
            yield match.end(1), match.end(), "words.invented-in-circles"


def _dropped(passage: Passage, words: Sequence[RawWord], codes: Sequence[str]) -> Iterator[DroppedText]:
    for code, run in groupby(zip(codes, words, strict=True), key=lambda pair: pair[0]):
        if code:
            own = [word for _, word in run]
            span = Span(own[0].start, max(own[0].start, own[-1].end))
            yield DroppedText(span, passage.speaker, "".join(word.text for word in own), code)
