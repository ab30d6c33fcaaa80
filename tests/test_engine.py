"""The engine as a child process: lines in, lines out, and what happens when it dies."""

from __future__ import annotations

import json
import subprocess
import threading
from pathlib import Path

import pytest

from csqa.bundled import bundled_samples
from csqa.crew import Engine
from csqa.engine import Failed, engine_command, engine_environment, event_line, parse_event
from csqa.errors import Bug, UserFixable
from csqa.frames import to_json
from csqa.pipeline import Event, Heard, Inspected, Listening, Opened, PassageDone, Request

SAMPLE = bundled_samples() / "05-missing-greeting.mp3"


@pytest.fixture(scope="module")
def told() -> list[Event | Failed]:
    with Engine() as engine:
        return list(engine.events(Request(path=SAMPLE)))


def test_a_call_is_told_from_file_to_scorecard(told: list[Event | Failed]) -> None:
    kinds = [type(event) for event in told]
    assert kinds[0] is Opened
    assert kinds[-1] is Inspected
    assert kinds.index(Heard) < kinds.index(PassageDone)
    assert Listening in kinds
    last = [event for event in told if isinstance(event, PassageDone)][-1]
    assert last.speech_done == pytest.approx(last.speech_total)
    ended = told[-1]
    assert isinstance(ended, Inspected)
    assert ended.inspection.transcript.segments


def test_lines_read_back_as_the_events_that_they_were(told: list[Event | Failed]) -> None:
    failed = Failed(Bug("general.bug", kind="KeyError", log="通话.log"))
    for event in told:
        assert parse_event(event_line(event)) == event
    copy = parse_event(event_line(failed))
    assert isinstance(copy, Failed)
    assert copy.error.to_json() == failed.error.to_json()
    assert type(copy.error) is Bug


@pytest.mark.parametrize(
    "line", ["{}", '{"event": "lunch", "data": {}}', "Traceback", '{"event": "opened", "data": {}}']
)
def test_a_line_that_is_none_of_ours_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r"engine|Expecting"):
        parse_event(line)


def test_work_done_in_an_earlier_run_is_not_done_again(told: list[Event | Failed]) -> None:
    heard = next(event for event in told if isinstance(event, Heard))
    done = [event for event in told if isinstance(event, PassageDone)]
    with Engine() as engine:
        again = list(engine.events(Request(path=SAMPLE, heard=heard.hearing, done=tuple(done[:-1]))))
    assert not any(isinstance(event, Listening) for event in again)
    assert [event.words.passage for event in again if isinstance(event, PassageDone)] == [done[-1].words.passage]
    first, second = told[-1], again[-1]
    assert isinstance(first, Inspected)
    assert isinstance(second, Inspected)
    texts = [[segment.text for segment in each.inspection.transcript.segments] for each in (first, second)]
    outcomes = [[(one.rule, one.outcome) for one in each.inspection.verdicts] for each in (first, second)]
    assert texts[0] == texts[1]
    assert outcomes[0] == outcomes[1]


def test_a_bad_file_does_not_end_the_engine(tmp_path: Path) -> None:
    bad = tmp_path / "不是 录音.wav"
    bad.write_text("hello", encoding="utf-8")
    requests = "\n".join(to_json(Request(path=path)) for path in (bad, tmp_path / "gone.wav", bad)) + "\n"
    run = subprocess.run(
        engine_command(),
        input=requests.encode(),
        env=engine_environment(),
        cwd=tmp_path,
        capture_output=True,
        check=True,
    )
    answers = [parse_event(line) for line in run.stdout.decode().splitlines()]
    assert len(answers) == 3
    assert all(isinstance(answer, Failed) and isinstance(answer.error, UserFixable) for answer in answers)


def test_standard_output_holds_nothing_but_events() -> None:
    run = subprocess.run(
        engine_command(), input=b"not a request\n", env=engine_environment(), capture_output=True, check=True
    )
    frames = [json.loads(line) for line in run.stdout.decode().splitlines()]
    assert [frame["event"] for frame in frames] == ["failed"]
    assert frames[0]["data"]["kind"] == "Bug"


def test_an_engine_that_is_killed_is_a_failed_call_and_the_next_one_works() -> None:
    engine = Engine()
    with engine:
        events = engine.events(Request(path=SAMPLE))
        assert isinstance(next(events), Opened)
        process = engine._process
        assert process is not None
        process.kill()
        last = list(events)[-1]
        assert isinstance(last, Failed)
        assert last.error.code == "engine.died"
        assert isinstance(next(engine.events(Request(path=SAMPLE))), Opened)


def test_killing_from_another_thread_ends_the_events() -> None:
    with Engine() as engine:
        events = engine.events(Request(path=SAMPLE))
        assert isinstance(next(events), Opened)
        killer = threading.Thread(target=engine.kill)
        killer.start()
        assert not any(isinstance(event, (Failed, Inspected)) for event in events)
        killer.join()
        assert list(engine.events(Request(path=SAMPLE))) == []


def test_the_engine_starts_from_any_folder(tmp_path: Path) -> None:
    environment = {key: value for key, value in engine_environment().items() if key != "PWD"}
    run = subprocess.run(engine_command(), input=b"", env=environment, cwd=tmp_path, capture_output=True, check=True)
    assert run.stdout == b""
