"""How a call's timeline is painted: ruler, lanes, pauses, findings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from PySide6.QtCore import QCoreApplication, QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QFont, QFontMetricsF, QPainter, QPen

from csqa.hear.recording import Sound
from csqa.roles import Speaker
from csqa.rules.base import Outcome
from csqa.spans import Span
from csqa.talk.conversation import PauseKind
from ui.dossier import Dossier, Lane, Mark, PauseLine
from ui.icons import paint_icon
from ui.selection import Focus
from ui.theme import UNIT, Theme
from ui.viewport import Viewport, tick_seconds
from ui.views.lanes import lane_image
from ui.views.markers import Ground, Label, place_labels
from ui.words import Sign, clock, outcome_sign, pause_word, seconds_text, sound_word, speaker_sign

_LANE_MARGIN = 4
"""Room above and below a lane's waveform, in device-independent pixels."""

ALL_LAYERS = frozenset({"pauses", "findings", "passes", "overlaps"})


@dataclass(frozen=True)
class Picture:
    """What is painted: a call, the stretch of it, the layers shown, and what is picked."""

    dossier: Dossier
    viewport: Viewport
    focus: Focus
    layers: frozenset[str] = ALL_LAYERS


@dataclass(frozen=True)
class Places:
    """Where things are on the widget, in device-independent pixels."""

    ruler: QRectF
    lanes: tuple[QRectF, ...]
    labels: QRectF
    row: float
    gutter: float

    @property
    def time(self) -> QRectF:
        """The area that is a time axis: ruler, lanes and labels."""
        return self.ruler.united(self.labels)


@dataclass
class Painted:
    """What was painted where, for the pointer."""

    labels: tuple[Label, ...] = ()
    pauses: list[tuple[QRectF, PauseLine]] = field(default_factory=list)


def arrange(width: float, height: float, lanes: int, metrics: QFontMetricsF) -> Places:
    """Share out a widget: ruler on top, lanes of equal height, two rows of labels below."""
    words = [_lane_sign(speaker).word for speaker in Speaker]
    gutter = max(metrics.horizontalAdvance(word) for word in words) + 4 * UNIT
    row = metrics.height() + UNIT
    ruler = QRectF(gutter, 0, max(width - gutter - UNIT, 1), metrics.height() + UNIT / 2)
    labels = QRectF(gutter, height - 2 * row, ruler.width(), 2 * row)
    lane_height = max((labels.top() - ruler.bottom() - UNIT / 2) / max(lanes, 1), 1)
    tracks = tuple(
        QRectF(gutter, ruler.bottom() + index * lane_height, ruler.width(), lane_height) for index in range(lanes)
    )
    return Places(ruler, tracks, labels, row, gutter)


class WavePainter:
    """Paints a ``Picture`` with the theme's colours."""

    def __init__(self, theme: Theme, font: QFont) -> None:
        """Write in ``font``; small words are a little smaller."""
        self._theme = theme
        self._font = QFont(font)
        self._font.setPointSizeF(font.pointSizeF() * 0.9)
        self._metrics = QFontMetricsF(self._font)

    @property
    def metrics(self) -> QFontMetricsF:
        """The measures of the small font."""
        return self._metrics

    def paint(self, painter: QPainter, picture: Picture, places: Places) -> Painted:
        """Paint everything but the playhead, and tell what lies where."""
        painted = Painted()
        painter.setFont(self._font)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._ruler(painter, picture.viewport, places)
        self._gutter(painter, picture.dossier, places)
        painter.save()
        painter.setClipRect(places.time)
        if "findings" in picture.layers:
            self._bands(painter, picture, places)
        if "pauses" in picture.layers:
            painted.pauses = [*self._pauses(painter, picture, places)]
        for lane, place in zip(picture.dossier.lanes, places.lanes, strict=True):
            self._lane(painter, lane, picture.viewport, place)
        if "overlaps" in picture.layers:
            self._overlaps(painter, picture, places)
        for place, pause in painted.pauses:
            self._pause_words(painter, pause, place)
        self._picked(painter, picture, places)
        painted.labels = self._labels(painter, picture, places)
        painter.restore()
        return painted

    def _ruler(self, painter: QPainter, viewport: Viewport, places: Places) -> None:
        step = tick_seconds(viewport, self._metrics.horizontalAdvance("00:00:00") + 3 * UNIT)
        number = int(viewport.start // step)
        bottom = places.labels.top()
        while number * step <= viewport.end:
            time = number * step
            x = places.ruler.left() + viewport.x(time)
            number += 1
            if x < places.ruler.left() - 0.5:
                continue
            painter.setPen(QPen(self._theme.color("border"), 1))
            painter.drawLine(QLineF(x, places.ruler.bottom() - UNIT / 2, x, bottom))
            painter.setPen(self._theme.color("muted"))
            text = clock(time) if step >= 1 else f"{clock(time)}.{round(time * 10) % 10}"
            if x + self._metrics.horizontalAdvance(text) < places.ruler.right():
                painter.drawText(QPointF(x + 4, places.ruler.top() + self._metrics.ascent()), text)

    def _gutter(self, painter: QPainter, dossier: Dossier, places: Places) -> None:
        for lane, place in zip(dossier.lanes, places.lanes, strict=True):
            sign = _lane_sign(lane.speaker)
            icon = QRectF(UNIT, place.center().y() - 8, 16, 16)
            paint_icon(painter, self._theme, sign.icon, sign.tint, icon)
            painter.setPen(self._theme.color(sign.tint))
            words = QRectF(UNIT * 3 + 4, place.top(), places.gutter - UNIT * 3 - 4, place.height())
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, sign.word)
        painter.setPen(self._theme.color("muted"))
        words = QRectF(UNIT, places.labels.top(), places.gutter - UNIT, places.row)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, QCoreApplication.translate("waveform", "发现"))

    def _lane(self, painter: QPainter, lane: Lane, viewport: Viewport, place: QRectF) -> None:
        painter.setPen(QPen(self._theme.color("border"), 1))
        painter.drawLine(QLineF(place.left(), place.center().y(), place.right(), place.center().y()))
        inside = place.adjusted(0, _LANE_MARGIN, 0, -_LANE_MARGIN)
        ratio = painter.device().devicePixelRatioF()
        size = (max(round(inside.width() * ratio), 1), max(round(inside.height() * ratio), 1))
        spoken, silent = self._theme.color(speaker_sign(lane.speaker).tint), self._theme.color("strong_border", 0.55)
        painter.drawImage(inside, lane_image(lane, viewport, size, spoken, silent))

    def _pauses(self, painter: QPainter, picture: Picture, places: Places) -> Iterable[tuple[QRectF, PauseLine]]:
        for line in picture.dossier.pauses:
            pause = line.pause
            outside = pause.kind in (PauseKind.LEAD_IN, PauseKind.TAIL) and pause.sound is Sound.SILENCE
            if outside or not _is_seen(pause.span, picture.viewport):
                continue
            place = _band(pause.span, picture.viewport, _all(places))
            if line.mark is None or "findings" not in picture.layers:
                painter.fillRect(place, self._theme.color("waiting_soft"))
            if pause.sound is not Sound.SILENCE:
                painter.fillRect(place, QBrush(self._theme.color("waiting", 0.3), Qt.BrushStyle.BDiagPattern))
            yield place, line

    def _pause_words(self, painter: QPainter, line: PauseLine, place: QRectF) -> None:
        pause = line.pause
        length = seconds_text(pause.span.duration)
        texts = [f"{pause_word(pause.kind)} {length}", length]
        if pause.sound is not Sound.SILENCE:
            texts.insert(0, f"{texts[0]} · {sound_word(pause.sound)}")
        fitting = [text for text in texts if self._metrics.horizontalAdvance(text) + 2 * UNIT <= place.width()]
        if not fitting:
            return
        width = self._metrics.horizontalAdvance(fitting[0]) + UNIT
        chip = QRectF(0, 0, width, self._metrics.height() + 4)
        chip.moveCenter(place.center())
        tint = outcome_sign(line.mark.outcome).tint if line.mark else "waiting"
        self._chip(painter, chip, "surface", tint)
        painter.setPen(self._theme.color(tint))
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, fitting[0])

    def _bands(self, painter: QPainter, picture: Picture, places: Places) -> None:
        for mark in picture.dossier.findings:
            if _is_seen(mark.span, picture.viewport):
                color = self._theme.color(f"{outcome_sign(mark.outcome).tint}_soft")
                painter.fillRect(_band(mark.span, picture.viewport, _all(places)), color)

    def _overlaps(self, painter: QPainter, picture: Picture, places: Places) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("text", 0.75))
        for overlap in picture.dossier.overlaps:
            if _is_seen(overlap.span, picture.viewport) and len(places.lanes) > 1:
                band = _band(overlap.span, picture.viewport, _all(places))
                seam = places.lanes[0].bottom()
                painter.drawRoundedRect(QRectF(band.left(), seam - 2, max(band.width(), 3), 4), 2, 2)

    def _picked(self, painter: QPainter, picture: Picture, places: Places) -> None:
        span = picture.focus.span
        if span is None or not _is_seen(span, picture.viewport):
            return
        accent = self._theme.color("accent")
        painter.setPen(QPen(accent, 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(_band(span, picture.viewport, _all(places)).adjusted(-1, 1, 1, -1), 3, 3)

    def _labels(self, painter: QPainter, picture: Picture, places: Places) -> tuple[Label, ...]:
        shown = [mark for mark in picture.dossier.marks if _is_on(mark, picture.layers)]
        labels = place_labels(shown, Ground(picture.viewport, places.labels, places.row, self._label_width))
        for label in labels:
            x = places.labels.left() + picture.viewport.x(label.mark.span.start)
            painter.setPen(QPen(self._theme.color(outcome_sign(label.mark.outcome).tint, 0.6), 1))
            if places.labels.left() <= x <= label.place.right():
                painter.drawLine(QLineF(x, places.labels.top() - 2, x, label.place.top()))
        for label in labels:
            sign = outcome_sign(label.mark.outcome)
            picked = any(_is_picked(mark, picture.focus) for mark in label.marks)
            self._chip(painter, label.place, f"{sign.tint}_soft", "accent" if picked else sign.tint, 2 if picked else 1)
            icon = QRectF(label.place.left() + 4, label.place.center().y() - 7, 14, 14)
            paint_icon(painter, self._theme, sign.icon, sign.tint, icon)
            if label.text:
                painter.setPen(self._theme.color(sign.tint))
                words = label.place.adjusted(22, 0, -4, 0)
                text = self._metrics.elidedText(label.text, Qt.TextElideMode.ElideRight, words.width())
                painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, text)
        return labels

    def _label_width(self, text: str) -> float:
        return 22 + (self._metrics.horizontalAdvance(text) + 6 if text else 0)

    def _chip(self, painter: QPainter, place: QRectF, ground: str, edge: str, width: float = 1) -> None:
        painter.setPen(QPen(self._theme.color(edge, 1 if width > 1 else 0.45), width))
        painter.setBrush(self._theme.color(ground))
        painter.drawRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)


def _lane_sign(speaker: Speaker) -> Sign:
    """Say whose lane it is; a lane that is nobody's alone holds both parties."""
    if speaker is Speaker.UNKNOWN:
        return Sign(QCoreApplication.translate("waveform", "双方"), "manual", "unknown")
    return speaker_sign(speaker)


def lane_at(places: Places, dossier: Dossier, y: float) -> Speaker | None:
    """Tell whose lane lies at ``y``; ``None`` where there is none."""
    for lane, place in zip(dossier.lanes, places.lanes, strict=True):
        if place.top() <= y < place.bottom():
            return lane.speaker
    return None


def _is_on(mark: Mark, layers: frozenset[str]) -> bool:
    return ("passes" if mark.outcome is Outcome.PASS else "findings") in layers


def _is_picked(mark: Mark, focus: Focus) -> bool:
    return focus.rule == mark.rule and focus.place in (None, mark.place)


def _is_seen(span: Span, viewport: Viewport) -> bool:
    return span.start < viewport.end and viewport.start < span.end


def _all(places: Places) -> QRectF:
    return QRectF(places.lanes[0].topLeft(), places.lanes[-1].bottomRight()) if places.lanes else QRectF()


def _band(span: Span, viewport: Viewport, place: QRectF) -> QRectF:
    """Return the part of ``place`` that ``span`` covers, cut to what is shown."""
    left = max(place.left() + viewport.x(span.start), place.left() - 4)
    right = min(place.left() + viewport.x(span.end), place.right() + 4)
    return QRectF(left, place.top(), max(right - left, 1.0), place.height())
