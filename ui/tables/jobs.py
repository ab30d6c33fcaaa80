"""The queue as an item model."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractListModel, QCoreApplication, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from csqa.messages import Language
from ui.backroom import Stage
from ui.jobs import ENDED, Job, JobQueue, JobState
from ui.telling import said
from ui.words import Sign, clock, remaining

Index = QModelIndex | QPersistentModelIndex


class Role(IntEnum):
    """What the delegate asks for."""

    JOB = Qt.ItemDataRole.UserRole + 1
    SIGN = Qt.ItemDataRole.UserRole + 2
    DETAIL = Qt.ItemDataRole.UserRole + 3


class JobsModel(QAbstractListModel):
    """A job a row, in the order they were added.

    Signals:
        heights_changed: a row has more or less to say than before.
    """

    heights_changed = Signal()

    def __init__(self, queue: JobQueue, language: Language, parent: QObject | None = None) -> None:
        """Show what is in ``queue``; errors are said in ``language``."""
        super().__init__(parent)
        self._queue = queue
        self._language = language
        self._jobs: list[Job] = list(queue.jobs)
        queue.added.connect(self._add)
        queue.changed.connect(self._change)
        queue.removed.connect(self._remove)

    def job_at(self, row: int) -> Job:
        """Return the job in a row."""
        return self._jobs[row]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and default
        """Return how many jobs there are."""
        return 0 if parent.isValid() else len(self._jobs)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a job's name, its figures, or what is read out for it."""
        if not index.isValid() or index.row() >= len(self._jobs):
            return None
        job = self._jobs[index.row()]
        match role:
            case Role.JOB:
                return job
            case Role.SIGN:
                return job_sign(job)
            case Role.DETAIL:
                return self._detail(job)
            case Qt.ItemDataRole.DisplayRole:
                return job.path.name
            case Qt.ItemDataRole.ToolTipRole:
                return str(job.path)
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{job.path.name}, {job_sign(job).word}, {self._detail(job)}"
        return None

    def _detail(self, job: Job) -> str:
        if job.error is not None:
            return said(job.error, self._language)
        if job.state is not JobState.WORKING:
            return ""
        return progress_text(job)

    def _add(self, jobs: tuple[Job, ...]) -> None:
        self.beginInsertRows(QModelIndex(), len(self._jobs), len(self._jobs) + len(jobs) - 1)
        self._jobs.extend(jobs)
        self.endInsertRows()

    def _change(self, job: Job) -> None:
        row = self._row_of(job.number)
        if row is not None:
            before, self._jobs[row] = self._jobs[row], job
            self.dataChanged.emit(self.index(row), self.index(row))
            if before.state is not job.state:
                self.heights_changed.emit()

    def _remove(self, numbers: tuple[int, ...]) -> None:
        for number in numbers:
            row = self._row_of(number)
            if row is not None:
                self.beginRemoveRows(QModelIndex(), row, row)
                del self._jobs[row]
                self.endRemoveRows()

    def _row_of(self, number: int) -> int | None:
        return next((row for row, job in enumerate(self._jobs) if job.number == number), None)


def job_sign(job: Job) -> Sign:
    """Say where a job is."""
    translate = QCoreApplication.translate
    return {
        JobState.WAITING: Sign(translate("jobs", "排队中"), "queued", "neutral"),
        JobState.WORKING: Sign(translate("jobs", "处理中"), "sample", "accent"),
        JobState.DONE: Sign(translate("jobs", "已完成"), "pass", "passed"),
        JobState.KNOWN: Sign(translate("jobs", "库中已有"), "pass", "neutral"),
        JobState.FAILED: Sign(translate("jobs", "失败"), "violation", "violation"),
        JobState.CANCELLED: Sign(translate("jobs", "已取消"), "not-applicable", "neutral"),
    }[job.state]


def progress_text(job: Job) -> str:
    """Say what is being done and how far it is: "识别 12:40 / 31:05 语音"."""
    translate = QCoreApplication.translate
    times = f"{clock(job.done)} / {clock(job.total)}"
    match job.stage:
        case Stage.LISTENING:
            return translate("jobs", "听录音 {times}").format(times=times)
        case Stage.RECOGNISING:
            text = translate("jobs", "识别 {times} 语音").format(times=times)
            return f"{text} · {remaining(job.left)}" if job.left is not None else text
        case Stage.JUDGING:
            return translate("jobs", "对照规则评分")
        case _:
            return translate("jobs", "打开录音")


def share_done(job: Job) -> float:
    """Return how much of a job is done, 0–1: a fifth of the bar is for listening, the rest for recognising."""
    if job.state in ENDED:
        return 1.0
    share = min(job.done / job.total, 1.0) if job.total else 0.0
    match job.stage:
        case Stage.LISTENING:
            return 0.2 * share
        case Stage.RECOGNISING:
            return 0.2 + 0.75 * share
        case Stage.JUDGING:
            return 0.97
        case _:
            return 0.0
