"""The schema, step by step. A step that has been released is never changed; a change is a new step.

Tables and columns are described in ``docs/data-model.md``, which a test compares with what is made here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database
    from sqlite_utils.migrations import Migrations

VERSION = 2
"""Number of the newest step; ``PRAGMA user_version`` of a database that is up to date."""

APPLICATION_ID = 0x43535141
"""``PRAGMA application_id`` of a workspace's database: "CSQA"."""


def migrations() -> Migrations:
    """Return the steps; sqlite-utils keeps in the database which of them are done."""
    from sqlite_utils.migrations import Migrations  # loads late: only a database that is behind needs it

    steps = Migrations("csqa")

    @steps()
    def first_schema(database: Database) -> None:
        for statement in _FIRST_SCHEMA:
            database.execute(statement)
        database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        database.execute("PRAGMA user_version = 1")

    @steps()
    def loudness_and_quicker_judging(database: Database) -> None:
        for statement in _LOUDNESS_AND_QUICKER_JUDGING:
            database.execute(statement)
        database.execute("PRAGMA user_version = 2")

    return steps


_LOUDNESS_AND_QUICKER_JUDGING = (
    "ALTER TABLE turns ADD COLUMN level REAL",
    "ALTER TABLE turns ADD COLUMN loudest REAL",
    "ALTER TABLE calls ADD COLUMN fingerprints INTEGER REFERENCES shared_texts (id)",
    """
    CREATE TABLE reasonings (
        call INTEGER PRIMARY KEY REFERENCES calls (id) ON DELETE CASCADE,
        conditions BLOB NOT NULL
    )
    """,
    """
    CREATE TABLE phrases_met (
        call INTEGER PRIMARY KEY REFERENCES calls (id) ON DELETE CASCADE,
        phrases TEXT NOT NULL, bits BLOB NOT NULL
    )
    """,
)


_FIRST_SCHEMA = (
    """
    CREATE TABLE books (
        id INTEGER PRIMARY KEY,
        book TEXT NOT NULL, version TEXT NOT NULL, title TEXT NOT NULL, sha256 TEXT NOT NULL,
        text TEXT,
        UNIQUE (sha256, book, version, title)
    )
    """,
    """
    CREATE TABLE forms (
        id INTEGER PRIMARY KEY,
        form TEXT NOT NULL, version TEXT NOT NULL, sha256 TEXT NOT NULL UNIQUE,
        text TEXT NOT NULL
    )
    """,
    """
    CREATE TABLE shared_texts (
        id INTEGER PRIMARY KEY,
        sha256 TEXT NOT NULL UNIQUE,
        text TEXT NOT NULL
    )
    """,
    """
    CREATE TABLE calls (
        id INTEGER PRIMARY KEY,
        content_sha256 TEXT UNIQUE,
        path TEXT NOT NULL, file_name TEXT NOT NULL,
        duration REAL,
        external_id TEXT, started_at TEXT, agent_name TEXT, agent_id TEXT, team TEXT, customer_phone TEXT,
        direction TEXT, queue TEXT, ring_seconds REAL, lanes TEXT, extra TEXT NOT NULL DEFAULT '{}',
        state TEXT NOT NULL,
        score REAL, maximum REAL, outcome TEXT, provisional INTEGER,
        fatal_count INTEGER NOT NULL DEFAULT 0, major_count INTEGER NOT NULL DEFAULT 0,
        minor_count INTEGER NOT NULL DEFAULT 0, info_count INTEGER NOT NULL DEFAULT 0,
        doubt_count INTEGER NOT NULL DEFAULT 0,
        model_name TEXT, model_sha256 TEXT,
        book INTEGER REFERENCES books (id),
        form_name TEXT, form_version TEXT,
        error TEXT,
        imported_at TEXT NOT NULL, inspected_at TEXT
    )
    """,
    "CREATE INDEX calls_path ON calls (path)",
    "CREATE INDEX calls_file_name ON calls (file_name)",
    "CREATE INDEX calls_started_at ON calls (started_at)",
    "CREATE INDEX calls_agent_name ON calls (agent_name)",
    "CREATE INDEX calls_team ON calls (team)",
    "CREATE INDEX calls_duration ON calls (duration)",
    "CREATE INDEX calls_score ON calls (score)",
    "CREATE INDEX calls_outcome ON calls (outcome)",
    "CREATE INDEX calls_state ON calls (state)",
    """
    CREATE TABLE recordings (
        call INTEGER PRIMARY KEY REFERENCES calls (id) ON DELETE CASCADE,
        path TEXT NOT NULL, sha256 TEXT NOT NULL, size INTEGER NOT NULL,
        duration REAL NOT NULL, sample_rate INTEGER NOT NULL, channels INTEGER NOT NULL, codec TEXT NOT NULL,
        layout TEXT NOT NULL,
        metadata TEXT NOT NULL
    )
    """,
    """
    CREATE TABLE hearings (
        call INTEGER PRIMARY KEY REFERENCES calls (id) ON DELETE CASCADE,
        duration REAL NOT NULL, sounds TEXT NOT NULL, ended_early INTEGER NOT NULL
    )
    """,
    """
    CREATE TABLE lanes (
        call INTEGER NOT NULL REFERENCES calls (id) ON DELETE CASCADE, position INTEGER NOT NULL,
        speaker TEXT NOT NULL, speech TEXT NOT NULL,
        levels BLOB NOT NULL, peaks_bucket INTEGER NOT NULL, peaks BLOB NOT NULL,
        PRIMARY KEY (call, position)
    )
    """,
    """
    CREATE TABLE passages (
        call INTEGER NOT NULL REFERENCES calls (id) ON DELETE CASCADE, position INTEGER NOT NULL,
        words TEXT NOT NULL,
        PRIMARY KEY (call, position)
    )
    """,
    """
    CREATE TABLE transcripts (
        call INTEGER PRIMARY KEY REFERENCES calls (id) ON DELETE CASCADE,
        duration REAL NOT NULL, model_name TEXT, model_sha256 TEXT, dropped TEXT NOT NULL
    )
    """,
    """
    CREATE TABLE segments (
        id INTEGER PRIMARY KEY,
        call INTEGER NOT NULL REFERENCES calls (id) ON DELETE CASCADE, position INTEGER NOT NULL,
        start REAL NOT NULL, "end" REAL NOT NULL, speaker TEXT NOT NULL, text TEXT NOT NULL, confidence REAL,
        words TEXT NOT NULL,
        UNIQUE (call, position)
    )
    """,
    "CREATE VIRTUAL TABLE segment_search USING fts5 (text, content='')",
    """
    CREATE TABLE conversations (
        call INTEGER PRIMARY KEY REFERENCES calls (id) ON DELETE CASCADE,
        duration REAL NOT NULL, has_sound INTEGER NOT NULL, speakers_estimated INTEGER NOT NULL,
        ended_early INTEGER NOT NULL,
        speech TEXT NOT NULL, unheard TEXT NOT NULL, sounds TEXT NOT NULL, measures TEXT NOT NULL
    )
    """,
    """
    CREATE TABLE turns (
        call INTEGER NOT NULL REFERENCES calls (id) ON DELETE CASCADE, position INTEGER NOT NULL,
        number INTEGER NOT NULL,
        start REAL NOT NULL, "end" REAL NOT NULL, speaker TEXT NOT NULL, text TEXT NOT NULL,
        confidence REAL, speaker_confidence REAL NOT NULL, speech TEXT NOT NULL, words TEXT NOT NULL,
        PRIMARY KEY (call, position)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE pauses (
        call INTEGER NOT NULL REFERENCES calls (id) ON DELETE CASCADE, position INTEGER NOT NULL,
        start REAL NOT NULL, "end" REAL NOT NULL, kind TEXT NOT NULL, owed_by TEXT, sound TEXT NOT NULL,
        announced INTEGER NOT NULL, thanked INTEGER NOT NULL,
        words_start REAL, words_end REAL, previous_turn INTEGER, next_turn INTEGER,
        PRIMARY KEY (call, position)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE overlaps (
        call INTEGER NOT NULL REFERENCES calls (id) ON DELETE CASCADE, position INTEGER NOT NULL,
        start REAL NOT NULL, "end" REAL NOT NULL, interrupter TEXT NOT NULL,
        PRIMARY KEY (call, position)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE verdicts (
        call INTEGER NOT NULL REFERENCES calls (id) ON DELETE CASCADE, position INTEGER NOT NULL,
        rule TEXT NOT NULL, outcome TEXT NOT NULL, severity TEXT NOT NULL, confidence REAL NOT NULL,
        reason TEXT NOT NULL, reason_parameters TEXT NOT NULL, conditions TEXT NOT NULL,
        settings INTEGER NOT NULL REFERENCES shared_texts (id),
        PRIMARY KEY (call, position)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX verdicts_rule ON verdicts (rule, outcome)",
    """
    CREATE TABLE evidence (
        call INTEGER NOT NULL, verdict INTEGER NOT NULL, position INTEGER NOT NULL,
        start REAL NOT NULL, "end" REAL NOT NULL, speaker TEXT, text TEXT NOT NULL,
        reason TEXT NOT NULL, reason_parameters TEXT NOT NULL,
        turn INTEGER, confidence REAL NOT NULL, substitute TEXT,
        PRIMARY KEY (call, verdict, position),
        FOREIGN KEY (call, verdict) REFERENCES verdicts (call, position) ON DELETE CASCADE
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE scorecards (
        call INTEGER PRIMARY KEY REFERENCES calls (id) ON DELETE CASCADE,
        form TEXT NOT NULL, version TEXT NOT NULL, form_text INTEGER REFERENCES forms (id),
        score REAL NOT NULL, maximum REAL NOT NULL, outcome TEXT NOT NULL, provisional INTEGER NOT NULL,
        pass_mark REAL, review TEXT NOT NULL,
        layout INTEGER NOT NULL REFERENCES shared_texts (id), sections TEXT NOT NULL
    )
    """,
    """
    CREATE TABLE answers (
        call INTEGER NOT NULL REFERENCES calls (id) ON DELETE CASCADE, position INTEGER NOT NULL,
        question TEXT NOT NULL, answer TEXT, machine_answer TEXT, credit REAL NOT NULL,
        score REAL NOT NULL, maximum REAL NOT NULL, fatal INTEGER NOT NULL,
        person TEXT, person_reason TEXT, covered_by TEXT,
        PRIMARY KEY (call, position)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE person_answers (
        call INTEGER NOT NULL REFERENCES calls (id) ON DELETE CASCADE, question TEXT NOT NULL,
        answer TEXT NOT NULL, reason TEXT NOT NULL, who TEXT NOT NULL, answered_at TEXT NOT NULL,
        PRIMARY KEY (call, question)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE history (
        id INTEGER PRIMARY KEY,
        at TEXT NOT NULL, call INTEGER, who TEXT NOT NULL, verb TEXT NOT NULL, subject TEXT NOT NULL,
        before TEXT, after TEXT
    )
    """,
    "CREATE INDEX history_call ON history (call)",
    """
    CREATE TRIGGER history_is_never_changed BEFORE UPDATE ON history
    BEGIN SELECT RAISE (ABORT, 'history is append-only'); END
    """,
    """
    CREATE TRIGGER history_is_never_deleted BEFORE DELETE ON history
    BEGIN SELECT RAISE (ABORT, 'history is append-only'); END
    """,
)
