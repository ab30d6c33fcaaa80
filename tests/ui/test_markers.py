"""Labels under the waveform."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRectF

from csqa.rules.base import Outcome, Severity
from csqa.spans import Span
from ui.dossier import Mark
from ui.viewport import Viewport
from ui.views.markers import Ground, place_labels

found = (Outcome.VIOLATION, Outcome.DOUBT)


def measure(text: str) -> float:
    return 22.0 + 12.0 * len(text)


@st.composite
def marks(draw: st.DrawFn) -> list[Mark]:
    made = []
    for number in range(draw(st.integers(0, 30))):
        start = draw(st.floats(0.0, 100.0))
        outcome = draw(st.sampled_from([Outcome.VIOLATION, Outcome.DOUBT, Outcome.PASS, Outcome.MANUAL]))
        made.append(
            Mark(f"rule-{number}", 0, "规则" * draw(st.integers(1, 5)), outcome, Severity.MAJOR,
                 Span(start, start + draw(st.floats(0.0, 10.0))), None)
        )  # fmt: skip
    return made


def ground(width: float = 900.0, rows: int = 2) -> Ground:
    return Ground(Viewport.whole(110.0, width), QRectF(60.0, 200.0, width, rows * 26.0), 26.0, measure)


@given(marks(), st.floats(200.0, 2000.0), st.integers(1, 3))
def test_no_label_hides_another(drawn: list[Mark], width: float, rows: int) -> None:
    labels = place_labels(drawn, ground(width, rows))
    for index, label in enumerate(labels):
        assert not any(label.place.intersects(other.place) for other in labels[index + 1 :])


@given(marks(), st.floats(200.0, 2000.0))
def test_labels_stay_inside(drawn: list[Mark], width: float) -> None:
    area = ground(width).area
    for label in place_labels(drawn, ground(width)):
        assert area.top() <= label.place.top()
        assert label.place.bottom() <= area.bottom()
        assert label.place.right() <= area.right() + 1e-6


@given(marks())
def test_a_mark_is_on_at_most_one_label(drawn: list[Mark]) -> None:
    shown = [mark for label in place_labels(drawn, ground()) for mark in label.marks]
    assert len(shown) == len(set(shown))
    assert set(shown) <= set(drawn)


@given(marks(), st.floats(200.0, 2000.0))
def test_no_finding_is_lost(drawn: list[Mark], width: float) -> None:
    shown = {mark for label in place_labels(drawn, ground(width)) for mark in label.marks}
    assert {mark for mark in drawn if mark.outcome in found} <= shown


def test_a_finding_has_its_title_and_passes_at_one_place_are_counted() -> None:
    def mark(rule: str, start: float, outcome: Outcome) -> Mark:
        return Mark(rule, 0, "不推卸责任", outcome, Severity.MAJOR, Span(start, start + 1), None)

    labels = place_labels(
        [mark("a", 50.0, Outcome.VIOLATION), *(mark(name, 10.0, Outcome.PASS) for name in "bcd")], ground()
    )
    assert [(label.text, len(label.marks)) for label in labels] == [("不推卸责任", 1), ("×3", 3)]


def test_a_label_says_how_often_or_how_many_others() -> None:
    def mark(rule: str, title: str) -> Mark:
        return Mark(rule, 0, title, Outcome.VIOLATION, Severity.MAJOR, Span(50.0, 51.0), None)

    twice = place_labels([mark("a", "不推卸责任"), mark("b", "不推卸责任")], ground())
    assert [label.text for label in twice] == ["不推卸责任 ×2"]
    others = place_labels([mark("a", "告别与祝福"), mark("b", "感谢来电"), mark("c", "询问其他需求")], ground())
    assert [label.text for label in others] == ["告别与祝福 +2"]


def test_what_is_out_of_sight_has_no_label() -> None:
    near = Ground(Viewport.whole(110.0, 900.0).zoomed(10.0, 0.0), QRectF(0, 0, 900, 52), 26.0, measure)
    far = Mark("a", 0, "远处", Outcome.VIOLATION, Severity.MAJOR, Span(100.0, 101.0), None)
    assert place_labels([far], near) == ()
