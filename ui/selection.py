"""The one selection that waveform, transcript, findings and scorecard share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from csqa.spans import Span

if TYPE_CHECKING:
    from ui.dossier import Mark


@dataclass(frozen=True)
class Focus:
    """What is picked: a rule's verdict, perhaps one of its places, or a turn; ``span`` is where that is in the call."""

    rule: str | None = None
    place: int | None = None
    turn: int | None = None
    span: Span | None = None


NOTHING = Focus()


def focus_on(mark: Mark) -> Focus:
    """Return the focus on a finding's place."""
    return Focus(rule=mark.rule, place=mark.place, turn=mark.turn, span=mark.span)


class Selection(QObject):
    """What is picked in the open call.

    Signals:
        changed: another ``Focus`` is picked; every view goes there.
        play_requested: whoever picked wants to hear this ``Span``.
    """

    changed = Signal(object)
    play_requested = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        """Begin with nothing picked."""
        super().__init__(parent)
        self._focus = NOTHING

    @property
    def focus(self) -> Focus:
        """What is picked."""
        return self._focus

    def pick(self, focus: Focus, *, play: bool = False) -> None:
        """Pick ``focus`` and, where asked, play it; picking it again only plays."""
        if focus != self._focus:
            self._focus = focus
            self.changed.emit(focus)
        if play and focus.span is not None:
            self.play_requested.emit(focus.span)

    def clear(self) -> None:
        """Pick nothing."""
        self.pick(NOTHING)
