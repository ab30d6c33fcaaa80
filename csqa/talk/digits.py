"""Numbers as they are spoken: digits read out one by one, through pauses, murmurs and misheard characters.

幺 is 1, 洞 is 0, 两 is 2 where digits are read out. A number that is broken off by the other party's 嗯 goes on in the
next turn. A character that only sounds like a digit counts as one among characters that are digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from csqa.talk.conversation import Turn
from csqa.talk.cues import is_backchannel
from csqa.talk.plain import plain

_DIGITS = dict(zip("零〇洞一幺二两三四五六七八九0123456789", "00011223456789" + "0123456789", strict=True)) | {
    "拐": "7",
    "勾": "9",
}
_SYLLABLES = {
    "ling": "0", "dong": "0", "yi": "1", "yao": "1", "er": "2", "liang": "2", "san": "3", "si": "4", "wu": "5",
    "liu": "6", "qi": "7", "ba": "8", "jiu": "9",
}  # fmt: skip
_BETWEEN = frozenset("，、 -。·")
_UNITS = frozenset("十百千万亿点年月日号时分秒元块个位岁折成楼层栋室倍次天周度页")
"""After a single digit these make it a quantity and no digit of a number."""

SURE_SHARE = 0.6
"""Share of the characters of a number that must be digits as written."""

LEAST = 4
"""Digits from which a row of them is a number that is read out."""


class NumberKind(StrEnum):
    """What a number that is read out most likely is."""

    PHONE = "phone"
    ID_CARD = "id-card"
    BANK_CARD = "bank-card"
    ORDER = "order-number"
    DIGITS = "digits"


@dataclass(frozen=True)
class SpokenNumber:
    """Digits read out by one party, ``start`` to ``end`` characters of turn ``turn``; a longer number may go on later.

    ``value`` are all its digits, ``last_turn`` the turn in which it ends. ``sure`` says that every character was a
    digit as written.
    """

    value: str
    turn: int
    start: int
    end: int
    last_turn: int
    kind: NumberKind
    sure: bool


def spoken_numbers(turns: Sequence[Turn], least: int = LEAST) -> tuple[SpokenNumber, ...]:
    """All numbers of at least ``least`` digits, of both parties, in order."""
    pieces = [piece for turn in turns for piece in _pieces(turn)]
    joined: list[_Piece] = []
    latest: dict[str, _Piece] = {}
    for piece in pieces:
        before = latest.get(piece.turn.speaker)
        if before is not None and _goes_on(before, piece, turns):
            whole = _Piece(
                before.value + piece.value, before.turn, before.start, before.end, piece.last,
                before.sure and piece.sure, before.opens, piece.closes,
            )  # fmt: skip
            joined[joined.index(before)] = whole
            latest[piece.turn.speaker] = whole
        else:
            joined.append(piece)
            latest[piece.turn.speaker] = piece
    return tuple(
        SpokenNumber(one.value, one.turn.index, one.start, one.end, one.last, _kind(one, turns), one.sure)
        for one in joined
        if len(one.value) >= least
    )


@dataclass(frozen=True)
class _Piece:
    """A row of digits in one turn; ``opens`` and ``closes`` say that the turn begins or ends with it."""

    value: str
    turn: Turn
    start: int
    end: int
    last: int
    sure: bool
    opens: bool
    closes: bool


def _pieces(turn: Turn) -> Iterator[_Piece]:
    said = plain(turn.text)
    if not any(character in _DIGITS for character in said):
        return
    digits = [_digit(character) for character in said]
    at = 0
    while at < len(said):
        if digits[at] is None:
            at += 1
            continue
        end = at
        while (following := _next(said, digits, end)) is not None:
            end = following
        value = "".join(digits[index] or "" for index in range(at, end + 1))
        proper = sum(said[index] in _DIGITS for index in range(at, end + 1))
        if len(value) >= 2 and proper >= SURE_SHARE * len(value):
            rest_before, rest_after = said[:at].strip("，。 "), said[end + 1 :].strip("，。！ ")
            yield _Piece(
                value, turn, at, end + 1, turn.index, proper == len(value), len(rest_before) <= 3, not rest_after
            )
        at = end + 1


def _next(said: str, digits: Sequence[str | None], at: int) -> int | None:
    """The next digit of the row after ``at``, marks between them passed over; ``None`` where the row ends."""
    following = at + 1
    while following < len(said) and said[following] in _BETWEEN:
        following += 1
    if following >= len(said) or digits[following] is None:
        return None
    if following > at + 1 and (following + 1 >= len(said) or digits[following + 1] is None):
        return None  # 八八六六，一点问题: a lone digit behind a mark is no part of it
    after = said[following + 1] if following + 1 < len(said) else ""
    return None if after in _UNITS and said[following] not in "0123456789" and after != "号" else following


def _goes_on(before: _Piece, piece: _Piece, turns: Sequence[Turn]) -> bool:
    """Tell whether a number that ended a turn goes on in the party's next, only murmurs or echoes between them."""
    if not before.closes or not piece.opens or piece.turn.index == before.last:
        return False
    between = [turn for turn in turns if before.last < turn.index < piece.turn.index]
    return len(between) <= 2 and all(
        turn.speaker is not piece.turn.speaker and (is_backchannel(turn.text) or _only_echoes(turn, before.value))
        for turn in between
    )


def _only_echoes(turn: Turn, value: str) -> bool:
    said = "".join(_digit(one) or "" for one in plain(turn.text) if one.isalnum())
    return len(said) >= 2 and said in value and sum(one.isalnum() for one in turn.text) <= len(said) + 3


_NAMED = (
    (NumberKind.ORDER, re.compile(r"(订单|单号|工单|快递|运单|流水|受理|编号|户号|会员)[^。？！]{0,8}$")),
    (NumberKind.PHONE, re.compile(r"(手机|电话|联系方式)[^。？！]{0,8}$")),
)


def _kind(piece: _Piece, turns: Sequence[Turn]) -> NumberKind:
    value = piece.value
    if re.fullmatch(r"1[3-9]\d{9}|0\d{9,11}", value):
        return NumberKind.PHONE
    if len(value) == 18 or (len(value) == 17 and re.match(r"[xX叉]", piece.turn.text[piece.end : piece.end + 1])):
        return NumberKind.ID_CARD
    if 16 <= len(value) <= 19:
        return NumberKind.BANK_CARD
    before = plain(piece.turn.text)[: piece.start]
    if not before and piece.turn.index:
        before = plain(turns[piece.turn.index - 1].text).rstrip("？。吗呢")
    for kind, cue in _NAMED:
        if cue.search(before):
            return kind
    return NumberKind.DIGITS


@cache
def _digit(character: str) -> str | None:
    """The digit that a character is or sounds like."""
    if character in _DIGITS:
        return _DIGITS[character]
    if "一" <= character <= "鿿":
        from csqa.words.normalise import pinyin  # loads late: its dictionary is large

        return _SYLLABLES.get("".join(pinyin(character)))
    return None
