"""How cells that hold signs are painted: an icon and a word for each, in its colour."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ui.icons import paint_icon
from ui.tables.calls import Role
from ui.theme import UNIT, Theme
from ui.words import Sign

Index = QModelIndex | QPersistentModelIndex
_ICON = 15


class SignsDelegate(QStyledItemDelegate):
    """Paints a cell's ``Role.SIGNS``; what does not fit is left out and told by the tool tip."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        """Paint in the colours of ``theme``."""
        super().__init__(parent)
        self._theme = theme

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint the ground as every cell's, and the signs on it."""
        signs: Sequence[Sign] = index.data(Role.SIGNS) or ()
        ground = QStyleOptionViewItem(option)
        self.initStyleOption(ground, index)
        if signs:
            ground.text = ""
        style = ground.widget.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, ground, painter, ground.widget)
        place = QRectF(option.rect).adjusted(UNIT, 0, -UNIT / 2, 0)
        metrics = QFontMetricsF(option.font)
        painter.save()
        painter.setFont(option.font)
        x = place.left()
        for sign in signs:
            width = _ICON + 4 + metrics.horizontalAdvance(sign.word)
            if x + min(width, _ICON) > place.right():
                break
            paint_icon(
                painter, self._theme, sign.icon, sign.tint, QRectF(x, place.center().y() - _ICON / 2, _ICON, _ICON)
            )
            painter.setPen(self._theme.color(sign.tint))
            words = QRectF(x + _ICON + 4, place.top(), max(place.right() - x - _ICON - 4, 0), place.height())
            text = metrics.elidedText(sign.word, Qt.TextElideMode.ElideRight, words.width())
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, text)
            x += width + 1.5 * UNIT
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802 - Qt's name
        """Ask for room for all signs."""
        signs: Sequence[Sign] = index.data(Role.SIGNS) or ()
        metrics = QFontMetricsF(option.font)
        width = sum(_ICON + 4 + metrics.horizontalAdvance(sign.word) + 1.5 * UNIT for sign in signs) + 2 * UNIT
        return QSize(round(width), super().sizeHint(option, index).height())
