"""The examples of the guides are what users copy: they load, belong together, and judge a call."""

from __future__ import annotations

from pathlib import Path

import pytest

from csqa.cards.form import Form, check_form, load_form
from csqa.cards.scorecard import Answer, CardOutcome, PersonAnswer
from csqa.cards.scoring import fill_in
from csqa.rules.base import Outcome
from csqa.rules.cases import load_cases, run_cases
from csqa.rules.judging import judge
from csqa.rules.rulebook import RuleBook, load_book
from tests.support.talk import said

DOCS = Path(__file__).parents[2] / "docs"


def examples(guide: str) -> list[str]:
    """The TOML files shown in a guide: its indented blocks but for command lines."""
    blocks, block = [], []
    for line in [*(DOCS / guide).read_text(encoding="utf-8").splitlines(), "end"]:
        if line.startswith("    ") or (block and not line.strip()):
            block.append(line[4:])
        elif block:
            blocks.append("\n".join(block))
            block = []
    return [each for each in blocks if not each.startswith("csqa ")]


@pytest.fixture
def book(tmp_path: Path) -> RuleBook:
    text, _ = examples("rule-books.md")
    (tmp_path / "我的手册.toml").write_text(text, encoding="utf-8")
    return load_book(tmp_path / "我的手册.toml")


@pytest.fixture
def form(tmp_path: Path) -> Form:
    (text,) = examples("forms.md")
    (tmp_path / "我的评分表.toml").write_text(text, encoding="utf-8")
    return load_form(tmp_path / "我的评分表.toml")


CUSTOMER = ("customer", 0.5, 3.0, "我的订单到了吗?")


@pytest.mark.parametrize(
    ("agent_says", "outcome", "score"),
    [("到了,感谢您的来电。", Outcome.PASS, 100.0), ("到了,再见。", Outcome.VIOLATION, 62.5)],
)
def test_the_example_book_and_form_judge_a_call(
    book: RuleBook, form: Form, agent_says: str, outcome: Outcome, score: float
) -> None:
    check_form(form, {rule.id for rule in book.rules})
    verdicts = judge(said(CUSTOMER, ("agent", 3.5, 6.0, agent_says)), book)
    outcomes = {verdict.rule: verdict.outcome for verdict in verdicts}
    assert outcomes == {"closing-thanks": outcome, "refund-days": Outcome.NOT_APPLICABLE}
    card = fill_in(form, verdicts)
    answers = {question.id: question.answer for question in card.questions}
    assert answers["closing-goodbye-wish"] is Answer.NOT_APPLICABLE
    assert answers["sincere"] is None
    assert card.outcome is CardOutcome.REVIEW
    answered = fill_in(form, verdicts, {"sincere": PersonAnswer(Answer.YES, who="李")})
    assert answered.score == pytest.approx(score), "a minor violation leaves half of three quarters"
    assert answered.outcome is (CardOutcome.PASS if outcome is Outcome.PASS else CardOutcome.FAIL)


def test_the_example_book_goes_with_the_general_form(book: RuleBook) -> None:
    check_form(load_form(), {rule.id for rule in book.rules})
    card = fill_in(load_form(), judge(said(CUSTOMER, ("agent", 3.5, 6.0, "到了,感谢您的来电。")), book))
    assert [each.id for each in card.questions if each.answer is not Answer.NOT_APPLICABLE] == ["closing-thanks"]
    assert (card.score, card.outcome) == (100.0, CardOutcome.PASS)


def test_the_example_case_holds(tmp_path: Path) -> None:
    _, text = examples("rule-books.md")
    (tmp_path / "例.cases.toml").write_text(text, encoding="utf-8")
    cases = load_cases(tmp_path / "例.cases.toml")
    (result,) = [each for each in run_cases(load_book("general"), cases) if each.case.name == "等待九秒,没有致谢"]
    assert result.differences == ()
