"""The English desktop: nothing untranslated, nothing stale."""

from __future__ import annotations

import string
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from PySide6.QtWidgets import QAbstractButton

from csqa.messages import Language
from tests.ui.conftest import NewDesktop
from tools.translations import SOURCE, problems
from ui.words import clock, percent, points


def test_all_is_translated_and_compiled() -> None:
    assert problems() == []


def test_placeholders_are_the_same_in_both_languages() -> None:
    for message in ElementTree.parse(SOURCE).iter("message"):
        source = message.findtext("source") or ""
        translation = message.find("translation")
        assert translation is not None
        for form in translation.findall("numerusform") or [translation]:
            assert _fields(form.text or "") == _fields(source), source
            assert ("%n" in (form.text or "")) == ("%n" in source)


def test_the_window_speaks_english(new_desktop: NewDesktop, tmp_path: Path) -> None:
    desktop = new_desktop(tmp_path / "w", Language.ENGLISH)
    assert desktop.window.menuBar().actions()[0].text() == "&File"
    assert desktop.window.library.tr("%n 通电话", "", 1) == "1 call"
    assert desktop.window.library.tr("%n 通电话", "", 2) == "2 calls"
    texts = [button.text() for button in desktop.window.findChildren(QAbstractButton)]
    assert "Try it with samples" in texts
    assert not any("\u4e00" <= letter <= "\u9fff" for text in texts for letter in text)


def test_times_points_and_shares_are_written_as_people_write_them() -> None:
    assert [clock(seconds) for seconds in (-1, 0, 59.9, 60, 3599, 3600, 36_610)] == [
        "00:00", "00:00", "00:59", "01:00", "59:59", "1:00:00", "10:10:10",
    ]  # fmt: skip
    assert [points(value) for value in (100.0, 95.8, 0.0, 7.04)] == ["100", "95.8", "0", "7"]
    assert [percent(share) for share in (1.0, 0.999, 0.5, 0.0)] == ["100 %", "99 %", "50 %", "0 %"]


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
