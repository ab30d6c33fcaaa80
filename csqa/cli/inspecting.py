"""``csqa inspect``: judge recordings or transcripts without a workspace."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from csqa.cli.describing import describe
from csqa.cli.printing import Voice, clock
from csqa.crew import Engine
from csqa.engine import Failed
from csqa.errors import UserFixable
from csqa.export.json_form import inspection_json
from csqa.hear.metadata import MetadataTable, read_metadata
from csqa.pipeline import Heard, Inspected, Listening, PassageDone, Request
from csqa.roles import LaneLayout
from csqa.settings import Settings, load_settings, locations
from csqa.spans import total

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_HEARING_SHARE = 0.1
"""How much of the bar stands for hearing; the rest is recognition."""


def inspect(options: argparse.Namespace, voice: Voice) -> int:
    """Inspect every file in the order given; one that fails does not stop the others."""
    if options.transcript is not None and len(options.files) > 1:
        raise UserFixable("cli.one-transcript-one-file")
    table = MetadataTable(read_metadata(options.metadata)) if options.metadata else MetadataTable()
    settings = settings_for(options)
    failures = 0
    with voice.progress() as progress, Engine() as engine:
        for path in options.files:
            bar = progress.add_task(path.name, total=1.0, done="")
            for event in engine.events(_request(path, options, settings, table)):
                show(progress, bar, event, voice)
                if isinstance(event, Failed):
                    failures += 1
                    _tell_failure(path, event, options.json, voice)
                elif isinstance(event, Inspected):
                    _tell(event, path, options.json, voice)
            progress.remove_task(bar)
    return 1 if failures else 0


def _request(path: Path, options: argparse.Namespace, settings: Settings, table: MetadataTable) -> Request:
    """Return what the command line asks for ``path``."""
    metadata = table.of(path)
    return Request(
        path=path.absolute(),
        layout=LaneLayout(options.lanes) if options.lanes else metadata.layout,
        usual_layout=settings.workspace.lanes.layout,
        transcript=options.transcript.absolute() if options.transcript else None,
        recognition=settings.recognition,
        book=settings.workspace.book,
        form=settings.workspace.form,
        metadata=metadata,
    )


def settings_for(options: argparse.Namespace, workspace: Path | None = None) -> Settings:
    """Return the user's settings, a workspace's over them, and what the command line says over both."""
    files = [locations().settings_file, *([workspace / "settings.toml"] if workspace else [])]
    settings = load_settings(*files)
    return Settings(
        recognition=replace(
            settings.recognition,
            model=options.model or settings.recognition.model,
            threads=options.threads or settings.recognition.threads,
        ),
        workspace=replace(
            settings.workspace,
            book=options.book or settings.workspace.book,
            form=options.form or settings.workspace.form,
        ),
    )


def show(progress: Progress, bar: TaskID, event: object, voice: Voice) -> None:
    """Move a bar on: first by the sound heard, then by the speech transcribed."""
    match event:
        case Listening(seconds, duration):
            share = min(1.0, seconds / duration) if duration else 1.0
            progress.update(bar, completed=_HEARING_SHARE * share, done=voice.text("cli.hearing"))
        case Heard(_, passages):
            speech = sum(total(passage.pieces) for passage in passages)
            progress.update(bar, completed=_HEARING_SHARE, done=_so_far(0.0, speech, voice))
        case PassageDone(_, done, whole, _):
            share = _HEARING_SHARE + (1 - _HEARING_SHARE) * done / whole
            progress.update(bar, completed=share, done=_so_far(done, whole, voice))
        case _:
            pass


def _so_far(done: float, whole: float, voice: Voice) -> str:
    return voice.text("cli.speech-so-far", done=clock(done), whole=clock(whole))


def _tell(event: Inspected, path: Path, as_json: bool, voice: Voice) -> None:
    if as_json:
        voice.json_line({**inspection_json(event.inspection, voice.language), "file": str(path)})
    else:
        describe(event.inspection, voice)


def _tell_failure(path: Path, failed: Failed, as_json: bool, voice: Voice) -> None:
    if as_json:
        voice.json_line(voice.error_object(path, failed.error))
    else:
        voice.error(failed.error)
