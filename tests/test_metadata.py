"""What is known of a call beside its sound."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from csqa.errors import UserFixable
from csqa.hear.metadata import MetadataTable, name_pattern, read_metadata
from csqa.roles import LaneLayout

CSV = '文件名,工号,坐席姓名,开始时间,声道,备注\n录音 1.wav,1028,张敏,2026/11/03 10:42,"customer,agent",回访\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_table_from_excel_is_read_in_any_usual_encoding(tmp_path: Path, encoding: str) -> None:
    table = tmp_path / "通话.csv"
    table.write_bytes(CSV.encode(encoding))
    call = MetadataTable(read_metadata(table)).of(tmp_path / "录音 1.wav")
    assert (call.agent_id, call.agent_name) == ("1028", "张敏")
    assert call.started_at == "2026-11-03T10:42:00"
    assert call.layout is LaneLayout.CUSTOMER_AGENT
    assert call.extra == {"备注": "回访"}


def test_json_metadata_takes_windows_paths(tmp_path: Path) -> None:
    table = tmp_path / "calls.json"
    table.write_text(json.dumps([{"file": "D:\\录音\\a.wav", "ring_s": "12.5"}]), encoding="utf-8")
    assert MetadataTable(read_metadata(table)).of(Path("a.wav")).ring_seconds == 12.5


def test_the_name_fills_what_the_table_leaves_open(tmp_path: Path) -> None:
    table = tmp_path / "calls.csv"
    table.write_text("file,agent_name\n20261103-104200_1028_13800002210.wav,张敏\n", encoding="utf-8")
    metadata = MetadataTable(read_metadata(table), name_pattern("{started_at}_{agent_id}_{customer_phone}"))
    call = metadata.of(Path("20261103-104200_1028_13800002210.wav"))
    assert (call.agent_name, call.agent_id, call.customer_phone) == ("张敏", "1028", "13800002210")
    assert call.started_at == "2026-11-03T10:42:00"
    assert metadata.of(Path("another name.wav")).agent_id is None


@pytest.mark.parametrize(
    ("content", "suffix", "code"),
    [
        ("name,agent\na.wav,1\n", ".csv", "metadata.no-file-column"),
        ("[{]", ".json", "metadata.bad-json"),
        ("[1]", ".json", "metadata.bad-json"),
        ("file,lanes\na.wav,left\n", ".csv", "metadata.bad-lanes"),
    ],
)
def test_a_table_that_cannot_be_used_is_named(tmp_path: Path, content: str, suffix: str, code: str) -> None:
    table = tmp_path / f"calls{suffix}"
    table.write_text(content, encoding="utf-8")
    with pytest.raises(UserFixable) as error:
        read_metadata(table)
    assert error.value.code == code


def test_a_pattern_with_an_unknown_field_lists_the_known_ones() -> None:
    with pytest.raises(UserFixable) as error:
        name_pattern("{agent}_{started_at}")
    assert error.value.code == "metadata.unknown-field"
    with pytest.raises(UserFixable):
        name_pattern("{agent_id}_{agent_id}")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("202401011230", "2024-01-01T12:30:00"),
        ("20240101123005", "2024-01-01T12:30:05"),
        ("20240101-123005", "2024-01-01T12:30:05"),
        ("2024-01-01 12:30", "2024-01-01T12:30:00"),
        ("20240101", "2024-01-01T00:00:00"),
        ("1704083400", "1704083400"),
        ("昨天", "昨天"),
    ],
)
def test_times_are_read_as_they_are_meant(tmp_path: Path, written: str, meant: str) -> None:
    table = tmp_path / "calls.csv"
    table.write_text(f"file,started_at,ring_seconds\na.wav,{written},nan\n,,\n", encoding="utf-8")
    call = MetadataTable(read_metadata(table)).of(Path("a.wav"))
    assert call.started_at == meant
    assert call.ring_seconds is None
