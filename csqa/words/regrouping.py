"""Recogniser's tokens to Chinese words: each word gets the times and the confidence of its characters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from csqa.words.normalise import aligned, cut, is_spoken
from csqa.words.transcript import RawWord, Word


@dataclass(frozen=True)
class Regrouped:
    """Normalised text with its punctuation, and its words without."""

    text: str
    words: tuple[Word, ...]


@dataclass(frozen=True)
class _Glyph:
    start: float
    end: float
    probability: float


def regroup(tokens: Sequence[RawWord]) -> Regrouped:
    """Normalise the tokens' text and cut it into words.

    A token's time is shared evenly among its spoken characters. A word runs from the start of its first character to
    the end of its last; its confidence is the mean of its characters'. Times stay in order where the tokens' were.
    """
    glyphs = [glyph for token in tokens for glyph in _glyphs(token)]
    whole = aligned("".join(token.text for token in tokens))
    words: list[Word] = []
    at = 0
    for piece in cut(whole.text):
        own = [glyphs[whole.origins[index]] for index in range(at, at + len(piece)) if is_spoken(whole.text[index])]
        at += len(piece)
        if own:
            confidence = sum(glyph.probability for glyph in own) / len(own)
            words.append(Word(own[0].start, max(own[0].start, own[-1].end), piece.strip(), round(confidence, 4)))
    return Regrouped(whole.text, tuple(words))


def _glyphs(token: RawWord) -> list[_Glyph]:
    """Share the token's time among its characters; marks take none, and lie where they stand."""
    count = sum(is_spoken(each) for each in token.text) or 1
    share = (token.end - token.start) / count
    glyphs: list[_Glyph] = []
    done = 0
    for character in token.text:
        start = min(token.start + done * share, token.end)
        done += is_spoken(character)
        glyphs.append(_Glyph(start, min(token.start + done * share, token.end), token.probability))
    return glyphs
