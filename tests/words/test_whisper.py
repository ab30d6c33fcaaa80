"""The real recogniser on real sample calls: the right lane, the right time, no text where nobody speaks."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from csqa.bundled import MINI_MODEL, bundled_models
from csqa.errors import UserFixable
from csqa.frames import from_json, to_json
from csqa.hear.decode import open_recording
from csqa.hear.recording import Hearing, LaneHearing, Peaks
from csqa.messages import error_hint, error_sentence
from csqa.roles import Speaker
from csqa.spans import Span, union
from csqa.weights import LocalModel, find_model
from csqa.words.assembling import assemble
from csqa.words.normalise import spoken
from csqa.words.passages import SAMPLE_RATE, Passage, PassageAudio, collect, plan
from csqa.words.transcript import Transcript
from csqa.words.whisper import PassageWords, Whisper
from tests.support.truth import SampleTruth, truth_named


@pytest.fixture(scope="module")
def whisper() -> Whisper:
    return Whisper.load(find_model(MINI_MODEL))


def heard(truth: SampleTruth) -> Hearing:
    """What perfect ears would hear of a sample."""
    lanes = tuple(
        LaneHearing(Speaker(lane), union(Span(*times) for times in truth.speech_on(lane)), (), Peaks(256, b""))
        for lane in truth.lanes
    )
    return Hearing(truth.duration, lanes, ())


@pytest.fixture(scope="module")
def transcribed(whisper: Whisper) -> tuple[SampleTruth, Hearing, list[PassageWords], Transcript]:
    truth = truth_named("02")
    hearing = heard(truth)
    passages = plan(hearing, whisper.window_seconds)
    words = list(whisper.transcribe(collect(open_recording(truth.path), passages)))
    return truth, hearing, words, assemble(words, hearing, whisper.identity)


def wrong_characters(got: str, wanted: str) -> int:
    """How many characters must be put in, taken out or changed (Levenshtein's distance)."""
    row = list(range(len(wanted) + 1))
    for i, one in enumerate(got, start=1):
        before, row[0] = row[0], i
        for j, other in enumerate(wanted, start=1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (one != other))
    return row[-1]


def alone(samples: NDArray[np.float32], index: int = 0) -> PassageAudio:
    piece = Span(5.0, 5.0 + samples.size / SAMPLE_RATE)
    return PassageAudio(Passage(index, 0, Speaker.AGENT, (piece,)), samples)


def test_the_model_tells_what_it_is(whisper: Whisper) -> None:
    assert whisper.window_seconds == 10.0
    assert whisper.identity.name == MINI_MODEL
    assert whisper.identity.sha256 == find_model(MINI_MODEL).sha256


def test_every_passage_has_words_of_its_own_lane_inside_its_pieces(
    transcribed: tuple[SampleTruth, Hearing, list[PassageWords], Transcript], whisper: Whisper
) -> None:
    _, hearing, words, _ = transcribed
    assert sorted(each.passage.index for each in words) == list(range(len(plan(hearing, whisper.window_seconds))))
    for each in words:
        assert spoken(each.text)
        assert each.text == "".join(word.text for word in each.words)
        assert each.avg_logprob < 0
        for word in each.words:
            assert any(piece.start <= word.start <= word.end <= piece.end for piece in each.passage.pieces)
            assert 0 <= word.probability <= 1
        assert from_json(to_json(each), PassageWords) == each


def test_what_each_party_says_is_found_at_its_time(
    transcribed: tuple[SampleTruth, Hearing, list[PassageWords], Transcript],
) -> None:
    truth, hearing, _, transcript = transcribed
    for lane in hearing.lanes:
        wanted = spoken(truth.text_of(lane.speaker.value))
        got = spoken("".join(each.text for each in transcript.segments if each.speaker is lane.speaker))
        assert wrong_characters(got, wanted) <= 0.05 * len(wanted)
    greeting = truth.turns[0]
    first = transcript.segments[0]
    assert (first.speaker.value, first.start) == (greeting.speaker, pytest.approx(greeting.start, abs=0.02))
    assert first.text.startswith("您好")
    last = truth.turns[-1]
    said = [each for each in transcript.segments if each.speaker.value == last.speaker][-1]
    assert said.end == pytest.approx(last.end, abs=0.02)
    assert spoken(said.text).endswith("再见")
    for lane in hearing.lanes:
        own = [word for each in transcript.segments if each.speaker is lane.speaker for word in each.words]
        outside = [
            word for word in own if not any(span.overlaps(word.span) for span in lane.speech) and word.end > word.start
        ]
        assert len(outside) <= 0.05 * len(own)  # in the pauses of less than half a second within a segment


def test_batches_give_what_single_passages_give_and_hold_no_more_than_a_batch(whisper: Whisper) -> None:
    truth = truth_named("06")
    hearing = heard(truth)
    passages = plan(hearing, whisper.window_seconds)[:5]
    audios = list(collect(open_recording(truth.path), passages))
    taken = 0

    def counted() -> Iterator[PassageAudio]:
        nonlocal taken
        for audio in audios:
            taken += 1
            yield audio

    stream = whisper.transcribe(counted(), batch_size=3)
    first = next(stream)
    assert taken == 3
    batched = [first, *stream]
    single = [words for audio in audios for words in whisper.transcribe([audio], batch_size=1)]
    assert [each.passage for each in batched] == [each.passage for each in single]
    assert [each.text for each in batched] == [each.text for each in single]


def test_silence_and_noise_give_no_text(whisper: Whisper) -> None:
    noise = np.random.default_rng(7).normal(0, 0.01, 9 * SAMPLE_RATE).astype(np.float32)
    seconds = np.arange(9 * SAMPLE_RATE) / SAMPLE_RATE
    tone = (0.1 * np.sin(2 * np.pi * 450 * seconds)).astype(np.float32)
    quiet = [np.zeros(9 * SAMPLE_RATE, np.float32), noise, tone, np.zeros(SAMPLE_RATE // 5, np.float32)]
    results = list(whisper.transcribe(alone(samples, index) for index, samples in enumerate(quiet)))
    assert [spoken(each.text) for each in results] == [""] * len(quiet)
    assert all(from_json(to_json(each), PassageWords) == each for each in results)


def test_nothing_to_recognise_is_nothing(whisper: Whisper) -> None:
    assert list(whisper.transcribe([])) == []


def test_a_model_with_the_usual_window_takes_prompt_and_hotwords(tmp_path: Path) -> None:
    """The miniature dressed up as a 30-second model: what it writes does not matter, that all fits its window does."""
    folder = tmp_path / "三十 秒"
    shutil.copytree(bundled_models() / MINI_MODEL, folder, ignore=shutil.ignore_patterns("SHA256SUMS"))
    settings = json.loads((folder / "preprocessor_config.json").read_text())
    settings |= {"chunk_length": 30, "n_samples": 480_000, "nb_max_frames": 3000}
    (folder / "preprocessor_config.json").write_text(json.dumps(settings))
    usual = Whisper.load(find_model(str(folder)), threads=1)
    assert usual.window_seconds == 30.0
    noise = np.random.default_rng(7).normal(0, 0.05, 28 * SAMPLE_RATE).astype(np.float32)
    names = [f"云帆电器第{number}号净水器" for number in range(200)]
    (words,) = usual.transcribe([alone(noise)], hotwords=names)
    assert words.passage.pieces[0].duration == 28
    fitting = usual._steering("zh", "", names).hotwords
    assert fitting is not None
    assert fitting.startswith("云帆电器第0号净水器、云帆电器第1号净水器")
    assert names[-1] not in fitting


def test_what_is_too_much_for_one_answer_is_heard_in_halves(whisper: Whisper, monkeypatch: pytest.MonkeyPatch) -> None:
    """The models' limit is out of reach for the miniature's short windows, so it is put lower here."""
    truth = truth_named("02")
    hearing = heard(truth)
    audio = next(collect(open_recording(truth.path), plan(hearing, whisper.window_seconds)))
    (whole,) = whisper.transcribe([audio])
    monkeypatch.setattr("csqa.words.whisper._MOST_TOKENS", 36)
    (pieced,) = whisper.transcribe([audio])
    assert pieced.passage == whole.passage
    assert len(spoken(whole.text)) > 30
    assert len(spoken(pieced.text)) > 0.8 * len(spoken(whole.text))
    assert [word.start for word in pieced.words] == sorted(word.start for word in pieced.words)
    assert pieced.words[-1].end == pytest.approx(whole.words[-1].end, abs=0.5)


def test_broken_weights_and_a_missing_graphics_card_are_told(tmp_path: Path) -> None:
    import ctranslate2

    folder = tmp_path / "broken"
    shutil.copytree(bundled_models() / MINI_MODEL, folder, ignore=shutil.ignore_patterns("SHA256SUMS"))
    weights = (folder / "model.bin").read_bytes()
    (folder / "model.bin").write_bytes(weights[: len(weights) // 2])
    model = find_model(str(folder))
    with pytest.raises(UserFixable) as caught:
        Whisper.load(model)
    assert caught.value.code == "weights.not-loadable"
    assert str(folder) in error_sentence(caught.value)
    assert error_hint(caught.value)
    if ctranslate2.get_cuda_device_count() == 0:
        whole: LocalModel = replace(model, folder=bundled_models() / MINI_MODEL)
        with pytest.raises(UserFixable) as caught:
            Whisper.load(whole, device="cuda")
        assert caught.value.code == "weights.no-cuda"
