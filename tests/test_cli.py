"""The command line as scripts and people use it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from csqa.bundled import bundled_samples
from csqa.cli import DONE, NO_WORKSPACE, SOME_FAILED, WRONG_USE, main

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = bundled_samples()
WAIT = SAMPLES / "03-unannounced-wait.mp3"


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture
def workspace(sample_workspace: Path, tmp_path: Path) -> str:
    return str(shutil.copytree(sample_workspace, tmp_path / "工作区"))


def test_help_loads_no_heavy_library() -> None:
    code = (
        "import sys; sys.argv = ['csqa', '--help']; import main\n"
        "try:\n    main.main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'faster_whisper', 'onnxruntime', 'av', 'jieba', 'numpy', 'PySide6', 'rich', 'sqlite_utils'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stderr.strip() == "[]"
    assert "inspect" in run.stdout


@pytest.mark.parametrize("arguments", [["lunch"], ["inspect"], ["import", "a.wav"], ["export", "--workspace", "x"]])
def test_a_wrong_command_line_is_status_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == WRONG_USE


def test_inspect_gives_one_object_a_line_in_the_order_given(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "坏 的.wav"
    bad.write_text("这不是录音", encoding="utf-8")
    status = main(["inspect", str(bad), str(WAIT), "--json", "--metadata", str(SAMPLES / "metadata.csv")])
    captured = capsys.readouterr()
    first, second = lines(captured.out)
    assert status == SOME_FAILED
    assert first["file"] == str(bad)
    assert first["error"]["code"].startswith("hear.")
    assert first["error"]["message"]
    assert first["error"]["hint"]
    assert "Traceback" not in captured.err

    assert set(second) >= {
        "file", "duration", "lanes", "model", "book", "speech", "transcript", "pauses", "verdicts", "scorecard"
    }  # fmt: skip
    assert second["lanes"] == ["agent", "customer"]
    assert second["model"]["name"] == "csqa-mini-zh"
    assert len(second["model"]["sha256"]) == 64
    verdicts = {verdict["rule"]: verdict for verdict in second["verdicts"]}
    assert len(verdicts) == len(second["verdicts"])
    assert verdicts["hold-max-wait-7s"]["verdict"] == "violation"
    assert verdicts["hold-max-wait-7s"]["evidence"][0]["end"] > verdicts["hold-max-wait-7s"]["evidence"][0]["start"]
    assert any(pause["kind"] == "wait" and pause["owed_by"] == "agent" for pause in second["pauses"])
    assert 0 <= second["scorecard"]["score"] <= second["scorecard"]["max"]


def test_a_transcript_of_inspect_reads_back_and_judges_the_same_script_rules(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["inspect", str(SAMPLES / "05-missing-greeting.mp3"), "--json"]) == DONE
    (sound,) = lines(capsys.readouterr().out)
    transcript = tmp_path / "文字.json"
    transcript.write_text(
        json.dumps({**sound["transcript"], "duration": sound["duration"]}, ensure_ascii=False), encoding="utf-8"
    )
    assert main(["inspect", str(transcript), "--json"]) == DONE
    (text,) = lines(capsys.readouterr().out)
    before = {verdict["rule"]: verdict["verdict"] for verdict in sound["verdicts"]}
    after = {verdict["rule"]: verdict["verdict"] for verdict in text["verdicts"]}
    assert before.keys() == after.keys()
    for rule in ("greeting-hello", "greeting-company", "closing-thanks", "no-idk"):
        assert after[rule] == before[rule]


def test_inspect_speaks_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    transcript = ROOT / "tests" / "data" / "短通话.srt"
    assert main(["inspect", str(transcript)]) == DONE
    chinese = capsys.readouterr().out
    assert main(["inspect", str(transcript), "--language", "en"]) == DONE
    english = capsys.readouterr().out
    assert "得分" in chinese
    assert "违规" in chinese
    assert "score" in english
    assert "violation" in english


def test_import_shows_search_and_export(tmp_path: Path, workspace: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["calls", "--workspace", workspace, "--json"]) == DONE
    calls = lines(capsys.readouterr().out)
    assert len(calls) == 11
    assert main(["calls", "--workspace", workspace]) == DONE
    assert "02-hold-with-music.wav" in capsys.readouterr().out

    assert main(["show", "02-hold-with-music.wav", "--workspace", workspace]) == DONE
    shown = capsys.readouterr().out
    assert "等待" in shown
    assert main(["show", "02-hold-with-music.wav", "--workspace", workspace, "--json"]) == DONE
    assert lines(capsys.readouterr().out)[0]["verdicts"]

    assert main(["search", "感谢", "--workspace", workspace, "--json"]) == DONE
    hits = lines(capsys.readouterr().out)
    assert hits
    assert all("感谢" in hit["text"] for hit in hits)

    for kind in ("xlsx", "csv", "json", "html", "pdf"):
        out = tmp_path / f"导出 1.{kind}"
        assert main(["export", "--workspace", workspace, "--format", kind, "--out", str(out)]) == DONE
        assert out.stat().st_size > 1000
    assert len(json.loads((tmp_path / "导出 1.json").read_text(encoding="utf-8"))) == 11
    assert openpyxl.load_workbook(tmp_path / "导出 1.xlsx").sheetnames
    assert (tmp_path / "导出 1.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert not list(tmp_path.glob("*.part"))


def test_import_tells_what_it_skipped_and_what_failed(
    tmp_path: Path, workspace: str, capsys: pytest.CaptureFixture[str]
) -> None:
    inbox = tmp_path / "收件 箱"
    inbox.mkdir()
    shutil.copy(SAMPLES / "05-missing-greeting.mp3", inbox / "已有.mp3")
    (inbox / "说明.txt").write_text("x", encoding="utf-8")
    (inbox / "空的.wav").write_bytes(b"")
    assert main(["import", str(inbox), "--workspace", workspace]) == SOME_FAILED
    said = capsys.readouterr().err
    assert "说明.txt" in said
    assert "空的.wav" in said
    assert "已在库中 1 个，失败 1 个" in said


def test_a_workspace_that_cannot_be_used_is_status_3(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["calls", "--workspace", str(tmp_path / "没有")]) == NO_WORKSPACE
    assert "csqa:" in capsys.readouterr().err


def test_a_workspace_is_checked(workspace: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["workspace", "check", "--workspace", workspace]) == DONE
    assert "完好" in capsys.readouterr().out


def test_rules_are_listed_checked_and_tested(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "list", "--json"]) == DONE
    rules = {rule["rule"]: rule for rule in lines(capsys.readouterr().out)}
    assert rules["hold-max-wait-7s"]["settings"]["limit_seconds"] == 7.0
    assert main(["rules", "list"]) == DONE
    assert "hold-max-wait-7s" in capsys.readouterr().out
    assert main(["rules", "test"]) == DONE
    assert "不符 0 个" in capsys.readouterr().out
    broken = tmp_path / "坏手册.toml"
    broken.write_text('id = "x"\nversion = 1 2\n', encoding="utf-8")
    assert main(["rules", "check", str(broken)]) == SOME_FAILED
    said = capsys.readouterr().err
    assert "坏手册.toml" in said
    assert "2" in said


def test_a_sentence_is_tried(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "try", "这个不归我管。", "--rule", "no-blame-shifting", "--json"]) == DONE
    (trial,) = lines(capsys.readouterr().out)
    assert (trial["rule"], trial["found"]) == ("no-blame-shifting", "yes")
    assert main(["rules", "try", "这个不归我管。"]) == DONE
    assert "no-blame-shifting" in capsys.readouterr().out
    assert main(["rules", "try", "您好。", "--rule", "nothing"]) == SOME_FAILED
    assert "nothing" in capsys.readouterr().err


def test_the_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "schema"]) == DONE
    assert json.loads(capsys.readouterr().out)["title"] == "CSQA rule book"


def test_rescoring_with_the_same_book_changes_nothing(workspace: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "rescore", "--workspace", workspace, "--dry-run", "--json"]) == DONE
    changes = lines(capsys.readouterr().out)
    assert len(changes) == 11
    assert all(change["rules"] == [] for change in changes)


def test_models_are_listed_and_verified(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "list", "--json"]) == DONE
    models = {model["name"]: model for model in lines(capsys.readouterr().out)}
    assert models["csqa-mini-zh"]["installed"]
    assert not models["large-v3-turbo"]["installed"]
    assert main(["models", "verify"]) == DONE
    broken = shutil.copytree(ROOT / "models" / "csqa-mini-zh", tmp_path / "缺 文件")
    (broken / "tokenizer.json").unlink()
    capsys.readouterr()
    assert main(["models", "verify", str(broken)]) == SOME_FAILED
    assert "tokenizer.json" in capsys.readouterr().out
    assert main(["models", "add", str(broken)]) == SOME_FAILED
    assert "tokenizer.json" in capsys.readouterr().err


def test_an_unknown_model_is_told_before_any_work(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", str(WAIT), "--model", "huge-v9", "--json"]) == SOME_FAILED
    (answer,) = lines(capsys.readouterr().out)
    assert answer["error"]["code"] == "weights.unknown"


def test_what_is_asked_of_a_sound_workspace_and_is_not_there_is_status_1(
    workspace: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["show", "999", "--workspace", workspace]) == SOME_FAILED
    assert "999" in capsys.readouterr().err


def test_the_file_is_named_as_it_was_given(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT / "tests" / "data")
    assert main(["inspect", "短通话.srt", "没有.srt", "--json"]) == SOME_FAILED
    assert [answer["file"] for answer in lines(capsys.readouterr().out)] == ["短通话.srt", "没有.srt"]


def test_a_missing_path_does_not_stop_an_import(workspace: str, capsys: pytest.CaptureFixture[str]) -> None:
    known = str(SAMPLES / "05-missing-greeting.mp3")
    assert main(["import", "没有.wav", known, "--workspace", workspace]) == SOME_FAILED
    assert "已在库中 1 个，失败 1 个" in capsys.readouterr().err


def test_nothing_in_the_working_folder_is_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "tomllib.py").write_text("raise SystemExit('stolen')", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert main(["inspect", str(ROOT / "tests" / "data" / "短通话.srt")]) == DONE
    assert "短通话.srt" in capsys.readouterr().out


def test_a_demo_that_cannot_be_put_there_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    taken = tmp_path / "文件"
    taken.write_text("x", encoding="utf-8")
    assert main(["demo", "--out", str(taken)]) == SOME_FAILED
    said = capsys.readouterr().err
    assert "文件" in said
    assert "内部出错" not in said


def test_no_log_is_no_reason_not_to_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    blocked = tmp_path / "home"
    blocked.write_text("a file where a folder should be", encoding="utf-8")
    monkeypatch.setenv("CSQA_HOME", str(blocked))
    assert main(["inspect", str(ROOT / "tests" / "data" / "短通话.srt")]) == DONE
    assert "得分" in capsys.readouterr().out


def test_a_workspace_brings_its_own_book(workspace: str, capsys: pytest.CaptureFixture[str]) -> None:
    book = Path(workspace) / "自己的.toml"
    book.write_text("nonsense = ", encoding="utf-8")
    Path(workspace, "settings.toml").write_text('[workspace]\nbook = "自己的.toml"\n', encoding="utf-8")
    assert main(["rules", "rescore", "--workspace", workspace, "--dry-run"]) == SOME_FAILED
    assert "自己的.toml" in capsys.readouterr().err


def test_a_recording_that_breaks_off_is_told_and_its_ending_is_in_doubt(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = (SAMPLES / "06-missing-closing.wav").read_bytes()
    cut = tmp_path / "断了.wav"
    cut.write_bytes(whole[: len(whole) * 6 // 10])
    assert main(["inspect", str(cut), "--json"]) == DONE
    (call,) = lines(capsys.readouterr().out)
    assert call["ended_early"]
    verdicts = {verdict["rule"]: verdict["verdict"] for verdict in call["verdicts"]}
    assert {verdicts[rule] for rule in ("closing-thanks", "closing-goodbye-wish", "ask-other-needs")} == {"doubt"}
    assert verdicts["greeting-company"] == "pass"
    assert call["scorecard"]["outcome"] == "review"
