"""Two panes that stand side by side where there is room, and behind each other, under tabs, where there is not."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QSplitter, QTabBar, QWidget

from ui.theme import UNIT
from ui.views.parts import column, label, row


class Pane(QFrame):
    """A view on a card, with its title and perhaps a note in the heading."""

    def __init__(self, title: str, view: QWidget, note: QWidget | None = None) -> None:
        """Show ``view`` under ``title``."""
        super().__init__()
        self.setObjectName("card")
        self.title = title
        self.heading = QFrame()
        self.heading.setObjectName("cardHeader")
        items = (label(title, "subtitle"), None, note) if note else (label(title, "subtitle"), None)
        self.heading.setLayout(row(*items, margins=(2 * UNIT, UNIT, 2 * UNIT, UNIT)))
        inside = column(self.heading, view, margins=(1, 1, 1, 1))
        inside.setSpacing(0)
        inside.setStretch(1, 1)
        self.setLayout(inside)


class SidePanes(QFrame):
    """Two panes; ``set_narrow`` puts one behind the other."""

    def __init__(self, first: Pane, second: Pane) -> None:
        """Begin side by side."""
        super().__init__()
        self.setObjectName("plain")
        self._panes = (first, second)
        self._narrow = False
        self._tabs = QTabBar()
        self._tabs.setExpanding(False)
        self._tabs.setDrawBase(False)
        self._tabs.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        for pane in self._panes:
            self._tabs.addTab(pane.title)
        self._tabs.currentChanged.connect(self._arrange)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(2 * UNIT)
        for pane in self._panes:
            self._splitter.addWidget(pane)
        self._splitter.setSizes([1000, 800])
        inside = column(self._tabs, self._splitter)
        inside.setSpacing(UNIT // 2)
        inside.setStretch(1, 1)
        self.setLayout(inside)
        self._arrange()

    @property
    def is_narrow(self) -> bool:
        """Whether one pane is behind the other."""
        return self._narrow

    def set_narrow(self, narrow: bool) -> None:
        """Put the panes behind each other, or side by side."""
        if narrow is not self._narrow:
            self._narrow = narrow
            self._arrange()

    def _arrange(self) -> None:
        self._tabs.setVisible(self._narrow)
        for index, pane in enumerate(self._panes):
            pane.heading.setHidden(self._narrow)
            pane.setHidden(self._narrow and index != self._tabs.currentIndex())
