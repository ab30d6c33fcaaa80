"""What was done to which call, when and by whom. Only ever added to: the database itself refuses to change it."""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass
from typing import Any

from csqa.store.database import Database
from csqa.store.encoding import to_text

MACHINE = "csqa"
"""Who did what no person did."""


@dataclass(frozen=True)
class HistoryEntry:
    """One thing done. ``at`` is ISO 8601 in UTC; ``subject`` is a question or a file; the rest is plain data."""

    id: int
    at: str
    call: int | None
    who: str
    verb: str
    subject: str
    before: Any
    after: Any


def now() -> str:
    """Return the time as it stands in the database: ISO 8601, UTC, whole seconds."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")


def record(
    database: Database,
    call: int | None,
    verb: str,
    *,
    who: str = MACHINE,
    subject: str = "",
    before: object = None,
    after: object = None,
) -> None:
    """Add an entry; inside the transaction of what it tells of."""
    database.insert(
        "history",
        {
            "at": now(),
            "call": call,
            "who": who,
            "verb": verb,
            "subject": subject,
            "before": None if before is None else to_text(before),
            "after": None if after is None else to_text(after),
        },
    )


def entries(database: Database, call: int | None = None, limit: int = 1000) -> tuple[HistoryEntry, ...]:
    """Return the newest entries first, of one call or of all."""
    where, values = ("WHERE call = ?", [call]) if call is not None else ("", [])
    rows = database.read(f"SELECT * FROM history {where} ORDER BY id DESC LIMIT ?", [*values, limit])  # noqa: S608
    return tuple(
        HistoryEntry(
            id=row["id"],
            at=row["at"],
            call=row["call"],
            who=row["who"],
            verb=row["verb"],
            subject=row["subject"],
            before=_plain(row["before"]),
            after=_plain(row["after"]),
        )
        for row in rows
    )


def _plain(text: str | None) -> Any:
    return None if text is None else json.loads(text)
