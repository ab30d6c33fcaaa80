"""What must hold of any conversation, made from whatever a recogniser and an ear may hand over."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from csqa.hear.recording import Hearing, LaneHearing
from csqa.roles import Speaker
from csqa.spans import Span, difference, intersection, total, union
from csqa.talk.conversation import Conversation, PauseKind
from csqa.talk.conversing import converse
from csqa.words.transcript import Segment, Transcript, Word
from tests.support.talk import NO_PEAKS, said, spread

TEXTS = [
    "您好，请问有什么可以帮您？",
    "请您稍等。",
    "嗯",
    "好的。",
    "帮我查一下订单",
    "我找找",
    "查到了，明天发货",
    "再见",
    "感谢您的耐心等待。",
]


@st.composite
def calls(draw: st.DrawFn) -> tuple[Transcript, Hearing]:
    """A two-lane call: speech with words, speech without, words a little outside the speech."""
    segments: list[Segment] = []
    speech: dict[Speaker, list[Span]] = {Speaker.AGENT: [], Speaker.CUSTOMER: []}
    for speaker, spans in speech.items():
        now = draw(st.floats(0, 3))
        for _ in range(draw(st.integers(0, 6))):
            now += draw(st.floats(0.3, 12))
            span = Span(now, now + draw(st.floats(0.2, 6)))
            now = span.end
            spans.append(span)
            if draw(st.booleans()) or draw(st.booleans()):
                slip = draw(st.floats(-0.3, 0.3))
                words = spread(draw(st.sampled_from(TEXTS)), [(span.start, span.end)], 0.8)
                words = tuple(Word(max(0, one.start + slip), max(0, one.end + slip), one.text, 0.8) for one in words)
                text = "".join(one.text for one in words)
                segments.append(Segment(words[0].start, words[-1].end, speaker, text, words, 0.8))
    ends = [span.end for spans in speech.values() for span in spans]
    duration = max(ends, default=0.0) + draw(st.floats(0, 4))
    lanes = tuple(LaneHearing(speaker, tuple(spans), (), NO_PEAKS) for speaker, spans in speech.items())
    segments.sort(key=lambda one: one.start)
    return Transcript(duration, tuple(segments)), Hearing(duration, lanes, ())


def check(conversation: Conversation, transcript: Transcript) -> None:
    """Nothing is lost, nothing is told twice, and nobody who owes the word speaks in a pause."""
    words = [word for segment in transcript.segments for word in segment.words]
    assert sorted(words, key=repr) == sorted((word for turn in conversation.turns for word in turn.words), key=repr)
    letters = "".join(segment.text for segment in transcript.segments)
    assert sorted(c for c in letters if c.isalnum()) == sorted(
        c for turn in conversation.turns for c in turn.text if c.isalnum()
    )
    assert [turn.index for turn in conversation.turns] == list(range(len(conversation.turns)))
    starts = [turn.span.start for turn in conversation.turns]
    assert starts == sorted(starts)
    for turn in conversation.turns:
        assert turn.speech
        assert turn.span == Span(turn.speech[0].start, max(span.end for span in turn.speech))
    for earlier, later in zip(conversation.pauses, conversation.pauses[1:], strict=False):
        assert earlier.span.end <= later.span.start
    for pause in conversation.pauses:
        assert pause.span.duration >= 1.0
        assert pause.span.end <= conversation.duration + 1e-9
        if pause.kind is PauseKind.WAIT:
            assert total(intersection((pause.span,), worded(conversation, Speaker.AGENT))) < 1e-6
        if pause.kind is PauseKind.THINKING:
            assert total(intersection((pause.span,), worded(conversation, Speaker.CUSTOMER))) < 1e-6


def worded(conversation: Conversation, speaker: Speaker) -> tuple[Span, ...]:
    return tuple(span for turn in conversation.turns_of(speaker) for span in turn.speech)


@given(calls())
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_recording_is_told_whole(call: tuple[Transcript, Hearing]) -> None:
    transcript, hearing = call
    conversation = converse(transcript, hearing)
    check(conversation, transcript)
    for lane in hearing.lanes:
        assert total(conversation.speech[lane.speaker]) >= total(lane.speech) - 1e-6
        assert set(conversation.unheard[lane.speaker]) == set(
            intersection(conversation.unheard[lane.speaker], union(lane.speech))
        )


@given(calls())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_transcript_is_told_whole(call: tuple[Transcript, Hearing]) -> None:
    transcript, _ = call
    conversation = converse(transcript, None)
    check(conversation, transcript)
    assert not conversation.has_sound
    assert all(pause.by_words is None for pause in conversation.pauses)


@given(calls())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_labelled_transcript_of_a_mono_recording_is_told_whole(call: tuple[Transcript, Hearing]) -> None:
    transcript, hearing = call
    mixed = union(span for lane in hearing.lanes for span in lane.speech)
    conversation = converse(
        transcript, Hearing(hearing.duration, (LaneHearing(Speaker.UNKNOWN, mixed, (), NO_PEAKS),), ())
    )
    check(conversation, transcript)
    assert total(difference(mixed, union(span for spans in conversation.speech.values() for span in spans))) < 1e-6
    assert conversation.speakers_estimated == (not transcript.segments and bool(mixed))
    for segment in transcript.segments:
        assert set(segment.words) <= {w for turn in conversation.turns_of(segment.speaker) for w in turn.words}


@given(calls())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_an_unlabelled_transcript_of_two_lanes_is_told_whole(call: tuple[Transcript, Hearing]) -> None:
    transcript, hearing = call
    conversation = converse(unlabelled(transcript), hearing)
    check(conversation, transcript)
    assert not conversation.speakers_estimated


def unlabelled(transcript: Transcript) -> Transcript:
    return replace(
        transcript, segments=tuple(replace(segment, speaker=Speaker.UNKNOWN) for segment in transcript.segments)
    )


def test_a_span_that_two_parties_fill_is_cut_between_their_words() -> None:
    talk = converse(
        Transcript(
            20.0,
            (
                Segment(1.0, 4.0, Speaker.AGENT, "请问单号是多少", spread("请问单号是多少", [(1.0, 4.0)])),
                Segment(4.4, 6.0, Speaker.CUSTOMER, "五二零", spread("五二零", [(4.4, 6.0)])),
                Segment(5.0, 5.3, Speaker.AGENT, "嗯", spread("嗯", [(5.0, 5.3)])),
            ),
        ),
        Hearing(20.0, (LaneHearing(Speaker.UNKNOWN, (Span(0.8, 6.2), Span(7.0, 7.6)), (), NO_PEAKS),), ()),
    )
    agent, customer = talk.speech[Speaker.AGENT], talk.speech[Speaker.CUSTOMER]
    assert [(round(one.start, 1), round(one.end, 1)) for one in agent] == [(0.8, 4.2), (5.0, 5.3)]
    assert [(round(one.start, 1), one.end) for one in customer] == [(4.2, 6.2), (7.0, 7.6)]
    assert talk.unheard == {Speaker.AGENT: (), Speaker.CUSTOMER: (Span(7.0, 7.6),)}


def test_a_segment_without_a_speaker_goes_to_the_lane_that_speaks_then() -> None:
    lanes = (
        LaneHearing(Speaker.AGENT, (Span(0, 3), Span(9, 12)), (), NO_PEAKS),
        LaneHearing(Speaker.CUSTOMER, (Span(2.5, 8),), (), NO_PEAKS),
    )
    segments = [(0.0, 3.0, "您好，您请讲。"), (3.1, 8.2, "我的订单到哪了？"), (13.0, 14.0, "请您稍等。")]
    talk = converse(
        Transcript(15.0, tuple(Segment(start, end, Speaker.UNKNOWN, text) for start, end, text in segments)),
        Hearing(15.0, lanes, ()),
    )
    assert [turn.speaker for turn in talk.turns] == [Speaker.AGENT, Speaker.CUSTOMER, Speaker.AGENT]
    assert [round(turn.speaker_confidence, 2) for turn in talk.turns] == [0.86, 1.0, 0.5]
    assert not talk.speakers_estimated


def test_a_backchannel_does_not_take_the_word_but_is_a_turn() -> None:
    talk = said(
        ("agent", 0.0, 2.0, "我先说明一下，"),
        ("customer", 1.8, 2.2, "嗯"),
        ("agent", 2.4, 4.0, "费用全免。"),
        ("customer", 4.5, 5.5, "那太好了。"),
    )
    assert [turn.text for turn in talk.turns] == ["我先说明一下，费用全免。", "嗯", "那太好了。"]


def test_an_answer_takes_the_word() -> None:
    talk = said(("agent", 0, 2, "您看可以吗？"), ("customer", 2.5, 3, "可以。"), ("agent", 3.5, 5, "我来登记。"))
    assert len(talk.turns) == 3


def test_a_long_silence_ends_a_turn() -> None:
    talk = said(("agent", 0, 2, "请您稍等。"), ("agent", 2.5, 3.5, "我查一下。"), ("agent", 9.0, 10.0, "查到了。"))
    assert [turn.text for turn in talk.turns] == ["请您稍等。我查一下。", "查到了。"]


def test_speech_without_words_is_noted_as_unheard() -> None:
    talk = said(("agent", 0, 2, "您好。"), ("agent", 3, 5, ""), ("customer", 6, 7, "你好"), sound=True)
    assert talk.unheard == {Speaker.AGENT: (Span(3, 5),), Speaker.CUSTOMER: ()}


def test_a_recording_that_breaks_off_is_talk_that_breaks_off() -> None:
    hearing = Hearing(30.0, (), (), ended_early=True)
    assert converse(Transcript(30.0, ()), hearing).ended_early
    assert not converse(Transcript(30.0, ()), replace(hearing, ended_early=False)).ended_early
    assert not converse(Transcript(30.0, ()), None).ended_early


def test_silence_alone_is_a_conversation_without_turns() -> None:
    talk = converse(Transcript(30.0, ()), Hearing(30.0, (), ()))
    assert (talk.turns, talk.pauses, talk.measures, talk.duration) == ((), (), (), 30.0)


def test_overlap_names_who_came_in_later() -> None:
    talk = said(("agent", 0, 4, "这个不归我管，你去找厂家。"), ("customer", 3, 5, "那我应该找谁？"), sound=True)
    assert [(one.span, one.interrupter) for one in talk.overlaps] == [(Span(3, 4), Speaker.CUSTOMER)]


def test_pace_counts_spoken_characters_a_minute() -> None:
    talk = said(("agent", 0, 3, "您好，请问，您贵姓？"), ("customer", 4, 5, "姓王"))
    agent, customer = talk.measures
    assert agent.characters_per_minute == 140.0
    assert customer.characters_per_minute == 120.0
    assert agent.talk_share == 0.75
