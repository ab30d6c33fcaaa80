"""What is saved comes back, a killed run goes on, and everything that people do is noted."""

from __future__ import annotations

import dataclasses
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from csqa.cards.form import load_form, read_form
from csqa.cards.inspection import Judged
from csqa.cards.scorecard import Answer, CardOutcome
from csqa.cards.scoring import fill_in
from csqa.errors import UserFixable
from csqa.frames import to_plain
from csqa.hear.recording import CallMetadata
from csqa.roles import LaneLayout
from csqa.rules.base import Outcome, Severity
from csqa.store.calls import CallState
from csqa.store.workspace import Workspace
from tests.store.calls_made import made_inspection, verdict, without_sound


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace.create(tmp_path / "工作区 一") as made:
        yield made


def test_the_folder_is_laid_out_as_documented(workspace: Workspace) -> None:
    assert {each.name for each in workspace.folder.iterdir()} >= {"csqa.db", "settings.toml", "audio", "backups"}


def test_an_inspection_comes_back_as_it_was_saved(workspace: Workspace) -> None:
    saved = made_inspection()
    call = workspace.save_inspection(saved)
    assert workspace.inspection(call) == saved
    assert workspace.conversation(call) == saved.conversation
    assert workspace.transcript(call) == saved.transcript
    assert list(workspace.inspections()) == [saved]


def test_a_transcript_without_sound_comes_back_too(workspace: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "通话.json"
    file.write_text("{}", encoding="utf-8")
    saved = without_sound(made_inspection(file))
    call = workspace.save_inspection(saved)
    assert workspace.inspection(call) == saved
    assert workspace.save_inspection(saved) == call, "the same file again is the same call"


def test_every_field_of_the_metadata_is_kept(workspace: Workspace) -> None:
    metadata = made_inspection().conversation.metadata
    unset = [field.name for field in dataclasses.fields(CallMetadata) if not getattr(metadata, field.name)]
    assert unset == [], "the made call must fill every field, or this proves nothing"
    row = workspace.call(workspace.save_inspection(made_inspection()))
    assert (row.agent_name, row.team, row.external_id) == ("张敏", "售后一组", "T-1")


def test_a_killed_run_goes_on_where_it_stopped(tmp_path: Path) -> None:
    inspection = made_inspection()
    assert inspection.recording
    assert inspection.hearing
    with Workspace.create(tmp_path / "w") as first:
        call = first.begin_call(inspection.recording)
        first.save_hearing(call, inspection.hearing)
        first.save_passage(call, 1, '{"words": "您好"}')
        first.save_passage(call, 0, "{}")
        first.save_passage(call, 0, '{"again":true}')
        assert first.call(call).state is CallState.WORKING
    with Workspace.open(tmp_path / "w") as second:
        assert second.find_by_content(inspection.recording.sha256) == call
        assert not second.is_inspected(call)
        assert second.stored_hearing(call) == inspection.hearing
        assert second.passages_done(call) == {0: '{"again":true}', 1: '{"words": "您好"}'}
        with pytest.raises(UserFixable) as caught:
            second.inspection(call)
        assert caught.value.code == "store.not-inspected"
        assert second.begin_call(inspection.recording) == call
        assert second.save_inspection(inspection, call=call) == call
        assert second.is_inspected(call)
        assert second.passages_done(call) == {}
        assert second.inspected_calls() == (call,)


def test_the_same_content_under_another_name_is_the_same_call(workspace: Workspace) -> None:
    inspection = made_inspection()
    assert inspection.recording
    call = workspace.save_inspection(inspection)
    moved = replace(inspection.recording, path=Path("另一处/改名.wav"))
    assert workspace.begin_call(moved) == call
    assert workspace.call(call).name == "改名.wav"
    assert workspace.call(call).state is CallState.MACHINE_SCORED, "it stays inspected"
    assert workspace.count() == 1


def test_a_failed_file_is_noted_and_taken_up_again(workspace: Workspace) -> None:
    inspection = made_inspection()
    assert inspection.recording
    call = workspace.save_failure(inspection.recording.path, UserFixable("hear.file-empty", file="录音 一.wav"))
    row = workspace.call(call)
    assert row.state is CallState.FAILED
    assert row.error
    assert row.error.code == "hear.file-empty"
    assert workspace.save_failure(inspection.recording.path, UserFixable("hear.file-empty", file="x")) == call
    assert workspace.begin_call(inspection.recording) == call, "the mended file takes the failed one's place"
    workspace.save_inspection(inspection, call=call)
    assert (workspace.call(call).state, workspace.call(call).error) == (CallState.MACHINE_SCORED, None)
    assert workspace.count() == 1


def test_a_failure_does_not_take_a_finished_inspection_away(workspace: Workspace) -> None:
    inspection = made_inspection()
    call = workspace.save_inspection(inspection)
    workspace.save_failure(inspection.source, UserFixable("engine.out-of-memory"), call=call)
    assert workspace.is_inspected(call)
    assert workspace.call(call).state is CallState.MACHINE_SCORED
    assert workspace.inspection(call) == inspection


def test_saving_again_leaves_nothing_of_the_former(workspace: Workspace) -> None:
    first = made_inspection()
    call = workspace.save_inspection(first)
    fewer = (verdict("no-idk", Outcome.PASS),)
    transcript = replace(first.transcript, segments=first.transcript.segments[:1])
    conversation = replace(first.conversation, turns=first.conversation.turns[:1], pauses=(), overlaps=())
    second = replace(
        first,
        hearing=None,
        transcript=transcript,
        conversation=conversation,
        verdicts=fewer,
        scorecard=fill_in(load_form(), fewer),
    )
    assert workspace.save_inspection(second) == call
    assert workspace.inspection(call) == second
    assert workspace.search("退款") == ()
    assert not [problem for problem in workspace.check() if problem.code != "store.check-sound"]


def test_what_a_list_shows_is_counted(workspace: Workspace) -> None:
    row = workspace.call(workspace.save_inspection(made_inspection()))
    assert (row.major_count, row.minor_count, row.fatal_count, row.doubt_count) == (3, 0, 0, 1)
    assert (row.score, row.maximum, row.outcome, row.provisional) == (50.0, 100.0, CardOutcome.REVIEW, True)
    assert (row.model, row.book, row.form, row.form_version) == ("csqa-mini-zh", "general", "general", "2")
    assert json.dumps(to_plain(row), ensure_ascii=False), "a row goes out as JSON"


def test_findings_of_many_calls_at_once(workspace: Workspace) -> None:
    first = workspace.save_inspection(made_inspection())
    clean = (verdict("no-idk", Outcome.PASS),)
    second = workspace.save_inspection(
        replace(made_inspection(Path("二.wav"), "d" * 64), verdicts=clean, scorecard=fill_in(load_form(), clean))
    )
    found = workspace.findings_of([first, second])
    assert [finding.rule for finding in found[first]] == [
        "hold-max-wait-7s", "no-idk", "no-blame-shifting", "hold-thanks-after",
    ]  # fmt: skip
    assert found[first][0].title == "让客户等待不超过7秒"
    assert found[second] == ()
    assert workspace.findings(first) == found[first]


def test_judging_again_replaces_verdicts_and_card_only(workspace: Workspace) -> None:
    saved = made_inspection()
    call = workspace.save_inspection(saved, book_text="old = 1")
    verdicts = tuple(replace(each, outcome=Outcome.PASS, evidence=()) for each in saved.verdicts)
    book = replace(saved.book, version="2", sha256="e" * 64)
    judged = replace(saved, verdicts=verdicts, scorecard=fill_in(load_form(), verdicts), book=book)
    card = workspace.replace_verdicts(call, Judged(book, verdicts, judged.scorecard, book_text="new = 1"))
    assert card.score == 100
    assert workspace.inspection(call) == judged
    assert (workspace.call(call).score, workspace.call(call).book_version) == (100, "2")
    newest = workspace.history(call)[0]
    assert (newest.verb, newest.before["score"], newest.after["score"]) == ("judged-again", 50.0, 100.0)


def test_people_answer_beside_the_machine(workspace: Workspace) -> None:
    saved = made_inspection()
    call = workspace.save_inspection(saved)
    card = workspace.set_answer(call, "hold-thanks-after", Answer.YES, "说了谢谢", "李组长")
    assert (card.provisional, card.outcome) == (False, CardOutcome.FAIL)
    assert workspace.scorecard(call) == card
    assert workspace.call(call).outcome is CardOutcome.FAIL
    assert workspace.verdicts(call) == saved.verdicts, "the machine's word is never overwritten"

    workspace.set_answer(call, "hold-thanks-after", Answer.NO, "没有", "王")
    verbs = [(entry.who, entry.before, entry.after) for entry in workspace.history(call)[:2]]
    assert verbs == [
        ("王", {"answer": "yes", "reason": "说了谢谢"}, {"answer": "no", "reason": "没有"}),
        ("李组长", None, {"answer": "yes", "reason": "说了谢谢"}),
    ]
    assert workspace.save_inspection(saved) == call
    again = workspace.scorecard(call)
    kept = next(each for each in again.questions if each.id == "hold-thanks-after")
    assert (kept.answer, kept.person) == (Answer.NO, "王"), "it outlives a new inspection"
    assert workspace.set_answer(call, "hold-thanks-after", None, "", "王") == saved.scorecard
    assert workspace.person_answers(call) == {}


def test_an_answer_needs_its_question_and_the_form(workspace: Workspace) -> None:
    saved = made_inspection()
    call = workspace.save_inspection(saved)
    with pytest.raises(UserFixable) as caught:
        workspace.set_answer(call, "lunch", Answer.NO, "", "李")
    assert caught.value.code == "store.no-such-question"
    unknown = replace(saved, scorecard=replace(saved.scorecard, form="house", version="9"))
    workspace.save_inspection(unknown)
    with pytest.raises(UserFixable) as caught:
        workspace.set_answer(call, "no-idk", Answer.YES, "", "李")
    assert caught.value.code == "store.form-not-kept"
    form = read_form(load_form().text.replace('id = "general"', 'id = "house"', 1), "house.toml")
    workspace.save_inspection(unknown, form=form)
    assert workspace.set_answer(call, "no-idk", Answer.YES, "", "李").form == "house"


def test_history_cannot_be_changed(workspace: Workspace) -> None:
    workspace.save_inspection(made_inspection())
    other = sqlite3.connect(workspace.folder / "csqa.db")
    for statement in ("DELETE FROM history", "UPDATE history SET who = 'nobody'"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            other.execute(statement)
    other.close()


def test_nothing_half_written_remains_of_a_failed_save(workspace: Workspace) -> None:
    broken = replace(made_inspection(), verdicts=(replace(verdict("a", Outcome.PASS), settings={"x": float("nan")}),))
    with pytest.raises(ValueError, match="JSON"):
        workspace.save_inspection(broken)
    assert workspace.count() == 0
    assert workspace.history() == ()
    call = workspace.save_inspection(made_inspection())
    with pytest.raises(ValueError, match="JSON"):
        workspace.save_inspection(broken, call=call)
    assert workspace.inspection(call) == made_inspection()
    assert len(workspace.search("退款")) == 1


def test_a_call_is_named_by_number_file_or_hash(workspace: Workspace) -> None:
    one = workspace.save_inspection(made_inspection(Path("a/同名.wav"), "abcd1" + "0" * 59))
    two = workspace.save_inspection(made_inspection(Path("b/同名.wav"), "abcd2" + "0" * 59))
    assert workspace.resolve(str(two)) == two
    assert workspace.resolve("ABCD1") == one
    for reference, code in (("同名.wav", "several-calls"), ("abcd", "several-calls"), ("99", "no-such-call"),
                            ("没有.wav", "no-such-call"), ("", "no-such-call"), ("dcba", "no-such-call")):  # fmt: skip
        with pytest.raises(UserFixable) as caught:
            workspace.resolve(reference)
        assert caught.value.code == f"store.{code}"


def test_a_call_whose_file_is_named_like_a_number(workspace: Workspace) -> None:
    call = workspace.save_inspection(made_inspection(Path("20261103")))
    assert workspace.resolve("20261103") == call


def test_severities_are_counted_each_in_its_column(workspace: Workspace) -> None:
    verdicts = tuple(verdict(f"r{n}", Outcome.VIOLATION, severity) for n, severity in enumerate(Severity))
    row = workspace.call(workspace.save_inspection(replace(made_inspection(), verdicts=verdicts)))
    assert (row.fatal_count, row.major_count, row.minor_count, row.info_count) == (1, 1, 1, 1)


def test_the_layout_of_a_mono_call_is_kept(workspace: Workspace) -> None:
    inspection = made_inspection()
    assert inspection.recording
    mono = replace(inspection, recording=replace(inspection.recording, layout=LaneLayout.MONO, channels=1))
    assert workspace.inspection(workspace.save_inspection(mono)) == mono


def test_a_readers_view_while_another_writes(workspace: Workspace) -> None:
    call = workspace.save_inspection(made_inspection())
    with Workspace.open(workspace.folder, write=False) as reader:
        assert reader.count() == 1
        workspace.set_state(call, CallState.IN_REVIEW, "李")
        assert reader.call(call).state is CallState.IN_REVIEW
        assert len(reader.search("退款")) == 1
        with pytest.raises(UserFixable) as caught:
            reader.set_state(call, CallState.CLOSED, "李")
        assert caught.value.code == "store.read-only"


def test_a_database_that_was_begun_on_a_full_disk_is_begun_again(tmp_path: Path) -> None:
    (tmp_path / "csqa.db").touch()
    with pytest.raises(UserFixable) as error:
        Workspace.open(tmp_path)
    assert error.value.code == "store.not-a-workspace"
    with Workspace.open_or_create(tmp_path) as workspace:
        assert workspace.check() == ()
