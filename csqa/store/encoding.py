"""How values stand in columns: short JSON for what is only loaded whole, packed bytes for curves.

A span is ``[start, end]``, a word ``[start, end, text, confidence]``. Floats come back exactly as they were.
"""

from __future__ import annotations

import json
import sys
import zlib
from array import array
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from csqa.frames import from_plain, to_plain
from csqa.hear.recording import Sound, SoundSpan
from csqa.messages import Reason
from csqa.roles import Speaker
from csqa.rules.base import Condition
from csqa.spans import Span
from csqa.talk.conversation import SpeakerMeasures
from csqa.words.transcript import DroppedText, Word


def to_text(value: object) -> str:
    """Write plain data as short JSON, Chinese kept readable."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def spans_text(spans: Iterable[Span]) -> str:
    """Write spans."""
    return to_text([[span.start, span.end] for span in spans])


def spans_of(text: str) -> tuple[Span, ...]:
    """Read what ``spans_text`` wrote."""
    return tuple(Span(*pair) for pair in json.loads(text))


def speech_text(speech: Mapping[Speaker, Sequence[Span]]) -> str:
    """Write each party's spans."""
    return to_text({speaker.value: [[span.start, span.end] for span in spans] for speaker, spans in speech.items()})


def speech_of(text: str) -> dict[Speaker, tuple[Span, ...]]:
    """Read what ``speech_text`` wrote."""
    return {Speaker(name): tuple(Span(*pair) for pair in spans) for name, spans in json.loads(text).items()}


def sounds_text(sounds: Iterable[SoundSpan]) -> str:
    """Write what fills the pauses, as ``[start, end, sound, speaker]``."""
    return to_text([[each.span.start, each.span.end, each.sound.value, each.speaker.value] for each in sounds])


def sounds_of(text: str) -> tuple[SoundSpan, ...]:
    """Read what ``sounds_text`` wrote."""
    return tuple(
        SoundSpan(Span(start, end), Sound(sound), Speaker(speaker)) for start, end, sound, speaker in json.loads(text)
    )


def words_text(words: Iterable[Word]) -> str:
    """Write words."""
    return to_text([_word_plain(word) for word in words])


def words_of(text: str) -> tuple[Word, ...]:
    """Read what ``words_text`` wrote."""
    return tuple(Word(*fields) for fields in json.loads(text))


def _word_plain(word: Word) -> list[object]:
    return [word.start, word.end, word.text, word.confidence]


class WordNumbers:
    """A turn's words told by their numbers in the transcript, so that they are not kept twice.

    ``[first, count]`` stands for a run of the transcript's words; a word that is not there is written out.
    """

    def __init__(self, words: Sequence[Word]) -> None:
        """Number ``words``, all words of the transcript in order."""
        self._words = words

    @cached_property
    def _numbers(self) -> dict[Word, int]:
        return {word: number for number, word in reversed(list(enumerate(self._words)))}

    def text(self, words: Iterable[Word]) -> str:
        """Write some of the words, most likely in runs."""
        runs: list[list[Any]] = []
        following: int | None = None
        for word in words:
            if following is not None and following < len(self._words) and self._words[following] == word:
                runs[-1][1] += 1
                following += 1
            elif (number := self._numbers.get(word)) is not None:
                runs.append([number, 1])
                following = number + 1
            else:
                runs.append(_word_plain(word))
                following = None
        return to_text(runs)

    def words(self, text: str) -> tuple[Word, ...]:
        """Read what ``text`` wrote, given the same transcript."""
        found: list[Word] = []
        for entry in json.loads(text):
            if len(entry) == 2:
                first, count = entry
                found += self._words[first : first + count]
            else:
                found.append(Word(*entry))
        return tuple(found)


def measures_text(measures: Sequence[SpeakerMeasures]) -> str:
    """Write the parties' figures."""
    return to_text(to_plain(measures))


def measures_of(text: str) -> tuple[SpeakerMeasures, ...]:
    """Read what ``measures_text`` wrote."""
    return tuple(from_plain(each, SpeakerMeasures) for each in json.loads(text))


def dropped_text(dropped: Sequence[DroppedText]) -> str:
    """Write the notes on invented text."""
    return to_text(to_plain(dropped))


def dropped_of(text: str) -> tuple[DroppedText, ...]:
    """Read what ``dropped_text`` wrote."""
    return tuple(from_plain(each, DroppedText) for each in json.loads(text))


def conditions_text(conditions: Sequence[Condition]) -> str:
    """Write the steps of a verdict's reasoning."""
    return to_text(to_plain(conditions))


def conditions_of(text: str) -> tuple[Condition, ...]:
    """Read what ``conditions_text`` wrote."""
    return tuple(from_plain(each, Condition) for each in json.loads(text)) if text != "[]" else ()


def parameters_text(parameters: Mapping[str, Any]) -> str:
    """Write a reason's parameters; a reason among them becomes ``{"code": …, "parameters": …}``."""
    return to_text(to_plain(parameters)) if parameters else "{}"


def reasons_text(reasons: Sequence[Reason]) -> str:
    """Write reasons."""
    return to_text(to_plain(reasons))


def reasons_of(text: str) -> tuple[Reason, ...]:
    """Read what ``reasons_text`` wrote."""
    return tuple(Reason(each["code"], each["parameters"]) for each in json.loads(text))


def pack_levels(levels: Sequence[int]) -> bytes:
    """Pack levels in whole dBFS as 16-bit little-endian integers, deflated."""
    packed = array("h", levels)
    if sys.byteorder == "big":
        packed.byteswap()
    return zlib.compress(packed.tobytes())


def unpack_levels(data: bytes) -> tuple[int, ...]:
    """Read what ``pack_levels`` wrote."""
    packed = array("h", zlib.decompress(data))
    if sys.byteorder == "big":
        packed.byteswap()
    return tuple(packed)
