"""The calls of the workspace as an item model that loads only what is looked at."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from ui.backroom import Page, Shelf, Sorting
from ui.gateway import Gateway
from ui.words import Sign, card_sign, clock, points, severity_sign, state_sign

if TYPE_CHECKING:
    from ui.backroom import CallRow

Index = QModelIndex | QPersistentModelIndex

PAGE_ROWS = 200
"""Rows fetched at once."""


class Column(IntEnum):
    """The columns, in order."""

    STARTED = 0
    AGENT = 1
    TEAM = 2
    LENGTH = 3
    SCORE = 4
    OUTCOME = 5
    FINDINGS = 6
    STATE = 7
    NAME = 8


_SORTED_BY = {
    Column.STARTED: "started_at",
    Column.AGENT: "agent_name",
    Column.TEAM: "team",
    Column.LENGTH: "duration",
    Column.SCORE: "score",
    Column.OUTCOME: "outcome",
    Column.STATE: "state",
    Column.NAME: "file_name",
}
_RIGHT = frozenset({Column.LENGTH, Column.SCORE})


class Role(IntEnum):
    """What delegates and views ask for."""

    ROW = Qt.ItemDataRole.UserRole + 1
    SIGNS = Qt.ItemDataRole.UserRole + 2


class CallsModel(QAbstractTableModel):
    """Rows of one shelf in one order; a page is asked for when one of its rows is first looked at.

    Signals:
        refilled: the rows are others now; a view may put its selection back.
    """

    refilled = Signal()

    def __init__(self, gateway: Gateway, parent: QObject | None = None) -> None:
        """Begin empty; ``show_shelf`` fills it."""
        super().__init__(parent)
        self._gateway = gateway
        self._shelf = Shelf.ALL
        self._sorting = Sorting("started_at", descending=True)
        self._count = 0
        self._rows: dict[int, CallRow] = {}
        self._asked: set[int] = set()

    @property
    def sorting(self) -> Sorting:
        """By what the rows are put in order."""
        return self._sorting

    def show_shelf(self, shelf: Shelf, count: int) -> None:
        """Show the ``count`` calls of ``shelf``; what is already on show is fetched anew in place."""
        if shelf is self._shelf and count == self._count:
            self._asked.clear()
            for number in {row // PAGE_ROWS for row in self._rows} or {0}:
                self._ask(number)
            return
        self.beginResetModel()
        self._shelf, self._count = shelf, count
        self._rows.clear()
        self._asked.clear()
        self.endResetModel()
        self.refilled.emit()

    def call_at(self, row: int) -> CallRow | None:
        """Return the call in a row; ``None`` while it is being fetched."""
        return self._rows.get(row)

    def row_of(self, call: int) -> int | None:
        """Return the row of a call, where it is loaded."""
        return next((row for row, each in self._rows.items() if each.id == call), None)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and default
        """Return how many calls there are."""
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and default
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(Column)

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return a column's title."""
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(Column):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return _title(Column(section))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(Column(section))
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a cell; an ellipsis while its row is being fetched."""
        if not index.isValid() or index.row() >= self._count:
            return None
        column = Column(index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        row = self._rows.get(index.row())
        if row is None:
            self._ask(index.row() // PAGE_ROWS)
            return "…" if role == Qt.ItemDataRole.DisplayRole else None
        if role == Role.ROW:
            return row
        if role == Role.SIGNS:
            return _signs(row, column)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return _text(row, column)
        if role == Qt.ItemDataRole.ToolTipRole and column in (Column.NAME, Column.FINDINGS, Column.AGENT):
            return str(row.path) if column is Column.NAME else _text(row, column)
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Put the rows in the order of ``column``; findings have none and keep what there is."""
        name = _SORTED_BY.get(Column(column)) if 0 <= column < len(Column) else None
        if name is None:
            return
        sorting = Sorting(name, order is Qt.SortOrder.DescendingOrder)
        if sorting == self._sorting:
            return
        self.beginResetModel()
        self._sorting = sorting
        self._rows.clear()
        self._asked.clear()
        self.endResetModel()
        self.refilled.emit()

    def _ask(self, number: int) -> None:
        if number not in self._asked:
            self._asked.add(number)
            reply = self._gateway.page(self._shelf, self._sorting, number * PAGE_ROWS, PAGE_ROWS)
            reply.done.connect(self._take)

    def _take(self, page: Page) -> None:
        if page.shelf is not self._shelf or page.sorting != self._sorting:
            return  # asked before the shelf or the order changed
        rows = page.rows[: max(self._count - page.offset, 0)]
        for number, row in enumerate(rows, start=page.offset):
            self._rows[number] = row
        if rows:
            last = self.index(page.offset + len(rows) - 1, len(Column) - 1)
            self.dataChanged.emit(self.index(page.offset, 0), last)
            self.refilled.emit()


def _title(column: Column) -> str:
    translate = QCoreApplication.translate
    return {
        Column.STARTED: translate("calls", "通话时间"),
        Column.AGENT: translate("calls", "坐席"),
        Column.TEAM: translate("calls", "班组"),
        Column.LENGTH: translate("calls", "时长"),
        Column.SCORE: translate("calls", "得分"),
        Column.OUTCOME: translate("calls", "结果"),
        Column.FINDINGS: translate("calls", "发现"),
        Column.STATE: translate("calls", "状态"),
        Column.NAME: translate("calls", "录音"),
    }[column]


def _alignment(column: Column) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column in _RIGHT else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def _text(row: CallRow, column: Column) -> str:
    match column:
        case Column.STARTED:
            return (row.started_at or "–").replace("T", " ")[:16]
        case Column.AGENT:
            number = f" ({row.agent_id})" if row.agent_id else ""
            return f"{row.agent_name}{number}" if row.agent_name else row.agent_id or "–"
        case Column.TEAM:
            return row.team or "–"
        case Column.LENGTH:
            return clock(row.duration) if row.duration is not None else "–"
        case Column.SCORE:
            return points(row.score) if row.score is not None else "–"
        case Column.NAME:
            return row.name
        case _:
            return ", ".join(sign.word for sign in _signs(row, column)) or "–"


def _signs(row: CallRow, column: Column) -> tuple[Sign, ...]:
    match column:
        case Column.OUTCOME:
            return (card_sign(row.outcome),) if row.outcome else ()
        case Column.STATE:
            return (state_sign(row.state),)
        case Column.FINDINGS:
            return _findings(row)
        case _:
            return ()


def _findings(row: CallRow) -> tuple[Sign, ...]:
    counts = (("fatal", row.fatal_count), ("major", row.major_count), ("minor", row.minor_count))
    signs = [_counted(severity_sign(name), count) for name, count in counts if count]
    if row.doubt_count:
        signs.append(_counted(Sign(QCoreApplication.translate("words", "存疑"), "doubt", "doubt"), row.doubt_count))
    return tuple(signs)


def _counted(sign: Sign, count: int) -> Sign:
    return Sign(f"{sign.word} {count}", sign.icon, sign.tint)
