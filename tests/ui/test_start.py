"""How the desktop starts: without what is heavy, and whatever the state of things is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

HEAVY = ("faster_whisper", "ctranslate2", "onnxruntime", "av", "jieba", "rich", "xlsxwriter", "jinja2", "opencc",
         "pypinyin", "sounddevice", "reportlab", "numpy", "soundfile", "sqlite_utils", "cattrs")  # fmt: skip

SHOW = """
import json, sys
from PySide6.QtWidgets import QApplication
from ui.app import Desktop
from ui.preferences import preferences_file
application = QApplication([])
desktop = Desktop(application, preferences_file())
desktop.window.show()
application.processEvents()
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
desktop.close()
"""

WHOLE_WAY = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from ui import app
opened = app.MainWindow.show_workspace
def show_and_close(self, summary):
    opened(self, summary)
    print(summary.folder, summary.total)
    QTimer.singleShot(0, self.close)
app.MainWindow.show_workspace = show_and_close
sys.exit(app.run(["csqa"]))
"""


def python(code: str, home: Path, *more: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "CSQA_HOME": str(home), "QT_QPA_PLATFORM": "offscreen", "PYTHONUTF8": "1"}
    command = [sys.executable, "-W", "error", *more, "-c", code]
    return subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", timeout=60, check=False)


def test_the_window_shows_without_heavy_libraries(tmp_path: Path) -> None:
    done = python(SHOW, tmp_path)
    assert done.returncode == 0, done.stderr
    loaded = set(json.loads(done.stdout.splitlines()[-1]))
    assert loaded.isdisjoint(HEAVY), loaded & set(HEAVY)


def test_it_starts_opens_and_ends(tmp_path: Path) -> None:
    done = python(WHOLE_WAY, tmp_path / "家 home")
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [str(tmp_path / "家"), "home/workspace", "0"] or "workspace 0" in done.stdout
    assert "Traceback" not in done.stderr
    assert (tmp_path / "家 home" / "config" / "desktop.toml").is_file()


def test_a_broken_settings_file_does_not_keep_the_window_shut(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "desktop.toml").write_text("language = [", encoding="utf-8")
    assert python(WHOLE_WAY, tmp_path).returncode == 0
