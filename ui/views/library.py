"""The library: all calls in a table, what was said in them by search, and the queue of what is being inspected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QIcon, QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QLineEdit, QMenu, QSplitter, QStackedWidget, QWidget

from csqa.errors import CsqaError, UserFixable
from ui.backroom import Hits, Shelf, Summary
from ui.desk import Desk
from ui.icons import icon
from ui.telling import said
from ui.theme import UNIT
from ui.views.calls import CallsTable
from ui.views.empty import EmptyLibrary, Hint
from ui.views.parts import TextButton, card, column, label, row

if TYPE_CHECKING:
    from ui.backroom import CallRow, SearchHit
    from ui.views.hits import HitsView
    from ui.views.queue import QueuePanel

_HITS = 3
"""Where the sentences found lie in the stack."""

_TYPING_PAUSE_MILLISECONDS = 200


class LibraryPage(QWidget):
    """The first page.

    Signals:
        call_opened: the user wants to see a call: its number, and the time to play from or ``None``.
        told: something to say to the user that needs no answer.
    """

    call_opened = Signal(int, object)
    told = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Show the calls as soon as the gateway answers."""
        super().__init__(parent)
        self._desk = desk
        self._shelf = Shelf.ALL
        self._summary: Summary | None = None
        self._refreshing = False
        self.setObjectName("page")
        self.table = CallsTable(desk.theme, desk.gateway)
        self.empty = EmptyLibrary(desk.theme)
        self._queue: QueuePanel | None = None
        self.search = SearchField(desk)
        self._hint = Hint(desk.theme, "search")
        self._hits: HitsView | None = None
        self._count = label("", muted=True)
        self._chips = _Shelves(desk)
        self._stack = QStackedWidget()
        for view in (self.empty, self._in_card(self.table), self._hint):
            self._stack.addWidget(view)
        self._lay_out()
        self._connect()
        self._arrange()

    @property
    def queue(self) -> QueuePanel:
        """The panel of the queue, made with the first job."""
        if self._queue is None:
            from ui.views.queue import QueuePanel  # loads late: the first window has no job

            self._queue = QueuePanel(self._desk.theme, self._desk.jobs, self._desk.language)
            self._queue.opened.connect(self._open_job)
            self._body.addWidget(self._queue)
            self._body.setSizes([1000, 360])
        return self._queue

    def take_focus(self) -> None:
        """Let the keyboard act on what is seen: the sentences found, or the table."""
        searching = self._hits is not None and self._stack.currentIndex() == _HITS
        target = self._hits if searching and self._hits is not None else self.table
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Leave the search with Escape, from wherever in it."""
        if event.key() == Qt.Key.Key_Escape and self.search.text():
            self.search.clear()
            self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().keyPressEvent(event)

    def refresh(self) -> None:
        """Ask how many calls there are, and show them; while an answer is awaited, one more question is enough."""
        if self._refreshing:
            return
        self._refreshing = True
        reply = self._desk.gateway.summary()
        reply.done.connect(self._show_summary)
        reply.failed.connect(self._failed)

    def show_summary(self, summary: Summary) -> None:
        """Show a workspace's calls."""
        self._summary = summary
        self._count.setText(self.tr("%n 通电话", "", summary.total))
        self._chips.show_counts(summary)
        self.table.show_shelf(self._shelf, summary.counts[self._shelf])
        self._arrange()

    def focus_search(self) -> None:
        """Go to the search field."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _lay_out(self) -> None:
        theme, actions = self._desk.theme, self._desk.actions
        add = TextButton(theme, self.tr("导入录音"), icon_name="import", kind="primary")
        menu = QMenu(add)
        for name in ("import-files", "import-folder", "import-samples"):
            menu.addAction(actions[name])
        add.setMenu(menu)
        title = label(self.tr("通话"), "title")
        head = row(title, UNIT, self._count, None, self.search, add)
        self._body = QSplitter(Qt.Orientation.Horizontal)
        self._body.setChildrenCollapsible(False)
        self._body.setHandleWidth(2 * UNIT)
        self._body.addWidget(self._stack)
        self._body.setStretchFactor(0, 1)
        page = column(head, self._chips, self._body, margins=(3 * UNIT, 2 * UNIT, 3 * UNIT, 3 * UNIT))
        page.setSpacing(UNIT + UNIT // 2)
        page.setStretch(2, 1)
        self.setLayout(page)

    def _connect(self) -> None:
        desk = self._desk
        self.empty.files_wanted.connect(desk.actions["import-files"].trigger)
        self.empty.folder_wanted.connect(desk.actions["import-folder"].trigger)
        self.empty.samples_wanted.connect(desk.actions["import-samples"].trigger)
        self.table.opened.connect(self._open)
        self.search.asked.connect(self._search)
        self._chips.chosen.connect(self._choose)
        desk.gateway.changed.connect(self.refresh)
        self.search.left_down.connect(self.take_focus)
        for signal in (desk.jobs.added, desk.jobs.removed):
            signal.connect(self._arrange)

    def _in_card(self, view: QWidget) -> QWidget:
        framed = card()
        framed.setLayout(column(view, margins=(1, 1, 1, 1)))
        return framed

    def _arrange(self) -> None:
        """Show what there is to show: the empty state, the table, or what the search found."""
        has_calls = self._summary is not None and self._summary.total > 0
        if self._desk.jobs.jobs or self._queue is not None:
            self.queue.setVisible(bool(self._desk.jobs.jobs))
        self._chips.setVisible(has_calls)
        self._chips.show_hits(None)
        self.search.setVisible(has_calls)
        self._count.setVisible(has_calls)
        if not has_calls:
            self._stack.setCurrentIndex(0)
        elif not self.search.text().strip():
            self._stack.setCurrentIndex(1)

    def _show_summary(self, summary: Summary) -> None:
        self._refreshing = False
        self.show_summary(summary)

    def _failed(self, error: CsqaError) -> None:
        self._refreshing = False
        self.told.emit(said(error, self._desk.language))

    def _choose(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self.search.clear()
        if self._summary is not None:
            self.table.show_shelf(shelf, self._summary.counts[shelf])
        self._arrange()

    def _search(self, text: str) -> None:
        if not text:
            self._arrange()
            return
        reply = self._desk.gateway.search(text)
        reply.done.connect(self._show_hits)
        reply.failed.connect(self._failed)

    def _show_hits(self, hits: Hits) -> None:
        from ui.views.hits import HitsView  # loads late: the first window does not search

        if hits.text != self.search.text().strip():
            return  # typed on meanwhile
        self._chips.show_hits(len(hits.found))
        if not hits.found:
            self._hint.say(
                self.tr("没有找到「{text}」").format(text=hits.text),
                self.tr("换一个说法，或只搜其中几个字；空格隔开的词要同时出现。"),
            )
            self._stack.setCurrentIndex(2)
            return
        if self._hits is None:
            self._hits = HitsView(self._desk.theme)
            self._hits.opened.connect(self._open_hit)
            self._stack.addWidget(self._in_card(self._hits))
        self._hits.show_hits(hits.found)
        self._stack.setCurrentIndex(_HITS)

    def _open_hit(self, hit: SearchHit) -> None:
        self.call_opened.emit(hit.call, hit.at)

    def _open_job(self, call: int) -> None:
        self.call_opened.emit(call, None)

    def _open(self, row: CallRow) -> None:
        if row.error is not None:
            self.told.emit(said(UserFixable(row.error.code, **row.error.parameters), self._desk.language))
        elif row.inspected_at is None:
            self.told.emit(self.tr("这通电话还没有处理完。再次导入它的录音，会从停下的地方继续。"))
        else:
            self.call_opened.emit(row.id, None)


class SearchField(QLineEdit):
    """The search over all transcripts.

    Signals:
        asked: look for this text, as soon as typing pauses; empty where there is nothing to look for any more.
        left_down: on to what was found.
    """

    asked = Signal(str)
    left_down = Signal()

    def __init__(self, desk: Desk) -> None:
        """Begin empty."""
        super().__init__()
        self._desk = desk
        self.setPlaceholderText(self.tr("搜索通话内容  {key}").format(key=desk.actions.keys_of("search")))
        self.setAccessibleName(self.tr("搜索通话内容"))
        self.setClearButtonEnabled(True)
        self.setMinimumWidth(self.fontMetrics().averageCharWidth() * 24)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_TYPING_PAUSE_MILLISECONDS)
        self._pause.timeout.connect(lambda: self.asked.emit(self.text().strip()))
        self._mark = self.addAction(QIcon(), QLineEdit.ActionPosition.LeadingPosition)
        self.textChanged.connect(self._changed)
        desk.theme.changed.connect(self._dress)
        self._dress()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Clear with Escape; go on to what was found with Down."""
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() == Qt.Key.Key_Down:
            self.left_down.emit()
        else:
            super().keyPressEvent(event)

    def _changed(self, text: str) -> None:
        if text.strip():
            self._pause.start()
        else:
            self._pause.stop()
            self.asked.emit("")

    def _dress(self) -> None:
        self._mark.setIcon(icon(self._desk.theme, "search", "muted"))


class _Shelves(QWidget):
    """The row of chips that choose which calls are shown.

    Signals:
        chosen: a ``Shelf``.
    """

    chosen = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._buttons: dict[Shelf, TextButton] = {}
        self._trouble = 0
        group = QButtonGroup(self)
        group.setExclusive(True)
        line = row()
        for shelf in Shelf:
            button = TextButton(desk.theme, self._word(shelf), kind="chip")
            button.setCheckable(True)
            button.setChecked(shelf is Shelf.ALL)
            button.clicked.connect(lambda _=False, shelf=shelf: self.chosen.emit(shelf))
            group.addButton(button)
            line.addWidget(button)
            self._buttons[shelf] = button
        self._found = label("", "caption")
        line.addWidget(self._found)
        line.addStretch(1)
        self.setLayout(line)

    def show_hits(self, count: int | None) -> None:
        """Tell how many sentences a search found, in place of the chips; ``None`` brings the chips back."""
        for button in self._buttons.values():
            button.setVisible(count is None)
        self._show_trouble(count is None)
        self._found.setVisible(count is not None)
        if count is not None:
            self._found.setText(self.tr("找到 %n 句话；点一句，从那里听", "", count) if count else "")

    def show_counts(self, summary: Summary) -> None:
        """Write the counts on the chips; no chip for calls in trouble where there are none."""
        for shelf, button in self._buttons.items():
            button.setText(f"{self._word(shelf)} {summary.counts[shelf]}")
        self._trouble = summary.counts[Shelf.TROUBLE]
        self._show_trouble(self._found.isHidden())

    def _show_trouble(self, chips: bool) -> None:
        button = self._buttons[Shelf.TROUBLE]
        button.setVisible(chips and (self._trouble > 0 or button.isChecked()))

    def _word(self, shelf: Shelf) -> str:
        return {
            Shelf.ALL: self.tr("全部"),
            Shelf.REVIEW: self.tr("待复核"),
            Shelf.FAIL: self.tr("不合格"),
            Shelf.PASS: self.tr("合格"),
            Shelf.TROUBLE: self.tr("处理失败"),
        }[shelf]
