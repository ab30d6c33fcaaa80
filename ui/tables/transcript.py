"""The lines of a transcript as an item model: turns, and the pauses between them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractListModel, QCoreApplication, QModelIndex, QObject, QPersistentModelIndex, Qt

from csqa.roles import Speaker
from ui.dossier import PauseLine, TurnLine
from ui.words import clock, outcome_sign, pause_word, seconds_text, sound_word, speaker_sign

Index = QModelIndex | QPersistentModelIndex


class Role(IntEnum):
    """What a delegate asks for: the line itself."""

    LINE = Qt.ItemDataRole.UserRole + 1


class TranscriptModel(QAbstractListModel):
    """A line a row; ``Role.LINE`` gives the ``TurnLine`` or ``PauseLine``."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Begin without lines."""
        super().__init__(parent)
        self._lines: tuple[TurnLine | PauseLine, ...] = ()
        self._row_of_turn: dict[int, int] = {}
        self._turn_rows: list[tuple[float, int]] = []

    @property
    def lines(self) -> Sequence[TurnLine | PauseLine]:
        """All lines, in order."""
        return self._lines

    def show(self, lines: tuple[TurnLine | PauseLine, ...]) -> None:
        """Show these lines in place of what was shown."""
        self.beginResetModel()
        self._lines = lines
        turns = [(line, row) for row, line in enumerate(lines) if isinstance(line, TurnLine)]
        self._row_of_turn = {line.index: row for line, row in turns}
        self._turn_rows = sorted((line.span.start, row) for line, row in turns)
        self.endResetModel()

    def row_of_turn(self, turn: int) -> int | None:
        """Return the row of a turn by its index in the conversation."""
        return self._row_of_turn.get(turn)

    def row_of_pause(self, rule: str, start: float) -> int | None:
        """Return the row of the pause that a finding of ``rule`` at ``start`` is about."""
        for row, line in enumerate(self._lines):
            if isinstance(line, PauseLine) and line.mark and line.mark.rule == rule and line.mark.span.start == start:
                return row
        return None

    def row_at(self, time: float) -> int | None:
        """Return the row of the turn that is spoken at ``time``, or was last; ``None`` before the first."""
        place = bisect_right(self._turn_rows, (time, len(self._lines)))
        return self._turn_rows[place - 1][1] if place else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and default
        """Return the number of lines."""
        return 0 if parent.isValid() else len(self._lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a line's text, what is read out for it, or the line itself."""
        if not index.isValid() or index.row() >= len(self._lines):
            return None
        line = self._lines[index.row()]
        if role == Role.LINE:
            return line
        if role == Qt.ItemDataRole.DisplayRole:
            return line.text if isinstance(line, TurnLine) else pause_text(line)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return _read_out(line)
        return None


def pause_text(line: PauseLine) -> str:
    """Say a pause in one line: whose, how long, over which limit, filled with what."""
    pause = line.pause
    words = f"{pause_word(pause.kind)} {seconds_text(pause.span.duration)}"
    if line.limit is not None:
        limit = QCoreApplication.translate("transcript", "上限 {limit} 秒").format(limit=f"{line.limit:.1f}")
        words = f"{words} ({limit})"
    facts = [words, sound_word(pause.sound)]
    if pause.announced:
        facts.append(QCoreApplication.translate("transcript", "已告知"))
    if pause.thanked:
        facts.append(QCoreApplication.translate("transcript", "已致谢"))
    return " · ".join(facts)


def _read_out(line: TurnLine | PauseLine) -> str:
    if isinstance(line, PauseLine):
        verdict = f", {outcome_sign(line.mark.outcome).word}" if line.mark else ""
        return f"{clock(line.pause.span.start)} {pause_text(line)}{verdict}"
    marks = ", ".join(f"{each.mark.title} {outcome_sign(each.mark.outcome).word}" for each in line.marks)
    who = speaker_sign(line.speaker).word if line.speaker is not Speaker.UNKNOWN else ""
    return f"{clock(line.span.start)} {who} {line.text} {marks}".strip()
