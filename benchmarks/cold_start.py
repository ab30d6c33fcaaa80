"""Cold start of ``csqa --help`` against a bare Python, and of the window against an empty PySide6 window.

Run as ``python -m benchmarks.cold_start [ROUNDS]``; offscreen where there is no display.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time

EMPTY_WINDOW = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
application = QApplication(sys.argv)
window = QMainWindow()
window.show()
QTimer.singleShot(0, application.quit)
application.exec()
"""

OUR_WINDOW = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from ui.app import Desktop
from ui.preferences import preferences_file
application = QApplication(sys.argv)
desktop = Desktop(application, preferences_file())
desktop.window.show()
QTimer.singleShot(0, application.quit)
application.exec()
"""

PROGRAMS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "csqa --help": [sys.executable, "main.py", "--help"],
    "empty PySide6 window": [sys.executable, "-c", EMPTY_WINDOW],
    "csqa window": [sys.executable, "-c", OUR_WINDOW],
}


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    times: dict[str, list[float]] = {name: [] for name in PROGRAMS}
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "CSQA_HOME": home}
        for _ in range(rounds):
            for name, command in PROGRAMS.items():
                start = time.perf_counter()
                subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
                times[name].append(time.perf_counter() - start)
    medians = {name: statistics.median(taken) for name, taken in times.items()}
    for name, median in medians.items():
        print(f"{name}: {median * 1000:.0f} ms")
    print(f"help / bare Python: {medians['csqa --help'] / medians['python -c pass']:.2f}")
    print(f"window / empty window: {medians['csqa window'] / medians['empty PySide6 window']:.2f}")


if __name__ == "__main__":
    main()
