"""The test command: format, lint, types, the arrows between rooms, and the tests, in the order of how fast they answer.

Run as ``python -m tools.check``; what follows is handed to pytest. All checks run even where one fails, so that one
round shows everything; the exit status is 1 where any failed.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

CHECKS: tuple[tuple[str, ...], ...] = (
    ("ruff", "format", "--check", "."),
    ("ruff", "check", "."),
    ("mypy",),
    ("importlinter.cli",),
    ("pytest",),
)


def main(pytest_arguments: list[str]) -> int:
    """Run every check and return 1 where one failed."""
    failed = []
    environment = {**os.environ, "PYTHONUTF8": "1", "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}
    for check in CHECKS:
        command = [sys.executable, "-m", *check] if check[0] != "importlinter.cli" else [sys.executable, "-c", _LINT]
        if check[0] == "pytest":
            command += pytest_arguments
        print(f"+ {' '.join(check)}", flush=True)
        if subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode != 0:
            failed.append(check[0])
    if failed:
        print(f"failed: {', '.join(failed)}")
    return 1 if failed else 0


_LINT = (
    "import sys; from importlinter.cli import lint_imports_command; sys.argv = ['lint-imports']; lint_imports_command()"
)

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
