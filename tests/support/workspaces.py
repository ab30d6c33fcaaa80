"""A workspace with sample calls that went the whole way, made once for all the tests that look at it."""

from __future__ import annotations

from pathlib import Path

from csqa.archive import Archive, ImportOptions
from csqa.bundled import bundled_samples
from csqa.engine import Failed
from csqa.hear.metadata import MetadataTable, read_metadata
from csqa.store.workspace import Workspace

FEW = ("02-hold-with-music.wav", "05-missing-greeting.mp3", "07-forbidden-words.wav")


def import_samples(folder: Path, names: tuple[str, ...] = FEW) -> Path:
    """Import samples by name into a new workspace at ``folder``; every one must succeed."""
    samples = bundled_samples()
    options = ImportOptions(metadata=MetadataTable(read_metadata(samples / "metadata.csv")))
    with Workspace.create(folder) as workspace:
        for told in Archive(workspace).run([samples / name for name in names], options):
            assert not isinstance(told.event, Failed), told
    return folder
