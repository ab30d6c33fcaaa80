"""A layout that sets its items like words: side by side, and on a new line where the room ends."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

from ui.theme import UNIT


class FlowLayout(QLayout):
    """Items from left to right, each as wide as it wants to be, lines as high as their highest item."""

    def __init__(self, *widgets: QWidget, gap: int = UNIT) -> None:
        """Lay out ``widgets`` with ``gap`` pixels between them, half of it between lines."""
        super().__init__()
        self._items: list[QLayoutItem] = []
        self._gap = gap
        self._heights: dict[int, int] = {}
        self.setContentsMargins(0, 0, 0, 0)
        for widget in widgets:
            self.addWidget(widget)

    def addItem(self, item: QLayoutItem) -> None:  # noqa: N802 - Qt's name
        """Put an item at the end."""
        self._items.append(item)

    def count(self) -> int:
        """Return how many items there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:  # noqa: N802 - Qt's name
        """Return an item, ``None`` behind the last."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # noqa: N802 - Qt's name
        """Take an item out."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:  # noqa: N802 - Qt's name
        """Want no more room than is needed."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:  # noqa: N802 - Qt's name
        """Be as high as the width makes necessary."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """Return the height for a width."""
        if width not in self._heights:
            self._heights[width] = self._set(QRect(0, 0, width, 0), move=False)
        return self._heights[width]

    def invalidate(self) -> None:
        """Forget what was reckoned: an item has changed."""
        self._heights.clear()
        super().invalidate()

    def setGeometry(self, place: QRect) -> None:  # noqa: N802 - Qt's name
        """Put the items into ``place``."""
        super().setGeometry(place)
        self._set(place, move=True)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Ask for one line."""
        hints = [item.sizeHint() for item in self._items]
        width = sum(hint.width() for hint in hints) + self._gap * max(len(hints) - 1, 0)
        return QSize(width, max((hint.height() for hint in hints), default=0))

    def minimumSize(self) -> QSize:  # noqa: N802 - Qt's name
        """Do with the widest item's width."""
        hints = [item.minimumSize() for item in self._items]
        return QSize(
            max((hint.width() for hint in hints), default=0), max((hint.height() for hint in hints), default=0)
        )

    def _set(self, place: QRect, *, move: bool) -> int:
        """Go through the items line by line; return the height that they take."""
        x, y, line = place.x(), place.y(), list[tuple[QLayoutItem, QRect]]()
        for item in self._items:
            hint = item.sizeHint()
            if line and x + hint.width() > place.right() + 1:
                y += self._end_line(line, move=move) + self._gap // 2
                x, line = place.x(), []
            line.append((item, QRect(QPoint(x, y), hint)))
            x += hint.width() + self._gap
        return y + self._end_line(line, move=move) - place.y()

    def _end_line(self, line: list[tuple[QLayoutItem, QRect]], *, move: bool) -> int:
        """Centre the items of a line on it; return its height."""
        height = max((place.height() for _, place in line), default=0)
        if move:
            for item, place in line:
                item.setGeometry(place.translated(0, (height - place.height()) // 2))
        return height
