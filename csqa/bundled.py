"""Where the files that travel with CSQA lie: beside the sources in a checkout, inside the package when installed."""

from __future__ import annotations

from pathlib import Path

MINI_MODEL = "csqa-mini-zh"
"""Name of the miniature model that demo and tests run on."""


def bundled_models() -> Path:
    """Folder of the bundled models."""
    return _bundled("models")


def bundled_samples() -> Path:
    """Folder of the sample calls."""
    return _bundled("samples")


def _bundled(name: str) -> Path:
    package = Path(__file__).resolve().parent
    installed = package / "assets" / name
    return installed if installed.is_dir() else package.parent / name
