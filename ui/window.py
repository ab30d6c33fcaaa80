"""The main window: menus, pages, what is dropped on it, and what it has to say."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget

from csqa.errors import CsqaError
from csqa.messages import Language
from ui.actions import Actions
from ui.backroom import Found, Summary
from ui.desk import Desk
from ui.gateway import Gateway, Reply
from ui.jobs import JobQueue
from ui.menus import build_menus
from ui.player import Player
from ui.telling import said
from ui.theme import Theme
from ui.views.library import LibraryPage
from ui.views.notice import Notice

if TYPE_CHECKING:
    from ui.views.review import ReviewPage

_NAMED_FILES = 3
"""As many skipped files are named; of the rest the number is told."""


class MainWindow(QMainWindow):
    """The window.

    Signals:
        language_chosen: the user wants this ``Language``.
        scheme_chosen: the user wants this ``Scheme``.
        workspace_chosen: the user wants the workspace in this folder.
        closed: the window is closed, and with it the program ends.
    """

    language_chosen = Signal(object)
    scheme_chosen = Signal(object)
    workspace_chosen = Signal(object)
    closed = Signal()

    def __init__(self, theme: Theme, gateway: Gateway, jobs: JobQueue, player: Player, language: Language) -> None:
        """Show the library; Review is made when the first call is opened."""
        super().__init__()
        self.desk = Desk(theme, Actions(theme, self), gateway, jobs, player, language)
        self.setAcceptDrops(True)
        self.library = LibraryPage(self.desk)
        self._review: ReviewPage | None = None
        self._writable = True
        self._pages = QStackedWidget()
        self._pages.addWidget(self.library)
        self.setCentralWidget(self._pages)
        self.notice = Notice(theme, self)
        build_menus(self, self.desk, self.language_chosen, self.scheme_chosen)
        self._connect()
        self.setMinimumSize(760, 480)

    @property
    def review(self) -> ReviewPage:
        """The page of an open call, made the first time it is wanted."""
        if self._review is None:
            from ui.views.review import ReviewPage  # loads late: numpy

            self._review = ReviewPage(self.desk)
            self._review.shown.connect(self._show_review)
            self._review.told.connect(self.notice.say)
            self._pages.addWidget(self._review)
        return self._review

    @property
    def is_in_review(self) -> bool:
        """Whether a call is open."""
        return self._review is not None and self._pages.currentWidget() is self._review

    def show_workspace(self, summary: Summary) -> None:
        """Show the calls of a workspace that was opened."""
        self.setWindowTitle(summary.folder.name)
        self.library.show_summary(summary)
        if summary.total and not self.is_in_review:
            self.library.take_focus()
        self._writable = summary.writable
        for name in ("import-files", "import-folder", "import-samples"):
            self.desk.actions[name].setEnabled(summary.writable)
        if not summary.writable:
            self._tell_locked()

    def _tell_locked(self) -> None:
        self.notice.say(self.tr("另一个程序正在写入这个工作区：现在可以查看和搜索，不能导入。"))

    def show_error(self, error: CsqaError) -> None:
        """Say what went wrong and what to do."""
        self.notice.say(said(error, self.desk.language))

    def open_call(self, call: int, at: object = None) -> None:
        """Open a call in Review; with ``at`` (seconds) play it from there."""
        self.review.open_call(call, at if isinstance(at, (int, float)) else None)

    def close_call(self) -> None:
        """Go back to the library."""
        if self._review is not None:
            self._review.leave()
        self._pages.setCurrentWidget(self.library)
        self.desk.actions.open_call(False)
        self.library.take_focus()

    def import_paths(self, paths: Sequence[Path]) -> None:
        """Queue the recordings among ``paths``, folders looked through; name what is none."""
        if paths and not self._writable:
            self._tell_locked()
        elif paths:
            self._queue_found(self.desk.gateway.find(paths))

    def import_samples(self) -> None:
        """Queue the recordings that travel with CSQA."""
        self._queue_found(self.desk.gateway.samples())

    def _queue_found(self, reply: Reply) -> None:
        reply.done.connect(self._take)
        reply.failed.connect(self.show_error)

    def _take(self, found: Found) -> None:
        self.desk.jobs.add(found.taken)
        if found.skipped:
            named = self.tr("、").join(found.skipped[:_NAMED_FILES])
            if len(found.skipped) > _NAMED_FILES:
                text = self.tr("不是录音，已跳过：{names} 等 {count} 个文件")
            else:
                text = self.tr("不是录音，已跳过：{names}")
            self.notice.say(text.format(names=named, count=len(found.skipped)))
        elif not found.taken:
            self.notice.say(self.tr("这里没有找到录音。支持 WAV、MP3、M4A、AMR、OGG 等常见格式。"))

    def _connect(self) -> None:
        actions = self.desk.actions
        self.library.call_opened.connect(self.open_call)
        self.library.told.connect(self.notice.say)
        for name, what in (
            ("import-files", self._choose_files),
            ("import-folder", self._choose_folder),
            ("import-samples", self.import_samples),
            ("open-workspace", self._choose_workspace),
            ("quit", self.close),
            ("close-call", self.close_call),
            ("search", self._search),
            ("shortcuts", self._show_shortcuts),
            ("about", self._show_about),
        ):
            actions[name].triggered.connect(lambda _=False, what=what: what())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Take files and folders."""
        if _dropped(event):
            event.acceptProposedAction()
            self._hover(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802 - Qt's name
        """Nothing hovers any more."""
        self._hover(False)
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Import what was dropped."""
        self._hover(False)
        event.acceptProposedAction()
        self.import_paths(_dropped(event))

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Ask first where recordings are still being worked on."""
        if self.desk.jobs.is_busy and not self._may_close():
            event.ignore()
            return
        event.accept()
        self.closed.emit()

    def _may_close(self) -> bool:
        from PySide6.QtWidgets import QMessageBox

        box = QMessageBox(self)
        box.setIcon(QMessageBox.Icon.Question)
        box.setText(self.tr("还有录音没有处理完。现在退出吗？"))
        box.setInformativeText(self.tr("已完成的部分会保留；下次导入同样的录音，会从停下的地方继续。"))
        leave = box.addButton(self.tr("退出"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(self.tr("继续处理"), QMessageBox.ButtonRole.RejectRole)
        box.exec()
        return box.clickedButton() is leave

    def _hover(self, hovered: bool) -> None:
        target = self.library.empty
        target.setProperty("hovered", hovered)
        target.style().unpolish(target)
        target.style().polish(target)

    def _show_review(self) -> None:
        self._pages.setCurrentWidget(self.review)
        self.desk.actions.open_call(True)
        dossier = self.review.dossier
        if dossier is not None:
            self.review.transport.show_call(dossier.duration, has_sound=dossier.sound is not None)
        self.review.transcript.setFocus(Qt.FocusReason.OtherFocusReason)

    def _search(self) -> None:
        if self.is_in_review:
            self.close_call()
        self.library.focus_search()

    def _choose_files(self) -> None:
        from PySide6.QtWidgets import QFileDialog

        names, _ = QFileDialog.getOpenFileNames(self, self.tr("选择录音或转写文件"))
        self.import_paths([Path(name) for name in names])

    def _choose_folder(self) -> None:
        from PySide6.QtWidgets import QFileDialog

        name = QFileDialog.getExistingDirectory(self, self.tr("选择放录音的文件夹"))
        self.import_paths([Path(name)] if name else [])

    def _choose_workspace(self) -> None:
        from PySide6.QtWidgets import QFileDialog

        name = QFileDialog.getExistingDirectory(self, self.tr("选择工作区文件夹；空文件夹会新建一个工作区"))
        if name:
            self.workspace_chosen.emit(Path(name))

    def _show_shortcuts(self) -> None:
        from ui.views.shortcuts import ShortcutSheet

        ShortcutSheet(self.desk.theme, self).open()

    def _show_about(self) -> None:
        from PySide6.QtWidgets import QMessageBox

        from csqa import __version__

        text = self.tr("CSQA {version}\n客服录音质检。录音与文字不离开这台电脑。\nMIT 许可；界面使用 Qt(LGPL)。")
        box = QMessageBox(
            QMessageBox.Icon.Information, self.tr("关于 CSQA"), text.format(version=__version__), parent=self
        )
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()


def _dropped(event: QDropEvent) -> list[Path]:
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
