"""The transcript's clock is the sound: words stay in the speech of their lane, segments begin and end with it."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from csqa.frames import from_json, to_json
from csqa.hear.recording import Hearing, LaneHearing, Peaks
from csqa.roles import Speaker
from csqa.spans import Span, union
from csqa.words.assembling import PAUSE_SECONDS, assemble
from csqa.words.normalise import normalise, spoken
from csqa.words.passages import Passage, plan
from csqa.words.transcript import DroppedText, ModelIdentity, RawWord, Segment
from csqa.words.whisper import PassageWords

IDENTITY = ModelIdentity("test", "0" * 64)


def lane(speaker: Speaker, *speech: Span) -> LaneHearing:
    return LaneHearing(speaker, speech, (), Peaks(256, b""))


def words_of(passage: Passage, *tokens: tuple[float, float, str]) -> PassageWords:
    raw = tuple(RawWord(start, end, text, 0.8) for start, end, text in tokens)
    return PassageWords(passage, raw, "".join(text for _, _, text in tokens), -0.1, 0.0)


def told(segments: tuple[Segment, ...]) -> list[tuple[float, float, str, str]]:
    return [(each.start, each.end, each.speaker.value, each.text) for each in segments]


def test_segments_begin_and_end_with_the_sound_and_at_sentence_ends() -> None:
    hearing = Hearing(
        20.0,
        (
            lane(Speaker.AGENT, Span(1.0, 3.0), Span(3.3, 5.0), Span(9.0, 10.0)),
            lane(Speaker.CUSTOMER, Span(6.0, 8.0)),
        ),
        (),
    )
    agent, customer = plan(hearing, 30.0)
    said = [
        words_of(customer, (5.9, 6.4, "我"), (6.4, 7.8, "知道")),
        words_of(
            agent,
            (0.9, 1.8, "您好"), (1.8, 2.9, "，請"), (2.9, 3.12, "講。"),
            (3.35, 4.0, "在"), (4.0, 5.1, "嗎？"),
            (8.2, 9.7, "，喂"),
        ),
    ]  # fmt: skip
    transcript = assemble(said, hearing, IDENTITY)
    assert told(transcript.segments) == [
        (1.0, 3.0, "agent", "您好，请讲。"),
        (3.3, 5.0, "agent", "在吗？"),
        (6.0, 8.0, "customer", "我知道"),
        (9.0, 10.0, "agent", "喂"),
    ]
    first, second = transcript.segments[0].words
    assert (first.start, first.end, first.text) == (1.0, 1.8, "您好")
    assert (second.start, second.end, second.text) == (1.8, 3.0, "请讲")
    assert transcript.segments[0].confidence == 0.8
    assert (transcript.duration, transcript.model) == (20.0, IDENTITY)


def test_a_segment_does_not_stretch_over_speech_that_has_no_words() -> None:
    hearing = Hearing(30.0, (lane(Speaker.AGENT, Span(1.0, 12.0)),), ())
    (passage,) = plan(hearing, 30.0)
    transcript = assemble([words_of(passage, (5.0, 6.0, "喂"))], hearing, IDENTITY)
    assert told(transcript.segments) == [(5.0, 6.0, "agent", "喂")]


def test_an_end_is_not_stretched_over_the_next_sentence() -> None:
    hearing = Hearing(30.0, (lane(Speaker.AGENT, Span(1.0, 3.1)),), ())
    (passage,) = plan(hearing, 30.0)
    transcript = assemble([words_of(passage, (1.0, 2.8, "请稍等。"), (2.85, 3.0, "嗯。"))], hearing, IDENTITY)
    assert told(transcript.segments) == [(1.0, 2.8, "agent", "请稍等。"), (2.85, 3.1, "agent", "嗯。")]


def test_marks_alone_make_no_segment_and_notes_of_dropped_text_stay() -> None:
    hearing = Hearing(30.0, (lane(Speaker.AGENT, Span(1.0, 2.0)),), ())
    (passage,) = plan(hearing, 30.0)
    note = DroppedText(Span(1.0, 2.0), Speaker.AGENT, "谢谢观看", "words.invented-by-heart")
    said = PassageWords(passage, (RawWord(1.0, 1.1, "。", 0.3),), "。", -0.5, 0.1, (note,))
    transcript = assemble([said], hearing, IDENTITY)
    assert transcript.segments == ()
    assert transcript.dropped == (note,)
    assert from_json(to_json(said), PassageWords) == said


@st.composite
def calls(draw: st.DrawFn) -> tuple[Hearing, list[PassageWords]]:
    """Speech on two lanes, and tokens somewhere in the pieces of its passages, up to their padding."""
    lanes = []
    for speaker in (Speaker.AGENT, Speaker.CUSTOMER):
        time, speech = 0.0, []
        for gap, length in draw(st.lists(st.tuples(st.floats(0.25, 8), st.floats(0.1, 12)), min_size=1, max_size=5)):
            speech.append(Span(time + gap, time + gap + length))
            time += gap + length
        lanes.append(lane(speaker, *speech))
    hearing = Hearing(max(each.speech[-1].end for each in lanes) + 1, tuple(lanes), ())
    said = []
    for passage in plan(hearing, draw(st.sampled_from((10.0, 30.0)))):
        tokens = []
        for piece in passage.pieces:
            times = sorted(draw(st.lists(st.floats(piece.start, piece.end), max_size=6)))
            texts = st.text("您好请稍等云帆电器。，？", min_size=1, max_size=2)
            tokens += [(start, end, draw(texts)) for start, end in pairwise(times)]
        said.append(words_of(passage, *tokens))
    return hearing, draw(st.permutations(said))


@given(call=calls())
def test_nothing_said_is_lost_and_everything_lies_in_the_sound_in_order(
    call: tuple[Hearing, list[PassageWords]],
) -> None:
    hearing, said = call
    transcript = assemble(said, hearing, IDENTITY)
    assert [each.start for each in transcript.segments] == sorted(each.start for each in transcript.segments)
    for index, heard in enumerate(hearing.lanes):
        own = [each for each in transcript.segments if each.speaker is heard.speaker]
        passages = sorted((each for each in said if each.passage.lane == index), key=lambda each: each.passage.index)
        wanted = spoken(normalise("".join(token.text for each in passages for token in each.words)))
        assert spoken("".join(each.text for each in own)) == wanted
        assert "".join(word.text for each in own for word in each.words) == wanted
        assert all(earlier.end <= later.start for earlier, later in pairwise(own))
        regions = union(heard.speech, bridge=PAUSE_SECONDS)
        for segment in own:
            assert any(region.start <= segment.start <= segment.end <= region.end for region in regions)
            for word in segment.words:
                assert segment.start <= word.start <= word.end <= segment.end
            assert all(earlier.end <= later.start for earlier, later in pairwise(segment.words))
