"""Whether a workspace is sound: the file itself, what belongs together, and the recordings that it points to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from csqa.messages import Reason
from csqa.store.database import Database

_MOST_NAMED = 100
"""Problems of one kind that are named; more than that many are the same problem."""

_WITHOUT = (
    ("transcript", "transcripts"),
    ("conversation", "conversations"),
    ("scorecard", "scorecards"),
)


def problems(database: Database) -> Iterator[Reason]:
    """Yield what is wrong, the gravest first; nothing where all is well."""
    for row in database.read(f"PRAGMA integrity_check({_MOST_NAMED})"):
        if row[0] != "ok":
            yield Reason("store.check-integrity", {"detail": row[0]})
    for row in database.read("PRAGMA foreign_key_check"):
        yield Reason("store.check-orphan", {"table": row[0], "row": row[1], "parent": row[2]})
    yield from _incomplete(database)
    yield from _unsearchable(database)
    yield from _missing_sound(database)


def _incomplete(database: Database) -> Iterator[Reason]:
    for part, table in _WITHOUT:
        statement = f"""
            SELECT calls.id, file_name FROM calls LEFT JOIN {table} ON {table}.call = calls.id
            WHERE inspected_at IS NOT NULL AND {table}.call IS NULL LIMIT {_MOST_NAMED}
        """  # noqa: S608 - our own names
        for row in database.read(statement):
            missing = {"code": f"store.part-{part}", "parameters": {}}
            yield Reason("store.check-incomplete", {"call": row["id"], "file": row["file_name"], "part": missing})
    statement = f"""
        SELECT calls.id, file_name FROM calls JOIN scorecards ON scorecards.call = calls.id
        WHERE calls.score IS NOT scorecards.score OR calls.outcome IS NOT scorecards.outcome LIMIT {_MOST_NAMED}
    """  # noqa: S608 - our own number
    for row in database.read(statement):
        yield Reason("store.check-score", {"call": row["id"], "file": row["file_name"]})


def _unsearchable(database: Database) -> Iterator[Reason]:
    """Compare how many segments there are and how many the index knows: one may be rebuilt from the other."""
    counted = database.read_one(
        "SELECT (SELECT count(*) FROM segments) AS segments, (SELECT count(*) FROM segment_search_docsize) AS indexed"
    )
    if counted and counted["segments"] != counted["indexed"]:
        yield Reason("store.check-search", {"segments": counted["segments"], "indexed": counted["indexed"]})


def _missing_sound(database: Database) -> Iterator[Reason]:
    named = 0
    for row in database.read("SELECT call, path FROM recordings ORDER BY call"):
        if not Path(row["path"]).is_file():
            yield Reason("store.check-sound", {"call": row["call"], "file": row["path"]})
            named += 1
            if named == _MOST_NAMED:
                return
