"""The player, on a sound card that is only pretended."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from pytestqt.qtbot import QtBot

from csqa.bundled import bundled_samples
from csqa.hear.decode import blocks, open_recording
from csqa.spans import Span
from tests.ui.support import FakeCard
from ui.player import Player, State, Trouble
from ui.sound import Sound

RATE = 8000


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """Three seconds, two channels: the first counts up, the second is its negative."""
    path = tmp_path / "录音 1.wav"
    ramp = np.arange(3 * RATE) / (3 * RATE)
    soundfile.write(path, np.stack([ramp, -ramp], axis=1), RATE, subtype="FLOAT")
    return path


@pytest.fixture
def player(qtbot: QtBot, card: FakeCard) -> Iterator[Player]:
    made = Player(open_output=card.open)
    yield made
    card.let_go()
    made.close()


def stopped(player: Player, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: player.state is State.STOPPED, timeout=5000)


def test_all_of_a_file_is_played_as_it_is(player: Player, card: FakeCard, qtbot: QtBot, recording: Path) -> None:
    player.load(recording, 3.0)
    player.play()
    assert player.state is State.PLAYING
    stopped(player, qtbot)
    expected, _ = soundfile.read(recording, dtype="float32", always_2d=True)
    assert card.rate == RATE
    assert np.array_equal(card.played, expected)
    assert player.position == pytest.approx(3.0)
    assert card.closed == card.opened == 1


def test_a_span_begins_and_ends_at_its_samples(player: Player, card: FakeCard, qtbot: QtBot, recording: Path) -> None:
    player.load(recording, 3.0)
    player.play_span(Span(1.25, 1.75))
    stopped(player, qtbot)
    expected, _ = soundfile.read(recording, start=10_000, stop=14_000, dtype="float32", always_2d=True)
    assert np.array_equal(card.played, expected)
    assert player.position == pytest.approx(1.75)


def test_the_position_only_goes_on(player: Player, qtbot: QtBot, recording: Path) -> None:
    player.load(recording, 3.0)
    heard: list[float] = []
    player.position_changed.connect(heard.append)
    player.play(1.0)
    stopped(player, qtbot)
    assert heard[0] == 1.0
    assert heard == sorted(heard)
    assert heard[-1] == pytest.approx(3.0)


def test_pausing_and_going_on(player: Player, card: FakeCard, qtbot: QtBot, recording: Path) -> None:
    player.load(recording, 3.0)
    card.hold()
    player.play()
    qtbot.waitUntil(lambda: len(card.blocks) >= 3)
    player.toggle()
    assert player.state is State.PAUSED
    at = player.position
    assert 0.0 < at < 3.0
    card.let_go()
    player.toggle()
    assert player.state is State.PLAYING
    stopped(player, qtbot)
    assert card.seconds == pytest.approx(3.0 - at, abs=1e-3)


def test_seeking_while_playing_goes_on_from_there(
    player: Player, card: FakeCard, qtbot: QtBot, recording: Path
) -> None:
    player.load(recording, 3.0)
    card.hold()
    player.play_span(Span(0.0, 0.5))
    qtbot.waitUntil(lambda: len(card.blocks) >= 1)
    player.seek(2.0)
    assert player.state is State.PLAYING
    card.let_go()
    stopped(player, qtbot)
    assert card.seconds == pytest.approx(1.0, abs=1e-3)


@pytest.mark.parametrize(("wanted", "reached"), [(-5.0, 0.0), (1.5, 1.5), (99.0, 3.0)])
def test_seeking_stays_in_the_call(player: Player, recording: Path, wanted: float, reached: float) -> None:
    player.load(recording, 3.0)
    player.seek(wanted)
    assert player.position == reached
    assert player.state is State.STOPPED


def test_playing_again_from_the_end_begins_at_the_start(
    player: Player, card: FakeCard, qtbot: QtBot, recording: Path
) -> None:
    player.load(recording, 3.0)
    player.seek(3.0)
    player.play()
    stopped(player, qtbot)
    assert card.seconds == pytest.approx(3.0)


def test_no_device_is_told_and_does_no_harm(player: Player, card: FakeCard, qtbot: QtBot, recording: Path) -> None:
    card.missing = True
    player.load(recording, 3.0)
    with qtbot.waitSignal(player.troubled, timeout=5000) as told:
        player.play()
    assert told.args == [Trouble.NO_DEVICE]
    assert player.state is State.STOPPED
    card.missing = False
    player.play()
    stopped(player, qtbot)
    assert card.seconds > 2.9


def test_a_device_that_vanishes(player: Player, card: FakeCard, qtbot: QtBot, recording: Path) -> None:
    card.fails_after = 4
    player.load(recording, 3.0)
    with qtbot.waitSignal(player.troubled, timeout=5000) as told:
        player.play()
    assert told.args == [Trouble.NO_DEVICE]
    assert card.closed == 1
    assert 0.0 < player.position < 1.0


def test_a_file_that_is_gone(player: Player, qtbot: QtBot, tmp_path: Path) -> None:
    player.load(tmp_path / "gone.wav", 3.0)
    with qtbot.waitSignal(player.troubled, timeout=5000) as told:
        player.play()
    assert told.args == [Trouble.NO_FILE]


def test_a_file_that_is_no_sound(player: Player, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "text.wav"
    path.write_text("this is no sound at all", encoding="utf-8")
    player.load(path, 3.0)
    with qtbot.waitSignal(player.troubled, timeout=5000) as told:
        player.play()
    assert told.args == [Trouble.UNREADABLE]


def test_without_a_recording_there_is_nothing_to_play(player: Player, qtbot: QtBot) -> None:
    player.load(None, 3.0)
    with qtbot.waitSignal(player.troubled) as told:
        player.play()
    assert told.args == [Trouble.NO_FILE]


def test_another_call_stops_the_first(player: Player, card: FakeCard, qtbot: QtBot, recording: Path) -> None:
    player.load(recording, 3.0)
    card.hold()
    player.play()
    qtbot.waitUntil(lambda: len(card.blocks) >= 1)
    player.load(None, 10.0)
    assert player.state is State.STOPPED
    assert player.position == 0.0


@pytest.mark.parametrize("name", ["01-model-call.mp3", "02-hold-with-music.wav", "11-mono-mix.wav"])
def test_a_time_is_the_same_moment_as_in_the_inspection(name: str) -> None:
    """Compressed or not, from the middle or the start: what is played lies where the inspection heard it."""
    path = bundled_samples() / name
    sound = Sound(path)
    start = 20.0
    played = np.concatenate(list(sound.blocks(start, start + 4.0))).mean(axis=1)
    assert len(played) == 4 * sound.sample_rate
    heard = next(iter(blocks(open_recording(path)))).samples.mean(axis=0)
    one = _envelope(played, sound.sample_rate)
    shifts = range(-30, 31)
    errors = []
    for shift in shifts:
        first = round((start + shift / 1000) * 16_000)
        errors.append(float(np.abs(_envelope(heard[first : first + 64_000], 16_000) - one).mean()))
    assert abs(shifts[int(np.argmin(errors))]) <= 5


def _envelope(samples: np.ndarray, rate: int) -> np.ndarray:
    """Return the loudness every 5 ms."""
    size = rate // 200
    whole = samples[: len(samples) // size * size].reshape(-1, size)
    return np.sqrt((whole.astype(np.float64) ** 2).mean(axis=1))[:799]
