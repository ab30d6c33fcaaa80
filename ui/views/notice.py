"""A line at the foot of the window that says something and goes again."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from ui.theme import UNIT, Theme
from ui.views.parts import IconButton, label, row

_MILLISECONDS_A_CHARACTER = 120
_LEAST_MILLISECONDS = 5000


class Notice(QFrame):
    """Lies over the lower edge of its window; stays as long as it takes to read, or until it is closed."""

    def __init__(self, theme: Theme, window: QWidget) -> None:
        """Be hidden until there is something to say."""
        super().__init__(window)
        self._window = window
        self.setObjectName("notice")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._text = label("", wrap=True)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        close = IconButton(theme, "close", self.tr("关闭提示"), tint="surface")
        close.clicked.connect(self.hide)
        inside = row(self._text, close, margins=(2 * UNIT, UNIT, UNIT, UNIT))
        inside.setStretch(0, 1)
        self.setLayout(inside)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        window.installEventFilter(self)
        self.hide()

    @property
    def text(self) -> str:
        """What is said."""
        return self._text.text()

    def say(self, text: str) -> None:
        """Say ``text``."""
        self._text.setText(text)
        self.setAccessibleName(text)
        self._place()
        self.show()
        self.raise_()
        self._timer.start(max(len(text) * _MILLISECONDS_A_CHARACTER, _LEAST_MILLISECONDS))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Keep to the window's lower edge."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        widest = min(self._window.width() - 6 * UNIT, self.fontMetrics().averageCharWidth() * 90)
        wanted = self.fontMetrics().horizontalAdvance(self._text.text()) + 9 * UNIT
        width = min(widest, wanted)
        height = max(self.heightForWidth(width), self.sizeHint().height() if wanted <= widest else 0)
        left, top = (self._window.width() - width) // 2, self._window.height() - height - 3 * UNIT
        self.setGeometry(left, top, width, height)
