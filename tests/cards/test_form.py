"""Forms: the bundled one is whole, and each slip in one names file, line and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from csqa.cards.form import bundled_forms, check_form, load_form, read_form
from csqa.errors import UserFixable
from csqa.messages import Language, error_hint, error_sentence
from csqa.rules.rulebook import load_book

GOOD = """\
id = "short"
version = "2"
title = { zh = "短表", en = "Short" }
pass_mark = 60

[[sections]]
id = "waiting"
title = { zh = "等待", en = "Waiting" }

[[sections.questions]]
id = "wait"
title = { zh = "等待", en = "Wait" }
rules = ["hold-max-wait-7s"]
weight = 3

[[sections.questions]]
id = "tone"
title = { zh = "语气", en = "Tone" }
weight = 1
manual = true
"""

EMPTY = '[[sections]]\nid = "none"\ntitle = { zh = "无", en = "None" }\n\n'


def test_the_general_form_asks_for_what_the_handbooks_ask_for() -> None:
    form = load_form()
    titles = [section.title.zh for section in form.sections]
    assert titles == [
        "接听与开场",
        "身份与需求确认",
        "倾听与提问",
        "语言与语气",
        "等待与保持",
        "解决与承诺",
        "转接与升级",
        "结束与回访",
        "合规红线",
    ]
    weights = {question.id: question.weight for question in form.questions}
    assert len(weights) == 67
    assert weights["hold-max-wait-7s"] == 4
    assert weights["hold-thanks-after"] == 3
    assert sum(weights.values()) == 108, "the handbook's hundred, and eight for taboos that it gives none"
    assert {question.id for question in form.questions if question.fatal} == {
        "verify-before-disclosure",
        "overheard-criticism",
        "complaint-welcome-not-block",
        "no-early-hangup",
        "no-good-review-reward",
        "no-profanity",
        "no-private-gain",
        "no-trade-secret",
        "no-privacy-leak",
        "no-redline-offplatform",
        "no-redline-fake-shipping",
        "no-redline-authenticity",
        "no-credential-request",
    }
    assert len(form.sha256) == 64
    assert form.title.say(Language.ENGLISH) == "General service"


def test_a_question_about_one_rule_is_called_as_the_rule_is() -> None:
    rules = load_book("general")
    for question in (question for name in bundled_forms() for question in load_form(name).questions):
        (rule,) = question.rules
        for language, fatal in ((Language.CHINESE, "(一票否决)"), (Language.ENGLISH, " (fatal)")):
            assert question.title.say(language) == rules.rule(rule).title(language) + (fatal if question.fatal else "")


def test_every_bundled_form_can_be_read_and_goes_with_the_general_book() -> None:
    assert set(bundled_forms()) == {"general", "complaint", "outbound", "reservation", "ecommerce"}
    rules = load_book("general").rules
    people = {rule.id for rule in rules if rule.kind.name == "question"}
    for name in bundled_forms():
        check_form(load_form(name), [rule.id for rule in rules])
        questions = load_form(name).questions
        assert {question.id for question in questions if question.optional} == people & {one.id for one in questions}
        if name != "general":
            assert sum(question.weight for question in questions) == 100
    assert {load_form(name).id for name in bundled_forms()} == set(bundled_forms())


def test_a_form_from_a_file_with_chinese_in_its_path(tmp_path: Path) -> None:
    file = tmp_path / "评分 表.toml"
    file.write_text("\ufeff" + GOOD, encoding="utf-8")
    form = load_form(file)
    assert [question.id for question in form.questions] == ["wait", "tone"]
    assert load_form(str(file)) == form


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("weight = 3", "weigth = 3", "cards.form-missing-key", 10),
        ("weight = 3", "weight = 3\ncolour = 1", "cards.form-unknown-key", 10),
        ("weight = 3", 'weight = "three"', "cards.form-bad-value", 10),
        ("weight = 3", "weight = true", "cards.form-bad-value", 10),
        ("weight = 3", "weight = nan", "cards.form-bad-value", 10),
        ("weight = 3", "weight = -1", "cards.form-bad-value", 10),
        ('rules = ["hold-max-wait-7s"]', "rules = []", "cards.form-nobody-answers", 10),
        ('rules = ["hold-max-wait-7s"]', "rules = [7]", "cards.form-bad-value", 10),
        ("manual = true", "", "cards.form-nobody-answers", 16),
        ("manual = true", 'rules = ["hold-max-wait-7s"]', "cards.form-twice", 16),
        ('id = "tone"', 'id = "wait"', "cards.form-twice", 16),
        ('title = { zh = "语气", en = "Tone" }', 'title = "语气"', "cards.form-bad-value", 16),
        ('title = { zh = "语气", en = "Tone" }', 'title = { zh = "语气" }', "cards.form-missing-key", 16),
        ("pass_mark = 60", "pass_mark = 101", "cards.form-bad-value", None),
        ('id = "short"', 'id = ""', "cards.form-bad-value", None),
        ("[[sections]]", '[[once]]\nquestions = ["lunch"]\n\n[[sections]]', "cards.form-unknown-question", 6),
        ("[[sections]]", EMPTY + "[[sections]]", "cards.form-empty-section", 6),
    ],
)  # fmt: skip
def test_a_slip_names_file_line_and_remedy(old: str, new: str, code: str, line: int | None) -> None:
    assert GOOD.count(old) == 1 or old == "[[sections]]"
    with pytest.raises(UserFixable) as caught:
        read_form(GOOD.replace(old, new, 1), "短表.toml")
    assert caught.value.code == code
    for language in Language:
        said = error_sentence(caught.value, language)
        assert "短表.toml" in said
        assert line is None or str(line) in said
        assert error_hint(caught.value, language)


def test_what_is_no_toml_names_the_line() -> None:
    with pytest.raises(UserFixable) as caught:
        read_form(GOOD.replace("pass_mark = 60", "pass_mark = "), "短表.toml")
    assert caught.value.code == "cards.form-broken"
    assert "line 4" in error_sentence(caught.value)


def test_a_form_in_which_nothing_weighs_anything_is_refused() -> None:
    text = GOOD.replace("weight = 3", "weight = 0").replace("weight = 1", "weight = 0")
    with pytest.raises(UserFixable) as caught:
        read_form(text, "短表.toml")
    assert caught.value.code == "cards.form-weightless"


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "gbk.toml").write_bytes('id = "短"'.encode("gbk"))
    for name, code in (("none.toml", "missing"), ("gbk.toml", "encoding"), ("", "unreadable")):
        with pytest.raises(UserFixable) as caught:
            load_form(tmp_path / name)
        assert caught.value.code == f"cards.form-{code}"
    with pytest.raises(UserFixable) as caught:
        load_form("gerneral")
    assert "general" in error_hint(caught.value)


def test_a_form_must_find_its_rules_in_the_book() -> None:
    form = read_form(GOOD, "短表.toml")
    check_form(form, {"hold-max-wait-7s", "greeting-hello"})
    with pytest.raises(UserFixable) as caught:
        check_form(form, {"greeting-hello"})
    assert caught.value.code == "cards.form-other-book"
    assert caught.value.parameters == {"file": "短表.toml"}
    misspelt = read_form(GOOD.replace('["hold-max-wait-7s"]', '["greeting-hello", "hold-max-wait-7"]'), "短表.toml")
    with pytest.raises(UserFixable) as caught:
        check_form(misspelt, {"greeting-hello"})
    assert caught.value.code == "cards.form-unknown-rule"
    assert caught.value.parameters == {"file": "短表.toml", "question": "wait", "rule": "hold-max-wait-7"}


def test_a_form_may_ask_for_more_than_a_small_book_has() -> None:
    check_form(load_form(), {"closing-thanks"})
    check_form(load_form(), {"closing-thanks", "of-our-own"})


def test_a_form_for_people_alone_goes_with_any_book() -> None:
    text = GOOD.replace('rules = ["hold-max-wait-7s"]', "manual = true")
    check_form(read_form(text, "短表.toml"), {"greeting-hello"})


def test_the_general_form_fits_the_general_book() -> None:
    check_form(load_form(), {rule.id for rule in load_book("general").rules})
