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
        return SOME_FAILED if error.code in ABOUT_A_CALL or not error.code.startswith("store.") else NO_WORKSPACE
    except KeyboardInterrupt:
        voice.note("cli.stopped")
        return SOME_FAILED
    except BrokenPipeError:
        sys.stderr.close()
        return SOME_FAILED
    except Exception as error:
        log = start_logging()
        logger.exception("a command failed")
        voice.error(Bug("general.bug", kind=type(error).__name__, log=log))
        return SOME_FAILED
