"""Regression cases: a few turns and what a book must say about them, kept in a file beside the book.

A case is a table of the file; its turns are lines of talk::

    [[cases]]
    name = "等待九秒,没有致谢"
    turns = ["坐席:请您稍等。", "9.0 坐席:查到了。"]
    violation = ["hold-max-wait-7s", "hold-thanks-after"]
    pass = ["greeting-*"]

Before the speaker may stand the pause in seconds (0.5 where nothing stands; negative: the turns overlap) and what
fills it (``music``, ``ringback``, ``busy``, ``keys``). A text of ``?`` and a number is that many seconds of speech that
was not recognised. A case with a filling, unrecognised speech or ``sound = true`` is judged as a recording with two
clocks, any other as a transcript. ``confidence`` is the words' confidence; ``*`` at the end of a rule's name stands for
any rest.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from csqa.errors import UserFixable
from csqa.hear.recording import CallMetadata, Hearing, LaneHearing, Peaks, Sound, SoundSpan
from csqa.roles import Speaker
from csqa.rules.base import Outcome, Verdict
from csqa.rules.checks.forbidden import Expression, ForbiddenPhrase
from csqa.rules.judging import judge_heard, made_ready
from csqa.rules.locating import Lines, syntax_line
from csqa.rules.rulebook import ConfiguredRule, RuleBook, books_folder, bundled_books
from csqa.spans import Span
from csqa.talk.conversation import Conversation
from csqa.talk.conversing import NO_METADATA, converse
from csqa.words.transcript import Segment, Transcript, Word

CHARACTERS_A_SECOND = 4.5
"""How fast the parties of a case speak."""

SHORTEST_TURN = 0.4
"""Seconds that any turn takes."""

_TURN = re.compile(
    r"^\s*(?:(?P<pause>-?\d+(?:\.\d+)?)\s+)?(?:(?P<fill>music|ringback|busy|keys)\s+)?"
    r"(?P<speaker>坐席|客服|客户|agent|customer)\s*[:：]\s*(?P<text>.*)$"
)
_UNHEARD = re.compile(r"^[?？]\s*(\d+(?:\.\d+)?)$")
_SPEAKERS = {
    "坐席": Speaker.AGENT,
    "客服": Speaker.AGENT,
    "agent": Speaker.AGENT,
    "客户": Speaker.CUSTOMER,
    "customer": Speaker.CUSTOMER,
}
_OUTCOMES = tuple(str(outcome) for outcome in Outcome)
_KEYS = {"name", "turns", "sound", "confidence", "tail", "metadata", *_OUTCOMES}


@dataclass(frozen=True)
class CaseTurn:
    """A line of a case: the pause before it (seconds) and its filling, who speaks, and what.

    ``unheard`` is the length in seconds of speech without words; the text is then empty.
    """

    speaker: Speaker
    text: str
    pause: float = 0.5
    fill: Sound = Sound.SILENCE
    unheard: float = 0.0

    @property
    def seconds(self) -> float:
        """How long it takes to say."""
        spoken = sum(character.isalnum() for character in self.text)
        return self.unheard or max(SHORTEST_TURN, spoken / CHARACTERS_A_SECOND)


@dataclass(frozen=True)
class Case:
    """A few turns, and the outcome that each named rule must have; a name may end in ``*``."""

    name: str
    turns: tuple[CaseTurn, ...]
    expected: Mapping[str, Outcome]
    sound: bool = False
    confidence: float | None = None
    tail: float = 1.0
    place: str = ""
    metadata: CallMetadata = NO_METADATA

    def conversation(self) -> Conversation:
        """The case as talk."""
        return _converse(self)


@dataclass(frozen=True)
class Difference:
    """A rule that judged otherwise than expected."""

    rule: str
    expected: Outcome
    found: Outcome


@dataclass(frozen=True)
class CaseResult:
    """What a book said about a case."""

    case: Case
    differences: tuple[Difference, ...]
    verdicts: tuple[Verdict, ...] = field(repr=False, default=())

    @property
    def passed(self) -> bool:
        """Whether every named rule judged as expected."""
        return not self.differences


def cases_beside(name_or_path: str | Path) -> Path:
    """Where the cases of a book lie: ``general.cases.toml`` beside ``general.toml``."""
    if str(name_or_path) in bundled_books():
        return books_folder() / f"{name_or_path}.cases.toml"
    return Path(name_or_path).with_suffix(".cases.toml")


def all_cases(book: RuleBook) -> tuple[Case, ...]:
    """The cases beside a book and beside each file that it includes, as far as there are any."""
    beside = [cases_beside(file) for file in book.files]
    return tuple(case for path in beside if path.is_file() for case in load_cases(path))


def load_cases(path: Path) -> tuple[Case, ...]:
    """Read a file of cases. Raises ``UserFixable`` with file and line for whatever is wrong with it."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UserFixable("rules.unreadable", file=path, problem=str(error)) from error
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = syntax_line(str(error)) or len(text.splitlines())
        raise UserFixable("rules.syntax", file=path, line=line, problem=str(error).split(" (at ", 1)[0]) from error
    lines = Lines(text)
    return tuple(
        _case(one, path, lines, index) if isinstance(one, dict) else _no_table(path, lines, index)
        for index, one in enumerate(table.get("cases", []))
    )


def _no_table(path: Path, lines: Lines, index: int) -> Case:
    line = lines.of(("cases", index))
    raise UserFixable("rules.wrong-type", file=path, line=line, name="cases", expected="table", found="", rule="")


def read_case(table: Mapping[str, Any]) -> Case:
    """Read one case that stands in no file. Raises ``UserFixable`` as ``load_cases`` does."""
    return _case(table, Path(), Lines(""), 0)


def run_cases(book: RuleBook, cases: Iterable[Case]) -> tuple[CaseResult, ...]:
    """Judge all cases by ``book``, and with them the sample sentences of its forbidden expressions.

    Raises ``UserFixable`` where a case names a rule that the book does not have.
    """
    return tuple(_run(book, case) for case in (*cases, *expression_cases(book)))


def expression_cases(book: RuleBook) -> Iterator[Case]:
    """A case for every sentence in which an expression must, or must not, be found."""
    for rule in book.rules:
        if isinstance(rule.settings, ForbiddenPhrase):
            for expression in rule.settings.expressions:
                yield from _of_expression(rule, rule.settings, expression)


def _of_expression(rule: ConfiguredRule, settings: ForbiddenPhrase, expression: Expression) -> Iterator[Case]:
    before = [CaseTurn(Speaker.AGENT, "您好。")]
    before += [_turn(line, rule.id, expression.says) for line in settings.example]
    name = f"{rule.id} {expression.id} {expression.says}"
    if expression.fires:
        turns = (*before, CaseTurn(settings.where.speaker, expression.fires))
        yield Case(f"{name}:检出", turns, {rule.id: Outcome.VIOLATION})
    if expression.harmless:
        turns = (*before, CaseTurn(expression.harmless_speaker, expression.harmless))
        yield Case(f"{name}:不检出", turns, {rule.id: Outcome.PASS})


def _run(book: RuleBook, case: Case) -> CaseResult:
    named = {name: {rule.id for rule in book.rules if fnmatchcase(rule.id, name)} for name in case.expected}
    for name, meant in named.items():
        if not meant:
            raise UserFixable("rules.case-unknown-rule", place=case.place, case=case.name, rule=name)
    asked = book.only(set().union(*named.values()))
    verdicts = judge_heard(made_ready(case.conversation(), book), asked)
    differences: list[Difference] = []
    for name, expected in case.expected.items():
        found = [verdict for verdict in verdicts if verdict.rule in named[name]]
        differences += [Difference(one.rule, expected, one.outcome) for one in found if one.outcome is not expected]
    return CaseResult(case, tuple(differences), verdicts)


def _case(table: Mapping[str, Any], path: Path, lines: Lines, index: int) -> Case:
    place = f"{path}:{lines.of(('cases', index))}"
    for key in table:
        if key not in _KEYS:
            line = lines.of(("cases", index, key))
            raise UserFixable("rules.unknown-key", file=path, line=line, name=key, known=sorted(_KEYS))
    turns = tuple(_turn(line, place, str(table.get("name", ""))) for line in table.get("turns", []))
    if not turns or not table.get("name"):
        missing = "turns" if table.get("name") else "name"
        raise UserFixable("rules.missing-key", file=path, line=lines.of(("cases", index)), name=missing)
    heard = any(turn.unheard or turn.fill is not Sound.SILENCE for turn in turns)
    return Case(
        name=table["name"],
        turns=turns,
        expected={rule: Outcome(outcome) for outcome in _OUTCOMES for rule in table.get(outcome, [])},
        sound=bool(table.get("sound", heard)),
        confidence=table.get("confidence"),
        tail=float(table.get("tail", 1.0)),
        place=place,
        metadata=_metadata(table.get("metadata", {})),
    )


def _metadata(table: Mapping[str, Any]) -> CallMetadata:
    """Fields of the call's metadata; what it has no name for becomes an extra column."""
    named = {field.name for field in fields(CallMetadata)} - {"extra", "layout"}
    extra = {key: str(value) for key, value in table.items() if key not in named}
    return CallMetadata(**{key: value for key, value in table.items() if key in named}, extra=extra)


def _turn(line: object, place: str, case: str) -> CaseTurn:
    match = _TURN.match(line) if isinstance(line, str) else None
    if match is None:
        raise UserFixable("rules.case-turn", place=place, case=case, turn=str(line))
    text = match["text"].strip()
    unheard = _UNHEARD.match(text)
    return CaseTurn(
        speaker=_SPEAKERS[match["speaker"]],
        text="" if unheard else text,
        pause=float(match["pause"]) if match["pause"] else 0.5,
        fill=Sound(match["fill"]) if match["fill"] else Sound.SILENCE,
        unheard=float(unheard[1]) if unheard else 0.0,
    )


def _converse(case: Case) -> Conversation:
    segments: list[Segment] = []
    speech: dict[Speaker, list[Span]] = {Speaker.AGENT: [], Speaker.CUSTOMER: []}
    sounds: list[SoundSpan] = []
    now = 0.0
    for turn in case.turns:
        start = max(0.0, now + turn.pause)
        if turn.fill is not Sound.SILENCE:
            sounds.append(SoundSpan(Span(now, start), turn.fill, Speaker.AGENT))
        span = Span(start, start + turn.seconds)
        speech[turn.speaker].append(span)
        if turn.text:
            words = _words(turn.text, span, case.confidence) if case.sound or case.confidence is not None else ()
            segments.append(Segment(span.start, span.end, turn.speaker, turn.text, words, case.confidence))
        now = span.end
    transcript = Transcript(now + case.tail, tuple(segments))
    if not case.sound:
        return converse(transcript, None, case.metadata)
    lanes = tuple(LaneHearing(speaker, tuple(spans), (), Peaks(160, b"")) for speaker, spans in speech.items())
    return converse(transcript, Hearing(transcript.duration, lanes, tuple(sounds)), case.metadata)


def _words(text: str, span: Span, confidence: float | None) -> tuple[Word, ...]:
    """A word a character, evenly over the turn; marks stand with the character before them."""
    pieces: list[str] = re.findall(r"\w\W*", text) or [text]
    step = span.duration / len(pieces)
    return tuple(
        Word(span.start + index * step, span.start + (index + 1) * step, piece, confidence)
        for index, piece in enumerate(pieces)
    )


def differences_told(results: Sequence[CaseResult]) -> tuple[str, ...]:
    """A line for every difference, for tests and logs."""
    return tuple(
        f"{result.case.name}: {one.rule} should be {one.expected} but is {one.found}"
        for result in results
        for one in result.differences
    )
