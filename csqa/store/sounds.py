"""What was heard: the recording, its lanes with speech, levels and outline; and passages that already have words."""

from __future__ import annotations

import json
import zlib
from pathlib import Path

from csqa.frames import from_json, to_json
from csqa.hear.recording import CallMetadata, Hearing, LaneHearing, Peaks, Recording
from csqa.roles import LaneLayout, Speaker
from csqa.store.database import Database
from csqa.store.encoding import pack_levels, sounds_of, sounds_text, spans_of, spans_text, unpack_levels


def save_recording(database: Database, call: int, recording: Recording) -> None:
    """Keep what the file is, in place of what was known."""
    database.write("DELETE FROM recordings WHERE call = ?", [call])
    database.insert(
        "recordings",
        {
            "call": call,
            "path": str(recording.path),
            "sha256": recording.sha256,
            "size": recording.size,
            "duration": recording.duration,
            "sample_rate": recording.sample_rate,
            "channels": recording.channels,
            "codec": recording.codec,
            "layout": recording.layout.value,
            "metadata": to_json(recording.metadata),
        },
    )


def load_recording(database: Database, call: int) -> Recording | None:
    """Return what the file is; ``None`` for a transcript without sound."""
    row = database.read_one("SELECT * FROM recordings WHERE call = ?", [call])
    if row is None:
        return None
    return Recording(
        path=Path(row["path"]),
        sha256=row["sha256"],
        size=row["size"],
        duration=row["duration"],
        sample_rate=row["sample_rate"],
        channels=row["channels"],
        codec=row["codec"],
        layout=LaneLayout(row["layout"]),
        metadata=from_json(row["metadata"], CallMetadata),
    )


def save_hearing(database: Database, call: int, hearing: Hearing) -> None:
    """Keep what was heard, in place of what was heard before."""
    remove_hearing(database, call)
    database.insert(
        "hearings",
        {
            "call": call,
            "duration": hearing.duration,
            "sounds": sounds_text(hearing.sounds),
            "ended_early": hearing.ended_early,
        },
    )
    database.insert_all(
        "lanes",
        (
            {
                "call": call,
                "position": position,
                "speaker": lane.speaker.value,
                "speech": spans_text(lane.speech),
                "levels": pack_levels(lane.levels),
                "peaks_bucket": lane.peaks.bucket_samples,
                "peaks": zlib.compress(lane.peaks.data),
            }
            for position, lane in enumerate(hearing.lanes)
        ),
    )


def remove_hearing(database: Database, call: int) -> None:
    """Forget what was heard."""
    database.write("DELETE FROM hearings WHERE call = ?", [call])
    database.write("DELETE FROM lanes WHERE call = ?", [call])


def load_hearing(database: Database, call: int) -> Hearing | None:
    """Return what was heard; ``None`` where nothing was."""
    row = database.read_one("SELECT duration, sounds, ended_early FROM hearings WHERE call = ?", [call])
    if row is None:
        return None
    lanes = database.read("SELECT * FROM lanes WHERE call = ? ORDER BY position", [call])
    return Hearing(
        duration=row["duration"],
        lanes=tuple(
            LaneHearing(
                speaker=Speaker(lane["speaker"]),
                speech=spans_of(lane["speech"]),
                levels=unpack_levels(lane["levels"]),
                peaks=Peaks(lane["peaks_bucket"], zlib.decompress(lane["peaks"])),
            )
            for lane in lanes
        ),
        sounds=sounds_of(row["sounds"]),
        ended_early=bool(row["ended_early"]),
    )


def save_passage(database: Database, call: int, index: int, payload: str) -> None:
    """Keep a passage's words, JSON of the words room, until the whole call is inspected."""
    json.loads(payload)  # what is no JSON would only show when the run is taken up again
    database.write("DELETE FROM passages WHERE call = ? AND position = ?", [call, index])
    database.insert("passages", {"call": call, "position": index, "words": payload})


def passages_done(database: Database, call: int) -> dict[int, str]:
    """Return the finished passages by index."""
    rows = database.read("SELECT position, words FROM passages WHERE call = ? ORDER BY position", [call])
    return {row["position"]: row["words"] for row in rows}


def remove_passages(database: Database, call: int) -> None:
    """Forget the passages: their words are in the transcript now."""
    database.write("DELETE FROM passages WHERE call = ?", [call])
