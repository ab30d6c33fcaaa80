"""Where the findings' labels go under the waveform: none hides another, and those that find no room are counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from PySide6.QtCore import QRectF

from csqa.rules.base import Outcome
from ui.dossier import Mark
from ui.viewport import Viewport

_GAP = 4.0
_TOGETHER = 3.0
"""Findings of one outcome that begin so few pixels apart share a label."""

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

    def left(self, mark: Mark) -> float:
        """Return where a mark begins, in pixels from the area's left edge; 0 where it began before."""
        return max(self.viewport.x(mark.span.start), 0.0)

    def place(self, mark: Mark, text: str, top: float) -> QRectF:
        """Return the place of a label in a row: at its time, moved left where it would run over the edge."""
        width = self.measure(text)
        return QRectF(min(self.area.left() + self.left(mark), self.area.right() - width), top + 1, width, self.row - 2)


def place_labels(marks: Iterable[Mark], ground: Ground) -> tuple[Label, ...]:
    """Place labels for ``marks``, what was found first, each at its time where there is room.

    Passes are shown as icons; what was found has its title where that fits. Marks of one outcome at one place share a
    label that says how many they are.
    """
    placed: list[Label] = []
    crowded: list[tuple[Mark, ...]] = []
    for group in _groups(marks, ground):
        label = _free_label(group, ground, placed)
        if label is not None:
            placed.append(label)
        else:
            crowded.append(group)
    for group in crowded:
        _count_in(group, ground, placed)
    return tuple(placed)


def _groups(marks: Iterable[Mark], ground: Ground) -> Iterator[tuple[Mark, ...]]:
    """Put together marks of one outcome that lie too close to be told apart: passes sooner than what was found."""
    shown = [mark for mark in marks if _is_seen(mark, ground.viewport)]
    group: list[Mark] = []
    for mark in sorted(shown, key=lambda each: (_ORDER.index(each.outcome), each.span)):
        if group and mark.outcome is group[0].outcome:
            near = _TOGETHER if mark.outcome in _NAMED else ground.measure("")
            if abs(ground.left(mark) - ground.left(group[0])) < near:
                group.append(mark)
                continue
        if group:
            yield tuple(group)
        group = [mark]
    if group:
        yield tuple(group)


def _is_seen(mark: Mark, viewport: Viewport) -> bool:
    return mark.span.end >= viewport.start and mark.span.start <= viewport.end


def _free_label(group: tuple[Mark, ...], ground: Ground, placed: list[Label]) -> Label | None:
    """Find the first free place: with the title where it was found, then without."""
    texts = (_text(group, titled=True), _text(group)) if group[0].outcome in _NAMED else (_text(group),)
    for text in texts:
        for top in ground.tops:
            place = ground.place(group[0], text, top)
            room = place.adjusted(-_GAP, 0, _GAP, 0)
            if not any(room.intersects(other.place) for other in placed):
                return Label(group, place, text)
    return None


def _count_in(group: tuple[Mark, ...], ground: Ground, placed: list[Label]) -> None:
    """Count ``group`` on the nearest label of its outcome, which stays where it is and says how many it stands for.

    What was found is never lost: without a label of its own outcome it counts on whichever is nearest.
    """
    outcome = group[0].outcome
    same = [index for index, label in enumerate(placed) if label.mark.outcome is outcome]
    if not same and outcome in _NAMED:
        same = [*range(len(placed))]
    if not same:
        return
    x = ground.area.left() + ground.left(group[0])
    nearest = min(same, key=lambda index: abs(placed[index].place.left() - x))
    label = placed[nearest]
    marks = (*label.marks, *group)
    text = _text(marks, titled=label.text.startswith(label.mark.title))
    place = QRectF(label.place)
    place.setWidth(ground.measure(text))
    place.moveRight(min(place.right(), ground.area.right()))
    if any(place.intersects(other.place) for other in placed if other is not label):
        place, text = label.place, label.text  # no room to say how many
    placed[nearest] = replace(label, marks=marks, text=text, place=place)


def _text(marks: tuple[Mark, ...], *, titled: bool = False) -> str:
    """Say what a label stands for: how often the one finding, or which finding and how many others."""
    count = len(marks)
    if not titled:
        return f"×{count}" if count > 1 else ""
    title = marks[0].title
    if count == 1:
        return title
    return f"{title} ×{count}" if all(mark.title == title for mark in marks) else f"{title} +{count - 1}"
