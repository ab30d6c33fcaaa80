"""The colours: readable everywhere, and nowhere but in the theme."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import ui
from ui.theme import DARK, LIGHT, Scheme, Theme, Tokens, contrast, palette, style_sheet, token_names

GROUNDS = ("window", "surface", "raised", "hover", "selected")
WORDS = (
    "text",
    "muted",
    "accent",
    "agent",
    "customer",
    "unknown",
    "violation",
    "doubt",
    "passed",
    "waiting",
    "neutral",
)
MEANINGS = ("agent", "customer", "unknown", "violation", "doubt", "passed", "waiting", "neutral", "accent")

both = pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])


def test_contrast_is_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)


@both
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("word", WORDS)
def test_words_are_readable_on_every_ground(tokens: Tokens, word: str, ground: str) -> None:
    assert contrast(getattr(tokens, word), getattr(tokens, ground)) >= 4.5


@both
@pytest.mark.parametrize("meaning", MEANINGS)
def test_badges_are_readable(tokens: Tokens, meaning: str) -> None:
    assert contrast(getattr(tokens, meaning), getattr(tokens, f"{meaning}_soft")) >= 4.5


@both
def test_buttons_and_tips_are_readable(tokens: Tokens) -> None:
    assert contrast(tokens.on_accent, tokens.accent) >= 4.5
    assert contrast(tokens.on_accent, tokens.accent_hover) >= 4.5
    assert contrast(tokens.surface, tokens.text) >= 4.5


@both
def test_lines_that_carry_meaning_are_seen(tokens: Tokens) -> None:
    """WCAG asks 3:1 of what is no text but has to be made out."""
    for line in ("strong_border", "playhead", "agent", "customer"):
        assert contrast(getattr(tokens, line), tokens.surface) >= 3.0


def test_no_colour_stands_outside_the_theme() -> None:
    folder = Path(ui.__file__).parent
    pattern = re.compile(
        r"#[0-9a-fA-F]{6}\b|#[0-9a-fA-F]{3}\b|\brgba?\(|GlobalColor\.(?!transparent)|QColor\(\s*[\"'\d]"
    )
    found = [
        f"{file.relative_to(folder)}: {match[0]}"
        for file in sorted(folder.rglob("*"))
        if file.suffix in {".py", ".qss", ".svg"} and file.name != "theme.py"
        for match in pattern.finditer(file.read_text(encoding="utf-8"))
    ]
    assert found == []


@both
def test_the_style_sheet_names_only_tokens(tokens: Tokens) -> None:
    sheet = style_sheet(tokens)
    assert "@" not in re.sub(r"/\*.*?\*/", "", sheet, flags=re.S)
    assert all(re.fullmatch(r"#[0-9a-f]{6}", getattr(tokens, name)) for name in token_names())


def test_every_drawing_takes_its_colour_from_the_theme() -> None:
    drawings = sorted((Path(ui.__file__).parent / "icons").glob("*.svg"))
    assert drawings
    for drawing in drawings:
        assert "currentColor" in drawing.read_text(encoding="utf-8")


def test_choosing_a_scheme_dresses_the_application(qapp: QApplication, qtbot: QtBot) -> None:
    theme = Theme(qapp, Scheme.LIGHT)
    assert qapp.palette().window().color().name() == LIGHT.window
    with qtbot.waitSignal(theme.changed):
        theme.choose(Scheme.DARK)
    assert theme.is_dark
    assert qapp.palette().window().color().name() == DARK.window
    assert DARK.accent in qapp.styleSheet()
    theme.choose(Scheme.LIGHT)
    assert not theme.is_dark
    assert palette(LIGHT).window().color().name() == LIGHT.window
