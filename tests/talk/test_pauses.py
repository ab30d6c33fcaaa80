"""Whose silence a silence is."""

from __future__ import annotations

import pytest

from csqa.roles import Speaker
from csqa.spans import Span
from csqa.talk.conversation import Pause, PauseKind
from tests.support.talk import said

Line = tuple[str, float, float, str]


def long_pauses(*lines: Line, sound: bool = False) -> list[Pause]:
    return [pause for pause in said(*lines, sound=sound).pauses if pause.span.duration > 3]


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        ([("customer", 0, 2, "帮我查一下。"), ("agent", 10, 12, "查到了。")], PauseKind.WAIT),
        ([("agent", 0, 2, "请您稍等。"), ("agent", 10, 12, "查到了。")], PauseKind.WAIT),
        ([("agent", 0, 2, "我看一下啊。"), ("agent", 10, 12, "查到了。")], PauseKind.WAIT),
        ([("agent", 0, 2, "请您稍等。"), ("customer", 10, 12, "怎么这么久啊？")], PauseKind.WAIT),
        ([("agent", 0, 2, "请您报一下单号。"), ("customer", 10, 12, "找到了，五二零。")], PauseKind.THINKING),
        ([("agent", 0, 2, "请您报一下单号。"), ("agent", 10, 12, "喂，您还在吗？")], PauseKind.THINKING),
        ([("agent", 0, 2, "按住预约键三秒。"), ("customer", 10, 12, "好，闪了。")], PauseKind.THINKING),
        ([("customer", 0, 2, "你等一下，我去找找。"), ("customer", 10, 12, "找到了。")], PauseKind.THINKING),
        ([("customer", 0, 2, "五二零七。"), ("customer", 10, 12, "怎么还没查到？")], PauseKind.WAIT),
    ],
)
def test_who_owed_the_next_word(lines: list[Line], kind: PauseKind) -> None:
    (pause,) = long_pauses(*lines)
    assert pause.kind is kind
    assert pause.owed_by is (Speaker.AGENT if kind is PauseKind.WAIT else Speaker.CUSTOMER)
    assert (pause.previous_turn, pause.next_turn) == (0, 1)


def test_an_answer_to_a_request_to_wait_leaves_the_move_with_the_agent() -> None:
    (pause,) = long_pauses(
        ("agent", 0, 2, "请您稍等。"), ("customer", 2.4, 3, "好的。"), ("agent", 15, 16, "让您久等了。")
    )
    assert (pause.span, pause.kind, pause.announced, pause.thanked) == (Span(3, 15), PauseKind.WAIT, True, True)


def test_agreeing_to_a_request_leaves_the_move_with_the_customer() -> None:
    (pause,) = long_pauses(
        ("agent", 0, 2, "请您报一下型号。"), ("customer", 2.4, 3, "好的。"), ("customer", 12, 13, "三零五。")
    )
    assert pause.kind is PauseKind.THINKING


def test_agreeing_to_a_proposal_hands_the_move_to_the_agent() -> None:
    (pause,) = long_pauses(
        ("agent", 0, 2, "明天上门，您看可以吗？"), ("customer", 2.4, 3, "可以。"), ("agent", 12, 13, "登记好了。")
    )
    assert pause.kind is PauseKind.WAIT


def test_the_agents_murmur_does_not_end_the_customers_own_time() -> None:
    (pause,) = long_pauses(
        ("customer", 0, 2, "你等一下，我去找找。"), ("agent", 2.3, 3, "好的。"), ("customer", 12, 13, "找到了。")
    )
    assert pause.kind is PauseKind.THINKING


def test_a_customers_murmur_does_not_end_a_wait() -> None:
    (pause,) = long_pauses(("agent", 0, 2, "您稍等。"), ("customer", 7, 7.5, "喂？"), ("agent", 12, 13, "查到了。"))
    assert (pause.span, pause.next_turn) == (Span(2, 12), 2)


def test_a_customer_who_waits_to_the_end_has_waited() -> None:
    lines: list[Line] = [
        ("agent", 0, 2, "请您稍等，我帮您查一下。"),
        ("customer", 22, 22.5, "喂？"),
        ("customer", 50, 50.5, "喂？"),
    ]
    for sound in (False, True):
        proven, rest = said(*lines, sound=sound, duration=62).pauses
        assert (proven.span, proven.kind, proven.announced) == (Span(2, 50), PauseKind.WAIT, True)
        assert (proven.previous_turn, proven.next_turn) == (0, 2)
        assert (rest.span, rest.kind, rest.owed_by) == (Span(50.5, 62), PauseKind.WAIT, Speaker.AGENT)
        assert (rest.previous_turn, rest.next_turn) == (2, None)


def test_a_silent_hang_up_is_a_wait_to_the_end() -> None:
    (pause,) = said(("agent", 0, 2, "请您稍等。"), ("customer", 2.4, 3, "好的。"), duration=63).pauses
    assert (pause.span, pause.kind, pause.next_turn) == (Span(3, 63), PauseKind.WAIT, None)


@pytest.mark.parametrize(
    "last",
    [
        ("agent", 3, 4, "感谢您的来电，再见。"),
        ("customer", 3, 4, "那我先挂了。"),
        ("agent", 3, 4, "您的单号是多少？"),
        ("agent", 3, 4, "明天发货。"),
    ],
)
def test_nobody_waits_after_a_goodbye_a_question_or_a_statement(last: Line) -> None:
    (pause,) = said(("customer", 0, 2, "什么时候发货？"), last, duration=30).pauses[-1:]
    assert (pause.span, pause.kind, pause.owed_by) == (Span(4, 30), PauseKind.TAIL, None)


def test_what_follows_the_last_goodbye_is_the_tail() -> None:
    (pause,) = long_pauses(("agent", 0, 2, "感谢您的来电，再见。"), ("customer", 9, 10, "再见。"))
    assert (pause.kind, pause.owed_by) == (PauseKind.TAIL, None)


def test_talk_after_a_goodbye_opens_the_call_again() -> None:
    (pause,) = long_pauses(
        ("agent", 0, 2, "感谢您的来电，再见。"),
        ("customer", 3, 8, "等等，我还有一个问题想问，发票怎么开呢？"),
        ("agent", 16, 18, "发票明天寄出。"),
    )
    assert pause.kind is PauseKind.WAIT


def test_silence_before_the_first_word_is_the_lead_in() -> None:
    (pause,) = long_pauses(("agent", 5, 7, "您好。"))
    assert (pause.kind, pause.span) == (PauseKind.LEAD_IN, Span(0, 5))


def test_a_cough_does_not_begin_the_call() -> None:
    (pause,) = long_pauses(("agent", 0.5, 0.8, ""), ("agent", 10, 12, "您好。"), sound=True)
    assert (pause.kind, pause.span) == (PauseKind.LEAD_IN, Span(0, 10))


def test_the_words_are_a_second_clock() -> None:
    (pause,) = long_pauses(("agent", 0, 2, "请您稍等。"), ("agent", 11, 13, "查到了。"), sound=True)
    assert pause.span == Span(2, 11)
    assert pause.by_words is not None
    assert pause.by_words.duration == pytest.approx(9.1, abs=0.15)


def test_unrecognised_speech_ends_a_wait_by_the_sound_but_not_by_the_words() -> None:
    first, second = long_pauses(
        ("agent", 0, 2, "请您稍等。"), ("agent", 7, 8, ""), ("agent", 13, 14, "查到了。"), sound=True
    )
    assert (first.span, second.span) == (Span(2, 7), Span(8, 13))
    assert first.by_words is not None
    assert first.by_words.duration > 10
