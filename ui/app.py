"""Starts the desktop: application, language, theme, window; and keeps them together while it runs."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QLibraryInfo, QLocale, QObject, QTimer, QTranslator
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from csqa.messages import Language
from ui.backroom import Summary
from ui.gateway import Gateway
from ui.jobs import JobQueue
from ui.player import OutputFactory, Player, sound_card
from ui.preferences import Preferences, load_preferences, preferences_file, save_preferences
from ui.theme import Scheme, Theme
from ui.window import MainWindow

logger = logging.getLogger(__name__)

_TRANSLATIONS = Path(__file__).with_name("translations")
_LOCALES = {Language.CHINESE: "zh_CN", Language.ENGLISH: "en"}
_FIRST_SIZE = (1366, 768)


def run(argv: Sequence[str]) -> int:
    """Open the desktop and return the exit status once it is closed."""
    from csqa.logs import start_logging

    application = QApplication(list(argv))
    start_logging()
    desktop = Desktop(application, preferences_file())
    sys.excepthook = desktop.report
    desktop.start()
    return application.exec()


def default_workspace() -> Path:
    """Return where calls are kept until the user says otherwise: among the program's data, which no cloud mirrors."""
    from csqa.settings import locations

    return locations().models.parent / "workspace"


class Desktop(QObject):
    """The services that live as long as the program, and the window, which is made anew in another language."""

    def __init__(
        self,
        application: QApplication,
        settings: Path,
        *,
        workspace: Path | None = None,
        open_output: OutputFactory = sound_card,
    ) -> None:
        """Dress ``application`` as the file ``settings`` says; ``workspace`` is opened in place of the last one."""
        super().__init__()
        self._application = application
        self._settings = settings
        self._preferences = load_preferences(settings)
        self._workspace = workspace or self._preferences.workspace or default_workspace()
        self._translators: list[QTranslator] = []
        self._summary: Summary | None = None
        application.setApplicationName("csqa")
        application.setApplicationDisplayName("CSQA 客服质检")
        self._speak(self._preferences.language)
        self.theme = Theme(application, self._preferences.scheme)
        self.gateway = Gateway(self)
        self.jobs = JobQueue(self.gateway, self)
        self.player = Player(self, open_output)
        self.window = self._new_window()

    @property
    def preferences(self) -> Preferences:
        """What the user chose."""
        return self._preferences

    def start(self) -> None:
        """Show the window; the workspace is opened once it is seen."""
        self.window.show()
        QTimer.singleShot(0, self.open_workspace)

    def open_workspace(self) -> None:
        """Open the workspace, and show it when it is."""
        reply = self.gateway.open(self._workspace)
        reply.done.connect(self._opened)
        reply.failed.connect(self.window.show_error)

    def choose_workspace(self, folder: Path) -> None:
        """Open another workspace; what is at work in this one stops and can go on later."""
        self.jobs.cancel_all()
        self.jobs.clear_ended()
        self.window.close_call()
        self._workspace = folder
        self.open_workspace()

    def choose_language(self, language: Language) -> None:
        """Speak another language, in a new window that shows the same."""
        if language is self._preferences.language:
            return
        self._keep(replace(self._preferences, language=language))
        self._speak(language)
        old = self.window
        dossier = old.review.dossier if old.is_in_review else None
        self.player.stop()
        self.window = self._new_window()
        self.window.setGeometry(old.geometry())
        if old.isVisible():
            self.window.show()
        old.hide()
        old.deleteLater()
        if self._summary is not None:
            self.window.show_workspace(self._summary)
            self.window.library.refresh()
        if dossier is not None:
            self.window.open_call(dossier.call)

    def choose_scheme(self, scheme: Scheme) -> None:
        """Wear another theme."""
        self._keep(replace(self._preferences, scheme=scheme))
        self.theme.choose(scheme)

    def close(self) -> None:
        """End everything that runs beside the window."""
        self.player.close()
        self.jobs.close()
        self.gateway.close()
        self._forget_languages()

    def report(self, kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
        """Log a fault of ours, and tell the user that there was one, in place of dying of it."""
        from csqa.errors import Bug
        from csqa.logs import log_path

        logger.error("unexpected in the window", exc_info=(kind, error, traceback))
        self.window.show_error(Bug("general.bug", kind=kind.__name__, log=log_path()))

    def _opened(self, summary: Summary) -> None:
        self._summary = summary
        if summary.folder != self._preferences.workspace:
            self._keep(replace(self._preferences, workspace=summary.folder))
        self.window.show_workspace(summary)
        self.gateway.warm_up()

    def _new_window(self) -> MainWindow:
        window = MainWindow(self.theme, self.gateway, self.jobs, self.player, self._preferences.language)
        window.language_chosen.connect(self.choose_language)
        window.scheme_chosen.connect(self.choose_scheme)
        window.workspace_chosen.connect(self.choose_workspace)
        window.closed.connect(self.close)
        screen = QGuiApplication.primaryScreen()
        room = screen.availableGeometry() if screen else None
        width, height = _FIRST_SIZE
        window.resize(min(width, room.width()) if room else width, min(height, room.height()) if room else height)
        return window

    def _keep(self, preferences: Preferences) -> None:
        from csqa.errors import UserFixable

        self._preferences = preferences
        try:
            save_preferences(preferences, self._settings)
        except UserFixable as error:
            self.window.show_error(error)

    def _speak(self, language: Language) -> None:
        self._forget_languages()
        name = _LOCALES[language]
        QLocale.setDefault(QLocale(name))
        self._load(f"qtbase_{name}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
        if language is not Language.CHINESE:  # the sources are Chinese
            self._load(f"csqa_{name}", str(_TRANSLATIONS))

    def _forget_languages(self) -> None:
        for translator in self._translators:
            self._application.removeTranslator(translator)
        self._translators.clear()

    def _load(self, name: str, folder: str) -> None:
        translator = QTranslator(self)
        if translator.load(name, folder):
            self._application.installTranslator(translator)
            self._translators.append(translator)
