"""The sample calls are what their truth says, and their scripts still make them."""

from __future__ import annotations

import csv
import itertools
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from tests.support.truth import (
    AGENT,
    CUSTOMER,
    METADATA,
    MONO,
    SAMPLES,
    SampleTruth,
    load_truths,
    read_truth,
    truth_named,
)
from tools.make_samples.espeak import installed_version
from tools.make_samples.labels import LABELLED_RULES, Outcome, spread
from tools.make_samples.music import SOUNDS, hold_music, ringback
from tools.make_samples.script import load_script, load_scripts

REPOSITORY = Path(__file__).parents[1]
SUBTYPES = {"wav-pcm16": "PCM_16", "wav-mulaw": "ULAW", "wav-alaw": "ALAW", "mp3": "MPEG_LAYER_III"}
LIMIT_SECONDS, TOLERANCE_SECONDS = 7.0, 0.3

every_sample = pytest.mark.parametrize("truth", load_truths(), ids=lambda truth: truth.id)


def lanes_of(truth: SampleTruth) -> dict[str, NDArray[np.float64]]:
    samples, rate = soundfile.read(truth.path, always_2d=True)
    assert rate == truth.sample_rate
    return dict(zip(truth.lanes, samples.T, strict=True))


def decibels(samples: NDArray[np.float64]) -> float:
    return float(10 * np.log10(np.mean(np.square(samples)) + 1e-12))


def cut(samples: NDArray[np.float64], start: float, end: float, rate: int = 8_000) -> NDArray[np.float64]:
    return samples[round(start * rate) : round(end * rate)]


def test_every_kind_of_call_is_there() -> None:
    shown = {kind for truth in load_truths() for kind in truth.shows}
    assert shown >= {
        "model-call",
        "hold-music-12s",
        "unannounced-wait-9s",
        "customer-thinking-10s",
        "missing-greeting",
        "missing-closing",
        "forbidden-by-agent",
        "forbidden-by-customer",
        "harmless-senses",
        "grey-band-7s",
        "long-hold",
        "overlap",
        "mono-mix",
    }
    assert {truth.format for truth in load_truths()} == set(SUBTYPES)
    assert {truth.layout for truth in load_truths()} == {"agent,customer", "customer,agent", MONO}
    assert sum(len(truth.lanes) == 2 for truth in load_truths()) >= 8


def test_all_samples_together_are_small() -> None:
    assert sum(path.stat().st_size for path in SAMPLES.iterdir()) < 6_000_000


@every_sample
def test_the_file_is_what_the_truth_says(truth: SampleTruth) -> None:
    info = soundfile.info(truth.path)
    assert info.frames == round(truth.duration * truth.sample_rate)
    assert (info.samplerate, info.channels) == (8_000, len(truth.lanes))
    assert info.subtype == SUBTYPES[truth.format]
    assert 30 < truth.duration < 100


@every_sample
def test_speech_is_heard_exactly_where_the_truth_has_it(truth: SampleTruth) -> None:
    for lane, samples in lanes_of(truth).items():
        for start, end in truth.speech_on(lane):
            assert -24 < decibels(cut(samples, start, end)) < -16, f"level of {lane} at {start}"
            if lane != MONO:
                assert (
                    decibels(cut(samples, start, start + 0.05)) > decibels(cut(samples, start - 0.06, start - 0.01)) + 3
                )
                assert decibels(cut(samples, end - 0.05, end)) > decibels(cut(samples, end + 0.01, end + 0.06)) + 3


@every_sample
def test_between_the_words_a_lane_carries_its_noise_and_nothing_else(truth: SampleTruth) -> None:
    frame = 800
    for lane, samples in lanes_of(truth).items():
        floor = truth.noise_dbfs[lane] if lane != MONO else max(truth.noise_dbfs.values()) + 3
        loud = [*truth.speech_on(lane), *((sound.start, sound.end) for sound in truth.sounds_on(lane))]
        quiet = np.ones(samples.size, dtype=bool)
        for start, end in loud:
            quiet[round((start - 0.05) * 8_000) : round((end + 0.05) * 8_000)] = False
        assert abs(decibels(samples[quiet]) - floor) < 3, lane
        whole = samples[: samples.size // frame * frame].reshape(-1, frame)
        still = quiet[: samples.size // frame * frame].reshape(-1, frame).all(axis=1)
        blur = 12 if truth.format == "mp3" else 4  # an MP3 frame smears a word into the pause beside it
        assert max(decibels(each) for each in whole[still]) < floor + blur, lane


@every_sample
def test_what_fills_a_gap_is_heard_there(truth: SampleTruth) -> None:
    lanes = lanes_of(truth)
    filled = [gap for gap in truth.gaps if gap.sound != "silence"]
    assert [gap.sound for gap in filled] == [sound.sound for sound in truth.sounds]
    for gap, sound in zip(filled, truth.sounds, strict=True):
        assert gap.start < sound.start < sound.end < gap.end
        heard = cut(lanes[sound.speaker], sound.start, sound.end)
        assert decibels(heard) > truth.noise_dbfs[sound.speaker] + 6
        if sound.sound == "ringback":
            spectrum = np.abs(np.fft.rfft(heard))
            assert np.fft.rfftfreq(heard.size, 1 / 8_000)[spectrum.argmax()] == pytest.approx(450, abs=1)


@every_sample
def test_turns_speech_and_gaps_agree(truth: SampleTruth) -> None:
    for speaker in (AGENT, CUSTOMER):
        turns = [turn for turn in truth.turns if turn.speaker == speaker]
        spans = truth.speech[speaker]
        assert sum(turn.text.count("。") + turn.text.count("？") for turn in turns) == len(spans)
        assert all(any(turn.start <= start < end <= turn.end for turn in turns) for start, end in spans)
        assert all(later[0] - earlier[1] >= 0.25 for earlier, later in itertools.pairwise(spans))
    for gap in truth.gaps:
        assert not any(turn.start < gap.end and gap.start < turn.end for turn in truth.turns)
        if gap.before_turn is not None:
            assert truth.turns[gap.before_turn].start == gap.end
            assert gap.owed_by == (None if gap.kind == "lead-in" else truth.turns[gap.before_turn].speaker)
    assert [gap.kind for gap in truth.gaps if gap.before_turn is None] == ["tail"]


@pytest.mark.parametrize(
    ("sample", "turn", "seconds", "kind", "sound"),
    [
        ("01", 5, 5.0, "wait", "keys"),
        ("02", 6, 12.0, "wait", "music"),
        ("03", 4, 9.0, "wait", "silence"),
        ("04", 3, 10.0, "thinking", "silence"),
        ("08", 0, 7.5, "lead-in", "ringback"),
        ("09", 5, 7.0, "wait", "silence"),
        ("10", 4, 23.5, "wait", "music"),
        ("10", 5, 20.0, "wait", "music"),
    ],
)
def test_the_pauses_that_a_sample_is_for(sample: str, turn: int, seconds: float, kind: str, sound: str) -> None:
    gap = truth_named(sample).gap_before(turn)
    assert (gap.kind, gap.sound) == (kind, sound)
    assert gap.duration == pytest.approx(seconds, abs=0.001)


def test_one_customer_speaks_over_the_agent() -> None:
    truth = truth_named("07")
    agent, customer = truth.turns[4], truth.turns[5]
    assert (agent.speaker, customer.speaker) == (AGENT, CUSTOMER)
    assert agent.end - customer.start == pytest.approx(1.5, abs=0.001)


@every_sample
def test_every_rule_is_labelled_once(truth: SampleTruth) -> None:
    assert sorted([*truth.expected, *truth.unsettled]) == sorted(LABELLED_RULES)
    assert set(truth.expected.values()) <= {outcome.value for outcome in Outcome}
    for evidence in truth.evidence:
        assert truth.expected[evidence.rule] in {"pass", "violation", "doubt"}
        assert all(0 <= turn < len(truth.turns) for turn in evidence.turns)
        assert all(truth.gap_before(turn).kind == "wait" for turn in evidence.gaps)


@every_sample
def test_the_labels_of_the_waits_follow_from_their_length(truth: SampleTruth) -> None:
    waits = [gap for gap in truth.gaps if gap.kind == "wait"]
    too_long = [gap for gap in waits if gap.duration > LIMIT_SECONDS + TOLERANCE_SECONDS]
    doubtful = [gap for gap in waits if abs(gap.duration - LIMIT_SECONDS) <= TOLERANCE_SECONDS]
    outcome = "violation" if too_long else "doubt" if doubtful else "pass"
    assert truth.expected["hold-max-wait-7s"] == outcome
    if too_long or doubtful:
        evidence = truth.evidence_for("hold-max-wait-7s")
        assert evidence.gaps == tuple(gap.before_turn for gap in too_long or doubtful)
        mitigated = all(gap.announced and gap.thanked for gap in too_long)
        assert evidence.severity == (None if doubtful else "minor" if mitigated else "major")
    need_thanks = [gap for gap in waits if gap.duration > LIMIT_SECONDS or (gap.announced and gap.duration >= 3)]
    thanked = "pass" if all(gap.thanked for gap in need_thanks) else "violation"
    assert truth.expected["hold-thanks-after"] == (thanked if need_thanks else "not-applicable")


@every_sample
def test_the_closing_is_said_late_enough_to_count(truth: SampleTruth) -> None:
    if truth.expected["closing-summary"] != "pass":
        assert "确认一下" not in truth.text_of(AGENT)
        return
    (summary,) = (turn for turn in truth.turns if "确认一下" in turn.text)
    assert summary.start > 0.7 * truth.duration, "a summary counts in the last 30 % of the call"
    assert "再见" in [turn for turn in truth.turns if turn.speaker == AGENT][-1].text


def test_the_table_of_calls_names_every_sample() -> None:
    assert METADATA.read_bytes().startswith(b"\xef\xbb\xbf")
    with METADATA.open(encoding="utf-8-sig", newline="") as file:
        rows = {row["file"]: row for row in csv.DictReader(file)}
    assert set(rows) == {truth.path.name for truth in load_truths()}
    assert len({row["call_id"] for row in rows.values()}) == len(rows)
    for truth in load_truths():
        row = rows[truth.path.name]
        assert row["lanes"] == truth.layout
        assert "****" in row["customer_phone"]
        assert all(row.values())


def test_the_samples_are_those_of_the_scripts() -> None:
    scripts = {script.id: script for script in load_scripts()}
    assert set(scripts) == {truth.id for truth in load_truths()}
    for truth in load_truths():
        script = scripts[truth.id]
        assert [(turn.speaker, turn.text) for turn in truth.turns] == [
            (each.speaker, each.text) for each in script.lines
        ]
        assert truth.expected == script.expected
        for index, line in enumerate(script.lines):
            if line.gap > 0:
                assert truth.gap_before(index).duration == pytest.approx(line.gap, abs=0.001)


def test_the_readme_lists_every_sample() -> None:
    readme = (SAMPLES / "README.md").read_text(encoding="utf-8")
    assert all(f"`{truth.path.name}`" in readme for truth in load_truths())


@pytest.mark.skipif(
    installed_version() != truth_named("06").synthesiser.split()[-1],
    reason="the samples were spoken by another version of espeak-ng than the one installed, if any",
)
def test_a_call_made_again_is_the_same(tmp_path: Path) -> None:
    truth = truth_named("06")
    command = [sys.executable, "-m", "tools.make_samples", "--only", truth.id, "--out", str(tmp_path / "示例 again")]
    subprocess.run(command, check=True, cwd=REPOSITORY, capture_output=True)
    again = read_truth(tmp_path / "示例 again" / f"{truth.id}.truth.toml")
    assert (again.turns, again.speech, again.gaps) == (truth.turns, truth.speech, truth.gaps)
    one, other = soundfile.read(truth.path, dtype="int16")[0], soundfile.read(again.path, dtype="int16")[0]
    assert np.abs(one.astype(int) - other).max() <= 1  # another processor may round the last bit otherwise


def test_hold_music_is_the_same_for_a_seed_and_another_for_another() -> None:
    tune = hold_music(3.0, 7, 8_000)
    assert tune.shape == (24_000,)
    assert tune.dtype == np.float32
    assert np.abs(tune).max() == pytest.approx(0.5)
    assert np.array_equal(tune, hold_music(3.0, 7, 8_000))
    assert abs(np.corrcoef(tune, hold_music(3.0, 8, 8_000))[0, 1]) < 0.5


def test_ringback_rings_one_second_in_five() -> None:
    tone = ringback(10.0, 0, 8_000)
    sounding = np.abs(tone).reshape(-1, 8_000).max(axis=1) > 0.1
    assert list(sounding) == [True, False, False, False, False] * 2


@pytest.mark.parametrize("sound", SOUNDS)
def test_no_sound_at_all_is_a_sound_too(sound: str) -> None:
    assert SOUNDS[sound](0.0, 1, 8_000).size == 0


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        ({"pass": ["*"], "violation": ["no-such-rule"]}, "no labelled rule fits"),
        ({"pass": ["*", "no-*"]}, "labelled twice"),
        ({"pass": ["greeting-*"]}, "not labelled"),
    ],
)
def test_a_label_that_cannot_be_meant_is_refused(table: dict[str, list[str]], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        spread(table)


def test_a_rule_named_in_full_is_left_out_of_a_pattern() -> None:
    outcomes, unsettled = spread({"pass": ["*"], "violation": ["no-idk"], "open": ["no-arguing"]})
    assert outcomes["no-idk"] is Outcome.VIOLATION
    assert outcomes["no-impossible"] is Outcome.PASS
    assert unsettled == ("no-arguing",)


def test_a_script_with_an_unspeakable_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "script.toml"
    source = REPOSITORY / "tools/make_samples/scripts/06-missing-closing.toml"
    path.write_text(source.read_text(encoding="utf-8").replace("早上七点", "早上7点"), encoding="utf-8")
    with pytest.raises(ValueError, match="only Chinese characters") as caught:
        load_script(path)
    assert str(path) in "".join(caught.value.__notes__)
