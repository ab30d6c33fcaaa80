"""What Review shows of a call, made from stored inspections."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from csqa.cards.form import load_form
from csqa.cards.inspection import Inspection
from csqa.messages import Language, Reason
from csqa.roles import Speaker
from csqa.rules.base import Outcome
from csqa.rules.rulebook import load_book
from csqa.store.workspace import Workspace
from csqa.talk.conversation import PauseKind
from ui.dossier import Dossier, PauseLine, TurnLine
from ui.preparing import build_dossier


def inspection_of(workspace: Path, name: str) -> Inspection:
    with Workspace.open(workspace, write=False) as opened:
        return next(each for each in opened.inspections() if each.source.name.startswith(name))


def dossier_of(inspection: Inspection, language: Language = Language.CHINESE) -> Dossier:
    return build_dossier(1, inspection, load_book("general"), load_form("general"), language)


@pytest.fixture(scope="module")
def held(sample_workspace: Path) -> Inspection:
    return inspection_of(sample_workspace, "02")


@pytest.fixture(scope="module")
def forbidden(sample_workspace: Path) -> Inspection:
    return inspection_of(sample_workspace, "07")


def test_lines_come_in_order_of_time_and_hold_every_turn(held: Inspection) -> None:
    dossier = dossier_of(held)
    starts = [line.span.start if isinstance(line, TurnLine) else line.pause.span.start for line in dossier.lines]
    assert starts == sorted(starts)
    turns = [line.index for line in dossier.lines if isinstance(line, TurnLine)]
    assert turns == [turn.index for turn in held.conversation.turns]


def test_the_long_wait_is_a_finding_with_its_limit(held: Inspection) -> None:
    waits = [line for line in dossier_of(held).lines if isinstance(line, PauseLine) and line.mark]
    assert [line.mark.rule for line in waits if line.mark] == ["hold-max-wait-7s"]
    assert waits[0].limit == 7.0
    assert 11.5 < waits[0].pause.span.duration < 12.5


def test_silence_before_and_after_the_call_is_no_line(held: Inspection) -> None:
    kinds = {line.pause.kind for line in dossier_of(held).lines if isinstance(line, PauseLine) and not line.mark}
    assert not kinds & {PauseKind.LEAD_IN, PauseKind.TAIL}


def test_words_stand_where_the_text_has_them(forbidden: Inspection) -> None:
    words = {turn.index: [word.text.strip() for word in turn.words] for turn in forbidden.conversation.turns}
    for line in dossier_of(forbidden).lines:
        if isinstance(line, TurnLine):
            assert [line.text[word.begin : word.end] for word in line.words] == words[line.index]
            ends = [word.end for word in line.words]
            assert ends == sorted(ends)


def test_what_was_said_wrong_is_marked_in_the_turn(forbidden: Inspection) -> None:
    marked = {
        line.text[each.begin : each.end]
        for line in dossier_of(forbidden).lines
        if isinstance(line, TurnLine)
        for each in line.marks
        if each.mark.rule == "no-blame-shifting" and each.mark.outcome is Outcome.VIOLATION
    }
    assert any("不归我管" in text for text in marked)


def test_a_turn_names_each_pass_once_and_findings_first(held: Inspection) -> None:
    for line in dossier_of(held).lines:
        if isinstance(line, TurnLine):
            passes = [mark.rule for mark in line.labels if mark.outcome is Outcome.PASS]
            assert len(passes) == len(set(passes))
            found = [mark.outcome in (Outcome.VIOLATION, Outcome.DOUBT) for mark in line.labels]
            assert found == sorted(found, reverse=True)


def test_every_verdict_that_is_asked_for_or_found_is_on_the_card_once(held: Inspection) -> None:
    card = dossier_of(held).card
    on_card = [each.rule for section in card.sections for question in section.questions for each in question.judgements]
    on_card += [each.rule for each in card.unscored]
    asked = {rule for question in held.scorecard.questions for rule in question.rules}
    found = {Outcome.VIOLATION, Outcome.DOUBT}
    shown = [each.rule for each in held.verdicts if each.rule in asked or each.outcome in found]
    assert sorted(on_card) == sorted(shown)


def test_sums_are_those_of_the_scorecard(held: Inspection) -> None:
    card = dossier_of(held).card
    assert sum(section.score for section in card.sections) == pytest.approx(held.scorecard.score, abs=0.2)
    assert card.title.startswith("通用客服")


def test_it_speaks_the_readers_language(held: Inspection) -> None:
    english = dossier_of(held, Language.ENGLISH)
    assert english.judgements["hold-max-wait-7s"].title == load_book("general").rule("hold-max-wait-7s").title_en
    assert "12" in english.judgements["hold-max-wait-7s"].why
    assert english.card.title.startswith("General")
    assert not any("\u4e00" <= letter <= "\u9fff" for section in english.card.sections for letter in section.title)


def test_lanes_have_an_outline_that_reaches_the_loudest_moment(held: Inspection) -> None:
    dossier = dossier_of(held)
    assert [lane.speaker for lane in dossier.lanes] == [Speaker.AGENT, Speaker.CUSTOMER]
    for lane in dossier.lanes:
        assert 0.05 < lane.loudest <= 1.0
        assert lane.outline.view(0.0, dossier.duration, 100).shape == (100, 2)


def test_a_transcript_alone_has_no_sound_and_no_lanes(held: Inspection) -> None:
    dossier = dossier_of(replace(held, recording=None, hearing=None))
    assert dossier.sound is None
    assert dossier.lanes == ()
    assert dossier.lines


def test_a_call_with_nothing_in_it_can_be_shown(held: Inspection) -> None:
    empty = replace(held.conversation, turns=(), pauses=(), overlaps=(), duration=0.0)
    dossier = dossier_of(replace(held, conversation=empty, verdicts=()))
    assert dossier.lines == ()
    assert dossier.findings == ()


def test_a_reason_of_another_version_does_not_keep_a_call_closed(held: Inspection) -> None:
    strange = replace(held.verdicts[0], reason=Reason("verdict.from-the-future", {"x": 1}))
    dossier = dossier_of(replace(held, verdicts=(strange, *held.verdicts[1:])))
    assert dossier.judgements[strange.rule].why == "verdict.from-the-future"


def test_without_its_book_rules_go_by_their_ids(held: Inspection) -> None:
    dossier = build_dossier(1, held, None, None, Language.CHINESE)
    assert dossier.judgements["hold-max-wait-7s"].title == "hold-max-wait-7s"
