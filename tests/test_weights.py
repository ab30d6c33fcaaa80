"""Models: found, checked, added whole, and fetched over a line that breaks."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from csqa.bundled import MINI_MODEL, bundled_models
from csqa.errors import UserFixable
from csqa.messages import Language, Reason, error_hint, error_sentence, known_codes, sentence
from csqa.weights import (
    CATALOGUE,
    add_model,
    download_model,
    find_model,
    installed_models,
    verify,
)
from tests.support.hub import Hub, serving


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CSQA_HOME", str(tmp_path / "家 home"))
    monkeypatch.delenv("HF_ENDPOINT", raising=False)


@pytest.fixture
def model_folder(tmp_path: Path) -> Path:
    """A small folder that has all that a model needs; its weights are no weights beyond their first bytes."""
    folder = tmp_path / "下载 的 模型" / "ct2"
    folder.mkdir(parents=True)
    (folder / "model.bin").write_bytes(b"\x06\0\0\0\x0c\0WhisperSpec\0" + bytes(range(256)) * 8000)
    (folder / "config.json").write_text(json.dumps({"lang_ids": list(range(50259, 50358))}))
    for name in ("tokenizer.json", "vocabulary.json"):
        (folder / name).write_text("{}")
    return folder


def code_of(error: pytest.ExceptionInfo[UserFixable]) -> str:
    """Return the error's code, having made sure that it can be said and has a remedy in both languages."""
    for language in Language:
        assert error_sentence(error.value, language)
        assert error_hint(error.value, language)
    return error.value.code


def test_the_bundled_model_is_found_and_whole() -> None:
    model = find_model(MINI_MODEL)
    assert model.folder == bundled_models() / MINI_MODEL
    assert len(model.sha256) == 64
    assert [check.file for check in verify(model) if check.problem] == []
    assert find_model(str(model.folder)) == model
    listed = installed_models()[0]
    assert (listed.name, listed.bundled, listed.purpose) == (MINI_MODEL, True, "weights.for-demo")
    assert listed.size > 10_000_000


def test_what_a_model_is_for_can_be_said() -> None:
    assert {each.purpose for each in CATALOGUE} | {"weights.for-unknown"} <= known_codes()
    for language in Language:
        assert sentence(Reason("weights.for-demo"), language)


@pytest.mark.parametrize(("name", "code"), [("turbo", "weights.not-installed"), ("large-v9", "weights.unknown")])
def test_a_model_that_is_not_here_is_told(name: str, code: str) -> None:
    with pytest.raises(UserFixable) as caught:
        find_model(name)
    assert code_of(caught) == code


@pytest.mark.parametrize("missing", ["model.bin", "config.json", "tokenizer.json", "vocabulary.json"])
def test_a_missing_file_is_named(model_folder: Path, missing: str) -> None:
    (model_folder / missing).unlink()
    with pytest.raises(UserFixable) as caught:
        find_model(str(model_folder))
    assert code_of(caught) == "weights.file-missing"
    assert caught.value.parameters == {"folder": str(model_folder), "file": missing}
    assert [check.file for check in verify(model_folder) if check.problem] == [missing]


def test_the_preprocessor_settings_may_lack_unless_the_model_hears_128_bands(model_folder: Path) -> None:
    assert find_model(str(model_folder)).name == "ct2"
    (model_folder / "config.json").write_text(json.dumps({"lang_ids": list(range(50259, 50359))}))
    with pytest.raises(UserFixable) as caught:
        find_model(str(model_folder))
    assert caught.value.parameters["file"] == "preprocessor_config.json"


@pytest.mark.parametrize(
    ("file", "content", "code"),
    [
        ("model.bin", b"version https://git-lfs.github.com/spec/v1\n", "weights.not-whisper"),
        ("model.bin", b"\x06\0\0\0\x10\0TransformerSpec\0" + bytes(99), "weights.not-whisper"),
        ("tokenizer.json", b'{"version": "1.0", "tru', "weights.file-damaged"),
    ],
)
def test_a_wrong_or_broken_file_is_told(model_folder: Path, file: str, content: bytes, code: str) -> None:
    (model_folder / file).write_bytes(content)
    with pytest.raises(UserFixable) as caught:
        find_model(str(model_folder))
    assert code_of(caught) == code


def test_an_added_model_is_found_and_a_later_change_of_a_byte_is_noticed(model_folder: Path) -> None:
    seen: list[tuple[int, int]] = []
    added = add_model(model_folder, "话务 turbo", lambda done, total: seen.append((done, total)))
    assert find_model("话务 turbo") == added
    assert seen[-1][0] == seen[-1][1] > 2_000_000
    assert [each.name for each in installed_models()] == [MINI_MODEL, "话务 turbo"]
    assert all(check.problem is None for check in verify(added))

    weights = bytearray((added.folder / "model.bin").read_bytes())
    weights[-1] ^= 1
    (added.folder / "model.bin").write_bytes(weights)
    problems = [check.problem.code for check in verify(added) if check.problem]
    assert problems == ["weights.file-damaged"]
    with pytest.raises(UserFixable) as caught:
        find_model("话务 turbo")
    assert code_of(caught) == "weights.file-damaged"


def test_a_model_that_is_not_whole_is_not_added(model_folder: Path) -> None:
    (model_folder / "SHA256SUMS").write_text(f"{'0' * 64}  model.bin\n")
    with pytest.raises(UserFixable) as caught:
        add_model(model_folder, "broken")
    assert code_of(caught) == "weights.file-damaged"
    assert [each.name for each in installed_models()] == [MINI_MODEL]
    assert list((model_folder.parents[1] / "家 home" / "models").iterdir()) == []


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("a/b", "weights.bad-name"),
        ("..", "weights.bad-name"),
        ("a.part", "weights.bad-name"),
        (MINI_MODEL, "weights.name-taken"),
    ],
)
def test_names_that_cannot_be_given(model_folder: Path, name: str, code: str) -> None:
    with pytest.raises(UserFixable) as caught:
        add_model(model_folder, name)
    assert code_of(caught) == code


def test_adding_needs_a_folder(tmp_path: Path) -> None:
    with pytest.raises(UserFixable) as caught:
        add_model(tmp_path / "none")
    assert code_of(caught) == "weights.no-folder"


def test_an_unchanged_model_is_hashed_once(model_folder: Path, tmp_path: Path) -> None:
    first = find_model(str(model_folder))
    memory = tmp_path / "家 home" / "cache" / "model-hashes.json"
    remembered = json.loads(memory.read_text(encoding="utf-8"))
    path = str(model_folder / "model.bin")
    assert remembered[path]["sha256"] == first.sha256
    remembered[path]["sha256"] = "remembered"
    memory.write_text(json.dumps(remembered), encoding="utf-8")
    assert find_model(str(model_folder)).sha256 == "remembered"
    (model_folder / "model.bin").write_bytes((model_folder / "model.bin").read_bytes() + b"more")
    assert find_model(str(model_folder)).sha256 not in ("remembered", first.sha256)


@pytest.fixture
def hub(model_folder: Path) -> Iterator[Hub]:
    with serving(Hub(model_folder)) as served:
        yield served


def test_a_model_is_fetched_over_a_line_that_breaks(hub: Hub, model_folder: Path) -> None:
    hub.break_after = 500_000
    seen: list[tuple[int, int]] = []
    model = download_model("owner/model", hub.address, lambda done, total: seen.append((done, total)))
    assert model.name == "model"
    assert find_model("model") == model
    assert (model.folder / "model.bin").read_bytes() == (model_folder / "model.bin").read_bytes()
    assert not (model.folder / "README.md").exists()
    assert [wanted for path, wanted in hub.asked if path.endswith("model.bin")] == [
        None, "bytes=500000-", "bytes=1000000-", "bytes=1500000-", "bytes=2000000-",
    ]  # fmt: skip
    assert seen[-1][0] == seen[-1][1]
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert all(check.problem is None for check in verify(model))


def test_a_server_that_cannot_go_on_is_asked_for_the_whole(model_folder: Path, tmp_path: Path) -> None:
    with serving(Hub(model_folder, ranges=False)) as hub:
        staging = tmp_path / "家 home" / "models" / "model.part"
        staging.mkdir(parents=True)
        (staging / "model.bin.part").write_bytes(b"begun by an earlier try")
        model = download_model("owner/model", hub.address)
    assert (model.folder / "model.bin").read_bytes() == (model_folder / "model.bin").read_bytes()


def test_a_cancelled_download_goes_on_later(hub: Hub) -> None:
    seen: list[int] = []
    with pytest.raises(UserFixable) as caught:
        download_model("owner/model", hub.address, lambda done, _: seen.append(done), lambda: seen[-1:] > [1_000_000])
    assert code_of(caught) == "fetching.cancelled"
    assert [each.name for each in installed_models()] == [MINI_MODEL]
    hub.asked.clear()
    download_model("owner/model", hub.address)
    (wanted,) = [wanted for path, wanted in hub.asked if path.endswith("model.bin")]
    assert wanted is not None
    assert int(wanted.removeprefix("bytes=").removesuffix("-")) > 1_000_000


def test_what_an_earlier_version_left_is_thrown_away(hub: Hub, model_folder: Path, tmp_path: Path) -> None:
    staging = tmp_path / "家 home" / "models" / "model.part"
    staging.mkdir(parents=True)
    (staging / "model.bin.part").write_bytes(b"the first bytes of last year's weights")
    model = download_model("owner/model", hub.address)
    assert (model.folder / "model.bin").read_bytes() == (model_folder / "model.bin").read_bytes()


def test_damage_on_the_way_is_noticed(hub: Hub, model_folder: Path) -> None:
    hub.listing = hub.tree()
    weights = (model_folder / "model.bin").read_bytes()
    (model_folder / "model.bin").write_bytes(weights[:-1] + b"!")
    with pytest.raises(UserFixable) as caught:
        download_model("owner/model", hub.address)
    assert code_of(caught) == "fetching.damaged"
    assert [each.name for each in installed_models()] == [MINI_MODEL]


@pytest.mark.parametrize(
    ("listing", "code"),
    [
        ({"error": "log in first"}, "fetching.not-the-hub"),
        ([], "weights.no-model-there"),
        ("<html>", "fetching.not-the-hub"),
    ],
)
def test_answers_that_are_no_list_of_a_model(hub: Hub, listing: object, code: str) -> None:
    hub.listing = listing
    with pytest.raises(UserFixable) as caught:
        download_model("owner/model", hub.address)
    assert code_of(caught) == code


def test_a_refusing_a_silent_and_an_absent_server(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr("csqa.fetching.time.sleep", waits.append)
    hub.status = 401
    with pytest.raises(UserFixable) as caught:
        download_model("owner/model", hub.address)
    assert code_of(caught) == "fetching.refused"
    hub.status = None
    hub.listing = hub.tree()
    shutil.rmtree(hub.folder)
    with pytest.raises(UserFixable) as caught:
        download_model("owner/model", hub.address)
    assert code_of(caught) == "fetching.failed"
    assert waits == [1.0, 2.0, 4.0]
    with pytest.raises(UserFixable) as caught:
        download_model("owner/model", "http://127.0.0.1:9")
    assert code_of(caught) == "fetching.failed"


@pytest.mark.parametrize(
    ("name", "mirror", "code"),
    [
        ("no-such-model", None, "weights.not-in-catalogue"),
        ("owner/model", "ftp://127.0.0.1", "fetching.bad-address"),
        (f"owner/{MINI_MODEL}", None, "weights.name-taken"),
    ],
)
def test_what_cannot_be_asked_for(name: str, mirror: str | None, code: str) -> None:
    with pytest.raises(UserFixable) as caught:
        download_model(name, mirror)
    assert code_of(caught) == code
