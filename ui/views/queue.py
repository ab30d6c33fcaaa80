"""The queue of recordings: each job's stage and progress; cancel, try again, clear."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QMenu, QProgressBar, QWidget

from csqa.messages import Language
from ui.jobs import Job, JobQueue, JobState
from ui.tables.jobs import JobsModel, Role, share_done
from ui.theme import UNIT, Theme
from ui.views.job_delegate import JobDelegate
from ui.views.parts import TextButton, column, label, line, row


class QueuePanel(QFrame):
    """The panel beside the table.

    Signals:
        opened: the user wants to see the call (its number) that a finished job became.
    """

    opened = Signal(int)

    def __init__(self, theme: Theme, queue: JobQueue, language: Language, parent: QWidget | None = None) -> None:
        """Show what is in ``queue``."""
        super().__init__(parent)
        self._queue = queue
        self.setObjectName("card")
        self.list = JobList(theme, queue, language)
        self.list.opened.connect(self.opened)
        self._count = label("", muted=True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 1000)
        self._bar.setAccessibleName(self.tr("全部进度"))
        self._cancel = TextButton(theme, self.tr("全部取消"))
        self._cancel.clicked.connect(queue.cancel_all)
        self._clear = TextButton(theme, self.tr("清除已结束"))
        self._clear.clicked.connect(queue.clear_ended)
        head = column(
            row(label(self.tr("处理队列"), "subtitle"), None, self._count),
            self._bar,
            margins=(2 * UNIT, 2 * UNIT, 2 * UNIT, UNIT),
        )
        foot = row(self._cancel, self._clear, None, margins=(UNIT + UNIT // 2, UNIT, UNIT, UNIT))
        inside = column(head, line(), self.list, line(), foot, margins=(1, 1, 1, 1))
        inside.setSpacing(0)
        inside.setStretch(2, 1)
        self.setLayout(inside)
        for signal in (queue.added, queue.changed, queue.removed):
            signal.connect(self._tell)
        self._tell()

    def _tell(self) -> None:
        jobs = self._queue.jobs
        ended = sum(job.ended for job in jobs)
        self._count.setText(f"{ended} / {len(jobs)}")
        done = sum(share_done(job) for job in jobs) / len(jobs) if jobs else 0.0
        self._bar.setValue(round(done * 1000))
        self._cancel.setEnabled(ended < len(jobs))
        self._clear.setEnabled(ended > 0)


class JobList(QListView):
    """The list of jobs. Delete cancels the current one, R tries it again, Enter opens the call it became.

    Signals:
        opened: the user wants to see a call, by its number.
    """

    opened = Signal(int)

    def __init__(self, theme: Theme, queue: JobQueue, language: Language) -> None:
        """Show what is in ``queue``."""
        super().__init__()
        self._queue = queue
        self._jobs = JobsModel(queue, language, self)
        delegate = JobDelegate(theme, self)
        delegate.pressed.connect(self._turn)
        self.setModel(self._jobs)
        self.setItemDelegate(delegate)
        self.setAccessibleName(self.tr("处理队列"))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._show_menu)
        self.doubleClicked.connect(self._open)
        self._jobs.heights_changed.connect(self.scheduleDelayedItemsLayout)
        theme.changed.connect(self.viewport().update)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Act on the current job."""
        index = self.currentIndex()
        if not index.isValid():
            super().keyPressEvent(event)
            return
        job = self._jobs.job_at(index.row())
        match event.key():
            case Qt.Key.Key_Delete | Qt.Key.Key_Backspace:
                self._queue.cancel(job.number)
            case Qt.Key.Key_R:
                self._queue.retry(job.number)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._open(index)
            case _:
                super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Break the reasons of failures anew."""
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    def _turn(self, job: Job) -> None:
        """Do what the job's button says."""
        if job.ended:
            self._queue.retry(job.number)
        else:
            self._queue.cancel(job.number)

    def _open(self, index: QModelIndex) -> None:
        job: Job = index.data(Role.JOB)
        if job.call is not None:
            self.opened.emit(job.call)

    def _show_menu(self, point: QPoint) -> None:
        index = self.indexAt(point)
        if not index.isValid():
            return
        job = self._jobs.job_at(index.row())
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if job.call is not None:
            menu.addAction(self.tr("打开"), lambda: self._open(index))
        if not job.ended:
            menu.addAction(self.tr("取消"), lambda: self._queue.cancel(job.number))
        if job.state in (JobState.FAILED, JobState.CANCELLED):
            menu.addAction(self.tr("重试"), lambda: self._queue.retry(job.number))
        if menu.actions():
            menu.popup(self.viewport().mapToGlobal(point))
