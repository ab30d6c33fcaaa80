"""What holds for every test: nothing of the user's is touched, nothing leaves the computer."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

hypothesis.settings.register_profile("csqa", deadline=None)  # a busy machine is no falsifying example
hypothesis.settings.load_profile("csqa")

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["CSQA_LANGUAGE"] = "zh"

LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@pytest.fixture(scope="session", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Settings, models, caches and logs of this run lie in a folder of its own."""
    folder = tmp_path_factory.mktemp("家 home")
    os.environ["CSQA_HOME"] = str(folder)
    yield folder
    del os.environ["CSQA_HOME"]


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let sockets reach this computer only: a test that would reach further fails."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and address[0] not in LOOPBACK:
            raise AssertionError(f"a test reached for {address}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="session")
def sample_workspace(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with all the sample calls, for looking only."""
    from tests.support.workspaces import import_samples

    return import_samples(tmp_path_factory.mktemp("库") / "工作区 1")
