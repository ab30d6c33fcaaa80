"""Lists of calls: filters, orders, pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from csqa.cards.scorecard import CardOutcome
from csqa.errors import UserFixable
from csqa.hear.recording import CallMetadata
from csqa.rules.base import Outcome
from csqa.store.calls import CallState
from csqa.store.listing import CallFilter, CallOrder
from csqa.store.workspace import Workspace
from tests.store.calls_made import made_inspection

AGENTS = ("张敏", "李雷", "王芳")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with Workspace.create(tmp_path_factory.mktemp("list") / "w") as made:
        for number in range(9):
            inspection = made_inspection(Path(f"call-{number}.wav"), f"{number:064x}")
            metadata = CallMetadata(
                agent_name=AGENTS[number % 3],
                team="A" if number < 6 else "B",
                started_at=f"2026-11-0{number + 1}T09:00:00",
            )
            card = replace(
                inspection.scorecard,
                score=number * 10.0,
                outcome=CardOutcome.PASS if number == 8 else CardOutcome.REVIEW,
            )
            made.save_inspection(
                replace(
                    inspection,
                    conversation=replace(inspection.conversation, metadata=metadata),
                    scorecard=card,
                    verdicts=inspection.verdicts if number else (),
                )
            )
        made.save_failure(Path("broken_50%.wav"), UserFixable("hear.file-empty", file="broken.wav"))
        yield made


@pytest.mark.parametrize(
    ("which", "found"),
    [
        (CallFilter(), "0123456789"),
        (CallFilter(agents=["张敏"]), "036"),
        (CallFilter(agents=["张敏", "李雷"], teams=["B"]), "67"),
        (CallFilter(states=[CallState.FAILED]), "9"),
        (CallFilter(outcomes=[CardOutcome.PASS]), "8"),
        (CallFilter(score_from=30, score_until=50), "345"),
        (CallFilter(started_from="2026-11-03", started_until="2026-11-05"), "23"),
        (CallFilter(text="CALL-7"), "7"),
        (CallFilter(text="王"), "258"),
        (CallFilter(text="50%"), "9"),
        (CallFilter(text="_"), "9"),
        (CallFilter(rule="no-idk"), "12345678"),
        (CallFilter(rule="no-idk", rule_outcomes=[Outcome.DOUBT]), ""),
        (CallFilter(rule="hold-thanks-after", rule_outcomes=[Outcome.DOUBT, Outcome.VIOLATION], teams=["B"]), "678"),
    ],
)
def test_filters(workspace: Workspace, which: CallFilter, found: str) -> None:
    assert "".join(str(row.id - 1) for row in workspace.calls(which)) == found
    assert workspace.count(which) == len(found)


def test_every_order_both_ways(workspace: Workspace) -> None:
    for order in CallOrder:
        up = [row.id for row in workspace.calls(order=order)]
        down = [row.id for row in workspace.calls(order=order, descending=True)]
        assert up == down[::-1]
        assert len(up) == 10
    scores = [row.score for row in workspace.calls(order=CallOrder.SCORE, descending=True)]
    assert scores == [80, 70, 60, 50, 40, 30, 20, 10, 0, None]


def test_pages(workspace: Workspace) -> None:
    pages = [workspace.calls(order=CallOrder.AGENT, limit=4, offset=offset) for offset in (0, 4, 8)]
    assert [len(page) for page in pages] == [4, 4, 2]
    assert pages[0] + pages[1] + pages[2] == workspace.calls(order=CallOrder.AGENT)


def test_a_failed_file_is_no_inspected_call(workspace: Workspace) -> None:
    assert len(workspace.inspected_calls()) == 9
    assert len(list(workspace.inspections(CallFilter(teams=["B"])))) == 3
