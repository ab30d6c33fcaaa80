"""Transcripts as JSON: ours, and what faster-whisper, WhisperX and OpenAI's Whisper write."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from csqa.errors import UserFixable
from csqa.roles import Speaker
from csqa.spans import Span
from csqa.words.labelled import Labelled, tidied
from csqa.words.regrouping import regroup
from csqa.words.transcript import DroppedText, ModelIdentity, RawWord, Segment, Transcript, Word

_MILLISECOND = 3
_JUST_BEFORE_SECONDS = 0.1
"""Recognisers round a first word to a hair before the start."""


def as_json(transcript: Transcript) -> dict[str, Any]:
    """Return ``transcript`` as plain data, times in seconds to the millisecond."""
    model = transcript.model
    return {
        "duration": _rounded(transcript.duration),
        "model": {"name": model.name, "sha256": model.sha256} if model else None,
        "segments": [_segment_json(segment) for segment in transcript.segments],
        "dropped": [_dropped_json(dropped) for dropped in transcript.dropped],
    }


def read_json(text: str, file: Path) -> Transcript:
    """Read any of the JSON shapes. Raises UserFixable naming ``file``, and the segment where there is one."""
    try:
        data = json.loads(text)
    except ValueError as error:
        raise UserFixable("words.json-broken", file=file, detail=str(error)) from error
    whole: Any = {"segments": data} if isinstance(data, list) else data
    holder = whole
    if isinstance(whole, dict) and isinstance(whole.get("transcript"), dict):  # as ``csqa inspect --json`` writes it
        holder = whole["transcript"]
    if not isinstance(holder, dict) or not isinstance(holder.get("segments"), list):
        raise UserFixable("words.json-no-segments", file=file)
    loose = [_labelled(entry, number, file) for number, entry in enumerate(holder["segments"], start=1)]
    duration = _number(whole.get("duration"))
    segments = tidied(loose, file, duration if duration else None)  # some write 0 for what they do not know
    return Transcript(
        duration=max([duration or 0.0, *(segment.end for segment in segments)]),
        segments=segments,
        model=_model(whole.get("model")),
        dropped=_dropped(holder.get("dropped"), file),
    )


def _segment_json(segment: Segment) -> dict[str, Any]:
    return {
        "start": _rounded(segment.start),
        "end": _rounded(segment.end),
        "speaker": segment.speaker.value,
        "text": segment.text,
        "confidence": segment.confidence,
        "words": [
            {"start": _rounded(word.start), "end": _rounded(word.end), "text": word.text, "confidence": word.confidence}
            for word in segment.words
        ],
    }


def _dropped_json(dropped: DroppedText) -> dict[str, Any]:
    return {
        "start": _rounded(dropped.span.start),
        "end": _rounded(dropped.span.end),
        "speaker": dropped.speaker.value,
        "text": dropped.text,
        "code": dropped.code,
    }


def _rounded(seconds: float) -> float:
    return round(seconds, _MILLISECOND)


def _labelled(entry: Any, number: int, file: Path) -> Labelled:
    if not isinstance(entry, dict):
        raise UserFixable("words.segment-broken", file=file, number=number)
    text = entry.get("text")
    listed = entry.get("words") or []
    if not isinstance(listed, list) or not all(isinstance(word, dict) for word in listed):
        raise UserFixable("words.segment-broken", file=file, number=number)
    if text is None and not listed:
        raise UserFixable("words.text-missing", file=file, number=number)
    if text is None or text == "":
        text = "".join(str(_word_text(word)) for word in listed)
    if not isinstance(text, str):
        raise UserFixable("words.segment-broken", file=file, number=number)
    label = entry.get("speaker")
    words = _words(listed, number, file)
    return Labelled(
        number=number,
        start=_time(entry.get("start"), number, file),
        end=_time(entry.get("end"), number, file),
        label=str(label).strip() or None if isinstance(label, (str, int)) else None,
        text=text,
        words=words,
        confidence=_confidence(entry, words),
    )


def _words(listed: Sequence[Mapping[str, Any]], number: int, file: Path) -> tuple[Word, ...]:
    """Read words: ours as they are, the tokens of other programs put together as jieba cuts."""
    timed = [(_time(word.get("start"), number, file), _time(word.get("end"), number, file)) for word in listed]
    spans = _without_holes(timed)
    if spans is None:
        return ()
    probabilities = [_probability(word) for word in listed]
    texts = [str(_word_text(word)) for word in listed]
    if all("text" in word for word in listed):
        return tuple(
            Word(span.start, span.end, text, probability)
            for span, text, probability in zip(spans, texts, probabilities, strict=True)
        )
    tokens = [
        RawWord(span.start, span.end, text, 0.0 if probability is None else probability)
        for span, text, probability in zip(spans, texts, probabilities, strict=True)
    ]
    words = regroup(tokens).words
    return words if None not in probabilities else tuple(replace(word, confidence=None) for word in words)


def _without_holes(timed: Sequence[tuple[float | None, float | None]]) -> list[Span] | None:
    """Give times to words that lack them (WhisperX leaves out digits) from their neighbours; ``None`` if all do."""
    starts = [start for start, _ in timed if start is not None]
    if not starts:
        return None
    spans: list[Span] = []
    last = starts[0]
    for index, (start, end) in enumerate(timed):
        begin = last if start is None else start
        if end is None:
            following = [known for known, _ in timed[index + 1 :]]
            untimed = next((at for at, known in enumerate(following) if known is not None), len(following))
            later = following[untimed] if untimed < len(following) else None
            end = begin + max(0.0, (later or begin) - begin) / (untimed + 1)  # noqa: PLW2901
        spans.append(Span(begin, max(begin, end)))
        last = spans[-1].end
    return spans


def _word_text(word: Mapping[str, Any]) -> Any:
    return word.get("text", word.get("word", ""))


def _probability(word: Mapping[str, Any]) -> float | None:
    value = next((word[key] for key in ("confidence", "probability", "score") if key in word), None)
    number = _number(value)
    return None if number is None else min(max(number, 0.0), 1.0)


def _confidence(entry: Mapping[str, Any], words: Sequence[Word]) -> float | None:
    if (given := _probability(entry)) is not None:
        return given
    known = [word.confidence for word in words if word.confidence is not None]
    if known:
        return round(sum(known) / len(known), 4)
    logprob = _number(entry.get("avg_logprob"))
    return None if logprob is None else round(min(math.exp(logprob), 1.0), 4)


def _time(value: Any, number: int, file: Path) -> float | None:
    """Return seconds; ``None`` where there is no time. One just before the call is its start. Raises UserFixable."""
    if value is None:
        return None
    seconds = _number(value)
    if seconds is None:
        raise UserFixable("words.time-bad", file=file, number=number, value=value)
    if seconds < -_JUST_BEFORE_SECONDS:
        raise UserFixable("words.time-negative", file=file, number=number, time=seconds)
    return max(seconds, 0.0)


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _model(data: Any) -> ModelIdentity | None:
    if not isinstance(data, dict) or not isinstance(data.get("name"), str):
        return None
    sha256 = data.get("sha256")
    return ModelIdentity(data["name"], sha256 if isinstance(sha256, str) else None)


def _dropped(data: Any, file: Path) -> tuple[DroppedText, ...]:
    try:
        return tuple(
            DroppedText(Span(each["start"], each["end"]), Speaker(each["speaker"]), each["text"], each["code"])
            for each in data or ()
        )
    except (TypeError, KeyError, ValueError) as error:
        raise UserFixable("words.json-broken", file=file, detail=f"dropped: {error}") from error
