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
    """Send warnings and worse to the log, which is turned over at a megabyte, and return where it is."""
    from logging.handlers import RotatingFileHandler

    path = log_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(path, maxBytes=_SIZE, backupCount=_KEPT, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    return path
