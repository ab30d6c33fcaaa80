"""Phrases in talk: guards, windows, places in turns and times, hits by sound."""

from __future__ import annotations

import pytest

from csqa.roles import Speaker
from csqa.rules.heard import Heard
from csqa.rules.phrases import NO_PHRASES, BySound, Manner, Phrases, Where, find, find_in_turns
from csqa.talk.conversation import Conversation
from tests.support.talk import said


def phrases(*sources: str) -> Phrases:
    return Phrases.read(sources, {})


def call(*lines: str, sound: bool = False) -> Conversation:
    """Agent and customer in turns, two seconds each, a second apart."""
    return said(
        *(("agent" if n % 2 == 0 else "customer", 3.0 * n, 3.0 * n + 2, text) for n, text in enumerate(lines)),
        sound=sound,
    )


def test_a_hit_is_told_in_turn_words_and_times() -> None:
    talk = call("您好。", "你好。", "请问，有什么可以帮您？", sound=True)
    (hit,) = find(phrases("帮您"), NO_PHRASES, Where(), Heard(talk))
    assert (hit.place.turn.index, hit.place.text, hit.manner) == (2, "帮您", Manner.WORDS)
    assert hit.place.sentence == "请问，有什么可以帮您？"
    words = talk.turns[2].words
    assert hit.place.span.start == words[-2].start
    assert hit.place.span.end == words[-1].end
    assert hit.confidence == pytest.approx(0.95)


def test_without_word_times_a_place_is_reckoned_by_its_share_of_the_turn() -> None:
    (hit,) = find(phrases("好的"), NO_PHRASES, Where(), Heard(call("一二三四五六七八好的")))
    assert (hit.place.span.start, hit.place.span.end) == pytest.approx((1.6, 2.0))


def test_the_other_party_does_not_count() -> None:
    heard = Heard(call("您好。", "我不知道。"))
    assert find(phrases("不知道"), NO_PHRASES, Where(), heard) == ()
    assert len(find(phrases("不知道"), NO_PHRASES, Where(Speaker.CUSTOMER), heard)) == 1


def test_a_guard_covers_only_what_it_overlaps() -> None:
    heard = Heard(call("不知道您方便吗？这个我不知道。"))
    (hit,) = find(phrases("不知道"), phrases("不知道您……"), Where(), heard)
    assert hit.place.start == 11


def test_nothing_is_found_across_turns() -> None:
    assert find(phrases("再……见"), NO_PHRASES, Where(), Heard(call("再", "嗯那个", "见"))) == ()


def test_unless_the_rule_says_that_it_may() -> None:
    heard = Heard(call("请您报一下身份证", "嗯那个", "号码，谢谢"))
    assert find(phrases("身份证……号码"), NO_PHRASES, Where(), heard) == ()
    (hit,) = find(phrases("身份证……号码"), NO_PHRASES, Where(across_turns=True, first_turns=1), heard)
    assert (hit.place.turn.index, hit.place.text) == (0, "身份证")


@pytest.mark.parametrize(
    ("where", "turns"),
    [
        (Where(), [0, 2, 4, 6]),
        (Where(first_turns=2), [0, 2]),
        (Where(last_turns=1), [6]),
        (Where(within_seconds=7.0), [0, 2]),
        (Where(last_share=0.3), [2, 4, 6]),
        (Where(first_turns=3, last_turns=3), [2, 4]),
        (Where(Speaker.CUSTOMER, last_turns=2), [3, 5]),
    ],
)
def test_windows(where: Where, turns: list[int]) -> None:
    heard = Heard(call("好的", "好的", "好的", "好的", "好的", "好的", "好的"))
    assert [hit.place.turn.index for hit in find(phrases("好的"), NO_PHRASES, where, heard)] == turns


def test_a_share_of_a_long_call_holds_its_end_only() -> None:
    lines = ["好的那个"] * 21
    hits = find(phrases("好的"), NO_PHRASES, Where(last_share=0.4), Heard(call(*lines)))
    assert [hit.place.turn.index for hit in hits] == [12, 14, 16, 18, 20]


def test_what_sounds_alike_is_found_less_surely_and_short_things_are_not() -> None:
    heard = Heard(call("很高性为您服物。在建。"))
    (hit,) = find(phrases("很高兴为您服务"), NO_PHRASES, Where(), heard, by_sound=BySound.IN_FAVOUR)
    assert (hit.manner, hit.place.text) == (Manner.SOUND, "很高性为您服物")
    assert hit.confidence < hit.place.confidence
    assert find(phrases("再见"), NO_PHRASES, Where(), heard, by_sound=BySound.AGAINST) == ()
    assert len(find(phrases("再见"), NO_PHRASES, Where(), heard, by_sound=BySound.IN_FAVOUR)) == 1
    assert find(phrases("很高兴为您服务"), NO_PHRASES, Where(), heard) == ()


def test_a_guard_by_sound_protects_from_an_accusation() -> None:
    heard = Heard(call("不知道您方边吗？"))
    guards = phrases("不知道您方便……")
    assert find(phrases("不知道"), guards, Where(), heard, by_sound=BySound.AGAINST) == ()


def test_only_the_turns_asked_for_are_searched() -> None:
    talk = call("好的", "嗯那个", "好的")
    hits = find_in_turns(phrases("好的"), NO_PHRASES, talk.turns[2:], Heard(talk))
    assert [hit.place.turn.index for hit in hits] == [2]
    assert find_in_turns(phrases("好的"), NO_PHRASES, (), Heard(talk)) == ()
