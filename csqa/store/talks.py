"""Stored calls as talk, many at a time: what judging a whole archive again needs, and nothing else.

Rows are read for a few hundred calls at once, and a turn's words are only made when a rule asks for them.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections import defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from csqa.cards.scorecard import Answer, CardOutcome, PersonAnswer
from csqa.hear.recording import Sound
from csqa.messages import Reason
from csqa.roles import Speaker
from csqa.rules.automaton import KnownBits
from csqa.rules.base import Evidence, Outcome, Severity, Verdict
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

    ``met`` tells by a turn's index which phrases of the book may stand in it, where that was kept for its phrases;
    ``fingerprints`` what each rule depended on when the call was judged, ``form`` the hash of its card's form.
    Talk and verdicts are only made when asked for.
    """

    call: int
    name: str
    agent_name: str | None
    score: float
    outcome: CardOutcome
    form: str | None
    fingerprints: Mapping[str, str]
    outcomes: Mapping[str, Outcome]
    answers: Mapping[str, PersonAnswer]
    _rows: _Rows

    @cached_property
    def conversation(self) -> Conversation:
        """The call as talk."""
        return self._rows.conversation()

    @cached_property
    def met(self) -> Mapping[int, KnownBits]:
        """Which phrases may stand in which turn; empty where that is not known."""
        bits = self._rows.met
        return {} if bits is None else _met(bits, [row["number"] for row in self._rows.turns])

    def verdicts_of(self, wanted: Container[str]) -> tuple[Verdict, ...]:
        """The stored verdicts of some rules, as a scorecard needs them: outcome, severity, places of violations."""
        return self._rows.verdicts(wanted)


@dataclass(frozen=True)
class _Rows:
    """A call's rows, as read."""

    head: sqlite3.Row
    turns: Sequence[sqlite3.Row]
    pauses: Sequence[sqlite3.Row]
    overlaps: Sequence[sqlite3.Row]
    segments: Sequence[sqlite3.Row]
    judged: Sequence[sqlite3.Row]
    places: Sequence[sqlite3.Row]
    met: bytes | None

    def conversation(self) -> Conversation:
        return _conversation(self.head, self.turns, self.pauses, self.overlaps, [row["words"] for row in self.segments])

    def verdicts(self, wanted: Container[str]) -> tuple[Verdict, ...]:
        places: dict[int, list[Evidence]] = defaultdict(list)
        for row in self.places:
            places[row["verdict"]].append(Evidence(Span(row["start"], row["end"]), None, "", _NO_REASON))
        return tuple(
            Verdict(
                rule=row["rule"],
                outcome=_OUTCOMES[row["outcome"]],
                severity=_SEVERITIES[row["severity"]],
                confidence=row["confidence"],
                reason=_NO_REASON,
                evidence=tuple(places.get(row["position"], ())),
            )
            for row in self.judged
            if row["rule"] in wanted
        )


_NO_REASON = Reason("verdict.as-before")
_OUTCOMES = {one.value: one for one in Outcome}
_SEVERITIES = {one.value: one for one in Severity}


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
        "INSERT OR REPLACE INTO phrases_met (call, phrases, bits) VALUES (?, ?, ?)",
        [call, phrases, zlib.compress(bits)],
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

    def rows(columns: str, table: str, order: str, where: str = "", by: str = "call") -> dict[int, list[sqlite3.Row]]:
        found: dict[int, list[sqlite3.Row]] = defaultdict(list)
        statement = f"SELECT {columns} FROM {table} WHERE {where}{by} IN ({marks}) ORDER BY {by}, {order}"  # noqa: S608
        for row in database.read(statement, which):
            found[row["call"]].append(row)
        return found

    heads = database.read(
        f"""
        SELECT calls.*, conversations.duration AS talk_duration, has_sound, speakers_estimated, ended_early, speech,
            unheard, sounds, measures, shared_texts.text AS fingerprints_text, forms.sha256 AS form_sha256
        FROM calls JOIN conversations ON conversations.call = calls.id
            LEFT JOIN scorecards ON scorecards.call = calls.id LEFT JOIN forms ON forms.id = scorecards.form_text
            LEFT JOIN shared_texts ON shared_texts.id = calls.fingerprints
        WHERE calls.id IN ({marks}) ORDER BY calls.id
        """,  # noqa: S608 - only question marks
        which,
    )
    turns = rows("*", "turns", "position")
    pauses = rows("*", "pauses", "position")
    overlaps = rows("*", "overlaps", "position")
    segments = rows("call, words", "segments", "position")
    judged = rows("call, position, rule, outcome, severity, confidence", "verdicts", "position")
    places = rows(
        'evidence.call AS call, verdict, evidence.start AS start, evidence."end" AS "end"',
        "evidence JOIN verdicts USING (call)",
        "evidence.verdict, evidence.position",
        "verdicts.position = evidence.verdict AND outcome = 'violation' AND ",
        "evidence.call",
    )
    answers = rows("*", "person_answers", "question")
    met = {
        row["call"]: row["bits"]
        for row in database.read(
            f"SELECT call, bits FROM phrases_met WHERE phrases = ? AND call IN ({marks})",  # noqa: S608 - ours
            [phrases, *which],
        )
    }
    fingerprints: dict[str, Mapping[str, str]] = {}
    found: list[StoredTalk] = []
    for head in heads:
        call, text = head["id"], head["fingerprints_text"] or "{}"
        if text not in fingerprints:
            fingerprints[text] = json.loads(text)
        found.append(
            StoredTalk(
                call=call,
                name=head["file_name"],
                agent_name=head["agent_name"],
                score=head["score"],
                outcome=CardOutcome(head["outcome"]),
                form=head["form_sha256"],
                fingerprints=fingerprints[text],
                outcomes={row["rule"]: _OUTCOMES[row["outcome"]] for row in judged[call]},
                answers={
                    row["question"]: PersonAnswer(Answer(row["answer"]), row["reason"], row["who"])
                    for row in answers[call]
                },
                _rows=_Rows(
                    head,
                    turns[call],
                    pauses[call],
                    overlaps[call],
                    segments[call],
                    judged[call],
                    places[call],
                    met.get(call),
                ),
            )
        )
    return tuple(found)


class StoredTurn(Turn):
    """A turn whose words are made when first asked for; told by text until then."""

    @cached_property
    def words(self) -> tuple[Word, ...]:
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
