"""Passages with their sound: read once, sample for sample as in the recording, complete even where the file is not."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from csqa.hear.decode import open_recording
from csqa.hear.recording import Recording
from csqa.roles import Speaker
from csqa.spans import Span
from csqa.words.passages import GAP_SECONDS, SAMPLE_RATE, Passage, collect, place

SECONDS = 70.0


@pytest.fixture(scope="module")
def call(tmp_path_factory: pytest.TempPathFactory) -> tuple[Recording, NDArray[np.float32]]:
    """A recording over several blocks, every sample of which tells where it lies, and its samples (lanes, frames)."""
    frames = int(SECONDS * SAMPLE_RATE)
    counted = (np.arange(2 * frames).reshape(2, frames) * 7919 % 65536 - 32768).astype(np.int16)
    path = tmp_path_factory.mktemp("录音") / "call.wav"
    soundfile.write(path, counted.T, SAMPLE_RATE, subtype="PCM_16")
    return open_recording(path), counted.astype(np.float32) / 32768


def passage(index: int, lane: int, *pieces: tuple[float, float]) -> Passage:
    speaker = (Speaker.AGENT, Speaker.CUSTOMER)[lane]
    return Passage(index, lane, speaker, tuple(Span(start, end) for start, end in pieces))


def test_every_sample_is_where_the_map_says(call: tuple[Recording, NDArray[np.float32]]) -> None:
    recording, sound = call
    passages = [
        passage(0, 0, (0.0, 2.5), (28.9, 33.3), (61.0, 61.01)),
        passage(1, 1, (1.25, 4.0)),
        passage(2, 1, (29.999, 30.001), (59.5, 60.5)),
        passage(3, 0, (62.0, 70.0)),
    ]
    collected = list(collect(recording, passages))
    assert [audio.passage.index for audio in collected] == [1, 0, 2, 3]
    for audio in collected:
        assert audio.samples.dtype == np.float32
        lane = sound[audio.passage.lane]
        covered = np.zeros(audio.samples.size, bool)
        for piece in audio.passage.pieces:
            first = round(place(audio.passage, piece.start) * SAMPLE_RATE)
            own = slice(round(piece.start * SAMPLE_RATE), round(piece.end * SAMPLE_RATE))
            np.testing.assert_allclose(audio.samples[first : first + own.stop - own.start], lane[own], atol=1e-6)
            covered[first : first + own.stop - own.start] = True
        assert not audio.samples[~covered].any()
        assert np.count_nonzero(~covered) == round(GAP_SECONDS * SAMPLE_RATE) * (len(audio.passage.pieces) - 1)


def test_a_passage_comes_as_soon_as_it_is_read(call: tuple[Recording, NDArray[np.float32]]) -> None:
    recording, _ = call
    stream = collect(recording, [passage(0, 0, (1.0, 2.0)), passage(1, 0, (65.0, 66.0))])
    assert next(stream).passage.index == 0
    stream.close()


def test_what_the_file_lacks_is_silence(call: tuple[Recording, NDArray[np.float32]]) -> None:
    recording, sound = call
    audio, beyond = collect(recording, [passage(0, 1, (69.0, 71.0)), passage(1, 0, (80.0, 81.0))])
    np.testing.assert_allclose(audio.samples[:SAMPLE_RATE], sound[1, -SAMPLE_RATE:], atol=1e-6)
    assert not audio.samples[SAMPLE_RATE:].any()
    assert beyond.samples.size == SAMPLE_RATE
    assert not beyond.samples.any()


def test_no_passages_need_no_reading(tmp_path: Path, call: tuple[Recording, NDArray[np.float32]]) -> None:
    assert list(collect(call[0], [])) == []
