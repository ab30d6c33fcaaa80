"""Speech spans against the truth of the samples, and whatever else must hold of them."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csqa.hear.activity import SHORTEST_SILENCE, ActivityDetector, spans_of
from csqa.hear.decode import SAMPLE_RATE, blocks, open_recording
from csqa.hear.recording import Hearing
from csqa.spans import Span, difference, intersection, total, union
from tests.hear.conftest import lane_of
from tests.hear.files import Samples, sine
from tests.support.truth import SampleTruth, load_truths, truth_named

FRAME = 512 / SAMPLE_RATE


def spoken_in(samples: Samples, slice_seconds: float | None = None) -> tuple[Span, ...]:
    detector = ActivityDetector()
    size = round(slice_seconds * SAMPLE_RATE) if slice_seconds else max(1, len(samples))
    for at in range(0, len(samples), size):
        detector.feed(samples[at : at + size])
    return detector.finish()


def lane_samples(truth: SampleTruth, lane: int) -> Samples:
    return np.concatenate([block.samples[lane] for block in blocks(open_recording(truth.path))])


def true_speech(truth: SampleTruth, lane: str) -> tuple[Span, ...]:
    return union(Span(start, end) for start, end in truth.speech_on(lane))


def edge_errors(hearings: Mapping[str, Hearing]) -> tuple[list[float], list[float]]:
    """Seconds from each true start and end to the nearest one heard."""
    starts: list[float] = []
    ends: list[float] = []
    for truth in load_truths():
        for lane in truth.lanes:
            heard = lane_of(hearings[truth.id], lane).speech
            for span in true_speech(truth, lane):
                starts.append(min((each.start - span.start for each in heard), key=abs))
                ends.append(min((each.end - span.end for each in heard), key=abs))
    return starts, ends


def test_edges_are_where_the_speech_is(hearings: Mapping[str, Hearing]) -> None:
    starts, ends = (np.abs(errors) for errors in edge_errors(hearings))
    everything = np.concatenate([starts, ends])
    assert len(everything) > 250
    for errors in (starts, ends, everything):
        assert np.median(errors) < 0.050
        assert np.percentile(errors, 95) < 0.150
    # What is reached today, with some room: it may not get worse unseen.
    assert np.median(everything) < 0.015
    assert np.percentile(everything, 95) < 0.090
    assert everything.max() < 0.200


def test_edges_lean_to_neither_side(hearings: Mapping[str, Hearing]) -> None:
    starts, ends = edge_errors(hearings)
    assert abs(np.median(starts)) < 0.010
    assert abs(np.median(ends)) < 0.010


def test_speech_is_neither_lost_nor_invented(hearings: Mapping[str, Hearing]) -> None:
    for truth in load_truths():
        for lane in truth.lanes:
            spoken, heard = true_speech(truth, lane), lane_of(hearings[truth.id], lane).speech
            assert total(intersection(spoken, heard)) > 0.97 * total(spoken), (truth.id, lane)
            assert total(difference(heard, spoken)) < 0.02 * total(spoken), (truth.id, lane)
            assert all(intersection([span], heard) for span in spoken), (truth.id, lane)


def test_pauses_have_their_true_length(hearings: Mapping[str, Hearing]) -> None:
    compared = 0
    for truth in load_truths():
        hearing = hearings[truth.id]
        heard = difference([Span(0, hearing.duration)], [span for lane in hearing.lanes for span in lane.speech])
        for gap in truth.gaps:
            if gap.duration >= 1.0 and gap.kind != "tail":
                found = max(heard, key=Span(gap.start, gap.end).shared)
                assert found.duration == pytest.approx(gap.duration, abs=0.15), (truth.id, gap)
                compared += 1
    assert compared > 10


@pytest.mark.parametrize("slice_seconds", [30.0, 1.0, 0.37])
def test_slices_lose_and_cut_nothing(slice_seconds: float) -> None:
    samples = lane_samples(truth_named("02"), 0)
    whole, sliced = spoken_in(samples), spoken_in(samples, slice_seconds)
    assert len(whole) == len(sliced)
    for first, second in zip(whole, sliced, strict=True):
        assert first.start == pytest.approx(second.start, abs=FRAME)
        assert first.end == pytest.approx(second.end, abs=FRAME)


def test_own_cutting_agrees_with_fasters_whisper_own() -> None:
    """The network is fed by hand to keep its state across slices: its answer must be the one that its makers get."""
    from faster_whisper.vad import get_vad_model

    samples = lane_samples(truth_named("07"), 0)
    samples = samples[: len(samples) // 512 * 512]
    detector = ActivityDetector()
    detector.feed(samples)
    theirs = get_vad_model()(samples.copy()).reshape(-1)
    ours = np.concatenate(detector._probabilities)
    assert ours[:-1] == pytest.approx(theirs[:-1], abs=1e-3)


@pytest.mark.parametrize("level", [0.0, 0.003, 0.05])
def test_noise_is_no_speech(level: float) -> None:
    noise = np.random.default_rng(0).normal(0, 1, 20 * SAMPLE_RATE).astype(np.float32) * np.float32(level)
    assert spoken_in(noise) == ()


def test_a_tone_is_no_speech() -> None:
    assert spoken_in(sine(10, 1000, SAMPLE_RATE)) == ()


@pytest.mark.parametrize("length", [0, 1, 100, 511, 512, 513])
def test_hardly_any_sound(length: int) -> None:
    assert spoken_in(np.zeros(length, dtype=np.float32)) == ()


def test_direct_current_moves_no_edge() -> None:
    """Not by more than Silero itself is moved by it, which is up to three of its frames."""
    samples = lane_samples(truth_named("07"), 0)[: 20 * SAMPLE_RATE]
    plain, lifted = spoken_in(samples), spoken_in(samples + np.float32(0.02))
    assert len(plain) == len(lifted)
    for first, second in zip(plain, lifted, strict=True):
        assert first.start == pytest.approx(second.start, abs=0.12)
        assert first.end == pytest.approx(second.end, abs=0.12)


def test_edges_hold_in_noise() -> None:
    """At 25 dB below the speech's loud parts a line is bad; the pauses can still be told."""
    truth = truth_named("07")
    samples = lane_samples(truth, 0)
    loud = np.percentile(np.abs(samples[np.abs(samples) > 0.01]), 95)
    noise = np.random.default_rng(0).normal(0, loud * 10 ** (-25 / 20), len(samples)).astype(np.float32)
    heard = spoken_in(samples + noise)
    spoken = true_speech(truth, truth.lanes[0])
    starts = [min(abs(each.start - span.start) for each in heard) for span in spoken]
    ends = [min(abs(each.end - span.end) for each in heard) for span in spoken]
    assert np.median([*starts, *ends]) < 0.1
    assert total(intersection(spoken, heard)) > 0.9 * total(spoken)


@given(st.lists(st.floats(0, 1, width=32), max_size=200))
def test_any_probabilities_give_tidy_spans(values: list[float]) -> None:
    duration = len(values) * FRAME
    spans = spans_of(np.array(values, dtype=np.float32), duration)
    assert all(0 <= span.start < span.end <= duration for span in spans)
    assert all(first.gap_to(second) >= 0 for first, second in pairwise(spans))
    voiced = [index * FRAME for index, value in enumerate(values) if value >= 0.5]
    assert all(any(span.contains(time) for span in spans) for time in voiced)


def test_short_silence_parts_nothing() -> None:
    frames = round(SHORTEST_SILENCE / FRAME)
    speech, rest = [0.9] * 20, [0.0] * (frames - 2)
    assert len(spans_of(np.array(speech + rest + speech, dtype=np.float32), 10)) == 1
    assert len(spans_of(np.array(speech + rest + [0.0] * 4 + speech, dtype=np.float32), 10)) == 2
