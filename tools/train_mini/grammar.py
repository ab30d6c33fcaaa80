"""Sentences of a call centre: patterns with slots, whole sentences, and word salad.

Everything is drawn from a ``random.Random``, so a seed gives the same sentences again. The patterns (templates.txt)
and what fills them (slots.toml) are narrow on purpose: few surnames, products and places, invented companies only, so
that a very small model can know all of them well.
"""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
LISTS: dict[str, list[str]] = {
    slot: words.split() for slot, words in tomllib.loads((FOLDER / "slots.toml").read_text(encoding="utf-8")).items()
}
PUNCTUATION = "，。？"
_SLOT = re.compile(r"\{(\w+)\}")
_DIGITS = "零一二三四五六七八九"


def spoken_number(number: int) -> str:
    """Return ``number`` (0 to 99 999) as it is said, such as 三千零五十."""
    if number >= 10_000:
        high, low = divmod(number, 10_000)
        return spoken_number(high) + "万" + ("" if low == 0 else ("零" if low < 1000 else "") + spoken_number(low))
    if number == 0:
        return "零"
    said, gap = "", False
    for power, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // power % 10
        if digit:
            said += ("零" if gap and said else "") + _DIGITS[digit] + unit
            gap = False
        else:
            gap = True
    return said.removeprefix("一") if said.startswith("一十") else said


def read_out(rng: random.Random, count: int, first: str = "") -> str:
    """Return ``count`` random digits read out one by one after ``first``, with 幺 for one."""
    return first + "".join(rng.choice("零幺二三四五六七八九") for _ in range(count - len(first)))


def _amount(rng: random.Random) -> str:
    number = rng.choice(
        [
            rng.randint(1, 99),
            rng.randint(1, 999),
            rng.randint(1, 99) * 10,
            rng.randint(1, 99) * 100,
            rng.randint(1000, 9999),
        ]
    )
    return spoken_number(number) + rng.choice(["元", "元", "元", "块", "块钱", "元五角"])


def _date(rng: random.Random) -> str:
    year = rng.choice(["", "", "", "去年", "今年", "明年", "二零二四年", "二零二五年", "二零二六年"])
    return (
        year
        + spoken_number(rng.randint(1, 12))
        + "月"
        + spoken_number(rng.randint(1, 31))
        + rng.choice(["号", "号", "日"])
    )


def _clock(rng: random.Random) -> str:
    part = rng.choice(["上午", "下午", "晚上", "中午", "早上", ""])
    hour = rng.choice(["一", "两", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"])
    return part + hour + "点" + rng.choice(["", "", "", "半", "十五分", "二十分", "四十分"])


DRAWN: dict[str, Callable[[random.Random], str]] = {
    "badge": lambda rng: read_out(rng, rng.choice([3, 4, 4, 4])),
    "last4": lambda rng: read_out(rng, 4),
    "order": lambda rng: read_out(rng, rng.choice([4, 6, 8])),
    "phone": lambda rng: read_out(rng, 11, "幺" + rng.choice("三五七八")),
    "model": lambda rng: rng.choice(
        [
            "云清" + rng.choice("一二三五八") + "号",
            read_out(rng, 3) + "型",
            rng.choice(["云帆", "星禾"]) + read_out(rng, 3),
        ]
    ),
    "room": lambda rng: read_out(rng, rng.choice([3, 4])),
    "reading": lambda rng: spoken_number(rng.randint(100, 9999)),
    "number": lambda rng: rng.choice(
        ["一", "两", "三", "四", "五", "六", "七", "八", "九", "十", "十二", "十五", "二十", "三十"]
    ),
    "amount": _amount,
    "date": _date,
    "clock": _clock,
}


def fill(pattern: str, rng: random.Random) -> str:
    """Return ``pattern`` with every slot filled, slots inside slots too."""
    while "{" in pattern:
        pattern = _SLOT.sub(
            lambda found: DRAWN[found[1]](rng) if found[1] in DRAWN else rng.choice(LISTS[found[1]]), pattern
        )
    return pattern


@cache
def lines_of(name: str) -> tuple[str, ...]:
    """Return the lines of a text file beside this module, without comments."""
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))


def drawn_sentence(rng: random.Random) -> str:
    """Return a pattern of templates.txt, filled; patterns with slots come three times as often as those without."""
    patterns = lines_of("templates.txt")
    pattern = rng.choice(patterns)
    while "{" not in pattern and rng.random() > 1 / 3:
        pattern = rng.choice(patterns)
    return fill(pattern, rng)


def tidy(text: str) -> str:
    """Return ``text`` in the model's punctuation, ，。？ only, ending in a sentence mark."""
    text = re.sub(r"[！；;!]", "。", text)
    text = re.sub(r"[、：,]|…+|—+", "，", text).replace("?", "？")
    text = re.sub(r"[^\u4e00-\u9fff，。？]", "", text)
    text = re.sub(r"，+([。？])", r"\1", re.sub(r"，+", "，", text)).strip("，")
    return text if not text or text[-1] in "。？" else text + "。"


def clauses(sentence: str) -> list[str]:
    """Cut ``sentence`` after each punctuation mark; the marks stay with what they end."""
    return re.findall(r"[^，。？]+[，。？]?", sentence)


def characters(texts: list[str]) -> set[str]:
    """Return every Han character that the patterns, the slots or ``texts`` can say."""
    said = (
        {_SLOT.sub("", pattern) for pattern in lines_of("templates.txt")}
        | set(texts)
        | {"零幺一二三四五六七八九十百千万两元块钱角年月日号上午下晚中早点半分型云清帆星禾"}
    )
    said |= {_SLOT.sub("", word) for words in LISTS.values() for word in words}
    return {character for text in said for character in text if "\u4e00" <= character <= "\u9fff"}


class Salad:
    """Real words in no order, of known characters only: keeps the model from leaning on the patterns alone."""

    def __init__(self, known: set[str]) -> None:
        """Collect the common words of jieba's dictionary that ``known`` characters can write."""
        import jieba

        self._words: list[str] = sorted(known)
        dictionary = Path(jieba.__file__).parent / "dict.txt"
        for line in dictionary.read_text(encoding="utf-8").splitlines():
            word, count = line.split()[:2]
            if 2 <= len(word) <= 4 and int(count) >= 60 and set(word) <= known:
                self._words.append(word)

    def sentence(self, rng: random.Random) -> str:
        """Return two to nine words, with a comma now and then."""
        said = "".join(rng.choices(self._words, k=rng.randint(2, 5)))
        if rng.random() < 0.4:
            said += "，" + "".join(rng.choices(self._words, k=rng.randint(1, 4)))
        return said + rng.choice("。。。，？")
