"""Plays recordings from disk. A thread of its own feeds the sound card, so that neither waits for the window."""

from __future__ import annotations

import threading
from collections.abc import Callable
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from csqa.errors import CsqaError
from csqa.spans import Span

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_TICK_MILLISECONDS = 30


class State(Enum):
    """What the player does."""

    STOPPED = auto()
    PLAYING = auto()
    PAUSED = auto()


class Trouble(Enum):
    """Why nothing is heard."""

    NO_FILE = auto()
    UNREADABLE = auto()
    NO_LIBRARY = auto()
    NO_DEVICE = auto()


class OutputStream(Protocol):
    """What the player needs of a sound card; ``latency`` is in seconds. Every method raises OutputError."""

    latency: float

    def start(self) -> None:
        """Begin to play what is written."""

    def write(self, samples: NDArray[np.float32]) -> None:
        """Play ``samples`` (frames, channels), waiting until there is room."""

    def stop(self) -> None:
        """Play what is left, then stop."""

    def abort(self) -> None:
        """Stop at once."""

    def close(self) -> None:
        """Give the device back."""


OutputFactory = Callable[[int, int], OutputStream]
"""Opens the sound card for a sample rate in Hz and a number of channels. Raises ``OutputError``."""


class OutputError(Exception):
    """The sound card cannot be had, or is gone."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.name)
        self.trouble = trouble


def sound_card(sample_rate: int, channels: int) -> OutputStream:
    """Open the system's default sound card. Raises OutputError."""
    try:
        import sounddevice  # loads late: it looks for PortAudio at once
    except (ImportError, OSError) as error:
        raise OutputError(Trouble.NO_LIBRARY) from error
    try:
        stream = sounddevice.OutputStream(samplerate=sample_rate, channels=channels, dtype="float32", latency="low")
    except (sounddevice.PortAudioError, ValueError) as error:
        raise OutputError(Trouble.NO_DEVICE) from error
    return SoundCard(stream, sounddevice.PortAudioError)


class SoundCard:
    """A stream of sounddevice whose errors are ``OutputError``."""

    def __init__(self, stream: Any, refusal: type[Exception]) -> None:
        """Play on ``stream``, which raises ``refusal`` where the device is gone."""
        self._stream = stream
        self._refusal = refusal
        self.latency = float(stream.latency)

    def start(self) -> None:
        """Begin to play what is written."""
        self._ask(self._stream.start)

    def write(self, samples: NDArray[np.float32]) -> None:
        """Play ``samples``, waiting until there is room."""
        self._ask(lambda: self._stream.write(samples))

    def stop(self) -> None:
        """Play what is left, then stop."""
        self._ask(self._stream.stop)

    def abort(self) -> None:
        """Stop at once."""
        self._ask(self._stream.abort)

    def close(self) -> None:
        """Give the device back."""
        self._ask(self._stream.close)

    def _ask(self, what: Callable[[], object]) -> None:
        try:
            what()
        except self._refusal as error:
            raise OutputError(Trouble.NO_DEVICE) from error


class Player(QObject):
    """Plays one recording at a time.

    Signals:
        position_changed: the time now heard, in seconds, about thirty times a second while playing.
        state_changed: another ``State``.
        troubled: a ``Trouble``; the player has stopped.
    """

    position_changed = Signal(float)
    state_changed = Signal(object)
    troubled = Signal(object)
    _ended = Signal(object)

    def __init__(self, parent: QObject | None = None, open_output: OutputFactory = sound_card) -> None:
        """Play on what ``open_output`` opens."""
        super().__init__(parent)
        self._open_output = open_output
        self._path: Path | None = None
        self._duration = 0.0
        self._position = 0.0
        self._until: float | None = None
        self._state = State.STOPPED
        self._feed: _Feed | None = None
        self._halted: list[_Feed] = []
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MILLISECONDS)
        self._timer.timeout.connect(self._tick)
        self._ended.connect(self._feed_ended)

    @property
    def state(self) -> State:
        """What the player does."""
        return self._state

    @property
    def position(self) -> float:
        """The time heard last, in seconds."""
        return self._position

    def load(self, path: Path | None, duration: float) -> None:
        """Make ``path`` what is played from now on, from its start; ``None`` where a call has no sound."""
        self.stop()
        self._path, self._duration = path, duration
        self._move(0.0)

    def play(self, start: float | None = None, until: float | None = None) -> None:
        """Play from ``start`` (where it stands, if not given) up to ``until`` or the end."""
        self._halt()
        if self._path is None:
            self.troubled.emit(Trouble.NO_FILE)
            return
        if start is not None:
            self._move(start)
        elif self._position >= self._duration:
            self._move(0.0)
        self._until = until
        self._feed = _Feed(self._path, self._position, until, self._open_output, self._ended.emit)
        self._feed.start()
        self._timer.start()
        self._change(State.PLAYING)

    def play_span(self, span: Span) -> None:
        """Play ``span`` and stop."""
        self.play(span.start, span.end)

    def pause(self) -> None:
        """Stop where it is, to go on from there."""
        if self._state is State.PLAYING:
            self._tick()
            self._halt()
            self._change(State.PAUSED)

    def toggle(self) -> None:
        """Play where it is paused or stopped, pause where it plays."""
        if self._state is State.PLAYING:
            self.pause()
        else:
            self.play(until=self._until if self._state is State.PAUSED else None)

    def seek(self, time: float) -> None:
        """Go to ``time``; playing goes on from there, past the end of a span that was asked for."""
        if self._state is State.PLAYING:
            self.play(time)
        else:
            self._until = None
            self._move(time)

    def stop(self) -> None:
        """Stop and forget what was to be played."""
        self._halt()
        self._until = None
        self._change(State.STOPPED)

    def close(self) -> None:
        """Stop and wait until no thread is left; before the program ends."""
        self.stop()
        for feed in self._halted:
            feed.join()

    def _halt(self) -> None:
        self._timer.stop()
        if self._feed is not None:
            self._feed.halting.set()
            self._halted = [feed for feed in (*self._halted, self._feed) if feed.is_alive()]
            self._feed = None

    def _tick(self) -> None:
        if self._feed is not None:
            self._move(self._feed.heard)

    def _move(self, time: float) -> None:
        self._position = min(max(time, 0.0), self._duration)
        self.position_changed.emit(self._position)

    def _change(self, state: State) -> None:
        if state is not self._state:
            self._state = state
            self.state_changed.emit(state)

    def _feed_ended(self, feed: _Feed) -> None:
        if feed is not self._feed:
            return  # an earlier one that was told to stop
        self._tick()
        self._halt()
        self._until = None
        self._change(State.STOPPED)
        if feed.trouble is not None:
            self.troubled.emit(feed.trouble)


class _Feed(threading.Thread):
    """Reads the file and writes to the sound card until the end, or until told to halt."""

    def __init__(
        self,
        path: Path,
        start: float,
        end: float | None,
        open_output: OutputFactory,
        on_end: Callable[[_Feed], None],
    ) -> None:
        super().__init__(name="csqa-player", daemon=True)
        self.trouble: Trouble | None = None
        self._path, self._start_time, self._end_time = path, start, end
        self._open_output = open_output
        self._on_end = on_end
        self.halting = threading.Event()
        self._written = start
        self._latency = 0.0

    @property
    def heard(self) -> float:
        """The time that leaves the loudspeaker now: what is written, less what waits in the sound card."""
        return max(self._written - self._latency, self._start_time)

    def run(self) -> None:
        """Feed the sound card."""
        try:
            self._play()
        except OutputError as error:
            self.trouble = error.trouble
        except FileNotFoundError:
            self.trouble = Trouble.NO_FILE
        except (OSError, CsqaError):
            self.trouble = Trouble.UNREADABLE
        if not self.halting.is_set():
            self._on_end(self)

    def _play(self) -> None:
        from ui.sound import Sound  # loads late: numpy and soundfile

        sound = Sound(self._path)
        output = self._open_output(sound.sample_rate, sound.channels)
        self._latency = output.latency
        try:
            output.start()
            for block in sound.blocks(self._start_time, self._end_time):
                if self.halting.is_set():
                    output.abort()
                    return
                output.write(block)
                self._written += len(block) / sound.sample_rate
            output.stop()
            self._latency = 0.0
        finally:
            output.close()
