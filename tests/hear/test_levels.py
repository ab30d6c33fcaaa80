"""Levels every 100 ms, however the sound is cut."""

from __future__ import annotations

import numpy as np
import pytest

from csqa.hear.levels import QUIETEST_DBFS, LevelMeter
from tests.hear.files import Samples, sine


def levels_of(samples: Samples, piece: int) -> tuple[int, ...]:
    meter = LevelMeter()
    for at in range(0, len(samples), piece):
        meter.feed(samples[at : at + piece])
    return meter.finish()


def test_levels_are_root_mean_square_in_dbfs() -> None:
    loud, quiet, nothing = sine(1, 400, 16_000, 1.0), sine(1, 400, 16_000, 0.01), np.zeros(8000, dtype=np.float32)
    expected = (-3,) * 10 + (-43,) * 10 + (QUIETEST_DBFS,) * 5
    assert levels_of(np.concatenate([loud, quiet, nothing]), 16_000) == expected


@pytest.mark.parametrize("piece", [1, 999, 1600, 50_000])
def test_slices_do_not_matter(piece: int) -> None:
    samples = np.random.default_rng(0).normal(0, 0.1, 4321).astype(np.float32)
    assert levels_of(samples, piece) == levels_of(samples, len(samples))
    assert len(levels_of(samples, piece)) == 3


def test_nothing_has_no_level() -> None:
    assert levels_of(np.zeros(0, dtype=np.float32), 1) == ()
