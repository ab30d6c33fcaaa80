"""The JSON form holds what scripts outside rely on."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from csqa.cards.form import load_form
from csqa.export.json_form import inspection_json
from csqa.export.tables import write_json
from csqa.hear.recording import Recording
from csqa.messages import Language
from csqa.roles import LaneLayout, Speaker
from csqa.words.transcript import Segment
from tests.store.calls_made import made_inspection, without_sound


def test_every_field_that_scripts_read() -> None:
    data = json.loads(json.dumps(inspection_json(made_inspection())))
    assert data["file"] == "录音 一.wav"
    assert data["duration"] == 18.0
    assert data["lanes"] == ["agent", "customer"]
    assert data["model"] == {"name": "csqa-mini-zh", "sha256": "c" * 64}
    assert data["book"]["id"] == "general"
    assert data["book"]["version"] == "1"
    assert data["speech"]["customer"] == [[3.9, 5.8]]
    segment = data["transcript"]["segments"][1]
    assert {key: segment[key] for key in ("start", "end", "speaker", "text", "confidence")} == {
        "start": 3.9, "end": 5.8, "speaker": "customer", "text": "我要退款,订单还没有到。", "confidence": 0.91,
    }  # fmt: skip
    assert segment["words"][1] == {"start": 4.21, "end": 4.52, "text": "退款,", "confidence": 0.89}
    wait = {"kind": "wait", "owed_by": "agent", "sound": "music", "announced": True, "thanked": False}
    assert data["pauses"][1] == data["pauses"][1] | wait | {"start": 7.1, "end": 14.9}
    assert data["pauses"][0]["owed_by"] is None
    verdict = data["verdicts"][1]
    assert (verdict["rule"], verdict["verdict"], verdict["severity"]) == ("hold-max-wait-7s", "violation", "major")
    assert verdict["explanation"].startswith("程序内部出错（等待 7.8 秒）")
    assert verdict["evidence"][0]["start"] == 7.1
    assert verdict["evidence"][0]["speaker"] == "agent"
    assert verdict["evidence"][0]["text"] == "我不知道"
    card = data["scorecard"]
    assert (card["form"], card["version"], card["score"], card["max"], card["outcome"]) == (
        "general",
        load_form().version,
        50.0,
        100.0,
        "review",
    )
    questions = {question["id"]: question for section in card["sections"] for question in section["questions"]}
    assert questions["hold-thanks-after"]["answer"] is None
    assert questions["greeting-company"]["answer"] == "n/a"
    assert questions["no-idk"]["answer"] == "no"
    assert questions["no-idk"]["covered_by"] == "no-blame-shifting"
    assert questions["greeting-hello"] == questions["greeting-hello"] | {
        "title": "开场问候", "answer": "yes", "score": 14.29, "max": 14.29, "rules": ["greeting-hello"],
    }  # fmt: skip
    assert card["review"] == ["“等待后致谢”存疑，需人工判断"]


def test_times_are_rounded_and_titles_follow_the_language() -> None:
    inspection = made_inspection()
    exact = replace(inspection, conversation=replace(inspection.conversation, duration=1 / 3))
    data = inspection_json(exact, Language.ENGLISH)
    assert data["duration"] == 0.333
    assert data["scorecard"]["sections"][0]["title"] == "Answering and opening"
    assert data["verdicts"][0]["explanation"].startswith("Something inside CSQA")


def test_a_mono_call_and_a_transcript() -> None:
    inspection = made_inspection()
    assert isinstance(inspection.recording, Recording)
    mono = replace(inspection, recording=replace(inspection.recording, layout=LaneLayout.MONO))
    assert inspection_json(mono)["lanes"] == ["mono"]
    read = without_sound(replace(inspection, transcript=replace(inspection.transcript, model=None)))
    data = inspection_json(read)
    assert (data["lanes"], data["model"], data["sha256"]) == ([], None, None)


def test_segments_without_speaker_get_that_of_the_turn_they_lie_in() -> None:
    inspection = made_inspection()
    unknown = tuple(replace(each, speaker=Speaker.UNKNOWN) for each in inspection.transcript.segments)
    wide = replace(unknown[1], start=3.0, end=5.8)  # reaches into the agent's turn before it
    nowhere = Segment(16.5, 17.0, Speaker.UNKNOWN, "嗯")
    transcript = replace(inspection.transcript, segments=(unknown[0], wide, *unknown[2:], nowhere))
    data = inspection_json(replace(inspection, transcript=transcript))
    speakers = [segment["speaker"] for segment in data["transcript"]["segments"]]
    assert speakers == ["agent", "customer", "agent", "agent", "agent"]
    silent = replace(inspection, transcript=transcript, conversation=replace(inspection.conversation, turns=()))
    assert inspection_json(silent)["transcript"]["segments"][0]["speaker"] == "unknown", "nobody was told apart"


def test_a_file_of_json_is_a_list(tmp_path: Path) -> None:
    write_json((made_inspection(Path(f"{number}.wav")) for number in range(3)), tmp_path / "出.json")
    data = json.loads((tmp_path / "出.json").read_text(encoding="utf-8"))
    assert [each["file"] for each in data] == ["0.wav", "1.wav", "2.wav"]
    write_json(iter(()), tmp_path / "none.json")
    assert json.loads((tmp_path / "none.json").read_text(encoding="utf-8")) == []
