"""What the desktop calls things: times, lengths, outcomes, parties, always as a word beside an icon.

Everything is a function, because a word is only known once the language is chosen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from csqa.roles import Speaker

if TYPE_CHECKING:
    from csqa.cards.scorecard import Answer, CardOutcome
    from csqa.hear.recording import Sound
    from csqa.rules.base import Outcome, Severity
    from csqa.store.calls import CallState
    from csqa.talk.conversation import PauseKind

translate = QCoreApplication.translate


@dataclass(frozen=True)
class Sign:
    """How a meaning is shown: a word, the name of an icon, and the token of its colour. Never the colour alone."""

    word: str
    icon: str
    tint: str


def clock(seconds: float) -> str:
    """Write a time in a call as ``mm:ss``, or ``h:mm:ss`` from an hour on."""
    whole = max(0, int(seconds))
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes:02}:{rest:02}"


def points(value: float) -> str:
    """Write points with one decimal only where there is one."""
    return f"{value:.1f}".removesuffix(".0")


def seconds_text(seconds: float) -> str:
    """Write a length in seconds, one decimal."""
    return translate("words", "{seconds} 秒").format(seconds=f"{seconds:.1f}")


def outcome_sign(outcome: Outcome) -> Sign:
    """Say a machine's verdict on a rule."""
    return {
        "pass": Sign(translate("words", "合格"), "pass", "passed"),
        "violation": Sign(translate("words", "违规"), "violation", "violation"),
        "doubt": Sign(translate("words", "存疑"), "doubt", "doubt"),
        "not-applicable": Sign(translate("words", "不适用"), "not-applicable", "neutral"),
        "manual": Sign(translate("words", "待人工"), "manual", "neutral"),
    }[outcome.value]


def answer_sign(answer: Answer | None, *, manual: bool = False) -> Sign:
    """Say the answer to a question; ``manual`` tells that only a person can answer it."""
    if answer is None:
        if manual:
            return Sign(translate("words", "待人工"), "manual", "neutral")
        return Sign(translate("words", "存疑"), "doubt", "doubt")
    return {
        "yes": Sign(translate("words", "合格"), "pass", "passed"),
        "no": Sign(translate("words", "违规"), "violation", "violation"),
        "n/a": Sign(translate("words", "不适用"), "not-applicable", "neutral"),
    }[answer.value]


def card_sign(outcome: CardOutcome | str) -> Sign:
    """Say what a scorecard comes to."""
    return {
        "pass": Sign(translate("words", "合格"), "pass", "passed"),
        "fail": Sign(translate("words", "不合格"), "violation", "violation"),
        "review": Sign(translate("words", "待复核"), "doubt", "doubt"),
    }[str(outcome)]


def severity_sign(severity: Severity | str) -> Sign:
    """Say how grave a violation is."""
    return {
        "fatal": Sign(translate("words", "一票否决"), "fatal", "violation"),
        "major": Sign(translate("words", "重要"), "major", "violation"),
        "minor": Sign(translate("words", "轻微"), "minor", "customer"),
        "info": Sign(translate("words", "提示"), "info", "neutral"),
    }[str(severity)]


def speaker_sign(speaker: Speaker | None) -> Sign:
    """Say who speaks."""
    if speaker is Speaker.AGENT:
        return Sign(translate("words", "坐席"), "agent", "agent")
    if speaker is Speaker.CUSTOMER:
        return Sign(translate("words", "客户"), "customer", "customer")
    return Sign(translate("words", "未分辨"), "doubt", "unknown")


def pause_word(kind: PauseKind) -> str:
    """Say whose time a pause is."""
    return {
        "wait": translate("words", "等待"),
        "thinking": translate("words", "客户思考"),
        "lead-in": translate("words", "开场前"),
        "tail": translate("words", "结束后"),
    }[kind.value]


def sound_word(sound: Sound) -> str:
    """Say what fills a pause."""
    return {
        "silence": translate("words", "静音"),
        "music": translate("words", "音乐"),
        "ringback": translate("words", "回铃音"),
        "busy": translate("words", "忙音"),
        "keys": translate("words", "按键音"),
    }[sound.value]


def percent(share: float) -> str:
    """Write a share (0–1) as a whole percentage; never 100 for what is not certain."""
    whole = round(share * 100)
    return f"{99 if whole == 100 and share < 1 else whole} %"


def state_sign(state: CallState | str) -> Sign:
    """Say how far a call has come."""
    return {
        "working": Sign(translate("words", "处理中"), "queued", "accent"),
        "failed": Sign(translate("words", "处理失败"), "violation", "violation"),
        "machine-scored": Sign(translate("words", "已机检"), "check", "neutral"),
        "in-review": Sign(translate("words", "复核中"), "manual", "accent"),
        "submitted": Sign(translate("words", "已提交"), "check", "passed"),
        "acknowledged": Sign(translate("words", "已确认"), "check", "passed"),
        "appealed": Sign(translate("words", "已申诉"), "doubt", "doubt"),
        "decided": Sign(translate("words", "已裁定"), "check", "passed"),
        "closed": Sign(translate("words", "已关闭"), "check", "neutral"),
    }[str(state)]


def remaining(seconds: float) -> str:
    """Write a time that something still takes, no finer than it is known."""
    if seconds < 60:
        return translate("words", "还需不到 1 分钟")
    return translate("words", "还需约 {minutes} 分钟").format(minutes=round(seconds / 60))
