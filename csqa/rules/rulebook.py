"""Rule books: validated TOML to configured rules.

A book is a TOML file, by itself or with further files that it includes; ``docs/rule-books.md`` describes it.
Whatever is wrong with it is told with file, line and remedy, and a wrong book is not loaded at all.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Any

from csqa.errors import UserFixable
from csqa.messages import Language
from csqa.rules.automaton import Automaton
from csqa.rules.base import BookIdentity, RuleKind, Severity
from csqa.rules.criteria.base import Criterion, inside
from csqa.rules.kinds import kinds
from csqa.rules.language import PhraseError, WordGroups, read_phrase
from csqa.rules.locating import Lines, syntax_line
from csqa.rules.locating import Path as KeyPath
from csqa.rules.phrases import Phrases
from csqa.rules.settings import SettingError, build, build_criterion, scalars
from csqa.rules.vocabulary import Vocabulary

_BOOK_KEYS = {"id", "version", "title_zh", "title_en", "include", "company", "words", "conditions", "rules"}
_CONDITION_KEYS = {"id", "zh", "en", "scenario", "holds"}
_COMPANY_KEYS = {"names", "departments", "products"}
_RULE_KEYS = {"id", "title_zh", "title_en", "kind", "severity", "section", "source", "help_zh", "help_en", "settings"}


@dataclass(frozen=True)
class Company:
    """Whose calls these are: its names and aliases, departments and products, as they are said."""

    names: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    products: tuple[str, ...] = ()

    @property
    def all_names(self) -> tuple[str, ...]:
        """All that a recogniser and a segmenter should know as words."""
        return (*self.names, *self.products, *self.departments)


@dataclass(frozen=True)
class ConfiguredRule:
    """A rule of a book: a kind with this book's settings.

    ``settings`` is an instance of the kind's own dataclass. ``source`` says where the standard comes from.
    """

    id: str
    title_zh: str
    title_en: str
    kind: RuleKind[Any]
    severity: Severity
    section: str
    source: str
    settings: Any
    help_zh: str = ""
    help_en: str = ""

    def title(self, language: Language = Language.CHINESE) -> str:
        """The rule's title in ``language``."""
        return self.title_zh if language is Language.CHINESE else self.title_en

    def help(self, language: Language = Language.CHINESE) -> str:
        """What the rule asks for; the kind's own help where the book says nothing."""
        return (self.help_zh if language is Language.CHINESE else self.help_en) or self.kind.help

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """The rules whose verdicts this one looks at."""
        return self.kind.parts(self.settings)

    @cached_property
    def recorded_settings(self) -> Mapping[str, Any]:
        """The settings that a verdict records."""
        return scalars(self.settings)


@dataclass(frozen=True)
class NamedCondition:
    """A condition that rules may name; a ``scenario`` tells what a call is about, and is told beside its verdicts."""

    id: str
    zh: str
    en: str
    holds: Criterion
    scenario: bool = False

    def title(self, language: Language = Language.CHINESE) -> str:
        """What it is called in ``language``."""
        return self.zh if language is Language.CHINESE else self.en


@dataclass(frozen=True)
class RuleBook:
    """A book as loaded; ``files`` are all files that it was read from, the first one the book itself."""

    identity: BookIdentity
    title_zh: str
    title_en: str
    company: Company
    rules: tuple[ConfiguredRule, ...]
    words: Mapping[str, Sequence[str]] = field(default_factory=dict)
    conditions: Mapping[str, NamedCondition] = field(default_factory=dict)
    files: tuple[Path, ...] = ()

    def rule(self, rule_id: str) -> ConfiguredRule:
        """The rule of that id. Raises KeyError where the book has none."""
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise KeyError(rule_id)

    def only(self, wanted: Collection[str]) -> RuleBook:
        """The same book with only some of its rules, and the rules that these look at; its phrases stay indexed."""
        needed = set(wanted)
        for rule in reversed(self.in_order):
            if rule.id in needed:
                needed.update(rule.parts)
        smaller = replace(self, rules=tuple(rule for rule in self.rules if rule.id in needed))
        smaller.__dict__["automaton"] = self.automaton
        return smaller

    def title(self, language: Language = Language.CHINESE) -> str:
        """The book's title in ``language``."""
        return self.title_zh if language is Language.CHINESE else self.title_en

    @property
    def scenarios(self) -> tuple[NamedCondition, ...]:
        """The conditions that tell what a call is about."""
        return tuple(one for one in self.conditions.values() if one.scenario)

    @cached_property
    def automaton(self) -> Automaton:
        """The index of all phrases of the book."""
        everything = [*(one.holds for one in self.conditions.values()), *(rule.settings for rule in self.rules)]
        return Automaton(one for each in everything for one in inside(each) if isinstance(one, Phrases))

    @cached_property
    def in_order(self) -> tuple[ConfiguredRule, ...]:
        """The rules, each after those that it is made of."""
        return _sorted_by_parts(self.rules)


def books_folder() -> Path:
    """Where the books that come with CSQA lie."""
    return Path(str(resources.files("csqa").joinpath("books")))


def bundled_books() -> tuple[str, ...]:
    """Names of the books that come with CSQA."""
    return tuple(sorted(file.stem for file in books_folder().glob("*.toml") if not file.stem.endswith(".cases")))


def load_book(name_or_path: str | Path) -> RuleBook:
    """Load a bundled book by its name, or any book by its path. Raises ``UserFixable`` for whatever is wrong."""
    text = str(name_or_path)
    if text in bundled_books():
        return _load(books_folder() / f"{text}.toml")
    path = Path(name_or_path)
    if not path.is_file():
        raise UserFixable("rules.no-book", book=text, known=list(bundled_books()))
    return _load(path)


class _Source:
    """One file of a book: its table, and where in it things stand."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.bytes = path.read_bytes()
            text = self.bytes.decode("utf-8-sig")
        except OSError as error:
            raise UserFixable("rules.unreadable", file=path, problem=error.strerror or str(error)) from error
        except UnicodeDecodeError as error:
            raise UserFixable("rules.not-utf8", file=path, line=self.bytes[: error.start].count(b"\n") + 1) from error
        try:
            self.table: dict[str, Any] = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            line = syntax_line(str(error)) or max(1, len(text.splitlines()))
            problem = str(error).split(" (at ", 1)[0]
            raise UserFixable("rules.syntax", file=path, line=line, problem=problem) from error
        self.lines = Lines(text)

    def error(self, code: str, at: KeyPath, **parameters: object) -> UserFixable:
        """An error about what stands at the path ``at``."""
        return UserFixable(code, file=self.path, line=self.lines.of(at), **parameters)

    def setting_error(self, error: SettingError, rule: str) -> UserFixable:
        """An error about a rule's settings; a phrase is looked up by its text."""
        last = error.path[-1] if error.path else ""
        line = self.lines.of_text(error.path, str(last)) if isinstance(last, str) else self.lines.of(error.path)
        return UserFixable(error.code, file=self.path, line=line, rule=rule, **error.parameters)

    def text(self, table: Mapping[str, Any], key: str, at: KeyPath, default: str | None = None) -> str:
        """A text that must be there unless it has a default."""
        value = table.get(key, default)
        if value is None:
            raise self.error("rules.missing-key", at, name=key)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise self.error("rules.wrong-type", (*at, key), name=key, expected="text", found=repr(value), rule="")
        return value

    def texts(self, table: Mapping[str, Any], key: str, at: KeyPath) -> tuple[str, ...]:
        """A list of texts, empty where the key is not there."""
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            raise self.error(
                "rules.wrong-type", (*at, key), name=key, expected="phrases", found=repr(value)[:40], rule=""
            )
        return tuple(value)

    def tables(self, key: str) -> list[Any]:
        """A list of tables, empty where the key is not there."""
        value = self.table.get(key, [])
        if not isinstance(value, list):
            raise self.error("rules.wrong-type", (key,), name=key, expected="list", found=repr(value)[:40], rule="")
        return value

    def known_keys(self, table: object, known: set[str], at: KeyPath) -> Mapping[str, Any]:
        """The table, once it is sure that it is one and holds only known keys."""
        if not isinstance(table, dict):
            name = str(at[-1]) if at else ""
            raise self.error("rules.wrong-type", at, name=name, expected="table", found=repr(table)[:40], rule="")
        for key in table:
            if key not in known:
                raise self.error("rules.unknown-key", (*at, key), name=key, known=sorted(known))
        return table


_LOADED: dict[Path, tuple[tuple[tuple[int, int], ...], RuleBook]] = {}
"""Books by path, with the times and sizes of their files: a book is read again only where one of these has changed."""


def _load(path: Path) -> RuleBook:
    path = path.absolute()
    known = _LOADED.get(path)
    if known is None or known[0] != _stamp(known[1].files):
        book = _read(path)
        known = _LOADED[path] = (_stamp(book.files), book)
    return known[1]


def _stamp(files: Iterable[Path]) -> tuple[tuple[int, int], ...]:
    found = (file.stat() for file in files if file.is_file())
    return tuple((one.st_mtime_ns, one.st_size) for one in found)


def _read(path: Path) -> RuleBook:
    main = _Source(path)
    main.known_keys(main.table, _BOOK_KEYS, ())
    sources = [main, *(_included(main, name) for name in main.texts(main.table, "include", ()))]
    identity = BookIdentity(
        id=main.text(main.table, "id", ()),
        version=main.text(main.table, "version", ()),
        title=main.text(main.table, "title_zh", ()),
        sha256=hashlib.sha256(b"\n".join(source.bytes for source in sources)).hexdigest(),
    )
    company = _company(main)
    vocabulary = Vocabulary(_words(sources, company))
    conditions = {one.id: one for source in sources for one in _conditions(source, vocabulary)}
    seen: dict[str, str] = {}
    rules = tuple(rule for source in sources for rule in _rules(source, vocabulary, seen))
    _check_parts(sources, rules)
    return RuleBook(
        identity=identity,
        title_zh=identity.title,
        title_en=main.text(main.table, "title_en", ()),
        company=company,
        rules=rules,
        words=vocabulary.words,
        conditions=conditions,
        files=tuple(source.path for source in sources),
    )


def _included(main: _Source, name: str) -> _Source:
    path = main.path.parent / name
    if not path.is_file():
        raise main.error("rules.no-include", ("include",), name=name)
    source = _Source(path)
    source.known_keys(source.table, {"words", "conditions", "rules"}, ())
    return source


def _company(main: _Source) -> Company:
    table = main.known_keys(main.table.get("company", {}), _COMPANY_KEYS, ("company",))
    return Company(*(main.texts(table, key, ("company",)) for key in ("names", "departments", "products")))


def _words(sources: list[_Source], company: Company) -> WordGroups:
    """The named groups of phrases; the company's own names stand beside the book's general ones."""
    words = WordGroups()
    for source in sources:
        table = source.table.get("words", {})
        if not isinstance(table, dict):
            raise source.error(
                "rules.wrong-type", ("words",), name="words", expected="table", found=repr(table), rule=""
            )
        for name in table:
            if name in words:
                raise source.error("rules.words-twice", ("words", name), name=name)
            words[name] = source.texts(table, name, ("words",))
    for name, own in (("company", company.names), ("department", company.departments), ("product", company.products)):
        words[name] = (*own, *words.get(name, ()))
    for source in sources:
        for name in source.table.get("words", {}):
            for phrase in words[name]:
                _check_phrase(source, name, phrase, words)
    return words


def _conditions(source: _Source, vocabulary: Vocabulary) -> Iterator[NamedCondition]:
    """The named conditions of a file; each may use those before it."""
    for index, table in enumerate(source.tables("conditions")):
        at: KeyPath = ("conditions", index)
        source.known_keys(table, _CONDITION_KEYS, at)
        name = source.text(table, "id", at)
        if name in vocabulary.conditions:
            raise source.error("rules.condition-twice", (*at, "id"), name=name)
        zh, en = source.text(table, "zh", at), source.text(table, "en", at)
        if "holds" not in table:
            raise source.error("rules.missing-key", at, name="holds")
        scenario = table.get("scenario", False)
        if not isinstance(scenario, bool):
            raise source.error(
                "rules.wrong-type",
                (*at, "scenario"),
                name="scenario",
                expected="switch",
                found=repr(scenario),
                rule=name,
            )
        try:
            holds = build_criterion(table["holds"], vocabulary, (*at, "holds"))
        except SettingError as error:
            raise source.setting_error(error, name) from error
        if not holds.zh:
            holds = replace(holds, zh=zh, en=en)
        vocabulary.conditions[name] = holds
        yield NamedCondition(name, zh, en, holds, scenario)


def _check_phrase(source: _Source, name: str, phrase: str, words: Mapping[str, Sequence[str]]) -> None:
    try:
        read_phrase(phrase, words)
    except PhraseError as error:
        raise UserFixable(
            f"rules.phrase-{error.problem}",
            file=source.path,
            line=source.lines.of_text(("words", name), phrase),
            phrase=phrase,
            at=error.at + 1,
            name=error.name,
        ) from error


def _rules(source: _Source, vocabulary: Vocabulary, seen: dict[str, str]) -> Iterator[ConfiguredRule]:
    for index, table in enumerate(source.tables("rules")):
        at: KeyPath = ("rules", index)
        rule = _rule(source, source.known_keys(table, _RULE_KEYS, at), vocabulary, at)
        if rule.id in seen:
            raise source.error("rules.rule-twice", (*at, "id"), rule=rule.id, first=seen[rule.id])
        seen[rule.id] = f"{source.path.name}:{source.lines.of(at)}"
        yield rule


def _rule(source: _Source, table: Mapping[str, Any], vocabulary: Vocabulary, at: KeyPath) -> ConfiguredRule:
    rule_id = source.text(table, "id", at)
    kind_name = source.text(table, "kind", at)
    if kind_name not in kinds():
        raise source.error("rules.unknown-kind", (*at, "kind"), rule=rule_id, name=kind_name, known=sorted(kinds()))
    kind = kinds()[kind_name]
    severity = source.text(table, "severity", at)
    if severity not in list(Severity):
        known = [str(one) for one in Severity]
        raise source.error("rules.unknown-severity", (*at, "severity"), rule=rule_id, name=severity, known=known)
    try:
        settings = build(kind.settings, table.get("settings", {}), vocabulary, (*at, "settings"))
    except SettingError as error:
        raise source.setting_error(error, rule_id) from error
    return ConfiguredRule(
        id=rule_id,
        title_zh=source.text(table, "title_zh", at),
        title_en=source.text(table, "title_en", at),
        kind=kind,
        severity=Severity(severity),
        section=source.text(table, "section", at, ""),
        source=source.text(table, "source", at, ""),
        settings=settings,
        help_zh=source.text(table, "help_zh", at, ""),
        help_en=source.text(table, "help_en", at, ""),
    )


def _check_parts(sources: list[_Source], rules: tuple[ConfiguredRule, ...]) -> None:
    """Refuse rules made of rules that the book does not have, or of themselves."""
    known = {rule.id for rule in rules}
    places = {
        table["id"]: (source, index) for source in sources for index, table in enumerate(source.table.get("rules", []))
    }
    for rule in rules:
        source, index = places[rule.id]
        at: KeyPath = ("rules", index, "settings")
        for part in rule.parts:
            if part not in known:
                line = source.lines.of_text(at, part)
                raise UserFixable("rules.absent-part", file=source.path, line=line, rule=rule.id, name=part)
    ordered = {rule.id for rule in _sorted_by_parts(rules)}
    for rule in rules:
        if rule.id not in ordered:
            source, index = places[rule.id]
            raise source.error("rules.part-circle", ("rules", index), rule=rule.id)


def _sorted_by_parts(rules: tuple[ConfiguredRule, ...]) -> tuple[ConfiguredRule, ...]:
    """Each rule after its parts; rules that wait for each other are left out."""
    done: dict[str, ConfiguredRule] = {}
    waiting = list(rules)
    while waiting:
        ready = [rule for rule in waiting if all(part in done for part in rule.parts)]
        if not ready:
            break
        done.update((rule.id, rule) for rule in ready)
        waiting = [rule for rule in waiting if rule.id not in done]
    return tuple(done.values())
