"""Stored calls as talk, many at a time: what judging a whole archive again needs, and nothing else.

Rows are read for a few hundred calls at once, and a turn's words are only made when a rule asks for them.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from csqa.cards.scorecard import Answer, CardOutcome, PersonAnswer
from csqa.hear.recording import Sound
from csqa.roles import Speaker
from csqa.rules.automaton import KnownBits
from csqa.rules.base import Outcome
from csqa.spans import Span
from csqa.store import calls
from csqa.store.database import Database
from csqa.store.encoding import WordNumbers, measures_of, sounds_of, spans_of, speech_of, words_of
from csqa.talk.conversation import Conversation, Overlap, Pause, PauseKind, Turn
from csqa.words.transcript import Word

AT_ONCE = 200
"""Calls read together."""


@dataclass(frozen=True)
class StoredTalk:
    """A stored call as it can be judged again: its talk, what people answered, and what it came to before.

    ``met`` tells by a turn's index which phrases of the book may stand in it, where that was kept for its phrases.
    """

    call: int
    name: str
    agent_name: str | None
    conversation: Conversation
    score: float
    outcome: CardOutcome
    outcomes: Mapping[str, Outcome]
    met: Mapping[int, KnownBits]
    answers: Mapping[str, PersonAnswer]


def stored_talks(database: Database, phrases: str) -> Iterator[tuple[StoredTalk, ...]]:
    """All inspected calls in order of import, ``AT_ONCE`` at a time; ``phrases`` is the fingerprint of the book's."""
    which = calls.inspected(database)
    for begin in range(0, len(which), AT_ONCE):
        yield _some(database, which[begin : begin + AT_ONCE], phrases)


def save_met(database: Database, call: int, phrases: str, met: Mapping[int, KnownBits], width: int) -> None:
    """Keep which phrases were met in the turns of a call, ``width`` bytes for the bits of all phrases."""
    turns = database.read("SELECT number FROM turns WHERE call = ? ORDER BY position", [call])
    bits = b"".join(
        number.to_bytes(width, "little") for row in turns for number in met.get(row["number"], _ANYTHING[width])
    )
    database.write(
        "INSERT OR REPLACE INTO phrases_met (call, phrases, bits) VALUES (?, ?, ?)", [call, phrases, zlib.compress(bits)]
    )


class _Anything(dict[int, KnownBits]):
    """Bits of every pattern, for turns of which nothing is known."""

    def __missing__(self, width: int) -> KnownBits:
        every = (1 << (8 * width)) - 1
        self[width] = KnownBits(every, every)
        return self[width]


_ANYTHING = _Anything()


def _met(data: bytes, numbers: Sequence[int]) -> dict[int, KnownBits]:
    bits = zlib.decompress(data)
    width = len(bits) // (2 * len(numbers)) if numbers else 0
    ints = [int.from_bytes(bits[at : at + width], "little") for at in range(0, len(bits), width or 1)]
    return {number: KnownBits(ints[2 * at], ints[2 * at + 1]) for at, number in enumerate(numbers)}


def _some(database: Database, which: Sequence[int], phrases: str) -> tuple[StoredTalk, ...]:
    marks = ", ".join("?" * len(which))

    def rows(columns: str, table: str, order: str) -> dict[int, list[sqlite3.Row]]:
        found: dict[int, list[sqlite3.Row]] = defaultdict(list)
        statement = f"SELECT {columns} FROM {table} WHERE call IN ({marks}) ORDER BY call, {order}"  # noqa: S608 - ours
        for row in database.read(statement, which):
            found[row["call"]].append(row)
        return found

    heads = database.read(
        f"""
        SELECT calls.*, conversations.duration AS talk_duration, has_sound, speakers_estimated, ended_early, speech,
            unheard, sounds, measures
        FROM calls JOIN conversations ON conversations.call = calls.id WHERE calls.id IN ({marks}) ORDER BY calls.id
        """,  # noqa: S608 - only question marks
        which,
    )
    turns = rows("*", "turns", "position")
    pauses = rows("*", "pauses", "position")
    overlaps = rows("*", "overlaps", "position")
    segments = rows("call, words", "segments", "position")
    outcomes = rows("call, rule, outcome", "verdicts", "position")
    answers = rows("*", "person_answers", "question")
    met = {
        row["call"]: row["bits"]
        for row in database.read(
            f"SELECT call, bits FROM phrases_met WHERE phrases = ? AND call IN ({marks})",  # noqa: S608 - ours
            [phrases, *which],
        )
    }
    return tuple(
        StoredTalk(
            call=head["id"],
            name=head["file_name"],
            agent_name=head["agent_name"],
            conversation=_conversation(
                head,
                turns[head["id"]],
                pauses[head["id"]],
                overlaps[head["id"]],
                [row["words"] for row in segments[head["id"]]],
            ),
            score=head["score"],
            outcome=CardOutcome(head["outcome"]),
            outcomes={row["rule"]: Outcome(row["outcome"]) for row in outcomes[head["id"]]},
            met=_met(met[head["id"]], [row["number"] for row in turns[head["id"]]]) if head["id"] in met else {},
            answers={
                row["question"]: PersonAnswer(Answer(row["answer"]), row["reason"], row["who"])
                for row in answers[head["id"]]
            },
        )
        for head in heads
    )


class StoredTurn(Turn):
    """A turn whose words are made when first asked for; told by text until then."""

    @cached_property
    def words(self) -> tuple[Word, ...]:  # type: ignore[override]  # a field of the turn, filled in late
        """The turn's words."""
        told, source = self.__dict__["late"]
        found: tuple[Word, ...] = source.words(told)
        return found


class _LateWords:
    """A call's words, read from their segments when the first turn asks for some."""

    def __init__(self, segments: Sequence[str]) -> None:
        self._segments = segments

    @cached_property
    def _numbers(self) -> WordNumbers:
        return WordNumbers(tuple(word for text in self._segments for word in words_of(text)))

    def words(self, told: str) -> tuple[Word, ...]:
        return () if told == "[]" else self._numbers.words(told)


def _conversation(
    head: sqlite3.Row,
    turns: Sequence[sqlite3.Row],
    pauses: Sequence[sqlite3.Row],
    overlaps: Sequence[sqlite3.Row],
    segments: Sequence[str],
) -> Conversation:
    late = _LateWords(segments)
    return Conversation(
        duration=head["talk_duration"],
        turns=tuple(_turn(row, late) for row in turns),
        pauses=tuple(pause_of(row) for row in pauses),
        overlaps=tuple(Overlap(Span(row["start"], row["end"]), Speaker(row["interrupter"])) for row in overlaps),
        speech=speech_of(head["speech"]),
        sounds=sounds_of(head["sounds"]),
        measures=measures_of(head["measures"]),
        unheard=speech_of(head["unheard"]),
        has_sound=bool(head["has_sound"]),
        speakers_estimated=bool(head["speakers_estimated"]),
        ended_early=bool(head["ended_early"]),
        metadata=calls.metadata_of(head),
    )


def _turn(row: sqlite3.Row, late: _LateWords) -> Turn:
    turn = StoredTurn.__new__(StoredTurn)
    turn.__dict__.update(turn_fields(row), late=(row["words"], late))
    return turn


def turn_fields(row: sqlite3.Row) -> dict[str, Any]:
    """The fields of a turn but its words."""
    return {
        "index": row["number"],
        "speaker": Speaker(row["speaker"]),
        "span": Span(row["start"], row["end"]),
        "text": row["text"],
        "speech": spans_of(row["speech"]),
        "confidence": row["confidence"],
        "speaker_confidence": row["speaker_confidence"],
        "level": row["level"],
        "loudest": row["loudest"],
    }


def pause_of(row: sqlite3.Row) -> Pause:
    """A pause as it stands in a row."""
    return Pause(
        span=Span(row["start"], row["end"]),
        kind=PauseKind(row["kind"]),
        owed_by=None if row["owed_by"] is None else Speaker(row["owed_by"]),
        sound=Sound(row["sound"]),
        announced=bool(row["announced"]),
        thanked=bool(row["thanked"]),
        by_words=None if row["words_start"] is None else Span(row["words_start"], row["words_end"]),
        previous_turn=row["previous_turn"],
        next_turn=row["next_turn"],
    )
