"""The documented schema is the schema, and its examples run."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from csqa.store.workspace import Workspace
from tests.store.calls_made import made_inspection

DOCUMENT = Path(__file__).parents[2] / "docs" / "data-model.md"
INTERNAL = re.compile(r"sqlite_|_sqlite_migrations|segment_search_")


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    folder = tmp_path_factory.mktemp("model") / "w"
    with Workspace.create(folder) as workspace:
        workspace.save_inspection(made_inspection())
    connection = sqlite3.connect(folder / "csqa.db")
    yield connection
    connection.close()


def documented() -> dict[str, list[str]]:
    tables = {}
    for part in DOCUMENT.read_text(encoding="utf-8").split("\n### ")[1:]:
        name, *lines = part.splitlines()
        columns = [line.split("|")[1] for line in lines if line.startswith("| `")]
        tables[name.strip("`")] = [column for cell in columns for column in re.findall(r"`(\w+)`", cell)]
    return tables


def test_tables_and_columns_are_documented(database: sqlite3.Connection) -> None:
    made = {
        name: [column[1] for column in database.execute(f"PRAGMA table_info({name})")]
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        if not INTERNAL.match(name)
    }
    known = documented()
    assert known.keys() == made.keys()
    assert {name: sorted(columns) for name, columns in known.items()} == {
        name: sorted(columns) for name, columns in made.items()
    }


def test_the_examples_run(database: sqlite3.Connection) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    queries = re.findall(r"(?:^    .+\n)+", text[text.index("## 例") :], flags=re.MULTILINE)
    assert len(queries) == 3
    for query in queries:
        assert database.execute(query).fetchall(), query
