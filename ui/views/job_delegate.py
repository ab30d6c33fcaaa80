"""How jobs are painted: name, where it is, a bar, why it failed, and a button to cancel or to try again."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QFontMetrics, QFontMetricsF, QMouseEvent, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ui.icons import paint_icon
from ui.jobs import Job, JobState
from ui.tables.jobs import Role, share_done
from ui.theme import UNIT, Theme
from ui.words import Sign

Index = QModelIndex | QPersistentModelIndex
_ICON = 16
_BAR = 4


class JobDelegate(QStyledItemDelegate):
    """Paints a job and watches its button.

    Signals:
        pressed: the button of this ``Job`` was clicked.
    """

    pressed = Signal(object)

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        """Paint in the colours of ``theme``."""
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802 - Qt's name
        """Return room for the name, the detail on as many lines as it takes, and the bar."""
        metrics = QFontMetrics(option.font)
        small = QFontMetrics(_small(option.font))
        job: Job = index.data(Role.JOB)
        width = self._width(option)
        height = metrics.height() + UNIT
        if job.error is not None:
            height += small.boundingRect(
                QRect(0, 0, self._text_width(width), 10_000), Qt.TextFlag.TextWordWrap, index.data(Role.DETAIL)
            ).height()
        else:
            height += small.height() + (_BAR + UNIT if job.state is JobState.WORKING else 0)
        return QSize(width, height + 2 * UNIT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint a job."""
        job: Job = index.data(Role.JOB)
        sign: Sign = index.data(Role.SIGN)
        place = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(place, self._theme.color("selected"))
        metrics = QFontMetricsF(option.font)
        left, top = place.left() + 2 * UNIT + _ICON + UNIT, place.top() + UNIT
        text_width = self._text_width(int(place.width()))
        icon = QRectF(place.left() + 2 * UNIT, top + (metrics.height() - _ICON) / 2, _ICON, _ICON)
        paint_icon(painter, self._theme, sign.icon, sign.tint, icon)
        painter.setFont(option.font)
        painter.setPen(self._theme.color("text"))
        name = metrics.elidedText(job.path.name, Qt.TextElideMode.ElideMiddle, text_width)
        painter.drawText(QPointF(left, top + metrics.ascent()), name)
        detail = QRectF(left, top + metrics.height() + 2, text_width, place.bottom() - top - metrics.height() - UNIT)
        self._detail(painter, detail, job, sign, index.data(Role.DETAIL))
        self._button(painter, place, job)
        painter.setPen(self._theme.color("border"))
        painter.drawLine(place.bottomLeft(), place.bottomRight())
        painter.restore()

    def editorEvent(  # noqa: N802 - Qt's name
        self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index
    ) -> bool:
        """Watch for a click on the button."""
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonRelease:
            job: Job = index.data(Role.JOB)
            if _button_icon(job) and _button_place(QRectF(option.rect)).contains(event.position()):
                self.pressed.emit(job)
                return True
        return super().editorEvent(event, model, option, index)

    def _detail(self, painter: QPainter, place: QRectF, job: Job, sign: Sign, detail: str) -> None:
        painter.setFont(_small(painter.font()))
        metrics = QFontMetricsF(painter.font())
        if job.error is not None:
            painter.setPen(self._theme.color("violation"))
            painter.drawText(place, Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop, detail)
            return
        painter.setPen(self._theme.color("muted"))
        text = metrics.elidedText(detail or sign.word, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(QPointF(place.left(), place.top() + metrics.ascent()), text)
        if job.state is JobState.WORKING:
            bar = QRectF(place.left(), place.top() + metrics.height() + UNIT / 2 + 2, place.width(), _BAR)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.color("neutral_soft"))
            painter.drawRoundedRect(bar, _BAR / 2, _BAR / 2)
            bar.setWidth(max(bar.width() * share_done(job), _BAR))
            painter.setBrush(self._theme.color("accent"))
            painter.drawRoundedRect(bar, _BAR / 2, _BAR / 2)

    def _button(self, painter: QPainter, place: QRectF, job: Job) -> None:
        name = _button_icon(job)
        if name:
            button = _button_place(place)
            inside = QRectF(0, 0, _ICON, _ICON)
            inside.moveCenter(button.center())
            paint_icon(painter, self._theme, name, "muted", inside)

    def _width(self, option: QStyleOptionViewItem) -> int:
        view = option.widget
        viewport = view.viewport() if hasattr(view, "viewport") else view
        return int(viewport.width()) if viewport is not None else int(option.rect.width())

    def _text_width(self, width: int) -> int:
        return max(width - 2 * UNIT - _ICON - UNIT - _ICON - 3 * UNIT, 40)


def _button_icon(job: Job) -> str:
    if job.state in (JobState.WAITING, JobState.WORKING):
        return "close"
    return "retry" if job.state in (JobState.FAILED, JobState.CANCELLED) else ""


def _button_place(place: QRectF) -> QRectF:
    edge = _ICON + 2 * UNIT
    return QRectF(place.right() - edge - UNIT / 2, place.top() + UNIT / 2, edge, edge)


def _small(font: QFont) -> QFont:
    small = QFont(font)
    small.setPointSizeF(font.pointSizeF() * 0.9)
    return small
