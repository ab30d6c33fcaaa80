"""The command line: what the desktop does, for scripts and for people who like to type."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from csqa.cli.commands import build_parser
from csqa.cli.printing import Voice
from csqa.errors import CsqaError, UserFixable

DONE, SOME_FAILED, WRONG_USE, NO_WORKSPACE = 0, 1, 2, 3
"""Exit statuses."""


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit status. No traceback reaches the user; the log has it."""
    voice = Voice.of_this_user(arguments)
    options = build_parser(voice.language).parse_args(arguments)
    try:
        return int(options.run(options, voice))
    except UserFixable as error:
        voice.error(error)
        return NO_WORKSPACE if error.code.startswith("store.") else SOME_FAILED
    except KeyboardInterrupt:
        voice.note("cli.stopped")
        return SOME_FAILED
    except BrokenPipeError:
        sys.stderr.close()
        return SOME_FAILED
    except Exception as error:
        voice.error(_logged(error))
        return SOME_FAILED


def _logged(error: Exception) -> CsqaError:
    """Write the traceback of a bug to the log and return what is said of it."""
    import logging

    from csqa.engine import log_path, start_logging
    from csqa.errors import Bug

    if isinstance(error, Bug):
        return error
    start_logging()
    logging.getLogger(__name__).error("a command failed", exc_info=error)
    return Bug("general.bug", kind=type(error).__name__, log=log_path())
