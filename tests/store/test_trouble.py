"""A workspace that is in use, from a newer version, damaged, full, or none at all."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from csqa.archive import Archive
from csqa.errors import UserFixable
from csqa.messages import Language, error_hint, error_sentence
from csqa.store.database import Database
from csqa.store.workspace import Workspace
from tests.store.calls_made import made_inspection


def said(error: UserFixable) -> str:
    """Every error has its sentence and hint in both languages; return the Chinese one."""
    for language in Language:
        assert error_sentence(error, language)
        assert error_hint(error, language)
    return error_sentence(error)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with Workspace.create(tmp_path / "工作区 一") as workspace:
        workspace.save_inspection(made_inspection())
    return tmp_path / "工作区 一"


def opening(folder: Path, *, write: bool = True) -> UserFixable:
    with pytest.raises(UserFixable) as caught:
        Workspace.open(folder, write=write)
    return caught.value


def test_no_workspace(tmp_path: Path) -> None:
    assert opening(tmp_path).code == "store.not-a-workspace"
    assert str(tmp_path) in said(opening(tmp_path / "nowhere", write=False))
    assert not (tmp_path / "nowhere").exists()


def test_a_database_of_something_else(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "csqa.db")
    other.execute("CREATE TABLE recipes (name)")
    other.commit()
    other.close()
    before = (tmp_path / "csqa.db").read_bytes()
    assert opening(tmp_path, write=False).code == "store.not-a-workspace"
    assert (tmp_path / "csqa.db").read_bytes() == before


def test_creating_where_one_is(folder: Path) -> None:
    with pytest.raises(UserFixable) as caught:
        Workspace.create(folder)
    assert caught.value.code == "store.already-there"
    with Workspace.open_or_create(folder) as workspace:
        assert workspace.count() == 1


def test_creating_where_a_file_is(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(UserFixable) as caught:
        Workspace.create(tmp_path / "file")
    assert caught.value.code == "store.not-a-folder"


def test_two_writers(folder: Path) -> None:
    with Workspace.open(folder):
        error = opening(folder)
        assert error.code == "store.locked"
        assert error.parameters["pid"] == os.getpid()
        assert str(os.getpid()) in said(error)
        Workspace.open(folder, write=False).close()
    Workspace.open(folder).close()


HOLDING = """
import sys
from pathlib import Path
from csqa.store.workspace import Workspace
Workspace.open(Path(sys.argv[1]))
print("open", flush=True)
sys.stdin.read()
"""


def test_a_writer_that_dies_leaves_no_lock(folder: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout
        assert other.stdout.readline().strip() == b"open"
        error = opening(folder)
        assert (error.code, error.parameters["pid"]) == ("store.locked", other.pid)
        other.kill()
    with Workspace.open(folder) as workspace:
        assert workspace.count() == 1


def test_from_a_newer_version(folder: Path) -> None:
    database = sqlite3.connect(folder / "csqa.db")
    database.execute("PRAGMA user_version = 99")
    database.close()
    for write in (True, False):
        error = opening(folder, write=write)
        assert error.code == "store.newer-version"
        assert "99" in said(error)
    assert not list((folder / "backups").iterdir())


def test_damaged(folder: Path) -> None:
    (folder / "csqa.db").write_bytes(b"this is no database" * 1000)
    assert opening(folder).code == "store.damaged"
    assert "backups" in error_hint(opening(folder, write=False))
    assert not (folder / "writer.json").exists(), "the lock is let go of"


def test_damaged_in_the_middle(folder: Path) -> None:
    file = folder / "csqa.db"
    content = bytearray(file.read_bytes())
    middle = len(content) // 4096 // 2 * 4096
    content[middle : middle + 8192] = bytes(8192)
    file.write_bytes(content)
    with Workspace.open(folder, write=False) as workspace:
        try:
            problems = [problem.code for problem in workspace.check()]
        except UserFixable as error:
            problems = [error.code]
    assert {"store.check-integrity", "store.damaged"} & set(problems)


def test_a_full_disk(folder: Path) -> None:
    with Workspace.open(folder) as workspace:
        database: Database = workspace._database
        pages = database.read("PRAGMA page_count")[0][0]
        database.read(f"PRAGMA max_page_count = {pages}")  # SQLite's own way to have no more room
        calls = (made_inspection(Path(f"{number}.wav"), f"{number:064x}") for number in range(100))
        with pytest.raises(UserFixable) as caught:
            all(map(workspace.save_inspection, calls))
        assert caught.value.code == "store.disk-full"
        assert "继续" in error_hint(caught.value)
        kept = workspace.count()
        database.read(f"PRAGMA max_page_count = {pages * 100}")
        assert not [each for each in workspace.check() if each.code != "store.check-sound"], "nothing half-written"
        workspace.save_inspection(made_inspection(Path("9.wav"), "9" * 64))
        assert workspace.count() == kept + 1


def test_looking_where_nothing_may_be_written(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "medium"
    copy.mkdir()
    shutil.copy(folder / "csqa.db", copy)
    (copy / "csqa.db").chmod(0o444)
    copy.chmod(0o555)
    try:
        with Workspace.open(copy, write=False) as workspace:
            assert workspace.count() == 1
    finally:
        copy.chmod(0o755)


def test_an_older_database_is_backed_up_and_brought_up_to_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from csqa.store import database, migrations

    with Workspace.create(tmp_path / "w") as workspace:
        workspace.save_inspection(made_inspection())
    made = migrations.migrations

    def with_one_more() -> object:
        steps = made()

        @steps()
        def newer_step(opened: object) -> None:
            opened.execute("CREATE TABLE added (id INTEGER)")  # type: ignore[attr-defined]
            opened.execute(f"PRAGMA user_version = {migrations.VERSION + 1}")  # type: ignore[attr-defined]

        return steps

    monkeypatch.setattr(database, "migrations", with_one_more)
    monkeypatch.setattr(database, "VERSION", migrations.VERSION + 1)
    with Workspace.open(tmp_path / "w", write=False) as newer:
        assert newer.count() == 1
        assert newer._database.read("SELECT count(*) FROM added")[0][0] == 0
    (backup,) = (tmp_path / "w" / "backups").iterdir()
    old = sqlite3.connect(backup)
    assert old.execute("SELECT count(*) FROM calls").fetchone()[0] == 1
    assert old.execute("PRAGMA user_version").fetchone()[0] == migrations.VERSION
    old.close()


def test_a_workspace_of_the_first_version_is_read_and_judged_again(tmp_path: Path) -> None:
    saved = made_inspection()
    with Workspace.create(tmp_path / "w") as workspace:
        call = workspace.save_inspection(saved)
    old = sqlite3.connect(tmp_path / "w" / "csqa.db")
    added = [("turns", "level"), ("turns", "loudest"), ("calls", "fingerprints")]
    for table, column in added:
        old.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    old.execute("DROP TABLE phrases_met")
    old.execute("DROP TABLE reasonings")
    old.execute("DELETE FROM _sqlite_migrations WHERE name <> 'first_schema'")
    old.execute("PRAGMA user_version = 1")
    old.commit()
    old.close()
    with Workspace.open(tmp_path / "w") as workspace:
        assert workspace.conversation(call) == saved.conversation
        assert [problem.code for problem in workspace.check()] == ["store.check-sound"], "the recording is not there"
        assert len(list(Archive(workspace).rejudge("general", "general", dry_run=False))) == 1


def test_a_migration_that_fails_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from csqa.store import database, migrations

    Workspace.create(tmp_path / "w").close()
    made = migrations.migrations

    def with_a_broken_one() -> object:
        steps = made()

        @steps()
        def newer_step(opened: object) -> None:
            opened.execute("CREATE TABLE added (id INTEGER)")  # type: ignore[attr-defined]
            opened.execute(f"PRAGMA user_version = {migrations.VERSION + 1}")  # type: ignore[attr-defined]
            raise RuntimeError("a bug")

        return steps

    with monkeypatch.context() as newer:
        newer.setattr(database, "migrations", with_a_broken_one)
        newer.setattr(database, "VERSION", migrations.VERSION + 1)
        with pytest.raises(RuntimeError, match="a bug"):
            Workspace.open(tmp_path / "w")
    with Workspace.open(tmp_path / "w") as workspace:
        assert workspace._database.read("SELECT name FROM sqlite_master WHERE name = 'added'") == []
        assert workspace.check() == ()


def test_what_check_finds(folder: Path) -> None:
    with Workspace.open(folder, write=False) as workspace:
        assert [problem.code for problem in workspace.check()] == ["store.check-sound"], "the recording is not there"
    database = sqlite3.connect(folder / "csqa.db")
    database.execute("PRAGMA foreign_keys = OFF")
    database.execute("UPDATE calls SET score = 99")
    database.execute("INSERT INTO overlaps VALUES (77, 0, 1.0, 2.0, 'agent')")
    database.execute("DELETE FROM conversations")
    database.execute("DELETE FROM segments WHERE position = 0")
    database.commit()
    database.close()
    with Workspace.open(folder, write=False) as workspace:
        codes = [problem.code for problem in workspace.check()]
    assert codes == [
        "store.check-orphan", "store.check-incomplete", "store.check-score", "store.check-search", "store.check-sound",
    ]  # fmt: skip
