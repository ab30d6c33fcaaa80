"""Full-text search in what was said.

Every character is a token of the index, and what is looked for is a phrase of them: Chinese has no spaces to cut at,
and so a word of two characters, or half a word, is found as surely as a sentence. Width, case and punctuation do not
matter on either side.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from csqa.roles import Speaker
from csqa.store.database import Database
from csqa.store.encoding import words_of
from csqa.words.transcript import Word


@dataclass(frozen=True)
class SearchHit:
    """A segment in which all that was looked for was said.

    ``start`` and ``end`` are the segment's seconds, ``at`` those of the first word found. ``found`` are the places in
    ``text``, as pairs of character offsets, in order and without overlap.
    """

    call: int
    name: str
    started_at: str | None
    agent_name: str | None
    segment: int
    start: float
    end: float
    at: float
    speaker: Speaker
    text: str
    found: tuple[tuple[int, int], ...]

    def snippet(self, around: int = 16) -> str:
        """Return the text around the first place found, with an ellipsis where something is left out."""
        first, last = self.found[0]
        begin, end = max(0, first - around), min(len(self.text), last + around)
        return ("…" if begin else "") + self.text[begin:end] + ("…" if end < len(self.text) else "")


def add(database: Database, call: int) -> None:
    """Put a call's segments into the index."""
    for row in database.read("SELECT id, text FROM segments WHERE call = ?", [call]):
        database.write("INSERT INTO segment_search (rowid, text) VALUES (?, ?)", [row["id"], _tokens(row["text"])])


def remove(database: Database, call: int) -> None:
    """Take a call's segments out of the index; before they are deleted, as the index must be told their text."""
    for row in database.read("SELECT id, text FROM segments WHERE call = ?", [call]):
        database.write(
            "INSERT INTO segment_search (segment_search, rowid, text) VALUES ('delete', ?, ?)",
            [row["id"], _tokens(row["text"])],
        )


def find(database: Database, text: str, speaker: Speaker | None, limit: int, offset: int) -> tuple[SearchHit, ...]:
    """Return segments that hold every part of ``text`` (parts stand apart by spaces), the newest calls first."""
    parts = [part for part in (_plain(part)[0] for part in _simplified(text).split()) if part]
    if not parts:
        return ()
    only, values = ("AND segments.speaker = ?", [speaker.value]) if speaker else ("", [])
    rows = database.read(
        f"""
        SELECT segments.*, calls.file_name, calls.started_at, calls.agent_name
        FROM segment_search
        JOIN segments ON segments.id = segment_search.rowid
        JOIN calls ON calls.id = segments.call
        WHERE segment_search MATCH ? {only}
        ORDER BY segment_search.rowid DESC LIMIT ? OFFSET ?
        """,  # noqa: S608 - our own condition
        [" AND ".join(f'"{" ".join(part)}"' for part in parts), *values, limit, offset],
    )
    return tuple(
        SearchHit(
            call=row["call"],
            name=row["file_name"],
            started_at=row["started_at"],
            agent_name=row["agent_name"],
            segment=row["position"],
            start=row["start"],
            end=row["end"],
            at=_time_of(parts, words_of(row["words"]), row["start"]),
            speaker=Speaker(row["speaker"]),
            text=row["text"],
            found=places(row["text"], parts),
        )
        for row in rows
    )


def _simplified(text: str) -> str:
    """Return ``text`` in the characters that transcripts are kept in; ASCII needs no dictionary loaded for that."""
    if text.isascii():
        return text
    from csqa.words.normalise import normalise

    return normalise(text)


def places(text: str, parts: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """Return where ``parts`` stand in ``text``, in order, those that touch or overlap merged."""
    plain, offsets = _plain(text)
    found: list[tuple[int, int]] = []
    for part in parts:
        begin = plain.find(part)
        while begin >= 0:
            found.append((offsets[begin], offsets[begin + len(part) - 1] + 1))
            begin = plain.find(part, begin + len(part))
    merged: list[tuple[int, int]] = []
    for begin, end in sorted(found):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((begin, end))
    return tuple(merged)


def _time_of(parts: Sequence[str], words: Sequence[Word], otherwise: float) -> float:
    """Return when the first part found begins, by the word that holds its first character."""
    plain = ""
    begins: list[int] = []
    for word in words:
        begins.append(len(plain))
        plain += _plain(word.text)[0]
    at = min((place for place in map(plain.find, parts) if place >= 0), default=None)
    if at is None:
        return otherwise
    begins.append(len(plain))
    return next(word.start for word, (begin, end) in zip(words, pairwise(begins), strict=True) if begin <= at < end)


def _tokens(text: str) -> str:
    return " ".join(_plain(text)[0])


def _plain(text: str) -> tuple[str, list[int]]:
    """Return letters and digits only, width and case folded, and for each its offset in ``text``."""
    characters: list[str] = []
    offsets: list[int] = []
    for offset, original in enumerate(text):
        for character in unicodedata.normalize("NFKC", original).casefold():
            if character.isalnum():
                characters.append(character)
                offsets.append(offset)
    return "".join(characters), offsets
