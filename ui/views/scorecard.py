"""The filled-in form: sections, questions, the machine's answers, and where in the call they come from."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QElapsedTimer, QRectF, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLayout, QScrollArea, QVBoxLayout, QWidget

from ui.dossier import Dossier, Judgement, Place, QuestionLine
from ui.selection import Focus, Selection
from ui.theme import UNIT, Theme
from ui.views.flow import FlowLayout
from ui.views.parts import IconLabel, TextButton, clear, column, label, row
from ui.words import Sign, answer_sign, clock, outcome_sign, percent, points, severity_sign

_SHOWN_PLACES = 3
_PUT_MILLISECONDS = 12
"""So long rows are put up in one go: well within a beat of the screen."""


class ScorecardView(QScrollArea):
    """The scorecard of the open call; the question of the picked finding stands out and comes into sight."""

    def __init__(self, theme: Theme, selection: Selection, parent: QWidget | None = None) -> None:
        """Show nothing until ``show_call``."""
        super().__init__(parent)
        self._theme = theme
        self._selection = selection
        self._rows: list[QuestionRow] = []
        self._to_come: Iterator[QWidget] = iter(())
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._put_some)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("评分表"))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        inside.setObjectName("plain")
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, 0, UNIT)
        self._column.setSpacing(0)
        self.setWidget(inside)
        selection.changed.connect(self._go_to)

    @property
    def rows(self) -> tuple[QuestionRow, ...]:
        """The rows, in order of the form."""
        self._put_all()
        return tuple(self._rows)

    def show_call(self, dossier: Dossier) -> None:
        """Show the card of ``dossier``: what is seen at once, the rest a few rows at a time, so that nothing stands."""
        clear(self._column)
        self._rows = []
        self._to_come = self._parts(dossier)
        self._column.addStretch(1)
        self._put_some()
        self.verticalScrollBar().setValue(0)

    def _parts(self, dossier: Dossier) -> Iterator[QWidget]:
        for section in dossier.card.sections:
            share = section.score / section.maximum if section.maximum else None
            text = f"{points(section.score)} / {points(section.maximum)}" if section.maximum else self.tr("不适用")
            yield _Heading(self._theme, section.title, text, share)
            for question in section.questions:
                yield QuestionRow(self._theme, self._selection, question)
        if dossier.card.unscored:
            yield _Heading(self._theme, self.tr("不计分的规则"), "", None)
            for judgement in dossier.card.unscored:
                yield QuestionRow(self._theme, self._selection, _asked_by_nobody(judgement), scored=False)

    def _put_some(self) -> None:
        """Put up rows for a few milliseconds, and come back for more."""
        clock = QElapsedTimer()
        clock.start()
        for part in self._to_come:
            self._put(part)
            if clock.elapsed() >= _PUT_MILLISECONDS:
                self._timer.start()
                return

    def _put_all(self) -> None:
        self._timer.stop()
        for part in self._to_come:
            self._put(part)

    def _put(self, part: QWidget) -> None:
        self._column.insertWidget(self._column.count() - 1, part)
        if isinstance(part, QuestionRow):
            self._rows.append(part)

    def _go_to(self, focus: Focus) -> None:
        if focus.rule is not None:
            self._put_all()
        for each in self._rows:
            chosen = focus.rule is not None and focus.rule in each.rules
            each.choose(chosen)
            if chosen:
                self.ensureWidgetVisible(each, 0, 4 * UNIT)
                self.horizontalScrollBar().setValue(0)


class _Heading(QFrame):
    """A section's title and points, and below them a thin bar of how many there are of all."""

    def __init__(self, theme: Theme, title: str, text: str, share: float | None) -> None:
        super().__init__()
        self._theme = theme
        self._share = share
        self.setObjectName("plain")
        margins = (2 * UNIT, 2 * UNIT, 2 * UNIT, UNIT + UNIT // 2)
        self.setLayout(row(label(title, "subtitle"), None, label(text, "subtitle"), margins=margins))
        theme.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        groove = QRectF(2 * UNIT, self.height() - UNIT, max(self.width() - 4 * UNIT, 1), 3)
        painter.setBrush(self._theme.color("neutral_soft"))
        painter.drawRoundedRect(groove, 1.5, 1.5)
        if self._share:
            groove.setWidth(groove.width() * min(self._share, 1.0))
            painter.setBrush(self._theme.color("passed" if self._share > 0.999 else "accent"))
            painter.drawRoundedRect(groove, 1.5, 1.5)


class QuestionRow(QFrame):
    """A question: icon and word of the answer, points, confidence, and buttons to hear the places it rests on."""

    def __init__(self, theme: Theme, selection: Selection, question: QuestionLine, *, scored: bool = True) -> None:
        """Show ``question``; ``scored`` says that it is one of the form's."""
        super().__init__()
        self._theme = theme
        self._selection = selection
        self._question = question
        self.rules = tuple(judgement.rule for judgement in question.judgements)
        sign = self._sign()
        self.setObjectName("question")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(self._read_out(sign, scored=scored))
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        title = label(question.title, wrap=True)
        if sign.tint == "neutral":
            title.setProperty("muted", True)
        mark = IconLabel(theme, sign.icon, sign.tint)
        score = label(self._points() if scored else "", muted=True)
        head = row(mark, title, *self._verdict_beside(sign), UNIT // 2, score)
        head.setStretch(1, 1)
        head.setAlignment(mark, Qt.AlignmentFlag.AlignTop)
        head.setAlignment(score, Qt.AlignmentFlag.AlignTop)
        body = column(head, margins=(2 * UNIT - 3, UNIT, 2 * UNIT, UNIT))
        body.setSpacing(UNIT // 2)
        for item in self._details(sign):
            body.addLayout(item)
        self.setLayout(body)

    def choose(self, chosen: bool) -> None:
        """Stand out, or no longer."""
        if self.property("chosen") != chosen:
            self.setProperty("chosen", chosen)
            self.style().unpolish(self)
            self.style().polish(self)

    def pick(self) -> None:
        """Pick this question's verdict, at its first place where it has one."""
        judgement = self._judgement()
        if judgement is None:
            return
        self._selection.pick(_focus(judgement, 0 if judgement.places else None))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Pick with the left button."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.pick()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Pick with Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.pick()
        else:
            super().keyPressEvent(event)

    def _judgement(self) -> Judgement | None:
        """The verdict that decided: the first that was found, else the first."""
        judgements = self._question.judgements
        return next((each for each in judgements if each.found), judgements[0] if judgements else None)

    def _sign(self) -> Sign:
        judgement = self._judgement()
        if judgement is not None and self._question.answer is None:
            return outcome_sign(judgement.outcome)
        return answer_sign(self._question.answer, manual=self._question.manual)

    def _points(self) -> str:
        question = self._question
        return f"{points(question.score)} / {points(question.maximum)}" if question.maximum else "–"

    def _verdict_beside(self, sign: Sign) -> list[QWidget]:
        """Where nothing was found the verdict stands beside the title, and one line is enough."""
        judgement = self._judgement()
        if judgement is None:
            return [self._toned(sign.word, sign)]
        if judgement.found:
            return []
        word = self._toned(outcome_sign(judgement.outcome).word, sign)
        return [word, label(percent(judgement.confidence), muted=True)]

    def _details(self, sign: Sign) -> Iterator[QLayout]:
        judgement = self._judgement()
        indent = UNIT * 3 + 2
        if judgement is None or not judgement.found:
            return
        machine = self._toned(self.tr("机检 {verdict}").format(verdict=outcome_sign(judgement.outcome).word), sign)
        facts = label(f"{severity_sign(judgement.severity).word} · {percent(judgement.confidence)}", muted=True)
        items: list[QWidget] = [machine, facts]
        for number, place in enumerate(judgement.places[:_SHOWN_PLACES]):
            items.append(self._place_button(judgement, number, place))
        if len(judgement.places) > _SHOWN_PLACES:
            items.append(label(f"+{len(judgement.places) - _SHOWN_PLACES}", muted=True))
        made = row(indent, FlowLayout(*items))
        made.setStretch(1, 1)
        yield made
        better = next((place.better for place in judgement.places if place.better), None)
        if better:
            advice = label(self.tr("建议：{better}").format(better=better), "substitute", wrap=True)
            made = row(indent, advice)
            made.setStretch(1, 1)
            yield made
        if self._question.covered_by:
            note = self.tr("已在「{question}」扣分，不重复扣").format(question=self._question.covered_by)
            made = row(indent, label(note, "caption", wrap=True))
            made.setStretch(1, 1)
            yield made

    def _place_button(self, judgement: Judgement, number: int, place: Place) -> TextButton:
        button = TextButton(self._theme, clock(place.span.start), kind="time")
        button.setAccessibleName(
            self.tr("播放 {title} {start}").format(title=judgement.title, start=clock(place.span.start))
        )
        button.clicked.connect(lambda: self._selection.pick(_focus(judgement, number), play=True))
        return button

    def _toned(self, text: str, sign: Sign) -> QWidget:
        made = label(text)
        made.setProperty("tone", sign.tint)
        return made

    def _read_out(self, sign: Sign, *, scored: bool) -> str:
        return f"{self._question.title}, {sign.word}" + (f", {self._points()}" if scored else "")


def _focus(judgement: Judgement, number: int | None) -> Focus:
    if number is None:
        return Focus(rule=judgement.rule)
    place = judgement.places[number]
    return Focus(rule=judgement.rule, place=number, turn=place.turn, span=place.span)


def _asked_by_nobody(judgement: Judgement) -> QuestionLine:
    """Stand in for the question that a rule outside the form does not have."""
    from csqa.cards.scorecard import Answer

    answer = {"pass": Answer.YES, "violation": Answer.NO, "not-applicable": Answer.NOT_APPLICABLE}
    return QuestionLine(
        id=judgement.rule,
        title=judgement.title,
        answer=answer.get(judgement.outcome.value),
        machine_answer=None,
        score=0.0,
        maximum=0.0,
        fatal=False,
        manual=judgement.outcome.value == "manual",
        covered_by=None,
        judgements=(judgement,),
    )
