"""The review page in the real window: four views of one selection, by mouse and by keyboard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from csqa.rules.base import Outcome
from csqa.spans import Span
from tests.ui.support import FakeCard, open_call
from ui.app import Desktop
from ui.dossier import Dossier, PauseLine, TurnLine
from ui.player import State
from ui.selection import Focus
from ui.tables.transcript import Role
from ui.views.parts import TextButton
from ui.views.review import ReviewPage
from ui.views.scorecard import QuestionRow
from ui.words import clock


@pytest.fixture
def review(desktop: Desktop, qtbot: QtBot) -> ReviewPage:
    """Call 02 (a hold of twelve seconds) in Review."""
    open_call(desktop, qtbot, "02")
    return desktop.window.review


@pytest.fixture
def dossier(review: ReviewPage) -> Dossier:
    assert review.dossier is not None
    return review.dossier


def key(desktop: Desktop, which: Qt.Key) -> None:
    target = QApplication.focusWidget() or desktop.window
    QTest.keyClick(target, which)


def texts(widget: object) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel))  # type: ignore[attr-defined]


def chosen(review: ReviewPage) -> list[QuestionRow]:
    return [row for row in review.scorecard.rows if row.property("chosen")]


def test_the_header_says_whose_call_it_is(review: ReviewPage, dossier: Dossier) -> None:
    said = texts(review.header)
    for fact in ("林静", "0518", "139****2086", "2026-10-12 10:02", clock(dossier.duration), "02-hold-with-music.wav"):
        assert fact in said
    assert f"{dossier.card.score:.1f}".removesuffix(".0") in said


def test_next_finding_goes_there_in_all_four_views(
    desktop: Desktop, review: ReviewPage, dossier: Dossier, card: FakeCard, qtbot: QtBot
) -> None:
    first = dossier.findings[0]
    key(desktop, Qt.Key.Key_N)
    focus = review.selection.focus
    assert (focus.rule, focus.place) == (first.rule, first.place)
    line = review.transcript.currentIndex().data(Role.LINE)
    assert isinstance(line, (TurnLine, PauseLine))
    assert (line.span if isinstance(line, TurnLine) else line.pause.span).overlaps(first.span)
    assert first.rule in chosen(review)[0].rules
    assert dossier.judgements[first.rule].why in texts(review.why)
    assert any(first in label.marks for label in painted_labels(review))
    qtbot.waitUntil(lambda: desktop.player.state is State.STOPPED, timeout=5000)
    assert card.seconds == pytest.approx(first.span.duration, abs=0.01)


def painted_labels(review: ReviewPage) -> tuple[object, ...]:
    review.waveform.timeline.grab()
    return review.waveform.timeline.labels


def test_next_and_previous_go_round_all_findings(desktop: Desktop, review: ReviewPage, dossier: Dossier) -> None:
    seen = []
    for _ in dossier.findings:
        key(desktop, Qt.Key.Key_N)
        seen.append((review.selection.focus.rule, review.selection.focus.place))
    without_place = [each.rule for each in dossier.judgements.values() if each.found and not each.places]
    assert seen[: len(dossier.findings)] == [(mark.rule, mark.place) for mark in dossier.findings]
    for _ in without_place:
        key(desktop, Qt.Key.Key_N)
        assert review.selection.focus.rule in without_place
    key(desktop, Qt.Key.Key_N)
    assert review.selection.focus.rule == seen[0][0]
    key(desktop, Qt.Key.Key_P)
    assert review.selection.focus.rule == (without_place[-1] if without_place else seen[-1][0])


def test_space_plays_and_pauses(desktop: Desktop, review: ReviewPage, card: FakeCard, qtbot: QtBot) -> None:
    card.hold()
    key(desktop, Qt.Key.Key_Space)
    assert desktop.player.state is State.PLAYING
    qtbot.waitUntil(lambda: desktop.player.position > 0.1, timeout=5000)
    key(desktop, Qt.Key.Key_Space)
    assert desktop.player.state is State.PAUSED
    card.let_go()


def test_space_presses_a_button_that_has_the_focus(desktop: Desktop, review: ReviewPage) -> None:
    key(desktop, Qt.Key.Key_N)
    button = next(each for row in chosen(review) for each in row.findChildren(TextButton))
    desktop.player.stop()
    review.selection.clear()
    button.setFocus(Qt.FocusReason.TabFocusReason)
    key(desktop, Qt.Key.Key_Space)
    assert review.selection.focus.rule is not None


def test_moving_by_keyboard(desktop: Desktop, review: ReviewPage) -> None:
    player = desktop.player
    key(desktop, Qt.Key.Key_L)
    assert player.position == pytest.approx(5.0)
    key(desktop, Qt.Key.Key_Right)
    assert player.position == pytest.approx(10.0)
    key(desktop, Qt.Key.Key_J)
    assert player.position == pytest.approx(5.0)
    key(desktop, Qt.Key.Key_Z)
    assert player.state is State.PLAYING
    key(desktop, Qt.Key.Key_K)
    assert player.state is not State.PLAYING


def test_a_click_on_a_word_plays_from_it(
    desktop: Desktop, review: ReviewPage, dossier: Dossier, card: FakeCard, qtbot: QtBot
) -> None:
    view = review.transcript
    row, line = next((row, line) for row, line in enumerate(dossier.lines) if isinstance(line, TurnLine))
    place = view.visualRect(view.model().index(row, 0))
    delegate = view.itemDelegate()
    points = (QPoint(x, 18) for x in range(place.width()))
    hit = next(
        point
        for point in points
        if delegate.word_at(row, line, view.font(), QPointF(point)) == line.words[3]  # type: ignore[union-attr]
    )
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place.topLeft() + hit)
    assert review.selection.focus.turn == line.index
    qtbot.waitUntil(lambda: desktop.player.state is State.STOPPED, timeout=5000)
    assert card.seconds == pytest.approx(line.span.end - line.words[3].span.start, abs=0.01)


def test_a_click_on_a_finding_in_the_waveform_picks_it(review: ReviewPage, qtbot: QtBot) -> None:
    timeline = review.waveform.timeline
    timeline.grab()
    label = next(each for each in timeline.labels if each.mark.outcome is Outcome.VIOLATION)
    qtbot.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=label.place.center().toPoint())
    assert review.selection.focus.rule == label.mark.rule
    assert chosen(review)


def test_a_click_in_a_lane_plays_from_there(
    desktop: Desktop, review: ReviewPage, dossier: Dossier, card: FakeCard, qtbot: QtBot
) -> None:
    card.hold()
    timeline = review.waveform.timeline
    qtbot.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=QPoint(timeline.width() // 2, timeline.height() // 3))
    assert desktop.player.state is State.PLAYING
    assert desktop.player.position == pytest.approx(dossier.duration / 2, rel=0.1)
    desktop.player.stop()
    card.let_go()


def test_a_question_on_the_card_is_picked_by_click_and_by_enter(review: ReviewPage, qtbot: QtBot) -> None:
    row = next(each for each in review.scorecard.rows if "hold-thanks-after" in each.rules)
    qtbot.mouseClick(row, Qt.MouseButton.LeftButton, pos=QPoint(40, 10))
    assert review.selection.focus.rule == "hold-thanks-after"
    other = next(each for each in review.scorecard.rows if "hold-max-wait-7s" in each.rules)
    other.setFocus()
    QTest.keyClick(other, Qt.Key.Key_Return)
    assert review.selection.focus.rule == "hold-max-wait-7s"
    assert chosen(review) == [other]


def test_why_shows_reason_places_reasoning_settings_and_the_rule(review: ReviewPage, dossier: Dossier) -> None:
    mark = next(each for each in dossier.findings if each.rule == "hold-max-wait-7s")
    review.selection.pick(Focus(mark.rule, 0, mark.turn, mark.span))
    judgement = dossier.judgements[mark.rule]
    said = texts(review.why)
    assert judgement.title in said
    assert judgement.why in said
    assert judgement.help in said
    assert "limit_seconds" in said
    assert judgement.steps
    assert all(step.text in said for step in judgement.steps)
    assert dossier.book in said


def test_the_word_that_is_heard_is_lit(review: ReviewPage, dossier: Dossier) -> None:
    row, line = next((row, line) for row, line in enumerate(dossier.lines) if isinstance(line, TurnLine))
    word = line.words[2]
    review.transcript.light(word.span.middle, follow=True)
    assert review.transcript.itemDelegate().lit == (row, word)  # type: ignore[union-attr]
    review.transcript.unlight()
    assert review.transcript.itemDelegate().lit is None  # type: ignore[union-attr]


def test_the_wheel_zooms_and_shift_moves(review: ReviewPage, dossier: Dossier) -> None:
    timeline = review.waveform.timeline
    assert timeline.viewport.is_whole
    for _ in range(6):
        QApplication.sendEvent(timeline, wheel(timeline, 120))
    near = timeline.viewport
    assert near.shown < dossier.duration / 3
    QApplication.sendEvent(timeline, wheel(timeline, -120, Qt.KeyboardModifier.ShiftModifier))
    assert timeline.viewport.start > near.start
    assert timeline.viewport.shown == near.shown
    timeline.fit()
    assert timeline.viewport.is_whole


def wheel(timeline: object, steps: int, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> QWheelEvent:
    middle = QPointF(timeline.rect().center())  # type: ignore[attr-defined]
    return QWheelEvent(
        middle, timeline.mapToGlobal(middle), QPoint(), QPoint(0, steps), Qt.MouseButton.NoButton, keys,  # type: ignore[attr-defined]
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip


def test_the_playhead_turns_the_page_while_playing(review: ReviewPage) -> None:
    timeline = review.waveform.timeline
    timeline.zoom(8.0, 0.0)
    shown = timeline.viewport
    timeline.set_playhead(shown.end + 3.0, follow=False)
    assert timeline.viewport == shown
    timeline.set_playhead(shown.end + 3.0, follow=True)
    assert timeline.viewport.start < shown.end + 3.0 < timeline.viewport.end


def test_layers_take_their_marks_away(review: ReviewPage) -> None:
    timeline = review.waveform.timeline
    assert painted_labels(review)
    timeline.show_layers(frozenset({"pauses"}))
    assert painted_labels(review) == ()


def test_hovering_tells(review: ReviewPage, dossier: Dossier) -> None:
    timeline = review.waveform.timeline
    timeline.grab()
    label = next(each for each in timeline.labels if each.mark.outcome is Outcome.VIOLATION)
    told = timeline._told_at(label.place.center())
    assert label.mark.title in told
    assert "违规" in told
    pause = next(place for place, line in timeline._painted.pauses if line.pause.span.duration > 10)
    assert "12.0 秒" in timeline._told_at(pause.center())


def test_every_theme_and_size_is_painted(desktop: Desktop, review: ReviewPage) -> None:
    """Nothing is cut off that can be moved into sight, down to a small laptop at 150 %."""
    from ui.theme import Scheme

    for size in ((911, 512), (1366, 768), (2560, 1440)):
        desktop.window.resize(*size)
        assert desktop.window.width() == size[0]
        assert desktop.window.height() == size[1]
        for scheme in (Scheme.DARK, Scheme.LIGHT):
            desktop.choose_scheme(scheme)
            picture = desktop.window.grab().toImage()
            assert picture.pixelColor(2, picture.height() - 2) == desktop.theme.color("window")


def test_a_call_without_a_recording_is_told_when_played(
    desktop: Desktop, review: ReviewPage, dossier: Dossier, qtbot: QtBot
) -> None:
    desktop.player.load(dossier.sound.with_name("moved.wav") if dossier.sound else None, dossier.duration)
    with qtbot.waitSignal(desktop.player.troubled, timeout=5000):
        key(desktop, Qt.Key.Key_Space)
    assert "找不到录音文件" in desktop.window.notice.text


def test_no_sound_device_is_a_message(desktop: Desktop, review: ReviewPage, card: FakeCard, qtbot: QtBot) -> None:
    card.missing = True
    with qtbot.waitSignal(desktop.player.troubled, timeout=5000):
        key(desktop, Qt.Key.Key_Space)
    assert "播放设备" in desktop.window.notice.text


def test_leaving_stops_the_sound(desktop: Desktop, review: ReviewPage, card: FakeCard) -> None:
    card.hold()
    key(desktop, Qt.Key.Key_Space)
    key(desktop, Qt.Key.Key_Escape)
    assert not desktop.window.is_in_review
    assert desktop.player.state is State.STOPPED
    card.let_go()


def test_picking_the_same_again_plays_again(review: ReviewPage, qtbot: QtBot) -> None:
    focus = Focus(span=Span(1.0, 1.2))
    review.selection.pick(focus)
    with qtbot.waitSignal(review.selection.play_requested), qtbot.assertNotEmitted(review.selection.changed):
        review.selection.pick(focus, play=True)
