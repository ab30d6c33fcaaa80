"""Small lexicon of what people say around a wait: who asks for time, who is thanked, who is asked.

Broad on purpose: these cues decide whose silence a silence is. What the standard demands in words stands in the books.
All functions take text as it was said; ``csqa.talk.plain`` is applied here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from csqa.talk.plain import CLAUSE_ENDS, SENTENCE_ENDS, plain

_HOLD = re.compile(
    r"稍[等候后]|稍微等|等(?:一下|一会儿?|会儿?|等|下|片刻|候一下)|等我|别挂|(?:不要|先别|请勿)挂(?:机|断|电话)?|"
    r"不要离开|(?:耐心|麻烦您?|请您?|需要您)等(?!着付|于)|您(?:先|就)?等着|等(?:个|上)?[一二两三四五几半十\d]{1,3}(?:到[一二两三四五十\d]{1,3})?(?:分钟|秒)"
)
_NO_HOLD = re.compile(
    r"(?:感谢|谢谢|多谢|感激)您?的?(?:一直)?(?:耐心)?地?的?(?:等待|等候|稍等|稍候|等)|耐心的?等(?:待|候)了|"
    r"(?:让|叫|害)您(?:久|稍|先)?等|等一下午|等一下班|不用(?:再)?等|(?:不|别)让您等|"
    r"(?:等一下|等会儿?|稍后|稍候|等一会儿?)(?:您?会|系统|就会|还会|工程师|师傅|短信|有|收到|给您|为您|联系|回)|等(?:等)?等待|久等"
)
_PROGRESS = re.compile(
    r"(?<!现)(?:还|正|仍)?在(?:帮|为|给|跟|和|与|等|查|核|联系|调|处理)|正在|还需要?|还要|再(?:等|要|需要|给我)|马上(?:就)?好|快(?:好|查到)了"
)
_CONSENT = re.compile(r"(?:您看)?(?:可以吗?|好吗|行吗|成吗|成不成|方便吗|好不好|可不可以|行不行|介意吗|好吧)")
_THANKS = re.compile(
    r"(?:感谢|谢谢|多谢|感激)您?的?(?:耐心)?地?的?(?:等待|等候|稍等|耐心|久等)|久等|"
    r"(?:让|叫|害)您等|(?:抱歉|对不起|不好意思)[^。！？]{0,8}等|耗费您的时间"
)
_CUSTOMER_HOLD = re.compile(
    r"(?:您|麻烦您?|请|那)?(?:等|稍等|等等)(?:一下(?!午|班)|一会儿?|会儿?|我|下(?!午|班)|啊|哈|等)|^稍等|稍等[，。]|^等等|别挂|"
    r"让我(?:想|看|找)|我正在(?:找|看|翻|拿)|拿(?:支|个)?笔"
)
_CUSTOMER_LOOKS = re.compile(
    r"(?<![帮给替让叫为])我(?:先|去|来|再|得|要)*(?:找|翻|拿|看|想|瞧|取|记)(?:找|看|想|一找|一看|一想|一下|下|个|张|支)|"
    r"(?<![帮给替让叫为])我(?:先|去|来|得)+(?:查|问|开|找|看|拿|抱|关|叫|接|取|换|试|按|拔|插|翻|量|数|搬|跑|下楼|上楼)"
)
_REQUEST = re.compile(
    r"(?:请|麻烦|劳烦|烦请)您?(?:[^，。！？]{0,8})(?:报|说|提供|告诉|告知|描述|讲|念|核对|确认|看|按|点|输入|打开|拔|插|拿|找|试|"
    r"重启|关|检查|登录|选择|回答|记|拍|出示|留)|(?:请讲|请说|您讲|您说|您请|请继续)|"
    r"您(?:先|再|把|现在|可以先)[^，。！？]{0,8}(?:报|说|念|看|按|点|打开|拔|插|找|试|重启|关|检查)(?:一?下|一遍|看)?|"
    r"(?:号码?|姓名|地址|型号|尾号|单号|订单号|后四位)[^，。！？]{0,4}(?:报|说|念|提供|发)(?:一?下|给我)"
)
_QUESTION_END = re.compile(
    r"(?:吗|么|呢|没有|什么|多少|哪里|哪儿|哪个|哪款|几号|几点|怎么样|如何|哪位|贵姓|称呼|是不是|对不对|好不好|行不行|可不可以|能不能|吧)[，。！？]*$"
)
_WIDE_QUESTION = re.compile(
    r"什么|多少|哪|几[号点位个台次天]|怎么|如何|为什么|谁|贵姓|称呼|何时|还是|(?:报|说|念|提供|描述|核对|看|找|念)一?下"
)
_QUESTION_STATEMENT = re.compile(r"(?:不知道|不管|无论)(?!您)[^，。！？]*(?:什么|多少|哪|怎么)")
_GOODBYE = re.compile(r"再见|再会|拜拜|祝您|慢走|先这样|那就这样|就这样|挂了|(?:生活|使用|工作|购物)愉快")
_BACKCHANNEL = re.compile(
    r"(?:嗯|恩|唔|哦|噢|喔|啊|呃|额|哎|诶|欸|喂|好|好的|好吧|好嘞|好呀|行|行吧|可以|对|对的|对啊|对对|是|是的|是啊|没错|"
    r"明白|明白了|知道了|了解|没事|没关系|谢谢|谢谢您|您好|在吗|还在吗|您还在吗|有人吗|听得到吗|能听到吗|不急|没问题|ok)+"
)
_PING = re.compile(r"喂|在吗|有人吗|听得?到吗|人呢|怎么没声")
_NOT_SPOKEN = re.compile(rf"[{CLAUSE_ENDS}\s]")


def is_backchannel(text: str) -> bool:
    """Tell whether ``text`` only shows that somebody is there or listens: 嗯, 好的, 喂, 对对对."""
    bare = _NOT_SPOKEN.sub("", plain(text))
    return not bare or (len(bare) <= 8 and _BACKCHANNEL.fullmatch(bare) is not None)


def is_ping(text: str) -> bool:
    """Tell whether ``text`` asks whether the other side is still there: 喂, 在吗."""
    return is_backchannel(text) and _PING.search(plain(text)) is not None


def asks_to_wait(text: str) -> bool:
    """Tell whether the agent asks the customer to wait: 请稍等, 别挂机. 让您久等 and 等一下午 do not."""
    return _last_hold(plain(text)) is not None


def reports_progress(text: str) -> bool:
    """Tell whether the agent says that the work still goes on: 还在为您核对, 再要二十秒."""
    return _PROGRESS.search(plain(text)) is not None


def thanks_for_waiting(text: str) -> bool:
    """Tell whether the agent thanks for the wait or apologises for it: 感谢您的耐心等待, 让您久等了."""
    return _THANKS.search(plain(text)) is not None


def customer_asks_for_time(text: str) -> bool:
    """Tell whether the customer asks the agent to wait or goes to look: 你等一下, 我找一下."""
    said = plain(text)
    question = _last_question(_last_sentences(said, 1))
    if _CUSTOMER_HOLD.search(said):
        return question is None or question.consent
    return _CUSTOMER_LOOKS.search(said) is not None and question is None


def says_goodbye(text: str) -> bool:
    """Tell whether the call is being closed: 再见, 祝您生活愉快."""
    return _GOODBYE.search(plain(text)) is not None


class Move(StrEnum):
    """What the agent's last words leave to do, and to whom."""

    HOLD = "hold"
    """The customer was asked to wait: the agent's move."""
    CHOICE = "choice"
    """A question that 好的 answers: the customer's move, until any answer."""
    REQUEST = "request"
    """Something asked that 好的 does not yet give: the customer's move, until it is given."""
    NOTHING = "nothing"
    """A statement: whoever speaks next had the word."""


@dataclass(frozen=True)
class AgentCue:
    """What an agent's turn leaves behind: the move, and whether it tells of work going on."""

    move: Move
    progress: bool


def agent_cue(text: str) -> AgentCue:
    """Read the last two sentences of what the agent has said in this turn so far."""
    tail = _last_sentences(plain(text), 2)
    progress = _PROGRESS.search(tail) is not None
    hold, question = _last_hold(tail), _last_question(tail)
    if hold is not None and (question is None or question.start < hold or question.consent):
        return AgentCue(Move.HOLD, progress)
    if question is not None:
        return AgentCue(Move.REQUEST if question.wide else Move.CHOICE, progress)
    return AgentCue(Move.NOTHING, progress)


@dataclass(frozen=True)
class _Question:
    start: int
    wide: bool
    consent: bool


def _last_question(tail: str) -> _Question | None:
    found: _Question | None = None
    at = 0
    for sentence in _sentences(tail):
        asked = sentence.rstrip().endswith("？") or _QUESTION_END.search(sentence) is not None
        request = _REQUEST.search(sentence)
        if _QUESTION_STATEMENT.search(sentence):
            asked = sentence.rstrip().endswith("？")
        if asked or request:
            clause_at = at + _last_clause_start(sentence)
            consent = (
                asked and _CONSENT.fullmatch(_NOT_SPOKEN.sub("", tail[clause_at : at + len(sentence)])) is not None
            )
            wide = request is not None or _WIDE_QUESTION.search(sentence) is not None
            found = _Question(clause_at if asked else at + (request.start() if request else 0), wide, consent)
        at += len(sentence)
    return found


def _last_hold(text: str) -> int | None:
    guards = [match.span() for match in _NO_HOLD.finditer(text)]
    starts = [
        match.start()
        for match in _HOLD.finditer(text)
        if not any(match.start() < end and start < match.end() for start, end in guards)
    ]
    return starts[-1] if starts else None


def _sentences(text: str) -> list[str]:
    return [piece for piece in re.split(rf"(?<=[{SENTENCE_ENDS}])(?![{SENTENCE_ENDS}])", text) if piece]


def _last_sentences(text: str, count: int) -> str:
    return "".join(_sentences(text)[-count:])


def _last_clause_start(sentence: str) -> int:
    body = sentence.rstrip(CLAUSE_ENDS)
    return max((body.rfind(mark) for mark in CLAUSE_ENDS), default=-1) + 1
