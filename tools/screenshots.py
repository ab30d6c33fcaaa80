"""Drives the real window offscreen and saves each page and state as PNG, light and dark, Chinese and English.

    python -m tools.screenshots OUT [--workspace DIR] [--only NAME…] [--size 1366x768] [--scale 1.5]

Without ``--workspace`` the bundled samples are inspected first, as ``csqa demo`` does.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget

    from ui.app import Desktop

WAIT_SECONDS = 60.0


class Studio:
    """One window in one language and theme, and the camera."""

    def __init__(self, application: QApplication, desktop: Desktop, folder: Path, tag: str) -> None:
        self.application = application
        self.desktop = desktop
        self.folder = folder
        self.tag = tag

    def shoot(self, name: str, widget: QWidget | None = None) -> None:
        """Save what ``widget`` (the window, if not given) looks like now."""
        self.settle()
        path = self.folder / f"{name}-{self.tag}.png"
        (widget or self.desktop.window).grab().save(str(path))
        print(path)

    def settle(self) -> None:
        """Let everything that is due happen."""
        for _ in range(20):
            self.application.processEvents()
        self.until(lambda: not self.desktop.gateway.is_busy)
        for _ in range(20):
            self.application.processEvents()

    def until(self, condition: Callable[[], object]) -> None:
        """Let things happen until ``condition`` holds. Raises TimeoutError where it never does."""
        from PySide6.QtCore import QDeadlineTimer, QEventLoop

        deadline = QDeadlineTimer(round(WAIT_SECONDS * 1000))
        while not condition():
            if deadline.hasExpired():
                raise TimeoutError(f"{self.tag}: the window never came to what was to be photographed")
            self.application.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)

    def open_call(self, name: str) -> None:
        """Open the call of the file ``name``."""
        model = self.desktop.window.library.table.model()
        self.settle()
        from ui.tables.calls import Column, Role

        for row in range(model.rowCount()):
            index = model.index(row, Column.NAME)
            if str(index.data()).startswith(name):
                self.desktop.window.open_call(index.data(Role.ROW).id)
                break
        self.until(lambda: self.desktop.window.is_in_review)
        self.settle()


def library(studio: Studio) -> None:
    """The table of calls, one of them current."""
    studio.settle()
    studio.desktop.window.library.table.selectRow(2)
    studio.shoot("library")


def search(studio: Studio) -> None:
    """What a search found."""
    field = studio.desktop.window.library.search
    field.setText("等待")
    field.asked.emit("等待")
    studio.shoot("search")
    field.setText("量子力学")
    field.asked.emit("量子力学")
    studio.shoot("search-nothing")
    field.clear()


def review(studio: Studio) -> None:
    """An open call: as it opens, at a finding, near, and while it plays."""
    window = studio.desktop.window
    studio.open_call("07")
    studio.shoot("review")
    window.desk.actions["next-finding"].trigger()
    window.desk.actions["next-finding"].trigger()
    studio.shoot("review-finding")
    studio.open_call("02")
    window.desk.actions["next-finding"].trigger()
    studio.shoot("review-wait")
    window.review.waveform.timeline.zoom(4.0, 40.0)
    window.review.waveform.timeline.set_playhead(41.0, follow=False)
    window.review.transcript.light(41.0, follow=True)
    studio.shoot("review-near")
    studio.open_call("11")
    studio.shoot("review-one-lane")
    window.close_call()


def shortcuts(studio: Studio) -> None:
    """The sheet of shortcuts."""
    from ui.views.shortcuts import ShortcutSheet

    sheet = ShortcutSheet(studio.desktop.theme, studio.desktop.window)
    sheet.show()
    studio.shoot("shortcuts", sheet)
    sheet.close()


def empty(studio: Studio, scratch: Path) -> None:
    """An empty workspace, and then its queue at work, with a file that fails and one that is no recording."""
    from csqa.bundled import bundled_samples

    desktop = studio.desktop
    desktop.choose_workspace(scratch / f"新工作区 {studio.tag}")
    studio.shoot("empty")
    broken = scratch / "损坏的录音.wav"
    broken.write_bytes(b"RIFF\x00\x00\x00\x00WAVE")
    (scratch / "说明.txt").write_text("not a recording", encoding="utf-8")
    samples = sorted(path for path in bundled_samples().iterdir() if path.suffix in {".wav", ".mp3"})
    desktop.window.import_paths([samples[5], broken, *samples[6:9], scratch / "说明.txt"])
    from ui.backroom import Stage
    from ui.jobs import JobState

    def third_at_work() -> bool:
        states = [job.state for job in desktop.jobs.jobs]
        return JobState.FAILED in states and any(job.stage is Stage.RECOGNISING for job in desktop.jobs.jobs[2:])

    studio.until(third_at_work)
    studio.application.processEvents()
    path = studio.folder / f"queue-{studio.tag}.png"
    desktop.window.grab().save(str(path))
    print(path)
    desktop.jobs.cancel_all()
    studio.settle()


SCENES: dict[str, Callable[[Studio], None]] = {
    "library": library,
    "search": search,
    "review": review,
    "shortcuts": shortcuts,
}


def main() -> int:
    """Take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--workspace", type=Path)
    parser.add_argument("--only", nargs="*", default=[*SCENES, "empty"])
    parser.add_argument("--size", default="1366x768")
    parser.add_argument("--scale", default="1")
    parser.add_argument("--tags", nargs="*", default=["zh-light", "zh-dark", "en-light", "en-dark"])
    options = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["QT_SCALE_FACTOR"] = options.scale
    options.out.mkdir(parents=True, exist_ok=True)
    with ExitStack() as kept:
        scratch = Path(kept.enter_context(_scratch()))
        os.environ["CSQA_HOME"] = str(scratch / "home")
        workspace = options.workspace or _inspected_samples(scratch / "云帆电器客服")
        from PySide6.QtWidgets import QApplication

        application = QApplication(sys.argv[:1])
        for tag in options.tags:
            _shoot_all(application, options, tag, workspace, scratch)
    return 0


def _shoot_all(
    application: QApplication, options: argparse.Namespace, tag: str, workspace: Path, scratch: Path
) -> None:
    from csqa.messages import Language
    from ui.app import Desktop
    from ui.preferences import Preferences, save_preferences
    from ui.theme import Scheme

    language, scheme = tag.split("-")
    settings = scratch / f"{tag}.toml"
    save_preferences(Preferences(Language(language), Scheme(scheme)), settings)
    desktop = Desktop(application, settings, workspace=workspace, open_output=_no_sound)
    width, height = (int(side) for side in options.size.split("x"))
    desktop.window.resize(width, height)
    desktop.start()
    studio = Studio(application, desktop, options.out, tag)
    studio.settle()
    for name, scene in SCENES.items():
        if name in options.only:
            scene(studio)
    if "empty" in options.only:
        empty(studio, scratch)
    desktop.window.close()
    desktop.deleteLater()
    application.processEvents()


def _inspected_samples(folder: Path) -> Path:
    from csqa.archive import Archive, ImportOptions
    from csqa.bundled import bundled_samples
    from csqa.hear.metadata import MetadataTable, read_metadata
    from csqa.store.workspace import Workspace

    samples = bundled_samples()
    options = ImportOptions(metadata=MetadataTable(read_metadata(samples / "metadata.csv")))
    files = sorted(path for path in samples.iterdir() if path.suffix in {".wav", ".mp3"})
    with Workspace.create(folder) as workspace:
        for _ in Archive(workspace).run(files, options):
            pass
    return folder


def _no_sound(_rate: int, _channels: int) -> SilentOutput:
    return SilentOutput()


class SilentOutput:
    """A sound card that takes everything at once and plays nothing: a picture makes no noise."""

    latency = 0.0

    def start(self) -> None:
        """Nothing."""

    def write(self, samples: object) -> None:
        """Nothing."""

    def stop(self) -> None:
        """Nothing."""

    def abort(self) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""


def _scratch() -> AbstractContextManager[str]:
    return tempfile.TemporaryDirectory(prefix="csqa-pictures-")


if __name__ == "__main__":
    sys.exit(main())
