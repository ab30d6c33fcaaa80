"""A file is written whole or not at all, and a refusing disk is explained."""

import re
from pathlib import Path

import pytest

from csqa.disk import explained, need_space, write_text, written_whole
from csqa.errors import UserFixable


def test_folders_are_made_and_nothing_is_left_beside(tmp_path: Path) -> None:
    path = tmp_path / "新 文件夹" / "a.txt"
    write_text(path, "您好\n")
    write_text(path, "再见\n")
    assert path.read_bytes() == "再见\n".encode()
    assert list(path.parent.iterdir()) == [path]


def test_a_failure_halfway_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    write_text(path, "old")

    def broken_off() -> None:
        with written_whole(path) as file:
            file.write(b"half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken_off()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux's device that is always full")
def test_a_full_disk_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserFixable, match=re.escape("disk.full")), explained(tmp_path / "a.txt"):
        Path("/dev/full").write_text("no room")


def test_a_folder_in_the_way_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.txt").mkdir()
    with pytest.raises(UserFixable, match=r"disk\.(failed|forbidden)"):
        write_text(tmp_path / "a.txt", "x")
    assert [each.name for each in tmp_path.iterdir()] == ["a.txt"]


def test_too_small_a_disk_is_told_before_writing(tmp_path: Path) -> None:
    need_space(tmp_path / "not" / "yet", 1)
    with pytest.raises(UserFixable, match=re.escape("disk.too-small")):
        need_space(tmp_path, 10**18)
