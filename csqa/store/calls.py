"""The row of a call: made, moved on, found again."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

from csqa.cards.inspection import Inspection
from csqa.cards.scorecard import Scorecard
from csqa.errors import CsqaError, UserFixable
from csqa.hear.recording import CallMetadata, Recording
from csqa.roles import LaneLayout
from csqa.rules.base import BookIdentity, Outcome, Severity, Verdict
from csqa.store.database import Database
from csqa.store.encoding import to_text
from csqa.store.history import now


class CallState(StrEnum):
    """How far a call has come."""

    WORKING = "working"
    FAILED = "failed"
    MACHINE_SCORED = "machine-scored"
    IN_REVIEW = "in-review"
    SUBMITTED = "submitted"
    ACKNOWLEDGED = "acknowledged"
    APPEALED = "appealed"
    DECIDED = "decided"
    CLOSED = "closed"


_INSPECTED = "inspected_at IS NOT NULL"


def begin(database: Database, recording: Recording) -> int:
    """Make a row for a recording, or take up the one that is there: by content, or a failed one by path."""
    call = find_by_content(database, recording.sha256)
    if call is None:
        call = _failed_by_path(database, recording.path) or _new(database, recording.path)
    _update(
        database,
        call,
        {
            "content_sha256": recording.sha256,
            "path": str(recording.path),
            "file_name": recording.path.name,
            "duration": recording.duration,
            **_metadata_columns(recording.metadata),
        },
    )
    database.write(
        f"UPDATE calls SET state = ?, error = NULL WHERE id = ? AND NOT {_INSPECTED}",  # noqa: S608 - our own condition
        [CallState.WORKING.value, call],
    )
    return call


def move(database: Database, call: int, path: Path) -> None:
    """Note where the recording of a call lies now."""
    _update(database, call, {"path": str(path), "file_name": path.name})


def begin_transcript(database: Database, path: Path, sha256: str) -> int:
    """Make a row for a transcript without sound, or return the one that is there."""
    call = find_by_content(database, sha256)
    if call is None:
        call = _failed_by_path(database, path) or _new(database, path)
        _update(database, call, {"content_sha256": sha256})
    return call


def fail(database: Database, path: Path, error: CsqaError, call: int | None) -> int:
    """Note that a file could not be inspected; a call that has an inspection keeps it, with the note."""
    if call is None:
        call = _failed_by_path(database, path) or _new(database, path)
    _update(database, call, {"error": to_text(error.to_json())})
    database.write(
        f"UPDATE calls SET state = ? WHERE id = ? AND NOT {_INSPECTED}",  # noqa: S608 - our own condition
        [CallState.FAILED.value, call],
    )
    return call


def note_inspected(database: Database, call: int, inspection: Inspection, card: Scorecard, book: int) -> None:
    """Write what a list shows of a finished inspection."""
    model = inspection.transcript.model
    _update(
        database,
        call,
        {
            "path": str(inspection.source),
            "file_name": inspection.source.name,
            "duration": inspection.conversation.duration,
            **_metadata_columns(inspection.conversation.metadata),
            "state": CallState.MACHINE_SCORED.value,
            "error": None,
            "model_name": model.name if model else None,
            "model_sha256": model.sha256 if model else None,
            "inspected_at": now(),
        },
    )
    note_judged(database, call, inspection.verdicts, card, book)


def note_judged(database: Database, call: int, verdicts: Sequence[Verdict], card: Scorecard, book: int) -> None:
    """Write what a list shows of verdicts and scorecard."""
    violations = [verdict.severity for verdict in verdicts if verdict.outcome is Outcome.VIOLATION]
    _update(
        database,
        call,
        {
            **{f"{severity.value}_count": violations.count(severity) for severity in Severity},
            "doubt_count": sum(verdict.outcome is Outcome.DOUBT for verdict in verdicts),
            "book": book,
        },
    )
    note_card(database, call, card)


def note_card(database: Database, call: int, card: Scorecard) -> None:
    """Write what a list shows of a scorecard."""
    _update(
        database,
        call,
        {
            "score": card.score,
            "maximum": card.maximum,
            "outcome": card.outcome.value,
            "provisional": card.provisional,
            "form_name": card.form,
            "form_version": card.version,
        },
    )


def set_state(database: Database, call: int, state: CallState) -> None:
    """Move a call on."""
    _update(database, call, {"state": state.value})


def find_by_content(database: Database, sha256: str) -> int | None:
    """Return the call whose file has this content."""
    row = database.read_one("SELECT id FROM calls WHERE content_sha256 = ?", [sha256])
    return None if row is None else int(row["id"])


def resolve(database: Database, reference: str) -> int:
    """Return the call that a person means: its number, its file's name, its own id, or the beginning of its hash.

    Raises UserFixable where there is none or more than one.
    """
    reference = reference.strip()
    found: list[int] = []
    if reference.isascii() and reference.isdigit():
        found = _ids(database, "id = ?", int(reference))
    if not found:
        found = _ids(database, "file_name = ?", Path(reference).name) or _ids(database, "external_id = ?", reference)
    if not found and len(reference) >= 4 and set(reference.lower()) <= set("0123456789abcdef"):
        low = reference.lower()
        found = _ids(database, "content_sha256 >= ? AND content_sha256 < ?", low, low + "g")
    if not found:
        raise UserFixable("store.no-such-call", call=reference)
    if len(found) > 1:
        raise UserFixable(
            "store.several-calls", call=reference, count=len(found), ids=[str(each) for each in found[:5]]
        )
    return found[0]


def inspected(database: Database) -> tuple[int, ...]:
    """Return the calls that have a finished inspection, in order of import."""
    return tuple(_ids(database, _INSPECTED))


def is_inspected(database: Database, call: int) -> bool:
    """Tell whether a call has a finished inspection."""
    return bool(_ids(database, f"id = ? AND {_INSPECTED}", call))


def not_inspected(database: Database, call: int) -> UserFixable:
    """Return the error that a call is not there, or has nothing to show yet."""
    row = database.read_one("SELECT file_name FROM calls WHERE id = ?", [call])
    if row is None:
        return UserFixable("store.no-such-call", call=str(call))
    return UserFixable("store.not-inspected", call=str(call), file=row["file_name"])


def load_source(database: Database, call: int) -> Path:
    """Return the file that was inspected."""
    row = database.read_one("SELECT path FROM calls WHERE id = ?", [call])
    if row is None:
        raise not_inspected(database, call)
    return Path(row["path"])


def load_metadata(database: Database, call: int) -> CallMetadata:
    """Return what the telephone system or the file name told of a call."""
    row = database.read_one("SELECT * FROM calls WHERE id = ?", [call])
    if row is None:
        raise not_inspected(database, call)
    return metadata_of(row)


def metadata_of(row: sqlite3.Row) -> CallMetadata:
    """Read a call's metadata from its row."""
    return CallMetadata(
        call_id=row["external_id"],
        started_at=row["started_at"],
        agent_name=row["agent_name"],
        agent_id=row["agent_id"],
        team=row["team"],
        customer_phone=row["customer_phone"],
        direction=row["direction"],
        queue=row["queue"],
        ring_seconds=row["ring_seconds"],
        layout=LaneLayout(row["lanes"]) if row["lanes"] else None,
        extra=json.loads(row["extra"]) if row["extra"] != "{}" else {},
    )


def load_book(database: Database, call: int) -> BookIdentity:
    """Return the rule book that judged a call."""
    statement = "SELECT books.* FROM books JOIN calls ON calls.book = books.id WHERE calls.id = ?"
    row = database.read_one(statement, [call])
    if row is None:
        raise not_inspected(database, call)
    return BookIdentity(row["book"], row["version"], row["title"], row["sha256"])


def _new(database: Database, path: Path) -> int:
    return database.insert(
        "calls",
        {"path": str(path), "file_name": path.name, "state": CallState.WORKING.value, "imported_at": now()},
    )


def _update(database: Database, call: int, columns: dict[str, object]) -> None:
    names = ", ".join(f"{name} = ?" for name in columns)
    database.write(f"UPDATE calls SET {names} WHERE id = ?", [*columns.values(), call])  # noqa: S608 - our own names


def _metadata_columns(metadata: CallMetadata) -> dict[str, object]:
    return {
        "external_id": metadata.call_id,
        "started_at": metadata.started_at,
        "agent_name": metadata.agent_name,
        "agent_id": metadata.agent_id,
        "team": metadata.team,
        "customer_phone": metadata.customer_phone,
        "direction": metadata.direction,
        "queue": metadata.queue,
        "ring_seconds": metadata.ring_seconds,
        "lanes": metadata.layout.value if metadata.layout else None,
        "extra": to_text(dict(metadata.extra)),
    }


def _failed_by_path(database: Database, path: Path) -> int | None:
    found = _ids(database, "path = ? AND content_sha256 IS NULL", str(path))
    return found[0] if found else None


def _ids(database: Database, condition: str, *values: object) -> list[int]:
    statement = f"SELECT id FROM calls WHERE {condition} ORDER BY id"  # noqa: S608 - our own conditions
    return [int(row["id"]) for row in database.read(statement, values)]
