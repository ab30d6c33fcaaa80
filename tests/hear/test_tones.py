"""What fills the time between speech: told apart on the samples and on sounds made here."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from csqa.hear.decode import SAMPLE_RATE, blocks, open_recording
from csqa.hear.recording import Hearing, Sound
from csqa.hear.tones import SoundDetector
from csqa.spans import Span, intersection, total
from tests.hear.files import Samples, sine
from tests.support.truth import MONO, load_truths, truth_named

KEYPAD = {"1": (697, 1209), "5": (770, 1336), "8": (852, 1336), "0": (941, 1336), "#": (941, 1477)}


def line(seconds: float, level_dbfs: float = -55.0, seed: int = 0) -> Samples:
    """A telephone line on which nothing happens."""
    noise = np.random.default_rng(seed).normal(0, 10 ** (level_dbfs / 20), round(seconds * SAMPLE_RATE))
    return np.asarray(noise, dtype=np.float32)


def put(track: Samples, sound: Samples, at: float) -> None:
    first = round(at * SAMPLE_RATE)
    track[first : first + len(sound)] += sound


def heard_in(
    samples: Samples, speech: tuple[Span, ...] = (), slice_seconds: float = 5.0
) -> tuple[tuple[Span, ...], tuple[tuple[Span, Sound], ...]]:
    detector = SoundDetector()
    size = round(slice_seconds * SAMPLE_RATE)
    for at in range(0, len(samples), size):
        detector.feed(samples[at : at + size])
    return detector.finish(speech)


def rings(starts: list[float], seconds: float, last: float = 1.0) -> Samples:
    track = line(seconds)
    for start in starts:
        put(track, sine(last if start == starts[-1] else 1.0, 450, SAMPLE_RATE, 0.2), start)
    return track


def test_sounds_of_the_samples(hearings: Mapping[str, Hearing]) -> None:
    told = 0
    for truth in load_truths():
        found = hearings[truth.id].sounds
        for true in truth.sounds:
            span = Span(true.start, true.end)
            same = [each for each in found if each.sound.value == true.sound and each.span.overlaps(span)]
            assert total(intersection([each.span for each in same], [span])) > 0.85 * span.duration, (truth.id, true)
            assert MONO in truth.lanes or {each.speaker.value for each in same} == {true.speaker}
            told += 1
        for each in found:
            true_spans = [Span(true.start, true.end) for true in truth.sounds if true.sound == each.sound.value]
            assert total(intersection([each.span], true_spans)) > 0.9 * each.span.duration, (truth.id, each)
    assert told >= 5


def test_hold_music_has_the_edges_of_the_music(hearings: Mapping[str, Hearing]) -> None:
    for truth in (truth_named("02"), truth_named("10")):
        music = [each.span for each in hearings[truth.id].sounds if each.sound is Sound.MUSIC]
        true = [Span(each.start, each.end) for each in truth.sounds if each.sound == "music"]
        assert len(music) == len(true)
        for found, expected in zip(music, true, strict=True):
            assert found.start == pytest.approx(expected.start, abs=0.15)
            assert found.end == pytest.approx(expected.end, abs=0.15)


def test_sounds_lie_outside_speech_and_apart(hearings: Mapping[str, Hearing]) -> None:
    for hearing in hearings.values():
        for lane in hearing.lanes:
            spans = [each.span for each in hearing.sounds if each.speaker is lane.speaker]
            assert total(intersection(spans, lane.speech)) == 0
            assert total(spans) == pytest.approx(sum(span.duration for span in spans))


def test_music_taken_for_speech_does_not_stay_speech() -> None:
    truth = truth_named("10")
    samples = np.concatenate([block.samples[0] for block in blocks(open_recording(truth.path))])
    speech = tuple(Span(start, end) for start, end in truth.speech_on("agent"))
    music = next(each for each in truth.sounds if each.sound == "music")
    mistaken = (Span(music.start + 2, music.start + 2.6), Span(music.start + 4, music.start + 7.5))
    kept, sounds = heard_in(samples, tuple(sorted((*speech, *mistaken))))
    assert kept == speech
    assert any(span.contains(music.start + 5) for span, sound in sounds if sound is Sound.MUSIC)


def test_speech_amid_music_stays_speech() -> None:
    """The agent comes back for a word while the music of the hold goes on before and after."""
    truth = truth_named("10")
    samples = np.concatenate([block.samples[0] for block in blocks(open_recording(truth.path))])
    music = next(each for each in truth.sounds if each.sound == "music")
    word = Span(*truth.speech_on("agent")[0])
    clip = samples[round(word.start * SAMPLE_RATE) : round(min(word.end, word.start + 1.2) * SAMPLE_RATE)]
    for length in (0.4, 0.8, 1.2):
        spoken = Span(music.start + 6, music.start + 6 + length)
        changed = samples.copy()
        first = round(spoken.start * SAMPLE_RATE)
        piece = clip[: round(length * SAMPLE_RATE)]
        changed[first : first + len(piece)] = piece
        kept, sounds = heard_in(changed, (spoken,))
        assert kept == (spoken,)
        assert sum(sound is Sound.MUSIC for _, sound in sounds) >= 2


def test_ring_back_until_the_pick_up() -> None:
    (found,) = heard_in(rings([1.0, 6.0, 11.0], 20, last=0.4), (Span(12.0, 14.0),))[1]
    assert found[1] is Sound.RINGBACK
    assert found[0].start == pytest.approx(1.0, abs=0.05)
    assert found[0].end == pytest.approx(11.4, abs=0.05)


def test_a_ring_keeps_its_rest_until_somebody_speaks() -> None:
    one = rings([1.0], 12)
    ((span, sound),) = heard_in(one)[1]
    assert (sound, span.start, span.end) == (Sound.RINGBACK, pytest.approx(1, abs=0.05), pytest.approx(6, abs=0.05))
    ((span, _),) = heard_in(one, (Span(3.5, 4.0),))[1]
    assert span.end == pytest.approx(3.5, abs=0.05)


def test_rings_taken_for_speech_do_not_stay_speech() -> None:
    samples = rings([1.0, 6.0], 12)
    kept, sounds = heard_in(samples, (Span(1.0, 1.9), Span(6.05, 7.0), Span(8.0, 9.0)))
    assert kept[-1] == Span(8.0, 9.0)
    assert total(kept) == pytest.approx(1.0, abs=0.1)
    assert [sound for _, sound in sounds] == [Sound.RINGBACK]


def test_busy_tone() -> None:
    track = line(10)
    for beat in range(8):
        put(track, sine(0.35, 450, SAMPLE_RATE, 0.2), 2 + 0.7 * beat)
    ((span, sound),) = heard_in(track)[1]
    assert sound is Sound.BUSY
    assert span.start == pytest.approx(2, abs=0.05)
    assert span.end == pytest.approx(2 + 7 * 0.7 + 0.35, abs=0.05)


@pytest.mark.parametrize(("pressed", "pause"), [(0.07, 0.07), (0.2, 0.5)])
def test_keypad(pressed: float, pause: float) -> None:
    track = line(10)
    at = 2.0
    for low, high in KEYPAD.values():
        put(track, sine(pressed, low, SAMPLE_RATE, 0.15) + sine(pressed, high, SAMPLE_RATE, 0.2), at)
        at += pressed + pause
    ((span, sound),) = heard_in(track)[1]
    assert sound is Sound.KEYS
    assert span.start == pytest.approx(2, abs=0.04)
    assert span.end == pytest.approx(at - pause, abs=0.04)


def typing(seconds: float, apart: float, seed: int = 0) -> Samples:
    random = np.random.default_rng(seed)
    track = line(seconds)
    decay = np.exp(-np.arange(480) / 80)
    for at in np.arange(2, seconds - 2, apart):
        put(track, np.asarray(random.normal(0, 0.1, 480) * decay, dtype=np.float32), float(at))
    return track


def test_typing_is_keys() -> None:
    ((span, sound),) = heard_in(typing(10, 0.17))[1]
    assert sound is Sound.KEYS
    assert span.start == pytest.approx(2, abs=0.3)
    assert span.end == pytest.approx(8, abs=0.3)


def test_a_click_now_and_then_is_not_typing() -> None:
    assert heard_in(typing(20, 1.5))[1] == ()


def hum() -> Samples:
    return np.asarray(sum(sine(15, 50 * n, SAMPLE_RATE, 0.05 / n) for n in range(1, 20)), dtype=np.float32) + line(15)


@pytest.mark.parametrize(
    "samples",
    [
        np.zeros(15 * SAMPLE_RATE, dtype=np.float32),
        line(15),
        line(15, -25),
        hum(),
        line(15) + sine(15, 1000, SAMPLE_RATE, 0.1),
        line(15) + sine(15, 450, SAMPLE_RATE, 0.1),
        np.zeros(100, dtype=np.float32),
        np.zeros(0, dtype=np.float32),
    ],
    ids=["nothing", "quiet line", "noisy line", "hum", "test tone", "dial tone", "an instant", "no sound at all"],
)
def test_silence_is_none_of_them(samples: Samples) -> None:
    assert heard_in(samples) == ((), ())


def test_slices_do_not_matter() -> None:
    samples = np.concatenate([block.samples[0] for block in blocks(open_recording(truth_named("02").path))])
    speech = tuple(Span(start, end) for start, end in truth_named("02").speech_on("agent"))
    assert heard_in(samples, speech, 30.0) == heard_in(samples, speech, 0.7)
