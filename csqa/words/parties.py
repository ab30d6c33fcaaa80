"""Who is who behind the labels of a transcript from elsewhere: by what a label says of itself, else by what is said."""

from __future__ import annotations

import re
from collections.abc import Mapping

from csqa.roles import Speaker
from csqa.words.normalise import normalise

_LABELS = {
    Speaker.AGENT: "agent 坐席 座席 客服 客服代表 客服专员 坐席代表 话务员 员工 接线员 operator staff",
    Speaker.CUSTOMER: "customer 客户 顾客 用户 来电者 主叫 机主 客人 caller client user",
    Speaker.UNKNOWN: "unknown 未知",
}
_PARTY_OF = {label: party for party, labels in _LABELS.items() for label in labels.split()}

_AGENT_SAYS = re.compile(
    "为您服务|工号|客户?服务?(?:中心|热线|部)|(?:帮|为|替|给)您|请您|您请|您稍等|感谢您|祝您|请问您|麻烦您|"
    "什么可以帮|还有其他|(?:跟|和|与)您(?:再)?(?:确认|核对)|您贵姓|很高兴|不要挂机"
)
_CUSTOMER_SAYS = re.compile(
    "我(?:想|要)(?!跟您)|我的(?:订单|手机|电话|快递|钱|卡|号)|我(?:家|买|上次|刚买)|你们|(?:帮|给)我|投诉|"
    "怎么(?:办|回事|还)|坏了|什么时候(?:能|到|可以)|多少钱|要钱吗|收费吗"
)


def party_of_label(label: str) -> Speaker | None:
    """Return the party that a label names in plain words; ``None`` where it is a mere mark such as ``SPEAKER_00``."""
    return _PARTY_OF.get(normalise(label).strip().lower())


def parties_of_labels(said: Mapping[str, str]) -> dict[str, Speaker]:
    """Give every label a party; ``said`` has, in order of first appearance, all that was said under it.

    Labels that name a party keep it. Of the others the one that talks most like an agent is the agent, unless there is
    one; where nothing tells them apart, the first to speak is. A single unnamed label holds both parties, for all
    that is known.
    """
    parties = {label: party for label in said if (party := party_of_label(label)) is not None}
    unnamed = [label for label in said if label not in parties]
    if len(said) == 1 and unnamed:
        return {unnamed[0]: Speaker.UNKNOWN}
    leanings = {label: _leaning(said[label]) for label in unnamed}
    if unnamed and Speaker.AGENT not in parties.values():
        likeliest = max(unnamed, key=lambda label: leanings[label])  # of equals the first
        parties[likeliest] = Speaker.AGENT
        unnamed.remove(likeliest)
    elif unnamed and Speaker.CUSTOMER not in parties.values():
        likeliest = min(unnamed, key=lambda label: leanings[label])
        parties[likeliest] = Speaker.CUSTOMER
        unnamed.remove(likeliest)
    for label in unnamed:
        parties[label] = Speaker.AGENT if leanings[label] > 0 else Speaker.CUSTOMER
    return parties


def _leaning(text: str) -> int:
    plain = normalise(text)
    return len(_AGENT_SAYS.findall(plain)) - len(_CUSTOMER_SAYS.findall(plain))
