"""The sheet of shortcuts that F1 opens."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QWidget

from ui.actions import Group, shown_keys, verbs
from ui.theme import UNIT, Theme
from ui.views.parts import TextButton, column, label, row


class ShortcutSheet(QDialog):
    """Every verb that has a key, by menu."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Read the verbs."""
        super().__init__(parent)
        self.setWindowTitle(self.tr("快捷键一览"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        titles = {
            Group.PLAY: self.tr("听与走"),
            Group.VIEW: self.tr("界面"),
            Group.FILE: self.tr("文件"),
            Group.HELP: self.tr("帮助"),
        }
        left, right = column(), column()
        for group, title in titles.items():
            side = left if group is Group.PLAY else right
            side.addWidget(label(title, "subtitle"))
            side.addLayout(self._grid(group))
            side.addSpacing(UNIT)
        waveform = QGridLayout()
        for number, (keys, text) in enumerate(
            (
                (self.tr("滚轮"), self.tr("在指针处缩放波形")),
                (self.tr("Shift + 滚轮"), self.tr("左右移动波形")),
                (self.tr("单击"), self.tr("从这里听；点发现则听它的依据")),
            )
        ):
            self._line(waveform, number, (keys,), text)
        left.addWidget(label(self.tr("鼠标"), "subtitle"))
        left.addLayout(waveform)
        left.addStretch(1)
        right.addStretch(1)
        close = TextButton(theme, self.tr("关闭"), kind="primary")
        close.clicked.connect(self.accept)
        close.setDefault(True)
        self.setLayout(
            column(
                row(left, 3 * UNIT, right),
                UNIT,
                row(None, close),
                margins=(3 * UNIT, 3 * UNIT, 3 * UNIT, 2 * UNIT),
            )
        )

    def _grid(self, group: Group) -> QGridLayout:
        grid = QGridLayout()
        shown = [verb for verb in verbs() if verb.group is group and verb.keys]
        for number, verb in enumerate(shown):
            self._line(grid, number, shown_keys(verb), verb.text.rstrip("…"))
        return grid

    def _line(self, grid: QGridLayout, number: int, keys: tuple[str, ...], text: str) -> None:
        grid.setHorizontalSpacing(2 * UNIT)
        grid.setColumnStretch(1, 1)
        grid.setColumnMinimumWidth(0, self.fontMetrics().horizontalAdvance("Ctrl+Shift+W") + 4 * UNIT)
        shown = row(*[label(key, "key") for key in keys], None)
        shown.setSpacing(UNIT // 2)
        grid.addLayout(shown, number, 0)
        grid.addWidget(label(text), number, 1)
