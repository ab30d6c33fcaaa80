"""What the user chose for the desktop."""

from __future__ import annotations

from pathlib import Path

import pytest

from csqa.errors import UserFixable
from csqa.messages import Language
from ui.preferences import Preferences, load_preferences, preferences_file, save_preferences
from ui.theme import Scheme


def test_what_is_saved_comes_back(tmp_path: Path) -> None:
    file = tmp_path / "设置" / "desktop.toml"
    chosen = Preferences(Language.ENGLISH, Scheme.DARK, tmp_path / '带空格的 "工作区"\\x')
    save_preferences(chosen, file)
    assert load_preferences(file) == chosen


@pytest.mark.parametrize("text", ["", "language = ", 'language = "fr"\ntheme = 3\nworkspace = 7', "\x00"])
def test_what_makes_no_sense_is_as_by_default(tmp_path: Path, text: str) -> None:
    file = tmp_path / "desktop.toml"
    file.write_text(text, encoding="utf-8")
    assert load_preferences(file) == Preferences()


def test_a_file_that_is_not_there_or_no_text(tmp_path: Path) -> None:
    assert load_preferences(tmp_path / "none.toml") == Preferences()
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe\xfa")
    assert load_preferences(tmp_path / "bytes.toml") == Preferences()


def test_a_disk_that_refuses_is_told(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file where a folder should be", encoding="utf-8")
    with pytest.raises(UserFixable):
        save_preferences(Preferences(), tmp_path / "taken" / "desktop.toml")


def test_they_lie_among_the_users_settings(home: Path) -> None:
    assert preferences_file().is_relative_to(home)
