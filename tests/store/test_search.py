"""Search: what was said is found, however short, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csqa.roles import Speaker
from csqa.store.search import places
from csqa.store.workspace import Workspace
from csqa.words.transcript import Segment, Transcript, Word
from tests.store.calls_made import made_inspection

SAID = (
    "您好,云帆电器客服中心,请问有什么可以帮您?",
    "我要退款,订单号是 A1023,iPhone 15 的壳。",
    "好的,退 款我帮您办理。",
    "ＶＩＰ客户优先。",
)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    segments = tuple(
        Segment(number * 5.0, number * 5.0 + 4, Speaker.CUSTOMER if number == 1 else Speaker.AGENT, text)
        for number, text in enumerate(SAID)
    )
    words = (Word(5.0, 5.4, "我要"), Word(5.6, 6.2, "退款,"), Word(6.3, 8.0, "订单号"))
    segments = (segments[0], replace(segments[1], words=words), *segments[2:])
    inspection = made_inspection(Path("甲.wav"))
    with Workspace.create(tmp_path_factory.mktemp("search") / "w") as made:
        made.save_inspection(replace(inspection, transcript=Transcript(20.0, segments)))
        made.save_inspection(made_inspection(Path("乙.wav"), "b" * 64))
        yield made


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("退款", ["乙 我要退款", "甲 好的", "甲 我要退款"]),
        ("款", ["乙 我要退款", "甲 好的", "甲 我要退款"]),
        ("电器客服", ["乙 您好", "甲 您好"]),
        ("电器,客服", ["乙 您好", "甲 您好"]),
        ("a1023", ["甲 我要退款"]),
        ("IPHONE", ["甲 我要退款"]),
        ("phone15", ["甲 我要退款"]),
        ("vip", ["甲 ＶＩＰ客户"]),
        ("款退", []),
        ("退款 订单", ["乙 我要退款", "甲 我要退款"]),
        ("退款 中心", []),
        ("", []),
        ("?!,", []),
        ('" OR 1', []),
        ("NOT", []),
        ("退款*", ["乙 我要退款", "甲 好的", "甲 我要退款"]),
    ],
)
def test_what_is_found(workspace: Workspace, text: str, found: list[str]) -> None:
    hits = workspace.search(text)
    assert [f"{hit.name[0]} {hit.text}"[: len(begin)] for hit, begin in zip(hits, found, strict=True)] == found


def test_a_hit_tells_who_when_and_where(workspace: Workspace) -> None:
    hit = workspace.search("退款", speaker=Speaker.CUSTOMER)[1]
    assert (hit.name, hit.segment, hit.speaker, hit.start, hit.end) == ("甲.wav", 1, Speaker.CUSTOMER, 5.0, 9.0)
    assert hit.at == 5.6, "the word's own time, not the segment's"
    assert hit.text[slice(*hit.found[0])] == "退款"
    assert hit.snippet(3) == "我要退款,订单…"
    assert workspace.search("款退") == ()
    without_words = workspace.search("办理")[0]
    assert without_words.at == without_words.start


def test_pages_of_hits(workspace: Workspace) -> None:
    everything = workspace.search("退款")
    assert workspace.search("退款", limit=1) + workspace.search("退款", limit=2, offset=1) == everything


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=40), st.data())
@settings(deadline=None, max_examples=200)
def test_places_are_where_the_text_is(text: str, data: st.DataObject) -> None:
    for begin, end in places(text, [data.draw(st.text(max_size=3)).casefold() or "a"]):
        assert 0 <= begin < end <= len(text)


@given(st.lists(st.sampled_from("您好退款订单VIP,。 1２"), min_size=1, max_size=30).map("".join), st.data())
@settings(deadline=None, max_examples=60)
def test_any_part_of_what_was_said_is_found(
    tmp_path_factory: pytest.TempPathFactory, text: str, data: st.DataObject
) -> None:
    begin = data.draw(st.integers(0, len(text) - 1))
    part = "".join(text[begin : data.draw(st.integers(begin + 1, len(text)))].split())
    if not any(each.isalnum() for each in part):
        return
    global _SHARED  # noqa: PLW0603 - one database for all examples: a new one for each would take a minute
    if _SHARED is None:
        _SHARED = Workspace.create(tmp_path_factory.mktemp("any") / "w")
    inspection = made_inspection()
    _SHARED.save_inspection(replace(inspection, transcript=Transcript(9.0, (Segment(0, 9, Speaker.AGENT, text),))))
    (hit,) = _SHARED.search(part)
    assert hit.found


_SHARED: Workspace | None = None


@pytest.fixture(scope="module", autouse=True)
def _close_shared() -> Iterator[None]:
    yield
    if _SHARED is not None:
        _SHARED.close()
