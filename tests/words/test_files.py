"""Transcripts in files: ours come back as they were, other programs' are understood, slips are named."""

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csqa.errors import UserFixable
from csqa.messages import Language, error_hint, error_sentence
from csqa.roles import Speaker
from csqa.spans import Span, union
from csqa.words.exchange import as_json
from csqa.words.files import read_transcript, write_json, write_srt, write_vtt
from csqa.words.normalise import normalise, spoken
from csqa.words.transcript import DroppedText, ModelIdentity, Segment, Transcript, Word

MILLISECONDS = st.integers(0, 4000)
PROBABILITY = st.one_of(st.none(), st.floats(0, 1))
TEXT = st.text("您好请稍等云帆电器退款三二，。？！&12A", min_size=1, max_size=12).map(normalise).filter(spoken)


@st.composite
def transcripts(draw: st.DrawFn) -> Transcript:
    """Transcripts whose segments lie in order and, a speaker by themselves, apart; both may speak at once."""
    segments: list[Segment] = []
    for speaker in Speaker:
        time = 0
        for gap, text in draw(st.lists(st.tuples(MILLISECONDS, TEXT), max_size=4)):
            words = []
            start = at = time + gap
            for word_text in draw(st.lists(TEXT, max_size=3)):
                begin = at + draw(MILLISECONDS)
                at = begin + draw(MILLISECONDS)
                words.append(Word(begin / 1000, at / 1000, word_text, draw(PROBABILITY)))
            time = at + draw(MILLISECONDS)
            segments.append(Segment(start / 1000, time / 1000, speaker, text, tuple(words), draw(PROBABILITY)))
    segments.sort(key=lambda segment: (segment.start, segment.end))
    end = max([0.0, *(segment.end for segment in segments)])
    model = draw(st.sampled_from([None, ModelIdentity("m", None), ModelIdentity("csqa-mini-zh", "ab" * 32)]))
    dropped = draw(st.sampled_from([(), (DroppedText(Span(1.0, 2.5), Speaker.AGENT, "谢谢观看", "words.x"),)]))
    return Transcript(end + draw(MILLISECONDS) / 1000, tuple(segments), model, dropped)


@given(transcript=transcripts())
def test_json_gives_back_all(transcript: Transcript, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("转写 文件") / "a b.json"
    write_json(transcript, path)
    back = read_transcript(path)
    bare = tuple(replace(segment, confidence=None) for segment in transcript.segments)
    assert tuple(replace(segment, confidence=None) for segment in back.segments) == bare
    assert replace(back, segments=()) == replace(transcript, segments=(), duration=back.duration)
    assert back.duration == pytest.approx(transcript.duration)
    for written, read in zip(transcript.segments, back.segments, strict=True):
        if written.confidence is not None:
            assert read.confidence == written.confidence


@given(transcript=transcripts())
def test_subtitles_give_back_who_said_what_when(
    transcript: Transcript, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("字幕")
    for suffix, write in ((".srt", write_srt), (".vtt", write_vtt)):
        if suffix == ".srt" and not transcript.segments:
            continue
        write(transcript, folder / f"a{suffix}")
        back = read_transcript(folder / f"a{suffix}")
        assert [(each.start, each.end, each.speaker, each.text) for each in back.segments] == [
            (each.start, each.end, each.speaker, each.text) for each in transcript.segments
        ]


def lines(transcript: Transcript) -> list[tuple[float, float, str, str]]:
    return [(each.start, each.end, each.speaker.value, each.text) for each in transcript.segments]


def read(tmp_path: Path, content: object, name: str = "call.json") -> Transcript:
    path = tmp_path / name
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return read_transcript(path)


def test_what_inspect_writes_is_read(tmp_path: Path) -> None:
    word = Word(0.3, 0.71, "您好", 0.99)
    segment = Segment(0.3, 1.75, Speaker.AGENT, "您好。", (word,), 0.97)
    transcript = Transcript(46.1, (segment,), ModelIdentity("csqa-mini-zh", "ab" * 32))
    plain = as_json(transcript)
    told = {"file": "a.wav", "duration": 46.1, "model": plain["model"], "transcript": {"segments": plain["segments"]}}
    assert read(tmp_path, json.dumps(told) + "\n") == transcript


def test_faster_whisper_tokens_become_words(tmp_path: Path) -> None:
    tokens = [("您", 0.0, 0.2, 0.9), ("好，", 0.2, 0.4, 0.7), ("請", 0.6, 0.8, 1.0), ("稍等", 0.8, 1.2, 1.0)]
    words = [{"word": word, "start": start, "end": end, "probability": p} for word, start, end, p in tokens]
    given = {"id": 0, "seek": 0, "start": 0.0, "end": 1.2, "text": "您好，請稍等", "avg_logprob": -0.2, "words": words}
    (segment,) = read(tmp_path, {"segments": [given], "language": "zh", "duration": 5.0}).segments
    assert (segment.text, segment.speaker) == ("您好，请稍等", Speaker.UNKNOWN)
    assert [(word.text, word.start, word.end, word.confidence) for word in segment.words] == [
        ("您好", 0.0, 0.4, 0.8),
        ("请稍等", 0.6, 1.2, 1.0),
    ]
    assert segment.confidence == pytest.approx(0.9)


def test_whisperx_speakers_are_told_by_what_they_say_and_holes_are_filled(tmp_path: Path) -> None:
    segments = [
        {
            "start": 5.0, "end": 8.0, "text": " 我想問我的訂單", "speaker": "SPEAKER_00",
            "words": [{"word": "我", "start": 5.0, "end": 5.2, "score": 0.9}, {"word": "想"}, {"word": "問"},
                      {"word": "我的訂單", "start": 6.0, "end": 7.0, "score": 0.5}],
        },
        {"start": 0.5, "end": 4.0, "text": "您好,工号零三二幺为您服务", "speaker": "SPEAKER_01"},
        {"start": 9.0, "end": 9.5, "text": "好的,我帮您查询", "speaker": "SPEAKER_01"},
    ]  # fmt: skip
    transcript = read(tmp_path, {"segments": segments, "word_segments": []})
    assert lines(transcript) == [
        (0.5, 4.0, "agent", "您好，工号零三二幺为您服务"),
        (5.0, 8.0, "customer", "我想问我的订单"),
        (9.0, 9.5, "agent", "好的，我帮您查询"),
    ]
    words = transcript.segments[1].words
    assert "".join(word.text for word in words) == "我想问我的订单"
    assert all(word.confidence is None for word in words)
    assert [earlier.end <= later.start for earlier, later in pairwise(words)] == [True] * (len(words) - 1)
    assert (words[0].start, words[-1].end) == (5.0, 7.0)
    assert transcript.duration == 9.5


@pytest.mark.parametrize(
    ("labels", "parties"),
    [
        (("坐席", "客户"), ("agent", "customer")),
        (("Customer ", "AGENT"), ("customer", "agent")),
        (("客服", "王先生"), ("agent", "customer")),
        (("A", "客戶"), ("agent", "customer")),
        (("0", "1"), ("agent", "customer")),
        (("只有", "只有"), ("unknown", "unknown")),
        ((None, "客户"), ("unknown", "customer")),
        ((0, 1), ("agent", "customer")),
    ],
)
def test_labels_of_all_kinds(tmp_path: Path, labels: tuple[object, ...], parties: tuple[str, ...]) -> None:
    segments = [
        {"start": index, "end": index + 0.5, "text": "喂", **({} if label is None else {"speaker": label})}
        for index, label in enumerate(labels)
    ]
    assert tuple(each.speaker.value for each in read(tmp_path, segments).segments) == parties


def test_times_that_are_missing_or_overlap_are_mended(tmp_path: Path) -> None:
    segments = [
        {"start": 4, "text": "请问您贵姓", "speaker": "agent"},
        {"start": "4.5", "end": 9.0, "text": "我姓王", "speaker": "customer"},
        {"start": -0.02, "end": 5.0, "text": "您好", "speaker": "agent"},
        {"start": 8.0, "end": 8.5, "text": "王先生", "speaker": "agent"},
        {"start": 9.0, "end": 9.0, "text": " ，", "speaker": "agent"},
        {"text": "稍等", "speaker": "agent", "words": [{"word": "稍等", "start": 10.0, "end": 10.6}]},
        {"start": 20.0, "text": "再见", "speaker": "agent"},
    ]
    assert lines(read(tmp_path, segments)) == [
        (0.0, 4.0, "agent", "您好"),
        (4.0, 5.0, "agent", "请问您贵姓"),
        (4.5, 9.0, "customer", "我姓王"),
        (8.0, 8.5, "agent", "王先生"),
        (10.0, 10.6, "agent", "稍等"),
        (20.0, pytest.approx(20.44), "agent", "再见"),
    ]


@given(
    heard=st.lists(
        st.tuples(MILLISECONDS, MILLISECONDS, st.sampled_from(["agent", "customer"]), TEXT), min_size=1, max_size=8
    )
)
def test_own_overlaps_share_the_time_and_nothing_gets_lost(
    heard: list[tuple[int, int, str, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    given = [
        {"start": start / 1000, "end": (start + length) / 1000, "speaker": speaker, "text": text}
        for start, length, speaker, text in heard
    ]
    segments = read(tmp_path_factory.mktemp("重叠"), given).segments
    assert sorted(each.text for each in segments) == sorted(text for *_, text in heard)
    for speaker in (Speaker.AGENT, Speaker.CUSTOMER):
        own = [each for each in segments if each.speaker is speaker]
        assert all(earlier.end <= later.start for earlier, later in pairwise(own))
        before = [Span(each["start"], each["end"]) for each in given if each["speaker"] == speaker]
        covered = sum(span.duration for span in union(before))
        assert sum(each.span.duration for each in own) == pytest.approx(covered)


@pytest.mark.parametrize(
    ("first", "second", "cut"),
    [
        ((0, 5, "一二三四"), (2, 7, "五六七八"), 3.5),
        ((0, 5, "一二"), (4.9, 7, "三四五六七八"), 4.9),
        ((0, 5, "一二三四五六"), (2, 7, "七"), 5.0),
        ((0, 10, "一二三四五六七八九"), (1, 2, "十"), 9.0),
    ],
)
def test_who_says_more_gets_more_of_an_own_overlap(
    tmp_path: Path, first: tuple[float, float, str], second: tuple[float, float, str], cut: float
) -> None:
    given = [{"start": start, "end": end, "text": text, "speaker": "agent"} for start, end, text in (first, second)]
    given[0]["words"] = [{"start": first[0], "end": first[1], "text": first[2]}]
    earlier, later = read(tmp_path, given).segments
    assert (earlier.end, later.start) == (cut, cut)
    assert later.end == max(first[1], second[1])
    assert (earlier.words[0].start, earlier.words[0].end) == (0, cut)


@pytest.mark.parametrize("content", ['{"segments": []}', '{"segments": [{"start": 0, "end": 1, "text": ""}]}', "[]"])
def test_a_call_in_which_nothing_is_said_is_no_slip(tmp_path: Path, content: str) -> None:
    assert read(tmp_path, content).segments == ()


SRT = """1
00:00:00,300 --> 00:00:02,000
坐席：您好，請講。

2
0:00:02,5 --> 00:00:04,000
<i>客户:</i> 我的订单
还没有到
3
00:00:05.000 --> 00:00:08.000 X1:0
- 客服：工号：零三二幺
- 客户：时间：三点

4
01:00:09,000 --> 01:00:10,000

"""
SRT_LINES = [
    (0.3, 2.0, "agent", "您好，请讲。"),
    (2.5, 4.0, "customer", "我的订单还没有到"),
    (5.0, 6.8, "agent", "工号：零三二幺"),
    (6.8, 8.0, "customer", "时间：三点"),
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_srt_of_every_encoding(tmp_path: Path, encoding: str, newline: str) -> None:
    transcript = read(tmp_path, SRT.replace("\n", newline).encode(encoding), "录音 1.SRT")
    assert lines(transcript) == SRT_LINES
    assert transcript.duration == 8.0


def test_vtt_with_voices_notes_and_entities(tmp_path: Path) -> None:
    text = """WEBVTT - 通话

STYLE
::cue { color: red }

NOTE 00:00 之前是彩铃
仍是注释

开场
00:00.300 --> 00:02.000 align:start
<v.loud 坐席>您好<00:01.000> A&amp;B</v>

00:02.500 --> 00:04.500
<v 客户>我<b>想问</b></v><v 坐席>请讲</v>

00:05.000 --> 00:06.000
[客户]: 好
"""
    assert lines(read(tmp_path, text, "call.vtt")) == [
        (0.3, 2.0, "agent", "您好A&B"),
        (2.5, 3.7, "customer", "我想问"),
        (3.7, 4.5, "agent", "请讲"),
        (5.0, 6.0, "customer", "好"),
    ]
    assert read(tmp_path, "WEBVTT\n", "empty.vtt").segments == ()


@pytest.mark.parametrize(
    ("name", "content", "code", "names"),
    [
        ("a.json", b"", "words.file-empty", "a.json"),
        ("a.json", b"{", "words.json-broken", "line 1"),
        ("a.json", b'{"text": "x"}', "words.json-no-segments", "segments"),
        ("a.json", b'{"segments": 3}', "words.json-no-segments", "segments"),
        ("a.json", b'{"segments": []}\n{"segments": []}', "words.json-broken", "line 2"),
        ("a.json", b'{"segments": ["x"]}', "words.segment-broken", "1"),
        ("a.json", b'[{"start": 1, "end": 2, "text": "a"}, {"start": 1, "text": 4}]', "words.segment-broken", "2"),
        ("a.json", b'[{"start": 1, "end": 2, "text": "a", "words": ["a"]}]', "words.segment-broken", "1"),
        ("a.json", b'[{"end": 2, "text": "a"}]', "words.time-missing", "1"),
        ("a.json", b'[{"start": "soon", "end": 2, "text": "a"}]', "words.time-bad", "soon"),
        ("a.json", b'[{"start": NaN, "end": 2, "text": "a"}]', "words.time-bad", "nan"),
        ("a.json", b'[{"start": 3, "end": 2, "text": "a"}]', "words.time-backwards", "3.00"),
        ("a.json", b'[{"start": -1, "end": 2, "text": "a"}]', "words.time-negative", "-1.00"),
        ("a.json", b'[{"start": 1, "end": 2}]', "words.text-missing", "1"),
        ("a.json", b'[{"start": 1, "end": 2, "text": null, "words": []}]', "words.text-missing", "1"),
        ("a.json", b'[{"start": 1, "end": 1e12, "text": "a"}]', "words.time-endless", "1000000000000"),
        (
            "a.json",
            b'{"duration": 9, "segments": [{"start": 1, "end": 10.1, "text": "a"}]}',
            "words.time-beyond",
            "10.10",
        ),
        ("a.json", b'{"segments": [], "dropped": [{"start": 1}]}', "words.json-broken", "dropped"),
        ("a.srt", b"hello", "words.no-cues", "a.srt"),
        ("a.srt", b"1\n00:00:01 -> 00:00:02\nx", "words.no-cues", "a.srt"),
        ("a.srt", b"1\n00:01 --> later\nx", "words.cue-time", "line 2"),
        ("a.srt", b"1\n00:00:03,000 --> 00:00:02,000\nx", "words.time-backwards", "3.00"),
        ("a.srt", b"1\n00:01 --> 00:02\nx\n\n2\n00:03,500 -> 00:04,000\ny", "words.cue-lost", "line 6"),
        ("a.srt", b"1\n00:01 --> 00:02\nx\n2\n00:03,500 - 00:04,000\ny", "words.cue-time", "line 5"),
        ("a.srt", b"1\n00:0l -> 00:02\nx\n2\n00:03 --> 00:04\ny", "words.cue-lost", "line 2"),
        ("a.srt", b"1\n00:01 --> 00:02\nx\n\n2\ny\n\n", "words.cue-lost", "line 6"),
        ("a.srt", b"1\n00:01 --> 00:75\nx", "words.cue-time", "line 2"),
        ("a.vtt", b"WEBVTT\n\nNOTE x\ny\n\nname\n00:03.500 -- 00:04.000\ny", "words.cue-lost", "line 6"),
        ("a.srt", b"RIFF\x24\0\0\0WAVEfmt \0\0", "words.file-encoding", "a.srt"),
        ("a.vtt", b"\xff\xfe\xff", "words.file-encoding", "a.vtt"),
        ("a.txt", b"hello", "words.file-kind", ".srt"),
    ],
)
def test_a_slip_is_named_with_its_remedy(tmp_path: Path, name: str, content: bytes, code: str, names: str) -> None:
    with pytest.raises(UserFixable) as caught:
        read(tmp_path, content, name)
    assert caught.value.code == code
    for language in Language:
        assert str(tmp_path / name) in error_sentence(caught.value, language)
        assert error_hint(caught.value, language)
    assert names in error_sentence(caught.value, Language.ENGLISH) + error_hint(caught.value, Language.ENGLISH)


def test_a_vanished_file_and_a_folder_are_told(tmp_path: Path) -> None:
    with pytest.raises(UserFixable) as caught:
        read_transcript(tmp_path / "gone.json")
    assert caught.value.code == "words.file-missing"
    (tmp_path / "folder.json").mkdir()
    with pytest.raises(UserFixable) as caught:
        read_transcript(tmp_path / "folder.json")
    assert caught.value.code == "words.file-unreadable"
    assert error_hint(caught.value)


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.mkdir()
    with pytest.raises(UserFixable):
        write_json(Transcript(1.0, ()), path)
    assert [each.name for each in tmp_path.iterdir()] == ["a.json"]
