"""How verdicts and people's answers become points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csqa.cards.form import Form, Question, Section, Title, load_form
from csqa.cards.scorecard import Answer, CardOutcome, PersonAnswer, QuestionResult, Scorecard
from csqa.cards.scoring import FULL_MARKS, fill_in
from csqa.messages import Language, Reason, sentence
from csqa.rules.base import Evidence, Outcome, Severity, Verdict
from csqa.spans import Span

WHY = Reason("general.bug", {"kind": "", "log": ""})
NAME = Title("名", "name")


def verdict(rule: str, outcome: Outcome, severity: Severity = Severity.MAJOR, *places: Span) -> Verdict:
    return Verdict(rule, outcome, severity, 1.0, WHY, tuple(Evidence(place, None, "", WHY) for place in places))


def violation(rule: str, *places: Span, severity: Severity = Severity.MAJOR) -> Verdict:
    return verdict(rule, Outcome.VIOLATION, severity, *places)


def passed(rule: str, severity: Severity = Severity.MAJOR) -> Verdict:
    return verdict(rule, Outcome.PASS, severity)


def form(*questions: Question, once: Sequence[Sequence[str]] = (), pass_mark: float = 80) -> Form:
    return Form("f", "1", NAME, pass_mark, (Section("s", NAME, questions),), tuple(tuple(group) for group in once))


def question(name: str, weight: float = 1, **more: bool) -> Question:
    return Question(name, NAME, weight, () if more.get("manual") else (name,), **more)


def of(card: Scorecard, name: str) -> QuestionResult:
    return next(each for each in card.questions if each.id == name)


FOUR = form(question("a", 4), question("b", 3), question("c", 2), question("d", 1))


def test_a_call_without_fault_has_full_marks() -> None:
    card = fill_in(load_form(), [passed(each.rules[0]) for each in load_form().questions])
    assert (card.score, card.maximum, card.outcome, card.provisional) == (100.0, 100.0, CardOutcome.PASS, False)
    assert card.pass_mark == 80
    assert card.review == ()


@pytest.mark.parametrize(("severity", "score"), [(Severity.MAJOR, 60), (Severity.MINOR, 80), (Severity.INFO, 100)])
def test_what_a_violation_costs(severity: Severity, score: float) -> None:
    card = fill_in(FOUR, [violation("a", severity=severity), passed("b"), passed("c"), passed("d")])
    assert card.score == pytest.approx(score)
    assert of(card, "a").answer is Answer.NO


def test_what_does_not_apply_leaves_its_points_to_the_others() -> None:
    verdicts = [violation("a"), passed("b"), verdict("c", Outcome.NOT_APPLICABLE)]
    card = fill_in(FOUR, verdicts)  # d has no verdict at all
    assert card.maximum == 100
    assert card.score == pytest.approx(100 * 3 / 7)
    assert [of(card, name).answer for name in "cd"] == [Answer.NOT_APPLICABLE] * 2
    assert of(card, "a").maximum == pytest.approx(100 * 4 / 7)


def test_a_doubt_costs_nothing_and_asks_for_a_person() -> None:
    card = fill_in(FOUR, [verdict("a", Outcome.DOUBT), passed("b"), passed("c"), passed("d")])
    assert (card.score, card.outcome, card.provisional) == (100.0, CardOutcome.REVIEW, True)
    assert of(card, "a").answer is None
    assert [sentence(reason) for reason in card.review] == ["“名”存疑，需人工判断"]
    assert "in doubt" in sentence(card.review[0], Language.ENGLISH)


def test_below_the_pass_mark_is_a_fail() -> None:
    failing = fill_in(FOUR, [violation("b"), passed("a"), passed("c"), passed("d")])
    assert (failing.score, failing.outcome) == (pytest.approx(70), CardOutcome.FAIL)
    just = fill_in(FOUR, [violation("c"), passed("a"), passed("b"), passed("d")])
    assert (just.score, just.outcome) == (pytest.approx(80), CardOutcome.PASS)


def test_the_machine_alone_never_zeroes_a_card() -> None:
    fatal = form(question("a", 4), question("rude", 0, fatal=True))
    verdicts = [passed("a"), violation("rude", severity=Severity.FATAL)]
    alone = fill_in(fatal, verdicts)
    assert (alone.score, alone.outcome, alone.provisional) == (100.0, CardOutcome.REVIEW, True)
    assert alone.review[0].code == "cards.review-fatal"
    assert not of(alone, "rude").fatal

    confirmed = fill_in(fatal, verdicts, {"rude": PersonAnswer(Answer.NO, "听到了", "李")})
    assert (confirmed.score, confirmed.outcome, confirmed.provisional) == (0.0, CardOutcome.FAIL, False)
    assert of(confirmed, "rude").fatal

    refused = fill_in(fatal, verdicts, {"rude": PersonAnswer(Answer.YES, "是客户说的", "李")})
    assert (refused.score, refused.outcome) == (100.0, CardOutcome.PASS)


def test_a_fatal_severity_counts_in_a_question_that_is_not_marked_fatal() -> None:
    card = fill_in(FOUR, [violation("d", severity=Severity.FATAL), passed("a"), passed("b"), passed("c")])
    assert (card.score, card.outcome) == (pytest.approx(90), CardOutcome.REVIEW)


def test_a_persons_answer_stands_beside_the_machines() -> None:
    verdicts = [violation("a"), verdict("b", Outcome.DOUBT), passed("c"), passed("d")]
    answers = {
        "a": PersonAnswer(Answer.YES, "有提示音", "李"),
        "b": PersonAnswer(Answer.NO, "", "李"),
        "d": PersonAnswer(Answer.NOT_APPLICABLE, "", "李"),
    }
    card = fill_in(FOUR, verdicts, answers)
    assert (of(card, "a").answer, of(card, "a").machine_answer) == (Answer.YES, Answer.NO)
    assert (of(card, "a").person, of(card, "a").person_reason) == ("李", "有提示音")
    assert (of(card, "b").answer, of(card, "b").machine_answer) == (Answer.NO, None)
    assert card.score == pytest.approx(100 * 6 / 9)
    assert not card.provisional


def test_a_manual_question_waits_for_its_answer() -> None:
    card = fill_in(form(question("a"), question("tone", manual=True)), [passed("a")])
    assert (card.outcome, card.review[0].code) == (CardOutcome.REVIEW, "cards.review-manual")
    done = fill_in(form(question("a"), question("tone", manual=True)), [passed("a")], {"tone": PersonAnswer(Answer.NO)})
    assert (done.score, done.outcome) == (50.0, CardOutcome.FAIL)


def test_rules_that_answer_together() -> None:
    both = form(Question("q", NAME, 1, ("a", "b")))
    assert of(fill_in(both, [passed("a"), verdict("b", Outcome.NOT_APPLICABLE)]), "q").answer is Answer.YES
    assert of(fill_in(both, [passed("a"), verdict("b", Outcome.DOUBT)]), "q").answer is None
    assert of(fill_in(both, [verdict("a", Outcome.DOUBT), violation("b")]), "q").answer is Answer.NO
    minor = fill_in(both, [violation("a", severity=Severity.MINOR), passed("b")])
    assert of(minor, "q").credit == 0.5


def test_nothing_that_applies_is_no_hundred() -> None:
    card = fill_in(FOUR, [])
    assert (card.score, card.maximum, card.outcome) == (0.0, 0.0, CardOutcome.REVIEW)
    assert card.review[0].code == "cards.review-nothing"


class TestOneBehaviourOneDeduction:
    TWO = form(question("blame", 3), question("mine", 2), question("rest", 5), once=[("blame", "mine")])

    def score(self, *verdicts: Verdict) -> tuple[float, str | None]:
        card = fill_in(self.TWO, [*verdicts, passed("rest")])
        return round(card.score, 6), of(card, "mine").covered_by

    def test_the_same_words_cost_once(self) -> None:
        assert self.score(violation("blame", Span(1, 3)), violation("mine", Span(2, 4))) == (70, "blame")

    def test_other_words_cost_again(self) -> None:
        assert self.score(violation("blame", Span(1, 3)), violation("mine", Span(3, 4))) == (50, None)

    def test_a_second_place_of_its_own_costs(self) -> None:
        assert self.score(violation("blame", Span(1, 3)), violation("mine", Span(1, 3), Span(8, 9))) == (50, None)

    def test_outside_the_group_the_same_place_costs_each_time(self) -> None:
        card = fill_in(FOUR, [violation("a", Span(1, 2)), violation("b", Span(1, 2)), passed("c"), passed("d")])
        assert card.score == pytest.approx(30)

    def test_the_dearer_pays_and_a_tie_goes_by_the_order(self) -> None:
        cheap_first = form(question("x", 1), question("y", 4), question("z", 5), once=[("x", "y")])
        card = fill_in(cheap_first, [violation("x", Span(0, 1)), violation("y", Span(0, 1)), passed("z")])
        assert (of(card, "x").covered_by, of(card, "y").covered_by) == ("y", None)
        equal = form(question("x", 2), question("y", 2), once=[("y", "x")])
        card = fill_in(equal, [violation("x", Span(0, 1)), violation("y", Span(0, 1))])
        assert (of(card, "x").covered_by, of(card, "y").covered_by) == ("y", None)

    def test_a_long_place_between_two_short_ones_cannot_hide_both(self) -> None:
        three = form(question("x", 3), question("y", 2), question("z", 2), question("r", 3), once=[("x", "y", "z")])
        verdicts = [violation("x", Span(0, 10)), violation("y", Span(0, 1)), violation("z", Span(9, 10)), passed("r")]
        card = fill_in(three, verdicts)
        assert card.score == pytest.approx(60)
        assert of(card, "x").covered_by == "y"


# What must hold of any form and any verdicts

severities = st.sampled_from(Severity)
spans = st.builds(lambda start, length: Span(start, start + length), st.integers(0, 12), st.integers(0, 4))
NAMES = tuple("abcdef")


@st.composite
def forms(draw: st.DrawFn) -> Form:
    questions = [
        question(name, draw(st.sampled_from((0, 0.5, 1, 2, 3, 7))), fatal=draw(st.booleans())) for name in NAMES
    ]
    group = draw(st.lists(st.sampled_from(NAMES), unique=True))
    return form(*questions, once=[group], pass_mark=draw(st.integers(0, 100)))


def judged(name: str) -> st.SearchStrategy[Verdict]:
    return st.builds(
        lambda outcome, severity, places: verdict(name, outcome, severity, *places),
        st.sampled_from(Outcome),
        severities,
        st.lists(spans, max_size=3),
    )


all_verdicts = st.tuples(*(judged(name) for name in NAMES)).map(list)


@given(forms(), all_verdicts)
@settings(deadline=None)
def test_scores_stay_in_bounds_and_add_up(asked: Form, verdicts: list[Verdict]) -> None:
    card = fill_in(asked, verdicts)
    assert 0 <= card.score <= card.maximum <= FULL_MARKS
    assert card.score == pytest.approx(sum(section.score for section in card.sections))
    assert card.maximum == pytest.approx(sum(section.maximum for section in card.sections))
    assert all(0 <= each.score <= each.maximum for each in card.questions)
    assert card.provisional == (card.outcome is CardOutcome.REVIEW) == bool(card.review)


@given(forms(), all_verdicts, st.sampled_from(NAMES))
@settings(deadline=None)
def test_mending_a_fault_never_costs_points(asked: Form, verdicts: list[Verdict], name: str) -> None:
    mended = [replace(each, outcome=Outcome.PASS, evidence=()) if each.rule == name else each for each in verdicts]
    if next(each for each in verdicts if each.rule == name).outcome is Outcome.NOT_APPLICABLE:
        return  # it takes part only now
    assert fill_in(asked, mended).score >= fill_in(asked, verdicts).score - 1e-9


@given(forms(), all_verdicts)
@settings(deadline=None)
def test_what_does_not_apply_might_as_well_not_be_asked(asked: Form, verdicts: list[Verdict]) -> None:
    left_out = {each.rule for each in verdicts if each.outcome is Outcome.NOT_APPLICABLE}
    section = asked.sections[0]
    shorter = replace(
        asked,
        sections=(replace(section, questions=tuple(each for each in section.questions if each.id not in left_out)),),
        once=tuple(tuple(name for name in group if name not in left_out) for group in asked.once),
    )
    with_them, without = fill_in(asked, verdicts), fill_in(shorter, verdicts)
    assert (with_them.score, with_them.outcome) == (pytest.approx(without.score), without.outcome)


@given(forms(), all_verdicts, st.randoms(use_true_random=False))
@settings(deadline=None)
def test_the_order_of_verdicts_does_not_matter(asked: Form, verdicts: list[Verdict], random: object) -> None:
    shuffled = list(verdicts)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert fill_in(asked, shuffled) == fill_in(asked, verdicts)


@given(forms(), all_verdicts)
@settings(deadline=None)
def test_once_a_person_answered_everything_nothing_is_provisional(asked: Form, verdicts: list[Verdict]) -> None:
    answers = {name: PersonAnswer(Answer.YES, "", "李") for name in NAMES}
    card = fill_in(asked, verdicts, answers)
    assert card.score == pytest.approx(card.maximum)
    assert card.provisional == (card.maximum == 0)


def test_an_optional_question_counts_only_once_a_person_has_answered_it() -> None:
    asked = form(question("a", 3), question("b", 1, optional=True))
    manual = [passed("a"), verdict("b", Outcome.MANUAL)]
    card = fill_in(asked, manual)
    assert (card.score, card.outcome, card.review) == (100.0, CardOutcome.PASS, ())
    assert (of(card, "b").answer, of(card, "b").maximum) == (None, 0.0)
    card = fill_in(asked, manual, {"b": PersonAnswer(Answer.NO, "没有", "李")})
    assert (card.score, of(card, "b").maximum) == (75.0, 25.0)


def test_a_doubt_about_an_optional_question_waits_for_a_person() -> None:
    card = fill_in(form(question("a", 3), question("b", 1, optional=True)), [passed("a"), verdict("b", Outcome.DOUBT)])
    assert card.outcome is CardOutcome.REVIEW


def test_what_must_be_answered_by_a_person_waits() -> None:
    card = fill_in(form(question("a", 3), question("b", 1)), [passed("a"), verdict("b", Outcome.MANUAL)])
    assert card.outcome is CardOutcome.REVIEW
