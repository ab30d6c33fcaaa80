"""Verdicts a second on stored conversations, on one core: what trying a rule change on an archive costs.

Run as ``python -m benchmarks.verdict_speed [WORKSPACE]``; without one, the samples' truth is inspected first.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from csqa.rules.judging import judge
from csqa.rules.rulebook import load_book
from csqa.store.workspace import Workspace

SECONDS = 5.0


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        if len(sys.argv) > 1:
            workspace = Path(sys.argv[1])
        else:
            subprocess.run([sys.executable, "main.py", "demo", "--out", folder], check=True, stdout=subprocess.DEVNULL)
            workspace = Path(folder) / "workspace"
        with Workspace.open(workspace, write=False) as store:
            conversations = [store.inspection(call).conversation for call in store.inspected_calls()]
    book = load_book("general")
    rounds = verdicts = 0
    start = time.perf_counter()
    while time.perf_counter() - start < SECONDS:
        rounds += 1
        for conversation in conversations:
            verdicts += len(judge(conversation, book))
    elapsed = time.perf_counter() - start
    print(
        f"{verdicts / elapsed:.0f} verdicts/s, {rounds * len(conversations) / elapsed:.0f} calls/s "
        f"({len(conversations)} calls, {len(book.rules)} rules)"
    )


if __name__ == "__main__":
    main()
