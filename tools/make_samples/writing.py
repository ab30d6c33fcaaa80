"""Performances as files: the recording, its truth, and the table of all calls."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import tomli_w

from tools.make_samples.line import LINE_RATE
from tools.make_samples.performance import Heard, Performance
from tools.make_samples.script import AGENT, CUSTOMER, SILENCE, Format, Script

MONO = "mono"
METADATA = "metadata.csv"
_LOUDEST = 0.98
_SUBTYPES = {Format.WAV_PCM16: "PCM_16", Format.WAV_MULAW: "ULAW", Format.WAV_ALAW: "ALAW"}
_MP3_COMPRESSION = 0.5
"""libsndfile's scale from 0 (best) to 1; this is 40 kbit/s for two lanes of 8 kHz."""


def audio_name(script: Script) -> str:
    """The recording's file name."""
    return script.id + script.format.suffix


def write_audio(script: Script, performance: Performance, folder: Path) -> Path:
    """Write the recording, its lanes in the order of the script's layout; ValueError where it would clip."""
    if script.layout == MONO:
        channels = [performance.lanes[AGENT] + performance.lanes[CUSTOMER]]
    else:
        channels = [performance.lanes[speaker] for speaker in script.layout.split(",")]
    samples = np.stack(channels, axis=1)
    if np.abs(samples).max() > _LOUDEST:
        raise ValueError(f"{script.id} is too loud")
    path = folder / audio_name(script)
    if script.format is Format.MP3:
        soundfile.write(
            path,
            samples,
            LINE_RATE,
            format="MP3",
            subtype="MPEG_LAYER_III",
            compression_level=_MP3_COMPRESSION,
            bitrate_mode="CONSTANT",
        )
    else:
        soundfile.write(path, samples, LINE_RATE, format="WAV", subtype=_SUBTYPES[script.format])
    return path


def _times(heard: Heard) -> list[float]:
    return [round(time, 6) for time in heard.seconds]


def _gaps(script: Script, performance: Performance) -> list[dict[str, Any]]:
    """Every stretch in which nobody speaks, with the index of the turn that ends it; the last has none."""
    gaps: list[dict[str, Any]] = []
    silent_from = 0
    for index, turn in enumerate(performance.turns):
        if turn.heard.start > silent_from:
            start, end = _times(Heard(silent_from, turn.heard.start))
            gap: dict[str, Any] = {"before_turn": index, "start": start, "end": end, "kind": turn.line.pause}
            if turn.line.pause != "lead-in":
                gap["owed_by"] = turn.line.speaker
            gap |= {"sound": turn.line.fill, "announced": turn.line.announced, "thanked": turn.line.thanked}
            gaps.append(gap)
        silent_from = max(silent_from, turn.heard.end)
    start, end = _times(Heard(silent_from, performance.length))
    gaps.append(
        {"start": start, "end": end, "kind": "tail", "sound": SILENCE, "announced": False, "thanked": False},
    )
    return gaps


def _evidence(script: Script) -> list[dict[str, Any]]:
    entries = []
    for evidence in script.evidence:
        entry: dict[str, Any] = {"rule": evidence.rule}
        if evidence.turns:
            entry["turns"] = list(evidence.turns)
        if evidence.gaps:
            entry["gaps"] = list(evidence.gaps)
        if evidence.severity:
            entry["severity"] = evidence.severity
        entries.append(entry)
    return entries


def truth_of(script: Script, performance: Performance, synthesiser: str) -> dict[str, Any]:
    """Return all that is known of a sample, as the table that its truth file holds; times in seconds."""
    return {
        "id": script.id,
        "file": audio_name(script),
        "title_zh": script.title_zh,
        "title_en": script.title_en,
        "summary_zh": script.summary_zh,
        "summary_en": script.summary_en,
        "shows": list(script.shows),
        "synthesiser": synthesiser,
        "format": script.format.value,
        "layout": script.layout,
        "sample_rate": LINE_RATE,
        "duration": round(performance.length / LINE_RATE, 6),
        "speech": {
            speaker: [
                _times(sentence)
                for turn in performance.turns
                if turn.line.speaker == speaker
                for sentence in turn.sentences
            ]
            for speaker in (AGENT, CUSTOMER)
        },
        "noise_dbfs": {speaker: party.noise_dbfs for speaker, party in script.parties.items()},
        "expected": {rule: outcome.value for rule, outcome in script.expected.items()},
        "open": list(script.unsettled),
        "turns": [
            {"speaker": turn.line.speaker, "start": start, "end": end, "text": turn.line.text}
            for turn in performance.turns
            for start, end in (_times(turn.heard),)
        ],
        "gaps": _gaps(script, performance),
        "sounds": [
            {"speaker": AGENT, "sound": fill.sound, "start": start, "end": end}
            for fill in performance.fills
            for start, end in (_times(fill.heard),)
        ],
        "evidence": _evidence(script),
    }


def write_truth(truth: dict[str, Any], folder: Path) -> Path:
    """Write a sample's truth beside it."""
    path = folder / f"{truth['id']}.truth.toml"
    path.write_text(tomli_w.dumps(truth), encoding="utf-8", newline="\n")
    return path


def write_metadata(scripts: Iterable[Script], folder: Path) -> Path:
    """Write the table that a telephone system would export, as Excel likes it (UTF-8 with a mark)."""
    rows = [_metadata_row(script) for script in scripts]
    path = folder / METADATA
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
    return path


def _metadata_row(script: Script) -> dict[str, str]:
    record = script.record
    return {
        "file": audio_name(script),
        "call_id": record.call_id,
        "started_at": record.started_at.isoformat(sep=" "),
        "agent_name": record.agent_name,
        "agent_id": record.agent_id,
        "team": record.team,
        "customer_phone": record.customer_phone,
        "direction": record.direction,
        "queue": record.queue,
        "lanes": script.layout,
    }
