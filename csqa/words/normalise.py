"""One way to write what was said: simplified characters, Chinese punctuation, words as jieba cuts them, pinyin.

Every change keeps track of where a character came from, so that times and confidences stay with their characters.
"""

from __future__ import annotations

import contextlib
import logging
import re
import unicodedata
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from csqa.settings import locations

SENTENCE_ENDS = "。！？"
"""Marks that end a sentence in normalised text."""

_FULL_WIDTH = {",": "，", ".": "。", "?": "？", "!": "！", ";": "；", ":": "：", "(": "（", ")": "）"}
_CHINESE_MARKS = "，。？！；：、（）《》“”‘’…—"
_HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_HAN_OR_MARK = re.compile(f"[{_HAN}{_CHINESE_MARKS}]")
_NUMERALS = frozenset("零〇一二三四五六七八九十百千万两幺")
_PARTICLE_ZHE = re.compile("(?<![显名土卓编原论专遗拙昭巨译])著(?![名作称述者书录])")
"""The particle 着 as it is written in traditional texts, which OpenCC leaves alone."""


@dataclass(frozen=True)
class Normalised:
    """Normalised text, and for each of its characters the index of the original character that it came from."""

    text: str
    origins: tuple[int, ...]


def normalise(text: str) -> str:
    """Return ``text`` in simplified characters and one width, with Chinese punctuation and no needless spaces."""
    return aligned(text).text


def aligned(text: str) -> Normalised:
    """Normalise ``text`` and tell where every character came from."""
    folded = [(each, index) for index, character in enumerate(text) for each in _folded(character)]
    characters = list(simplified("".join(each for each, _ in folded)))
    origins = [index for _, index in folded]
    chinese = any(_HAN_OR_MARK.match(each) for each in characters)
    kept: list[tuple[str, int]] = []
    for index, character in enumerate(characters):
        before = kept[-1][0] if kept else ""
        after = characters[index + 1] if index + 1 < len(characters) else ""
        if not character.isspace():
            kept.append((_marked(character, before, after) if chinese else character, origins[index]))
        elif _parts_words(before, after) and not (chinese and after in _FULL_WIDTH):
            kept.append((" ", origins[index]))
    return Normalised("".join(each for each, _ in kept), tuple(origin for _, origin in kept))


def simplified(text: str) -> str:
    """Return ``text`` in simplified characters, of the same length."""
    converted: str = _opencc().convert(text)
    if len(converted) != len(text):  # no entry of the dictionaries does this today
        converted = "".join(_opencc().convert(each)[:1] or each for each in text)
    return _PARTICLE_ZHE.sub("着", converted).replace("妳", "你")


def is_spoken(character: str) -> bool:
    """Tell whether a character is heard: a letter, a Chinese character or a digit; not a mark, a space or a symbol."""
    return character.isalnum()


def spoken(text: str) -> str:
    """Return what of ``text`` is heard, without marks and spaces."""
    return "".join(filter(is_spoken, text))


def cut(text: str) -> tuple[str, ...]:
    """Cut normalised text into words as jieba does, all of it; domain words and numbers read out stay whole."""
    words: list[str] = []
    for word in _tokenizer().cut(text):
        if words and _NUMERALS.issuperset(word) and _NUMERALS.issuperset(words[-1]):
            words[-1] += word  # 工号零三二幺: jieba knows no number by its digits
        else:
            words.append(word)
    return tuple(words)


def add_words(words: Iterable[str]) -> None:
    """Teach the segmentation names that it should keep whole, such as a rule book's company and products."""
    tokenizer = _tokenizer()
    for word in words:
        if plain := spoken(normalise(word)):
            tokenizer.add_word(plain)


def pinyin(text: str) -> tuple[str, ...]:
    """Return the syllables of ``text`` without tones, one for each Chinese character; other characters stay."""
    from pypinyin import lazy_pinyin

    return tuple(lazy_pinyin(text, errors=list))  # type: ignore[arg-type]  # it takes lists, says its manual


def _folded(character: str) -> str:
    """Fold widths and ligatures (Ａ to A, ㈱ to (株)), but leave Chinese punctuation wide."""
    return character if character in _CHINESE_MARKS else unicodedata.normalize("NFKC", character)


def _parts_words(before: str, after: str) -> bool:
    """Tell whether a space parts two Latin words; next to Chinese characters and marks none is needed."""
    return bool(before and after) and not (
        before.isspace() or after.isspace() or _HAN_OR_MARK.match(before) or _HAN_OR_MARK.match(after)
    )


def _marked(character: str, before: str, after: str) -> str:
    """Return the Chinese form of a mark in Chinese text; points and commas within numbers and addresses stay."""
    within = before.isascii() and before.isalnum() and after.isascii() and after.isalnum()
    return character if within else _FULL_WIDTH.get(character, character)


@cache
def _opencc() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")


@cache
def _tokenizer() -> Any:
    """Return a jieba of our own: the domain's words, its cache in our cache folder, and nothing said on the console."""
    with warnings.catch_warnings():  # jieba was written for older Pythons
        warnings.simplefilter("ignore")
        import jieba
    jieba.setLogLevel(logging.CRITICAL)
    tokenizer = jieba.Tokenizer()
    cache_folder = locations().cache
    with contextlib.suppress(OSError):  # without a cache it loads more slowly, no more
        cache_folder.mkdir(parents=True, exist_ok=True)
    tokenizer.tmp_dir = str(cache_folder)
    tokenizer.cache_file = f"jieba-{jieba.__version__}.cache"
    tokenizer.initialize()
    lexicon = resources.files("csqa.words").joinpath("lexicon.txt").read_text(encoding="utf-8")
    for line in lexicon.splitlines():
        if not line.startswith("#"):
            for word in line.split():
                tokenizer.add_word(word)
    return tokenizer
