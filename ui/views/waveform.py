"""The call as sound: both lanes, pauses and findings on one time axis, with zoom, scroll and a playhead."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QScrollBar, QSizePolicy, QToolTip, QVBoxLayout, QWidget

from ui.dossier import Dossier, Mark, PauseLine
from ui.selection import Focus, Selection, focus_on
from ui.theme import UNIT, Theme
from ui.viewport import Viewport
from ui.views.markers import Label
from ui.views.wavepaint import ALL_LAYERS, Painted, Picture, Places, WavePainter, arrange, lane_at
from ui.words import clock, outcome_sign, pause_word, percent, seconds_text, severity_sign, sound_word, speaker_sign

_ZOOM_STEP = 1.25
_SCROLL_STEPS = 1000


class Waveform(QWidget):
    """The timeline with its scroll bar.

    Signals:
        seek_requested: the user wants to hear the call from this time on, in seconds.
    """

    seek_requested = Signal(float)

    def __init__(self, theme: Theme, selection: Selection, parent: QWidget | None = None) -> None:
        """Show nothing until ``show_call``."""
        super().__init__(parent)
        self.timeline = Timeline(theme, selection, self)
        self._bar = QScrollBar(Qt.Orientation.Horizontal, self)
        self._bar.setAccessibleName(self.tr("波形位置"))
        self._bar.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._bar.valueChanged.connect(self._scrolled)
        self.timeline.viewport_changed.connect(self._follow)
        self.timeline.seek_requested.connect(self.seek_requested)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.timeline, 1)
        column.addWidget(self._bar)

    def show_call(self, dossier: Dossier) -> None:
        """Show ``dossier`` from end to end."""
        self.timeline.show_call(dossier)

    def _follow(self, viewport: Viewport) -> None:
        scale = _SCROLL_STEPS / viewport.shown
        self._bar.blockSignals(True)
        self._bar.setRange(0, round((viewport.duration - viewport.shown) * scale))
        self._bar.setPageStep(_SCROLL_STEPS)
        self._bar.setSingleStep(_SCROLL_STEPS // 10)
        self._bar.setValue(round(viewport.start * scale))
        self._bar.blockSignals(False)

    def _scrolled(self, value: int) -> None:
        self.timeline.scroll_to(value * self.timeline.viewport.shown / _SCROLL_STEPS)


class Timeline(QWidget):
    """The painted part.

    Signals:
        seek_requested: the user wants to hear the call from this time on, in seconds.
        viewport_changed: another stretch (a ``Viewport``) is shown.
    """

    seek_requested = Signal(float)
    viewport_changed = Signal(object)

    def __init__(self, theme: Theme, selection: Selection, parent: QWidget | None = None) -> None:
        """Show nothing until ``show_call``."""
        super().__init__(parent)
        self._theme = theme
        self._selection = selection
        self._dossier: Dossier | None = None
        self._viewport = Viewport.whole(1.0, 1.0)
        self._layers: frozenset[str] = ALL_LAYERS
        self._playhead = 0.0
        self._canvas: QPixmap | None = None
        self._painted = Painted()
        self._places: Places | None = None
        self.setAccessibleName(self.tr("双声道波形"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self._repaint)
        selection.changed.connect(self._picked)

    @property
    def viewport(self) -> Viewport:
        """The stretch that is shown."""
        return self._viewport

    @property
    def labels(self) -> tuple[Label, ...]:
        """The findings' labels as painted last."""
        return self._painted.labels

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Ask for room for two lanes and two rows of labels."""
        line = self.fontMetrics().height()
        return QSize(640, line * 13)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Ask for at least what can still be read."""
        return QSize(320, self.fontMetrics().height() * 7)

    def show_call(self, dossier: Dossier) -> None:
        """Show ``dossier`` from end to end, its playhead at the start."""
        self._dossier = dossier
        self._playhead = 0.0
        self._painted = Painted()
        self._arrange()
        self._show(Viewport.whole(dossier.duration, self._axis_width()))

    def show_layers(self, layers: frozenset[str]) -> None:
        """Show these layers and no other."""
        self._layers = layers
        self._repaint()

    def zoom(self, factor: float, anchor: float | None = None) -> None:
        """Show ``1 / factor`` of the time, around ``anchor`` seconds or, where it is seen, the playhead."""
        if anchor is None:
            seen = self._viewport.start <= self._playhead <= self._viewport.end
            anchor = self._playhead if seen else self._viewport.start + self._viewport.shown / 2
        self._show(self._viewport.zoomed(factor, anchor))

    def zoom_in(self) -> None:
        """Come a step nearer."""
        self.zoom(_ZOOM_STEP**2)

    def zoom_out(self) -> None:
        """Go a step back."""
        self.zoom(_ZOOM_STEP**-2)

    def fit(self) -> None:
        """Show the whole call."""
        if self._dossier is not None:
            self._show(Viewport.whole(self._dossier.duration, self._axis_width()))

    def scroll_to(self, start: float) -> None:
        """Show the stretch from ``start`` seconds."""
        self._show(self._viewport.at(start))

    def set_playhead(self, time: float, *, follow: bool) -> None:
        """Move the playhead; with ``follow`` turn the page when it leaves the stretch shown."""
        before, self._playhead = self._playhead, time
        if follow and not self._viewport.start <= time <= self._viewport.end:
            self._show(self._viewport.at(time - self._viewport.shown * 0.1))
            return
        for moment in (before, time):
            self.update(self._playhead_area(moment))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Show the same time on the new width."""
        self._arrange()
        self._show(self._viewport.resized(self._axis_width()))
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Measure again in another font."""
        if event.type() == QEvent.Type.FontChange:
            self._arrange()
            self._repaint()
        super().changeEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint what stands still from the canvas, and the playhead over it."""
        painter = QPainter(self)
        if self._dossier is None or self._places is None:
            return
        if self._canvas is None or self._canvas.devicePixelRatio() != self.devicePixelRatioF():
            self._canvas = self._drawn(self._dossier, self._places)
        painter.drawPixmap(0, 0, self._canvas)
        x = self._x(self._playhead)
        if self._places.time.left() - 1 <= x <= self._places.time.right() + 1:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self._theme.color("playhead"), 1.5))
            top = self._places.ruler.bottom()
            painter.drawLine(QPointF(x, top), QPointF(x, self._places.labels.top() - 1))
            painter.setBrush(self._theme.color("playhead"))
            painter.drawPolygon([QPointF(x - 5, top - 6), QPointF(x + 5, top - 6), QPointF(x, top + 1)])
        if self.hasFocus():
            painter.setPen(QPen(self._theme.color("accent"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -2, -2), 4, 4)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Pick the finding under the pointer and play it, or play from the time under it."""
        if event.button() != Qt.MouseButton.LeftButton or self._dossier is None or self._places is None:
            return
        label = self._label_at(event.position())
        if label is not None:
            self._selection.pick(focus_on(label.mark), play=True)
        elif self._places.time.contains(event.position()):
            self.seek_requested.emit(self._time(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Tell what lies under the pointer."""
        text = self._told_at(event.position())
        if text:
            QToolTip.showText(event.globalPosition().toPoint(), text, self)
        else:
            QToolTip.hideText()
        over_label = self._label_at(event.position()) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if over_label else Qt.CursorShape.ArrowCursor)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Zoom at the pointer; with Shift, or sideways, scroll."""
        steps = event.angleDelta()
        sideways = steps.x() if abs(steps.x()) > abs(steps.y()) else 0
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            sideways = sideways or steps.y()
        if sideways:
            self._show(self._viewport.moved(-sideways / 120 * self._viewport.shown / 10))
        elif steps.y():
            self.zoom(_ZOOM_STEP ** (steps.y() / 120), self._time(event.position().x()))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Zoom with + and −, show everything with 0, go to the ends with Home and End."""
        match event.key():
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self.zoom_in()
            case Qt.Key.Key_Minus:
                self.zoom_out()
            case Qt.Key.Key_0:
                self.fit()
            case Qt.Key.Key_Home:
                self.seek_requested.emit(0.0)
            case Qt.Key.Key_End:
                self.seek_requested.emit(self._viewport.duration)
            case _:
                super().keyPressEvent(event)

    def _drawn(self, dossier: Dossier, places: Places) -> QPixmap:
        ratio = self.devicePixelRatioF()
        canvas = QPixmap(self.size() * ratio)
        canvas.setDevicePixelRatio(ratio)
        canvas.fill(self._theme.color("surface"))
        painter = QPainter(canvas)
        picture = Picture(dossier, self._viewport, self._selection.focus, self._layers)
        self._painted = WavePainter(self._theme, self.font()).paint(painter, picture, places)
        painter.end()
        return canvas

    def _arrange(self) -> None:
        lanes = len(self._dossier.lanes) if self._dossier else 2
        metrics = WavePainter(self._theme, self.font()).metrics
        self._places = arrange(self.width(), self.height(), lanes, metrics)

    def _axis_width(self) -> float:
        return self._places.time.width() if self._places else 1.0

    def _show(self, viewport: Viewport) -> None:
        self._viewport = viewport
        self._repaint()
        self.viewport_changed.emit(viewport)

    def _repaint(self) -> None:
        self._canvas = None
        self.update()

    def _picked(self, focus: Focus) -> None:
        if focus.span is not None and self._dossier is not None:
            self._show(self._viewport.revealing(focus.span))
        else:
            self._repaint()

    def _x(self, time: float) -> float:
        return (self._places.time.left() if self._places else 0.0) + self._viewport.x(time)

    def _time(self, x: float) -> float:
        return self._viewport.time(x - (self._places.time.left() if self._places else 0.0))

    def _playhead_area(self, time: float) -> QRect:
        return QRect(round(self._x(time)) - UNIT, 0, 2 * UNIT, self.height())

    def _label_at(self, point: QPointF) -> Label | None:
        return next((label for label in self._painted.labels if label.place.contains(point)), None)

    def _told_at(self, point: QPointF) -> str:
        if self._dossier is None or self._places is None or not self._places.time.contains(point):
            return ""
        label = self._label_at(point)
        if label is not None:
            return "\n".join(self._told_of(mark) for mark in label.marks)
        pause = next((line for place, line in self._painted.pauses if place.contains(point)), None)
        time = clock(self._time(point.x()))
        if pause is not None:
            return f"{time}\n{self._told_of_pause(pause)}"
        speaker = lane_at(self._places, self._dossier, point.y())
        return f"{time}\n{speaker_sign(speaker).word}" if speaker is not None else time

    def _told_of(self, mark: Mark) -> str:
        assert self._dossier is not None
        sign = outcome_sign(mark.outcome)
        confidence = percent(self._dossier.judgements[mark.rule].confidence)
        facts = [sign.word, severity_sign(mark.severity).word] if self._is_found(mark) else [sign.word]
        times = f"{clock(mark.span.start)}–{clock(mark.span.end)}"
        return f"{mark.title} · {' · '.join(facts)} · {confidence} · {times}"

    def _is_found(self, mark: Mark) -> bool:
        return self._dossier is not None and mark in self._dossier.findings

    def _told_of_pause(self, line: PauseLine) -> str:
        pause = line.pause
        facts = [pause_word(pause.kind), seconds_text(pause.span.duration), sound_word(pause.sound)]
        if pause.announced:
            facts.append(self.tr("已告知"))
        if pause.thanked:
            facts.append(self.tr("已致谢"))
        return " · ".join(facts)
