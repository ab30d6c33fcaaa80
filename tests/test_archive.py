"""Import, stop, go on, judge again: nothing lost, nothing twice."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from csqa.archive import AlreadyThere, Archive, ImportOptions, find_files
from csqa.bundled import bundled_samples
from csqa.cards.form import load_form
from csqa.cards.scoring import fill_in
from csqa.engine import Failed
from csqa.pipeline import Heard, Inspected, Listening, Opened, PassageDone, Request
from csqa.roles import LaneLayout, Speaker
from csqa.rules.fingerprints import fingerprints_of
from csqa.rules.judging import judge, judge_heard, made_ready
from csqa.rules.rulebook import books_folder, load_book
from csqa.settings import RecognitionSettings
from csqa.store.workspace import Workspace

SAMPLES = bundled_samples()
GREETING = SAMPLES / "05-missing-greeting.mp3"


def test_folders_give_their_recordings_and_name_the_rest(tmp_path: Path) -> None:
    (tmp_path / "里 面").mkdir()
    for name in ("b.wav", "里 面/a.MP3", "notes.txt", ".hidden.wav"):
        (tmp_path / name).write_bytes(b"x")
    found = find_files([tmp_path])
    assert [path.name for path in found.taken] == ["b.wav", "a.MP3"]
    assert [path.name for path in found.skipped] == ["notes.txt"]
    assert find_files([tmp_path / "notes.txt"]).taken == (tmp_path / "notes.txt",)
    assert find_files([tmp_path / "gone.wav"]).taken == (tmp_path / "gone.wav",)


def test_an_import_that_was_stopped_goes_on_where_it_was(tmp_path: Path) -> None:
    with Workspace.create(tmp_path / "库") as workspace:
        running = Archive(workspace).run([GREETING], ImportOptions())
        for told in running:
            if isinstance(told.event, PassageDone):
                break
        running.close()
    with Workspace.open(tmp_path / "库") as workspace:
        archive = Archive(workspace)
        rest = archive.prepare(GREETING, ImportOptions())
        assert isinstance(rest, Request)
        assert rest.heard is not None
        assert len(rest.done) >= 1
        events = [told.event for told in archive.run([GREETING], ImportOptions())]
        assert not any(isinstance(event, Listening) for event in events)
        heard = next(event for event in events if isinstance(event, Heard))
        fresh = [event for event in events if isinstance(event, PassageDone)]
        assert len(fresh) + len(rest.done) == len(heard.passages)
        assert isinstance(events[-1], Inspected)
        assert len(workspace.calls()) == 1
        assert workspace.check() == ()


def test_the_same_recording_is_known_by_its_content(sample_workspace: Path, tmp_path: Path) -> None:
    copy = shutil.copy(GREETING, tmp_path / "改了名字.mp3")
    folder = shutil.copytree(sample_workspace, tmp_path / "库")
    with Workspace.open(folder) as workspace:
        before = len(workspace.calls())
        told = list(Archive(workspace).run([Path(copy)], ImportOptions()))
        assert [type(each.event) for each in told] == [AlreadyThere]
        assert len(workspace.calls()) == before


def test_a_bad_file_does_not_stop_the_others(tmp_path: Path) -> None:
    bad = tmp_path / "坏的.wav"
    bad.write_bytes(b"")
    gone = tmp_path / "没有.wav"
    with Workspace.create(tmp_path / "库") as workspace:
        told = list(Archive(workspace).run([bad, gone, GREETING], ImportOptions(), jobs=2))
        ended = {each.path.name: each.event for each in told if isinstance(each.event, (Failed, Inspected))}
        assert isinstance(ended["坏的.wav"], Failed)
        assert isinstance(ended["没有.wav"], Failed)
        assert isinstance(ended[GREETING.name], Inspected)
        assert workspace.check() == ()


def test_judging_again_on_what_is_stored_gives_the_same_verdicts(sample_workspace: Path) -> None:
    with Workspace.open(sample_workspace, write=False) as workspace:
        changes = list(Archive(workspace).rejudge("general", "general", dry_run=True))
    assert len(changes) == 11
    assert not any(change.differs for change in changes)


def test_a_stricter_book_changes_stored_calls_without_their_sound(sample_workspace: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(sample_workspace, tmp_path / "库")
    books = shutil.copytree(books_folder(), tmp_path / "手册")
    hold = books / "general" / "hold.toml"
    text = hold.read_text(encoding="utf-8")
    assert "limit_seconds = 7.0" in text
    hold.write_text(text.replace("limit_seconds = 7.0", "limit_seconds = 30.0"), encoding="utf-8")
    book = books / "general.toml"
    with Workspace.open(folder) as workspace:
        tried = list(Archive(workspace).rejudge(str(book), "general", dry_run=True))
        flipped = [change for change in tried if "hold-max-wait-7s" in [each.rule for each in change.rules]]
        assert [change.name[:2] for change in flipped] == ["02", "03", "09", "10"]
        kept = list(Archive(workspace).rejudge(str(book), "general", dry_run=False))
        assert [change.after for change in kept] == [change.after for change in tried]
        again = list(Archive(workspace).rejudge(str(book), "general", dry_run=True))
        assert not any(change.differs for change in again)


def test_a_trial_judges_only_what_has_changed_and_comes_to_the_same(sample_workspace: Path, tmp_path: Path) -> None:
    books = shutil.copytree(books_folder(), tmp_path / "手册")
    hold = books / "general" / "hold.toml"
    text = hold.read_text(encoding="utf-8")
    hold.write_text(text.replace("limit_seconds = 7.0", "limit_seconds = 30.0"), encoding="utf-8")
    book = load_book(books / "general.toml")
    changed = {
        rule for rule, each in fingerprints_of(book).items() if fingerprints_of(load_book("general"))[rule] != each
    }
    assert "hold-max-wait-7s" in changed
    assert len(changed) < 12
    with Workspace.open(sample_workspace, write=False) as workspace:
        tried = list(Archive(workspace).rejudge(str(books / "general.toml"), "general", dry_run=True))
        (talks,) = workspace.talks()
        for change, talk in zip(tried, talks, strict=True):
            verdicts = judge(talk.conversation, book)
            card = fill_in(load_form("general"), verdicts)
            assert (change.after.score, change.after.outcome) == (card.score, card.outcome)
            flipped = {one.rule for one in verdicts if talk.outcomes[one.rule] is not one.outcome}
            assert {one.rule for one in change.rules} == flipped


def test_what_is_kept_of_phrases_changes_no_verdict(sample_workspace: Path) -> None:
    book = load_book("general")
    with Workspace.open(sample_workspace, write=False) as workspace:
        (talks,) = workspace.talks(book.automaton.fingerprint)
        (others,) = workspace.talks("other phrases")
    assert len(talks) == 11
    assert [talk.met for talk in others] == [{}] * 11
    for talk in talks:
        assert set(talk.met) == {turn.index for turn in talk.conversation.turns}
        fresh = replace(book)  # its automaton remembers nothing
        assert judge_heard(made_ready(talk.conversation, fresh, talk.met), fresh) == judge(talk.conversation, book)


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace in which a call was begun and stopped after a passage."""
    folder = tmp_path_factory.mktemp("开了头") / "库"
    with Workspace.create(folder) as workspace:
        running = Archive(workspace).run([GREETING], ImportOptions())
        next(told for told in running if isinstance(told.event, PassageDone))
        running.close()
    return folder


def test_words_of_another_model_or_other_settings_are_not_taken_over(begun: Path, tmp_path: Path) -> None:
    with Workspace.open(shutil.copytree(begun, tmp_path / "库")) as workspace:
        other = ImportOptions(recognition=RecognitionSettings(hotwords=("云帆电器",)))
        events = [told.event for told in Archive(workspace).run([GREETING], other)]
    heard = next(event for event in events if isinstance(event, Heard))
    assert len([event for event in events if isinstance(event, PassageDone)]) == len(heard.passages)


def test_what_was_heard_with_other_lanes_is_heard_again(begun: Path, tmp_path: Path) -> None:
    with Workspace.open(shutil.copytree(begun, tmp_path / "库")) as workspace:
        swapped = ImportOptions(layout=LaneLayout.CUSTOMER_AGENT)
        events = [told.event for told in Archive(workspace).run([GREETING], swapped)]
    ended = events[-1]
    assert isinstance(ended, Inspected)
    assert any(isinstance(event, Listening) for event in events)
    assert ended.inspection.hearing is not None
    assert [lane.speaker for lane in ended.inspection.hearing.lanes] == [Speaker.CUSTOMER, Speaker.AGENT]


def test_the_usual_lanes_go_for_files_of_two_lanes_only(tmp_path: Path) -> None:
    usual = ImportOptions(usual_layout=LaneLayout.CUSTOMER_AGENT)
    with Workspace.create(tmp_path / "库") as workspace:
        events = [told.event for told in Archive(workspace).run([GREETING, SAMPLES / "11-mono-mix.wav"], usual)]
    layouts = {event.recording.path.name: event.recording.layout for event in events if isinstance(event, Opened)}
    assert layouts == {GREETING.name: LaneLayout.CUSTOMER_AGENT, "11-mono-mix.wav": LaneLayout.MONO}


def test_two_copies_in_one_batch_are_one_call(tmp_path: Path) -> None:
    copies = [Path(shutil.copy(GREETING, tmp_path / name)) for name in ("甲.mp3", "乙.mp3")]
    with Workspace.create(tmp_path / "库") as workspace:
        events = [told.event for told in Archive(workspace).run(copies, ImportOptions(), jobs=2)]
        assert len([event for event in events if isinstance(event, Inspected)]) == 1
        assert len([event for event in events if isinstance(event, AlreadyThere)]) == 1
        assert [row.name for row in workspace.calls()] == ["甲.mp3"]
