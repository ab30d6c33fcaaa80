"""Every sentence is there, in both languages, with the same parameters."""

from __future__ import annotations

import ast
import string
import tomllib
from pathlib import Path

import pytest

from csqa.errors import Bug, UserFixable
from csqa.messages import Language, Reason, error_hint, error_sentence, known_codes, sentence

ROOT = Path(__file__).resolve().parent.parent
WORDING = sorted((ROOT / "csqa" / "wording").glob("*.toml"))


def entries() -> list[tuple[str, str, dict[str, str]]]:
    return [
        (file.name, code, entry)
        for file in WORDING
        for code, entry in tomllib.loads(file.read_text(encoding="utf-8")).items()
    ]


def fields(template: str) -> set[str]:
    """Names of the parameters; a parameter may come in both languages, as ``title_zh`` and ``title_en``."""
    names = {name.split(".")[0].split("[")[0] for _, name, _, _ in string.Formatter().parse(template) if name}
    return {name.removesuffix("_zh").removesuffix("_en") for name in names}


def codes_in_source() -> dict[str, str]:
    """Codes written out in calls of UserFixable, Bug and Reason, with where they stand."""
    found = {}
    for file in [*(ROOT / "csqa").rglob("*.py"), *(ROOT / "ui").rglob("*.py")]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in {"UserFixable", "Bug", "Reason"} and isinstance(node.args[0].value, str):
                found[node.args[0].value] = f"{file.relative_to(ROOT)}:{node.lineno}"
    return found


def test_every_code_in_the_source_has_a_sentence() -> None:
    missing = {code: place for code, place in codes_in_source().items() if code not in known_codes()}
    assert missing == {}
    assert len(codes_in_source()) > 20


def test_no_code_stands_in_two_files() -> None:
    codes = [code for _, code, _ in entries()]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize(
    ("file", "code", "entry"), entries(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_both_languages_say_the_same_things(file: str, code: str, entry: dict[str, str]) -> None:
    assert set(entry) in ({"zh", "en"}, {"zh", "en", "hint_zh", "hint_en"}), file
    assert fields(entry["zh"]) == fields(entry["en"])
    literal = "".join(text for text, *_ in string.Formatter().parse(entry["zh"]))
    assert any("\u4e00" <= each <= "\u9fff" for each in literal) or not any(map(str.isalpha, literal)), code


def test_a_reason_inside_a_reason_is_said() -> None:
    inner = Reason("cli.speaker.agent")
    assert sentence(Reason("cli.quote", {"speaker": inner, "text": "您好"})) == "坐席「您好」"
    from_json = {"code": "cli.speaker.agent", "parameters": {}}
    assert sentence(Reason("cli.quote", {"speaker": from_json, "text": "您好"})) == "坐席「您好」"


def test_lists_are_joined_as_the_language_does() -> None:
    reason = Reason("cli.not-recordings", {"count": 2, "names": ["a.txt", "b.txt"]})
    assert "a.txt、b.txt" in sentence(reason)
    assert "a.txt, b.txt" in sentence(reason, Language.ENGLISH)


def test_errors_are_said_with_their_hint() -> None:
    error = UserFixable("engine.died", file=Path("通话.wav"), status=-6)
    assert "通话.wav" in error_sentence(error)
    assert error_hint(error)
    assert error_hint(Bug("general.bug", kind="KeyError", log="x"), Language.ENGLISH)
