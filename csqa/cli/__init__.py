"""The command line: what the desktop does, for scripts and for people who like to type."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence

from csqa.cli.commands import build_parser
from csqa.cli.printing import Voice
from csqa.errors import Bug, UserFixable
from csqa.logs import start_logging

logger = logging.getLogger(__name__)

DONE, SOME_FAILED, WRONG_USE, NO_WORKSPACE = 0, 1, 2, 3
"""Exit statuses."""

MISUSE = frozenset({"cli.one-transcript-one-file"})
"""Errors that only a look at the whole command line shows."""

ABOUT_A_CALL = frozenset({"store.no-such-call", "store.several-calls", "store.not-inspected"})
"""The store's errors that leave the workspace usable."""


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit status. No traceback reaches the user; the log has it."""
    voice = Voice.of_this_user(arguments)
    options = build_parser(voice.language).parse_args(arguments)
    try:
        return int(options.run(options, voice))
    except UserFixable as error:
        voice.error(error)
        if getattr(options, "json", False):
            voice.json_line(voice.error_object(getattr(options, "workspace", ""), error))
        return _status(error)
    except KeyboardInterrupt:
        voice.note("cli.import-stopped" if options.command in {"import", "demo"} else "cli.stopped")
        return SOME_FAILED
    except BrokenPipeError:
        sys.stderr.close()
        return SOME_FAILED
    except Exception as error:
        log = start_logging()
        logger.exception("a command failed")
        voice.error(Bug("general.bug", kind=type(error).__name__, log=log))
        return SOME_FAILED


def _status(error: UserFixable) -> int:
    if error.code in MISUSE:
        return WRONG_USE
    unusable = error.code.startswith("store.") and error.code not in ABOUT_A_CALL
    return NO_WORKSPACE if unusable else SOME_FAILED
