"""Small parts that every page is put together from."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from ui.icons import icon, pixmap
from ui.theme import UNIT, Theme
from ui.words import Sign

ICON = 18
"""Edge of an icon in a button, in device-independent pixels."""


def label(text: str, name: str = "", *, muted: bool = False, wrap: bool = False) -> QLabel:
    """Return a label; ``name`` gives it its place in the style sheet (title, subtitle, caption …)."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    if name:
        made.setObjectName(name)
    if muted:
        made.setProperty("muted", True)
    made.setWordWrap(wrap)
    return made


def badge(sign: Sign, text: str = "") -> QLabel:
    """Return a coloured badge with the sign's word, or ``text`` in its place."""
    made = label(text or sign.word)
    made.setProperty("badge", sign.tint if sign.tint in {"violation", "doubt", "passed", "accent"} else "neutral")
    return made


def line() -> QFrame:
    """Return a thin line across."""
    made = QFrame()
    made.setObjectName("line")
    return made


def card() -> QFrame:
    """Return a surface with rounded corners."""
    made = QFrame()
    made.setObjectName("card")
    return made


def row(*items: QWidget | QLayout | int | None, margins: tuple[int, int, int, int] = (0, 0, 0, 0)) -> QHBoxLayout:
    """Lay items out side by side; a number is empty space in pixels, ``None`` takes what room there is."""
    made = QHBoxLayout()
    _fill(made, items, margins)
    return made


def column(*items: QWidget | QLayout | int | None, margins: tuple[int, int, int, int] = (0, 0, 0, 0)) -> QVBoxLayout:
    """Lay items out one below the other; numbers and ``None`` as in ``row``."""
    made = QVBoxLayout()
    _fill(made, items, margins)
    return made


def _fill(
    layout: QHBoxLayout | QVBoxLayout,
    items: tuple[QWidget | QLayout | int | None, ...],
    margins: tuple[int, int, int, int],
) -> None:
    layout.setContentsMargins(*margins)
    layout.setSpacing(UNIT)
    for item in items:
        if item is None:
            layout.addStretch(1)
        elif isinstance(item, int):
            layout.addSpacing(item)
        elif isinstance(item, QWidget):
            layout.addWidget(item)
        else:
            layout.addLayout(item)


def clear(layout: QLayout) -> None:
    """Take everything out of ``layout`` and delete it."""
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            clear(inner)


def _takes_space(event: QEvent) -> bool:
    """Tell whether ``event`` asks if Space is meant for the button that has the focus: it is, and does not play."""
    return (
        isinstance(event, QKeyEvent)
        and event.type() == QEvent.Type.ShortcutOverride
        and event.key() == Qt.Key.Key_Space
    )


class IconButton(QToolButton):
    """A quiet button that is an icon, with a tool tip and a name for who cannot see it."""

    def __init__(self, theme: Theme, name: str, text: str, shortcut: str = "", tint: str = "text") -> None:
        """Show the icon ``name``; ``text`` says what the button does, ``shortcut`` by which key."""
        super().__init__()
        self._theme = theme
        self._name = name
        self._tint = tint
        self.setProperty("kind", "quiet")
        self.setIconSize(QSize(ICON, ICON))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.say(text, shortcut)
        theme.changed.connect(self._dress)
        self._dress()

    def say(self, text: str, shortcut: str = "") -> None:
        """Say what the button does."""
        self.setAccessibleName(text)
        self.setToolTip(f"{text}  {shortcut}" if shortcut else text)

    def show_icon(self, name: str) -> None:
        """Show another icon."""
        self._name = name
        self._dress()

    def event(self, event: QEvent) -> bool:
        """Keep Space for pressing the button."""
        if _takes_space(event):
            event.accept()
            return True
        return super().event(event)

    def _dress(self) -> None:
        self.setIcon(icon(self._theme, self._name, self._tint))


class TextButton(QPushButton):
    """A button with words and, before them, perhaps an icon."""

    def __init__(self, theme: Theme, text: str, *, icon_name: str = "", kind: str = "") -> None:
        """Show ``text``; ``kind`` is primary, quiet, chip or time, as the style sheet knows them."""
        super().__init__(text)
        self._theme = theme
        self._icon_name = icon_name
        self._tint = {"primary": "on_accent", "time": "accent"}.get(kind, "text")
        if kind:
            self.setProperty("kind", kind)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAutoDefault(False)
        if icon_name:
            self.setIconSize(QSize(ICON, ICON))
            theme.changed.connect(self._dress)
            self._dress()

    def event(self, event: QEvent) -> bool:
        """Keep Space for pressing the button."""
        if _takes_space(event):
            event.accept()
            return True
        return super().event(event)

    def _dress(self) -> None:
        self.setIcon(icon(self._theme, self._icon_name, self._tint))


class IconLabel(QLabel):
    """An icon that is no button. It has no name of its own: the word stands beside it."""

    def __init__(self, theme: Theme, name: str, tint: str, size: int = ICON) -> None:
        """Show the drawing ``name`` in the colour of ``tint``."""
        super().__init__()
        self._theme = theme
        self._drawing = (name, tint, size)
        self.setFixedSize(size, size)
        theme.changed.connect(self._dress)
        self._dress()

    def _dress(self) -> None:
        name, tint, size = self._drawing
        self.setPixmap(pixmap(self._theme, name, tint, size, self.devicePixelRatioF()))
