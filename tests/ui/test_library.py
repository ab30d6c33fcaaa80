"""The library page in the real window."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from csqa.bundled import bundled_samples
from tests.ui.support import open_call
from ui.app import Desktop
from ui.backroom import Shelf
from ui.jobs import JobState
from ui.tables.calls import Column
from ui.tables.calls import Role as CallRole
from ui.views.hits import HitsView
from ui.views.parts import TextButton
from ui.views.queue import QueuePanel

SAMPLE = bundled_samples() / "06-missing-closing.wav"


def settled(desktop: Desktop, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not desktop.gateway.is_busy, timeout=10_000)


def drop(desktop: Desktop, paths: list[Path]) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entered = QDragEnterEvent(QPoint(200, 200), Qt.DropAction.CopyAction, data, buttons, keys)
    desktop.window.dragEnterEvent(entered)
    assert entered.isAccepted()
    desktop.window.dropEvent(QDropEvent(QPointF(200, 200), Qt.DropAction.CopyAction, data, buttons, keys))


def test_an_empty_workspace_says_what_to_do(empty_desktop: Desktop) -> None:
    library = empty_desktop.window.library
    assert library.empty.isVisible()
    assert not library.table.isVisible()
    assert not library.search.isVisible()
    assert not library.findChildren(QueuePanel)
    assert [button.text() for button in library.empty.findChildren(TextButton)] == [
        "选择录音…", "选择文件夹…", "用样例试一试",
    ]  # fmt: skip


def test_dropping_files_imports_them_and_names_what_is_no_recording(
    empty_desktop: Desktop, qtbot: QtBot, tmp_path: Path
) -> None:
    note = tmp_path / "会议记录.docx"
    note.write_text("text", encoding="utf-8")
    drop(empty_desktop, [SAMPLE, note])
    jobs = empty_desktop.jobs
    qtbot.waitUntil(lambda: bool(jobs.jobs), timeout=10_000)
    window = empty_desktop.window
    assert "会议记录.docx" in window.notice.text
    assert window.notice.isVisible()
    assert window.library.queue.isVisible()
    with qtbot.waitSignal(jobs.drained, timeout=60_000):
        pass
    assert jobs.jobs[0].state is JobState.DONE
    settled(empty_desktop, qtbot)
    assert window.library.table.isVisible()
    name = window.library.table.model().index(0, Column.NAME)
    qtbot.waitUntil(lambda: name.data() == SAMPLE.name, timeout=5000)
    with qtbot.waitSignal(window.review.shown, timeout=10_000):
        window.library.queue.list.setCurrentIndex(window.library.queue.list.model().index(0, 0))
        QTest.keyClick(window.library.queue.list, Qt.Key.Key_Return)


def test_the_samples_are_one_click_away(empty_desktop: Desktop, qtbot: QtBot) -> None:
    qtbot.mouseClick(empty_desktop.window.library.empty.findChildren(TextButton)[2], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(empty_desktop.jobs.jobs) == 11, timeout=10_000)
    empty_desktop.jobs.cancel_all()
    assert {job.state for job in empty_desktop.jobs.jobs} == {JobState.CANCELLED}


def test_a_folder_without_recordings_is_told(empty_desktop: Desktop, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "没有录音").mkdir()
    empty_desktop.window.import_paths([tmp_path / "没有录音"])
    settled(empty_desktop, qtbot)
    assert "没有找到录音" in empty_desktop.window.notice.text


def test_calls_are_listed_newest_first(desktop: Desktop, qtbot: QtBot) -> None:
    settled(desktop, qtbot)
    model = desktop.window.library.table.model()
    assert model.rowCount() == 11
    times = [model.index(row, Column.STARTED).data() for row in range(11)]
    assert times == sorted(times, reverse=True)


def test_enter_and_double_click_open_a_call(desktop: Desktop, qtbot: QtBot) -> None:
    settled(desktop, qtbot)
    table = desktop.window.library.table
    table.selectRow(4)
    with qtbot.waitSignal(desktop.window.review.shown, timeout=10_000):
        QTest.keyClick(table, Qt.Key.Key_Return)
    assert desktop.window.is_in_review
    QTest.keyClick(desktop.window, Qt.Key.Key_Escape)
    assert not desktop.window.is_in_review
    assert table.hasFocus()
    assert table.currentIndex().row() == 4
    with qtbot.waitSignal(desktop.window.review.shown, timeout=10_000):
        table.doubleClicked.emit(table.model().index(0, 0))


def test_the_shelves_choose_what_is_shown(desktop: Desktop, qtbot: QtBot) -> None:
    settled(desktop, qtbot)
    library = desktop.window.library
    model = library.table.model()
    chip = next(button for button in library.findChildren(TextButton) if button.text().startswith("不合格"))
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    settled(desktop, qtbot)
    assert chip.text() == f"不合格 {model.rowCount()}"
    model.index(0, 0).data()
    settled(desktop, qtbot)
    assert {str(model.index(row, 0).data(CallRole.ROW).outcome) for row in range(model.rowCount())} == {
        Shelf.FAIL.value
    }


def test_search_shows_sentences_and_opens_the_call_there(desktop: Desktop, qtbot: QtBot) -> None:
    settled(desktop, qtbot)
    window = desktop.window
    QTest.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert window.library.search.hasFocus()
    QTest.keyClicks(window.library.search, " ")
    window.library.search.setText("耐心等待")
    qtbot.waitUntil(lambda: bool(window.findChildren(HitsView)), timeout=5000)
    (hits,) = window.findChildren(HitsView)
    qtbot.waitUntil(hits.isVisible)
    assert hits.model().rowCount() >= 2
    hit = hits.model().hit_at(0)  # type: ignore[attr-defined]
    with qtbot.waitSignal(window.review.shown, timeout=10_000):
        hits.clicked.emit(hits.model().index(0, 0))
    assert window.review.dossier is not None
    assert window.review.dossier.call == hit.call
    assert desktop.player.position >= hit.at
    focus = window.review.selection.focus
    assert focus.span is not None
    assert focus.span.contains(hit.at)


def test_sentences_found_are_reached_opened_and_left_by_keyboard(desktop: Desktop, qtbot: QtBot) -> None:
    settled(desktop, qtbot)
    window = desktop.window
    window.library.search.setFocus()
    window.library.search.setText("耐心等待")
    qtbot.waitUntil(lambda: any(view.isVisible() for view in window.findChildren(HitsView)), timeout=5000)
    (hits,) = window.findChildren(HitsView)
    QTest.keyClick(window.library.search, Qt.Key.Key_Down)
    assert hits.hasFocus()
    with qtbot.waitSignal(window.review.shown, timeout=10_000):
        QTest.keyClick(hits, Qt.Key.Key_Return)
    assert window.review.dossier is not None
    assert window.review.dossier.call == hits.model().hit_at(0).call  # type: ignore[attr-defined]
    window.close_call()
    assert hits.hasFocus()
    QTest.keyClick(hits, Qt.Key.Key_Escape)
    assert window.library.search.text() == ""
    assert window.library.table.hasFocus()


def test_a_search_that_finds_nothing_says_so_and_escape_brings_the_table_back(desktop: Desktop, qtbot: QtBot) -> None:
    settled(desktop, qtbot)
    library = desktop.window.library
    library.search.setFocus()
    library.search.setText("量子力学")
    qtbot.waitUntil(lambda: not library.table.isVisible(), timeout=5000)
    QTest.keyClick(library.search, Qt.Key.Key_Escape)
    assert library.search.text() == ""
    assert library.table.isVisible()


def test_a_failed_recording_tells_why(empty_desktop: Desktop, qtbot: QtBot, tmp_path: Path) -> None:
    bad = tmp_path / "空的.wav"
    bad.write_bytes(b"")
    with qtbot.waitSignal(empty_desktop.jobs.drained, timeout=30_000):
        empty_desktop.window.import_paths([bad])
    settled(empty_desktop, qtbot)
    assert empty_desktop.jobs.jobs[0].state is JobState.FAILED
    job = empty_desktop.window.library.queue.list.model().index(0, 0)
    assert "空的.wav" in job.data()
    assert empty_desktop.window.library.queue.list.sizeHintForIndex(job).height() > 50
    table = empty_desktop.window.library.table
    table.model().index(0, 0).data()
    settled(empty_desktop, qtbot)
    table.selectRow(0)
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert "空的.wav" in empty_desktop.window.notice.text


def test_jobs_can_be_cancelled_and_retried_by_keyboard(
    empty_desktop: Desktop, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue = empty_desktop.jobs
    monkeypatch.setattr(queue, "_most", 0)  # nothing starts: the queue only waits
    queue.add([SAMPLE])
    view = empty_desktop.window.library.queue.list
    view.setCurrentIndex(view.model().index(0, 0))
    QTest.keyClick(view, Qt.Key.Key_Delete)
    assert queue.jobs[0].state is JobState.CANCELLED
    QTest.keyClick(view, Qt.Key.Key_R)
    assert queue.jobs[0].state is JobState.WAITING
    qtbot.waitUntil(lambda: view.viewport().width() > 200)
    place = view.visualRect(view.model().index(0, 0))
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place.topRight() + QPoint(-20, 20))
    assert queue.jobs[0].state is JobState.CANCELLED


def test_calls_that_come_do_not_move_the_selection(desktop: Desktop, qtbot: QtBot) -> None:
    settled(desktop, qtbot)
    library = desktop.window.library
    library.table.selectRow(3)
    chosen = library.table.model().index(3, 0).data(CallRole.ROW).id
    library.refresh()
    settled(desktop, qtbot)
    assert library.table.currentIndex().data(CallRole.ROW).id == chosen


def test_a_call_that_is_open_stays_open_in_another_language(desktop: Desktop, qtbot: QtBot) -> None:
    from csqa.messages import Language

    open_call(desktop, qtbot, "02")
    before = desktop.window
    call = before.review.dossier.call  # type: ignore[union-attr]
    desktop.choose_language(Language.ENGLISH)
    assert desktop.window is not before
    qtbot.waitUntil(lambda: desktop.window.is_in_review, timeout=10_000)
    dossier = desktop.window.review.dossier
    assert dossier is not None
    assert dossier.call == call
    assert dossier.card.title.startswith("General")
    assert desktop.window.menuBar().actions()[0].text() == "&File"
    desktop.choose_language(Language.CHINESE)
