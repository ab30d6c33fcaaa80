"""What needs the lanes' levels and the words' times: loud voices, noise, pace, drawl."""

from __future__ import annotations

from typing import Any

import pytest

from csqa.hear.recording import Hearing, LaneHearing, Peaks
from csqa.roles import Speaker
from csqa.rules.base import Judging
from csqa.rules.criteria.base import Answer, Stance
from csqa.rules.heard import Heard
from csqa.rules.settings import build_criterion
from csqa.rules.vocabulary import Vocabulary
from csqa.spans import Span
from csqa.talk.conversation import Conversation
from csqa.talk.conversing import converse
from csqa.words.transcript import Segment, Transcript, Word

USUAL, QUIET = -26, -70


def call(loud: dict[int, int] | None = None, noise: int = QUIET, words: dict[int, float] | None = None) -> Conversation:
    """Eight turns of three seconds, agent first; ``loud`` are their levels, ``words`` the length of their last word."""
    levels = {Speaker.AGENT: [noise] * 330, Speaker.CUSTOMER: [QUIET] * 330}
    speech: dict[Speaker, list[Span]] = {Speaker.AGENT: [], Speaker.CUSTOMER: []}
    segments = []
    for turn in range(8):
        speaker = Speaker.AGENT if turn % 2 == 0 else Speaker.CUSTOMER
        start, end = 4.0 * turn, 4.0 * turn + 3.0
        speech[speaker].append(Span(start, end))
        for step in range(int(start * 10), int(end * 10)):
            levels[speaker][step] = (loud or {}).get(turn, USUAL)
        last = (words or {}).get(turn, 0.2)
        text = "我给您看一下这个呢"
        times = [start + (3.0 - last) * n / 8 for n in range(9)]
        spoken = tuple(Word(times[n], times[n + 1], text[n], 0.9) for n in range(8))
        segments.append(
            Segment(start, end, speaker, text + "。", (*spoken, Word(end - last, end, text[8] + "。", 0.9)))
        )
    lanes = tuple(LaneHearing(one, tuple(speech[one]), tuple(levels[one]), Peaks(160, b"")) for one in levels)
    return converse(Transcript(33.0, tuple(segments)), Hearing(33.0, lanes, ()))


def asked(talk: Conversation, ask: dict[str, Any]) -> Answer:
    return build_criterion(ask, Vocabulary(), ()).evaluate(Judging(talk, Heard(talk)), Stance.AGAINST)


def test_turns_know_how_loud_they_are() -> None:
    talk = call({2: -16})
    assert [turn.level for turn in talk.turns[:3]] == [USUAL, USUAL, -16]
    assert talk.turns[2].loudest == -16
    agent = next(one for one in talk.measures if one.speaker is Speaker.AGENT)
    assert agent.noise_level == QUIET


@pytest.mark.parametrize(("level", "held"), [(-16, True), (-18, True), (-19, None), (-22, False)])
def test_a_raised_voice(level: int, held: bool | None) -> None:
    answer = asked(call({4: level}), {"louder": 8.0})
    assert answer.held is held
    assert [spot.turn for spot in answer.spots] == ([] if held is False else [4])


def test_the_customers_voice_is_not_the_agents() -> None:
    assert asked(call({3: -10}), {"louder": 8.0}).held is False
    assert asked(call({3: -10}), {"louder": 8.0, "by": "customer"}).held is True


@pytest.mark.parametrize(("noise", "held"), [(-30, True), (-38, None), (-60, False)])
def test_background(noise: int, held: bool | None) -> None:
    assert asked(call(noise=noise), {"noisy": "agent", "at_most": 12.0}).held is held


@pytest.mark.parametrize(("least", "held"), [(-36.0, True), (-26.5, None), (-20.0, False)])
def test_loudness_over_the_call(least: float, held: bool | None) -> None:
    assert asked(call(), {"loudness": "agent", "at_least": least}).held is held


def test_drawn_out_particles() -> None:
    drawn = call(words={0: 1.2, 2: 1.2, 4: 1.2, 6: 1.2})
    answer = asked(drawn, {"drawl": 0.8})
    assert answer.held is True
    assert [spot.turn for spot in answer.spots] == [0, 2, 4, 6]
    assert asked(call(words={0: 1.2}), {"drawl": 0.8}).held is False
    assert asked(call(words={1: 1.2, 3: 1.2, 5: 1.2, 7: 1.2}), {"drawl": 0.8}).held is False


def test_a_turn_that_is_faster_than_the_others() -> None:
    talk = call()
    assert asked(talk, {"faster": 0.3, "shortest": 5}).held is False
    assert asked(talk, {"faster": -0.5, "shortest": 5}).held is True
