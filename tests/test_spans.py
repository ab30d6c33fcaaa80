"""Reckoning with spans, held against the plainest way to do it: marking ticks of a clock one by one."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csqa.spans import Span, difference, intersection, total, union

TICKS = 60

ticks = st.integers(0, TICKS)
spans = st.tuples(ticks, ticks).map(lambda pair: Span(float(min(pair)), float(max(pair))))
many = st.lists(spans, max_size=8)


def marked(some: tuple[Span, ...] | list[Span]) -> set[int]:
    return {tick for tick in range(TICKS) for span in some if span.contains(tick)}


def is_tidy(some: tuple[Span, ...]) -> bool:
    """In order, apart, none empty."""
    apart = all(first.end < second.start for first, second in pairwise(some))
    return apart and all(span.duration > 0 for span in some)


@given(many)
def test_union_covers_the_same_ticks(some: list[Span]) -> None:
    assert marked(union(some)) == marked(some)
    assert is_tidy(union(some))
    assert union(union(some)) == union(some)


@given(many, st.integers(0, 10))
def test_union_bridges_gaps_up_to_the_bridge_and_no_wider(some: list[Span], bridge: int) -> None:
    merged = union(some, bridge)
    assert all(first.gap_to(second) > bridge for first, second in pairwise(merged))
    extra = difference(merged, some)
    assert all(hole.duration <= bridge for hole in extra)
    assert marked(merged) >= marked(some)


@given(many, many)
def test_intersection_is_what_both_cover(first: list[Span], second: list[Span]) -> None:
    both = intersection(first, second)
    assert marked(both) == marked(first) & marked(second)
    assert is_tidy(both)
    assert both == intersection(second, first)


@given(many, many)
def test_difference_is_what_only_the_first_covers(first: list[Span], second: list[Span]) -> None:
    rest = difference(first, second)
    assert marked(rest) == marked(first) - marked(second)
    assert is_tidy(rest)


@given(many, many)
def test_parts_add_up(first: list[Span], second: list[Span]) -> None:
    assert total(first) == len(marked(first))
    assert total(intersection(first, second)) + total(difference(first, second)) == pytest.approx(total(first))
    assert total([*first, *second]) == pytest.approx(total(first) + total(difference(second, first)))


@given(spans, spans)
def test_two_spans(first: Span, second: Span) -> None:
    common = marked([first]) & marked([second])
    assert first.shared(second) == second.shared(first) == len(common)
    if first.duration and second.duration:
        assert first.overlaps(second) == bool(common)
        assert (first.gap_to(second) >= 0) == (first.end <= second.start)
        assert first.away_from(second) == max(0.0, first.gap_to(second), second.gap_to(first))
        assert first.away_from(second) == second.away_from(first)


@given(spans, st.floats(-100, 100))
def test_shifting_keeps_the_length(span: Span, seconds: float) -> None:
    moved = span.shifted(seconds)
    assert moved.duration == pytest.approx(span.duration)
    assert moved.middle == pytest.approx(span.middle + seconds)


@given(spans)
def test_a_span_holds_its_start_and_not_its_end(span: Span) -> None:
    assert span.contains(span.start) == (span.duration > 0)
    assert not span.contains(span.end)


@given(st.lists(st.tuples(st.floats(0, 1e5), st.floats(0, 1e3)), max_size=20))
def test_any_numbers_stay_in_order(pairs: list[tuple[float, float]]) -> None:
    some = [Span(start, start + length) for start, length in pairs]
    assert is_tidy(union(some))
    assert not difference(some, some)
    assert intersection(some, some) == union(some)


@pytest.mark.parametrize(("start", "end"), [(2.0, 1.0), (0.0, float("nan")), (float("nan"), 1.0)])
def test_a_span_cannot_run_backwards(start: float, end: float) -> None:
    with pytest.raises(ValueError, match="cannot end"):
        Span(start, end)
