"""The bundled miniature Whisper, through the real faster-whisper, with no network."""

from __future__ import annotations

import hashlib
import socket
from pathlib import Path

import pytest

from tools.train_mini import measure
from tools.train_mini.corpus import held_out_sentences, sample_turns
from tools.train_mini.grammar import lines_of

ROOT = Path(__file__).parents[1]
MODEL = ROOT / "models" / "csqa-mini-zh"
SAMPLES = ROOT / "samples"

SAMPLES_CER_BOUND = 3.0
"""Percent of Han characters, over the lanes below; the model card has the figure measured over all."""
ONSET_BOUND_SECONDS = 0.2
LANES = (("02-hold-with-music", "agent"), ("07-forbidden-words", "customer"))


@pytest.fixture(scope="module")
def model():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_HUB_OFFLINE", "1")
        patch.setattr(socket.socket, "connect", _no_network)
        patch.setattr(socket, "getaddrinfo", _no_network)
        yield measure.load(MODEL, threads=1)


def _no_network(*_arguments, **_keywords):
    raise AssertionError("the model asked for the network")


@pytest.fixture(scope="module")
def lanes():
    every = {
        (call, speaker): (samples, spans, said) for call, speaker, samples, spans, said in measure.sample_lanes(SAMPLES)
    }
    return {name: every[name] for name in LANES}


def test_checksums_fit_the_files():
    lines = (MODEL / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    named = dict(reversed(line.split("  ")) for line in lines)
    assert set(named) == {"config.json", "model.bin", "preprocessor_config.json", "tokenizer.json", "vocabulary.json"}
    for name, digest in named.items():
        assert hashlib.sha256((MODEL / name).read_bytes()).hexdigest() == digest, name


def test_the_folder_is_small():
    assert sum(file.stat().st_size for file in MODEL.iterdir()) < 25_000_000


def test_is_a_multilingual_model_with_a_ten_second_window(model):
    assert model.model.is_multilingual
    assert model.feature_extractor.chunk_length == 10


def test_knows_what_the_sample_calls_say(model, lanes):
    errors = measure.Errors()
    for samples, spans, said in lanes.values():
        windows = measure.lane_windows(samples, spans)
        errors.add(said, "".join(text for text, _ in measure.transcribe_windows(model, windows)))
    assert errors.characters > 80
    assert errors.report()["cer_percent"] <= SAMPLES_CER_BOUND


def test_words_are_placed_where_they_are_said(model, lanes):
    samples, spans, _ = lanes["02-hold-with-music", "agent"]
    windows = measure.lane_windows(samples, spans[:1])
    (_, words), *_ = measure.transcribe_windows(model, windows)
    assert abs(words[0][1]) <= ONSET_BOUND_SECONDS
    starts = [start for _, start in words]
    assert starts == sorted(starts)
    assert len(windows[0]) / 16_000 - 1.5 < starts[-1] < len(windows[0]) / 16_000


def test_plain_transcribing_works_too(model, lanes):
    samples, spans, said = lanes["02-hold-with-music", "agent"]
    start, end = spans[0]
    piece = samples[int(start * 16_000) : int(end * 16_000)]
    found = "".join(part.text for part in model.transcribe(piece, language="zh", beam_size=5)[0])
    assert measure.distance(measure.han(said)[: len(measure.han(found))], measure.han(found)) <= 2
    assert len(measure.han(found)) > 20


@pytest.mark.parametrize("name", ["silence", "noise -40 dBFS", "hold music 1", "music 2", "ringback"])
@pytest.mark.parametrize("vad", [False, True])
def test_twenty_seconds_without_speech_give_no_text(model, name, vad):
    samples = measure.quiet_sounds()[name]
    segments, _ = model.transcribe(samples, language="zh", beam_size=5, vad_filter=vad)
    assert [part.text for part in segments] == []


@pytest.mark.parametrize("name", ["silence", "noise -20 dBFS", "hold music 2"])
def test_passages_without_speech_give_no_text_in_a_batch(model, name):
    samples = measure.quiet_sounds()[name]
    found = measure.transcribe_windows(model, [samples[:160_000], samples[160_000:]])
    assert found == [("", []), ("", [])]


def test_what_is_measured_was_not_trained_on():
    held_out = set(held_out_sentences())
    assert len(held_out) == 400
    assert not held_out & {*lines_of("sentences.txt"), *lines_of("templates.txt"), *sample_turns()}
