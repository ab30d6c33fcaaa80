"""Every kind of criterion, by data; and what holds for all of them."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csqa.messages import Language, sentence
from csqa.rules.base import Condition, Judging
from csqa.rules.cases import read_case
from csqa.rules.criteria.base import Answer, Criterion, Stance, both, criteria, either
from csqa.rules.criteria.logic import All, AnyOf, NoneOf
from csqa.rules.heard import Heard
from csqa.rules.settings import SettingError, build_criterion
from csqa.rules.vocabulary import Vocabulary

DATA = Path(__file__).parent / "data" / "criteria.toml"
HELD = {"yes": True, "no": False, "unsure": None, "lacks": None}


def table() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads(DATA.read_text(encoding="utf-8"))["tests"]
    return found


def answered(test: dict[str, Any], stance: Stance) -> Answer:
    asked = build_criterion(test["ask"], Vocabulary(), ())
    talk = read_case({key: test[key] for key in ("name", "turns", "sound", "metadata") if key in test}).conversation()
    return asked.evaluate(Judging(talk, Heard(talk)), stance)


@pytest.mark.parametrize("test", table(), ids=lambda one: one["name"])
def test_criteria(test: dict[str, Any]) -> None:
    answer = answered(test, Stance(test.get("stance", "neutral")))
    assert answer.held is HELD[test["held"]], answer
    assert bool(answer.lacks) == (test["held"] == "lacks")
    assert 0 <= answer.confidence <= 1
    if "at" in test:
        assert [spot.turn for spot in answer.spots] == test["at"]
    for spot in answer.spots:
        assert spot.evidence().span == spot.span
    assert answer.step.held is answer.held


def test_every_kind_of_criterion_is_tested_and_explains_itself() -> None:
    asked = {key for test in table() for key in _keys(test["ask"])}
    audio_only = {"louder", "faster", "drawl", "loudness"}  # tested with levels in test_loudness.py
    others = {"condition", "rule"}  # tested with books
    assert set(criteria()) - asked - audio_only - others == set()
    for kind in criteria().values():
        assert kind.__doc__


def _keys(ask: object) -> set[str]:
    if isinstance(ask, dict):
        return set(ask) | {key for value in ask.values() for key in _keys(value)}
    return {key for value in ask for key in _keys(value)} if isinstance(ask, list) else set()


@pytest.mark.parametrize("test", table(), ids=lambda one: one["name"])
@pytest.mark.parametrize("stance", list(Stance))
def test_every_step_can_be_said_and_what_is_heard_against_is_never_surer(test: dict[str, Any], stance: Stance) -> None:
    answer = answered(test, stance)
    for step in _steps(answer.step):
        for language in Language:
            assert sentence(step.reason, language).strip()
    if stance is Stance.AGAINST and answer.held is True and "says" in test["ask"]:
        assert answered(test, Stance.FOR).held is True


def _steps(step: Condition) -> list[Condition]:
    return [step, *(inner for part in step.parts for inner in _steps(part))]


three = st.sampled_from([True, False, None])


@given(st.lists(three, min_size=1, max_size=5))
def test_three_valued_logic(values: list[bool | None]) -> None:
    assert both(values) is (False if False in values else None if None in values else True)
    assert either(values) is (True if True in values else None if None in values else False)
    negated = [None if value is None else not value for value in values]
    whole = both(values)
    assert either(negated) is (None if whole is None else not whole)


@given(st.lists(st.sampled_from(["您好", "再见", "部归我管"]), min_size=1, max_size=3))
def test_none_is_not_any(said: list[str]) -> None:
    """De Morgan: none of these is the opposite of any of these, heard from the other side."""
    parts = tuple(build_criterion({"says": [one]}, Vocabulary(), ()) for one in ("您好", "不归我管"))
    talk = read_case({"name": "x", "turns": [f"坐席：{'，'.join(said)}。"]}).conversation()
    judging = Judging(talk, Heard(talk))
    some = AnyOf(any=parts).evaluate(judging, Stance.AGAINST)
    nothing = NoneOf(none=parts).evaluate(judging, Stance.FOR)
    assert nothing.held is (None if some.held is None else not some.held)
    truth = [False, None, True].index
    assert truth(All(all=parts).evaluate(judging, Stance.AGAINST).held) <= truth(some.held)


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        ({"by": "agent"}, "rules.no-criterion"),
        ({"says": ["x"], "matches": "y"}, "rules.several-criteria"),
        ({"condition": "nothing"}, "rules.unknown-condition"),
        ({"condition": "x", "by": "agent"}, "rules.unknown-setting"),
        ({"says": ["("]}, "rules.phrase-unclosed"),
        ({"matches": "("}, "rules.phrase-expression"),
        ({"all": [{"says": "x"}]}, "rules.wrong-type"),
        ("x", "rules.wrong-type"),
    ],
)
def test_slips_are_told(ask: object, code: str) -> None:
    with pytest.raises(SettingError) as raised:
        build_criterion(ask, Vocabulary(), ("rules", 0))
    assert raised.value.code == code


def test_a_named_condition_is_answered_once() -> None:
    said = build_criterion({"says": ["投诉"], "by": "customer"}, Vocabulary(), ())
    named = build_criterion({"condition": "complaint"}, Vocabulary(conditions={"complaint": said}), ())
    talk = read_case({"name": "x", "turns": ["客户：我要投诉。"]}).conversation()
    judging = Judging(talk, Heard(talk))
    assert isinstance(named, Criterion)
    assert named.evaluate(judging, Stance.NEUTRAL) is named.evaluate(judging, Stance.NEUTRAL)
