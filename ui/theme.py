"""The look: every colour of the desktop stands here and nowhere else.

A ``Tokens`` is one complete set of colours named by what they mean. ``Theme`` puts the set that the user chose on the
application, as Qt's palette and as a style sheet (``style.qss``, which names tokens and holds no colour of its own).
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

UNIT = 8
"""The rhythm of all distances, in device-independent pixels."""

FONT_FAMILIES = ("Microsoft YaHei UI", "PingFang SC", "Noto Sans CJK SC", "Source Han Sans SC", "WenQuanYi Micro Hei")
"""Fonts with simplified Chinese, the first that is there wins: Windows, macOS, Linux."""

_STYLE_FILE = Path(__file__).with_name("style.qss")


class Scheme(StrEnum):
    """Light, dark, or as the system says."""

    LIGHT = "light"
    DARK = "dark"
    SYSTEM = "system"


@dataclass(frozen=True)
class Tokens:
    """One set of colours, each ``#rrggbb``.

    ``window`` lies behind everything, ``surface`` is what is read on, ``raised`` is a heading on a surface, ``hover``
    and ``selected`` are surfaces under the pointer and in the selection. ``text`` and ``muted`` are written on all of
    them. The named colours after ``accent`` have a ``…_soft`` twin: the ground of a badge or a mark of that meaning.
    """

    window: str
    surface: str
    raised: str
    hover: str
    selected: str
    border: str
    strong_border: str
    text: str
    muted: str
    accent: str
    accent_soft: str
    accent_hover: str
    on_accent: str
    agent: str
    agent_soft: str
    customer: str
    customer_soft: str
    unknown: str
    unknown_soft: str
    violation: str
    violation_soft: str
    doubt: str
    doubt_soft: str
    passed: str
    passed_soft: str
    waiting: str
    waiting_soft: str
    neutral: str
    neutral_soft: str
    playhead: str


LIGHT = Tokens(
    window="#f3f5f8",
    surface="#ffffff",
    raised="#f8f9fb",
    hover="#eef2f8",
    selected="#e3ebfb",
    border="#dfe3ea",
    strong_border="#8a94a6",
    text="#1a2230",
    muted="#566174",
    accent="#2a59c8",
    accent_soft="#e3ebfb",
    accent_hover="#2049a8",
    on_accent="#ffffff",
    agent="#0a6f69",
    agent_soft="#dcf1ef",
    customer="#8f5200",
    customer_soft="#fcefd9",
    unknown="#4f5b6d",
    unknown_soft="#e9ecf1",
    violation="#b92a26",
    violation_soft="#fde7e5",
    doubt="#6d37b5",
    doubt_soft="#f0e7fb",
    passed="#1c6e39",
    passed_soft="#e0f3e6",
    waiting="#5a6072",
    waiting_soft="#e8eaf0",
    neutral="#566174",
    neutral_soft="#edf0f4",
    playhead="#d0342c",
)

DARK = Tokens(
    window="#12151a",
    surface="#191d24",
    raised="#1f242c",
    hover="#242b35",
    selected="#25344f",
    border="#2e3541",
    strong_border="#6b778a",
    text="#e6e9ef",
    muted="#a4aebd",
    accent="#86a9ff",
    accent_soft="#22304b",
    accent_hover="#a5c0ff",
    on_accent="#0e1626",
    agent="#4fd0c2",
    agent_soft="#143633",
    customer="#f0b559",
    customer_soft="#3b2c12",
    unknown="#b3bdcb",
    unknown_soft="#2a313b",
    violation="#ff8a80",
    violation_soft="#45201f",
    doubt="#c9a6ff",
    doubt_soft="#33264a",
    passed="#76d594",
    passed_soft="#183624",
    waiting="#b0b8c8",
    waiting_soft="#2b313c",
    neutral="#a4aebd",
    neutral_soft="#2a303a",
    playhead="#ff6b60",
)


class Theme(QObject):
    """The colours in use.

    Signals:
        changed: other colours are in use now; whoever painted with the old ones paints again.
    """

    changed = Signal()

    def __init__(self, application: QApplication, scheme: Scheme = Scheme.SYSTEM) -> None:
        """Dress ``application``; with ``Scheme.SYSTEM`` the dress follows the system from then on."""
        super().__init__(application)
        self._application = application
        self._scheme = scheme
        self._tokens: Tokens | None = None
        application.setStyle("Fusion")
        application.setFont(reading_font(application.font()))
        application.styleHints().colorSchemeChanged.connect(self._dress)
        self.choose(scheme)

    @property
    def scheme(self) -> Scheme:
        """What the user chose."""
        return self._scheme

    @property
    def tokens(self) -> Tokens:
        """The colours in use."""
        return self._tokens or LIGHT

    @property
    def is_dark(self) -> bool:
        """Tell whether the dark set is in use."""
        return self.tokens is DARK

    def color(self, token: str, opacity: float = 1.0) -> QColor:
        """Return the colour of ``token``. Raises AttributeError where there is no such token."""
        color = QColor(getattr(self.tokens, token))
        color.setAlphaF(opacity)
        return color

    def choose(self, scheme: Scheme) -> None:
        """Use ``scheme`` from now on, for the system's own dialogs too."""
        self._scheme = scheme
        wanted = {
            Scheme.LIGHT: Qt.ColorScheme.Light,
            Scheme.DARK: Qt.ColorScheme.Dark,
            Scheme.SYSTEM: Qt.ColorScheme.Unknown,
        }
        self._application.styleHints().setColorScheme(wanted[scheme])
        self._dress()

    def _dress(self) -> None:
        system_dark = self._application.styleHints().colorScheme() is Qt.ColorScheme.Dark
        dark = self._scheme is Scheme.DARK or (self._scheme is Scheme.SYSTEM and system_dark)
        tokens = DARK if dark else LIGHT
        if tokens is self._tokens:
            return
        self._tokens = tokens
        self._application.setPalette(palette(tokens))
        self._application.setStyleSheet(style_sheet(tokens))
        self.changed.emit()


def palette(tokens: Tokens) -> QPalette:
    """Return Qt's palette in the colours of ``tokens``, for what no style sheet reaches."""
    role = QPalette.ColorRole
    colors = {
        role.Window: tokens.window,
        role.WindowText: tokens.text,
        role.Base: tokens.surface,
        role.AlternateBase: tokens.raised,
        role.Text: tokens.text,
        role.Button: tokens.raised,
        role.ButtonText: tokens.text,
        role.BrightText: tokens.violation,
        role.Highlight: tokens.accent,
        role.HighlightedText: tokens.on_accent,
        role.Accent: tokens.accent,
        role.Link: tokens.accent,
        role.LinkVisited: tokens.accent,
        role.ToolTipBase: tokens.text,
        role.ToolTipText: tokens.surface,
        role.PlaceholderText: tokens.muted,
        role.Light: tokens.raised,
        role.Midlight: tokens.hover,
        role.Mid: tokens.border,
        role.Dark: tokens.strong_border,
        role.Shadow: tokens.border,
    }
    made = QPalette()
    for which, value in colors.items():
        made.setColor(which, QColor(value))
    for which in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, which, QColor(tokens.strong_border))
    return made


def style_sheet(tokens: Tokens) -> str:
    """Return the style sheet with the colours of ``tokens`` filled in for each ``@name``.

    Raises KeyError where the sheet names a token that there is not.
    """
    colors: dict[str, str] = asdict(tokens)
    return re.sub(r"@(\w+)", lambda match: colors[match[1]], _STYLE_FILE.read_text(encoding="utf-8"))


def reading_font(system: QFont) -> QFont:
    """Return a font that has Chinese, at least as large as the system's and never below ten points."""
    there = set(QFontDatabase.families())
    families = [family for family in FONT_FAMILIES if family in there]
    font = QFont(system)
    if families:
        font.setFamilies(families)
    font.setPointSizeF(max(system.pointSizeF(), 10.0))
    return font


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio of two colours (1–21) as WCAG 2 reckons it."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def token_names() -> tuple[str, ...]:
    """Names of all tokens."""
    return tuple(field.name for field in fields(Tokens))


def _luminance(color: str) -> float:
    channels = (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
