"""Numbers read out: found whatever stands between their digits, and nothing else taken for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csqa.roles import Speaker
from csqa.spans import Span
from csqa.talk.conversation import Turn
from csqa.talk.digits import NumberKind, spoken_numbers

SPOKEN = {
    "0": "零〇洞0", "1": "一幺1", "2": "二两2", "3": "三3", "4": "四4",
    "5": "五5", "6": "六6", "7": "七拐7", "8": "八8", "9": "九勾9",
}  # fmt: skip


def turns(*lines: tuple[Speaker, str]) -> list[Turn]:
    return [Turn(n, speaker, Span(3.0 * n, 3.0 * n + 2), text) for n, (speaker, text) in enumerate(lines)]


def agent(text: str) -> list[Turn]:
    return turns((Speaker.AGENT, text))


@given(st.text("0123456789", min_size=4, max_size=19), st.data())
def test_any_digits_are_found_however_they_are_spoken(value: str, data: st.DataObject) -> None:
    said = "".join(data.draw(st.sampled_from(SPOKEN[digit])) for digit in value)
    (found,) = spoken_numbers(agent(f"号码是{said}，请记一下。"))
    assert found.value == value
    assert "号码是"[0:3] + said == f"号码是{said}"[: found.end]
    assert found.sure


@given(st.text("0123456789", min_size=8, max_size=11), st.integers(4, 7))
def test_a_number_goes_on_behind_a_mark_and_behind_the_others_murmur(value: str, at: int) -> None:
    first, rest = (
        "".join(SPOKEN[digit][0] for digit in part)
        for part in (value[: min(at, len(value) - 2)], value[min(at, len(value) - 2) :])
    )
    (found,) = spoken_numbers(agent(f"{first}，{rest}。"))
    assert found.value == value
    split = turns((Speaker.CUSTOMER, f"{first}"), (Speaker.AGENT, "嗯。"), (Speaker.CUSTOMER, f"{rest}。"))
    (found,) = spoken_numbers(split)
    assert (found.value, found.turn, found.last_turn) == (value, 0, 2)


@pytest.mark.parametrize(
    "text",
    [
        "一共三百二十元。",
        "二零二六年三月八号下午三点半。",
        "大约十五分钟到二十分钟。",
        "第一，您先关机；第二，再开机。",
        "七天无理由，十五天包换。",
        "一二三。",
        "是以，我无期。",
    ],
)
def test_quantities_and_dates_are_no_numbers(text: str) -> None:
    assert [one.value for one in spoken_numbers(agent(text)) if len(one.value) > 4] == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("幺三八零零幺三八零零零", NumberKind.PHONE),
        ("零幺零六二三三四四五五", NumberKind.PHONE),
        ("身份证号是幺幺零幺零幺幺九九零零三零七七七五四", NumberKind.ID_CARD),
        ("卡号六二二二零二零二零零零幺二三四五", NumberKind.BANK_CARD),
        ("订单号是五二零七八八幺", NumberKind.ORDER),
        ("编码是八八六六二", NumberKind.DIGITS),
    ],
)
def test_kinds(text: str, kind: NumberKind) -> None:
    (found,) = spoken_numbers(agent(text + "。"))
    assert found.kind is kind


def test_a_misheard_digit_counts_by_its_sound_but_is_not_sure() -> None:
    (found,) = spoken_numbers(agent("幺三把零零妖三八零零零。"))
    assert found.value == "13800138000"
    assert not found.sure


def test_the_kind_may_be_told_by_the_question_before() -> None:
    asked = turns((Speaker.AGENT, "请问您的订单号是多少？"), (Speaker.CUSTOMER, "五二零七八。"))
    (found,) = spoken_numbers(asked)
    assert found.kind is NumberKind.ORDER


def test_an_echo_between_two_halves_is_no_end() -> None:
    split = turns(
        (Speaker.CUSTOMER, "幺三八零零"), (Speaker.AGENT, "幺三八零零。"), (Speaker.CUSTOMER, "幺三八零零零。")
    )
    values = [(one.value, one.turn) for one in spoken_numbers(split) if one.turn != 1]
    assert values == [("13800138000", 0)]
