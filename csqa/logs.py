"""The log: a file of the user's that never holds what was said in a call."""

from __future__ import annotations

import logging
from pathlib import Path

from csqa.settings import locations

_SIZE = 1_000_000
_KEPT = 3


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
    handler.setFormatter(logging.Formatter("%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    return path
