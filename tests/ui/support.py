"""A sound card that is only pretended, and ways to come to a call."""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from pytestqt.qtbot import QtBot

from ui.app import Desktop
from ui.player import OutputError, OutputStream, Trouble
from ui.tables.calls import Column, Role

Opener = Callable[[int, int], OutputStream]


class FakeCard:
    """Takes sound as fast as it comes, or, once held, only when it is let go."""

    def __init__(self) -> None:
        self.missing = False
        self.fails_after: int | None = None
        self.rate = 0
        self.channels = 0
        self.blocks: list[NDArray[np.float32]] = []
        self.opened = 0
        self.closed = 0
        self._room = threading.Event()
        self._room.set()

    def open(self, rate: int, channels: int) -> OutputStream:
        if self.missing:
            raise OutputError(Trouble.NO_DEVICE)
        self.rate, self.channels = rate, channels
        self.blocks = []
        self.opened += 1
        return FakeStream(self)

    def hold(self) -> None:
        """Take nothing more until ``let_go``: the call goes on playing for ever."""
        self._room.clear()

    def let_go(self) -> None:
        self._room.set()

    def take(self, samples: NDArray[np.float32]) -> None:
        if self.fails_after is not None and len(self.blocks) >= self.fails_after:
            raise OutputError(Trouble.NO_DEVICE)
        self.blocks.append(samples)
        self._room.wait(timeout=0.05)

    @property
    def played(self) -> NDArray[np.float32]:
        """All that was played since the card was opened last."""
        return np.concatenate(self.blocks) if self.blocks else np.zeros((0, self.channels), np.float32)

    @property
    def seconds(self) -> float:
        return len(self.played) / self.rate if self.rate else 0.0


class FakeStream:
    latency = 0.0

    def __init__(self, card: FakeCard) -> None:
        self._card = card

    def start(self) -> None:
        pass

    def write(self, samples: NDArray[np.float32]) -> None:
        self._card.take(samples)

    def stop(self) -> None:
        pass

    def abort(self) -> None:
        pass

    def close(self) -> None:
        self._card.closed += 1


def call_named(desktop: Desktop, name: str) -> int:
    """Return the number of the call whose file's name begins with ``name``."""
    model = desktop.window.library.table.model()
    for row in range(model.rowCount()):
        index = model.index(row, Column.NAME)
        if str(index.data()).startswith(name):
            return int(index.data(Role.ROW).id)
    raise LookupError(name)


def open_call(desktop: Desktop, qtbot: QtBot, name: str) -> None:
    """Open a call in Review and wait until it is shown."""
    qtbot.waitUntil(lambda: not desktop.gateway.is_busy)
    call = call_named(desktop, name)
    with qtbot.waitSignal(desktop.window.review.shown, timeout=10_000):
        desktop.window.open_call(call)
