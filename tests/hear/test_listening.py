"""One pass over a recording gives all that is heard in it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from csqa.errors import UserFixable
from csqa.frames import from_json, to_json
from csqa.hear.decode import open_recording
from csqa.hear.listening import listen
from csqa.hear.peaks import BUCKET_SAMPLES, view
from csqa.hear.recording import Hearing
from csqa.hear.resample import SAMPLE_RATE
from csqa.roles import LaneLayout, Speaker
from tests.hear.files import sine, write_plain
from tests.support.truth import load_truths, truth_named


def test_lanes_follow_the_layout(hearings: Mapping[str, Hearing]) -> None:
    for truth in load_truths():
        expected = [Speaker.UNKNOWN] if truth.layout == "mono" else [Speaker(lane) for lane in truth.lanes]
        assert [lane.speaker for lane in hearings[truth.id].lanes] == expected
        assert hearings[truth.id].duration == pytest.approx(truth.duration, abs=0.5)


def test_all_parts_have_the_length_of_the_recording(hearings: Mapping[str, Hearing]) -> None:
    for hearing in hearings.values():
        samples = round(hearing.duration * SAMPLE_RATE)
        for lane in hearing.lanes:
            assert len(lane.levels) == -(-samples // 1600)
            assert lane.peaks.bucket_samples == BUCKET_SAMPLES
            assert len(lane.peaks.data) == 2 * -(-samples // BUCKET_SAMPLES)
            assert all(0 <= span.start < span.end <= hearing.duration for span in lane.speech)
            loud = [lane.levels[int(span.middle * 10)] for span in lane.speech if span.duration > 1]
            assert np.median(loud) > np.median(lane.levels) or len(loud) > len(lane.levels) // 20


def test_turned_lanes_give_the_same_under_other_names() -> None:
    path = truth_named("07").path
    straight = listen(open_recording(path, LaneLayout.AGENT_CUSTOMER))
    turned = listen(open_recording(path, LaneLayout.CUSTOMER_AGENT))
    assert straight.speech_of(Speaker.AGENT) == turned.speech_of(Speaker.CUSTOMER)
    assert straight.speech_of(Speaker.UNKNOWN) == ()


def test_progress_moves_on_to_the_end(tmp_path: Path) -> None:
    path = write_plain(tmp_path / "a.wav", sine(50, 400)[None] * 0.01, 8000, "WAV")
    told: list[float] = []
    hearing = listen(open_recording(path), told.append)
    assert told == sorted(told)
    assert len(told) >= 3
    assert told[-1] == hearing.duration == 50.0
    assert hearing.lanes[0].speech == ()
    assert not hearing.sounds


def test_a_hearing_travels_as_json(hearings: Mapping[str, Hearing]) -> None:
    hearing = hearings[truth_named("02").id]
    assert from_json(to_json(hearing), Hearing) == hearing


def test_a_recording_cut_short_is_heard_to_end_early(tmp_path: Path) -> None:
    path = write_plain(tmp_path / "a.wav", sine(30, 400)[None] * 0.01, 8000, "WAV")
    assert not listen(open_recording(path)).ended_early
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 3])
    hearing = listen(open_recording(path))
    assert hearing.ended_early
    assert hearing.duration == pytest.approx(10, abs=0.01)
    assert from_json(to_json(hearing), Hearing).ended_early


def test_the_outline_shows_where_the_speech_is(hearings: Mapping[str, Hearing]) -> None:
    truth = truth_named("06")
    lane = hearings[truth.id].lanes[0]
    for start, end in truth.speech_on(truth.lanes[0]):
        assert np.ptp(view(lane.peaks, start, end, 1)[0].astype(int)) > 20


def test_what_cannot_be_heard_says_so(tmp_path: Path) -> None:
    path = write_plain(tmp_path / "a.wav", sine(1, 400)[None], 8000, "WAV")
    recording = open_recording(path)
    path.unlink()
    with pytest.raises(UserFixable) as caught:
        listen(recording)
    assert caught.value.code == "hear.file-missing"
