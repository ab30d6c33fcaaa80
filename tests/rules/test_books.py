"""Books are read whole or refused with file, line and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from csqa.errors import UserFixable
from csqa.messages import Language, error_hint, error_sentence
from csqa.rules.cases import load_cases, run_cases
from csqa.rules.kinds import kinds, setting_docs
from csqa.rules.locating import Lines
from csqa.rules.rulebook import bundled_books, load_book

HEAD = """\
id = "small"
version = "1"
title_zh = "小手册"
title_en = "A small book"

[company]
names = ["星禾家电"]

[words]
thanks = ["谢谢", "感谢"]

"""
RULE = """\
[[rules]]
id = "say-thanks"
title_zh = "道谢"
title_en = "Thank"
kind = "required-phrase"
severity = "minor"
[rules.settings]
phrases = ["{thanks}您"]
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "我的 手册.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_small_book_is_read(tmp_path: Path) -> None:
    book = load_book(written(tmp_path, HEAD + RULE))
    assert (book.identity.id, book.identity.version, book.identity.title) == ("small", "1", "小手册")
    assert len(book.identity.sha256) == 64
    assert book.company.names == ("星禾家电",)
    rule = book.rule("say-thanks")
    assert (rule.title(), rule.title(Language.ENGLISH)) == ("道谢", "Thank")
    assert rule.help() == kinds()["required-phrase"].help


def test_the_hash_changes_with_an_included_file(tmp_path: Path) -> None:
    more = tmp_path / "more.toml"
    more.write_text(RULE, encoding="utf-8")
    path = written(tmp_path, 'include = ["more.toml"]\n' + HEAD)
    before = load_book(path)
    more.write_text(RULE.replace("minor", "major"), encoding="utf-8")
    after = load_book(path)
    assert [rule.id for rule in after.rules] == ["say-thanks"]
    assert before.identity.sha256 != after.identity.sha256


BROKEN = {
    "syntax": (HEAD + 'oops = "no end\n', "rules.syntax", 12),
    "no-title": (HEAD.replace('title_en = "A small book"\n', ""), "rules.missing-key", 1),
    "unknown-top": ("colour = 1\n" + HEAD, "rules.unknown-key", 1),
    "unknown-key": (HEAD + RULE.replace("severity", "gravity"), "rules.unknown-key", 17),
    "unknown-kind": (HEAD + RULE.replace("required-phrase", "required-dance"), "rules.unknown-kind", 16),
    "unknown-severity": (HEAD + RULE.replace('"minor"', '"awful"'), "rules.unknown-severity", 17),
    "unknown-setting": (HEAD + RULE + "loudness = 3\n", "rules.unknown-setting", 20),
    "wrong-type": (HEAD + RULE + 'least = "one"\n', "rules.wrong-type", 20),
    "wrong-number": (HEAD + RULE + "least = true\n", "rules.wrong-type", 20),
    "wrong-nested": (HEAD + RULE + 'where = { first_turns = "two" }\n', "rules.wrong-type", 20),
    "unknown-nested": (HEAD + RULE + "where = { first_turn = 2 }\n", "rules.unknown-setting", 20),
    "unknown-choice": (HEAD + RULE + 'part = "middle"\n', "rules.unknown-choice", 20),
    "no-phrases": (HEAD + RULE.replace('phrases = ["{thanks}您"]', ""), "rules.missing-setting", 18),
    "twice": (HEAD + RULE + RULE, "rules.rule-twice", 21),
    "phrase": (HEAD + RULE.replace("{thanks}您", "(谢谢|感谢"), "rules.phrase-unclosed", 19),
    "phrase-in-list": (
        HEAD + RULE.replace('["{thanks}您"]', '[\n  "多谢",\n  "谢{谁}",\n]'),
        "rules.phrase-unknown-words",
        21,
    ),
    "expression": (HEAD + RULE.replace("{thanks}您", "re:(谢"), "rules.phrase-expression", 19),
    "word-phrase": (HEAD.replace('"感谢"', '"感谢)"') + RULE, "rules.phrase-stray", 10),
    "absent-part": (
        HEAD + RULE + 'or_rules = [\n  "say-thanks-twice",\n]\n',
        "rules.absent-part",
        21,
    ),
    "circle": (HEAD + RULE + 'or_rules = ["say-thanks"]\n', "rules.part-circle", 12),
    "include": ('include = ["nowhere.toml"]\n' + HEAD, "rules.no-include", 1),
}


@pytest.mark.parametrize(("text", "code", "line"), BROKEN.values(), ids=BROKEN)
def test_a_broken_book_is_told_with_file_and_line(tmp_path: Path, text: str, code: str, line: int) -> None:
    path = written(tmp_path, text)
    with pytest.raises(UserFixable) as caught:
        load_book(path)
    error = caught.value
    assert (error.code, error.parameters["line"]) == (code, line)
    for language in Language:
        assert str(path) in error_sentence(error, language)
        assert str(line) in error_sentence(error, language)
        assert error_hint(error, language)


def test_no_book_no_text_no_file(tmp_path: Path) -> None:
    with pytest.raises(UserFixable, match=r"rules\.no-book"):
        load_book("no-such-book")
    path = tmp_path / "book.toml"
    path.write_bytes(b'id = "x"\ntitle = "\xff\xfe"\n')
    with pytest.raises(UserFixable) as caught:
        load_book(path)
    assert (caught.value.code, caught.value.parameters["line"]) == ("rules.not-utf8", 2)


def test_books_with_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    path = tmp_path / "book.toml"
    path.write_text(HEAD + RULE, encoding="utf-8-sig")
    assert load_book(path).rules


def test_lines_are_found_in_nested_tables_and_long_values() -> None:
    text = '[[a]]\nx = 1\n[[a]]\ny = """\n[[a]]\nx = 2\n"""\nz = [\n  "x = 3",\n]\n[[a.b]]\nw = 1\n[[a.b]]\nw = 2\n'
    lines = Lines(text)
    assert lines.of(("a", 1, "y")) == 4
    assert lines.of(("a", 1, "z")) == 8
    assert lines.of(("a", 1, "b", 1, "w")) == 14
    assert lines.of(("a", 2, "x")) == 1
    assert lines.of_text(("a", 1, "z"), "x = 3") == 9


def test_every_kind_explains_itself_and_its_settings() -> None:
    assert kinds()
    for kind in kinds().values():
        assert kind.help
        assert set(setting_docs(kind)) == set(kind.settings.__dataclass_fields__), kind.name


@pytest.mark.parametrize("name", bundled_books())
def test_bundled_books_explain_every_rule_in_both_languages(name: str) -> None:
    for rule in load_book(name).rules:
        assert rule.title_zh
        assert rule.title_en
        assert rule.help_zh, rule.id
        assert rule.help_en, rule.id
        assert rule.section, rule.id
        assert rule.source, rule.id


def test_a_wrong_case_file_is_told_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "small.cases.toml"
    path.write_text('[[cases]]\nname = "x"\nturns = ["您好"]\n', encoding="utf-8")
    with pytest.raises(UserFixable) as caught:
        load_cases(path)
    assert caught.value.code == "rules.case-turn"
    assert error_sentence(caught.value).startswith(f"{path}:1")
    path.write_text('[[cases]]\nname = "x"\nturns = ["坐席:您好"]\npass = ["no-such-rule"]\n', encoding="utf-8")
    with pytest.raises(UserFixable, match="case-unknown-rule"):
        run_cases(load_book(written(tmp_path, HEAD + RULE)), load_cases(path))
    path.write_text('[[cases]]\nname = "x"\nturns = ["坐席:您好"]\nfail = ["a"]\n', encoding="utf-8")
    with pytest.raises(UserFixable) as caught:
        load_cases(path)
    assert (caught.value.code, caught.value.parameters["line"]) == ("rules.unknown-key", 4)


def test_a_case_that_fails_tells_what_differs(tmp_path: Path) -> None:
    path = tmp_path / "small.cases.toml"
    path.write_text(
        '[[cases]]\nname = "x"\nturns = ["坐席:再见。"]\npass = ["say-*"]\n[[cases]]\nname = "y"\n'
        'turns = ["坐席:感谢您!"]\npass = ["say-thanks"]\n',
        encoding="utf-8",
    )
    wrong, right = run_cases(load_book(written(tmp_path, HEAD + RULE)), load_cases(path))
    assert [(one.rule, one.expected, one.found) for one in wrong.differences] == [("say-thanks", "pass", "violation")]
    assert right.passed
