"""How the lines of a transcript are painted and what of a turn lies under the pointer."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QLineF, QModelIndex, QObject, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QFont,
    QFontMetricsF,
    QPainter,
    QPen,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from csqa.roles import Speaker
from csqa.rules.base import Outcome
from ui.dossier import Mark, PauseLine, SpokenWord, TurnLine, TurnMark
from ui.icons import paint_icon
from ui.tables.transcript import Role, pause_text
from ui.theme import UNIT, Theme
from ui.words import clock, outcome_sign, speaker_sign

Index = QModelIndex | QPersistentModelIndex
_CHIP_ICON = 14
_PAD = UNIT


@dataclass(frozen=True)
class Chip:
    """A finding's label below a turn."""

    mark: Mark
    place: QRectF


@dataclass(frozen=True)
class TurnShape:
    """A turn laid out for a width, from its top left corner: where its text stands, its labels, its height."""

    text: QTextLayout
    left: float
    chips: tuple[Chip, ...]
    height: float


class TranscriptDelegate(QStyledItemDelegate):
    """Paints turns and pauses. It keeps what it laid out until width, font, lines or theme change."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        """Paint in the colours of ``theme``."""
        super().__init__(parent)
        self._theme = theme
        self._shapes: dict[int, TurnShape] = {}
        self._width = 0
        self.lit: tuple[int, SpokenWord] | None = None
        """Row and word that are heard at the moment."""
        self.picked: Mark | None = None
        """The finding that is picked."""

    def forget(self) -> None:
        """Lay out everything anew."""
        self._shapes.clear()

    def lay_out_for(self, width: int) -> bool:
        """Lay out for lines ``width`` wide; tell whether that is another width than before."""
        changed = width != self._width
        if changed:
            self._width = width
            self.forget()
        return changed

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802 - Qt's name
        """Return the size of a line."""
        line = index.data(Role.LINE)
        font = option.font
        if isinstance(line, PauseLine):
            return QSize(self._width, round(QFontMetricsF(font).height() + 2 * UNIT))
        return QSize(self._width, round(self._shape(index.row(), line, font).height))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint a line."""
        line = index.data(Role.LINE)
        place = QRectF(option.rect)
        state = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = QFont(option.font)
        painter.setFont(font)
        if isinstance(line, TurnLine):
            selected = bool(state & QStyle.StateFlag.State_Selected)
            hovered = bool(state & QStyle.StateFlag.State_MouseOver)
            self._ground(painter, place, selected=selected, hovered=hovered)
            self._turn(painter, place, line, self._shape(index.row(), line, font), index.row())
        elif isinstance(line, PauseLine):
            self._pause(painter, place, line, selected=bool(state & QStyle.StateFlag.State_Selected))
        painter.restore()

    def word_at(self, row: int, line: TurnLine, font: QFont, point: QPointF) -> SpokenWord | None:
        """Return the word of a turn under ``point``, which is relative to the line's top left corner."""
        shape = self._shape(row, line, font)
        inside = point - QPointF(shape.left, _PAD)
        for number in range(shape.text.lineCount()):
            text_line = shape.text.lineAt(number)
            if text_line.naturalTextRect().contains(inside):
                at = text_line.xToCursor(inside.x(), text_line.CursorPosition.CursorOnCharacter)
                return next((word for word in line.words if word.begin <= at < word.end), None)
        return None

    def mark_at(self, row: int, line: TurnLine, font: QFont, point: QPointF) -> Mark | None:
        """Return the finding of a turn whose label is under ``point``."""
        chips = self._shape(row, line, font).chips
        return next((chip.mark for chip in chips if chip.place.contains(point)), None)

    def _ground(self, painter: QPainter, place: QRectF, *, selected: bool, hovered: bool) -> None:
        if selected or hovered:
            painter.fillRect(place, self._theme.color("selected" if selected else "hover"))
        if selected:
            painter.fillRect(QRectF(place.left(), place.top(), 3, place.height()), self._theme.color("accent"))

    def _turn(self, painter: QPainter, place: QRectF, line: TurnLine, shape: TurnShape, row: int) -> None:
        metrics = QFontMetricsF(painter.font())
        sign = speaker_sign(line.speaker)
        top = place.top() + _PAD
        painter.setPen(self._theme.color("muted"))
        painter.drawText(QPointF(place.left() + 2 * UNIT, top + metrics.ascent()), clock(line.span.start))
        left = place.left() + 2 * UNIT + metrics.horizontalAdvance("00:00 ")
        icon = QRectF(left, top + (metrics.height() - _CHIP_ICON) / 2, _CHIP_ICON, _CHIP_ICON)
        paint_icon(painter, self._theme, sign.icon, sign.tint, icon)
        painter.setPen(self._theme.color(sign.tint))
        bold = QFont(painter.font())
        bold.setWeight(QFont.Weight.DemiBold)
        painter.setFont(bold)
        painter.drawText(QPointF(icon.right() + 4, top + metrics.ascent()), sign.word)
        painter.setPen(self._theme.color("text"))
        lit = [self._lit_range(self.lit[1])] if self.lit is not None and self.lit[0] == row else []
        shape.text.draw(painter, QPointF(place.left() + shape.left, top), lit)
        bold.setWeight(QFont.Weight.Normal)
        painter.setFont(_small(bold))
        for chip in shape.chips:
            self._chip(painter, chip, chip.place.translated(place.topLeft()))

    def _chip(self, painter: QPainter, chip: Chip, place: QRectF) -> None:
        sign = outcome_sign(chip.mark.outcome)
        picked = chip.mark == self.picked
        found = chip.mark.outcome in (Outcome.VIOLATION, Outcome.DOUBT)
        if found or picked:  # what is well is told without a box, so that what is not stands out
            painter.setPen(self._edge(sign.tint, picked=picked))
            painter.setBrush(self._theme.color(f"{sign.tint}_soft"))
            painter.drawRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        icon = QRectF(place.left() + 5, place.center().y() - _CHIP_ICON / 2, _CHIP_ICON, _CHIP_ICON)
        paint_icon(painter, self._theme, sign.icon, sign.tint, icon)
        painter.setPen(self._theme.color(sign.tint if found or picked else "muted"))
        words = place.adjusted(_CHIP_ICON + 9, 0, -4, 0)
        text = QFontMetricsF(painter.font()).elidedText(chip.mark.title, Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, text)

    def _pause(self, painter: QPainter, place: QRectF, line: PauseLine, *, selected: bool) -> None:
        sign = outcome_sign(line.mark.outcome) if line.mark else None
        tint = sign.tint if sign else "waiting"
        painter.setFont(_small(painter.font()))
        metrics = QFontMetricsF(painter.font())
        text = pause_text(line) if sign is None else f"{pause_text(line)} · {sign.word}"
        width = min(metrics.horizontalAdvance(text) + _CHIP_ICON + 4 * UNIT, place.width() - 4 * UNIT)
        chip = QRectF(0, 0, width, metrics.height() + UNIT)
        chip.moveCenter(place.center())
        painter.setPen(QPen(self._theme.color(tint, 0.35), 1))
        for start, end in ((place.left() + 2 * UNIT, chip.left()), (chip.right(), place.right() - 2 * UNIT)):
            painter.drawLine(QLineF(start, place.center().y(), end, place.center().y()))
        painter.setPen(self._edge(tint, picked=selected))
        painter.setBrush(self._theme.color(f"{tint}_soft"))
        painter.drawRoundedRect(chip, chip.height() / 2, chip.height() / 2)
        icon = QRectF(chip.left() + 1.5 * UNIT, chip.center().y() - _CHIP_ICON / 2, _CHIP_ICON, _CHIP_ICON)
        paint_icon(painter, self._theme, _pause_icon(line), tint, icon)
        painter.setPen(self._theme.color(tint))
        words = QRectF(icon.right() + 6, chip.top(), chip.right() - icon.right() - UNIT, chip.height())
        elided = metrics.elidedText(text, Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, elided)

    def _edge(self, tint: str, *, picked: bool) -> QPen:
        return QPen(self._theme.color("accent"), 2) if picked else QPen(self._theme.color(tint, 0.4), 1)

    def _shape(self, row: int, line: TurnLine, font: QFont) -> TurnShape:
        if row not in self._shapes:
            self._shapes[row] = self._laid_out(line, font)
        return self._shapes[row]

    def _laid_out(self, line: TurnLine, font: QFont) -> TurnShape:
        metrics = QFontMetricsF(font)
        speakers = {line.speaker, Speaker.AGENT, Speaker.CUSTOMER}
        speaker = max(metrics.horizontalAdvance(speaker_sign(each).word) for each in speakers)
        left = 2 * UNIT + metrics.horizontalAdvance("00:00 ") + _CHIP_ICON + speaker + 3 * UNIT
        width = max(self._width - left - 2 * UNIT, 80)
        layout = QTextLayout(line.text, font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.setFormats(self._formats(line))
        layout.beginLayout()
        height = 0.0
        spacing = metrics.height() * 0.25
        while (text_line := layout.createLine()).isValid():
            text_line.setLineWidth(width)
            text_line.setPosition(QPointF(0, height))
            height += text_line.height() + spacing
        layout.endLayout()
        height = max(height - spacing, metrics.height())
        chips, bottom = _chips(line, QFontMetricsF(_small(font)), left, width, _PAD + height)
        return TurnShape(layout, left, chips, bottom + _PAD)

    def _formats(self, line: TurnLine) -> list[QTextLayout.FormatRange]:
        ranges = [self._evidence_range(each) for each in line.marks if each.end > each.begin and _is_marked(each, line)]
        return ranges + [self._unsure_range(word) for word in line.words if word.unsure]

    def _evidence_range(self, each: TurnMark) -> QTextLayout.FormatRange:
        sign = outcome_sign(each.mark.outcome)
        style = QTextCharFormat()
        style.setBackground(self._theme.color(f"{sign.tint}_soft"))
        style.setForeground(self._theme.color(sign.tint))
        return _range(each.begin, each.end, style)

    def _unsure_range(self, word: SpokenWord) -> QTextLayout.FormatRange:
        style = QTextCharFormat()
        style.setForeground(self._theme.color("muted"))
        style.setFontItalic(True)
        style.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DotLine)
        style.setUnderlineColor(self._theme.color("doubt"))
        return _range(word.begin, word.end, style)

    def _lit_range(self, word: SpokenWord) -> QTextLayout.FormatRange:
        style = QTextCharFormat()
        style.setBackground(self._theme.color("accent"))
        style.setForeground(self._theme.color("on_accent"))
        return _range(word.begin, word.end, style)


def _is_marked(each: TurnMark, line: TurnLine) -> bool:
    """Passes of a whole sentence are told by their label alone: colouring every word would hide what was found."""
    return each.mark.outcome in (Outcome.VIOLATION, Outcome.DOUBT) or each.end - each.begin < len(line.text) / 2


def _chips(
    line: TurnLine, metrics: QFontMetricsF, left: float, width: float, top: float
) -> tuple[tuple[Chip, ...], float]:
    """Lay the findings' labels in rows below the text; return them and where they end."""
    if not line.labels:
        return (), top
    height = metrics.height() + 6
    x, y = left, top + 6
    chips: list[Chip] = []
    for mark in line.labels:
        wanted = min(metrics.horizontalAdvance(mark.title) + _CHIP_ICON + 2 * UNIT, width)
        if x > left and x + wanted > left + width:
            x, y = left, y + height + 4
        chips.append(Chip(mark, QRectF(x, y, wanted, height)))
        x += wanted + 6
    return tuple(chips), y + height


def _pause_icon(line: PauseLine) -> str:
    if line.mark is not None:
        return outcome_sign(line.mark.outcome).icon
    return "music" if line.pause.sound.value == "music" else "queued"


def _small(font: QFont) -> QFont:
    small = QFont(font)
    small.setPointSizeF(font.pointSizeF() * 0.9)
    return small


def _range(begin: int, end: int, style: QTextCharFormat) -> QTextLayout.FormatRange:
    made = QTextLayout.FormatRange()
    made.start, made.length, made.format = begin, end - begin, style
    return made
