"""The samples as talk, built from their truth alone, tell the truth's pauses."""

from __future__ import annotations

from dataclasses import replace

import pytest

from csqa.roles import Speaker
from csqa.spans import total
from csqa.talk.conversing import converse
from tests.support.talk import conversation_of, hearing_of, transcript_of
from tests.support.truth import MONO, SampleTruth, load_truths, truth_named


@pytest.mark.parametrize("truth", load_truths(), ids=lambda one: one.id)
def test_pauses_are_the_truths(truth: SampleTruth) -> None:
    told = [
        (round(one.span.start, 2), round(one.span.end, 2), one.kind, one.owed_by, one.sound, one.announced, one.thanked)
        for one in conversation_of(truth).pauses
    ]
    assert told == [
        (round(gap.start, 2), round(gap.end, 2), gap.kind, gap.owed_by, gap.sound, gap.announced, gap.thanked)
        for gap in truth.gaps
        if gap.duration >= 1.0
    ]


def test_speakers_of_the_mono_mix_are_guessed_and_marked_as_guesses() -> None:
    truth = truth_named("11")
    assert truth.layout == MONO
    talk = conversation_of(truth)
    assert talk.speakers_estimated
    assert all(turn.speaker_confidence < 1 for turn in talk.turns)
    right = sum(
        turn.speaker.value == next(one.speaker for one in truth.turns if one.start <= turn.span.middle <= one.end)
        for turn in talk.turns
    )
    assert right >= 0.9 * len(talk.turns)
    assert talk.overlaps == ()


def test_a_labelled_transcript_of_the_mono_mix_needs_no_guess() -> None:
    truth = truth_named("11")
    transcript, hearing = transcript_of(truth), hearing_of(truth)
    segments = zip(transcript.segments, truth.turns, strict=True)
    labelled = tuple(replace(segment, speaker=Speaker(turn.speaker)) for segment, turn in segments)
    talk = converse(replace(transcript, segments=labelled), hearing)
    assert [(turn.speaker, turn.text) for turn in talk.turns] == [(one.speaker, one.text) for one in truth.turns]
    assert not talk.speakers_estimated
    assert [(round(one.span.start, 1), one.kind) for one in talk.pauses] == [
        (round(gap.start, 1), gap.kind) for gap in truth.gaps if gap.duration >= 1.0
    ]
    mixed = total(hearing.lanes[0].speech)
    assert mixed <= sum(map(total, talk.speech.values())) <= mixed + sum(one.span.duration for one in talk.overlaps)


@pytest.mark.parametrize("with_words", [True, False])
def test_an_unlabelled_transcript_of_two_lanes_needs_no_guess(with_words: bool) -> None:
    for truth in load_truths():
        if truth.layout == MONO:
            continue
        transcript = transcript_of(truth)
        unlabelled = tuple(
            replace(segment, speaker=Speaker.UNKNOWN, words=segment.words if with_words else ())
            for segment in transcript.segments
        )
        talk = converse(replace(transcript, segments=unlabelled), hearing_of(truth))
        assert not talk.speakers_estimated
        assert [(turn.speaker, turn.text) for turn in talk.turns] == [
            (turn.speaker, turn.text) for turn in conversation_of(truth).turns
        ]


def test_known_speakers_are_never_guessed() -> None:
    talk = conversation_of(truth_named("01"))
    assert not talk.speakers_estimated
    assert {turn.speaker for turn in talk.turns} == {Speaker.AGENT, Speaker.CUSTOMER}
    assert all(turn.speaker_confidence == 1 for turn in talk.turns)


def test_levels_are_measured_where_the_party_speaks() -> None:
    talk = conversation_of(truth_named("01"))
    assert [one.median_level for one in talk.measures] == [-30.0, -30.0]


def test_the_customer_who_cuts_in_is_the_interrupter() -> None:
    (overlap,) = conversation_of(truth_named("07")).overlaps
    assert overlap.interrupter is Speaker.CUSTOMER
    assert overlap.span.duration == pytest.approx(1.5, abs=0.05)
