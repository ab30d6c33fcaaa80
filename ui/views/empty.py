"""Empty states: what this place is for and what to do next."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from ui.theme import UNIT, Theme
from ui.views.parts import IconLabel, TextButton, column, label, row


class EmptyLibrary(QFrame):
    """Shown while the workspace holds no call.

    Signals:
        files_wanted: the user wants to choose recordings.
        folder_wanted: the user wants to choose a folder.
        samples_wanted: the user wants to try the samples.
    """

    files_wanted = Signal()
    folder_wanted = Signal()
    samples_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Say what to do next."""
        super().__init__(parent)
        self.setObjectName("dropTarget")
        files = TextButton(theme, self.tr("选择录音…"), icon_name="import", kind="primary")
        folder = TextButton(theme, self.tr("选择文件夹…"), icon_name="folder")
        samples = TextButton(theme, self.tr("用样例试一试"), icon_name="sample")
        files.clicked.connect(self.files_wanted)
        folder.clicked.connect(self.folder_wanted)
        samples.clicked.connect(self.samples_wanted)
        mark = IconLabel(theme, "import", "accent", 48)
        lock = IconLabel(theme, "lock", "muted", 15)
        inside = column(
            None,
            row(None, mark, None),
            UNIT,
            _centred(label(self.tr("把录音或文件夹拖到这里"), "big")),
            _centred(label(self.tr("转写、对照规则、评分都在本机完成，几分钟后就能复核。"), muted=True, wrap=True)),
            2 * UNIT,
            row(None, files, folder, samples, None),
            2 * UNIT,
            row(None, lock, label(self.tr("录音不会离开这台电脑"), "caption"), None),
            None,
        )
        self.setLayout(inside)


class Hint(QFrame):
    """A place that has nothing to show, and why: an icon, a sentence, what to do."""

    def __init__(self, theme: Theme, icon: str, parent: QWidget | None = None) -> None:
        """Show the drawing ``icon`` above the words."""
        super().__init__(parent)
        self.setObjectName("plain")
        self._title = _centred(label("", "subtitle", wrap=True))
        self._text = _centred(label("", muted=True, wrap=True))
        mark = IconLabel(theme, icon, "muted", 36)
        self.setLayout(column(None, row(None, mark, None), UNIT, self._title, self._text, None))

    def say(self, title: str, text: str) -> None:
        """Say what is so and what to do."""
        self._title.setText(title)
        self._text.setText(text)


def _centred(words: QLabel) -> QLabel:
    words.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return words
