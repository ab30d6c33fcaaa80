"""Sentences that a search found; a click opens the call there and plays it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QFontMetricsF, QKeyEvent, QPainter, QTextCharFormat, QTextLayout
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from ui.icons import paint_icon
from ui.tables.hits import HitsModel, Role, where
from ui.theme import UNIT, Theme
from ui.words import clock, speaker_sign

if TYPE_CHECKING:
    from ui.backroom import SearchHit

Index = QModelIndex | QPersistentModelIndex
_ICON = 15


class HitsView(QListView):
    """The list of sentences.

    Signals:
        opened: the user wants to hear a ``SearchHit``.
    """

    opened = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Begin empty."""
        super().__init__(parent)
        self._hits = HitsModel(self)
        self.setModel(self._hits)
        self.setItemDelegate(_HitDelegate(theme, self))
        self.setAccessibleName(self.tr("搜索结果"))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.clicked.connect(self._open)
        theme.changed.connect(self.viewport().update)

    def show_hits(self, hits: tuple[SearchHit, ...]) -> None:
        """Show these."""
        self._hits.show(hits)
        self.setCurrentIndex(self._hits.index(0, 0))
        self.scrollToTop()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Open the current sentence with Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._open(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def _open(self, index: QModelIndex) -> None:
        self.opened.emit(self._hits.hit_at(index.row()))


class _HitDelegate(QStyledItemDelegate):
    """Paints who said it, when, and the sentence with what was looked for marked."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:  # noqa: N802 - Qt's name
        return QSize(200, QFontMetrics(option.font).height() * 2 + 3 * UNIT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        hit: SearchHit = index.data(Role.HIT)
        place = QRectF(option.rect)
        painter.save()
        for flag, token in ((QStyle.StateFlag.State_Selected, "selected"), (QStyle.StateFlag.State_MouseOver, "hover")):
            if option.state & flag:
                painter.fillRect(place, self._theme.color(token))
                break
        metrics = QFontMetricsF(option.font)
        left, top = place.left() + 2 * UNIT, place.top() + UNIT
        sign = speaker_sign(hit.speaker)
        paint_icon(painter, self._theme, sign.icon, sign.tint, QRectF(left, top + 2, _ICON, _ICON))
        painter.setFont(option.font)
        painter.setPen(self._theme.color(sign.tint))
        who = f"{sign.word} {clock(hit.at)}"
        painter.drawText(QPointF(left + _ICON + 6, top + metrics.ascent()), who)
        painter.setPen(self._theme.color("muted"))
        x = left + _ICON + 6 + metrics.horizontalAdvance(who) + 2 * UNIT
        call = metrics.elidedText(where(hit), Qt.TextElideMode.ElideRight, place.right() - x - UNIT)
        painter.drawText(QPointF(x, top + metrics.ascent()), call)
        self._sentence(painter, hit, option.font, QPointF(left + _ICON + 6, top + metrics.height() + UNIT / 2), place)
        painter.setPen(self._theme.color("border"))
        painter.drawLine(place.bottomLeft(), place.bottomRight())
        painter.restore()

    def _sentence(self, painter: QPainter, hit: SearchHit, font: QFont, corner: QPointF, place: QRectF) -> None:
        """Write as much of the sentence as fits on a line, from before the first place found."""
        metrics = QFontMetricsF(font)
        width = place.right() - corner.x() - 2 * UNIT
        skip = 0
        if hit.found and metrics.horizontalAdvance(hit.text[: hit.found[0][1]]) > width:
            skip = max(hit.found[0][0] - 8, 0)
        text = ("…" if skip else "") + hit.text[skip:]
        shift = skip - (1 if skip else 0)
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)
        layout = QTextLayout(text, font)
        layout.setFormats([self._found(begin - shift, end - shift) for begin, end in hit.found if begin >= skip])
        layout.beginLayout()
        layout.createLine().setLineWidth(width)
        layout.endLayout()
        painter.setPen(self._theme.color("text"))
        layout.draw(painter, corner)

    def _found(self, begin: int, end: int) -> QTextLayout.FormatRange:
        style = QTextCharFormat()
        style.setBackground(self._theme.color("accent_soft"))
        style.setForeground(self._theme.color("accent"))
        style.setFontWeight(QFont.Weight.DemiBold)
        made = QTextLayout.FormatRange()
        made.start, made.length, made.format = begin, end - begin, style
        return made
