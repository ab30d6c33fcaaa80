"""Forms: which questions are asked about a call, which rules answer them, and what each is worth."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, NoReturn

from csqa.errors import UserFixable
from csqa.messages import Language

_BUNDLED = "forms"


@dataclass(frozen=True)
class Title:
    """What a form, a section or a question is called, in both languages."""

    zh: str
    en: str

    def say(self, language: Language) -> str:
        """Return the title in ``language``."""
        return self.zh if language is Language.CHINESE else self.en


@dataclass(frozen=True)
class Question:
    """One thing that is asked about a call: is the standard met?

    ``rules`` answer it together: one violation is a no. A ``manual`` question is a person's alone and has no rules.
    ``weight`` is its share of the form beside the other questions' weights. A no to a ``fatal`` question, confirmed by
    a person, zeroes the card (一票否决). An ``optional`` question that only a person can answer counts once it is
    answered; until then the card does not wait for it.
    """

    id: str
    title: Title
    weight: float
    rules: tuple[str, ...] = ()
    fatal: bool = False
    manual: bool = False
    optional: bool = False


@dataclass(frozen=True)
class Section:
    """Questions that belong together."""

    id: str
    title: Title
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Form:
    """What a scorecard is filled in on.

    ``pass_mark`` is in points of 100. ``once`` holds groups of question ids: inside a group points are taken once for
    the same words, and where two questions would take equally many, the one named first takes them. ``text`` is the
    TOML it was read from, ``sha256`` that text's hash, ``source`` where it came from.
    """

    id: str
    version: str
    title: Title
    pass_mark: float
    sections: tuple[Section, ...]
    once: tuple[tuple[str, ...], ...] = ()
    sha256: str = field(default="", compare=False)
    text: str = field(default="", compare=False, repr=False)
    source: str = field(default="", compare=False)

    @property
    def questions(self) -> tuple[Question, ...]:
        """All questions in the form's order."""
        return tuple(question for section in self.sections for question in section.questions)


def bundled_forms() -> tuple[str, ...]:
    """Names of the forms that travel with CSQA."""
    files = resources.files("csqa").joinpath(_BUNDLED).iterdir()
    return tuple(sorted(file.name.removesuffix(".toml") for file in files if file.name.endswith(".toml")))


def load_form(name_or_path: str | Path = "general") -> Form:
    """Read a form by the name of a bundled one or from a file.

    Raises UserFixable, naming file, line where it can be told, and remedy, where there is no such form or it is wrong.
    """
    name = str(name_or_path)
    if isinstance(name_or_path, str) and re.fullmatch(r"[a-z0-9][a-z0-9-]*", name):
        if name in bundled_forms():
            resource = resources.files("csqa").joinpath(_BUNDLED, f"{name}.toml")
            return read_form(resource.read_text(encoding="utf-8"), f"{name}.toml")
        if not Path(name).is_file():
            raise UserFixable("cards.form-unknown", name=name, known=bundled_forms())
    try:
        text = Path(name_or_path).read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise UserFixable("cards.form-missing", file=name) from error
    except UnicodeDecodeError as error:
        raise UserFixable("cards.form-encoding", file=name) from error
    except OSError as error:
        raise UserFixable("cards.form-unreadable", file=name, detail=error.strerror or str(error)) from error
    return read_form(text, name)


def read_form(text: str, source: str) -> Form:
    """Read a form from its TOML text; ``source`` is the file's name for the errors. Raises UserFixable."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UserFixable("cards.form-broken", file=source, detail=str(error)) from error
    lines = _Lines(text, source)
    form = _Table(data, lines.place(None))
    sections = tuple(_sections(form.tables("sections"), lines))
    read = Form(
        id=form.text("id"),
        version=form.text("version"),
        title=form.title(),
        pass_mark=form.number("pass_mark", 0, 100),
        sections=sections,
        once=tuple(
            _Table(group, lines.place("once", index)).texts("questions") for index, group in form.tables("once")
        ),
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        text=text,
        source=source,
    )
    form.nothing_else()
    _agree(read, lines)
    return read


def check_form(form: Form, book_rule_ids: Iterable[str]) -> None:
    """Raise UserFixable where ``form`` asks for a rule that nobody knows, or for none that the book has.

    What the book leaves out but a bundled book has is no slip: its question does not apply.
    """
    own = frozenset(book_rule_ids)
    asked = [(question.id, rule) for question in form.questions for rule in question.rules]
    elsewhere = _bundled_rules() if any(rule not in own for _, rule in asked) else frozenset()
    file = form.source or form.id
    for question, rule in asked:
        if rule not in own | elsewhere:
            raise UserFixable("cards.form-unknown-rule", file=file, question=question, rule=rule)
    if asked and own.isdisjoint(rule for _, rule in asked):
        raise UserFixable("cards.form-other-book", file=file)


@cache
def _bundled_rules() -> frozenset[str]:
    from csqa.rules.rulebook import bundled_books, load_book  # late: most forms ask only for what their book has

    return frozenset(rule.id for book in bundled_books() for rule in load_book(book).rules)


def _sections(tables: Iterable[tuple[int, Mapping[str, Any]]], lines: _Lines) -> Iterator[Section]:
    count = 0
    for index, data in tables:
        table = _Table(data, lines.place("sections", index))
        questions: list[Question] = []
        for _, each in table.tables("questions"):
            questions.append(_question(_Table(each, lines.place("sections.questions", count))))
            count += 1
        if not questions:
            raise UserFixable("cards.form-empty-section", place=table.place)
        yield Section(table.text("id"), table.title(), tuple(questions))
        table.nothing_else()


def _question(table: _Table) -> Question:
    question = Question(
        id=table.text("id"),
        title=table.title(),
        weight=table.number("weight", 0, 1000),
        rules=table.texts("rules"),
        fatal=table.truth("fatal"),
        manual=table.truth("manual"),
        optional=table.truth("optional"),
    )
    table.nothing_else()
    if bool(question.rules) == question.manual:
        raise UserFixable("cards.form-nobody-answers", place=table.place, question=question.id)
    return question


def _agree(form: Form, lines: _Lines) -> None:
    """Refuse what each table may say but the form as a whole may not."""
    questions: set[str] = set()
    rules: set[str] = set()
    for index, question in enumerate(form.questions):
        place = lines.place("sections.questions", index)
        if question.id in questions:
            raise UserFixable("cards.form-twice", place=place, name=question.id)
        questions.add(question.id)
        for rule in question.rules:
            if rule in rules:
                raise UserFixable("cards.form-twice", place=place, name=rule)
            rules.add(rule)
    grouped: set[str] = set()
    for index, group in enumerate(form.once):
        for name in group:
            if name not in questions:
                raise UserFixable("cards.form-unknown-question", place=lines.place("once", index), question=name)
            if name in grouped:
                raise UserFixable("cards.form-twice", place=lines.place("once", index), name=name)
            grouped.add(name)
    if not any(question.weight for question in form.questions):
        raise UserFixable("cards.form-weightless", file=lines.source)


class _Lines:
    """Where the tables of a form begin, so that an error can name the line."""

    def __init__(self, text: str, source: str) -> None:
        self.source = source
        self._begin: dict[str, list[int]] = {}
        for number, line in enumerate(text.splitlines(), start=1):
            if header := re.match(r"\s*\[\[\s*([\w.]+)\s*\]\]", line):
                self._begin.setdefault(header[1], []).append(number)

    def place(self, header: str | None, index: int = 0) -> dict[str, object]:
        """Return a reason, as plain JSON, that names the file and, where it is known, the line of a table."""
        begins = self._begin.get(header or "", [])
        if index < len(begins):
            return {"code": "cards.place-line", "parameters": {"file": self.source, "line": begins[index]}}
        return {"code": "cards.place-file", "parameters": {"file": self.source}}


class _Table:
    """A table of the TOML file, of which every key must be asked for."""

    def __init__(self, data: Mapping[str, Any], place: dict[str, object]) -> None:
        self.place = place
        self._data = data
        self._asked: set[str] = set()

    def text(self, key: str) -> str:
        value = self._needed(key)
        if not isinstance(value, str) or not value.strip():
            self._refuse(key, value, "text")
        return value

    def number(self, key: str, least: float, most: float) -> float:
        value = self._needed(key)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value <= most:
            self._refuse(key, value, "number", least=least, most=most)
        return float(value)

    def truth(self, key: str) -> bool:
        value = self._optional(key, False)
        if not isinstance(value, bool):
            self._refuse(key, value, "truth")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self._optional(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            self._refuse(key, value, "texts")
        return tuple(value)

    def title(self) -> Title:
        value = self._needed("title")
        if not isinstance(value, dict):
            self._refuse("title", value, "title")
        table = _Table(value, self.place)
        title = Title(table.text("zh"), table.text("en"))
        table.nothing_else()
        return title

    def tables(self, key: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
        value = self._optional(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self._refuse(key, value, "tables")
        return iter(enumerate(value))

    def nothing_else(self) -> None:
        """Refuse a key that nothing asked for: a slip of spelling would otherwise pass for a default."""
        for key in self._data:
            if key not in self._asked:
                raise UserFixable("cards.form-unknown-key", place=self.place, key=key, known=sorted(self._asked))

    def _needed(self, key: str) -> Any:
        self._asked.add(key)
        if key not in self._data:
            raise UserFixable("cards.form-missing-key", place=self.place, key=key)
        return self._data[key]

    def _optional(self, key: str, default: object) -> Any:
        self._asked.add(key)
        return self._data.get(key, default)

    def _refuse(self, key: str, value: object, wanted: str, **limits: float) -> NoReturn:
        expected = {"code": f"cards.wanted-{wanted}", "parameters": limits}
        raise UserFixable("cards.form-bad-value", place=self.place, key=key, value=str(value), expected=expected)
