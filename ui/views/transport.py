"""The bar above the waveform: play, move between findings, what the marks mean, layers and zoom."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QBrush, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolButton, QWidget

from csqa.rules.base import Outcome
from ui.desk import Desk
from ui.icons import paint_icon
from ui.player import State
from ui.theme import UNIT, Theme
from ui.views.parts import IconButton, label, row
from ui.views.wavepaint import ALL_LAYERS
from ui.words import clock, outcome_sign

_MARK = 14


class TransportBar(QWidget):
    """Buttons for the verbs of a call. Each is also a key.

    Signals:
        layers_chosen: show these layers (a frozen set of names).
    """

    layers_chosen = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Follow the player."""
        super().__init__(parent)
        self._desk = desk
        self._duration = 0.0
        self._play = self._button("play")
        self._time = label("00:00 / 00:00")
        self._time.setAccessibleName(self.tr("播放位置"))
        self._layers = frozenset(ALL_LAYERS)
        legend = Legend(desk.theme)
        buttons = [self._button(name) for name in ("previous-finding", "replay", "next-finding")]
        zooms = [self._button(name) for name in ("zoom-out", "zoom-fit", "zoom-in")]
        line = row(buttons[0], self._play, buttons[1], buttons[2], UNIT, self._time, None, legend, UNIT)
        line.addWidget(self._layers_button())
        for button in zooms:
            line.addWidget(button)
        line.setContentsMargins(UNIT, UNIT // 2, UNIT, UNIT // 2)
        line.setSpacing(UNIT // 2)
        self.setLayout(line)
        desk.player.state_changed.connect(self._follow)

    def show_call(self, duration: float, *, has_sound: bool) -> None:
        """Show a call of ``duration`` seconds; without sound there is nothing to play."""
        self._duration = duration
        for name in ("play", "replay", "back", "forward", "pause"):
            self._desk.actions[name].setEnabled(has_sound)
        self.show_position(0.0)

    def show_position(self, time: float) -> None:
        """Show the time that is heard."""
        text = f"{clock(time)} / {clock(self._duration)}"
        if text != self._time.text():
            self._time.setText(text)

    def _button(self, name: str) -> IconButton:
        action = self._desk.actions[name]
        icon = {"play": "play", "replay": "replay", "next-finding": "next", "previous-finding": "previous"}
        button = IconButton(self._desk.theme, icon.get(name, name.replace("zoom-fit", "fit")), "")
        button.say(action.text(), self._desk.actions.keys_of(name))
        button.clicked.connect(action.trigger)
        action.enabledChanged.connect(button.setEnabled)
        button.setEnabled(action.isEnabled())
        return button

    def _layers_button(self) -> IconButton:
        button = IconButton(self._desk.theme, "layers", self.tr("图层"))
        menu = QMenu(button)
        for name, text in (
            ("findings", self.tr("违规与存疑")),
            ("passes", self.tr("合格的依据")),
            ("pauses", self.tr("等待与停顿")),
            ("overlaps", self.tr("抢话")),
        ):
            action = QAction(text, menu)
            action.setCheckable(True)
            action.setChecked(True)
            action.toggled.connect(lambda on, name=name: self._choose(name, on=on))
            menu.addAction(action)
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        return button

    def _choose(self, name: str, *, on: bool) -> None:
        self._layers = self._layers | {name} if on else self._layers - {name}
        self.layers_chosen.emit(self._layers)

    def _follow(self, state: State) -> None:
        self._play.show_icon("pause" if state is State.PLAYING else "play")


class Legend(QWidget):
    """What the marks of the waveform mean. Where room is short it goes first."""

    def __init__(self, theme: Theme) -> None:
        """Paint in the colours of ``theme``."""
        super().__init__()
        self._theme = theme
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.setAccessibleName(self.tr("图例"))
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Ask for room for all entries."""
        metrics = QFontMetrics(self.font())
        width = sum(_MARK + 4 + metrics.horizontalAdvance(text) + 2 * UNIT for _, text in self._entries())
        return QSize(width, metrics.height() + UNIT)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Do without where it must be."""
        return QSize(0, 0)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint as many entries as fit."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = QFontMetrics(self.font())
        entries = self._entries()
        x = float(self.width())
        for kind, text in reversed(entries):
            width = _MARK + 4 + metrics.horizontalAdvance(text) + 2 * UNIT
            x -= width
            if x < 0:
                break
            mark = QRectF(x, (self.height() - _MARK) / 2, _MARK, _MARK)
            self._mark(painter, kind, mark)
            painter.setPen(self._theme.color("muted"))
            words = QRectF(mark.right() + 4, 0, width - _MARK, self.height())
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, text)

    def _entries(self) -> list[tuple[str, str]]:
        outcomes = (Outcome.VIOLATION, Outcome.DOUBT, Outcome.PASS)
        signs = [(outcome.value, outcome_sign(outcome).word) for outcome in outcomes]
        own = [("wait", self.tr("等待")), ("music", self.tr("等待音乐")), ("overlap", self.tr("抢话"))]
        return own + signs

    def _mark(self, painter: QPainter, kind: str, place: QRectF) -> None:
        if kind in ("wait", "music"):
            painter.setPen(QPen(self._theme.color("waiting", 0.5), 1))
            painter.setBrush(self._theme.color("waiting_soft"))
            painter.drawRoundedRect(place.adjusted(0.5, 1.5, -0.5, -1.5), 3, 3)
            if kind == "music":
                painter.setBrush(QBrush(self._theme.color("waiting", 0.5), Qt.BrushStyle.BDiagPattern))
                painter.drawRoundedRect(place.adjusted(0.5, 1.5, -0.5, -1.5), 3, 3)
            return
        if kind == "overlap":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.color("text", 0.75))
            painter.drawRoundedRect(QRectF(place.left(), place.center().y() - 2, place.width(), 4), 2, 2)
            return
        sign = outcome_sign(Outcome(kind))
        paint_icon(painter, self._theme, sign.icon, sign.tint, place)
