"""The mathematics of the timeline."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csqa.spans import Span
from ui.viewport import SHORTEST, Viewport, tick_seconds

durations = st.floats(1.0, 10_000.0)
widths = st.floats(50.0, 4000.0)
moves = st.lists(
    st.one_of(
        st.tuples(st.just("zoom"), st.floats(0.05, 20.0), st.floats(0.0, 1.0)),
        st.tuples(st.just("move"), st.floats(-500.0, 500.0), st.just(0.0)),
        st.tuples(st.just("width"), widths, st.just(0.0)),
    ),
    max_size=12,
)


@given(durations, widths, moves)
def test_a_view_never_leaves_the_call(duration: float, width: float, steps: list[tuple[str, float, float]]) -> None:
    view = Viewport.whole(duration, width)
    for kind, amount, share in steps:
        if kind == "zoom":
            view = view.zoomed(amount, view.start + share * view.shown)
        elif kind == "move":
            view = view.moved(amount)
        else:
            view = view.resized(amount)
        assert view.start >= 0.0
        assert view.end <= view.duration * (1 + 1e-9) + 1e-9
        assert min(SHORTEST, duration) * (1 - 1e-9) <= view.shown <= view.duration


@given(durations, widths, st.floats(0.2, 5.0), st.floats(0.0, 1.0))
def test_what_is_under_the_pointer_stays_there(duration: float, width: float, factor: float, share: float) -> None:
    view = Viewport.whole(duration, width).zoomed(8.0, duration / 2)
    anchor = view.start + share * view.shown
    zoomed = view.zoomed(factor, anchor)
    if zoomed.start > 0.0 and zoomed.end < zoomed.duration:
        assert zoomed.x(anchor) == pytest.approx(view.x(anchor), abs=1e-3 * width)


@given(durations, widths, st.floats(0.0, 1.0))
def test_places_and_times_are_each_others_inverse(duration: float, width: float, share: float) -> None:
    view = Viewport.whole(duration, width).zoomed(3.0, duration / 3)
    time = view.start + share * view.shown
    assert view.time(view.x(time)) == pytest.approx(time, abs=1e-6 * duration)


@given(durations, st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.floats(1.0, 50.0))
def test_revealing_shows_all_of_a_span(duration: float, one: float, other: float, factor: float) -> None:
    span = Span(*sorted((one * duration, other * duration)))
    view = Viewport.whole(duration, 800.0).zoomed(factor, 0.0).revealing(span)
    assert view.start <= span.start + 1e-6
    assert span.end <= view.end + 1e-6 * duration


def test_a_span_that_is_seen_moves_nothing() -> None:
    view = Viewport.whole(100.0, 800.0).zoomed(4.0, 50.0)
    assert view.revealing(Span(view.start + 1, view.start + 2)) is view


@given(durations, widths, st.floats(1.0, 400.0))
def test_ticks_are_far_enough_apart(duration: float, width: float, least: float) -> None:
    view = Viewport.whole(duration, width)
    step = tick_seconds(view, least)
    assert step == 7200.0 or step / view.shown * view.width >= least * (1 - 1e-9)


def test_a_call_of_no_length_can_be_shown() -> None:
    view = Viewport.whole(0.0, 0.0)
    assert view.shown == SHORTEST
    assert view.zoomed(100.0, 0.0).shown == SHORTEST
