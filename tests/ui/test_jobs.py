"""The queue, with the real engine where that is quick, and with engines that die."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from csqa.bundled import bundled_samples
from csqa.errors import UserFixable
from csqa.messages import error_hint, error_sentence
from csqa.store.workspace import Workspace
from ui.backroom import EngineStart, Stage, Told
from ui.gateway import Gateway
from ui.jobs import ENDED, Job, JobQueue, JobState, _Run

SHORT = bundled_samples() / "06-missing-closing.wav"
OTHER = bundled_samples() / "05-missing-greeting.mp3"
PATIENCE = 60_000


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    return tmp_path / "工作区"


@pytest.fixture
def gateway(qtbot: QtBot, workspace: Path) -> Iterator[Gateway]:
    made = Gateway()
    with qtbot.waitSignal(made.open(workspace).done):
        pass
    yield made
    made.close()


@pytest.fixture
def queue(gateway: Gateway) -> Iterator[JobQueue]:
    made = JobQueue(gateway)
    yield made
    made.close()


def script(code: str) -> EngineStart:
    """An engine that is this Python running ``code``."""
    return EngineStart((sys.executable, "-c", code), {"PYTHONUTF8": "1"})


def ended(queue: JobQueue, qtbot: QtBot) -> tuple[Job, ...]:
    qtbot.waitUntil(lambda: not queue.is_busy, timeout=PATIENCE)
    return queue.jobs


def states_of(queue: JobQueue) -> list[Job]:
    """Collect every state that any job goes through."""
    seen: list[Job] = []
    queue.changed.connect(seen.append)
    return seen


def test_a_recording_goes_the_whole_way(queue: JobQueue, qtbot: QtBot, workspace: Path) -> None:
    seen = states_of(queue)
    with qtbot.waitSignal(queue.drained, timeout=PATIENCE):
        queue.add([SHORT])
    (job,) = queue.jobs
    assert job.state is JobState.DONE
    stages = [each.stage for each in seen if each.state is JobState.WORKING]
    assert list(dict.fromkeys(stages)) == [Stage.OPENED, Stage.LISTENING, Stage.RECOGNISING, Stage.JUDGING]
    recognised = [each.done for each in seen if each.stage is Stage.RECOGNISING]
    assert recognised == sorted(recognised)
    with Workspace.open(workspace, write=False) as opened:
        assert [row.id for row in opened.calls()] == [job.call]
        assert opened.inspection(job.call or 0).conversation.metadata.agent_name == "孙悦"


def test_what_is_there_by_content_is_known(qtbot: QtBot, own_workspace: Path, tmp_path: Path) -> None:
    gateway = Gateway()
    with qtbot.waitSignal(gateway.open(own_workspace).done):
        pass
    queue = JobQueue(gateway, engine=script("raise SystemExit('nothing is to be done')"))
    copy = tmp_path / "换了名字.wav"
    copy.write_bytes(SHORT.read_bytes())
    queue.add([copy])
    (job,) = ended(queue, qtbot)
    assert job.state is JobState.KNOWN
    with Workspace.open(own_workspace, write=False) as opened:
        assert opened.call(job.call or 0).name == SHORT.name
    queue.close()
    gateway.close()


def test_cancelling_stops_one_and_the_next_goes_on(queue: JobQueue, qtbot: QtBot) -> None:
    queue.add([SHORT, OTHER])
    qtbot.waitUntil(lambda: queue.jobs[0].stage is Stage.LISTENING, timeout=PATIENCE)
    queue.cancel(queue.jobs[0].number)
    assert queue.jobs[0].state is JobState.CANCELLED
    jobs = ended(queue, qtbot)
    assert [job.state for job in jobs] == [JobState.CANCELLED, JobState.DONE]
    queue.retry(jobs[0].number)
    assert [job.state for job in ended(queue, qtbot)] == [JobState.DONE, JobState.DONE]


def test_cancelling_what_waits_and_all(gateway: Gateway, qtbot: QtBot) -> None:
    queue = JobQueue(gateway, engine=script("import sys; sys.stdin.read()"))
    queue.add([SHORT, OTHER])
    qtbot.waitUntil(lambda: not gateway.is_busy)
    queue.cancel(queue.jobs[1].number)
    assert queue.jobs[1].state is JobState.CANCELLED
    assert queue.jobs[0].state is JobState.WORKING
    queue.cancel_all()
    assert {job.state for job in queue.jobs} == {JobState.CANCELLED}
    assert not queue.is_busy
    queue.close()


@pytest.mark.parametrize(
    "code",
    ["import os; os._exit(3)", "import os; os.abort()", "import sys; sys.stdin.readline()", "raise SystemExit(1)"],
    ids=["exit", "abort", "ends without an answer", "ends at once"],
)
def test_an_engine_that_dies_is_a_failed_job_with_a_reason(
    gateway: Gateway, qtbot: QtBot, workspace: Path, code: str
) -> None:
    queue = JobQueue(gateway, engine=script(code))
    queue.add([SHORT, OTHER])
    jobs = ended(queue, qtbot)
    for job in jobs:
        assert job.state is JobState.FAILED
        assert isinstance(job.error, UserFixable)
        assert job.path.name in error_sentence(job.error)
        assert error_hint(job.error)
    qtbot.waitUntil(lambda: not gateway.is_busy)
    with Workspace.open(workspace, write=False) as opened:
        assert {str(row.state) for row in opened.calls()} == {"failed"}
    queue.close()


def test_a_program_that_is_not_there(gateway: Gateway, qtbot: QtBot, tmp_path: Path) -> None:
    queue = JobQueue(gateway, engine=EngineStart((str(tmp_path / "no such program"),), {}))
    queue.add([SHORT])
    (job,) = ended(queue, qtbot)
    assert job.state is JobState.FAILED
    queue.close()


def test_an_engine_that_talks_nonsense(gateway: Gateway, qtbot: QtBot, caplog: pytest.LogCaptureFixture) -> None:
    code = "import sys; sys.stdin.readline(); print('{\"event\": 1}', flush=True); sys.stdin.read()"
    queue = JobQueue(gateway, engine=script(code))
    queue.add([SHORT])
    (job,) = ended(queue, qtbot)
    assert job.state is JobState.FAILED
    assert job.error is not None
    assert caplog.records
    queue.close()


def test_a_failed_job_can_be_tried_again(gateway: Gateway, qtbot: QtBot) -> None:
    queue = JobQueue(gateway, engine=script("import os; os._exit(3)"))
    queue.add([SHORT])
    (job,) = ended(queue, qtbot)
    seen = states_of(queue)
    queue.retry(job.number)
    ended(queue, qtbot)
    assert list(dict.fromkeys(each.state for each in seen)) == [JobState.WAITING, JobState.WORKING, JobState.FAILED]
    assert seen[0].error is None
    queue.close()


@pytest.mark.parametrize("content", [b"", b"RIFF\x00\x00\x00\x00WAVE", b"no sound"], ids=["empty", "header", "text"])
def test_a_bad_file_fails_with_a_hint_and_the_others_go_on(
    queue: JobQueue, qtbot: QtBot, tmp_path: Path, content: bytes
) -> None:
    bad = tmp_path / "坏的.wav"
    bad.write_bytes(content)
    queue.add([bad, tmp_path / "不在.wav"])
    jobs = ended(queue, qtbot)
    assert [job.state for job in jobs] == [JobState.FAILED, JobState.FAILED]
    for job in jobs:
        assert isinstance(job.error, UserFixable)
        assert error_hint(job.error)


def test_nothing_is_queued_twice(gateway: Gateway, qtbot: QtBot) -> None:
    queue = JobQueue(gateway, engine=script("import sys; sys.stdin.read()"))
    queue.add([SHORT, SHORT])
    queue.add([SHORT])
    assert len(queue.jobs) == 1
    qtbot.waitUntil(lambda: not gateway.is_busy)
    queue.close()


def test_what_ended_can_be_cleared(gateway: Gateway, qtbot: QtBot) -> None:
    queue = JobQueue(gateway, engine=script("import os; os._exit(3)"))
    queue.add([SHORT, OTHER])
    jobs = ended(queue, qtbot)
    with qtbot.waitSignal(queue.removed) as told:
        queue.clear_ended()
    assert told.args[0] == tuple(job.number for job in jobs)
    assert queue.jobs == ()
    with pytest.raises(KeyError):
        queue.job(jobs[0].number)
    queue.close()


def test_a_remaining_time_is_named_once_it_is_known() -> None:
    run = _Run(1)
    told = Told(Stage.RECOGNISING, 0.0, 600.0)
    assert run.left(told, 100.0) is None
    assert run.left(replace(told, done=60.0), 105.0) is None  # five seconds tell nothing yet
    assert run.left(replace(told, done=120.0), 120.0) == pytest.approx(480 * 20 / 120)
    assert run.left(replace(told, stage=Stage.LISTENING, done=120.0), 120.0) is None


def test_states_that_end_are_told_from_those_that_do_not() -> None:
    assert {state for state in JobState if state not in (JobState.WAITING, JobState.WORKING)} == ENDED
    assert Job(1, SHORT, JobState.DONE).ended
    assert not Job(1, SHORT).ended
