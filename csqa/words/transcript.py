"""What was said, by whom, when, and how sure the recogniser was."""

from __future__ import annotations

from dataclasses import dataclass

from csqa.roles import Speaker
from csqa.spans import Span


@dataclass(frozen=True)
class RawWord:
    """A token of the recogniser, a character or a few, with its punctuation as it came.

    Times in seconds from the start of the recording, ``probability`` 0–1.
    """

    start: float
    end: float
    text: str
    probability: float


@dataclass(frozen=True)
class Word:
    """A Chinese word as jieba cuts it. Times in seconds; ``confidence`` 0–1, or ``None`` where nobody measured it."""

    start: float
    end: float
    text: str
    confidence: float | None = None

    @property
    def span(self) -> Span:
        """The word's time."""
        return Span(self.start, self.end)


@dataclass(frozen=True)
class Segment:
    """A stretch of one party's talk; ``text`` has punctuation, the words may carry it too."""

    start: float
    end: float
    speaker: Speaker
    text: str
    words: tuple[Word, ...] = ()
    confidence: float | None = None

    @property
    def span(self) -> Span:
        """The segment's time."""
        return Span(self.start, self.end)


@dataclass(frozen=True)
class ModelIdentity:
    """Which recogniser wrote a transcript; ``sha256`` is of its weights, ``None`` for a transcript from elsewhere."""

    name: str
    sha256: str | None = None


@dataclass(frozen=True)
class DroppedText:
    """Text that the recogniser wrote and CSQA took for invented, kept as a note; ``code`` says why it was dropped."""

    span: Span
    speaker: Speaker
    text: str
    code: str


@dataclass(frozen=True)
class Transcript:
    """All that was said in a call, in order of time. ``duration`` in seconds."""

    duration: float
    segments: tuple[Segment, ...]
    model: ModelIdentity | None = None
    dropped: tuple[DroppedText, ...] = ()
