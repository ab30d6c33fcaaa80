"""The way from the window to the store: one worker thread does everything, and answers come back as signals."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from csqa.errors import Bug, CsqaError
from csqa.messages import Language
from ui.backroom import Backroom, Shelf, Sorting, Stage, Told

logger = logging.getLogger(__name__)


class Reply(QObject):
    """The answer to one question, which comes later.

    Signals:
        done: the answer, a frozen record.
        failed: a ``CsqaError`` in its place.
    """

    done = Signal(object)
    failed = Signal(object)


@dataclass(frozen=True)
class Changed:
    """What changed in the workspace: one call, or (``None``) perhaps all of it."""

    call: int | None = None


@dataclass(frozen=True)
class _Delivery:
    reply: Reply
    answer: object = None
    error: CsqaError | None = None
    changed: Changed | None = None


class Gateway(QObject):
    """Asks the backroom, away from the window's thread. Questions are answered in the order they were asked.

    Signals:
        changed: calls came or changed (``Changed``); whoever shows them asks again.
    """

    changed = Signal(object)
    _delivered = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        """Begin without a workspace; ``open`` comes first."""
        super().__init__(parent)
        self._backroom = Backroom()
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="csqa-store")
        self._waiting: set[Reply] = set()
        self._is_open = self._is_closed = False
        self._delivered.connect(self._deliver)

    @property
    def is_busy(self) -> bool:
        """Whether an answer is still to come."""
        return bool(self._waiting)

    @property
    def is_open(self) -> bool:
        """Whether a workspace was opened."""
        return self._is_open

    def open(self, folder: Path) -> Reply:
        """Open the workspace in ``folder``; answers a ``Summary``."""
        reply = self._ask(lambda: self._backroom.open(folder), lambda _: Changed())
        reply.done.connect(self._opened)
        return reply

    def summary(self) -> Reply:
        """Answers a ``Summary``."""
        return self._ask(self._backroom.summary)

    def page(self, shelf: Shelf, sorting: Sorting, offset: int, limit: int) -> Reply:
        """Answers a ``Page`` of the table of calls."""
        return self._ask(lambda: self._backroom.page(shelf, sorting, offset, limit))

    def search(self, text: str) -> Reply:
        """Answers ``Hits``."""
        return self._ask(lambda: self._backroom.search(text))

    def dossier(self, call: int, language: Language) -> Reply:
        """Answers a ``Dossier``."""
        return self._ask(lambda: self._backroom.dossier(call, language))

    def warm_up(self) -> Reply:
        """Load what showing a call needs, so that the first one opens as quickly as the next."""
        return self._ask(self._backroom.warm_up)

    def find(self, paths: Sequence[Path]) -> Reply:
        """Look for recordings; answers ``Found``."""
        return self._ask(lambda: self._backroom.find(paths))

    def samples(self) -> Reply:
        """Answers ``Found``: the recordings that travel with CSQA."""
        return self._ask(self._backroom.samples)

    def prepare(self, path: Path) -> Reply:
        """Answers ``Prepared``: what an engine is to do for ``path``."""
        return self._ask(lambda: self._backroom.prepare(path))

    def keep(self, path: Path, line: bytes) -> Reply:
        """Store what an engine told of ``path``; answers ``Told``."""
        return self._ask(lambda: self._backroom.keep(path, line), _change_told)

    def fail(self, path: Path, error: CsqaError) -> Reply:
        """Note that ``path`` could not be inspected."""
        return self._ask(lambda: self._backroom.fail(path, error), lambda _: Changed())

    def close(self) -> None:
        """Let the workspace go and end the worker, after what was asked so far. Nothing is answered afterwards.

        Closing twice is no harm.
        """
        if self._is_closed:
            return
        self._is_closed = True
        self._worker.submit(self._backroom.close)
        self._worker.shutdown(wait=True)
        self._waiting.clear()

    def _opened(self) -> None:
        self._is_open = True

    def _ask(self, question: Callable[[], object], change: Callable[..., Changed | None] | None = None) -> Reply:
        reply = Reply(self)
        self._waiting.add(reply)
        self._worker.submit(self._answer, reply, question, change)
        return reply

    def _answer(
        self, reply: Reply, question: Callable[[], object], change: Callable[..., Changed | None] | None
    ) -> None:
        """Run on the worker: ask, and send the answer to the window's thread, whatever it is."""
        try:
            answer = question()
            delivery = _Delivery(reply, answer, changed=change(answer) if change else None)
        except CsqaError as error:
            delivery = _Delivery(reply, error=error)
        except Exception as error:
            logger.exception("the store could not answer on %s", threading.current_thread().name)
            delivery = _Delivery(reply, error=_bug(error))
        self._delivered.emit(delivery)

    def _deliver(self, delivery: _Delivery) -> None:
        self._waiting.discard(delivery.reply)
        if delivery.error is not None:
            delivery.reply.failed.emit(delivery.error)
        else:
            delivery.reply.done.emit(delivery.answer)
        if delivery.changed is not None:
            self.changed.emit(delivery.changed)
        delivery.reply.deleteLater()


def _change_told(told: Told) -> Changed | None:
    if told.stage in (Stage.DONE, Stage.FAILED):
        return Changed(told.call)
    return None


def _bug(error: Exception) -> Bug:
    from csqa.logs import log_path

    return Bug("general.bug", kind=type(error).__name__, log=log_path())
