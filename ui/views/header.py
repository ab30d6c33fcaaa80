"""The line above an open call: whose it is, when, how long, and what it comes to."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from ui.desk import Desk
from ui.dossier import Dossier
from ui.theme import UNIT
from ui.views.parts import IconButton, badge, clear, column, label, row
from ui.words import card_sign, clock, points


class CallHeader(QFrame):
    """The header of Review."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        """Show nothing but the way back until ``show_call``."""
        super().__init__(parent)
        self.setObjectName("strip")
        actions = desk.actions
        back = IconButton(desk.theme, "back", actions["close-call"].text(), actions.keys_of("close-call"))
        back.clicked.connect(actions["close-call"].trigger)
        self._title = label("", "subtitle")
        self._facts = label("", muted=True)
        for words in (self._title, self._facts):
            words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            words.setMinimumWidth(UNIT)
        self._score = QHBoxLayout()
        self._score.setSpacing(UNIT)
        names = column(self._title, self._facts)
        names.setSpacing(2)
        line = row(back, UNIT // 2, names, self._score, margins=(UNIT, UNIT, 3 * UNIT, UNIT))
        line.setStretch(2, 1)
        self.setLayout(line)

    def show_call(self, dossier: Dossier) -> None:
        """Show whose call ``dossier`` is and what its card comes to."""
        facts = dossier.facts
        agent = " ".join(part for part in (facts.get("agent", ""), _bracketed(facts.get("agent_id", ""))) if part)
        who = [
            self.tr("坐席 {agent}").format(agent=agent) if agent else "",
            self.tr("客户 {customer}").format(customer=facts["customer"]) if "customer" in facts else "",
            clock(dossier.duration),
        ]
        self._title.setText(" · ".join(part for part in (facts.get("started_at", ""), *who) if part))
        extra = [facts.get("team", ""), facts.get("queue", ""), dossier.name]
        if dossier.speakers_estimated:
            extra.append(self.tr("单声道录音：说话人是推断的"))
        if dossier.ended_early:
            extra.append(self.tr("录音不完整：结尾缺少的只能存疑"))
        if dossier.sound is None:
            extra.append(self.tr("只有文字，没有声音"))
        self._facts.setText(" · ".join(part for part in extra if part))
        self._show_score(dossier)

    def _show_score(self, dossier: Dossier) -> None:
        clear(self._score)
        card = dossier.card
        sign = card_sign(card.outcome)
        outcome = badge(sign)
        outcome.setToolTip("\n".join(card.waits))
        score = label(points(card.score), "big")
        score.setProperty("tone", sign.tint)
        score.setAccessibleName(self.tr("得分 {score}").format(score=points(card.score)))
        if card.provisional:
            note = label(self.tr("机检得分（暂定）"), muted=True)
        else:
            note = label(self.tr("机检得分"), muted=True)
        for item in (note, score, label(f"/ {points(card.maximum)}", muted=True), outcome):
            self._score.addWidget(item, 0, Qt.AlignmentFlag.AlignVCenter)


def _bracketed(text: str) -> str:
    return f"({text})" if text else ""
