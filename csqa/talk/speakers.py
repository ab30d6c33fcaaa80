"""One-lane calls: who speaks when, guessed from what is said.

The lane is cut at silences and sentence ends. What an utterance says pulls it to one of the two sides (an agent greets
with a company's name, a customer has a broken kettle); that the word mostly changes hands after a silence or a question
pulls neighbours apart. The best sides of all utterances together are found with the forward-backward rule of a hidden
Markov model; its probabilities are the speaker confidence. A guess, and marked as one.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Sequence
from dataclasses import replace

from csqa.roles import Speaker
from csqa.spans import Span
from csqa.talk.cues import Move, agent_cue, asks_to_wait, thanks_for_waiting
from csqa.talk.plain import SENTENCE_ENDS, plain, word_places
from csqa.talk.utterances import Utterance

MOST_SURE = 0.97
"""No guess from words alone is surer than this."""

_AGENT_SAYS = re.compile(
    r"为您服务|(?:可以|能)(?:帮|为)(?:到)?您|有什么(?:可以|能|需要)|工号|客户?服务?(?:中心|部|热线)|很高兴|请问您|请您|麻烦您|"
    r"(?:帮|为|给|替)您|感谢您?的?(?:来电|致电|支持|耐心)|祝您|还有(?:其他|别的|什么)[^。！？]{0,6}(?:吗|需要|可以)|"
    r"(?:跟|和|与)您(?:再)?(?:确认|核对)|您(?:的|贵姓|方便|看|稍等)|我们(?:会|将|这边|可以|的)|师傅|工程师|(?:先生|女士)|登记|工作日"
)
_CUSTOMER_SAYS = re.compile(
    r"我(?:想|要|买|家|的|在您们|上次|昨天|今天|刚)|您们|怎么(?:办|回事|还)|坏了|不(?:制冷|工作|转|亮|能用)|退货|退款(?:什么|怎么|到)|"
    r"投诉|(?:帮|给)我|什么时候(?:能|到|可以)|多少钱|我(?:不)?知道了|没有了|那(?:我|行|好)|(?:尾号|后四位|订单号|电话|姓)(?:是|[零一二三四五六七八九幺])|"
    r"收费吗|要钱吗"
)
_GREETING = re.compile(r"^(?:喂[，。]?)?您好")
_CUE_WEIGHT = 1.3
_STAY, _CHANGE_AFTER_SILENCE, _CHANGE_AFTER_QUESTION = 0.08, 0.6, 0.93
_SILENCE = 0.3


def guess_speakers(utterances: Sequence[Utterance]) -> tuple[Utterance, ...]:
    """Give every unknown utterance to agent or customer, with the probability as its speaker confidence.

    Utterances of known speakers stay as they are. An unknown one is first cut at its sentence ends.
    """
    pieces = [piece for utterance in utterances for piece in _sentences(utterance)]
    unknown = [piece for piece in pieces if piece.speaker is Speaker.UNKNOWN]
    if not unknown:
        return tuple(utterances)
    chances = iter(_agent_chances(unknown))
    guessed = [_named(piece, next(chances)) if piece.speaker is Speaker.UNKNOWN else piece for piece in pieces]
    return tuple(sorted(guessed, key=lambda one: (one.span.start, one.span.end)))


def _named(piece: Utterance, agent_chance: float) -> Utterance:
    speaker = Speaker.AGENT if agent_chance >= 0.5 else Speaker.CUSTOMER
    confidence = min(MOST_SURE, max(agent_chance, 1 - agent_chance))
    return replace(piece, speaker=speaker, speaker_confidence=round(confidence, 3))


def _leaning(text: str, first: bool) -> float:
    """Log-odds that an agent says ``text``; ``first`` for the first words of the call."""
    said = plain(text)
    agent = len(_AGENT_SAYS.findall(said)) + asks_to_wait(text) + thanks_for_waiting(text)
    customer = len(_CUSTOMER_SAYS.findall(said))
    if _GREETING.search(said):
        agent += first
    return _CUE_WEIGHT * max(-3, min(3, agent - customer))


def _agent_chances(pieces: Sequence[Utterance]) -> list[float]:
    """Probability of the agent for each piece, by the forward-backward rule over two states."""
    leanings = [_leaning(piece.text, index == 0) for index, piece in enumerate(pieces)]
    emissions = [(1 / (1 + math.exp(-leaning)), 1 / (1 + math.exp(leaning))) for leaning in leanings]
    changes = [_change(earlier, later) for earlier, later in itertools.pairwise(pieces)]
    forward = [_normalised(0.7 * emissions[0][0], 0.3 * emissions[0][1])]  # agents mostly speak first
    for change, (agent, customer) in zip(changes, emissions[1:], strict=True):
        before = forward[-1]
        forward.append(
            _normalised(
                agent * (before[0] * (1 - change) + before[1] * change),
                customer * (before[1] * (1 - change) + before[0] * change),
            )
        )
    backward = [(0.5, 0.5)]
    for change, (agent, customer) in zip(reversed(changes), reversed(emissions[1:]), strict=True):
        after = backward[-1]
        backward.append(
            _normalised(
                agent * after[0] * (1 - change) + customer * after[1] * change,
                customer * after[1] * (1 - change) + agent * after[0] * change,
            )
        )
    backward.reverse()
    return [_normalised(f[0] * b[0], f[1] * b[1])[0] for f, b in zip(forward, backward, strict=True)]


def _change(earlier: Utterance, later: Utterance) -> float:
    """Probability that the word passes to the other side between two pieces."""
    if agent_cue(earlier.text).move in {Move.CHOICE, Move.REQUEST}:
        return _CHANGE_AFTER_QUESTION
    return _CHANGE_AFTER_SILENCE if earlier.span.gap_to(later.span) >= _SILENCE else _STAY


def _normalised(first: float, second: float) -> tuple[float, float]:
    whole = first + second
    return (first / whole, second / whole) if whole > 0 else (0.5, 0.5)


def _sentences(utterance: Utterance) -> list[Utterance]:
    """Cut an unknown utterance with words at its sentence ends; anything else stays whole."""
    if utterance.speaker is not Speaker.UNKNOWN or len(utterance.words) < 2:
        return [utterance]
    said = plain(utterance.text)
    places = word_places(utterance.text, utterance.words)
    cuts = [0]
    for index in range(1, len(places)):
        between = said[places[index - 1][1] : places[index][0]]
        if any(mark in SENTENCE_ENDS for mark in between):
            cuts.append(index)
    cuts.append(len(utterance.words))
    pieces: list[Utterance] = []
    for begin, end in itertools.pairwise(cuts):
        first, last = utterance.words[begin], utterance.words[end - 1]
        start = utterance.span.start if begin == 0 else first.start
        finish = utterance.span.end if end == len(utterance.words) else utterance.words[end].start
        span = Span(start, max(start, finish, last.start))
        text_begin = 0 if begin == 0 else places[begin][0]
        text_end = len(utterance.text) if end == len(places) else places[end][0]
        pieces.append(
            replace(
                utterance,
                span=span,
                text=utterance.text[text_begin:text_end],
                words=utterance.words[begin:end],
                speech=(span,),
            )
        )
    return pieces
