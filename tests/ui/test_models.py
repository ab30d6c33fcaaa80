"""The item models, each under Qt's own tester."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QAbstractItemModel, QObject, Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from csqa.errors import UserFixable
from csqa.messages import Language
from csqa.roles import Speaker
from csqa.store.listing import CallRow
from csqa.store.search import SearchHit
from csqa.store.workspace import Workspace
from tests.ui.test_dossier import dossier_of, inspection_of
from ui.backroom import Page, Shelf, Sorting, Stage
from ui.gateway import Reply
from ui.jobs import Job, JobQueue, JobState
from ui.tables.calls import PAGE_ROWS, CallsModel, Column
from ui.tables.calls import Role as CallRole
from ui.tables.hits import HitsModel
from ui.tables.jobs import JobsModel, progress_text, share_done
from ui.tables.jobs import Role as JobRole
from ui.tables.transcript import Role as LineRole
from ui.tables.transcript import TranscriptModel

READ_OUT = Qt.ItemDataRole.AccessibleTextRole


def checked(model: QAbstractItemModel) -> QAbstractItemModelTester:
    return QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)


class ManyCalls(QObject):
    """Answers like the gateway, for a workspace of 100 000 calls, when it is told to."""

    def __init__(self, sample: CallRow) -> None:
        super().__init__()
        self._sample = sample
        self.asked: list[int] = []
        self._replies: list[tuple[Reply, Page]] = []

    def page(self, shelf: Shelf, sorting: Sorting, offset: int, limit: int) -> Reply:
        self.asked.append(offset)
        fields = {name: getattr(self._sample, name) for name in self._sample.__dataclass_fields__}
        rows = tuple(CallRow(**{**fields, "id": offset + number}) for number in range(limit))
        reply = Reply(self)
        self._replies.append((reply, Page(shelf, sorting, offset, rows)))
        return reply

    def answer(self) -> None:
        for reply, page in self._replies:
            reply.done.emit(page)
        self._replies.clear()


@pytest.fixture
def sample_row(sample_workspace: Path) -> CallRow:
    with Workspace.open(sample_workspace, write=False) as workspace:
        return workspace.calls()[0]


@pytest.fixture
def many(sample_row: CallRow, qtbot: QtBot) -> ManyCalls:
    return ManyCalls(sample_row)


def calls_model(gateway: Any) -> CallsModel:
    return CallsModel(gateway)


def test_a_hundred_thousand_calls_are_fetched_as_they_are_looked_at(many: ManyCalls) -> None:
    model = calls_model(many)
    checked(model)
    model.show_shelf(Shelf.ALL, 100_000)
    assert model.rowCount() == 100_000
    many.asked.clear()
    assert model.index(70_001, Column.NAME).data() == "…"
    assert model.index(70_002, Column.AGENT).data() == "…"
    assert many.asked == [70_000 // PAGE_ROWS * PAGE_ROWS]
    many.answer()
    assert model.index(70_001, Column.NAME).data(CallRole.ROW).id == 70_001
    assert model.row_of(70_001) == 70_001


def test_the_last_page_is_cut_to_the_count(many: ManyCalls) -> None:
    model = calls_model(many)
    checked(model)
    model.show_shelf(Shelf.ALL, PAGE_ROWS + 3)
    model.index(PAGE_ROWS + 1, 0).data()
    many.answer()
    assert model.call_at(PAGE_ROWS + 2) is not None
    assert model.call_at(PAGE_ROWS + 3) is None


def test_sorting_asks_anew_and_drops_late_answers(many: ManyCalls) -> None:
    model = calls_model(many)
    checked(model)
    model.show_shelf(Shelf.ALL, 500)
    model.index(0, 0).data()
    model.sort(Column.SCORE, Qt.SortOrder.DescendingOrder)
    assert model.sorting == Sorting("score", descending=True)
    many.answer()  # what was asked in the old order
    assert model.call_at(0) is None or model.call_at(0) == many._sample
    model.sort(Column.FINDINGS)
    assert model.sorting == Sorting("score", descending=True)


def test_refreshing_keeps_what_is_on_show_until_it_is_there_anew(many: ManyCalls) -> None:
    model = calls_model(many)
    model.show_shelf(Shelf.ALL, 500)
    model.index(0, 0).data()
    many.answer()
    many.asked.clear()
    model.show_shelf(Shelf.ALL, 500)
    assert model.call_at(0) is not None
    assert many.asked == [0]
    many.answer()


def test_a_row_says_everything_in_words(many: ManyCalls, sample_row: CallRow) -> None:
    model = calls_model(many)
    model.show_shelf(Shelf.ALL, 1)
    model.index(0, 0).data()
    many.answer()
    texts = {column: model.index(0, column).data() for column in Column}
    assert all(texts.values())
    assert texts[Column.NAME] == sample_row.name
    assert (sample_row.agent_name or "") in texts[Column.AGENT]
    assert texts[Column.STATE] == "已机检"
    assert texts[Column.OUTCOME] in {"合格", "不合格", "待复核"}
    for column in (Column.OUTCOME, Column.STATE):
        signs = model.index(0, column).data(CallRole.SIGNS)
        assert signs[0].icon
        assert signs[0].word
    for column in Column:
        assert model.headerData(column, Qt.Orientation.Horizontal)


def test_the_transcript_model(sample_workspace: Path) -> None:
    dossier = dossier_of(inspection_of(sample_workspace, "02"))
    model = TranscriptModel()
    checked(model)
    model.show(dossier.lines)
    assert model.rowCount() == len(dossier.lines)
    for row, line in enumerate(dossier.lines):
        assert model.index(row).data(LineRole.LINE) is line
        assert model.index(row).data()
        assert model.index(row).data(READ_OUT)
    first = model.row_of_turn(0)
    assert first is not None
    turn = dossier.lines[first]
    assert model.row_at(turn.span.start + 0.01) == first  # type: ignore[union-attr]
    assert model.row_at(-1.0) is None
    assert model.row_of_turn(999) is None


def test_the_queue_model(qtbot: QtBot) -> None:
    class Idle:
        def prepare(self, _: Path) -> Reply:
            return Reply()

    queue = JobQueue(Idle())  # type: ignore[arg-type]
    model = JobsModel(queue, Language.CHINESE)
    checked(model)
    queue.add([Path("一.wav"), Path("二.wav"), Path("三.wav")])
    assert [model.index(row).data() for row in range(3)] == ["一.wav", "二.wav", "三.wav"]
    error = UserFixable("hear.file-missing", file="二.wav")
    queue.changed.emit(Job(2, Path("二.wav"), JobState.FAILED, error=error))
    assert "二.wav" in model.index(1).data(JobRole.DETAIL)
    assert model.index(1).data(READ_OUT).startswith("二.wav, 失败")
    queue.cancel_all()
    queue.clear_ended()
    assert model.rowCount() == 0


def test_progress_is_said_in_speech_time() -> None:
    working = Job(1, Path("a.wav"), JobState.WORKING, Stage.RECOGNISING, 760.0, 1865.0)
    assert progress_text(working) == "识别 12:40 / 31:05 语音"
    later = Job(1, Path("a.wav"), JobState.WORKING, Stage.RECOGNISING, 760.0, 1865.0, left=200.0)
    assert progress_text(later) == "识别 12:40 / 31:05 语音 · 还需约 3 分钟"
    shares = [
        share_done(Job(1, Path("a"), JobState.WORKING, stage, done, 100.0))
        for stage, done in (
            (Stage.OPENED, 0.0), (Stage.LISTENING, 0.0), (Stage.LISTENING, 100.0), (Stage.RECOGNISING, 0.0),
            (Stage.RECOGNISING, 50.0), (Stage.RECOGNISING, 100.0), (Stage.JUDGING, 100.0),
        )
    ]  # fmt: skip
    assert shares == sorted(shares)
    assert share_done(Job(1, Path("a"), JobState.DONE)) == 1.0


def test_the_hits_model() -> None:
    model = HitsModel()
    checked(model)
    hit = SearchHit(3, "a.wav", "2026-10-12T10:02:41", "林静", 1, 5.0, 9.0, 6.0, Speaker.AGENT, "请您稍等", ((2, 4),))
    model.show((hit, hit))
    assert model.rowCount() == 2
    assert model.index(0).data() == "请您稍等"
    assert model.index(0).data(READ_OUT) == "2026-10-12 10:02 · 林静 · a.wav 00:06 坐席 请您稍等"
    model.show(())
    assert model.rowCount() == 0
