"""Engines at work: child processes that inspect, one or several, and what becomes of them when they die.

The desktop runs its engines on Qt's event loop; these serve the command line.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self

from csqa.engine import Failed, engine_command, engine_environment, parse_event
from csqa.errors import UserFixable, printable
from csqa.frames import to_json
from csqa.pipeline import Event, Inspected, Request

logger = logging.getLogger(__name__)


class Engine:
    """A child process that inspects, started when first needed and again after it died."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._killed = False
        self._starting = threading.Lock()

    def events(self, request: Request) -> Iterator[Event | Failed]:
        """Have ``request`` done and yield its events. An engine that dies of it yields a last ``Failed`` saying so.

        Once killed, it yields nothing more.
        """
        try:
            line = to_json(request).encode() + b"\n"
        except UnicodeEncodeError:  # a name in no encoding of this system: it can be opened, but not told
            yield Failed(UserFixable("engine.unreadable-name", file=printable(str(request.path))))
            return
        process = self._running()
        if process is None:
            return
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(line)
            process.stdin.flush()
            for answer in process.stdout:
                if not answer.endswith(b"\n"):
                    break
                event = parse_event(answer.decode())
                yield event
                if isinstance(event, (Inspected, Failed)):
                    return
        except OSError:
            logger.warning("the engine's pipe broke")
        status = process.wait()
        if not self._killed:
            yield Failed(UserFixable("engine.died", file=request.path, status=status))

    def kill(self) -> None:
        """End the process at once, from any thread; what it was doing is lost, what it had told is not."""
        with self._starting:
            self._killed = True
            if self._process is not None:
                self._process.kill()
                self._process.wait()

    def close(self) -> None:
        """End the process and let go of its pipes; for the thread that reads them."""
        self.kill()
        self._let_go()

    def _running(self) -> subprocess.Popen[bytes] | None:
        with self._starting:
            if self._killed:
                return None
            if self._process is None or self._process.poll() is not None:
                self._let_go()
                self._process = subprocess.Popen(  # noqa: S603 - our own program
                    engine_command(),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    env=engine_environment(),
                    creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
                )
            return self._process

    def _let_go(self) -> None:
        if self._process is None:
            return
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):  # an unsent request in the buffer of a dead process
                    pipe.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


class Crew:
    """Several engines that share requests between them and tell on one queue."""

    def __init__(self, engines: int) -> None:
        self._engines = [Engine() for _ in range(engines)]
        self._free: queue.SimpleQueue[Engine] = queue.SimpleQueue()
        for engine in self._engines:
            self._free.put(engine)
        self._pool = ThreadPoolExecutor(engines, thread_name_prefix="engine")
        self._told: queue.SimpleQueue[tuple[Request, Event | Failed | BaseException]] = queue.SimpleQueue()

    def give(self, request: Request) -> None:
        """Have ``request`` done by the next engine that is free."""

        def ended(work: Future[None]) -> None:
            error = None if work.cancelled() else work.exception()
            if error is not None:
                self._told.put((request, error))

        self._pool.submit(self._do, request).add_done_callback(ended)

    def told(self) -> tuple[Request, Event | Failed]:
        """Wait for the next event of any request. Raises what an engine's thread died of: a bug of ours."""
        request, event = self._told.get()
        if isinstance(event, BaseException):
            raise event
        return request, event

    def _do(self, request: Request) -> None:
        engine = self._free.get()
        try:
            for event in engine.events(request):
                self._told.put((request, event))
        finally:
            self._free.put(engine)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for engine in self._engines:
            engine.kill()
        self._pool.shutdown(wait=True, cancel_futures=True)
        for engine in self._engines:
            engine.close()
