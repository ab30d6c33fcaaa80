"""Two clocks against a limit, and speakers that are only guessed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csqa.hear.recording import CallMetadata, Sound
from csqa.messages import Reason
from csqa.roles import Speaker
from csqa.rules.base import BookIdentity, Finding, Judging, Outcome, RuleKind, Severity, Verdict
from csqa.rules.cases import Case, CaseTurn
from csqa.rules.holds import Length, length_of
from csqa.rules.judging import judge
from csqa.rules.rulebook import Company, ConfiguredRule, RuleBook, load_book
from csqa.spans import Span
from csqa.talk.conversation import Conversation, Pause, PauseKind
from tests.support.talk import conversation_of, said
from tests.support.truth import truth_named


def wait(seconds: float, words: float | None) -> Pause:
    by_words = None if words is None else Span(0, words)
    return Pause(Span(0, seconds), PauseKind.WAIT, Speaker.AGENT, Sound.SILENCE, False, False, by_words)


@pytest.mark.parametrize(
    ("seconds", "words", "length"),
    [
        (6.6, None, Length.UNDER),
        (6.7, None, Length.EDGE),
        (7.3, None, Length.EDGE),
        (7.4, None, Length.OVER),
        (9.0, 8.5, Length.OVER),
        (9.0, 5.0, Length.SPLIT),
        (5.0, 11.0, Length.SPLIT),
        (6.5, 7.4, Length.UNDER),
        (7.0, 12.0, Length.EDGE),
    ],
)
def test_a_wait_is_too_long_only_where_both_clocks_say_so(seconds: float, words: float | None, length: Length) -> None:
    assert length_of(wait(seconds, words), 7.0, 0.3, said(("agent", 0, 2, "您好。"), duration=100)) is length


@given(st.floats(0, 60), st.none() | st.floats(0, 60), st.floats(1, 30), st.floats(0, 1))
@settings(deadline=None)
def test_no_wait_is_over_by_one_clock_alone(seconds: float, words: float | None, limit: float, band: float) -> None:
    length = length_of(wait(seconds, words), limit, band, said(("agent", 0, 2, "您好。"), duration=100))
    if length is Length.OVER:
        assert seconds > limit
        assert words is None or words >= limit - band
    if length is Length.UNDER:
        assert seconds < limit
        assert words is None or words <= max(limit + band, seconds + 1.0)


@given(st.floats(7.5, 60), st.floats(0.1, 20))
@settings(deadline=None)
def test_a_longer_wait_is_never_less_surely_too_long(seconds: float, more: float) -> None:
    def sure(length: float) -> float:
        talk = said(("agent", 0, 2, "请您稍等。"), ("agent", 2 + length, 4 + length, "查到了。"))
        verdict = next(one for one in judge(talk, load_general()) if one.rule == "hold-max-wait-7s")
        assert verdict.outcome is Outcome.VIOLATION
        return verdict.confidence

    assert sure(seconds + more) >= sure(seconds) - 1e-9


def judged(talk: Conversation) -> dict[str, Verdict]:
    return {verdict.rule: verdict for verdict in judge(talk, load_general())}


def test_a_customer_who_gives_up_has_waited_too_long() -> None:
    hold, patience = ("agent", 0.0, 2.0, "请您稍等，我帮您查一下。"), ("customer", 40.0, 40.5, "喂？")
    for sound in (False, True):
        verdicts = judged(said(hold, ("customer", 20, 20.5, "喂？"), patience, sound=sound, duration=62))
        verdict = verdicts["hold-max-wait-7s"]
        assert (verdict.outcome, verdict.reason.code) == (Outcome.VIOLATION, "verdict.wait-over")
        assert verdict.reason.parameters["seconds"] == 38
        assert verdicts["hold-announce-eta"].outcome is Outcome.VIOLATION
        assert verdicts["hold-update-30s"].outcome is Outcome.VIOLATION
        assert verdicts["hold-thanks-after"].outcome is Outcome.NOT_APPLICABLE


def test_how_long_one_waits_who_hangs_up_without_a_word_is_a_doubt() -> None:
    hold = ("agent", 0.0, 2.0, "请您稍等，我帮您查一下。")
    verdicts = judged(said(hold, ("customer", 4.5, 5, "好的。"), sound=True, duration=62))
    verdict = verdicts["hold-max-wait-7s"]
    assert (verdict.outcome, verdict.reason.code) == (Outcome.DOUBT, "verdict.wait-open")
    assert (verdicts["hold-announce-eta"].outcome, verdicts["hold-update-30s"].outcome) == (Outcome.DOUBT,) * 2
    short = judged(said(hold, ("customer", 4.5, 5, "好的。"), sound=True, duration=9))
    assert short["hold-max-wait-7s"].outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("cough", "greeting", "outcome", "code"),
    [
        (0.5, 10.0, Outcome.DOUBT, "verdict.first-word-wordless"),
        (0.5, 2.0, Outcome.PASS, "verdict.first-word-in-time"),
        (8.0, 10.0, Outcome.VIOLATION, "verdict.first-word-late"),
    ],
)
def test_a_cough_is_no_first_word(cough: float, greeting: float, outcome: Outcome, code: str) -> None:
    lines = ("agent", cough, cough + 0.3, ""), ("agent", greeting, greeting + 2, "您好，很高兴为您服务。")
    verdicts = judged(said(*lines, sound=True))
    assert (verdicts["first-utterance-6s"].outcome, verdicts["first-utterance-6s"].reason.code) == (outcome, code)
    assert verdicts["hold-max-wait-7s"].outcome is Outcome.PASS


@cache
def load_general() -> RuleBook:
    return load_book("general")


def test_where_speakers_are_guessed_nothing_is_a_violation() -> None:
    talk = conversation_of(truth_named("11"))
    verdicts = judge(talk, load_general())
    assert not [one for one in verdicts if one.outcome is Outcome.VIOLATION]
    assert all(one.confidence <= 0.9 for one in verdicts if one.outcome is Outcome.PASS)
    rude = replace(talk, turns=tuple(replace(turn, text="不可能，这个不归我管。") for turn in talk.turns))
    judged = {one.rule: one for one in judge(rude, load_general())}
    assert judged["no-blame-shifting"].outcome is Outcome.DOUBT
    assert judged["no-blame-shifting"].reason.code == "verdict.speakers-guessed"


def test_forbidden_words_of_a_guessed_customer_leave_a_doubt() -> None:
    talk = conversation_of(truth_named("11"))
    turns = tuple(
        replace(turn, text="这个不归我管。") if turn.speaker is Speaker.CUSTOMER else turn for turn in talk.turns
    )
    judged = {one.rule: one for one in judge(replace(talk, turns=turns), load_general())}
    assert judged["no-blame-shifting"].outcome is Outcome.DOUBT


@dataclass(frozen=True)
class Nothing:
    """No settings."""


def test_rules_without_what_they_need_do_not_apply() -> None:
    def never(judging: Judging, settings: Nothing) -> Finding:
        """Cannot be judged here."""
        return Finding(Outcome.VIOLATION, 1.0, Reason("verdict.phrase-not-found"))

    def one_rule(kind: RuleKind[Nothing]) -> RuleBook:
        rule = ConfiguredRule("r", "规则", "rule", kind, Severity.FATAL, "", "", Nothing())
        return RuleBook(BookIdentity("b", "1", "b", ""), "b", "b", Company(), (rule,))

    talk = said(("agent", 0, 2, "您好。"))
    loud = one_rule(RuleKind("loud", Nothing, never, "help", needs_sound=True))
    assert judge(talk, loud)[0].reason.code == "verdict.no-sound"
    named = one_rule(RuleKind("named", Nothing, never, "help", needs_metadata=("agent_name", "queue")))
    verdict = judge(talk, named)[0]
    assert (verdict.outcome, verdict.reason.code) == (Outcome.NOT_APPLICABLE, "verdict.no-metadata")
    assert verdict.reason.parameters["names"] == ["agent_name", "queue"]
    known = replace(talk, metadata=CallMetadata(agent_name="周岚", queue="售后"))
    assert judge(known, named)[0].outcome is Outcome.VIOLATION


def test_a_call_without_talk_is_judged_without_harm() -> None:
    for verdict in judge(said(("agent", 0, 2, ""), sound=True, duration=30), load_general()):
        assert verdict.outcome is not Outcome.VIOLATION, verdict.rule


def test_strict_books_do_not_soften_a_managed_wait() -> None:
    book = load_general()
    lines = ("坐席", "我帮您核实一下，大约一分钟，请您稍等。"), ("坐席", "感谢您的耐心等待。")
    turns = tuple(CaseTurn(Speaker.AGENT, text, 12.0 * index) for index, (_, text) in enumerate(lines))
    talk = Case("", turns, {}).conversation()

    def severity(strict: bool) -> Severity:
        rule = book.rule("hold-max-wait-7s")
        changed = replace(rule, settings=replace(rule.settings, strict=strict))
        return judge(talk, replace(book, rules=(changed,)))[0].severity

    assert (severity(False), severity(True)) == (Severity.MINOR, Severity.MAJOR)
