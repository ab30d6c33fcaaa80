"""The connection: opened with the right settings, brought up to date, its errors told as what the user can mend."""

from __future__ import annotations

import datetime
import errno
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from csqa.errors import UserFixable
from csqa.store.lock import WriterLock
from csqa.store.migrations import APPLICATION_ID, VERSION, migrations

DATABASE_NAME = "csqa.db"
BACKUP_FOLDER = "backups"

BUSY_SECONDS = 10.0
"""How long to wait for another program's short write before giving up."""

_ALMOST_NOTHING = 8 * 1024 * 1024
"""Free bytes below which an input/output error is taken for a full disk: SQLite reports some of them so."""

_MOST_REMEMBERED = 2000
"""Shared texts whose rows are kept in mind; then all are forgotten, so that memory stays flat."""


class Database:
    """An open database. A connection belongs to the thread that opened it."""

    def __init__(self, folder: Path, *, write: bool) -> None:
        """Open the database of the workspace ``folder``; one that is behind is backed up and brought up to date.

        Raises UserFixable where there is none, it is newer than this program, damaged, locked, or cannot be written.
        """
        self.folder = folder
        self.path = folder / DATABASE_NAME
        self._depth = 0
        self._memory: dict[str, int] = {}
        self._lock: WriterLock | None = None
        if not is_database(self.path):
            raise UserFixable("store.not-a-workspace", folder=folder)
        self._connection = self._connect(write=write)
        try:
            if write:
                self._lock = WriterLock(folder)
            version = self._version()
            if version < VERSION:
                self._migrate(version)
            if not write:
                self.read("PRAGMA query_only = ON")
        except BaseException:
            self.close()
            raise

    @classmethod
    def create(cls, folder: Path) -> Database:
        """Make an empty database in ``folder`` and open it for writing. Raises UserFixable where that cannot be."""
        path = folder / DATABASE_NAME
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / BACKUP_FOLDER).mkdir(exist_ok=True)
            if is_database(path):
                raise UserFixable("store.already-there", folder=folder)
            lock = WriterLock(folder)
            try:
                with _explained(folder), closing(sqlite3.connect(path)) as connection:
                    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            finally:
                lock.release()
        except FileExistsError as error:
            raise UserFixable("store.not-a-folder", folder=folder) from error
        except OSError as error:
            raise _refused(folder, error) from error
        return cls(folder, write=True)

    def close(self) -> None:
        """Close the connection and let the next writer in. Closing twice is no harm."""
        self._connection.close()
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def read(self, statement: str, values: Sequence[object] = ()) -> list[sqlite3.Row]:
        """Return the rows of a query."""
        with _explained(self.folder):
            return self._connection.execute(statement, values).fetchall()

    def read_one(self, statement: str, values: Sequence[object] = ()) -> sqlite3.Row | None:
        """Return the first row of a query, or ``None``."""
        with _explained(self.folder):
            row: sqlite3.Row | None = self._connection.execute(statement, values).fetchone()
            return row

    def write(self, statement: str, values: Sequence[object] = ()) -> int:
        """Run a statement inside ``transaction`` and return the id of the row that it inserted, if it did."""
        assert self._depth, "writes belong in a transaction"
        with _explained(self.folder):
            return self._connection.execute(statement, values).lastrowid or 0

    def remember(self, text: str, row: int) -> int:
        """Keep in mind in which row a text stands that many calls have in common; return the row."""
        if len(self._memory) >= _MOST_REMEMBERED:
            self._memory.clear()
        self._memory[text] = row
        return row

    def remembered(self, text: str) -> int | None:
        """The row in which a text stands; ``None`` where that is not in mind."""
        return self._memory.get(text)

    def insert(self, table: str, row: dict[str, object]) -> int:
        """Insert one row and return its id."""
        return self.write(_insertion(table, row), tuple(row.values()))

    def insert_all(self, table: str, rows: Iterable[dict[str, object]]) -> None:
        """Insert rows that all have the same columns."""
        assert self._depth, "writes belong in a transaction"
        listed = list(rows)
        if listed:
            with _explained(self.folder):
                values = (tuple(row.values()) for row in listed)
                self._connection.executemany(_insertion(table, listed[0]), values)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep all that the body writes, or nothing of it. One inside another is part of the outer one."""
        if self._depth == 0:
            with _explained(self.folder):
                self._connection.execute("BEGIN IMMEDIATE")
        self._depth += 1
        try:
            yield
        except BaseException:
            self._depth -= 1
            self._memory.clear()  # what it remembers may not be there any more
            if self._depth == 0 and self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise
        self._depth -= 1
        if self._depth == 0:
            try:
                with _explained(self.folder):
                    self._connection.execute("COMMIT")
            except UserFixable:
                self._memory.clear()
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def back_up(self, label: str) -> Path:
        """Write a copy of the whole database into the backup folder and return where it lies."""
        stamp = datetime.datetime.now(datetime.UTC).strftime("%Y%m%d-%H%M%S")
        target = self.folder / BACKUP_FOLDER / f"csqa-{stamp}-{label}.db"
        part = target.with_suffix(".part")
        with _explained(self.folder):
            target.parent.mkdir(exist_ok=True)
            try:
                with closing(sqlite3.connect(part)) as copy:
                    self._connection.backup(copy)
                part.replace(target)
            finally:
                part.unlink(missing_ok=True)
        return target

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Let all that the body reads be of one moment, whatever is written meanwhile."""
        if self._connection.in_transaction:
            yield
            return
        with _explained(self.folder):
            self._connection.execute("BEGIN")
        try:
            yield
        finally:
            self._connection.execute("COMMIT")

    def _connect(self, *, write: bool) -> sqlite3.Connection:
        with _explained(self.folder):
            connection = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None)
            try:
                return _prepared(connection, write=write)
            except sqlite3.OperationalError as error:
                connection.close()
                if write or error.sqlite_errorcode & 0xFF not in {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}:
                    raise
            # WAL needs files beside the database even to read; where none can be made, nobody else writes either.
            address = f"{self.path.absolute().as_uri()}?immutable=1"
            return _prepared(sqlite3.connect(address, uri=True, isolation_level=None), write=False)

    def _version(self) -> int:
        identity, version = (self.read(f"PRAGMA {name}")[0][0] for name in ("application_id", "user_version"))
        if identity != APPLICATION_ID:
            raise UserFixable("store.not-a-workspace", folder=self.folder)
        if version > VERSION:
            raise UserFixable("store.newer-version", folder=self.folder, version=version, known=VERSION)
        return int(version)

    def _migrate(self, version: int) -> None:
        import sqlite_utils

        lock = WriterLock(self.folder) if self._lock is None else None
        try:
            if version:
                self.back_up(f"before-version-{VERSION}")
            with _explained(self.folder):
                migrations().apply(sqlite_utils.Database(self._connection))
        finally:
            if lock is not None:
                lock.release()


def _prepared(connection: sqlite3.Connection, *, write: bool) -> sqlite3.Connection:
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA recursive_triggers = ON")
    connection.execute("PRAGMA schema_version")  # the first look at the file: a damaged one shows here
    if write:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
    return connection


def _insertion(table: str, row: dict[str, object]) -> str:
    columns = ", ".join(f'"{name}"' for name in row)
    return f"INSERT INTO {table} ({columns}) VALUES ({', '.join('?' * len(row))})"  # noqa: S608 - our own names


@contextmanager
def _explained(folder: Path) -> Iterator[None]:
    """Tell SQLite's errors as what the user can mend; what he cannot, a slip in a statement, stays what it is."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = _code(error, folder)
        if code is None:
            raise
        raise UserFixable(code, folder=folder, detail=str(error)) from error
    except OSError as error:
        raise _refused(folder, error) from error


def is_database(path: Path) -> bool:
    """Tell whether something was ever written to a database's file; an empty one was begun on a full disk."""
    return path.is_file() and path.stat().st_size > 0


def _refused(folder: Path, error: OSError) -> UserFixable:
    code = "store.disk-full" if error.errno in {errno.ENOSPC, errno.EDQUOT} else "store.read-only"
    return UserFixable(code, folder=folder, detail=error.strerror or str(error))


def _code(error: sqlite3.DatabaseError, folder: Path) -> str | None:
    known: dict[int, str] = {
        sqlite3.SQLITE_FULL: "store.disk-full",
        sqlite3.SQLITE_READONLY: "store.read-only",
        sqlite3.SQLITE_CANTOPEN: "store.read-only",
        sqlite3.SQLITE_PERM: "store.read-only",
        sqlite3.SQLITE_CORRUPT: "store.damaged",
        sqlite3.SQLITE_NOTADB: "store.damaged",
        sqlite3.SQLITE_BUSY: "store.busy",
        sqlite3.SQLITE_IOERR: "store.disk-failed",
    }
    code = known.get(getattr(error, "sqlite_errorcode", -1) & 0xFF)
    if code == "store.disk-failed" and shutil.disk_usage(folder).free < _ALMOST_NOTHING:
        return "store.disk-full"
    return code
