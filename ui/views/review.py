"""Review: one call as sound, as words, as a filled-in form, and why; four views of one selection."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

from csqa.errors import CsqaError
from csqa.spans import Span
from ui.desk import Desk
from ui.dossier import Dossier, TurnLine
from ui.player import State, Trouble
from ui.selection import Focus, Selection, focus_on
from ui.telling import said
from ui.theme import UNIT
from ui.views.header import CallHeader
from ui.views.parts import card, column, label, line
from ui.views.scorecard import ScorecardView
from ui.views.sides import Pane, SidePanes
from ui.views.transcript import TranscriptView
from ui.views.transport import TransportBar
from ui.views.waveform import Waveform
from ui.views.why import WhyView

REPLAY_SECONDS = 3.0
STEP_SECONDS = 5.0
_THREE_COLUMNS = 1180
"""From this width on (device-independent pixels) the reasons stand beside the scorecard, else behind it."""

_WAVE_SHARE = 0.35
_WAVE_MOST = 260
"""The waveform gets this share of the page's height, and no more than so many pixels, until the user moves it."""


class ReviewPage(QWidget):
    """The page of an open call.

    Signals:
        shown: the call that was asked for is on the page now (its ``Dossier``).
        told: something to say to the user that needs no answer.
    """

    shown = Signal(object)
    told = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Show nothing until ``open_call``."""
        super().__init__(parent)
        self._desk = desk
        self._dossier: Dossier | None = None
        self._wanted: int | None = None
        self._play_at: float | None = None
        self._heights_kept = False
        self.setObjectName("page")
        self.selection = Selection(self)
        self.header = CallHeader(desk)
        self.transport = TransportBar(desk)
        self.waveform = Waveform(desk.theme, self.selection)
        self.transcript = TranscriptView(desk.theme, self.selection)
        self.scorecard = ScorecardView(desk.theme, self.selection)
        self.why = WhyView(desk.theme, self.selection)
        self._card_title = label("", muted=True)
        self._model_title = label("", muted=True)
        self._lay_out()
        self._connect()

    @property
    def dossier(self) -> Dossier | None:
        """The open call."""
        return self._dossier

    def open_call(self, call: int, at: float | None = None) -> None:
        """Fetch a call and show it; with ``at`` play it from there."""
        self._wanted, self._play_at = call, at
        reply = self._desk.gateway.dossier(call, self._desk.language)
        reply.done.connect(self._show)
        reply.failed.connect(self._failed)

    def leave(self) -> None:
        """Stop playing; the page is no longer looked at."""
        self._wanted = None
        self._desk.player.stop()

    def _lay_out(self) -> None:
        wave = card()
        timeline = column(self.transport, line(), self.waveform, margins=(1, 1, 1, 1))
        timeline.setSpacing(0)
        timeline.setStretch(2, 1)
        wave.setLayout(timeline)
        words = Pane(self.tr("对话"), self.transcript, self._model_title)
        form = Pane(self.tr("评分表"), self.scorecard, self._card_title)
        self._sides = SidePanes(form, Pane(self.tr("判定依据"), self.why))
        body = _splitter(Qt.Orientation.Horizontal, words, self._sides)
        body.setSizes([440, 660])
        body.setStretchFactor(0, 2)
        body.setStretchFactor(1, 3)
        self._whole = _splitter(Qt.Orientation.Vertical, wave, body)
        self._whole.setStretchFactor(1, 1)
        self._whole.splitterMoved.connect(self._keep_heights)
        page = column(self._whole, margins=(2 * UNIT, 2 * UNIT, 2 * UNIT, 2 * UNIT))
        outer = column(self.header, page)
        outer.setSpacing(0)
        outer.setStretch(1, 1)
        self.setLayout(outer)

    def _connect(self) -> None:
        player, actions = self._desk.player, self._desk.actions
        self.selection.play_requested.connect(self._play_span)
        self.waveform.seek_requested.connect(self._play_from)
        self.transport.layers_chosen.connect(self.waveform.timeline.show_layers)
        player.position_changed.connect(self._follow)
        player.state_changed.connect(self._state)
        player.troubled.connect(self._trouble)
        for name, what in (
            ("play", player.toggle),
            ("pause", player.pause),
            ("replay", self._replay),
            ("back", lambda: player.seek(player.position - STEP_SECONDS)),
            ("forward", lambda: player.seek(player.position + STEP_SECONDS)),
            ("next-finding", lambda: self._step(1)),
            ("previous-finding", lambda: self._step(-1)),
            ("zoom-in", self.waveform.timeline.zoom_in),
            ("zoom-out", self.waveform.timeline.zoom_out),
            ("zoom-fit", self.waveform.timeline.fit),
        ):
            actions[name].triggered.connect(lambda _=False, what=what: what())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Put the reasons beside the scorecard where there is room, and give the waveform its share of the height."""
        self._sides.set_narrow(event.size().width() < _THREE_COLUMNS)
        if not self._heights_kept:
            wave = min(round(event.size().height() * _WAVE_SHARE), _WAVE_MOST)
            self._whole.setSizes([wave, event.size().height() - wave])
        super().resizeEvent(event)

    def _keep_heights(self) -> None:
        """The user shared out the height: it stays so."""
        self._heights_kept = True

    def _show(self, dossier: Dossier) -> None:
        if dossier.call != self._wanted:
            return  # another call was asked for meanwhile
        self._dossier = dossier
        self.selection.clear()
        self._desk.player.load(dossier.sound, dossier.duration)
        self.header.show_call(dossier)
        self.transport.show_call(dossier.duration, has_sound=dossier.sound is not None)
        self._card_title.setText(dossier.card.title)
        self._model_title.setText(dossier.model)
        for view in (self.waveform, self.transcript, self.scorecard, self.why):
            view.show_call(dossier)
        self.shown.emit(dossier)
        if self._play_at is not None:
            self._go_to(self._play_at)

    def _go_to(self, at: float) -> None:
        assert self._dossier is not None
        turns = (each for each in self._dossier.lines if isinstance(each, TurnLine))
        turn = next((each for each in turns if each.span.contains(at)), None)
        if turn is not None:
            self.selection.pick(Focus(turn=turn.index, span=turn.span))
        self._play_from(at)

    def _failed(self, error: CsqaError) -> None:
        self.told.emit(said(error, self._desk.language))

    def _play_span(self, span: Span) -> None:
        if self._has_sound():
            self._desk.player.play_span(span)

    def _play_from(self, time: float) -> None:
        if self._has_sound():
            self._desk.player.play(time)
        else:
            self._follow(time)

    def _has_sound(self) -> bool:
        return self._dossier is not None and self._dossier.sound is not None

    def _replay(self) -> None:
        self._desk.player.play(max(self._desk.player.position - REPLAY_SECONDS, 0.0))

    def _step(self, direction: int) -> None:
        """Go to the next or the previous finding, by time; those without a place come last."""
        stops = self._stops()
        if not stops:
            self.told.emit(self.tr("这通电话没有违规或存疑。"))
            return
        focus = self.selection.focus
        here = next((index for index, stop in enumerate(stops) if stop == focus), None)
        if here is None:
            now = self._desk.player.position
            later = [index for index, stop in enumerate(stops) if stop.span is None or stop.span.start >= now]
            ahead = later[0] if later else 0
            here = ahead - 1 if direction > 0 else ahead
        self.selection.pick(stops[(here + direction) % len(stops)], play=True)

    def _stops(self) -> list[Focus]:
        if self._dossier is None:
            return []
        placed = [focus_on(mark) for mark in self._dossier.findings]
        judgements = self._dossier.judgements.values()
        return placed + [Focus(rule=each.rule) for each in judgements if each.found and not each.places]

    def _follow(self, time: float) -> None:
        playing = self._desk.player.state is State.PLAYING
        self.transport.show_position(time)
        self.waveform.timeline.set_playhead(time, follow=playing)
        if playing:
            self.transcript.light(time, follow=True)

    def _state(self, state: State) -> None:
        if state is State.STOPPED:
            self.transcript.unlight()

    def _trouble(self, trouble: Trouble) -> None:
        file = self._dossier.sound if self._dossier else None
        self.told.emit(
            {
                Trouble.NO_FILE: self.tr("找不到录音文件 {file}，它可能被移走或改名了。把它放回原处就能播放。"),
                Trouble.UNREADABLE: self.tr("录音文件 {file} 读不出来，请检查文件是否完好、是否有权限。"),
                Trouble.NO_LIBRARY: self.tr(
                    "没有找到播放声音的系统库 PortAudio。Linux 上请安装 libportaudio2，然后重新打开。"
                ),
                Trouble.NO_DEVICE: self.tr("没有可用的播放设备。请接好耳机或音箱，在系统里选为默认输出，再按空格。"),
            }[trouble].format(file=file)
        )


def _splitter(orientation: Qt.Orientation, *parts: QWidget) -> QSplitter:
    made = QSplitter(orientation)
    made.setChildrenCollapsible(False)
    made.setHandleWidth(2 * UNIT)
    for part in parts:
        made.addWidget(part)
    return made
