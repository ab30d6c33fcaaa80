"""A workspace with the sample calls that went the whole way, made once for all the tests that look at it."""

from __future__ import annotations

from pathlib import Path

from csqa.archive import Archive, ImportOptions, find_files
from csqa.bundled import bundled_samples
from csqa.engine import Failed
from csqa.hear.metadata import MetadataTable, read_metadata
from csqa.settings import RecognitionSettings
from csqa.store.workspace import Workspace


def import_samples(folder: Path) -> Path:
    """Import all samples into a new workspace at ``folder``, two at a time; every one must succeed."""
    samples = bundled_samples()
    options = ImportOptions(
        recognition=RecognitionSettings(threads=1), metadata=MetadataTable(read_metadata(samples / "metadata.csv"))
    )
    with Workspace.create(folder) as workspace:
        for told in Archive(workspace).run(find_files([samples]).taken, options, jobs=2):
            assert not isinstance(told.event, Failed), told
    return folder
