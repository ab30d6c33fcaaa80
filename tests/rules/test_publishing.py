"""What is published of the books: the schema, the catalogue, the trying of sentences."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import jsonschema
import pytest

from csqa.roles import Speaker
from csqa.rules.rulebook import books_folder, load_book
from csqa.rules.schema import book_schema
from csqa.rules.trying import Found, try_rule, try_sentence

DOCS = Path(__file__).parents[2] / "docs"


def test_the_published_schema_is_the_schema() -> None:
    assert json.loads((DOCS / "rule-book.schema.json").read_text(encoding="utf-8")) == book_schema()
    jsonschema.Draft202012Validator.check_schema(book_schema())


def test_the_bundled_books_fit_the_schema() -> None:
    validator = jsonschema.Draft202012Validator(book_schema())
    files = [file for file in books_folder().rglob("*.toml") if not file.name.endswith(".cases.toml")]
    assert len(files) > 15
    for file in files:
        assert [error.message for error in validator.iter_errors(tomllib.loads(file.read_text(encoding="utf-8")))] == []


@pytest.mark.parametrize(
    "book",
    [
        {"rules": [{"id": "x", "title_zh": "x", "title_en": "x", "kind": "nothing", "severity": "minor"}]},
        {"conditions": [{"id": "x", "zh": "x", "en": "x", "holds": {"says": "not a list"}}]},
        {"conditions": [{"id": "x", "zh": "x", "en": "x", "holds": {"sayz": ["x"]}}]},
        {"sections": []},
    ],
)
def test_the_schema_refuses_slips(book: dict[str, object]) -> None:
    assert list(jsonschema.Draft202012Validator(book_schema()).iter_errors(book))


def test_the_catalogue_names_every_rule_of_the_book_and_no_other() -> None:
    text = (DOCS / "catalogue.md").read_text(encoding="utf-8")
    part = text.split("## 规则 · Rules")[1].split("## 功能")[0]
    rows = re.findall(r"^\| `([a-z0-9-]+)` \| .+ \| (\S+) \| (\S+) \| (\S+) \| (\S+) \|$", part, re.M)
    rules = {rule.id: rule for rule in load_book("general").rules}
    assert [row[0] for row in rows if row[0] not in rules] == []
    assert {row[0] for row in rows} == set(rules)
    for rule, _, kind, severity, file in rows:
        assert (kind, severity) == (rules[rule].kind.name, rules[rule].severity)
        listed = tomllib.loads((books_folder() / "general" / file).read_text(encoding="utf-8"))["rules"]
        assert rule in {one["id"] for one in listed}
    assert text.count("| `") > 262


def test_a_sentence_is_tried_on_all_rules_whatever_the_call_around_it() -> None:
    book = load_book("general")
    found = {trial.rule: trial.found for trial in try_sentence(book, "非常抱歉给您添麻烦了，我完全理解您的心情。")}
    assert found["apology-for-problem"] is Found.YES
    assert found["empathy-statement"] is Found.YES
    assert found["no-blame-shifting"] is Found.NO
    assert "hold-max-wait-7s" not in found, "no matter of wording"


def test_what_only_sounds_like_a_forbidden_word_is_perhaps_found() -> None:
    book = load_book("general")
    trial = try_rule(book, book.rule("no-blame-shifting"), "这个部归我管。")
    assert trial is not None
    assert trial.found is Found.MAYBE
    assert trial.places[0].reason.parameters["meant"]


def test_the_customers_words_are_not_the_agents() -> None:
    book = load_book("general")
    trial = try_rule(book, book.rule("no-idk"), "我不知道。", Speaker.CUSTOMER)
    assert trial is not None
    assert trial.found is Found.NO
