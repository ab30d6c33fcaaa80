"""Normal writing: nothing lost, every character knows where it came from, and jieba keeps the domain's words whole."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from csqa.words import normalise as room
from csqa.words.normalise import add_words, aligned, cut, normalise, pinyin, simplified, spoken
from csqa.words.regrouping import regroup
from csqa.words.transcript import RawWord

CHINESE = st.text(
    st.sampled_from("您好这里是云帆电器客服中心請問訂單號碼零三二幺退款稍等 ，。？！,.?!:3aB４Ｃ妳著"), max_size=60
)
ANYTHING = st.text(max_size=40)


@pytest.mark.parametrize(
    ("heard", "written"),
    [
        ("請問您的訂單號碼是多少?", "请问您的订单号码是多少？"),
        ("您好,請稍等著.", "您好，请稍等着。"),
        ("您 好 ， 我 姓 王", "您好，我姓王"),
        ("尾号是5678.", "尾号是5678。"),
        ("一共 3.5 元,共１２次", "一共3.5元，共12次"),
        ("發 e mail 給 service desk 好 嗎?", "发e mail给service desk好吗？"),
        ("顯著的著名作家看著妳", "显著的著名作家看着你"),
        ("Hello, world.", "Hello, world."),
        ("  好的  ", "好的"),
    ],
)
def test_writing_is_made_normal(heard: str, written: str) -> None:
    assert normalise(heard) == written


@given(text=st.one_of(CHINESE, ANYTHING))
def test_every_character_comes_from_somewhere_in_order(text: str) -> None:
    result = aligned(text)
    assert len(result.text) == len(result.origins)
    assert list(result.origins) == sorted(result.origins)
    for character, origin in zip(result.text, result.origins, strict=True):
        if character == text[origin]:
            continue
        assert spoken(character) == "" or character in simplified(room._folded(text[origin])) or character in "着你"


@given(text=CHINESE)
@example(text="。3 :")
def test_what_is_normal_stays(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(text=CHINESE)
def test_no_spoken_character_is_lost(text: str) -> None:
    assert len(spoken(normalise(text))) == len(spoken(text))


@given(text=st.one_of(CHINESE, ANYTHING))
def test_cutting_keeps_the_text(text: str) -> None:
    assert "".join(cut(text)) == text


def test_domain_words_stay_whole_and_names_can_be_added() -> None:
    assert cut("您好，这里是云帆电器客户服务中心，工号零三二幺") == (
        "您好", "，", "这里", "是", "云帆电器", "客户服务中心", "，", "工号", "零三二幺",
    )  # fmt: skip
    name = "霁月琉璃盏"
    assert name not in cut(f"我买的{name}坏了")
    add_words([f" {name}，"])
    assert name in cut(f"我买的{name}坏了")


def test_segmentation_says_nothing_and_keeps_its_cache_with_us(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CSQA_HOME", str(tmp_path / "家"))
    room._tokenizer.cache_clear()
    try:
        assert cut("请稍等") == ("请稍等",)
        assert [file.suffix for file in (tmp_path / "家" / "cache").iterdir()] == [".cache"]
    finally:
        room._tokenizer.cache_clear()
    assert capfd.readouterr() == ("", "")


def test_pinyin_has_no_tones_and_an_entry_a_character() -> None:
    assert pinyin("银行，重新女A1") == ("yin", "hang", "，", "chong", "xin", "nv", "A", "1")


@st.composite
def tokens(draw: st.DrawFn) -> list[RawWord]:
    """Tokens as Whisper gives them: in order of time, some without length, marks at their ends."""
    time, made = 0.0, []
    for text in draw(st.lists(st.text("您好请稍等云帆电器訂單，。？3 ", min_size=1, max_size=3), max_size=20)):
        start = time + draw(st.floats(0, 1))
        end = start + draw(st.floats(0, 1))
        made.append(RawWord(start, end, text, draw(st.floats(0, 1))))
        time = end
    return made


@given(tokens=tokens())
def test_words_keep_the_text_and_the_order_of_times(tokens: list[RawWord]) -> None:
    result = regroup(tokens)
    whole = "".join(token.text for token in tokens)
    assert result.text == normalise(whole)
    assert "".join(word.text for word in result.words) == spoken(result.text)
    for word in result.words:
        assert tokens[0].start <= word.start <= word.end <= tokens[-1].end
        assert word.confidence is not None
        assert min(token.probability for token in tokens) - 1e-4 <= word.confidence <= 1
    assert all(earlier.end <= later.start for earlier, later in pairwise(result.words))


def test_a_word_has_the_times_and_the_mean_confidence_of_its_characters() -> None:
    heard = [RawWord(1.0, 1.2, "您", 1.0), RawWord(1.2, 1.5, "好，", 0.5), RawWord(1.9, 2.5, "請稍等。", 0.8)]
    result = regroup(heard)
    assert result.text == "您好，请稍等。"
    assert [(word.text, word.start, word.end, word.confidence) for word in result.words] == [
        ("您好", 1.0, 1.5, 0.75),
        ("请稍等", 1.9, 2.5, 0.8),
    ]
