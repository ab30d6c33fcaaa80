"""A sample call as it is written: who says what after which gap, and which verdicts it must get."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from tools.make_samples.labels import LABELLED_RULES, Evidence, Outcome, spread
from tools.make_samples.music import SOUNDS
from tools.speech import VOICES, Voice

SCRIPTS = Path(__file__).with_name("scripts")

AGENT, CUSTOMER = "agent", "customer"
SILENCE = "silence"
LABELLED_GAP_SECONDS = 3.0
"""A gap this long must say whose time it is; shorter ones are what any reply takes."""

_SPOKEN = re.compile(r"(?:[一-龥]+[，。？])+")
_SENTENCE_CHARACTERS = 40


class Format(StrEnum):
    """How a sample is stored; all at 8 kHz, as telephone recorders do."""

    WAV_PCM16 = "wav-pcm16"
    WAV_MULAW = "wav-mulaw"
    WAV_ALAW = "wav-alaw"
    MP3 = "mp3"

    @property
    def suffix(self) -> str:
        """The file name's ending, dot and all."""
        return ".mp3" if self is Format.MP3 else ".wav"


@dataclass(frozen=True)
class Party:
    """One side of the call: its voice, its rate in espeak-ng's words a minute, its line's noise in dBFS."""

    voice: Voice
    rate: int
    noise_dbfs: float


@dataclass(frozen=True)
class CallRecord:
    """What the telephone system would know of the call; the customer's number is masked."""

    started_at: datetime
    agent_name: str
    agent_id: str
    team: str
    customer_phone: str
    direction: str
    queue: str

    @property
    def call_id(self) -> str:
        """A number as telephone systems give it, made from the time."""
        return f"YF{self.started_at:%Y%m%d%H%M%S}"


@dataclass(frozen=True)
class Line:
    """One turn. ``gap`` is the time in seconds since the last sound ended, negative where this one cuts in.

    ``fill`` is what the agent's lane carries in the gap. ``pause`` is whose time the gap is (``wait``: the agent's to
    answer for, ``thinking``: the customer's, ``lead-in``: nobody's); it is given for long gaps and follows from the
    speaker for short ones. ``announced`` and ``thanked`` tell whether the agent asked for the wait and gave thanks.
    """

    speaker: str
    gap: float
    text: str
    fill: str
    pause: str
    announced: bool
    thanked: bool


@dataclass(frozen=True)
class Script:
    """A whole call; ``shows`` names what it is an example of, ``unsettled`` the rules whose verdict is left open."""

    id: str
    title_zh: str
    title_en: str
    summary_zh: str
    summary_en: str
    shows: tuple[str, ...]
    layout: str
    format: Format
    seed: int
    record: CallRecord
    parties: dict[str, Party]
    lines: tuple[Line, ...]
    expected: dict[str, Outcome]
    unsettled: tuple[str, ...]
    evidence: tuple[Evidence, ...]


def _party(table: dict[str, Any]) -> Party:
    voices = {voice.name: voice for voice in VOICES}
    return Party(voices[table["voice"]], int(table["rate"]), float(table["noise_dbfs"]))


def _line(table: dict[str, Any], is_first: bool) -> Line:
    speaker, gap, text = table["speaker"], float(table["gap"]), table["text"]
    if speaker not in (AGENT, CUSTOMER):
        raise ValueError(f"nobody is called {speaker!r}")
    if not _SPOKEN.fullmatch(text):
        raise ValueError(f"only Chinese characters and ，。？ can be spoken: {text!r}")
    if any(len(sentence) > _SENTENCE_CHARACTERS for sentence in re.split("[。？]", text)):
        raise ValueError(f"a sentence is too long to be said on the telephone: {text!r}")
    fill = table.get("fill", SILENCE)
    if fill != SILENCE and fill not in SOUNDS:
        raise ValueError(f"no sound is called {fill!r}")
    if gap >= LABELLED_GAP_SECONDS and "pause" not in table:
        raise ValueError(f"a gap of {gap} s needs a label")
    usual = "lead-in" if is_first else "wait" if speaker == AGENT else "thinking"
    return Line(
        speaker=speaker,
        gap=gap,
        text=text,
        fill=fill,
        pause=table.get("pause", usual),
        announced=table.get("announced", False),
        thanked=table.get("thanked", False),
    )


def load_script(path: Path) -> Script:
    """Read one script; ValueError or KeyError, with the file's name as a note, where it is not sound."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    try:
        return _script(table)
    except (ValueError, KeyError) as error:
        error.add_note(f"in {path}")
        raise


def _script(table: dict[str, Any]) -> Script:
    agent, customer, expected = table["agent"], table["customer"], table["expected"]
    outcomes, unsettled = spread(expected)
    return Script(
        id=table["id"],
        title_zh=table["title_zh"],
        title_en=table["title_en"],
        summary_zh=table["summary_zh"],
        summary_en=table["summary_en"],
        shows=tuple(table["shows"]),
        layout=table["layout"],
        format=Format(table["format"]),
        seed=table["seed"],
        record=CallRecord(
            started_at=table["started_at"],
            agent_name=agent["name"],
            agent_id=agent["staff_number"],
            team=agent["team"],
            customer_phone=customer["phone"],
            direction=table["direction"],
            queue=table["queue"],
        ),
        parties={AGENT: _party(agent), CUSTOMER: _party(customer)},
        lines=tuple(_line(line, is_first=index == 0) for index, line in enumerate(table["turns"])),
        expected=outcomes,
        unsettled=unsettled,
        evidence=tuple(_evidence(entry) for entry in table.get("evidence", ())),
    )


def _evidence(table: dict[str, Any]) -> Evidence:
    if table["rule"] not in LABELLED_RULES:
        raise ValueError(f"no labelled rule is called {table['rule']!r}")
    return Evidence(
        rule=table["rule"],
        turns=tuple(table.get("turns", ())),
        gaps=tuple(table.get("gaps", ())),
        severity=table.get("severity"),
    )


def load_scripts() -> tuple[Script, ...]:
    """Read every script, in order of its name."""
    return tuple(load_script(path) for path in sorted(SCRIPTS.glob("*.toml")))
