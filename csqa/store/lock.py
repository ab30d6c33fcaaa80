"""One writer at a time: a lock that the operating system lets go of when the program that holds it dies."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import sqlite3
from pathlib import Path

from csqa.errors import UserFixable

LOCK_NAME = "writer.lock"
HOLDER_NAME = "writer.json"


class WriterLock:
    """The right to write to a workspace.

    SQLite's own file locking does the work, on a file of its own so that readers are not in the way; it works alike on
    Windows, macOS and Linux and between programs as well as inside one. Beside it lies who holds it, for the message.
    """

    def __init__(self, folder: Path) -> None:
        """Take the lock of the workspace ``folder``. Raises UserFixable where another has it or it cannot be made."""
        self._holder = folder / HOLDER_NAME
        try:
            self._connection = sqlite3.connect(folder / LOCK_NAME, timeout=0, isolation_level=None)
        except sqlite3.OperationalError as error:
            raise UserFixable("store.read-only", folder=folder) from error
        try:
            self._connection.execute("BEGIN EXCLUSIVE")
            me = {"pid": os.getpid(), "computer": platform.node()}
            self._holder.write_text(json.dumps(me), encoding="utf-8")
        except sqlite3.OperationalError as error:
            self._connection.close()
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
                raise UserFixable("store.locked", folder=folder, **self._held_by()) from error
            raise UserFixable("store.read-only", folder=folder) from error
        except OSError as error:
            self._connection.close()
            raise UserFixable("store.read-only", folder=folder) from error

    def release(self) -> None:
        """Let the next writer in."""
        with contextlib.suppress(OSError):  # a virus scanner may be looking at it; it only serves a message
            self._holder.unlink(missing_ok=True)
        self._connection.close()

    def _held_by(self) -> dict[str, object]:
        try:
            holder = json.loads(self._holder.read_text(encoding="utf-8"))
            return {"computer": str(holder["computer"]), "pid": int(holder["pid"])}
        except (OSError, ValueError, KeyError, TypeError):  # just being written, or gone again
            return {"computer": "?", "pid": 0}
