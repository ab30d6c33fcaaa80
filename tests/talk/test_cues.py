import pytest

from csqa.talk.cues import (
    Move,
    agent_cue,
    asks_to_wait,
    customer_asks_for_time,
    is_backchannel,
    is_ping,
    reports_progress,
    says_goodbye,
    thanks_for_waiting,
)


@pytest.mark.parametrize(
    "text",
    [
        "请您稍等。",
        "等一下啊。",
        "您别挂，我看看。",
        "麻烦您等三十秒。",
        "请您不要挂机，大约一分钟。",
        "稍候片刻。",
        "你等我一下",
        "您等着，我去看看。",
    ],
)
def test_requests_to_wait(text: str) -> None:
    assert asks_to_wait(text)


@pytest.mark.parametrize(
    "text",
    [
        "让您久等了。",
        "感谢您的耐心等待，查到了。",
        "您等一下午都没等到师傅，是吗？",
        "稍后您会收到一条短信。",
        "不用等，现在就好。",
        "好的，我记下了。",
    ],
)
def test_what_is_no_request_to_wait(text: str) -> None:
    assert not asks_to_wait(text)


@pytest.mark.parametrize(
    "text", ["你等一下啊，我去找找。", "我找找。", "您等一下，我去看看。", "稍等", "让我想想", "我去抱孩子出来。"]
)
def test_customers_who_ask_for_time(text: str) -> None:
    assert customer_asks_for_time(text)


@pytest.mark.parametrize(
    "text",
    [
        "你能帮我查查还有多少分吗？",
        "我等了一下午。",
        "我想问一下怎么保修。",
        "帮我查一下订单。",
        "我看一下，可以退吗？",
    ],
)
def test_customers_who_do_not(text: str) -> None:
    assert not customer_asks_for_time(text)


@pytest.mark.parametrize(
    ("text", "move"),
    [
        ("请您报一下订单号。", Move.REQUEST),
        ("请问您的订单号后四位是多少？", Move.REQUEST),
        ("请问您贵姓？", Move.REQUEST),
        ("明天上午上门，您看可以吗？", Move.CHOICE),
        ("请您稍等。", Move.HOLD),
        ("大约需要一分钟，请您不要挂机，可以吗？", Move.HOLD),
        ("请您稍等，成不成？", Move.HOLD),
        ("请您稍等。对了，请问您贵姓？", Move.REQUEST),
        ("可以吗？那请您稍等。", Move.HOLD),
        ("查到了，明天发货。", Move.NOTHING),
        ("嗯。", Move.NOTHING),
        ("感谢您的耐心等待，查到了。您可以免费换，您看可以吗？", Move.CHOICE),
    ],
)
def test_what_the_agents_last_words_leave_to_do(text: str, move: Move) -> None:
    assert agent_cue(text).move is move


def test_progress_is_work_going_on_and_not_what_begins_now() -> None:
    assert reports_progress("还在为您核对批次，大约再要二十秒。")
    assert not reports_progress("查到了，我现在帮您登记。")


@pytest.mark.parametrize("text", ["嗯", "好的。", "喂？", "对对对", "好，好的", "您好，在吗？", "，"])
def test_backchannels(text: str) -> None:
    assert is_backchannel(text)


@pytest.mark.parametrize("text", ["好的，我等着", "找到了", "快点吧", "不行"])
def test_what_is_more_than_a_backchannel(text: str) -> None:
    assert not is_backchannel(text)


def test_a_ping_asks_whether_anybody_is_there() -> None:
    assert is_ping("喂？")
    assert not is_ping("好的")


@pytest.mark.parametrize(
    "text", ["让您久等了", "谢谢您的等候", "不好意思让您等这么长时间", "久等啦", "抱歉，让您等了一会儿"]
)
def test_thanks_and_apologies_for_the_wait(text: str) -> None:
    assert thanks_for_waiting(text)


def test_other_thanks_are_not() -> None:
    assert not thanks_for_waiting("感谢您的来电")
    assert says_goodbye("感谢您的来电，祝您生活愉快")
