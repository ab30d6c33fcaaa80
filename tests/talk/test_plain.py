import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csqa.talk.plain import plain, spoken_length, tidy, word_places
from csqa.words.transcript import Word


@given(st.text())
@settings(deadline=None)
def test_plain_text_is_as_long_as_the_original(text: str) -> None:
    assert len(plain(text)) == len(text)


@given(st.text())
@settings(deadline=None)
def test_making_plain_twice_changes_nothing_more(text: str) -> None:
    assert plain(plain(text)) == plain(text)


def test_widths_cases_marks_and_you_become_one() -> None:
    assert plain("你好,ＳＬＡ到了?") == plain("您好，sla到了？")


def test_quotes_end_no_clause() -> None:
    assert plain("您说的“啥都没动”") == '您说的"啥都没动"'


@pytest.mark.parametrize(
    ("text", "tidied"),
    [("您 好 ， 请 稍 等", "您好，请稍等"), ("hello world 您好", "hello world您好"), ("  ", ""), ("a b", "a b")],
)
def test_spaces_between_characters_go(text: str, tidied: str) -> None:
    assert tidy(text) == tidied


@pytest.mark.parametrize(("text", "count"), [("您好，请问？", 4), ("SLA到了", 3), ("工号0321", 6), ("……", 0)])
def test_spoken_length_leaves_marks_out(text: str, count: int) -> None:
    assert spoken_length(text) == count


@given(
    st.lists(st.text(alphabet="您好请稍等一下sla", min_size=1, max_size=4), max_size=12),
    st.sampled_from(["", "，", "。 "]),
)
@settings(deadline=None)
def test_every_word_is_found_in_its_text(words: list[str], mark: str) -> None:
    text = mark.join(words)
    places = word_places(text, [Word(index, index + 1.0, word) for index, word in enumerate(words)])
    assert [text[start:end].replace(mark, "") for start, end in places] == words
    assert [start for start, _ in places] == sorted(start for start, _ in places)


def test_a_word_that_the_text_lacks_gets_an_empty_place() -> None:
    places = word_places("您好。", [Word(0, 1, "您"), Word(1, 2, "们"), Word(2, 3, "好")])
    assert places == ((0, 1), (1, 1), (1, 2))
