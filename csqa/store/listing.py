"""Lists of calls: the row holds all that a list shows, so that a list reads nothing else."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from csqa.cards.scorecard import CardOutcome
from csqa.errors import UserFixable
from csqa.messages import Reason
from csqa.rules.base import Outcome
from csqa.store.calls import CallState
from csqa.store.database import Database


class CallOrder(StrEnum):
    """By what a list of calls is put in order."""

    ID = "id"
    STARTED_AT = "started_at"
    NAME = "file_name"
    AGENT = "agent_name"
    TEAM = "team"
    DURATION = "duration"
    SCORE = "score"
    OUTCOME = "outcome"
    STATE = "state"
    IMPORTED_AT = "imported_at"


@dataclass(frozen=True)
class CallRow:
    """A call as a list shows it. ``name`` is the file's; times of day are ISO 8601; ``duration`` in seconds.

    The counts are of violations by severity, and of doubts. ``error`` says why a failed call failed.
    """

    id: int
    name: str
    path: Path
    state: CallState
    duration: float | None
    started_at: str | None
    agent_name: str | None
    agent_id: str | None
    team: str | None
    customer_phone: str | None
    direction: str | None
    queue: str | None
    external_id: str | None
    score: float | None
    maximum: float | None
    outcome: CardOutcome | None
    provisional: bool | None
    fatal_count: int
    major_count: int
    minor_count: int
    info_count: int
    doubt_count: int
    model: str | None
    book: str | None
    book_version: str | None
    form: str | None
    form_version: str | None
    error: Reason | None
    imported_at: str
    inspected_at: str | None


@dataclass(frozen=True)
class CallFilter:
    """Which calls: those that meet every condition that is set.

    ``text`` is looked for in file name, agent, staff number, team and the telephone system's own number. The started
    times are ISO 8601, ``started_until`` itself left out. ``rule`` asks for calls where that rule gave one of
    ``rule_outcomes``.
    """

    text: str = ""
    agents: Sequence[str] = ()
    teams: Sequence[str] = ()
    states: Sequence[CallState] = ()
    outcomes: Sequence[CardOutcome] = ()
    started_from: str | None = None
    started_until: str | None = None
    score_from: float | None = None
    score_until: float | None = None
    rule: str | None = None
    rule_outcomes: Sequence[Outcome] = (Outcome.VIOLATION,)


EVERYTHING = CallFilter()

_COLUMNS = """
    calls.id, file_name, path, state, duration, started_at, agent_name, agent_id, team, customer_phone, direction,
    queue, external_id, score, maximum, outcome, provisional, fatal_count, major_count, minor_count, info_count,
    doubt_count, model_name, books.book AS book_name, books.version AS book_version, form_name, form_version, error,
    imported_at, inspected_at
"""


def rows(
    database: Database, which: CallFilter, order: CallOrder, limit: int | None, offset: int, *, descending: bool
) -> tuple[CallRow, ...]:
    """Return calls for a list."""
    where, values = _condition(which)
    direction = "DESC" if descending else "ASC"
    by = "" if order in {CallOrder.ID, CallOrder.IMPORTED_AT} else f"{order.value} {direction}, "
    # The page is found in an index, and only its rows are read: a list of 100 000 calls scrolls without waiting.
    statement = f"""
        SELECT {_COLUMNS}
        FROM (SELECT id FROM calls WHERE {where} ORDER BY {by} id {direction} LIMIT ? OFFSET ?) AS page
        JOIN calls ON calls.id = page.id LEFT JOIN books ON books.id = calls.book
        ORDER BY {by} calls.id {direction}
    """  # noqa: S608 - our own names; what users give are values
    found = database.read(statement, [*values, -1 if limit is None else limit, offset])
    return tuple(_call_row(row) for row in found)


def inspected_ids(database: Database, which: CallFilter) -> tuple[int, ...]:
    """Return the calls with a finished inspection that meet ``which``, in order of import."""
    where, values = _condition(which)
    statement = f"SELECT id FROM calls WHERE {where} AND inspected_at IS NOT NULL ORDER BY id"  # noqa: S608
    return tuple(row["id"] for row in database.read(statement, values))


def row_of(database: Database, call: int) -> CallRow:
    """Return one call as a list shows it. Raises UserFixable where there is no such call."""
    statement = f"SELECT {_COLUMNS} FROM calls LEFT JOIN books ON books.id = calls.book WHERE calls.id = ?"  # noqa: S608
    row = database.read_one(statement, [call])
    if row is None:
        raise UserFixable("store.no-such-call", call=str(call))
    return _call_row(row)


def count(database: Database, which: CallFilter) -> int:
    """Return how many calls there are."""
    where, values = _condition(which)
    row = database.read_one(f"SELECT count(*) AS number FROM calls WHERE {where}", values)  # noqa: S608
    return int(row["number"]) if row else 0


def _condition(which: CallFilter) -> tuple[str, list[object]]:
    parts: list[str] = []
    values: list[object] = []

    def ask(condition: str, *given: object) -> None:
        parts.append(condition)
        values.extend(given)

    if which.text:
        names = ("file_name", "agent_name", "agent_id", "team", "external_id")
        ask("(" + " OR ".join(f"instr(lower({name}), lower(?))" for name in names) + ")", *[which.text] * len(names))
    for column, wanted in (
        ("agent_name", which.agents),
        ("team", which.teams),
        ("state", which.states),
        ("outcome", which.outcomes),
    ):
        if wanted:
            ask(f"{column} IN ({', '.join('?' * len(wanted))})", *(str(each) for each in wanted))
    for condition, value in (
        ("started_at >= ?", which.started_from),
        ("started_at < ?", which.started_until),
        ("score >= ?", which.score_from),
        ("score <= ?", which.score_until),
    ):
        if value is not None:
            ask(condition, value)
    if which.rule is not None:
        outcomes = ", ".join("?" * len(which.rule_outcomes))
        ask(
            f"calls.id IN (SELECT call FROM verdicts WHERE rule = ? AND outcome IN ({outcomes}))",  # noqa: S608
            which.rule,
            *(str(each) for each in which.rule_outcomes),
        )
    return " AND ".join(parts) or "TRUE", values


def _call_row(row: sqlite3.Row) -> CallRow:
    error = json.loads(row["error"]) if row["error"] else None
    return CallRow(
        id=row["id"],
        name=row["file_name"],
        path=Path(row["path"]),
        state=CallState(row["state"]),
        duration=row["duration"],
        started_at=row["started_at"],
        agent_name=row["agent_name"],
        agent_id=row["agent_id"],
        team=row["team"],
        customer_phone=row["customer_phone"],
        direction=row["direction"],
        queue=row["queue"],
        external_id=row["external_id"],
        score=row["score"],
        maximum=row["maximum"],
        outcome=CardOutcome(row["outcome"]) if row["outcome"] else None,
        provisional=None if row["provisional"] is None else bool(row["provisional"]),
        fatal_count=row["fatal_count"],
        major_count=row["major_count"],
        minor_count=row["minor_count"],
        info_count=row["info_count"],
        doubt_count=row["doubt_count"],
        model=row["model_name"],
        book=row["book_name"],
        book_version=row["book_version"],
        form=row["form_name"],
        form_version=row["form_version"],
        error=Reason(error["code"], error["parameters"]) if error else None,
        imported_at=row["imported_at"],
        inspected_at=row["inspected_at"],
    )
