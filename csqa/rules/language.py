r"""The little language in which books write phrases, read into a tree and turned into regular expressions.

=============  =====================================================================================
``您好``        these characters; 你 and 您 are the same, so are half and full width, and letters of both cases
``(a|b)``      one of these
``[a|b]``      one of these or nothing
``…``          anything inside the clause; ``…4`` at most four characters, ``…2-4`` two to four
``……``         anything inside the sentence; ``……9`` at most nine characters
``^`` ``$``    where a clause begins, where it ends
``{name}``     one of the book's words by that name
``\``           takes the next character as it is
``re:``        at the start: all that follows is a regular expression over plain text
=============  =====================================================================================

A gap at the very start or end of a phrase stretches its hit to that side as far as it reaches; this is how guards cover
a whole clause or sentence. The same tree gives an expression over sounds: each Chinese character stands for its
syllable with the tone off, one private character a syllable, so that places in sound are places in text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import pairwise

from csqa.talk.plain import CLAUSE_ENDS, SENTENCE_ENDS, plain

TURN_END = "\n"
"""Stands between turns in the text that is searched; nothing crosses it."""

UNSURE = "\uf8ff"
"""Stands in the text for a character that was hardly understood; in the private range, beyond the sounds."""

NUMBER = "零〇一二两三四五六七八九十百千万半幺洞拐勾点0123456789"
"""Characters of spoken and written numbers: what ``{number}`` is made of."""

_MOST_PAIRS = 60
_COMMON = frozenset("您我的是不了一有在这那个就好们请来到会说要可以为给")
_FREQUENT = frozenset(
    """
    给您 我们 一下 您的 什么 这个 可以 您好 电话 没有 请问 您说 帮您 跟您 您看 服务 谢您 还是 现在 问题 怎么
    我给 已经 今天 这样 不是 我是 需要 就是 客服 师傅 您这 请您 一个 还有 您是 分钟 这边 是我 我这 的话 再见
    这么 投诉 自己 为您 不好 谢谢 感谢 给我 不能 您等 不了 问您 处理 时间 知道 手机 抱歉 您要 好的 时候 让您
    的是 方便 清楚 联系 短信 确认 意思 明天 那个 先生 下午 您转 多少 到您 是不 您别 您一 马上 好了 您先 对不
    他们 有什 情况 我不 您不 快递 我帮 告诉 我也 可能 是您 说的 麻烦 登记 对吗 收到 欢迎 客户 不用 订单 看看
    们的 哪个 女士 核对 不要 系统 小时 有没 祝您 理解 来电 就行 是这 您再 上门 您自 一次 身份 会儿 退款
    """.split()  # noqa: SIM905 - a list would be a page long
)
"""The pairs of characters met most often in sentences of calls: they rule little out."""

_MARKS = frozenset(r"()[]{}|^$\…")
_SOUNDS_BEGIN = 0xE000
_CLAUSE_GAP = f"[^{CLAUSE_ENDS}{TURN_END}]"
_SENTENCE_GAP = f"[^{SENTENCE_ENDS}{TURN_END}]"
_CLAUSE_START = f"(?:(?<=[{CLAUSE_ENDS}{TURN_END}])|(?<![\\s\\S]))"
_CLAUSE_END = f"(?=[{CLAUSE_ENDS}{TURN_END}]|$)"


class PhraseError(ValueError):
    """A phrase that cannot be read; its text says where and why, in the pattern's own terms."""

    def __init__(self, problem: str, at: int, name: str = "") -> None:
        """Keep the ``problem``'s code, the character it was met ``at``, and the ``name`` that is not known."""
        self.problem, self.at, self.name = problem, at, name
        super().__init__(f"{problem} at {at} {name}".rstrip())


@dataclass(frozen=True)
class Literal:
    """Characters as they are."""

    text: str


@dataclass(frozen=True)
class Choice:
    """One of several sequences; ``optional`` allows none."""

    options: tuple[tuple[Node, ...], ...]
    optional: bool

    @cached_property
    def anchors(self) -> frozenset[str] | None:
        """Strings of which each hit of a choice that is not optional holds one; found once for a shared group."""
        parts = [_anchors(option) for option in self.options]
        return frozenset(anchor for part in parts for anchor in part[0]) if all(parts) else None

    @cached_property
    def edges(self) -> tuple[frozenset[str] | None, frozenset[str] | None]:
        """The characters with which it can begin, and those with which it can end; ``None``: that cannot be told."""
        return self._edge(first=True), self._edge(first=False)

    def _edge(self, *, first: bool) -> frozenset[str] | None:
        edges = [_edge(option[0 if first else -1], first=first) for option in self.options]
        if any(edge is None for edge in edges):
            return None
        return frozenset(character for edge in edges if edge is not None for character in edge)


@dataclass(frozen=True)
class Gap:
    """Anything of ``least`` to ``limit`` characters (``None``: no limit) in a clause or, if ``wide``, a sentence."""

    limit: int | None
    wide: bool
    least: int = 0


@dataclass(frozen=True)
class Edge:
    """Where a clause begins (``start``) or ends."""

    start: bool


@dataclass(frozen=True)
class Raw:
    """A regular expression of the author's own."""

    source: str


@dataclass(frozen=True)
class Digits:
    """A number of one or more characters."""


Node = Literal | Choice | Gap | Edge | Raw | Digits


@dataclass(frozen=True, eq=False)
class Pattern:
    """A phrase as read: its middle, and the gaps that stretch its hits to the left and right.

    A pattern is equal to nothing but itself: what was found for it is remembered under it.
    """

    source: str
    nodes: tuple[Node, ...]
    left: Gap | None = None
    right: Gap | None = None

    @cached_property
    def written(self) -> str:
        """The regular expression over plain text, as text: two patterns that are written alike find the same."""
        return "".join(_expression(node, re.escape) for node in self.nodes)

    @cached_property
    def expression(self) -> re.Pattern[str]:
        """A regular expression over plain text."""
        return re.compile(self.written)

    @cached_property
    def unsure_expression(self) -> re.Pattern[str]:
        """The same, where any character may also be one that was hardly understood."""
        written = (_expression(node, lambda one: f"[{re.escape(one)}{UNSURE}]") for node in self.nodes)
        return re.compile("".join(written))

    @cached_property
    def sound_expression(self) -> re.Pattern[str] | None:
        """A regular expression over sounds; ``None`` where the author wrote a regular expression."""
        if self.raw:
            return None
        written = (_expression(node, lambda one: re.escape(sound_of(one)), raw=False) for node in self.nodes)
        return re.compile("".join(written))

    @cached_property
    def raw(self) -> bool:
        """Whether the author wrote a regular expression, which may look beyond a turn and knows no sounds."""
        return any(isinstance(node, Raw) for node in self.nodes)

    @cached_property
    def anchors(self) -> tuple[frozenset[str], ...]:
        """Up to three sets of strings of one or two characters; every hit holds one of each. None: nothing is sure."""
        return _anchors(self.nodes)

    def meant(self, heard: str) -> str:
        """What was meant where ``heard`` only sounds like this phrase: its own characters, those of gaps as heard."""
        return _meant(self, heard)


class WordGroups(dict[str, Sequence[str]]):
    """A book's named groups of phrases; each is read once, however many phrases name it."""

    def __init__(self, groups: Mapping[str, Sequence[str]] | None = None) -> None:
        """Take the groups by name."""
        super().__init__(groups or {})
        self.read: dict[str, Choice] = {}


def read_phrase(source: str, words: Mapping[str, Sequence[str]]) -> Pattern:
    """Read a phrase; ``words`` are the named groups of the book, their members phrases too. Raises ``PhraseError``."""
    if source.startswith("re:"):
        expression = source[3:].replace("你", "您")
        try:
            re.compile(expression)
        except re.error as error:
            raise PhraseError("expression", error.pos or 0, error.msg) from error
        return Pattern(source, (Raw(f"(?:{expression})"),))
    nodes = list(_Reader(plain_pattern(source), words, ()).whole())
    left = nodes.pop(0) if nodes and isinstance(nodes[0], Gap) else None
    right = nodes.pop() if nodes and isinstance(nodes[-1], Gap) else None
    if not any(isinstance(node, (Literal, Choice, Digits)) for node in nodes):
        raise PhraseError("empty", 0)
    assert left is None or isinstance(left, Gap)
    assert right is None or isinstance(right, Gap)
    return Pattern(source, tuple(nodes), left, right)


def read_phrases(source: str, words: Mapping[str, Sequence[str]]) -> tuple[Pattern, ...]:
    """Read a phrase as one or more patterns: a group that stands alone is its members, each with gaps of its own.

    Raises ``PhraseError``.
    """
    whole = read_phrase(source, words)
    group = whole.nodes[0] if len(whole.nodes) == 1 else None
    if not isinstance(group, Choice) or group.optional or whole.left or whole.right:
        return (whole,)
    if not any(isinstance(option[0], Gap) or isinstance(option[-1], Gap) for option in group.options):
        return (whole,)
    return tuple(_stretching(source, option) for option in group.options)


def _stretching(source: str, nodes: tuple[Node, ...]) -> Pattern:
    left = nodes[0] if isinstance(nodes[0], Gap) else None
    right = nodes[-1] if isinstance(nodes[-1], Gap) and len(nodes) > 1 else None
    middle = nodes[1 if left else 0 : len(nodes) - 1 if right else len(nodes)]
    return Pattern(source, middle, left, right)


def plain_pattern(source: str) -> str:
    """Make a phrase's characters plain, as the text will be; the language's own marks stay."""
    pieces = re.findall(r"\{[^}]*\}|…+[0-9-]*|[\s\S]", source)
    return "".join(piece if piece[0] in "{…" or piece in _MARKS else plain(piece) for piece in pieces)


def sounds(text: str) -> str:
    """Turn each Chinese character of plain ``text`` into the private character of its syllable; of equal length."""
    return text.translate(_sound_table())


def sound_of(character: str) -> str:
    """The private character of a Chinese character's syllable; anything else is its own sound."""
    return _sound_table()[ord(character)]


class _SoundTable(dict[int, str]):
    """Syllables numbered as they are first met."""

    def __init__(self) -> None:
        super().__init__()
        self._syllables: dict[str, str] = {}

    def __missing__(self, code: int) -> str:
        character = chr(code)
        sound = character
        if "一" <= character <= "鿿":
            from csqa.words.normalise import pinyin  # loads late: its dictionary is large

            syllable = "".join(pinyin(character))
            sound = self._syllables.setdefault(syllable, chr(_SOUNDS_BEGIN + len(self._syllables)))
        self[code] = sound
        return sound


@cache
def _sound_table() -> _SoundTable:
    return _SoundTable()


class _Reader:
    """Reads one phrase from left to right."""

    def __init__(self, source: str, words: Mapping[str, Sequence[str]], inside: tuple[str, ...]) -> None:
        self._source, self._words, self._inside = source, words, inside
        self._at = 0

    def whole(self) -> tuple[Node, ...]:
        nodes = self._sequence()
        if self._at < len(self._source):
            raise PhraseError("stray", self._at, self._source[self._at])
        return nodes

    def _sequence(self) -> tuple[Node, ...]:
        nodes: list[Node] = []
        while self._at < len(self._source) and self._source[self._at] not in "|)]":
            node = self._node()
            if isinstance(node, Literal) and nodes and isinstance(nodes[-1], Literal):
                node = Literal(nodes.pop().text + node.text)  # type: ignore[union-attr]
            nodes.append(node)
        return tuple(nodes)

    def _node(self) -> Node:
        character = self._source[self._at]
        start = self._at
        self._at += 1
        if character in "([":
            return self._choice(")" if character == "(" else "]", start)
        if character == "…":
            return self._gap()
        if character in "^$":
            return Edge(character == "^")
        if character == "{":
            return self._named(start)
        if character == "\\":
            if self._at >= len(self._source):
                raise PhraseError("unfinished", start, character)
            self._at += 1
            return Literal(self._source[self._at - 1])
        if character == "}":
            raise PhraseError("stray", start, character)
        return Literal(character)

    def _choice(self, close: str, start: int) -> Choice:
        options = [self._sequence()]
        while self._at < len(self._source) and self._source[self._at] == "|":
            self._at += 1
            options.append(self._sequence())
        if self._at >= len(self._source) or self._source[self._at] != close:
            raise PhraseError("unclosed", start, self._source[start])
        self._at += 1
        optional = close == "]" or any(not option for option in options)
        return Choice(tuple(option for option in options if option), optional)

    def _gap(self) -> Gap:
        wide = self._source[self._at : self._at + 1] == "…"
        self._at += wide
        limits = re.compile(r"(?:(?:([0-9]+)-)?([0-9]+))?").match(self._source, self._at)
        assert limits is not None
        self._at = limits.end()
        least, most = limits.groups()
        return Gap(int(most) if most else None, wide, int(least) if least else 0)

    def _named(self, start: int) -> Node:
        end = self._source.find("}", start)
        if end < 0:
            raise PhraseError("unclosed", start, "{")
        name = self._source[start + 1 : end]
        self._at = end + 1
        if name == "number":
            return Digits()
        if name in self._inside:
            raise PhraseError("circle", start, name)
        if name not in self._words:
            raise PhraseError("unknown-words", start, name)
        if isinstance(self._words, WordGroups) and name in self._words.read:
            return self._words.read[name]
        options = []
        for member in self._words[name]:
            if member.startswith("re:"):
                options.append(read_phrase(member, {}).nodes)
            else:
                options.append(_Reader(plain_pattern(member), self._words, (*self._inside, name)).whole())
        if not options:
            raise PhraseError("no-words", start, name)
        choice = Choice(tuple(options), optional=False)
        if isinstance(self._words, WordGroups):
            self._words.read[name] = choice
        return choice


def _expression(node: Node, written: Callable[[str], str], *, raw: bool = True) -> str:
    """Write a node; ``raw`` tells whether regular expressions of the author's own fit this kind of text."""
    match node:
        case Literal(text):
            return "".join(map(written, text))
        case Choice(options, optional):
            branches = ["".join(_expression(part, written, raw=raw) for part in option) for option in options]
            return f"(?:{'|'.join(branches)}){'?' if optional else ''}"
        case Gap(limit, wide, least):
            span = "*?" if limit is None else f"{{{least},{limit}}}?"
            return (_SENTENCE_GAP if wide else _CLAUSE_GAP) + span
        case Edge(start):
            return _CLAUSE_START if start else _CLAUSE_END
        case Digits():
            return f"(?:{'|'.join(map(written, NUMBER))})+"
        case Raw(source):
            return source if raw else "(?!)"


def _anchors(nodes: Sequence[Node]) -> tuple[frozenset[str], ...]:
    """The rarest three sets of strings of one or two characters of which each hit of the sequence must hold one."""
    candidates = {found for found in map(_own_anchors, nodes) if found is not None}
    for earlier, later in pairwise(nodes):
        lasts, firsts = _edge(earlier, first=False), _edge(later, first=True)
        if lasts and firsts and len(lasts) * len(firsts) <= _MOST_PAIRS:
            candidates.add(frozenset(last + first for last in lasts for first in firsts))
    ordered = sorted(candidates, key=lambda one: (_commonness(one), sorted(one)))
    return tuple(ordered[:3])


def _own_anchors(node: Node) -> frozenset[str] | None:
    if isinstance(node, Literal):
        pairs = [node.text[index : index + 2] for index in range(len(node.text) - 1)] or [node.text]
        return min((frozenset({pair}) for pair in pairs), key=_commonness)
    if isinstance(node, Choice) and not node.optional:
        return node.anchors
    return None


def _edge(node: Node, *, first: bool) -> frozenset[str] | None:
    """The characters with which a node can begin, or end; ``None`` where that cannot be told."""
    if isinstance(node, Literal):
        return frozenset(node.text[0] if first else node.text[-1])
    if isinstance(node, Choice) and not node.optional:
        return node.edges[0 if first else 1]
    return None


def _commonness(anchors: frozenset[str]) -> float:
    """Roughly how often such strings are met in talk: a pair is rarer than a character, some are all over."""
    return sum(
        (0.3 if anchor in _FREQUENT else 0.02) if len(anchor) > 1 else 1.0 if anchor in _COMMON else 0.2
        for anchor in anchors
    )


@lru_cache(maxsize=5000)
def _meant(pattern: Pattern, heard: str) -> str:
    found = next((meant for end, meant in _readings(pattern.nodes, heard, 0) if end == len(heard)), None)
    return heard if found is None else found


def _readings(nodes: Sequence[Node], heard: str, at: int) -> Iterator[tuple[int, str]]:
    """Ways to read ``heard`` from ``at`` as ``nodes`` by its sound: where each ends, and what was meant."""
    if not nodes:
        yield at, ""
        return
    for end, meant in _node_readings(nodes[0], heard, at):
        for last, rest in _readings(nodes[1:], heard, end):
            yield last, meant + rest


def _node_readings(node: Node, heard: str, at: int) -> Iterator[tuple[int, str]]:
    match node:
        case Literal(text):
            end = at + len(text)
            if sounds(heard[at:end]) == sounds(text):
                yield end, text
        case Choice(options, optional):
            for option in options:
                yield from _readings(option, heard, at)
            if optional:
                yield at, ""
        case Gap(limit, _, least):
            most = len(heard) if limit is None else min(len(heard), at + limit)
            for end in range(at + least, most + 1):
                yield end, heard[at:end]
        case Digits():
            for end in range(at + 1, len(heard) + 1):
                yield end, heard[at:end]
        case Edge():
            yield at, ""
        case Raw():
            return
