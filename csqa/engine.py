"""The pipeline in a child process: JSON lines in and out.

One request is one line on standard input (``csqa.pipeline.Request``); the answer is a line an event on standard
output, ending with ``inspected`` or ``failed``. The process goes on with the next line, its models still loaded, until
standard input closes. To cancel is to kill it: the memory comes back, and an abort in native code takes nothing else
with it. Standard error is free for libraries to scribble on.
"""

from __future__ import annotations

import logging
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import csqa
from csqa.errors import Bug, CsqaError, UserFixable
from csqa.frames import from_json, from_plain, to_json, to_plain
from csqa.logs import log_path, start_logging
from csqa.pipeline import Event, Heard, Inspected, Listening, Opened, PassageDone, Request, Workbench, inspect

logger = logging.getLogger(__name__)

EVENTS: dict[str, type[Any]] = {
    "opened": Opened,
    "listening": Listening,
    "heard": Heard,
    "passage": PassageDone,
    "inspected": Inspected,
}
_NAMES = {kind: name for name, kind in EVENTS.items()}
_KINDS: dict[str, type[CsqaError]] = {"UserFixable": UserFixable, "Bug": Bug}


@dataclass(frozen=True)
class Failed:
    """The request could not be done; ``error`` says why."""

    error: CsqaError


def event_line(event: Event | Failed) -> str:
    """Write an event as one line, without its line feed."""
    if isinstance(event, Failed):
        return to_json({"event": "failed", "data": {"kind": type(event.error).__name__, **event.error.to_json()}})
    return to_json({"event": _NAMES[type(event)], "data": to_plain(event)})


def parse_event(line: str) -> Event | Failed:
    """Read a line of the engine. Raises ValueError where it is none."""
    from cattrs.errors import BaseValidationError

    try:
        frame = from_json(line, dict[str, Any])
        name, data = frame["event"], frame["data"]
        if name == "failed":
            return Failed(_KINDS[data["kind"]].from_json(data))
        event: Event = from_plain(data, EVENTS[name])
    except (KeyError, BaseValidationError) as error:
        raise ValueError(f"not a line of the engine: {type(error).__name__}") from None  # its text may hold speech
    return event


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests until there are no more. Never raises for what a single request does wrong."""
    workbench = Workbench()

    def emit(event: Event | Failed) -> None:
        answers.write(event_line(event).encode() + b"\n")
        answers.flush()

    for line in requests:
        try:
            inspect(from_json(line.decode(), Request), workbench, emit)
        except CsqaError as error:
            emit(Failed(error))
        except MemoryError:
            emit(Failed(UserFixable("engine.out-of-memory")))
        except Exception as error:
            logger.exception("the engine failed on a request")
            emit(Failed(Bug("general.bug", kind=type(error).__name__, log=log_path())))


def engine_command() -> list[str]:
    """Return the command that starts an engine: this very program in a frozen build, else this Python."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "--engine"]
    return [sys.executable, "-P", "-m", "csqa.engine"]  # never anything that lies in the working folder


def engine_environment() -> dict[str, str]:
    """Return the environment of an engine: this one, with CSQA importable wherever it was started from."""
    root = str(Path(csqa.__file__).resolve().parent.parent)
    paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONUTF8": "1", "HF_HUB_OFFLINE": "1"}


def main() -> int:
    """Serve standard input to standard output; what libraries print goes to standard error."""
    start_logging()
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    with requests, answers:
        serve(requests, answers)
    return 0


if __name__ == "__main__":
    sys.exit(main())
