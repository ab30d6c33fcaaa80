"""Why a verdict is what it is: reason, places, reasoning, settings and the rule's own text."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from ui.dossier import Dossier, Judgement, Place, Step
from ui.selection import Focus, Selection
from ui.theme import UNIT, Theme
from ui.views.flow import FlowLayout
from ui.views.parts import IconLabel, TextButton, badge, label, row
from ui.words import clock, outcome_sign, percent, seconds_text, severity_sign, speaker_sign

_SHOWN_PLACES = 8
"""So many places of a verdict are told at once, around the one that is picked."""

_STEP_SIGNS = {True: ("check", "passed"), False: ("close", "violation"), None: ("doubt", "doubt")}


class WhyView(QScrollArea):
    """The panel below the scorecard; it follows the selection."""

    def __init__(self, theme: Theme, selection: Selection, parent: QWidget | None = None) -> None:
        """Show how to use it until something is picked."""
        super().__init__(parent)
        self._theme = theme
        self._selection = selection
        self._dossier: Dossier | None = None
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("判定依据"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._column = QVBoxLayout()
        selection.changed.connect(self._show)

    def show_call(self, dossier: Dossier) -> None:
        """Answer for the verdicts of ``dossier``."""
        self._dossier = dossier
        self._show(self._selection.focus)

    def _show(self, focus: Focus) -> None:
        inside = QWidget()  # filled before it is shown: so it is laid out once, not with every line
        inside.setObjectName("plain")
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(2 * UNIT, UNIT + UNIT // 2, 2 * UNIT, 2 * UNIT)
        self._column.setSpacing(UNIT)
        judgement = self._dossier.judgements.get(focus.rule) if self._dossier and focus.rule else None
        if judgement is None:
            hint = self.tr("点选一条发现或评分项，这里说明判定的依据。N / P 跳到下一条或上一条发现。")
            self._column.addWidget(label(hint, "caption", wrap=True))
        else:
            self._judgement(judgement, focus)
        self._column.addStretch(1)
        self.setWidget(inside)
        self.verticalScrollBar().setValue(0)

    def _judgement(self, judgement: Judgement, focus: Focus) -> None:
        sign = outcome_sign(judgement.outcome)
        title = label(judgement.title, "subtitle", wrap=True)
        badges = [badge(sign)]
        if judgement.found:
            severity = severity_sign(judgement.severity)
            badges.append(badge(severity))
        confidence = label(self.tr("置信度 {share}").format(share=percent(judgement.confidence)), muted=True)
        self._column.addWidget(title)
        self._column.addLayout(FlowLayout(*badges, confidence))
        self._column.addWidget(self._text(judgement.why))
        if judgement.places:
            self._heading(self.tr("依据"))
            first = max(0, min((focus.place or 0) - 1, len(judgement.places) - _SHOWN_PLACES))
            shown = range(first, min(first + _SHOWN_PLACES, len(judgement.places)))
            for number in shown:
                self._place(judgement, number, judgement.places[number], picked=number == focus.place)
            if len(shown) < len(judgement.places):
                more = self.tr("共 %n 处，其余用 N / P 逐条查看", "", len(judgement.places))
                self._column.addWidget(label(more, "caption", wrap=True))
        if judgement.steps:
            self._heading(self.tr("推理"))
            self._steps(judgement.steps, 0)
        if judgement.lowered:
            self._heading(self.tr("把握受限于"))
            for reason in judgement.lowered:
                self._column.addWidget(self._text(reason))
        if judgement.help:
            self._heading(self.tr("规则"))
            self._column.addWidget(self._text(judgement.help, muted=True))
            if judgement.source:
                self._column.addWidget(
                    self._text(self.tr("出处：{source}").format(source=judgement.source), muted=True)
                )
        if judgement.settings:
            self._heading(self.tr("设置"))
            for name, value in judgement.settings:
                self._column.addLayout(row(label(name, muted=True), None, label(value)))
        if self._dossier is not None:
            book = self.tr("规则手册 {book} · {rule}").format(book=self._dossier.book, rule=judgement.rule)
            self._column.addWidget(self._text(book, muted=True))

    def _heading(self, text: str) -> None:
        made = label(text, "caption")
        font = made.font()
        font.setBold(True)
        made.setFont(font)
        made.setContentsMargins(0, UNIT // 2, 0, 0)
        self._column.addWidget(made)

    def _place(self, judgement: Judgement, number: int, place: Place, *, picked: bool) -> None:
        times = f"{clock(place.span.start)} – {clock(place.span.end)}"
        button = TextButton(self._theme, times, icon_name="play", kind="time")
        button.setAccessibleName(self.tr("播放 {title} {start}").format(title=judgement.title, start=times))
        focus = Focus(judgement.rule, number, place.turn, place.span)
        button.clicked.connect(lambda: self._selection.pick(focus, play=True))
        facts = [seconds_text(place.span.duration), percent(place.confidence)]
        if place.speaker is not None:
            facts.insert(0, speaker_sign(place.speaker).word)
        button.setProperty("picked", picked)
        self._column.addLayout(FlowLayout(button, label(" · ".join(facts), muted=True)))
        if place.why and place.why != judgement.why:
            self._column.addWidget(self._text(place.why))
        if place.text:
            self._column.addWidget(label(f"「{place.text}」", "quote", wrap=True))
        if place.better:
            self._column.addWidget(
                label(self.tr("建议：{better}").format(better=place.better), "substitute", wrap=True)
            )

    def _steps(self, steps: Iterable[Step], depth: int) -> None:
        for step in steps:
            name, tint = _STEP_SIGNS[step.held]
            mark = IconLabel(self._theme, name, tint, 14)
            text = self._text(step.text)
            text.setAccessibleName(f"{self._held(step.held)}: {step.text}")
            line = row(depth * 2 * UNIT, mark, text)
            line.setStretch(2, 1)
            line.setAlignment(mark, Qt.AlignmentFlag.AlignTop)
            self._column.addLayout(line)
            self._steps(step.parts, depth + 1)

    def _held(self, held: bool | None) -> str:
        return {True: self.tr("是"), False: self.tr("否"), None: self.tr("无法判断")}[held]

    def _text(self, text: str, *, muted: bool = False) -> QWidget:
        made = label(text, muted=muted, wrap=True)
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return made
