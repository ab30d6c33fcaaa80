"""The queue of recordings to inspect. Engines are processes of their own: to cancel one is to kill it."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal

from csqa.errors import CsqaError, UserFixable
from ui.backroom import EngineStart, Prepared, Stage, Told
from ui.gateway import Gateway

_HONEST_AFTER = 10.0
"""Seconds of recognising before a remaining time is named: earlier it would be a guess."""


class JobState(StrEnum):
    """Where a job is."""

    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    KNOWN = "known"
    FAILED = "failed"
    CANCELLED = "cancelled"


ENDED = frozenset({JobState.DONE, JobState.KNOWN, JobState.FAILED, JobState.CANCELLED})


@dataclass(frozen=True)
class Job:
    """A recording in the queue, as it stands now.

    ``done`` of ``total`` seconds are through in this ``stage``; ``left`` is the time it still takes, in seconds,
    ``None`` while that cannot be told. ``call`` is the call it became, ``error`` why it failed.
    """

    number: int
    path: Path
    state: JobState = JobState.WAITING
    stage: Stage | None = None
    done: float = 0.0
    total: float = 0.0
    left: float | None = None
    call: int | None = None
    error: CsqaError | None = None

    @property
    def ended(self) -> bool:
        """Whether nothing more happens by itself."""
        return self.state in ENDED


class JobQueue(QObject):
    """Inspects recordings one after another, each engine one at a time.

    Signals:
        added: jobs (a tuple of ``Job``) came to the end of the queue.
        changed: a ``Job`` has other figures now.
        removed: the numbers (a tuple) of jobs that were taken off the list.
        drained: no job is waiting or at work any more.
    """

    added = Signal(object)
    changed = Signal(object)
    removed = Signal(object)
    drained = Signal()

    def __init__(
        self,
        gateway: Gateway,
        parent: QObject | None = None,
        *,
        engines: int = 1,
        engine: EngineStart | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Store results through ``gateway``, with at most ``engines`` processes; ``engine`` starts them another way."""
        super().__init__(parent)
        self._gateway = gateway
        self._engine = engine
        self._clock = clock
        self._jobs: dict[int, Job] = {}
        self._waiting: deque[int] = deque()
        self._idle: list[_Engine] = []
        self._leaving: list[_Engine] = []
        self._most = engines
        self._working: dict[int, _Run] = {}
        self._next = 1

    @property
    def jobs(self) -> tuple[Job, ...]:
        """All jobs on the list, in order."""
        return tuple(self._jobs.values())

    @property
    def is_busy(self) -> bool:
        """Whether anything is waiting or at work."""
        return bool(self._waiting or self._working)

    def job(self, number: int) -> Job:
        """Return a job by its number. Raises KeyError where it is not on the list."""
        return self._jobs[number]

    def add(self, paths: Iterable[Path]) -> None:
        """Queue recordings; one that is waiting or at work already is not queued twice."""
        pending = {job.path for job in self._jobs.values() if not job.ended}
        fresh = [path for path in dict.fromkeys(paths) if path not in pending]
        jobs = tuple(Job(self._next + offset, path) for offset, path in enumerate(fresh))
        self._next += len(jobs)
        for job in jobs:
            self._jobs[job.number] = job
            self._waiting.append(job.number)
        if jobs:
            self.added.emit(jobs)
            self._start()

    def cancel(self, number: int) -> None:
        """Stop a job; what it had finished stays stored, and trying again goes on from there."""
        job = self._jobs[number]
        if job.ended:
            return
        if number in self._waiting:
            self._waiting.remove(number)
        run = self._working.pop(number, None)
        if run is not None and run.engine is not None:
            run.engine.kill()
        self._put(replace(job, state=JobState.CANCELLED, left=None))
        self._start()

    def cancel_all(self) -> None:
        """Stop everything."""
        for number in [job.number for job in self._jobs.values() if not job.ended]:
            self.cancel(number)

    def retry(self, number: int) -> None:
        """Queue a failed or cancelled job again."""
        job = self._jobs[number]
        if job.state in (JobState.FAILED, JobState.CANCELLED):
            self._put(Job(number, job.path))
            self._waiting.append(number)
            self._start()

    def clear_ended(self) -> None:
        """Take the jobs that ended off the list."""
        numbers = tuple(number for number, job in self._jobs.items() if job.ended)
        for number in numbers:
            del self._jobs[number]
        if numbers:
            self.removed.emit(numbers)

    def close(self) -> None:
        """Kill all engines; before the program ends."""
        self._waiting.clear()
        for run in self._working.values():
            if run.engine is not None:
                run.engine.kill()
        self._working.clear()
        for engine in (*self._idle, *self._leaving):
            engine.kill()
        self._idle.clear()
        self._leaving.clear()

    def _start(self) -> None:
        while self._waiting and len(self._working) < self._most:
            number = self._waiting.popleft()
            run = _Run(number)
            self._working[number] = run
            job = self._put(replace(self._jobs[number], state=JobState.WORKING, stage=Stage.OPENED))
            reply = self._gateway.prepare(job.path)
            reply.done.connect(lambda prepared, run=run: self._prepared(run, prepared))
            reply.failed.connect(lambda error, run=run: self._ended(run, JobState.FAILED, error=error))
        if not self._working and not self._waiting:
            self._let_go()
            self.drained.emit()

    def _let_go(self) -> None:
        """Let the engines that rest end, and drop those that have."""
        for engine in self._idle:
            engine.finish()
        ending, self._leaving = [*self._leaving, *self._idle], []
        self._idle.clear()
        for engine in ending:
            if engine.is_running:
                self._leaving.append(engine)
            else:
                engine.discard()

    def _prepared(self, run: _Run, prepared: Prepared) -> None:
        if self._working.get(run.number) is not run:
            return  # cancelled meanwhile
        if not prepared.line:
            self._ended(run, JobState.KNOWN, call=prepared.call)
            return
        run.engine = self._idle.pop() if self._idle else _Engine(self._engine or prepared.engine, self)
        run.engine.serve(lambda line: self._line(run, line), lambda status: self._died(run, status))
        run.engine.send(prepared.line)

    def _line(self, run: _Run, line: bytes) -> None:
        if self._working.get(run.number) is not run:
            return
        run.unanswered += 1
        reply = self._gateway.keep(self._jobs[run.number].path, line)
        reply.done.connect(lambda told: self._told(run, told))
        reply.failed.connect(lambda error: self._keeping_failed(run, error))

    def _told(self, run: _Run, told: Told) -> None:
        run.unanswered -= 1
        if self._working.get(run.number) is not run:
            return
        if told.stage is Stage.DONE:
            self._ended(run, JobState.DONE, call=told.call)
        elif told.stage is Stage.FAILED:
            self._ended(run, JobState.FAILED, error=told.error)
        else:
            left = run.left(told, self._clock())
            job = self._jobs[run.number]
            self._put(replace(job, stage=told.stage, done=told.done, total=told.total, left=left))
            if run.status is not None:
                self._give_up(run)

    def _keeping_failed(self, run: _Run, error: CsqaError) -> None:
        """What was told could not be kept (a full disk, say): no use in going on with this one."""
        if self._working.get(run.number) is run:
            if run.engine is not None:
                run.engine.kill()
                run.engine = None
            self._ended(run, JobState.FAILED, error=error)

    def _died(self, run: _Run, status: int) -> None:
        run.status = status
        run.engine = None
        self._give_up(run)

    def _give_up(self, run: _Run) -> None:
        """Fail a job whose engine died, once all that it had told is stored: its last line may have been the end."""
        if run.unanswered or self._working.get(run.number) is not run:
            return
        path = self._jobs[run.number].path
        error = UserFixable("engine.died", file=path, status=run.status)
        self._gateway.fail(path, error)
        self._ended(run, JobState.FAILED, error=error)

    def _ended(self, run: _Run, state: JobState, *, call: int | None = None, error: CsqaError | None = None) -> None:
        if self._working.get(run.number) is not run:
            return
        del self._working[run.number]
        if run.engine is not None:
            run.engine.rest()
            self._idle.append(run.engine)
        self._put(replace(self._jobs[run.number], state=state, call=call, error=error, left=None))
        self._start()

    def _put(self, job: Job) -> Job:
        self._jobs[job.number] = job
        self.changed.emit(job)
        return job


@dataclass
class _Run:
    """One attempt at a job."""

    number: int
    engine: _Engine | None = None
    unanswered: int = 0
    status: int | None = None
    began: float | None = None
    began_done: float = 0.0

    def left(self, told: Told, now: float) -> float | None:
        """Return how long the recognising still takes, by how fast it went so far; ``None`` until that is known."""
        if told.stage is not Stage.RECOGNISING:
            return None
        if self.began is None:
            self.began, self.began_done = now, told.done
            return None
        spent, done = now - self.began, told.done - self.began_done
        if spent < _HONEST_AFTER or done <= 0:
            return None
        return (told.total - told.done) * spent / done


class _Engine:
    """An engine process and its lines."""

    def __init__(self, start: EngineStart, parent: QObject) -> None:
        self._process = QProcess(parent)
        self._on_line: Callable[[bytes], None] | None = None
        self._on_death: Callable[[int], None] | None = None
        environment = QProcessEnvironment()
        for name, value in start.environment.items():
            environment.insert(name, value)
        self._process.setProcessEnvironment(environment)
        self._process.setStandardErrorFile(QProcess.nullDevice())
        self._process.readyReadStandardOutput.connect(self._read)
        self._process.finished.connect(self._finished)
        self._process.errorOccurred.connect(self._refused)
        self._process.start(start.command[0], list(start.command[1:]))

    def serve(self, on_line: Callable[[bytes], None], on_death: Callable[[int], None]) -> None:
        """Tell a run each line, and that the process is no more."""
        self._on_line, self._on_death = on_line, on_death

    def rest(self) -> None:
        """Tell nobody anything until it serves again."""
        self._on_line = self._on_death = None

    def send(self, line: bytes) -> None:
        """Give the engine a request."""
        self._process.write(line)

    def finish(self) -> None:
        """Let the process end by itself: it is told that nothing more comes."""
        self.rest()
        self._process.closeWriteChannel()

    def kill(self) -> None:
        """End the process at once. Killing takes a millisecond, and waiting for it leaves no zombie."""
        self.rest()
        self._process.kill()
        self._process.waitForFinished(2000)
        self.discard()

    def discard(self) -> None:
        """Drop a process that has ended; the engine is of no use any more."""
        self._process.deleteLater()

    @property
    def is_running(self) -> bool:
        """Whether the process still is."""
        return self._process.state() is not QProcess.ProcessState.NotRunning

    def _read(self) -> None:
        while self._process.canReadLine():
            line = bytes(self._process.readLine().data())
            if self._on_line is not None:
                self._on_line(line)

    def _finished(self, status: int, how: QProcess.ExitStatus) -> None:
        self._read()
        on_death = self._on_death
        if on_death is not None:
            self.rest()
            self.discard()
            on_death(status if how is QProcess.ExitStatus.NormalExit else -status)

    def _refused(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            self._finished(-1, QProcess.ExitStatus.NormalExit)
