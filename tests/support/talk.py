"""Conversations made for tests: from the samples' truth, and from a few lines."""

from __future__ import annotations

import re
from collections.abc import Sequence

from csqa.hear.recording import Hearing, LaneHearing, Peaks, Sound, SoundSpan
from csqa.roles import Speaker
from csqa.spans import Span
from csqa.talk.conversation import Conversation
from csqa.talk.conversing import converse
from csqa.words.transcript import Segment, Transcript, Word
from tests.support.truth import MONO, SampleTruth

NO_PEAKS = Peaks(160, b"")


def hearing_of(truth: SampleTruth) -> Hearing:
    """What a perfect ear hears in a sample."""
    mono = truth.layout == MONO
    lanes = tuple(
        LaneHearing(
            Speaker.UNKNOWN if mono else Speaker(lane),
            tuple(Span(start, end) for start, end in truth.speech_on(lane)),
            tuple([-30] * round(truth.duration * 10)),
            NO_PEAKS,
        )
        for lane in truth.lanes
    )
    sounds = tuple(
        SoundSpan(Span(one.start, one.end), Sound(one.sound), Speaker.UNKNOWN if mono else Speaker(one.speaker))
        for one in truth.sounds
    )
    return Hearing(truth.duration, lanes, sounds)


def transcript_of(truth: SampleTruth) -> Transcript:
    """What a perfect recogniser writes: a segment a turn, a word a character, spread over what is really spoken."""
    segments = []
    for turn in truth.turns:
        speaker = Speaker.UNKNOWN if truth.layout == MONO else Speaker(turn.speaker)
        spoken = [
            (start, end)
            for start, end in truth.speech[turn.speaker]
            if start >= turn.start - 0.01 and end <= turn.end + 0.01
        ]
        words = spread(turn.text, spoken)
        segments.append(Segment(words[0].start, words[-1].end, speaker, turn.text, words, 0.95))
    return Transcript(truth.duration, tuple(segments))


def spread(text: str, spoken: Sequence[tuple[float, float]], confidence: float | None = 0.95) -> tuple[Word, ...]:
    """One word a character, evenly over the spoken stretches; marks stand with the character before them."""
    pieces = re.findall(r"\w\W*", text)
    whole = sum(end - start for start, end in spoken)

    def time_at(share: float) -> float:
        left = share * whole
        for start, end in spoken:
            if left <= end - start:
                return start + left
            left -= end - start
        return spoken[-1][1]

    count = len(pieces)
    return tuple(
        Word(time_at((index + 0.05) / count), time_at((index + 0.9) / count), piece, confidence)
        for index, piece in enumerate(pieces)
    )


def conversation_of(truth: SampleTruth) -> Conversation:
    """A sample as talk, from its truth alone."""
    return converse(transcript_of(truth), hearing_of(truth))


def said(*lines: tuple[str, float, float, str], sound: bool = False, duration: float | None = None) -> Conversation:
    """A conversation of lines ``(speaker, start, end, text)``, as a transcript or, with ``sound``, as a recording.

    A line without text is speech that nobody recognised; it needs ``sound``.
    """
    length = duration if duration is not None else max(end for _, _, end, _ in lines)
    segments = tuple(
        Segment(start, end, Speaker(speaker), text, spread(text, [(start, end)]) if sound else (), None)
        for speaker, start, end, text in lines
        if text
    )
    if not sound:
        return converse(Transcript(length, segments), None)
    lanes = tuple(
        LaneHearing(
            speaker, tuple(Span(start, end) for who, start, end, _ in lines if who == speaker.value), (), NO_PEAKS
        )
        for speaker in (Speaker.AGENT, Speaker.CUSTOMER)
    )
    return converse(Transcript(length, segments), Hearing(length, lanes, ()))
