"""The one door: a command goes to the command line, ``--engine`` to the engine, nothing to the desktop."""

from __future__ import annotations

import sys


def main() -> int:
    """Start what the arguments ask for and return the exit status."""
    arguments = sys.argv[1:]
    if arguments == ["--engine"]:
        from csqa.engine import main as engine

        return engine()
    if arguments:
        from csqa.cli import main as command_line

        return command_line(arguments)
    from ui.app import run

    return run(sys.argv)


if __name__ == "__main__":
    sys.exit(main())
