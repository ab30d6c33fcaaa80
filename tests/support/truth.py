"""What is known of the sample calls: read from ``samples/*.truth.toml``, for the tests of every room.

Nothing here comes from CSQA, so that its own mistakes cannot hide in what it is measured against.
Times are in seconds from the start of the recording.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

SAMPLES = Path(__file__).parents[2] / "samples"
METADATA = SAMPLES / "metadata.csv"

AGENT, CUSTOMER = "agent", "customer"
MONO = "mono"

Times = tuple[float, float]
"""Start and end."""


@dataclass(frozen=True)
class TruthTurn:
    """What one party said, ``text`` with the punctuation of the script; its pauses lie within."""

    speaker: str
    start: float
    end: float
    text: str


@dataclass(frozen=True)
class TruthGap:
    """A stretch in which nobody speaks.

    ``kind`` is wait, thinking, lead-in or tail; ``owed_by`` whose word is missing (``None``: nobody's);
    ``before_turn`` the index of the turn that ends it (``None`` for the tail); ``sound`` what the agent's lane carries.
    """

    before_turn: int | None
    start: float
    end: float
    kind: str
    owed_by: str | None
    sound: str
    announced: bool
    thanked: bool

    @property
    def duration(self) -> float:
        """Length in seconds."""
        return self.end - self.start


@dataclass(frozen=True)
class TruthSound:
    """Music, ring-back or keys on one party's lane."""

    speaker: str
    sound: str
    start: float
    end: float


@dataclass(frozen=True)
class TruthEvidence:
    """Where a verdict rests: indices of turns, and of gaps by the turn that ends them; severity where it is settled."""

    rule: str
    turns: tuple[int, ...]
    gaps: tuple[int, ...]
    severity: str | None


@dataclass(frozen=True)
class SampleTruth:
    """One sample call.

    ``speech`` holds each party's stretches of speech, sentence by sentence, at least 0.25 s apart. ``expected`` maps a
    rule's id to pass, violation, doubt or not-applicable; ``unsettled`` are the rules labelled with none of these.
    """

    id: str
    path: Path
    title_zh: str
    title_en: str
    shows: tuple[str, ...]
    synthesiser: str
    format: str
    layout: str
    sample_rate: int
    duration: float
    noise_dbfs: Mapping[str, float]
    speech: Mapping[str, tuple[Times, ...]]
    turns: tuple[TruthTurn, ...]
    gaps: tuple[TruthGap, ...]
    sounds: tuple[TruthSound, ...]
    expected: Mapping[str, str]
    unsettled: tuple[str, ...]
    evidence: tuple[TruthEvidence, ...]

    @property
    def lanes(self) -> tuple[str, ...]:
        """The party on each channel; ``("mono",)`` where one channel holds both."""
        return tuple(self.layout.split(","))

    def speech_on(self, lane: str) -> tuple[Times, ...]:
        """The speech on a lane, in order of time; both parties' on the mono lane."""
        heard = (spans for speaker, spans in self.speech.items() if lane in (speaker, MONO))
        return tuple(sorted(times for spans in heard for times in spans))

    def sounds_on(self, lane: str) -> tuple[TruthSound, ...]:
        """What else is heard on a lane."""
        return tuple(sound for sound in self.sounds if lane in (sound.speaker, MONO))

    def text_of(self, speaker: str) -> str:
        """All that one party says, with its punctuation."""
        return "".join(turn.text for turn in self.turns if turn.speaker == speaker)

    def gap_before(self, turn: int) -> TruthGap:
        """The gap that a turn ends; LookupError where it follows without one."""
        found = next((gap for gap in self.gaps if gap.before_turn == turn), None)
        if found is None:
            raise LookupError(f"nothing lies before turn {turn} of {self.id}")
        return found

    def evidence_for(self, rule: str) -> TruthEvidence:
        """Where the verdict of a rule rests; LookupError where that is not labelled."""
        found = next((evidence for evidence in self.evidence if evidence.rule == rule), None)
        if found is None:
            raise LookupError(f"{self.id} names no evidence for {rule}")
        return found


def read_truth(path: Path) -> SampleTruth:
    """Read one truth file; the recording is expected beside it."""
    table: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    return SampleTruth(
        id=table["id"],
        path=path.with_name(table["file"]),
        title_zh=table["title_zh"],
        title_en=table["title_en"],
        shows=tuple(table["shows"]),
        synthesiser=table["synthesiser"],
        format=table["format"],
        layout=table["layout"],
        sample_rate=table["sample_rate"],
        duration=table["duration"],
        noise_dbfs=table["noise_dbfs"],
        speech={speaker: tuple((start, end) for start, end in spans) for speaker, spans in table["speech"].items()},
        turns=tuple(TruthTurn(**turn) for turn in table["turns"]),
        gaps=tuple(TruthGap(**{"before_turn": None, "owed_by": None} | gap) for gap in table["gaps"]),
        sounds=tuple(TruthSound(**sound) for sound in table["sounds"]),
        expected=table["expected"],
        unsettled=tuple(table["open"]),
        evidence=tuple(
            TruthEvidence(
                rule=entry["rule"],
                turns=tuple(entry.get("turns", ())),
                gaps=tuple(entry.get("gaps", ())),
                severity=entry.get("severity"),
            )
            for entry in table["evidence"]
        ),
    )


@cache
def load_truths() -> tuple[SampleTruth, ...]:
    """Read the truth of every sample, in order of their names."""
    return tuple(read_truth(path) for path in sorted(SAMPLES.glob("*.truth.toml")))


def truth_named(start: str) -> SampleTruth:
    """The one sample whose id begins with ``start`` (``"02"``)."""
    (found,) = (truth for truth in load_truths() if truth.id.startswith(start))
    return found
