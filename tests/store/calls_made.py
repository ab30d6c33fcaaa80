"""A call as the pipeline would hand it over: every field of every record has something in it."""

from dataclasses import replace
from pathlib import Path

from csqa.cards.form import load_form
from csqa.cards.inspection import Inspection
from csqa.cards.scoring import fill_in
from csqa.hear.recording import CallMetadata, Hearing, LaneHearing, Peaks, Recording, Sound, SoundSpan
from csqa.messages import Reason
from csqa.roles import LaneLayout, Speaker
from csqa.rules.base import BookIdentity, Condition, Evidence, Outcome, Severity, Verdict
from csqa.spans import Span
from csqa.talk.conversation import Conversation, Overlap, Pause, PauseKind, SpeakerMeasures, Turn
from csqa.words.transcript import DroppedText, ModelIdentity, Segment, Transcript, Word

AGENT, CUSTOMER = Speaker.AGENT, Speaker.CUSTOMER
WHY = Reason("general.bug", {"kind": "等待 7.8 秒", "log": "上限 7.0"})
BOOK = BookIdentity("general", "1", "通用客服规则", "b" * 64)


def words(start: float, *texts: str, each: float = 0.31) -> tuple[Word, ...]:
    return tuple(
        Word(start + number * each, start + (number + 1) * each, text, 0.9 - number / 100)
        for number, text in enumerate(texts)
    )


def verdict(rule: str, outcome: Outcome, severity: Severity = Severity.MAJOR, *places: Span, **more) -> Verdict:
    evidence = tuple(
        Evidence(place, AGENT, "我不知道", WHY, turn=3, confidence=0.81, substitute="我帮您确认一下")
        for place in places
    )
    return Verdict(rule, outcome, severity, 0.93, WHY, evidence, **more)


def made_inspection(source: Path = Path("录音 一.wav"), sha256: str = "a" * 64) -> Inspection:
    segments = (
        Segment(
            0.3,
            3.4,
            AGENT,
            "您好,云帆电器客服中心,请问有什么可以帮您?",
            words(0.3, "您好,", "云帆", "电器", "客服", "中心,", "请问", "有", "什么", "可以", "帮", "您?"),
            0.95,
        ),
        Segment(
            3.9,
            5.8,
            CUSTOMER,
            "我要退款,订单还没有到。",
            words(3.9, "我要", "退款,", "订单", "还", "没有", "到。"),
            0.91,
        ),
        Segment(6.2, 7.1, AGENT, "请您稍等。", words(6.2, "请", "您", "稍等。"), 0.97),
        Segment(
            14.9,
            16.2,
            AGENT,
            "这个我不知道,你问物流吧。",
            words(14.9, "这个", "我", "不", "知道,", "你", "问", "物流", "吧。", each=0.15),
            None,
        ),
    )
    transcript = Transcript(
        18.0,
        segments,
        ModelIdentity("csqa-mini-zh", "c" * 64),
        (DroppedText(Span(8.0, 9.0), AGENT, "请不吝点赞", "words.invented"),),
    )
    turns = (
        Turn(0, AGENT, Span(0.3, 3.4), segments[0].text, segments[0].words, (Span(0.3, 1.9), Span(2.2, 3.4)), 0.95),
        Turn(1, CUSTOMER, Span(3.9, 5.8), segments[1].text, segments[1].words, (Span(3.9, 5.8),), 0.91, 0.8),
        Turn(2, AGENT, Span(6.2, 7.1), segments[2].text, segments[2].words, (Span(6.2, 7.1),), 0.97),
        Turn(3, AGENT, Span(14.9, 16.2), segments[3].text, segments[3].words, (Span(14.9, 16.2),)),
    )
    sounds = (SoundSpan(Span(7.4, 14.6), Sound.MUSIC, AGENT),)
    speech = {
        AGENT: tuple(span for turn in turns if turn.speaker is AGENT for span in turn.speech),
        CUSTOMER: (Span(3.9, 5.8),),
    }
    metadata = CallMetadata(
        call_id="T-1", started_at="2026-11-03T10:42:00", agent_name="张敏", agent_id="1028", team="售后一组",
        customer_phone="138****2210", direction="inbound", queue="售后",
        ring_seconds=4.5, layout=LaneLayout.AGENT_CUSTOMER, extra={"线路": "400"},
    )  # fmt: skip
    conversation = Conversation(
        duration=18.0,
        turns=turns,
        pauses=(
            Pause(Span(0.0, 0.3), PauseKind.LEAD_IN, None, Sound.SILENCE, announced=False, thanked=False),
            Pause(
                Span(7.1, 14.9),
                PauseKind.WAIT,
                AGENT,
                Sound.MUSIC,
                announced=True,
                thanked=False,
                by_words=Span(7.13, 14.9),
                previous_turn=2,
                next_turn=3,
            ),
        ),
        overlaps=(Overlap(Span(3.3, 3.4), CUSTOMER),),
        speech=speech,
        sounds=sounds,
        measures=(SpeakerMeasures(AGENT, 5.0, 0.72, 231.5, -23.5), SpeakerMeasures(CUSTOMER, 1.9, 0.28, None, None)),
        unheard={CUSTOMER: (Span(9.0, 9.4),)},
        speakers_estimated=True,
        ended_early=True,
        metadata=metadata,
    )
    hearing = Hearing(
        18.0,
        tuple(
            LaneHearing(
                speaker,
                speech[speaker],
                tuple(-60 + number % 40 for number in range(180)),
                Peaks(256, bytes(range(256)) * 4),
            )
            for speaker in (AGENT, CUSTOMER)
        ),
        sounds,
        ended_early=True,
    )
    verdicts = (
        verdict("greeting-hello", Outcome.PASS),
        verdict(
            "hold-max-wait-7s", Outcome.VIOLATION, Severity.MAJOR, Span(7.1, 14.9),
            conditions=(Condition(WHY, held=True, parts=(Condition(WHY, held=None),)),),
            settings={"limit_seconds": 7.0, "phrases": ["稍等", "请等"]},
        ),
        verdict("hold-thanks-after", Outcome.DOUBT),
        verdict("no-idk", Outcome.VIOLATION, Severity.MAJOR, Span(15.2, 15.65)),
        verdict("no-blame-shifting", Outcome.VIOLATION, Severity.MAJOR, Span(15.0, 16.2)),
        verdict("no-profanity", Outcome.PASS, Severity.FATAL),
        verdict("first-utterance-6s", Outcome.NOT_APPLICABLE, Severity.MINOR),
    )  # fmt: skip
    return Inspection(
        source=source,
        recording=Recording(source, sha256, 288_044, 18.0, 8000, 2, "pcm_alaw", LaneLayout.AGENT_CUSTOMER, metadata),
        hearing=hearing,
        transcript=transcript,
        conversation=conversation,
        book=BOOK,
        verdicts=verdicts,
        scorecard=fill_in(load_form(), verdicts),
    )


def without_sound(inspection: Inspection) -> Inspection:
    return replace(
        inspection, recording=None, hearing=None, conversation=replace(inspection.conversation, has_sound=False)
    )
