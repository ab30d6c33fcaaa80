"""Where the findings' labels go under the waveform: none hides another, and those that find no room are counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from PySide6.QtCore import QRectF

from csqa.rules.base import Outcome
from ui.dossier import Mark
from ui.viewport import Viewport

_GAP = 4.0
_NAMED = (Outcome.VIOLATION, Outcome.DOUBT)
_ORDER = (*_NAMED, Outcome.MANUAL, Outcome.PASS)


@dataclass(frozen=True)
class Label:
    """A label under the waveform: the finding it stands for, or several of one outcome that lie too close together."""

    marks: tuple[Mark, ...]
    place: QRectF
    text: str

    @property
    def mark(self) -> Mark:
        """The finding that a click picks."""
        return self.marks[0]


@dataclass(frozen=True)
class Ground:
    """Where labels may lie: ``area``, cut in rows. ``measure`` gives a label's width by its text ("" for none)."""

    viewport: Viewport
    area: QRectF
    row: float
    measure: Callable[[str], float]

    @property
    def tops(self) -> tuple[float, ...]:
        """Where the rows begin."""
        return tuple(
            self.area.top() + self.row * number for number in range(max(int(self.area.height() // self.row), 1))
        )

    def place(self, mark: Mark, text: str, top: float) -> QRectF:
        """Return the place of a label in a row: at its time, moved left where it would run over the edge."""
        width = self.measure(text)
        left = self.area.left() + max(self.viewport.x(mark.span.start), 0.0)
        return QRectF(min(left, self.area.right() - width), top + 1, width, self.row - 2)


def place_labels(marks: Iterable[Mark], ground: Ground) -> tuple[Label, ...]:
    """Place labels for ``marks``, what was found first, each at its time where there is room.

    Passes are shown as icons; what was found has its title where that fits.
    """
    placed: list[Label] = []
    crowded: list[Mark] = []
    shown = [mark for mark in marks if _is_seen(mark, ground.viewport)]
    for mark in sorted(shown, key=lambda each: (_ORDER.index(each.outcome), each.span)):
        label = None if _has_twin(mark, ground, placed) else _free_label(mark, ground, placed)
        if label is not None:
            placed.append(label)
        else:
            crowded.append(mark)
    for mark in crowded:
        _count_in(mark, ground, placed)
    return tuple(placed)


def _is_seen(mark: Mark, viewport: Viewport) -> bool:
    return mark.span.end >= viewport.start and mark.span.start <= viewport.end


def _has_twin(mark: Mark, ground: Ground, placed: Iterable[Label]) -> bool:
    """Tell whether a pass lies at the same place as one that is shown: one icon with their number says it."""
    if mark.outcome in _NAMED:
        return False
    left = ground.place(mark, "", 0.0).left()
    near = ground.measure("")
    return any(label.mark.outcome is mark.outcome and abs(label.place.left() - left) < near for label in placed)


def _free_label(mark: Mark, ground: Ground, placed: list[Label]) -> Label | None:
    """Find the first free place: with the title where it was found, then without."""
    for text in (mark.title, "") if mark.outcome in _NAMED else ("",):
        for top in ground.tops:
            place = ground.place(mark, text, top)
            room = place.adjusted(-_GAP, 0, _GAP, 0)
            if not any(room.intersects(other.place) for other in placed):
                return Label((mark,), place, text)
    return None


def _count_in(mark: Mark, ground: Ground, placed: list[Label]) -> None:
    """Count ``mark`` on the nearest label of its outcome, which stays where it is and says how many it stands for.

    What was found is never lost: without a label of its own outcome it counts on whichever is nearest.
    """
    same = [index for index, label in enumerate(placed) if label.mark.outcome is mark.outcome]
    if not same and mark.outcome in _NAMED:
        same = [*range(len(placed))]
    if not same:
        return
    x = ground.area.left() + ground.viewport.x(mark.span.start)
    nearest = min(same, key=lambda index: abs(placed[index].place.left() - x))
    label = placed[nearest]
    marks = (*label.marks, mark)
    text = f"{label.text.partition('×')[0]}×{len(marks)}"
    place = QRectF(label.place)
    place.setWidth(ground.measure(text))
    place.moveRight(min(place.right(), ground.area.right()))
    if any(place.intersects(other.place) for other in placed if other is not label):
        place, text = label.place, label.text  # no room to say how many
    placed[nearest] = replace(label, marks=marks, text=text, place=place)
