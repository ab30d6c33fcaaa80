"""The outline: what is stored is right, and any view of it equals looking at every bucket."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csqa.hear.peaks import BUCKET_SAMPLES, OutlineBuilder, Pyramid, view
from csqa.hear.recording import Peaks
from csqa.hear.resample import SAMPLE_RATE
from tests.hear.files import Samples

BUCKET_SECONDS = BUCKET_SAMPLES / SAMPLE_RATE


def outline_of(samples: Samples, piece: int) -> Peaks:
    builder = OutlineBuilder()
    for at in range(0, len(samples), piece):
        builder.feed(samples[at : at + piece])
    return builder.finish()


def some_peaks(buckets: int, seed: int) -> Peaks:
    pairs = np.sort(np.random.default_rng(seed).integers(-127, 128, (buckets, 2)), axis=1).astype(np.int8)
    return Peaks(BUCKET_SAMPLES, pairs.tobytes())


@given(st.integers(1, 5000), st.integers(1, 3000), st.integers(0, 5))
@settings(deadline=None, max_examples=40)
def test_outline_is_the_extremes_of_every_bucket(length: int, piece: int, seed: int) -> None:
    samples = np.random.default_rng(seed).uniform(-1.2, 1.2, length).astype(np.float32)
    stored = np.frombuffer(outline_of(samples, piece).data, dtype=np.int8).reshape(-1, 2)
    assert len(stored) == -(-length // BUCKET_SAMPLES)
    for index, (low, high) in enumerate(stored):
        bucket = np.clip(samples[index * BUCKET_SAMPLES : (index + 1) * BUCKET_SAMPLES], -1, 1)
        assert low / 127 <= bucket.min() + 1e-6 < (low + 1.01) / 127 + 1e-5
        assert (high - 1.01) / 127 - 1e-5 < bucket.max() - 1e-6 <= high / 127


def test_silence_is_flat() -> None:
    assert outline_of(np.zeros(1000, dtype=np.float32), 100).data == bytes(8)
    assert outline_of(np.zeros(0, dtype=np.float32), 100).data == b""


@given(st.integers(1, 700), st.integers(0, 3), st.floats(-2, 12), st.floats(0.001, 15), st.integers(1, 120))
@settings(deadline=None, max_examples=150)
def test_a_view_loses_no_peak(buckets: int, seed: int, start: float, length: float, columns: int) -> None:
    peaks = some_peaks(buckets, seed)
    pairs = np.frombuffer(peaks.data, dtype=np.int8).reshape(-1, 2)
    shown = Pyramid(peaks).view(start, start + length, columns)
    assert shown.shape == (columns, 2)
    width = length / columns
    for column, (low, high) in enumerate(shown):
        left, right = start + column * width, start + (column + 1) * width
        touched = pairs[max(0, int(np.ceil(left / BUCKET_SECONDS))) : max(0, int(np.floor(right / BUCKET_SECONDS)))]
        if len(touched):  # buckets wholly in the column are always in it
            assert low <= touched[:, 0].min()
            assert high >= touched[:, 1].max()
        near = pairs[max(0, int(left / BUCKET_SECONDS - width / BUCKET_SECONDS) - 2) :][
            : int(3 * width / BUCKET_SECONDS) + 6
        ]
        if len(near) and right > 0:  # and nothing from farther than a column away
            assert low >= min(0, near[:, 0].min())
            assert high <= max(0, near[:, 1].max())


def test_outside_the_recording_it_is_flat() -> None:
    shown = view(some_peaks(100, 0), -1.6, 3.2, 30)
    assert not shown[:10].any()
    assert shown[10:20].any(axis=1).all()
    assert not shown[20:].any()
    assert not view(Peaks(BUCKET_SAMPLES, b""), 0, 1, 5).any()


@pytest.mark.parametrize(("start", "end", "columns"), [(1, 1, 10), (2, 1, 10), (0, 1, 0)])
def test_a_view_of_nothing_is_refused(start: float, end: float, columns: int) -> None:
    with pytest.raises(ValueError, match="shows nothing"):
        view(some_peaks(10, 0), start, end, columns)


def test_two_hours_are_drawn_at_once() -> None:
    peaks = some_peaks(round(7200 / BUCKET_SECONDS), 0)
    pyramid = Pyramid(peaks)
    for zoom in (7200, 3600, 600, 60, 5, 0.5):
        taken = []
        for _ in range(5):
            begun = time.perf_counter()
            pyramid.view(1000, 1000 + zoom, 2000)
            taken.append(time.perf_counter() - begun)
        assert min(taken) < 0.01  # seconds; a frame of the screen has 0.016
