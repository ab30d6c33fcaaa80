"""The general book: its cases, the labelled dialogues and utterances, and the samples' expected verdicts."""

from __future__ import annotations

import csv
import fnmatch
import json
import tomllib
from collections import defaultdict
from dataclasses import replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from csqa.hear.recording import CallMetadata
from csqa.messages import Language, Reason, known_codes, sentence
from csqa.roles import Speaker
from csqa.rules.base import Condition, Outcome, Severity, Verdict
from csqa.rules.cases import (
    Case,
    CaseTurn,
    all_cases,
    cases_beside,
    differences_told,
    expression_cases,
    load_cases,
    run_cases,
)
from csqa.rules.criteria.base import Criterion, inside
from csqa.rules.judging import judge
from csqa.rules.rulebook import ConfiguredRule, RuleBook, load_book
from csqa.rules.trying import Found, try_rule
from csqa.spans import Span
from csqa.talk.conversation import Conversation
from tests.support.talk import conversation_of
from tests.support.truth import SampleTruth, load_truths

DATA = Path(__file__).parent / "data"


@cache
def general() -> RuleBook:
    return load_book("general")


def dialogues(name: str = "dialogues") -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def talk_of(dialogue: dict[str, Any]) -> Conversation:
    turns = tuple(CaseTurn(Speaker(speaker), text, pause) for speaker, pause, text in dialogue["turns"])
    known = dict(dialogue["metadata"])
    extra = {"released_by": known.pop("released_by")} if "released_by" in known else {}
    return Case(dialogue["id"], turns, {}, metadata=CallMetadata(**known, extra=extra)).conversation()


def by_machine() -> set[str]:
    """The rules that the machine judges: neither a person's questions nor figures from elsewhere."""
    return {rule.id for rule in general().rules if rule.kind.name not in {"question", "figure"}}


def judged(conversation: Conversation) -> dict[str, Verdict]:
    return {verdict.rule: verdict for verdict in judge(conversation, general())}


def test_all_cases_and_expressions_judge_as_they_should() -> None:
    results = run_cases(general(), all_cases(general()))
    assert len(results) > 600
    assert differences_told(results) == ()


def test_every_rule_has_a_passing_a_failing_and_a_trap_case() -> None:
    cases = [*all_cases(general()), *expression_cases(general())]
    ids = [rule.id for rule in general().rules]
    seen: dict[str, set[str]] = defaultdict(set)
    for case in cases:
        trap = {"trap"} if "陷阱" in case.name or case.name.endswith(":不检出") else set()
        for name, outcome in case.expected.items():
            for rule in fnmatch.filter(ids, name):
                seen[rule] |= {str(outcome)} | trap
    missing = {rule.id: _wanted(rule) - seen[rule.id] for rule in general().rules}
    assert {rule: kinds for rule, kinds in missing.items() if kinds} == {}


def _wanted(rule: ConfiguredRule) -> set[str]:
    """What cases a rule needs; cases carry no levels, so what needs them can only be shown not to apply."""
    if rule.kind.name == "question":
        return {"manual"}
    if rule.kind.name == "figure":
        return {"not-applicable"}
    asked = {one.key for one in inside(rule.settings) if isinstance(one, Criterion)}
    if asked & {"louder", "loudness", "noisy", "faster", "drawl"} and rule.id != "noise-apology-options":
        return {"not-applicable"}
    return {"pass", "violation", "trap"}


@pytest.mark.parametrize("dialogue", dialogues(), ids=lambda one: one["id"])
def test_labelled_dialogues(dialogue: dict[str, Any]) -> None:
    verdicts = judged(talk_of(dialogue))
    labelled: dict[str, set[int]] = defaultdict(set)
    severities: dict[str, set[str]] = defaultdict(set)
    for rule, turn, severity in dialogue["findings"]:
        if rule in by_machine():
            labelled[rule] |= {turn} if turn is not None else set()
            severities[rule] |= {severity} if severity else set()
    for rule, turns in labelled.items():
        assert verdicts[rule].outcome is Outcome.VIOLATION, rule
        if general().rule(rule).kind.name != "expects":  # what is missing is told where it was due or partly done
            assert {one.turn for one in verdicts[rule].evidence} >= turns, rule
        if severities[rule] and (dialogue["id"], rule) != ("B20", "reservation-slots"):  # one slot is missing: minor
            assert verdicts[rule].severity in severities[rule], rule
    for rule in dialogue["passes"]:
        if rule in by_machine():
            assert verdicts[rule].outcome in {Outcome.PASS, Outcome.NOT_APPLICABLE}, rule


def test_calls_of_other_lines_of_business() -> None:
    """Of 48 labelled calls, written while the book was: nearly all violations are found, and nearly no others."""
    found = missed = false = 0
    grave: list[tuple[str, str]] = []
    for call in dialogues("calls"):
        verdicts = judged(talk_of(call))
        broken = {rule for rule, _, _ in call["findings"]} & by_machine()
        kept = set(call["passes"]) & by_machine()
        found += sum(verdicts[rule].outcome is Outcome.VIOLATION for rule in broken)
        missed += sum(verdicts[rule].outcome is not Outcome.VIOLATION for rule in broken)
        false += sum(verdicts[rule].outcome is Outcome.VIOLATION for rule in kept)
        if call["good"]:
            grave += [
                (call["id"], rule)
                for rule in by_machine() - broken
                if verdicts[rule].outcome is Outcome.VIOLATION and verdicts[rule].severity.rank >= Severity.MAJOR.rank
            ]
    assert found / (found + missed) >= 0.95
    assert found / (found + false) >= 0.97
    assert grave == []


def utterances() -> list[tuple[str, str, bool]]:
    with (DATA / "utterances.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    ids = {rule.id for rule in general().rules}
    return [(row["utterance"], row["rule"], row["expected_hit"] == "1") for row in rows if row["rule"] in ids]


def test_colloquial_utterances() -> None:
    wrong = [(rule, text) for text, rule, expected in utterances() if _hits(text, rule) is not expected]
    assert len(utterances()) > 80
    assert len(wrong) <= 1, wrong


def _hits(text: str, rule_id: str) -> bool:
    trial = try_rule(general(), general().rule(rule_id), text)
    assert trial is not None
    return trial.found is not Found.NO


@pytest.mark.parametrize("truth", load_truths(), ids=lambda one: one.id)
def test_samples_are_judged_as_expected(truth: SampleTruth) -> None:
    talk = conversation_of(truth)
    verdicts = judged(talk)
    for rule, expected in truth.expected.items():
        if rule in verdicts:
            allowed = {expected, "doubt"} if talk.speakers_estimated else {expected}
            assert verdicts[rule].outcome in allowed, (rule, verdicts[rule])
    if talk.speakers_estimated:
        assert not [one for one in verdicts.values() if one.outcome is Outcome.VIOLATION]
        return
    for evidence in truth.evidence:
        if evidence.rule not in verdicts:
            continue
        verdict = verdicts[evidence.rule]
        told = [talk.turns[one.turn] for one in verdict.evidence if one.turn is not None]
        for turn in (truth.turns[index] for index in evidence.turns):
            span = Span(turn.start, turn.end)
            assert any(one.speaker == turn.speaker and one.span.overlaps(span) for one in told), (evidence.rule, turn)
        gaps = [truth.gap_before(gap) for gap in evidence.gaps]
        for gap in gaps:
            assert any(abs(one.span.start - gap.start) < 0.05 for one in verdict.evidence), evidence.rule
        if evidence.severity:
            assert verdict.severity == evidence.severity, evidence.rule


def test_one_verdict_a_rule_in_the_books_order_and_the_same_again() -> None:
    for truth in load_truths()[:4]:
        talk = conversation_of(truth)
        verdicts = judge(talk, general())
        assert [verdict.rule for verdict in verdicts] == [rule.id for rule in general().rules]
        assert judge(talk, general()) == verdicts


def test_every_verdict_can_be_said_in_both_languages() -> None:
    talks = [conversation_of(truth) for truth in load_truths()] + [talk_of(one) for one in dialogues()]
    talks += [case.conversation() for case in load_cases(cases_beside("general"))]
    said: set[str] = set()
    for talk in talks:
        for verdict in judge(talk, general()):
            assert 0 <= verdict.confidence <= 1
            for reason in _reasons(verdict):
                said.add(reason.code)
                for language in Language:
                    assert sentence(reason, language).strip()
            assert "没有说" not in sentence(verdict.reason)
    assert said <= known_codes()
    assert len(said) > 60


def _reasons(verdict: Verdict) -> list[Reason]:
    def within(condition: Condition) -> list[Reason]:
        return [condition.reason, *(reason for part in condition.parts for reason in within(part))]

    found = [verdict.reason, *(evidence.reason for evidence in verdict.evidence)]
    return found + [reason for condition in verdict.conditions for reason in within(condition)]


def test_wording_of_verdicts_and_rules_is_whole() -> None:
    for name in ("verdicts", "rules"):
        text = resources.files("csqa").joinpath("wording", f"{name}.toml").read_text(encoding="utf-8")
        for code, entry in tomllib.loads(text).items():
            assert {"zh", "en"} <= set(entry), code
            if name == "rules":
                assert {"hint_zh", "hint_en"} <= set(entry), code


def test_violations_name_what_to_say_instead() -> None:
    talk = Case("", (CaseTurn(Speaker.AGENT, "这个不归我管。"),), {}).conversation()
    verdict = judged(talk)["no-blame-shifting"]
    assert verdict.outcome is Outcome.VIOLATION
    assert [(one.turn, one.text) for one in verdict.evidence] == [(0, "这个不归我管。")]
    assert verdict.evidence[0].substitute == "这项由账务专席办理，我说明情况后为您转接。"


def test_a_misheard_forbidden_word_is_a_doubt_and_a_misheard_greeting_passes() -> None:
    talk = Case("", (CaseTurn(Speaker.AGENT, "您好，很高性为您服物。这个部归我管。"),), {}).conversation()
    verdicts = judged(talk)
    assert verdicts["no-blame-shifting"].outcome is Outcome.DOUBT
    assert verdicts["greeting-offer-help"].outcome is Outcome.PASS
    assert verdicts["greeting-offer-help"].confidence < verdicts["greeting-hello"].confidence


def test_what_is_missing_at_the_end_of_a_recording_that_breaks_off_is_a_doubt() -> None:
    case = next(one for one in load_cases(cases_beside("general")) if one.name == "等待十一秒,只说看一下")
    whole = judged(case.conversation())
    broken = judged(replace(case.conversation(), ended_early=True))
    closing = {
        rule.id for rule in general().rules if rule.section == "closing" and whole[rule.id].outcome is Outcome.VIOLATION
    }
    assert len(closing) >= 7
    for rule in closing:
        assert broken[rule].outcome is Outcome.DOUBT, rule
    for rule in set(whole) - closing:
        assert broken[rule].outcome in {whole[rule].outcome, Outcome.DOUBT}, rule


def test_an_opening_that_breaks_off_is_a_doubt() -> None:
    talk = Case("", (CaseTurn(Speaker.AGENT, "云帆电器客户服务中心。"),), {}).conversation()
    assert judged(talk)["greeting-hello"].outcome is Outcome.VIOLATION
    assert judged(replace(talk, ended_early=True))["greeting-hello"].outcome is Outcome.DOUBT


def heard_as(said: str, heard: str, sure: float) -> Conversation:
    """A closing of which the words ``said`` were heard as ``heard``, with a confidence of ``sure``."""
    whole = "跟您再确认一下，明天下午师傅上门。感谢您的来电，祝您生活愉快，再见。"
    assert said in whole
    text = whole.replace(said, heard)
    talk = Case("", (CaseTurn(Speaker.AGENT, text),), {}, sound=True, confidence=0.95).conversation()
    (turn,) = talk.turns
    begin = sum(c.isalnum() for c in text[: text.index(heard)])
    spoken = range(begin, begin + sum(c.isalnum() for c in heard))
    words = tuple(replace(one, confidence=sure) if at in spoken else one for at, one in enumerate(turn.words))
    return replace(talk, turns=(replace(turn, words=words),))


@pytest.mark.parametrize(
    ("said", "heard", "sure", "outcome", "code"),
    [
        ("来电，祝您生活愉快", "快选快", 0.6, Outcome.DOUBT, "verdict.phrase-maybe-said"),
        ("来电，祝您生活愉快", "快选快", 0.95, Outcome.VIOLATION, "verdict.phrase-not-found"),
        ("感谢您的来电，祝您生活愉快", "快选快快选", 0.6, Outcome.VIOLATION, "verdict.phrase-not-found"),
        ("明天下午", "明天云头", 0.6, Outcome.PASS, "verdict.phrase-found"),
    ],
)
def test_an_absence_is_a_doubt_where_unsure_words_may_have_been_it(
    said: str, heard: str, sure: float, outcome: Outcome, code: str
) -> None:
    verdict = judged(heard_as(said, heard, sure))["closing-thanks"]
    assert (verdict.outcome, verdict.reason.code) == (outcome, code)
    if outcome is Outcome.DOUBT:
        assert verdict.evidence[0].text == "感谢您的快选快，再见。"


def test_a_guard_that_was_surely_heard_stands_where_a_word_was_not() -> None:
    verdict = judged(heard_as("来电，祝您生活愉快", "耐心等待", 0.95))["closing-thanks"]
    assert verdict.outcome is Outcome.VIOLATION
