"""Workbook and CSV, read back by other programs."""

from __future__ import annotations

import csv
import errno
import gc
import io
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import openpyxl
import pytest

from csqa.cards.form import load_form
from csqa.cards.inspection import Inspection
from csqa.cards.scorecard import Answer, PersonAnswer
from csqa.cards.scoring import fill_in
from csqa.disk import explained
from csqa.errors import UserFixable
from csqa.export import pdf, report, tables, workbook
from csqa.messages import Language, Reason
from csqa.rules.base import Outcome, Severity
from csqa.spans import Span
from tests.store.calls_made import made_inspection, verdict

EVIL = '=HYPERLINK("http://x","点我")'

QUESTIONS = len(load_form().questions)


def rows_of(sheet: Any) -> list[dict[str, Any]]:
    heading, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(heading, row, strict=True)) for row in rows]


def evil_inspection(path: Path = Path("a.wav")) -> Inspection:
    inspection = made_inspection(path)
    metadata = replace(inspection.conversation.metadata, agent_name=EVIL, team="+1", agent_id="007")
    evidence = replace(inspection.verdicts[1].evidence[0], text="@SUM(A1)", substitute="＝1+1")
    verdicts = (replace(inspection.verdicts[1], evidence=(evidence,)), *inspection.verdicts[2:])
    card = fill_in(load_form(), verdicts, {"no-idk": PersonAnswer(Answer.NO, "-1+2", "\t李")})
    conversation = replace(inspection.conversation, metadata=metadata)
    return replace(inspection, conversation=conversation, verdicts=verdicts, scorecard=card)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("book")
    clean = tuple(verdict(each.rules[0], Outcome.PASS) for each in load_form().questions)
    other = replace(made_inspection(folder / "二.wav"), verdicts=clean, scorecard=fill_in(load_form(), clean))
    metadata = replace(other.conversation.metadata, agent_name="李雷", agent_id="2")
    other = replace(other, conversation=replace(other.conversation, metadata=metadata))
    calls = [made_inspection(folder / "录音 #1 50%.wav"), made_inspection(folder / "一.wav"), other]
    tables.write_xlsx(iter(calls), folder / "评分.xlsx")
    opened = openpyxl.load_workbook(folder / "评分.xlsx")
    yield opened
    opened.close()


def test_a_workbook_has_its_sheets_ready_to_read(book: Any) -> None:
    assert book.sheetnames == ["汇总", "按坐席", "评分项", "违规与证据", "评分明细"]
    for sheet in book:
        assert sheet.freeze_panes in {"B2", "C2"}
        assert sheet.auto_filter.ref == sheet.dimensions
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.fitToHeight == 0
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_title_rows == "$1:$1"
        assert sheet.column_dimensions["A"].width > 10
    assert any(book["汇总"].conditional_formatting)
    assert any(book["违规与证据"].conditional_formatting)


def test_the_calls(book: Any) -> None:
    first, _, third = rows_of(book["汇总"])
    assert (first["得分"], first["满分"], first["结论"], first["重要"], first["存疑"]) == (50, 100, "待复核", 3, 1)
    assert first["通话时间"].isoformat() == "2026-11-03T10:42:00"
    assert first["违规项"] == "让客户等待不超过7秒、避免我不知道、不推卸责任"
    assert first["待人工处理"] == "“等待后致谢”存疑，需人工判断"
    assert (third["得分"], third["结论"], third["违规项"]) == (100, "合格", None)


def test_links_lead_to_the_recordings(book: Any) -> None:
    cell = book["汇总"]["A2"]
    assert cell.value == "录音 #1 50%.wav"
    assert "%231%2050%25.wav" in cell.hyperlink.target.replace("\\", "/")
    place = book["违规与证据"]["A2"]
    assert place.value == "录音 #1 50%.wav · 00:07.1"
    assert place.hyperlink.target == cell.hyperlink.target


def test_the_findings_with_their_evidence(book: Any) -> None:
    rows = rows_of(book["违规与证据"])
    assert len(rows) == 8
    assert [row["判定"] for row in rows[:4]] == ["违规", "违规", "违规", "存疑"]
    assert (rows[1]["原话"], rows[1]["建议说法"], rows[1]["说话人"]) == ("我不知道", "我帮您确认一下", "坐席")
    assert (rows[0]["起（秒）"], rows[0]["止（秒）"]) == (7.1, 14.9)
    assert rows[3]["原话"] is None, "a doubt without a place has its row all the same"


def test_the_sums(book: Any) -> None:
    agents = rows_of(book["按坐席"])
    assert [(row["坐席"], row["通话数"], row["机检平均分"]) for row in agents] == [("张敏", 2, 50), ("李雷", 1, 100)]
    assert (agents[0]["待复核"], agents[0]["重要"], agents[1]["合格"]) == (2, 6, 1)
    questions = {row["评分项编号"]: row for row in rows_of(book["评分项"])}
    assert len(questions) == QUESTIONS
    wait = questions["hold-max-wait-7s"]
    assert (wait["适用通话"], wait["达标"], wait["未达标"], round(wait["达标率"], 3)) == (3, 1, 2, 0.333)
    assert questions["hold-thanks-after"]["待人工"] == 2
    assert questions["no-idk"]["共扣分"] == 0, "the same words cost points elsewhere"
    assert questions["greeting-company"]["不适用"] == 2


def test_no_cell_of_a_workbook_is_a_formula(tmp_path: Path) -> None:
    tables.write_xlsx([evil_inspection()], tmp_path / "a.xlsx")
    opened = openpyxl.load_workbook(tmp_path / "a.xlsx")
    cells = [cell for sheet in opened for row in sheet.iter_rows() for cell in row]
    risky = [cell for cell in cells if isinstance(cell.value, str) and cell.value[0] in "=+-@\t＝"]
    assert {cell.value for cell in risky} >= {EVIL, "+1", "@SUM(A1)", "＝1+1", "-1+2", "\t李"}
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in risky)
    assert rows_of(opened["汇总"])[0]["工号"] == "007"
    opened.close()
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        sheets = [archive.read(name) for name in archive.namelist() if "worksheets/sheet" in name]
    assert len(sheets) == 5
    assert not any(b"<f>" in sheet for sheet in sheets)


def test_csv_has_a_row_a_question_and_no_formula(tmp_path: Path) -> None:
    tables.write_csv(iter([evil_inspection(), made_inspection(Path("b.wav"))]), tmp_path / "a.csv")
    content = (tmp_path / "a.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in content
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2 * QUESTIONS
    assert all(not value.startswith(("=", "+", "-", "@", "\t", "＝")) for row in rows for value in row.values())
    assert rows[0]["坐席"] == "'" + EVIL
    by_question = {row["评分项编号"]: row for row in rows[QUESTIONS:]}
    assert by_question["no-idk"]["位置"] == "00:15.2"
    assert by_question["no-idk"]["结果"] == "未达标"
    assert by_question["hold-thanks-after"]["结果"] == "待人工"
    assert float(by_question["hold-max-wait-7s"]["项目满分"]) == pytest.approx(28.57)


WRITERS: dict[str, Callable[[Iterable[Inspection], Path, Language], None]] = {
    "xlsx": tables.write_xlsx,
    "csv": tables.write_csv,
    "json": tables.write_json,
    "html": report.write_html,
    "pdf": report.write_pdf,
}


@pytest.mark.parametrize("kind", WRITERS)
def test_what_fails_midway_leaves_the_former_file(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"out.{kind}"
    path.write_bytes(b"former")

    def breaking() -> Iterator[Inspection]:
        yield made_inspection()
        raise UserFixable("store.damaged", folder="w")

    with pytest.raises(UserFixable, match="damaged"):
        WRITERS[kind](breaking(), path, Language.CHINESE)
    assert path.read_bytes() == b"former"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("kind", WRITERS)
def test_a_file_that_cannot_be_put_in_place_says_so(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"out.{kind}"
    path.mkdir()  # as good as a workbook that Excel holds open
    with pytest.raises(UserFixable) as caught:
        WRITERS[kind]([made_inspection()], path, Language.ENGLISH)
    assert caught.value.code.startswith("disk.")
    assert list(tmp_path.iterdir()) == [path]


class FullDisk(io.BytesIO):
    """A file on a disk that is full after so many bytes."""

    def __init__(self, room: int) -> None:
        super().__init__()
        self.room = room

    def write(self, content: Any) -> int:
        if self.tell() + len(content) > self.room:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(content)


@pytest.mark.parametrize("room", [0, 3000])
@pytest.mark.parametrize("kind", WRITERS)
def test_a_full_disk_is_told_once(kind: str, room: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def on_full_disk(path: Path) -> Iterator[BinaryIO]:
        with explained(path), FullDisk(room) as file:
            yield file

    unraisable: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", unraisable.append)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for module in (tables, report, pdf):
        monkeypatch.setattr(module, "written_whole", on_full_disk)
    with pytest.raises(UserFixable) as caught:
        WRITERS[kind]([made_inspection()], tmp_path / f"out.{kind}", Language.CHINESE)
    assert caught.value.code == "disk.full"
    del caught
    gc.collect()
    assert unraisable == []
    assert list(tmp_path.iterdir()) == []


def test_rows_that_find_no_room_are_told_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(workbook.Sheet, "add", refused)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(UserFixable) as caught:
        tables.write_xlsx([made_inspection()], tmp_path / "out.xlsx")
    assert caught.value.code == "disk.full"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", WRITERS)
def test_one_inspection_at_a_time(kind: str, tmp_path: Path) -> None:
    import weakref

    alive: list[weakref.ref[Inspection]] = []
    most = 0

    def passing() -> Iterator[Inspection]:
        nonlocal most
        for number in range(6):
            inspection = made_inspection(Path(f"{number}.wav"))
            alive.append(weakref.ref(inspection))
            yield inspection
            del inspection
            gc.collect()
            most = max(most, sum(each() is not None for each in alive))

    WRITERS[kind](passing(), tmp_path / f"out.{kind}", Language.ENGLISH)
    assert most <= 1
    assert (tmp_path / f"out.{kind}").stat().st_size > 1000


def test_a_rule_that_no_question_asks_for_has_its_name_from_the_book(tmp_path: Path) -> None:
    inspection = made_inspection()
    verdicts = (verdict("greeting-complete-script", Outcome.VIOLATION),)
    tables.write_xlsx([replace(inspection, verdicts=verdicts)], tmp_path / "a.xlsx")
    opened = openpyxl.load_workbook(tmp_path / "a.xlsx")
    (row,) = rows_of(opened["违规与证据"])
    assert (row["规则"], row["规则编号"]) == ("开场白完整且有序", "greeting-complete-script")
    opened.close()


def test_parts_that_share_a_place_share_a_row(tmp_path: Path) -> None:
    inspection = made_inspection()
    found = verdict(
        "greeting-complete-script", Outcome.VIOLATION, Severity.MAJOR, *[Span(1.0, 3.0)] * 4, Span(4.0, 5.0)
    )
    other = Reason("general.bug", {"kind": "别的", "log": "x"})
    first, second, *rest = found.evidence
    found = replace(found, evidence=(first, replace(second, reason=other, substitute="您好"), *rest))
    only = replace(inspection, verdicts=(found,))
    tables.write_xlsx([only], tmp_path / "a.xlsx")
    opened = openpyxl.load_workbook(tmp_path / "a.xlsx")
    rows = rows_of(opened["违规与证据"])
    opened.close()
    assert [row["起（秒）"] for row in rows] == [1, 4]
    assert rows[0]["证据说明"].count("等待 7.8 秒") == 1
    assert "别的" in rows[0]["证据说明"]
    assert rows[0]["建议说法"] == "我帮您确认一下、您好"
    report.write_html([only], tmp_path / "a.html")
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert page.count("00:01.0–00:03.0") == 1
    assert "开场白完整且有序" in page
    assert "greeting-complete-script" not in page


def test_a_sheet_that_is_full_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "LAST_ROW", 3)
    tables.write_xlsx((made_inspection(Path(f"{number}.wav")) for number in range(9)), tmp_path / "a.xlsx")
    opened = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert [row["文件"] for row in rows_of(opened["汇总"])[:2]] == ["0.wav", "1.wav"]
    assert "CSV" in rows_of(opened["汇总"])[2]["文件"]
    assert opened["汇总"].max_row == 4
    assert rows_of(opened["按坐席"])[0]["通话数"] == 9
    opened.close()
