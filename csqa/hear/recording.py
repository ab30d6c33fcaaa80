"""A recording: what the file is, whose lanes it holds, and what is known about the call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from csqa.roles import LaneLayout, Speaker
from csqa.spans import Span


@dataclass(frozen=True)
class CallMetadata:
    """What a telephone system or a file name tells about a call; every field may be unknown (``None``).

    ``started_at`` is ISO 8601 local time; ``ring_seconds`` is the time from the first ring to the pick-up;
    ``layout`` is what the lanes hold where the table says so; ``extra`` keeps the columns that CSQA has no name for.
    """

    call_id: str | None = None
    started_at: str | None = None
    agent_name: str | None = None
    agent_id: str | None = None
    team: str | None = None
    customer_phone: str | None = None
    direction: str | None = None
    queue: str | None = None
    ring_seconds: float | None = None
    layout: LaneLayout | None = None
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Recording:
    """A file of recorded talk, identified by its content and not by its name.

    ``sha256`` is of the whole file, ``duration`` in seconds, ``sample_rate`` in Hz as stored in the file, ``codec`` as
    the decoder names it (``"pcm_s16le"``, ``"mp3"``).
    """

    path: Path
    sha256: str
    size: int
    duration: float
    sample_rate: int
    channels: int
    codec: str
    layout: LaneLayout
    metadata: CallMetadata = field(default_factory=CallMetadata)


class Sound(StrEnum):
    """What fills a stretch in which nobody speaks."""

    SILENCE = "silence"
    MUSIC = "music"
    RINGBACK = "ringback"
    BUSY = "busy"
    KEYS = "keys"


@dataclass(frozen=True)
class SoundSpan:
    """A stretch of one lane in which something other than speech or silence is heard."""

    span: Span
    sound: Sound
    speaker: Speaker


@dataclass(frozen=True)
class Peaks:
    """The waveform's outline: for each bucket of ``bucket_samples`` samples at 16 kHz the least and greatest value.

    ``data`` is int8 pairs (minimum, maximum) of full scale 127; coarser levels are reckoned from it when drawn.
    """

    bucket_samples: int
    data: bytes


@dataclass(frozen=True)
class LaneHearing:
    """One lane as heard: speech spans in seconds, the level in dBFS every 100 ms (rounded), and the outline."""

    speaker: Speaker
    speech: tuple[Span, ...]
    levels: tuple[int, ...]
    peaks: Peaks


@dataclass(frozen=True)
class Hearing:
    """All that was heard in a recording, before any word is known.

    ``ended_early`` says that the file promises clearly more sound than could be heard: it was cut short or is damaged.
    """

    duration: float
    lanes: tuple[LaneHearing, ...]
    sounds: tuple[SoundSpan, ...]
    ended_early: bool = False

    def speech_of(self, speaker: Speaker) -> tuple[Span, ...]:
        """Speech spans on the lane of ``speaker``; empty where there is no such lane."""
        return next((lane.speech for lane in self.lanes if lane.speaker is speaker), ())
