"""The window as a whole: menus, shortcuts, names for those who cannot see, and closing."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QMenu, QWidget
from pytestqt.qtbot import QtBot

from csqa.bundled import bundled_samples
from csqa.store.workspace import Workspace
from tests.ui.conftest import NewDesktop
from tests.ui.support import open_call
from ui.actions import verbs
from ui.app import Desktop
from ui.preferences import load_preferences
from ui.theme import Scheme
from ui.views.shortcuts import ShortcutSheet


def test_no_two_verbs_share_a_key() -> None:
    keys = [key for verb in verbs() for key in verb.keys]
    assert len(keys) == len(set(keys))


def test_every_action_does_something(desktop: Desktop) -> None:
    for action in desktop.window.findChildren(QAction):
        if action.objectName():
            assert action.receivers("2triggered(bool)") > 0, action.objectName()


def test_verbs_of_a_call_wait_for_a_call(desktop: Desktop, qtbot: QtBot) -> None:
    in_call = [verb.name for verb in verbs() if verb.in_call]
    assert not any(desktop.window.desk.actions[name].isEnabled() for name in in_call)
    open_call(desktop, qtbot, "02")
    assert all(desktop.window.desk.actions[name].isEnabled() for name in in_call)
    desktop.window.close_call()
    assert not any(desktop.window.desk.actions[name].isEnabled() for name in in_call)


def test_the_sheet_names_every_key(desktop: Desktop, qtbot: QtBot) -> None:
    QTest.keyClick(desktop.window, Qt.Key.Key_F1)
    qtbot.waitUntil(lambda: bool(desktop.window.findChildren(ShortcutSheet)))
    (sheet,) = desktop.window.findChildren(ShortcutSheet)
    said = [label.text() for label in sheet.findChildren(QLabel)]
    for verb in verbs():
        if verb.keys:
            assert verb.text.rstrip("…") in said
    sheet.close()


def test_what_can_be_focused_has_a_name(desktop: Desktop, qtbot: QtBot) -> None:
    open_call(desktop, qtbot, "07")
    desktop.window.desk.actions["next-finding"].trigger()
    nameless = [
        repr(widget)
        for widget in desktop.window.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not widget.accessibleName()
        and not (isinstance(widget, QAbstractButton) and widget.text())
        and not isinstance(widget, QMenu)
        and widget.metaObject().className() not in {"QTabBar", "QHeaderView"}
    ]
    assert nameless == []


def test_everything_is_reached_with_tab(desktop: Desktop, qtbot: QtBot) -> None:
    open_call(desktop, qtbot, "02")
    review = desktop.window.review
    wanted = {review.transcript, review.waveform.timeline, review.why, *review.scorecard.rows}
    reached = set()
    widget: QWidget = review.transcript
    while (widget := widget.nextInFocusChain()) is not review.transcript:
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            reached.add(widget)
    assert wanted <= reached | {review.transcript}


def test_a_field_has_a_name_and_says_its_key(desktop: Desktop) -> None:
    (field,) = desktop.window.findChildren(QLineEdit)
    assert field.accessibleName()
    assert "Ctrl+F" in field.placeholderText()


def test_the_theme_is_remembered(desktop: Desktop, tmp_path: Path) -> None:
    menu = next(menu for menu in desktop.window.menuBar().findChildren(QMenu) if menu.title() == "主题")
    dark = next(action for action in menu.actions() if action.text() == "深色")
    dark.trigger()
    assert desktop.theme.is_dark
    assert load_preferences(tmp_path / "设置" / "desktop.toml").scheme is Scheme.DARK
    desktop.choose_scheme(Scheme.LIGHT)


def test_the_workspace_is_remembered_and_can_be_changed(
    desktop: Desktop, qtbot: QtBot, tmp_path: Path, sample_workspace: Path
) -> None:
    settings = tmp_path / "设置" / "desktop.toml"
    assert load_preferences(settings).workspace == sample_workspace
    desktop.window.workspace_chosen.emit(tmp_path / "另一个")
    qtbot.waitUntil(lambda: not desktop.gateway.is_busy)
    assert load_preferences(settings).workspace == tmp_path / "另一个"
    assert desktop.window.library.empty.isVisible()
    assert "另一个" in desktop.window.windowTitle()


def test_a_workspace_in_use_can_be_looked_at(new_desktop: NewDesktop, own_workspace: Path) -> None:
    with Workspace.open(own_workspace):
        desktop = new_desktop(own_workspace)
        assert not desktop.window.desk.actions["import-files"].isEnabled()
        assert "另一个程序" in desktop.window.notice.text
        assert desktop.window.library.table.model().rowCount() > 0


def test_a_fault_of_ours_is_told_and_the_window_lives(desktop: Desktop, caplog: pytest.LogCaptureFixture) -> None:
    error = ZeroDivisionError("inside a slot")
    desktop.report(type(error), error, None)
    assert "ZeroDivisionError" in desktop.window.notice.text
    assert "inside a slot" in caplog.text


@pytest.mark.parametrize("leave", [False, True])
def test_closing_with_work_under_way_asks(
    empty_desktop: Desktop, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, leave: bool
) -> None:
    asked = []

    def answer() -> bool:
        asked.append(True)
        return leave

    monkeypatch.setattr(empty_desktop.window, "_may_close", answer)
    empty_desktop.jobs.add([bundled_samples() / "06-missing-closing.wav"])
    assert empty_desktop.window.close() is leave
    assert asked
    if not leave:
        empty_desktop.jobs.cancel_all()


def test_closing_without_work_does_not_ask(empty_desktop: Desktop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(empty_desktop.window, "_may_close", lambda: pytest.fail("asked"))
    assert empty_desktop.window.close()


def test_a_notice_can_be_closed_and_fits_the_window(desktop: Desktop) -> None:
    notice = desktop.window.notice
    notice.say("很长的一句话。" * 60)
    assert notice.isVisible()
    assert desktop.window.rect().contains(notice.geometry())
    desktop.window.resize(911, 512)
    assert desktop.window.rect().contains(notice.geometry())
    notice.findChildren(QAbstractButton)[0].click()
    assert not notice.isVisible()
