"""The call as words: turns with the pauses between, what the rules found marked, the spoken word lit."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from csqa.spans import Span
from ui.dossier import Dossier, Mark, PauseLine, TurnLine
from ui.selection import Focus, Selection, focus_on
from ui.tables.transcript import Role, TranscriptModel
from ui.theme import Theme
from ui.views.transcript_delegate import TranscriptDelegate

_BATCH = 100
"""Lines laid out in one go."""


class TranscriptView(QListView):
    """The list of turns and pauses."""

    def __init__(self, theme: Theme, selection: Selection, parent: QWidget | None = None) -> None:
        """Show nothing until ``show_call``."""
        super().__init__(parent)
        self._selection = selection
        self._dossier: Dossier | None = None
        self._lines = TranscriptModel(self)
        self._delegate = TranscriptDelegate(theme, self)
        self.setModel(self._lines)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName(self.tr("对话"))
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setLayoutMode(QListView.LayoutMode.Batched)  # two hours of talk are laid out a bit at a time
        self.setBatchSize(_BATCH)
        self.setMouseTracking(True)
        self.verticalScrollBar().setSingleStep(24)
        theme.changed.connect(self._dress)
        selection.changed.connect(self._go_to)

    def show_call(self, dossier: Dossier) -> None:
        """Show the words of ``dossier``."""
        self._dossier = dossier
        self._delegate.forget()
        self._delegate.lit = None
        self._delegate.picked = None
        self._lines.show(dossier.lines)
        self.scrollToTop()

    def light(self, time: float, *, follow: bool) -> None:
        """Light the word that is spoken at ``time``; with ``follow`` keep its turn in sight."""
        row = self._lines.row_at(time)
        line = self._lines.lines[row] if row is not None else None
        word = None
        if isinstance(line, TurnLine):
            word = next((word for word in line.words if word.span.contains(time)), None)
        lit = (row, word) if row is not None and word is not None else None
        if lit == self._delegate.lit:
            return
        before, self._delegate.lit = self._delegate.lit, lit
        for each in (before, lit):
            if each is not None:
                self.update(self._lines.index(each[0]))
        if follow and lit is not None and (before is None or before[0] != lit[0]):
            self._reveal(self._lines.index(lit[0]))

    def unlight(self) -> None:
        """Light nothing."""
        self.light(-1.0, follow=False)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Break the lines anew for the new width."""
        if self._delegate.lay_out_for(self.viewport().width()):
            self.scheduleDelayedItemsLayout()
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Break the lines anew in another font."""
        if event.type() == QEvent.Type.FontChange:
            self._dress()
        super().changeEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Pick what was clicked and play it: a finding, a pause, or the turn from the word under the pointer."""
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if event.button() != Qt.MouseButton.LeftButton or not index.isValid():
            return
        line = index.data(Role.LINE)
        if isinstance(line, PauseLine):
            self._pick_pause(line)
        elif isinstance(line, TurnLine):
            inside = event.position() - QPointF(self.visualRect(index).topLeft())
            mark = self._delegate.mark_at(index.row(), line, self.font(), inside)
            if mark is not None:
                self._selection.pick(focus_on(mark), play=True)
                return
            word = self._delegate.word_at(index.row(), line, self.font(), inside)
            self._pick_turn(line, word.span.start if word else line.span.start)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Play the current line with Enter; the arrows move and pick."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._pick_line(self.currentIndex(), play=True)
            return
        before = self.currentIndex().row()
        super().keyPressEvent(event)
        if self.currentIndex().row() != before:
            self._pick_line(self.currentIndex(), play=False)

    def _pick_line(self, index: QModelIndex, *, play: bool) -> None:
        line = index.data(Role.LINE)
        if isinstance(line, PauseLine):
            self._pick_pause(line, play=play)
        elif isinstance(line, TurnLine):
            self._pick_turn(line, line.span.start, play=play)

    def _pick_turn(self, line: TurnLine, start: float, *, play: bool = True) -> None:
        self._selection.pick(Focus(turn=line.index, span=line.span))
        if play:
            self._selection.play_requested.emit(Span(min(start, line.span.end), line.span.end))

    def _pick_pause(self, line: PauseLine, *, play: bool = True) -> None:
        focus = focus_on(line.mark) if line.mark else Focus(span=line.pause.span)
        self._selection.pick(focus, play=play)

    def _go_to(self, focus: Focus) -> None:
        self._delegate.picked = self._mark_of(focus)
        row = self._row_of(focus)
        if row is None:
            self.clearSelection()
        elif row != self.currentIndex().row() or not self.selectionModel().isSelected(self.currentIndex()):
            self.setCurrentIndex(self._lines.index(row))
            self._reveal(self._lines.index(row))
        self.viewport().update()

    def _reveal(self, index: QModelIndex) -> None:
        """Bring a line into sight with what is said around it, unless all of it is seen already."""
        if not self.visualRect(index).isValid():  # its turn to be laid out has not come: do it all now
            self.setLayoutMode(QListView.LayoutMode.SinglePass)
            self.doItemsLayout()
            self.setLayoutMode(QListView.LayoutMode.Batched)
        if not self.viewport().rect().contains(self.visualRect(index)):
            self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)

    def _row_of(self, focus: Focus) -> int | None:
        if focus.rule is not None and focus.span is not None:
            row = self._lines.row_of_pause(focus.rule, focus.span.start)
            if row is not None:
                return row
        if focus.turn is not None:
            return self._lines.row_of_turn(focus.turn)
        if focus.span is None:
            return None
        for row, line in enumerate(self._lines.lines):
            if isinstance(line, PauseLine) and line.pause.span == focus.span:
                return row
        return self._lines.row_at(focus.span.start)

    def _mark_of(self, focus: Focus) -> Mark | None:
        if self._dossier is None or focus.rule is None:
            return None
        found = (mark for mark in self._dossier.marks if mark.rule == focus.rule and mark.place == focus.place)
        return next(found, None)

    def _dress(self) -> None:
        self._delegate.forget()
        self.scheduleDelayedItemsLayout()
        self.viewport().update()
