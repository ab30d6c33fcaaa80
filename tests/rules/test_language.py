"""The books' phrase language: what it finds, and what it says where it cannot be read."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csqa.rules.language import PhraseError, read_phrase, sounds
from csqa.talk.plain import CLAUSE_ENDS, plain

WORDS = {"company": ("云帆电器", "云帆"), "look": ("查(询|一下)", "核实"), "self": ("甲{self}",), "none": ()}


def found(phrase: str, text: str) -> list[str]:
    said = plain(text)
    return [match.group() for match in read_phrase(phrase, WORDS).expression.finditer(said)]


@pytest.mark.parametrize(
    ("phrase", "text", "hits"),
    [
        ("你好", "您好,请问", ["您好"]),
        ("(请|麻烦)您稍等", "麻烦您稍等，请你稍等", ["麻烦您稍等", "请您稍等"]),
        ("[请]您[先]稍等", "您稍等。请您先稍等", ["您稍等", "请您先稍等"]),
        ("帮您…4查", "帮您看看再查，帮您，查", ["帮您看看再查"]),
        ("帮您……查", "帮您，查。帮您。查", ["帮您，查"]),
        ("帮…2-3查", "帮我查帮您再查", ["帮您再查"]),
        ("^滚$", "滚筒。滚，翻滚", ["滚"]),
        ("{company}客服", "云帆客服，云帆电器客服", ["云帆客服", "云帆电器客服"]),
        ("大约{number}秒", "大约三十秒，大约15秒", ["大约三十秒", "大约15秒"]),
        ("我{look}", "我查一下，我核实", ["我查一下", "我核实"]),
        (r"写\(明\)", "写", []),
        (r"re:不(?!不)能", "不能不能", ["不能", "不能"]),
        ("SLA", "这单sla到了", ["sla"]),
    ],
)
def test_phrases_find(phrase: str, text: str, hits: list[str]) -> None:
    assert found(phrase, text) == hits


@pytest.mark.parametrize(
    ("phrase", "problem", "at"),
    [
        ("(请|麻烦", "unclosed", 0),
        ("请)等", "stray", 1),
        ("[请]{", "unclosed", 3),
        ("请{nobody}", "unknown-words", 1),
        ("{none}", "no-words", 0),
        ("{self}", "circle", 1),
        ("……", "empty", 0),
        ("等\\", "unfinished", 1),
        ("re:(请", "expression", 0),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(phrase: str, problem: str, at: int) -> None:
    with pytest.raises(PhraseError) as caught:
        read_phrase(phrase, WORDS)
    assert (caught.value.problem, caught.value.at) == (problem, at)


def test_gaps_at_the_ends_stretch_and_do_not_search() -> None:
    pattern = read_phrase("……如果……", WORDS)
    assert pattern.expression.pattern == "如果"
    assert pattern.left is not None
    assert pattern.right is not None
    assert pattern.right.wide


@given(
    st.sampled_from(["请您稍等", "[请](稍等|等一下)", "帮您…4(查|核实)", "^好的$", "{company}(客服|售后)"]), st.data()
)
@settings(deadline=None)
def test_every_hit_holds_an_anchor(phrase: str, data: st.DataObject) -> None:
    pattern = read_phrase(phrase, WORDS)
    text = plain(data.draw(st.text(alphabet="请您稍等一下帮查核实好的云帆电器客服售后，。", max_size=40)))
    assert pattern.anchors
    for match in pattern.expression.finditer(text):
        assert all(any(anchor in match.group() for anchor in anchors) for anchors in pattern.anchors)


@given(st.text(max_size=30))
@settings(deadline=None)
def test_sounds_keep_the_length_and_the_marks(text: str) -> None:
    said = plain(text)
    heard = sounds(said)
    assert len(heard) == len(said)
    assert [c for c in heard if c in CLAUSE_ENDS] == [c for c in said if c in CLAUSE_ENDS]


def test_homophones_sound_the_same_and_others_do_not() -> None:
    assert sounds("客户服务") == sounds("可户服物")
    assert sounds("客户") != sounds("客人")
    assert read_phrase("re:客户", WORDS).sound_expression is None
    expression = read_phrase("[请]您(稍等|等一下)", WORDS).sound_expression
    assert expression is not None
    assert re.search(expression, sounds("您烧等"))
