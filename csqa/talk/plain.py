"""Text made plain for matching, a character for a character, so that every place in it is a place in the original."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from csqa.words.transcript import Word

CLAUSE_ENDS = "，。！？；：…"
"""Where a clause ends in plain text."""

SENTENCE_ENDS = "。！？"
"""Where a sentence ends in plain text."""

_COMMAS = ",~～—-()（）"
_QUOTES = "“”‘’「」『』《》'\""
_SAME = {"你": "您", "妳": "您", ".": "。", "\n": "。", "!": "！", "?": "？", ";": "；", ":": "："}
_SAME |= dict.fromkeys(_COMMAS, "，") | dict.fromkeys(_QUOTES, '"')


class _Plainer(dict[int, str]):
    """Works out a character's plain form when first met; ``str.translate`` then finds it here."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        plain = _SAME.get(character)
        if plain is None:
            folded = unicodedata.normalize("NFKC", character).lower()
            plain = _SAME.get(folded, folded) if len(folded) == 1 else character
        self[code] = plain
        return plain


_TABLE = _Plainer({ord(character): character for character in CLAUSE_ENDS})


def plain(text: str) -> str:
    """Fold widths and case, write 你 as 您, and give every mark its Chinese form; of the same length as ``text``."""
    return text.translate(_TABLE)


def tidy(text: str) -> str:
    """Drop the spaces that recognisers put between Chinese characters; keep those inside Latin text."""
    pieces = text.split()
    tidied = "".join(pieces[:1])
    for piece in pieces[1:]:
        joint = " " if tidied[-1].isascii() and piece[0].isascii() and tidied[-1].isalnum() else ""
        tidied += joint + piece
    return tidied


def spoken_length(text: str) -> int:
    """Count what is spoken: a Chinese character or digit is one, a Latin word is one, marks are none."""
    count, in_word = 0, False
    for character in text:
        latin = character.isascii() and character.isalpha()
        if (latin and not in_word) or (not latin and character.isalnum()):
            count += 1
        in_word = latin
    return count


def word_places(text: str, words: Sequence[Word]) -> tuple[tuple[int, int], ...]:
    """Find each word in ``text``: its first character and the one after its last, marks and spaces left aside.

    A word that the text does not hold gets an empty place where it should have been.
    """
    spoken = [index for index, character in enumerate(text) if character.isalnum()]
    letters = "".join(text[index] for index in spoken)
    places: list[tuple[int, int]] = []
    at = 0
    for word in words:
        sought = "".join(character for character in word.text if character.isalnum())
        found = letters.find(sought, at) if sought else -1
        if found < 0:
            edge = spoken[at] if at < len(spoken) else len(text)
            places.append((edge, edge))
            continue
        at = found + len(sought)
        places.append((spoken[found], spoken[at - 1] + 1))
    return tuple(places)
