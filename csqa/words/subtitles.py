"""SRT and WebVTT, read tolerantly and written strictly."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from csqa.errors import UserFixable
from csqa.roles import Speaker
from csqa.words.labelled import Labelled
from csqa.words.normalise import spoken
from csqa.words.parties import party_of_label
from csqa.words.transcript import Segment

_NAMES = {Speaker.AGENT: "坐席", Speaker.CUSTOMER: "客户"}

_TIME = r"(?:(\d+):)?(\d{1,2}):([0-5]?\d)(?:[.,:](\d{1,6}))?"
_TIMES = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}(?:\s.*)?")
_WAS_TIMES = re.compile(r"(?=.*\d:\d+(?::\d|[.,]\d{3}))[\d\s:.,;<>=|~_→–—-]+")
"""A line of times that lost its arrow: a clock with seconds or milliseconds, and no letter beside it."""
_NO_CUE = re.compile(r"WEBVTT|NOTE|STYLE|REGION")
"""How the blocks of a WebVTT file begin in which nothing is said."""
_TAG = re.compile(r"</?(?:i|b|u|s|c|v|font|ruby|rt|lang)\b[^>]*>|<[\d:.]+>", re.IGNORECASE)
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]*)>")
_PREFIX = re.compile(
    r"\s*(?:[-–—•]\s*)?(?:[\[【(（]([^\]】)）]{1,20})[\]】)）]\s*[:：]?|([^:：\[【(（]{1,14}?)\s*[:：])\s*"
)
_MARK = re.compile(
    r"(?:speaker|spk|channel|说话人|发言人|讲话人|声道|通道)[\s_-]*\w{1,3}|[A-Z]|left|right", re.IGNORECASE
)


@dataclass(frozen=True)
class _Cue:
    start: float
    end: float
    lines: tuple[str, ...]


def read_subtitles(text: str, file: Path) -> tuple[Labelled, ...]:
    """Read SRT or WebVTT. Raises UserFixable where a cue's times cannot be read, or there are none at all."""
    if "-->" not in text and not text.lstrip().startswith("WEBVTT"):  # which may well be empty
        raise UserFixable("words.no-cues", file=file)
    cues = _cues(text, file)
    return tuple(labelled for number, cue in enumerate(cues, start=1) for labelled in _labelled(number, cue))


def srt(segments: Iterable[Segment]) -> str:
    """Write segments as SRT, numbered, the party before each text."""
    blocks = (
        f"{number}\n{_clock(segment.start, ',')} --> {_clock(segment.end, ',')}\n"
        f"{f'{_NAMES[segment.speaker]}：' if segment.speaker in _NAMES else ''}{_one_line(segment.text)}\n"
        for number, segment in enumerate(segments, start=1)
    )
    return "\n".join(blocks)


def vtt(segments: Iterable[Segment]) -> str:
    """Write segments as WebVTT, with a voice tag where the party is known."""
    blocks = (
        f"{_clock(segment.start, '.')} --> {_clock(segment.end, '.')}\n"
        f"{f'<v {_NAMES[segment.speaker]}>' if segment.speaker in _NAMES else ''}"
        f"{html.escape(_one_line(segment.text), quote=False)}\n"
        for segment in segments
    )
    return "\n".join(["WEBVTT\n", *blocks])


def _cues(text: str, file: Path) -> Iterator[_Cue]:
    """Find the cues: a line of times, and the lines below it up to an empty one or the next cue's number and times.

    Raises UserFixable at a text that stands below no times: those above it are damaged, and it must not get lost.
    """
    times: tuple[float, float] | None = None
    lines: list[str] = []
    outside: list[tuple[int, str]] = []
    over = True
    for number, line in enumerate(text.splitlines(), start=1):
        if "-->" in line:
            _nothing_said(outside[:-1], file)  # the last of them may be the cue's name
            if times is not None:
                if not over and lines and lines[-1].strip().isdecimal():
                    lines.pop()  # the number of this cue, where no empty line parts it from the last one
                yield _Cue(*times, tuple(lines))
            times, lines, outside, over = _times(line, number, file), [], [], False
        elif not line.strip():
            _nothing_said(outside, file)
            outside, over = [], over or bool(lines)
        elif over:
            outside.append((number, line))
        elif _WAS_TIMES.fullmatch(line):
            raise UserFixable("words.cue-time", file=file, line=number, text=line.strip()[:60])
        else:
            lines.append(line)
    _nothing_said(outside, file)
    if times is not None:
        yield _Cue(*times, tuple(lines))


def _nothing_said(outside: Sequence[tuple[int, str]], file: Path) -> None:
    """Raise UserFixable where lines outside the cues are more than numbers, a heading, a note or a style."""
    if outside and _NO_CUE.match(outside[0][1].strip()):
        return
    for number, line in outside:
        if not line.strip().isdecimal():
            raise UserFixable("words.cue-lost", file=file, line=number, text=line.strip()[:60])


def _times(line: str, number: int, file: Path) -> tuple[float, float]:
    match = _TIMES.fullmatch(line)
    if match is None:
        raise UserFixable("words.cue-time", file=file, line=number, text=line.strip()[:60])
    return _seconds(match.groups()[:4]), _seconds(match.groups()[4:])


def _seconds(parts: Sequence[str | None]) -> float:
    hours, minutes, seconds, fraction = (part or "0" for part in parts)
    whole = int(hours) * 3600 + int(minutes) * 60 + int(seconds)
    return float(f"{whole}.{fraction}")


def _labelled(number: int, cue: _Cue) -> Iterator[Labelled]:
    """Part a cue by the speakers named in it; they share its time by how much each says."""
    parts: list[tuple[str | None, str]] = []
    for line in cue.lines:
        for label, text in _voices(line):
            if label is None and parts:
                parts[-1] = (parts[-1][0], f"{parts[-1][1]} {text}")
            else:
                parts.append((label, text))
    whole = sum(len(spoken(text)) for _, text in parts)
    start, said = cue.start, 0
    for label, text in parts:
        if count := len(spoken(text)):
            said += count
            end = cue.end if said == whole else min(cue.start + (cue.end - cue.start) * said / whole, cue.end)
            yield Labelled(number, start, end, label, text)
            start = end


def _voices(line: str) -> Iterator[tuple[str | None, str]]:
    """Part a line by its voice tags; a part without one may begin with the speaker's name and a colon."""
    before, *rest = _VOICE.split(line)
    pieces = [(None, before), *zip(rest[::2], rest[1::2], strict=True)]
    for label, piece in pieces:
        text = html.unescape(_TAG.sub("", piece)).strip()
        if not text:
            continue
        yield (label.strip(), text) if label is not None else _prefixed(text)


def _prefixed(text: str) -> tuple[str | None, str]:
    match = _PREFIX.match(text)
    if match is None:
        return None, text
    label = (match[1] or match[2]).strip()
    if party_of_label(label) is None and not _MARK.fullmatch(label):
        return None, text  # a sentence with a colon
    return label, text[match.end() :]


def _clock(seconds: float, point: str) -> str:
    milliseconds = round(seconds * 1000)
    minutes, milliseconds = divmod(milliseconds, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{milliseconds // 1000:02}{point}{milliseconds % 1000:03}"


def _one_line(text: str) -> str:
    return " ".join(text.replace("-->", "→").split())
