"""The log: a file of the user's that never holds what was said in a call."""

from __future__ import annotations

import logging
import traceback
from pathlib import Path
from typing import Any

from csqa.settings import locations

_SIZE = 1_000_000
_KEPT = 3


class WordlessFormatter(logging.Formatter):
    """Writes tracebacks with the kind of the error and where it arose, without its message: that may quote a call."""

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's name
        """Return the frames of the error and of what caused it, the cause first, as Python does."""
        told: list[str] = []
        error: BaseException | None = ei[1]
        while error is not None:
            told.append("".join(traceback.format_tb(error.__traceback__)) + type(error).__qualname__)
            error = error.__cause__ or error.__context__
        return "\n".join(reversed(told))


def log_path() -> Path:
    """Where the log of this user lies."""
    return locations().logs / "csqa.log"


def start_logging() -> Path:
    """Send warnings and worse to the log, which is turned over at a megabyte, and return where it is.

    Where no file can be written there, nothing is logged.
    """
    from logging.handlers import RotatingFileHandler

    path = log_path()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    except OSError:  # no log is no reason not to work
        logging.basicConfig(handlers=[logging.NullHandler()])
        return path
    logging.raiseExceptions = False  # a full disk is told where it matters, not by the log
    handler = RotatingFileHandler(path, maxBytes=_SIZE, backupCount=_KEPT, encoding="utf-8", delay=True)
    handler.setFormatter(WordlessFormatter("%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    return path
