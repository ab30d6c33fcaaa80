"""Errors survive the trip between processes."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import pytest

from csqa.errors import Bug, CsqaError, UserFixable


@pytest.mark.parametrize("kind", [UserFixable, Bug])
def test_pickling_and_json_keep_code_and_parameters(kind: type[CsqaError]) -> None:
    error = kind("hear.file-empty", file=Path("录音 1.wav"), tries=[1, 2], more={"a": Path("b")})
    through_pickle = pickle.loads(pickle.dumps(error))
    through_json = kind.from_json(json.loads(json.dumps(error.to_json())))
    for copy in (through_pickle, through_json):
        assert type(copy) is kind
        assert copy.code == error.code
        assert copy.parameters == error.parameters == {"file": "录音 1.wav", "tries": [1, 2], "more": {"a": "b"}}
