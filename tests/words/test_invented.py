"""What nobody said is parted from what was said, and kept as a note."""

import pytest

from csqa.messages import Language, Reason, known_codes, sentence
from csqa.roles import Speaker
from csqa.spans import Span
from csqa.words.invented import without_invented
from csqa.words.passages import Passage
from csqa.words.transcript import RawWord

PASSAGE = Passage(0, 0, Speaker.CUSTOMER, (Span(10.0, 22.0),))


def heard(text: str, seconds: float = 12.0) -> list[RawWord]:
    share = seconds / len(text)
    return [RawWord(10 + i * share, 10 + (i + 1) * share, each, 0.9) for i, each in enumerate(text)]


def kept(text: str, avg_logprob: float = -0.2, no_speech_prob: float = 0.01) -> tuple[str, dict[str, str]]:
    words, dropped = without_invented(PASSAGE, heard(text), avg_logprob, no_speech_prob)
    assert {note.code for note in dropped} <= known_codes()
    for note in dropped:
        assert note.speaker is Speaker.CUSTOMER
        assert all(sentence(Reason(note.code), language) for language in Language)
    return "".join(word.text for word in words), {note.code: note.text for note in dropped}


@pytest.mark.parametrize(
    ("text", "left", "dropped"),
    [
        ("好的请稍等。谢谢观看", "好的请稍等。", {"words.invented-by-heart": "谢谢观看"}),
        ("請不吝點贊訂閱轉發", "", {"words.invented-by-heart": "請不吝點贊訂閱轉發"}),
        ("字幕由Amara.org社区提供", "", {"words.invented-by-heart": "字幕由Amara.org社区提供"}),
        ("以下是普通话的客服通话。我想退货", "我想退货", {"words.invented-by-heart": "以下是普通话的客服通话。"}),
        ("我知道我知道我知道我知道我知道了", "我知道了", {"words.invented-in-circles": "我知道我知道我知道我知道"}),
        ("喂喂喂，听得到吗", "喂喂喂，听得到吗", {}),
        ("八八八八八八八八，对八八八八八八八八", "八八八八八八八八，对八八八八八八八八", {}),
        ("对对对，好好好，谢谢谢谢", "对对对，好好好，谢谢谢谢", {}),
        ("感谢您的耐心等待，谢谢大家", "感谢您的耐心等待，谢谢大家", {}),
    ],
)
def test_set_phrases_and_circles_go_and_real_speech_stays(text: str, left: str, dropped: dict[str, str]) -> None:
    assert kept(text) == (left, dropped)


def test_a_passage_of_noise_goes_whole() -> None:
    assert kept("谁说的呢", -1.4, 0.9) == ("", {"words.invented-on-noise": "谁说的呢"})
    assert kept("谁说的呢", -1.4, 0.3) == ("谁说的呢", {})
    assert kept("谁说的呢", -0.4, 0.9) == ("谁说的呢", {})


def test_more_words_than_anybody_could_say_go_whole() -> None:
    quick = "今天天气不错我们出去走走吧" * 10
    words, dropped = without_invented(PASSAGE, heard(quick[:121]), -0.2, 0.0)
    assert words == ()
    assert [(note.code, note.span.start, note.span.end) for note in dropped] == [
        ("words.invented-too-fast", 10.0, pytest.approx(22.0))
    ]
    assert without_invented(PASSAGE, heard("".join(map(chr, range(0x4E00, 0x4E00 + 96)))), -0.2, 0.0)[1] == ()


def test_nothing_heard_is_nothing_dropped() -> None:
    assert without_invented(PASSAGE, [], 0.0, 0.0) == ((), ())
