"""The samples, from their sound to their verdicts, against their truth."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from csqa.cards.inspection import Inspection
from csqa.cards.scorecard import CardOutcome
from csqa.hear.recording import Sound
from csqa.roles import Speaker
from csqa.rules.base import Outcome, Severity, Verdict
from csqa.store.workspace import Workspace
from csqa.talk.conversation import PauseKind
from tests.support.truth import MONO, SampleTruth, load_truths

TRUTHS = {truth.id: truth for truth in load_truths()}
TWO_LANES = [truth.id for truth in TRUTHS.values() if truth.layout != MONO]


@pytest.fixture(scope="module")
def inspections(sample_workspace: Path) -> Mapping[str, Inspection]:
    with Workspace.open(sample_workspace, write=False) as workspace:
        return {inspection.source.stem: inspection for inspection in workspace.inspections()}


def verdicts(inspection: Inspection) -> dict[str, Verdict]:
    return {verdict.rule: verdict for verdict in inspection.verdicts}


@pytest.mark.parametrize("sample", TWO_LANES)
def test_verdicts_from_sound_are_those_of_the_truth(inspections: Mapping[str, Inspection], sample: str) -> None:
    found = verdicts(inspections[sample])
    expected = {rule: outcome for rule, outcome in TRUTHS[sample].expected.items() if rule in found}
    assert len(expected) > 20
    different = {
        rule: (outcome, found[rule].outcome.value)
        for rule, outcome in expected.items()
        if found[rule].outcome != outcome
    }
    assert different == {}


def test_a_mono_mix_is_never_sure_of_a_violation(inspections: Mapping[str, Inspection]) -> None:
    mono = inspections["11-mono-mix"]
    assert mono.conversation.speakers_estimated
    assert not [verdict for verdict in mono.verdicts if verdict.outcome is Outcome.VIOLATION]
    assert all(verdict.confidence < 1 for verdict in mono.verdicts if verdict.evidence)


@pytest.mark.parametrize("sample", TWO_LANES)
def test_waits_are_timed_by_the_sound(inspections: Mapping[str, Inspection], sample: str) -> None:
    truth: SampleTruth = TRUTHS[sample]
    waits = [gap for gap in truth.gaps if gap.kind == "wait" and gap.duration >= 3]
    found = [pause for pause in inspections[sample].conversation.pauses if pause.kind is PauseKind.WAIT]
    for gap in waits:
        (pause,) = [each for each in found if each.span.start < gap.end and gap.start < each.span.end]
        assert pause.span.start == pytest.approx(gap.start, abs=0.2)
        assert pause.span.end == pytest.approx(gap.end, abs=0.2)
        assert pause.owed_by is Speaker.AGENT
        assert (pause.announced, pause.thanked) == (gap.announced, gap.thanked)


def test_hold_music_is_heard_as_music(inspections: Mapping[str, Inspection]) -> None:
    (hold,) = [pause for pause in inspections["02-hold-with-music"].conversation.pauses if pause.kind is PauseKind.WAIT]
    assert hold.sound is Sound.MUSIC
    verdict = verdicts(inspections["02-hold-with-music"])["hold-max-wait-7s"]
    assert (verdict.outcome, verdict.severity) == (Outcome.VIOLATION, Severity.MINOR)


def test_seven_seconds_are_a_doubt_that_a_person_decides(inspections: Mapping[str, Inspection]) -> None:
    call = inspections["09-seven-seconds"]
    assert verdicts(call)["hold-max-wait-7s"].outcome is Outcome.DOUBT
    assert call.scorecard.outcome is CardOutcome.REVIEW
    assert call.scorecard.provisional


def test_evidence_of_forbidden_words_quotes_the_agent_where_he_says_them(
    inspections: Mapping[str, Inspection],
) -> None:
    call = inspections["07-forbidden-words"]
    for rule in ("no-idk", "no-blame-shifting", "no-impossible"):
        verdict = verdicts(call)[rule]
        for piece in verdict.evidence:
            turn = call.conversation.turns[piece.turn or 0]
            assert piece.speaker is Speaker.AGENT
            assert turn.span.start - 0.2 <= piece.span.start < piece.span.end <= turn.span.end + 0.2
            assert piece.substitute


def test_every_inspection_says_with_what_it_was_made(inspections: Mapping[str, Inspection]) -> None:
    for inspection in inspections.values():
        assert inspection.transcript.model is not None
        assert inspection.transcript.model.name == "csqa-mini-zh"
        assert len(inspection.transcript.model.sha256 or "") == 64
        assert inspection.book.id == "general"
        assert inspection.book.version
        rules = [verdict.rule for verdict in inspection.verdicts]
        assert len(rules) == len(set(rules))
