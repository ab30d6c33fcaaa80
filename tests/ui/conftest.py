"""The desktop for tests: the real window and services, offscreen; only the sound card is pretended."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from csqa.messages import Language
from tests.ui.support import FakeCard, Opener
from ui.app import Desktop
from ui.preferences import Preferences, save_preferences
from ui.theme import Scheme, Theme

NewDesktop = Callable[..., Desktop]


@pytest.fixture(autouse=True)
def nothing_left_running() -> Iterator[None]:
    """Fail a test that leaves a thread of ours behind."""
    yield
    left = [thread.name for thread in threading.enumerate() if thread.name.startswith("csqa")]
    assert not left, f"still running: {left}"


@pytest.fixture(autouse=True)
def quiet_platform() -> Iterator[None]:
    """Drop what the offscreen platform says about itself; pytest-qt still sees, and fails on, everything else."""
    before = qInstallMessageHandler(None)

    def passed_on(kind: QtMsgType, context: object, text: str) -> None:
        if "propagateSizeHints" not in text and before is not None:
            before(kind, context, text)

    qInstallMessageHandler(passed_on)
    yield
    qInstallMessageHandler(before)


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    """The light theme on the application."""
    return Theme(qapp, Scheme.LIGHT)


@pytest.fixture
def card() -> FakeCard:
    """The sound card that the desktop plays on."""
    return FakeCard()


@pytest.fixture
def new_desktop(qapp: QApplication, qtbot: QtBot, tmp_path: Path, card: FakeCard) -> Iterator[NewDesktop]:
    """Open desktops on a workspace; all are closed at the end."""
    opened: list[Desktop] = []

    def open_desktop(workspace: Path, language: Language = Language.CHINESE) -> Desktop:
        settings = tmp_path / "设置" / "desktop.toml"
        save_preferences(Preferences(language, Scheme.LIGHT), settings)
        output: Opener = card.open
        desktop = Desktop(qapp, settings, workspace=workspace, open_output=output)
        opened.append(desktop)
        desktop.window.resize(1366, 768)
        desktop.start()
        qtbot.waitUntil(lambda: desktop.gateway.is_open and not desktop.gateway.is_busy, timeout=20_000)
        return desktop

    yield open_desktop
    for desktop in opened:
        desktop.close()
        desktop.window.hide()
        desktop.window.deleteLater()
        desktop.deleteLater()
    qapp.processEvents()


@pytest.fixture
def desktop(new_desktop: NewDesktop, sample_workspace: Path) -> Desktop:
    """A desktop on the workspace of sample calls, for looking only."""
    return new_desktop(sample_workspace)


@pytest.fixture
def own_workspace(sample_workspace: Path, tmp_path: Path) -> Path:
    """A copy of the sample workspace, to be changed."""
    folder = tmp_path / "我的 工作区"
    shutil.copytree(sample_workspace, folder)
    return folder


@pytest.fixture
def empty_desktop(new_desktop: NewDesktop, tmp_path: Path) -> Desktop:
    """A desktop on a new workspace."""
    return new_desktop(tmp_path / "空的")
