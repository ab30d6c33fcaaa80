"""Passages: no speech lost, no lanes mixed, no window overfull, and every moment found again in the recording."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csqa.frames import from_json, to_json
from csqa.hear.recording import Hearing, LaneHearing, Peaks
from csqa.roles import Speaker
from csqa.spans import Span, difference, total, union
from csqa.words.passages import (
    GAP_SECONDS,
    PAD_SECONDS,
    SAMPLE_RATE,
    Passage,
    PassageAudio,
    clip_seconds,
    halves,
    locate,
    piece_at,
    place,
    plan,
)

WINDOWS = (10.0, 30.0)


def lane_of(speaker: Speaker, speech: tuple[Span, ...], levels: tuple[int, ...] = ()) -> LaneHearing:
    return LaneHearing(speaker, speech, levels, Peaks(256, b""))


@st.composite
def speech_spans(draw: st.DrawFn) -> tuple[Span, ...]:
    """Speech as voice activity gives it: in order, apart, some of it longer than any window."""
    spans, time = [], 0.0
    for gap, length in draw(st.lists(st.tuples(st.floats(0.05, 20), st.floats(0.02, 45)), max_size=12)):
        spans.append(Span(time + gap, time + gap + length))
        time += gap + length
    return tuple(spans)


@st.composite
def hearings(draw: st.DrawFn) -> Hearing:
    both = draw(speech_spans()), draw(speech_spans())
    duration = max([0.0, *(span.end for speech in both for span in speech)]) + draw(st.floats(0, 3))
    levels = [tuple(draw(st.lists(st.integers(-90, 0), max_size=40)) * 5) for _ in both]
    return Hearing(
        duration,
        (lane_of(Speaker.AGENT, both[0], levels[0]), lane_of(Speaker.CUSTOMER, both[1], levels[1])),
        (),
    )


@given(hearing=hearings(), window=st.sampled_from(WINDOWS))
def test_all_speech_is_in_passages_and_every_passage_fits_the_window(hearing: Hearing, window: float) -> None:
    passages = plan(hearing, window)
    assert [passage.index for passage in passages] == list(range(len(passages)))
    assert [passage.pieces[0].start for passage in passages] == sorted(p.pieces[0].start for p in passages)
    for passage in passages:
        assert clip_seconds(passage.pieces) <= window - 0.5 + 0.001
        assert passage.speaker is hearing.lanes[passage.lane].speaker
        assert all(earlier.end <= later.start for earlier, later in pairwise(passage.pieces))
        assert passage.pieces[0].start >= 0
        assert passage.pieces[-1].end <= hearing.duration + 1e-9
    for index, lane in enumerate(hearing.lanes):
        pieces = [piece for passage in passages if passage.lane == index for piece in passage.pieces]
        assert total(difference(lane.speech, pieces)) < 1e-6
        assert all(earlier.end <= later.start for earlier, later in pairwise(sorted(pieces)))
        bridged = union(lane.speech, bridge=GAP_SECONDS + 2 * PAD_SECONDS + 1e-9)
        assert total(difference(pieces, bridged)) <= 2 * PAD_SECONDS * len(lane.speech) + 1e-6


@given(hearing=hearings(), window=st.sampled_from(WINDOWS))
def test_no_two_neighbouring_passages_would_fit_one_window(hearing: Hearing, window: float) -> None:
    passages = plan(hearing, window)
    for lane in range(2):
        own = [passage for passage in passages if passage.lane == lane]
        for earlier, later in pairwise(own):
            assert clip_seconds((*earlier.pieces, *later.pieces)) > window - max(0.5, window / 15)


@given(hearing=hearings(), window=st.sampled_from(WINDOWS), data=st.data())
def test_every_moment_of_a_piece_is_found_again(hearing: Hearing, window: float, data: st.DataObject) -> None:
    for passage in plan(hearing, window):
        piece = data.draw(st.sampled_from(passage.pieces))
        time = data.draw(st.floats(piece.start + 1e-3, max(piece.start + 1e-3, piece.end - 1e-3)))
        if time <= piece.end:
            in_clip = place(passage, time)
            assert passage.pieces[piece_at(passage, in_clip)] == piece
            assert locate(passage, in_clip) == pytest.approx(time, abs=1e-6)


@given(hearing=hearings(), window=st.sampled_from(WINDOWS), data=st.data())
def test_what_is_located_lies_in_a_piece_and_in_order(hearing: Hearing, window: float, data: st.DataObject) -> None:
    for passage in plan(hearing, window):
        times = sorted(data.draw(st.lists(st.floats(-1, window + 1), max_size=8)))
        found = [locate(passage, time) for time in times]
        assert found == sorted(found)
        for time, where in zip(times, found, strict=True):
            piece = passage.pieces[piece_at(passage, time)]
            assert piece.start <= where <= piece.end


def test_a_long_stretch_is_cut_where_the_lane_is_quietest() -> None:
    levels = [-20] * 400
    levels[121] = -55  # 12.1 s: too early for a window of 28 s
    levels[180] = -50
    levels[260] = -40
    speech = (Span(0.0, 40.0),)
    passages = plan(Hearing(40.0, (lane_of(Speaker.AGENT, speech, tuple(levels)),), ()), 30.0)
    assert [passage.pieces for passage in passages] == [(Span(0.0, 18.05),), (Span(18.05, 40.0),)]


def test_short_pauses_are_kept_long_ones_cut_out_and_lanes_kept_apart() -> None:
    agent = (Span(1.0, 2.0), Span(2.4, 3.0), Span(8.0, 9.0))
    customer = (Span(4.0, 7.5),)
    lanes = (lane_of(Speaker.CUSTOMER, customer), lane_of(Speaker.AGENT, agent))
    passages = plan(Hearing(9.05, lanes, ()), 10.0)
    assert [(passage.speaker, passage.pieces) for passage in passages] == [
        (Speaker.AGENT, (Span(0.8, 3.2), Span(7.8, 9.05))),
        (Speaker.CUSTOMER, (Span(3.8, 7.7),)),
    ]
    assert clip_seconds(passages[0].pieces) == pytest.approx(2.4 + GAP_SECONDS + 1.25)
    # the gap of the clip goes half to the end of one piece, half to the start of the next
    assert locate(passages[0], 2.4 + 0.1) == 3.2
    assert locate(passages[0], 2.4 + 0.2) == 7.8
    assert locate(passages[0], 2.4 + 0.2, piece=0) == 3.2


def test_silence_makes_no_passage_and_a_place_outside_is_refused() -> None:
    assert plan(Hearing(30.0, (lane_of(Speaker.AGENT, ()),), ()), 30.0) == ()
    with pytest.raises(ValueError, match="no piece"):
        place(Passage(0, 0, Speaker.AGENT, (Span(1.0, 2.0),)), 3.0)


def test_halves_keep_every_sample_of_the_pieces_at_its_place() -> None:
    noise = np.random.default_rng(3).normal(0, 0.1, 8 * SAMPLE_RATE).astype(np.float32)
    noise[4 * SAMPLE_RATE : 4 * SAMPLE_RATE + 3200] = 0
    one = PassageAudio(Passage(4, 1, Speaker.AGENT, (Span(20.0, 28.0),)), noise)
    first, second = halves(one)
    cut = first.passage.pieces[0].end
    assert 24.0 < cut < 24.2
    assert (first.passage.pieces, second.passage.pieces) == ((Span(20.0, cut),), (Span(cut, 28.0),))
    np.testing.assert_array_equal(np.concatenate([first.samples, second.samples]), noise)

    three = Passage(4, 1, Speaker.AGENT, (Span(20.0, 21.0), Span(30.0, 33.0), Span(40.0, 43.4)))
    first, second = halves(PassageAudio(three, noise))
    assert first.passage == replace(three, pieces=three.pieces[:2])
    assert second.passage == replace(three, pieces=three.pieces[2:])
    assert first.samples.size == round(4.3 * SAMPLE_RATE)
    np.testing.assert_array_equal(second.samples, noise[round(4.6 * SAMPLE_RATE) :])


@given(hearing=hearings())
def test_passages_travel_as_json(hearing: Hearing) -> None:
    for passage in plan(hearing, 30.0):
        assert from_json(to_json(passage), Passage) == passage
