"""What a search found, as an item model."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from ui.words import clock, speaker_sign

if TYPE_CHECKING:
    from ui.backroom import SearchHit

Index = QModelIndex | QPersistentModelIndex


class Role(IntEnum):
    """What the delegate asks for."""

    HIT = Qt.ItemDataRole.UserRole + 1


class HitsModel(QAbstractListModel):
    """A sentence a row."""

    _hits: tuple[SearchHit, ...] = ()

    def show(self, hits: tuple[SearchHit, ...]) -> None:
        """Show these."""
        self.beginResetModel()
        self._hits = hits
        self.endResetModel()

    def hit_at(self, row: int) -> SearchHit:
        """Return the sentence in a row."""
        return self._hits[row]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and default
        """Return how many sentences there are."""
        return 0 if parent.isValid() else len(self._hits)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a sentence, or the hit itself."""
        if not index.isValid() or index.row() >= len(self._hits):
            return None
        hit = self._hits[index.row()]
        if role == Role.HIT:
            return hit
        if role == Qt.ItemDataRole.DisplayRole:
            return hit.text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{where(hit)} {clock(hit.at)} {speaker_sign(hit.speaker).word} {hit.text}"
        return None


def where(hit: SearchHit) -> str:
    """Say in which call a sentence was said."""
    facts = ((hit.started_at or "").replace("T", " ")[:16], hit.agent_name or "", hit.name)
    return " · ".join(fact for fact in facts if fact)
