"""The way to the store: answers come later, in order, and never as a crash."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from csqa.errors import Bug, CsqaError, UserFixable
from csqa.messages import Language, error_sentence
from csqa.store.workspace import Workspace
from ui.backroom import Found, Hits, Page, Shelf, Sorting, Summary
from ui.dossier import Dossier
from ui.gateway import Gateway, Reply

BY_TIME = Sorting("started_at", descending=True)


@pytest.fixture
def gateway(qtbot: QtBot) -> Iterator[Gateway]:
    made = Gateway()
    yield made
    made.close()


def answer(qtbot: QtBot, reply: Reply) -> object:
    with qtbot.waitSignal(reply.done, timeout=20_000) as told:
        pass
    return told.args[0]


def failure(qtbot: QtBot, reply: Reply) -> CsqaError:
    with qtbot.waitSignal(reply.failed, timeout=20_000) as told:
        pass
    error = told.args[0]
    assert isinstance(error, CsqaError)
    return error


@pytest.fixture
def opened(gateway: Gateway, qtbot: QtBot, sample_workspace: Path) -> Gateway:
    answer(qtbot, gateway.open(sample_workspace))
    return gateway


def test_opening_makes_a_workspace_and_counts(gateway: Gateway, qtbot: QtBot, tmp_path: Path) -> None:
    summary = answer(qtbot, gateway.open(tmp_path / "新的 工作区"))
    assert isinstance(summary, Summary)
    assert summary.writable
    assert summary.total == 0
    assert gateway.is_open


def test_answers_come_on_the_windows_thread_and_in_order(opened: Gateway, qtbot: QtBot) -> None:
    came: list[tuple[int, str]] = []
    replies = [opened.summary() for _ in range(20)]
    for number, reply in enumerate(replies):
        reply.done.connect(lambda _, number=number: came.append((number, threading.current_thread().name)))
    qtbot.waitUntil(lambda: len(came) == 20)
    assert came == [(number, threading.main_thread().name) for number in range(20)]
    assert not opened.is_busy


def test_pages_come_in_the_order_asked_for(opened: Gateway, qtbot: QtBot) -> None:
    page = answer(qtbot, opened.page(Shelf.ALL, BY_TIME, 0, 5))
    assert isinstance(page, Page)
    times = [row.started_at for row in page.rows]
    assert len(times) == 5
    assert times == sorted(times, key=str, reverse=True)
    following = answer(qtbot, opened.page(Shelf.ALL, BY_TIME, 5, 5))
    assert isinstance(following, Page)
    assert not {row.id for row in page.rows} & {row.id for row in following.rows}


def test_shelves_hold_what_they_say(opened: Gateway, qtbot: QtBot) -> None:
    summary = answer(qtbot, opened.summary())
    assert isinstance(summary, Summary)
    for shelf in Shelf:
        page = answer(qtbot, opened.page(shelf, BY_TIME, 0, 1000))
        assert isinstance(page, Page)
        assert len(page.rows) == summary.counts[shelf]
        if shelf in (Shelf.PASS, Shelf.FAIL, Shelf.REVIEW):
            assert {str(row.outcome) for row in page.rows} <= {shelf.value}
    assert summary.counts[Shelf.ALL] == sum(summary.counts[shelf] for shelf in list(Shelf)[1:])


def test_search_finds_sentences(opened: Gateway, qtbot: QtBot) -> None:
    hits = answer(qtbot, opened.search("耐心等待"))
    assert isinstance(hits, Hits)
    assert hits.found
    assert all("耐心等待" in hit.text for hit in hits.found)


def test_a_call_comes_ready_to_be_shown(opened: Gateway, qtbot: QtBot) -> None:
    page = answer(qtbot, opened.page(Shelf.ALL, BY_TIME, 0, 1))
    assert isinstance(page, Page)
    dossier = answer(qtbot, opened.dossier(page.rows[0].id, Language.ENGLISH))
    assert isinstance(dossier, Dossier)
    assert dossier.call == page.rows[0].id


def test_what_cannot_be_had_is_an_error_to_be_told(opened: Gateway, qtbot: QtBot) -> None:
    error = failure(qtbot, opened.dossier(99_999, Language.CHINESE))
    assert isinstance(error, UserFixable)
    assert error_sentence(error)


def test_a_bug_is_logged_and_told(opened: Gateway, qtbot: QtBot, caplog: pytest.LogCaptureFixture) -> None:
    error = failure(qtbot, opened.page(Shelf.ALL, Sorting("no such column"), 0, 1))
    assert isinstance(error, Bug)
    assert "no such column" in caplog.text
    assert answer(qtbot, opened.summary())


def test_files_and_folders_are_looked_through(opened: Gateway, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "a b").mkdir()
    for name in ("通话.wav", "a b/另一通.MP3", "a b/笔记.txt", "逐字稿.srt", "名单.xlsx"):
        (tmp_path / name).write_bytes(b"x")
    found = answer(
        qtbot, opened.find([tmp_path / "a b", tmp_path / "通话.wav", tmp_path / "逐字稿.srt", tmp_path / "名单.xlsx"])
    )
    assert isinstance(found, Found)
    assert [path.name for path in found.taken] == ["另一通.MP3", "通话.wav", "逐字稿.srt"]
    assert sorted(found.skipped) == ["名单.xlsx", "笔记.txt"]


def test_what_is_not_there_is_taken_and_fails_by_itself(opened: Gateway, qtbot: QtBot, tmp_path: Path) -> None:
    missing = tmp_path / "没有"
    found = answer(qtbot, opened.find([missing]))
    assert found == Found((missing,), ())
    assert isinstance(failure(qtbot, opened.prepare(missing)), UserFixable)


def test_a_workspace_that_another_program_writes_to_can_be_looked_at(
    gateway: Gateway, qtbot: QtBot, own_workspace: Path
) -> None:
    with Workspace.open(own_workspace):
        summary = answer(qtbot, gateway.open(own_workspace))
        assert isinstance(summary, Summary)
        assert not summary.writable
        assert summary.total > 0


def test_a_folder_that_holds_something_else(gateway: Gateway, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "csqa.db").write_text("no database", encoding="utf-8")
    error = failure(qtbot, gateway.open(tmp_path))
    assert isinstance(error, UserFixable)
    assert not gateway.is_open
