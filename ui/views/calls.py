"""The table of calls."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from ui.backroom import Shelf
from ui.gateway import Gateway
from ui.tables.calls import CallsModel, Column
from ui.theme import UNIT, Theme
from ui.views.cells import SignsDelegate
from ui.words import card_sign, severity_sign, state_sign

Index = QModelIndex | QPersistentModelIndex


class CallsTable(QTableView):
    """The table; the selection stays on its call while rows come and go.

    Signals:
        opened: the user wants to see a call (its ``CallRow``).
    """

    opened = Signal(object)

    def __init__(self, theme: Theme, gateway: Gateway, parent: QWidget | None = None) -> None:
        """Begin empty."""
        super().__init__(parent)
        self._calls = CallsModel(gateway, self)
        self._chosen: int | None = None
        self.setModel(self._calls)
        self.setAccessibleName(self.tr("通话列表"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        signs = SignsDelegate(theme, self)
        for column in (Column.OUTCOME, Column.FINDINGS, Column.STATE):
            self.setItemDelegateForColumn(column, signs)
        self._set_up_headers()
        self.doubleClicked.connect(self._open)
        self._calls.refilled.connect(self._put_back)

    def show_shelf(self, shelf: Shelf, count: int) -> None:
        """Show the ``count`` calls of ``shelf``."""
        self._calls.show_shelf(shelf, count)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Open the current call with Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def currentChanged(self, current: Index, previous: Index) -> None:  # noqa: N802 - Qt's name
        """Remember which call is current."""
        super().currentChanged(current, previous)
        row = self._calls.call_at(current.row()) if current.isValid() else None
        if row is not None:
            self._chosen = row.id

    def _set_up_headers(self) -> None:
        across, down = self.horizontalHeader(), self.verticalHeader()
        down.hide()
        down.setDefaultSectionSize(self.fontMetrics().height() + 2 * UNIT)
        across.setHighlightSections(False)
        across.setStretchLastSection(True)
        across.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        across.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        across.setMinimumSectionSize(self.fontMetrics().height() * 3)
        for column, width in self._widths().items():
            across.resizeSection(column, width)
        self.setSortingEnabled(True)
        across.setSortIndicator(Column.STARTED, Qt.SortOrder.DescendingOrder)

    def _widths(self) -> dict[Column, int]:
        """Return widths in which what usually stands in a column is seen whole, in the language in use."""
        metrics = QFontMetrics(self.font())
        icon = metrics.height() + UNIT
        outcomes = max(metrics.horizontalAdvance(card_sign(name).word) for name in ("pass", "fail", "review"))
        states = ("machine-scored", "working", "failed", "submitted")
        findings = [severity_sign(name).word for name in ("major", "minor")] + [card_sign("review").word]
        texts = {
            Column.STARTED: "2026-12-30 00:00",
            Column.AGENT: "欧阳小明 (00000)",
            Column.TEAM: "售后二组",
            Column.LENGTH: "0:00:00",
            Column.SCORE: "100.0 ",
        }
        widths = {column: metrics.horizontalAdvance(text) for column, text in texts.items()}
        widths[Column.OUTCOME] = outcomes + icon
        widths[Column.FINDINGS] = sum(metrics.horizontalAdvance(f"{word} 9") + icon + UNIT for word in findings)
        widths[Column.STATE] = max(metrics.horizontalAdvance(state_sign(name).word) for name in states) + icon
        return {column: width + 3 * UNIT for column, width in widths.items()}

    def _open(self, index: QModelIndex) -> None:
        row = self._calls.call_at(index.row()) if index.isValid() else None
        if row is not None:
            self.opened.emit(row)

    def _put_back(self) -> None:
        """Make the call that was current so again, without moving the list."""
        if self._chosen is None or self.currentIndex().isValid():
            return
        row = self._calls.row_of(self._chosen)
        if row is not None:
            scroll = self.verticalScrollBar().value()
            self.setCurrentIndex(self._calls.index(row, 0))
            self.verticalScrollBar().setValue(scroll)
