"""Rates become 16 kHz without a sample too many, and what happens keeps its time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csqa.hear.resample import SAMPLE_RATE, Resampler
from tests.hear.files import Samples


def resampled(samples: Samples, rate: int, piece: int) -> Samples:
    resampler = Resampler(len(samples))
    done = [resampler.push(rate, samples[:, at : at + piece]) for at in range(0, samples.shape[1], piece)]
    return np.concatenate([*done, resampler.flush()], axis=1)


@given(
    st.sampled_from([6000, 8000, 11_025, 16_000, 22_050, 44_100, 48_000]), st.integers(1, 30_000), st.integers(1, 9000)
)
@settings(max_examples=25, deadline=None)
def test_length_is_exact(rate: int, frames: int, piece: int) -> None:
    samples = np.zeros((2, frames), dtype=np.float32)
    assert resampled(samples, rate, max(piece, frames // 20)).shape == (2, int(frames * SAMPLE_RATE / rate + 0.5))


@pytest.mark.parametrize("rate", [8000, 11_025, 44_100])
def test_a_click_after_ten_minutes_keeps_its_time(rate: int) -> None:
    seconds = 600
    samples = np.zeros((1, seconds * rate), dtype=np.float32)
    samples[0, rate // 2] = samples[0, (seconds - 1) * rate] = 1
    lane = np.abs(resampled(samples, rate, rate)[0])
    assert lane[:SAMPLE_RATE].argmax() == pytest.approx(SAMPLE_RATE / 2, abs=1)
    assert lane[SAMPLE_RATE:].argmax() + SAMPLE_RATE == pytest.approx((seconds - 1) * SAMPLE_RATE, abs=1)


def test_the_rate_may_change_midway() -> None:
    resampler = Resampler(1)
    pieces = [
        resampler.push(8000, np.zeros((1, 8000), dtype=np.float32)),
        resampler.push(16_000, np.ones((1, 4000), dtype=np.float32)),
        resampler.push(44_100, np.zeros((1, 44_100), dtype=np.float32)),
        resampler.flush(),
    ]
    lane = np.concatenate(pieces, axis=1)[0]
    assert len(lane) == SAMPLE_RATE + 4000 + SAMPLE_RATE
    assert lane[SAMPLE_RATE + 10 : SAMPLE_RATE + 3990] == pytest.approx(1)
