"""What was said: the transcript with its words, and the conversation that rules judge."""

from __future__ import annotations

from csqa.roles import Speaker
from csqa.spans import Span
from csqa.store import calls, search
from csqa.store.database import Database
from csqa.store.encoding import (
    WordNumbers,
    dropped_of,
    dropped_text,
    measures_of,
    measures_text,
    sounds_of,
    sounds_text,
    spans_text,
    speech_of,
    speech_text,
    words_of,
    words_text,
)
from csqa.store.talks import pause_of, turn_fields
from csqa.talk.conversation import Conversation, Overlap, Pause, Turn
from csqa.words.transcript import ModelIdentity, Segment, Transcript, Word

_PARTS = ("conversations", "turns", "pauses", "overlaps")


def save_transcript(database: Database, call: int, transcript: Transcript) -> None:
    """Keep a transcript, in place of the former one, and make it searchable."""
    search.remove(database, call)
    database.write("DELETE FROM segments WHERE call = ?", [call])
    database.write("DELETE FROM transcripts WHERE call = ?", [call])
    model = transcript.model
    database.insert(
        "transcripts",
        {
            "call": call,
            "duration": transcript.duration,
            "model_name": model.name if model else None,
            "model_sha256": model.sha256 if model else None,
            "dropped": dropped_text(transcript.dropped),
        },
    )
    database.insert_all(
        "segments",
        (
            {
                "call": call,
                "position": position,
                "start": segment.start,
                "end": segment.end,
                "speaker": segment.speaker.value,
                "text": segment.text,
                "confidence": segment.confidence,
                "words": words_text(segment.words),
            }
            for position, segment in enumerate(transcript.segments)
        ),
    )
    search.add(database, call)


def load_transcript(database: Database, call: int) -> Transcript:
    """Return the transcript of an inspected call."""
    row = database.read_one("SELECT * FROM transcripts WHERE call = ?", [call])
    if row is None:
        raise calls.not_inspected(database, call)
    segments = database.read("SELECT * FROM segments WHERE call = ? ORDER BY position", [call])
    return Transcript(
        duration=row["duration"],
        segments=tuple(
            Segment(
                start=segment["start"],
                end=segment["end"],
                speaker=Speaker(segment["speaker"]),
                text=segment["text"],
                words=words_of(segment["words"]),
                confidence=segment["confidence"],
            )
            for segment in segments
        ),
        model=ModelIdentity(row["model_name"], row["model_sha256"]) if row["model_name"] is not None else None,
        dropped=dropped_of(row["dropped"]),
    )


def all_words(transcript: Transcript) -> tuple[Word, ...]:
    """Return a transcript's words in order; a turn's words are told by their numbers among them."""
    return tuple(word for segment in transcript.segments for word in segment.words)


def save_conversation(database: Database, call: int, conversation: Conversation, transcript: Transcript) -> None:
    """Keep a conversation, in place of the former one; ``transcript`` is the one it was made from."""
    for table in _PARTS:
        database.write(f"DELETE FROM {table} WHERE call = ?", [call])  # noqa: S608 - our own names
    numbers = WordNumbers(all_words(transcript))
    database.insert(
        "conversations",
        {
            "call": call,
            "duration": conversation.duration,
            "has_sound": conversation.has_sound,
            "speakers_estimated": conversation.speakers_estimated,
            "ended_early": conversation.ended_early,
            "speech": speech_text(conversation.speech),
            "unheard": speech_text(conversation.unheard),
            "sounds": sounds_text(conversation.sounds),
            "measures": measures_text(conversation.measures),
        },
    )
    database.insert_all("turns", (_turn_row(call, *each, numbers) for each in enumerate(conversation.turns)))
    database.insert_all("pauses", (_pause_row(call, *each) for each in enumerate(conversation.pauses)))
    database.insert_all("overlaps", (_overlap_row(call, *each) for each in enumerate(conversation.overlaps)))


def load_conversation(database: Database, call: int, transcript: Transcript | None = None) -> Conversation:
    """Return the conversation of an inspected call; ``transcript`` spares loading it where it is there already."""
    row = database.read_one("SELECT * FROM conversations WHERE call = ?", [call])
    if row is None:
        raise calls.not_inspected(database, call)
    words = all_words(transcript) if transcript else _stored_words(database, call)
    turns, pauses, overlaps = (
        database.read(f"SELECT * FROM {table} WHERE call = ? ORDER BY position", [call])  # noqa: S608 - our own names
        for table in _PARTS[1:]
    )
    numbers = WordNumbers(words)
    return Conversation(
        duration=row["duration"],
        turns=tuple(Turn(**turn_fields(turn), words=numbers.words(turn["words"])) for turn in turns),
        pauses=tuple(map(pause_of, pauses)),
        overlaps=tuple(
            Overlap(Span(overlap["start"], overlap["end"]), Speaker(overlap["interrupter"])) for overlap in overlaps
        ),
        speech=speech_of(row["speech"]),
        sounds=sounds_of(row["sounds"]),
        measures=measures_of(row["measures"]),
        unheard=speech_of(row["unheard"]),
        has_sound=bool(row["has_sound"]),
        speakers_estimated=bool(row["speakers_estimated"]),
        ended_early=bool(row["ended_early"]),
        metadata=calls.load_metadata(database, call),
    )


def _stored_words(database: Database, call: int) -> tuple[Word, ...]:
    rows = database.read("SELECT words FROM segments WHERE call = ? ORDER BY position", [call])
    return tuple(word for row in rows for word in words_of(row["words"]))


def _turn_row(call: int, position: int, turn: Turn, numbers: WordNumbers) -> dict[str, object]:
    return {
        "call": call,
        "position": position,
        "number": turn.index,
        "start": turn.span.start,
        "end": turn.span.end,
        "speaker": turn.speaker.value,
        "text": turn.text,
        "confidence": turn.confidence,
        "speaker_confidence": turn.speaker_confidence,
        "speech": spans_text(turn.speech),
        "words": numbers.text(turn.words),
        "level": turn.level,
        "loudest": turn.loudest,
    }


def _pause_row(call: int, position: int, pause: Pause) -> dict[str, object]:
    return {
        "call": call,
        "position": position,
        "start": pause.span.start,
        "end": pause.span.end,
        "kind": pause.kind.value,
        "owed_by": pause.owed_by.value if pause.owed_by else None,
        "sound": pause.sound.value,
        "announced": pause.announced,
        "thanked": pause.thanked,
        "words_start": pause.by_words.start if pause.by_words else None,
        "words_end": pause.by_words.end if pause.by_words else None,
        "previous_turn": pause.previous_turn,
        "next_turn": pause.next_turn,
    }


def _overlap_row(call: int, position: int, overlap: Overlap) -> dict[str, object]:
    return {
        "call": call,
        "position": position,
        "start": overlap.span.start,
        "end": overlap.span.end,
        "interrupter": overlap.interrupter.value,
    }
