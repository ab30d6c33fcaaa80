"""The reports: whole, safe to open, and nothing in them loads anything."""

from __future__ import annotations

import re
import zlib
from base64 import a85decode
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from csqa.cards.form import load_form
from csqa.cards.scorecard import Answer, PersonAnswer
from csqa.cards.scoring import fill_in
from csqa.export.labels import clock, length
from csqa.export.report import write_html, write_pdf
from csqa.messages import Language
from tests.store.calls_made import made_inspection, without_sound

VOID = {"meta", "br", "link", "img", "input"}
SCRIPT = "<script>alert('坏')</script>"


class Page(HTMLParser):
    """Checks that tags close in order, and keeps what a reader sees and where links lead."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        values = dict(attrs)
        self.links += [value for name in ("href", "src") if (value := values.get(name))]
        self.ids += [value for name, value in attrs if name == "id" and value]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.text += data


def read(path: Path) -> Page:
    page = Page()
    page.feed(path.read_text(encoding="utf-8"))
    page.close()
    assert page.open == []
    return page


def test_the_summary_comes_first_and_then_a_card_a_call(tmp_path: Path) -> None:
    calls = [made_inspection(tmp_path / f"录音 {number}.wav") for number in range(3)]
    write_html(iter(calls), tmp_path / "报告.html")
    page = read(tmp_path / "报告.html")
    assert page.ids == ["top", "call-1", "call-2", "call-3"]
    assert page.tags.index("table") < page.tags.index("article")
    assert page.tags.count("details") == 3
    for said in (
        "共 3 通电话",
        "让客户等待不超过7秒",
        "我不知道",
        "我帮您确认一下",
        "00:07.1–00:14.9",
        "等待 7.8 秒",
        "“等待后致谢”存疑，需人工判断",
        "同一句话已在另一项扣分",
        "坐席 张敏 (1028)",
        "合格线 80",
        "我要退款,订单还没有到。",
        "单声道录音",
    ):
        assert said in page.text


def test_nothing_is_loaded_from_anywhere(tmp_path: Path) -> None:
    write_html([made_inspection(tmp_path / "录音 一.wav")], tmp_path / "a.html")
    page = read(tmp_path / "a.html")
    assert not {"script", "img", "link", "iframe", "audio"} & set(page.tags)
    assert all(link.startswith(("#", "file:///")) for link in page.links)
    text = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert "url(" not in text
    assert "@import" not in text
    assert "default-src 'none'" in text
    assert f"{(tmp_path / '录音 一.wav').as_uri()}#t=7.1" in page.links, "a time plays from there"


def test_what_was_said_cannot_become_markup(tmp_path: Path) -> None:
    inspection = made_inspection()
    metadata = replace(inspection.conversation.metadata, agent_name=SCRIPT, team='"><img src=x>')
    turns = tuple(replace(turn, text=SCRIPT) for turn in inspection.conversation.turns)
    evidence = replace(inspection.verdicts[1].evidence[0], text=SCRIPT, substitute="{{ 7*7 }}")
    verdicts = (replace(inspection.verdicts[1], evidence=(evidence,)),)
    answers = {"no-idk": PersonAnswer(Answer.NO, SCRIPT, SCRIPT)}
    evil = replace(
        inspection,
        conversation=replace(inspection.conversation, metadata=metadata, turns=turns),
        verdicts=verdicts,
        scorecard=fill_in(load_form(), verdicts, answers),
    )
    write_html([evil], tmp_path / "a.html")
    page = read(tmp_path / "a.html")
    assert "script" not in page.tags
    assert "img" not in page.tags
    assert page.text.count(SCRIPT) >= 6
    assert "{{ 7*7 }}" in page.text
    write_pdf([evil], tmp_path / "a.pdf")
    assert SCRIPT in pdf_text(tmp_path / "a.pdf")


def test_dark_light_print_and_both_languages(tmp_path: Path) -> None:
    write_html([made_inspection()], tmp_path / "a.html", Language.ENGLISH)
    text = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert '<html lang="en">' in text
    for need in ("prefers-color-scheme: dark", "@media print", "color-scheme: light dark"):
        assert need in text
    page = read(tmp_path / "a.html")
    assert "Max 7 s wait" in page.text
    assert "“等待" not in page.text


def colours(css: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", css))


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", [0, 1])
def test_text_has_contrast_in_both_themes(theme: int) -> None:
    css = (Path(__file__).parents[2] / "csqa" / "export" / "templates" / "report.css").read_text(encoding="utf-8")
    known = colours(css.split(":root {")[theme + 1].split("}")[0])
    pairs = [(ink, ground) for ink in ("ink", "quiet", "link", "red", "violet", "green", "agent", "customer", "amber")
             for ground in ("paper", "ground")]  # fmt: skip
    pairs += [(name, f"{name}-soft") for name in ("red", "violet", "green", "amber")]
    for ink, ground in pairs:
        light, dark = sorted((luminance(known[ink]), luminance(known[ground])), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, (ink, ground)


def test_a_call_without_fault_and_a_report_without_calls(tmp_path: Path) -> None:
    clean = without_sound(replace(made_inspection(), verdicts=(), scorecard=fill_in(load_form(), ())))
    write_html([clean], tmp_path / "a.html")
    assert "没有发现违规或存疑" in read(tmp_path / "a.html").text
    write_html([], tmp_path / "none.html")
    assert "没有可导出的质检结果" in read(tmp_path / "none.html").text
    write_pdf([], tmp_path / "none.pdf")
    assert "没有可导出的质检结果" in pdf_text(tmp_path / "none.pdf")


def pdf_text(path: Path) -> str:
    """Return the text of a PDF of ours: big-endian UCS-2 in the page streams."""
    text = ""
    for stream in re.findall(rb"stream\r?\n(.*?)~>endstream", path.read_bytes(), flags=re.DOTALL):
        content = zlib.decompress(a85decode(stream))
        for shown in re.findall(rb"\(((?:[^()\\]|\\.)*)\) Tj", content, flags=re.DOTALL):
            raw = re.sub(rb"\\([0-7]{3}|.)", _unescaped, shown, flags=re.DOTALL)
            text += raw.decode("utf-16-be")
    return text


def _unescaped(match: re.Match[bytes]) -> bytes:
    code = match[1]
    if len(code) == 3:
        return bytes([int(code, 8)])
    return {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}.get(code, code)


def test_the_pdf_says_the_same_in_chinese(tmp_path: Path) -> None:
    calls = [made_inspection(Path(f"录音 {number}.wav")) for number in range(4)]
    write_pdf(iter(calls), tmp_path / "报告.pdf")
    content = (tmp_path / "报告.pdf").read_bytes()
    assert content.startswith(b"%PDF")
    assert b"/STSong-Light" in content
    assert b"/FontFile" not in content, "no font travels in the file"
    text = pdf_text(tmp_path / "报告.pdf")
    for said in (
        "客服质检报告",
        "录音 3.wav",
        "让客户等待不超过7秒",
        "「我不知道」",
        "建议说法：我帮您确认一下",
        "00:07.1-00:14.9",
        "同一句话已在另一项扣分",
        "合格线 80",
    ):
        assert said in text
    assert text.count("让客户等待不超过7秒") == 8


def test_what_the_pdf_font_lacks_is_a_box(tmp_path: Path) -> None:
    inspection = made_inspection()
    metadata = replace(inspection.conversation.metadata, team="一组😀")
    write_pdf(
        [replace(inspection, conversation=replace(inspection.conversation, metadata=metadata))], tmp_path / "a.pdf"
    )
    assert "一组□" in pdf_text(tmp_path / "a.pdf")


@pytest.mark.parametrize(
    ("seconds", "as_clock", "as_length"),
    [(0, "00:00.0", "00:00"), (7.06, "00:07.0", "00:07"), (59.96, "00:59.9", "00:59"), (276, "04:36.0", "04:36"),
     (72.52, "01:12.5", "01:12"), (0.3 - 0.1, "00:00.2", "00:00"), (3599.99, "59:59.9", "59:59"),
     (3723.4, "1:02:03.4", "1:02:03")],
)  # fmt: skip
def test_times_are_written_as_clocks(seconds: float, as_clock: str, as_length: str) -> None:
    assert clock(seconds) == as_clock
    assert length(seconds) == as_length
