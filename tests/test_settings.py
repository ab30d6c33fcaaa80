"""Settings: read back what was written, and say what is wrong with what a person wrote."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csqa.errors import UserFixable
from csqa.messages import Language, error_hint, error_sentence
from csqa.settings import (
    Device,
    RecognitionSettings,
    Settings,
    UsualLanes,
    WorkspaceSettings,
    load_settings,
    locations,
    save_settings,
)

settings_of_any_kind = st.builds(
    Settings,
    recognition=st.builds(
        RecognitionSettings,
        model=st.text(),
        device=st.sampled_from(Device),
        threads=st.integers(0, 64),
        batch_size=st.integers(1, 64),
        language=st.text(),
        hotwords=st.lists(st.text()).map(tuple),
    ),
    workspace=st.builds(WorkspaceSettings, lanes=st.sampled_from(UsualLanes), book=st.text()),
)


@given(settings=settings_of_any_kind)
def test_what_was_saved_is_loaded(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("设置 一") / "settings.toml"
    save_settings(settings, path)
    assert load_settings(path) == settings


def test_without_a_file_the_defaults_apply(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "settings.toml") == Settings()
    assert Settings().recognition.batch_size == 4


def test_a_file_may_set_one_thing_and_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('\ufeff[workspace]\nlanes = "customer,agent"\n', encoding="utf-8")
    assert load_settings(path) == Settings(workspace=WorkspaceSettings(lanes=UsualLanes.CUSTOMER_FIRST))


@pytest.mark.parametrize(
    ("text", "code", "names"),
    [
        ("[recognition]\nthread = 2", "settings.unknown-key", "recognition.thread"),
        ("[recogniton]", "settings.unknown-key", "recogniton"),
        ('[recognition]\nthreads = "2"', "settings.not-a-int", "recognition.threads"),
        ("[recognition]\nthreads = true", "settings.not-a-int", "recognition.threads"),
        ("[recognition]\nbatch_size = 0", "settings.out-of-range", "1"),
        ("[recognition]\nmodel = 3", "settings.not-a-str", "recognition.model"),
        ("[recognition]\nhotwords = '云帆'", "settings.not-a-list", "recognition.hotwords"),
        ("[workspace]\nlanes = 'agent'", "settings.bad-choice", "customer,agent"),
        ("workspace = 1", "settings.not-a-table", "workspace"),
        ("[workspace\n", "settings.broken", "line 1"),
    ],
)
def test_a_slip_is_named_with_its_remedy(tmp_path: Path, text: str, code: str, names: str) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UserFixable) as caught:
        load_settings(path)
    assert caught.value.code == code
    for language in Language:
        said = error_sentence(caught.value, language) + error_hint(caught.value, language)
        assert str(path) in said
        assert names in said
        assert error_hint(caught.value, language)


def test_another_encoding_and_a_folder_in_the_files_place_are_named(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes('[workspace]\nbook = "通用"'.encode("gb18030"))
    with pytest.raises(UserFixable, match=re.escape("settings.encoding")):
        load_settings(path)
    path.unlink()
    path.mkdir()
    with pytest.raises(UserFixable, match=re.escape("settings.unreadable")):
        load_settings(path)


def test_one_variable_moves_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CSQA_HOME", str(tmp_path))
    here = locations()
    assert here.models == tmp_path / "models"
    assert here.settings_file == tmp_path / "config" / "settings.toml"
    monkeypatch.delenv("CSQA_HOME")
    elsewhere = locations()
    assert "csqa" in str(elsewhere.models)
    assert elsewhere.models != elsewhere.cache
