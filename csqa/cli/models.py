"""``csqa models``: which recognisers there are, fetching them, and whether they are whole."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from csqa import weights
from csqa.cli.printing import Voice
from csqa.frames import to_plain
from csqa.messages import Reason, sentence
from csqa.words.whisper import Whisper


def list_models(options: argparse.Namespace, voice: Voice) -> int:
    """List what is installed and what can be fetched."""
    installed = weights.installed_models()
    names = {model.name for model in installed}
    available = [model for model in weights.CATALOGUE if model.name not in names]
    if options.json:
        for here in installed:
            voice.json_line({**to_plain(here), "installed": True, "purpose": _purpose(here.purpose, voice)})
        for there in available:
            voice.json_line({**to_plain(there), "installed": False, "purpose": _purpose(there.purpose, voice)})
        return 0
    rows = [
        (model.name, megabytes(model.size), _place(model, voice), _purpose(model.purpose, voice)) for model in installed
    ]
    rows += [
        (model.name, megabytes(model.size), voice.text("cli.model-available"), _purpose(model.purpose, voice))
        for model in available
    ]
    voice.table([voice.text(f"cli.column.{name}") for name in ("model", "size", "where", "purpose")], rows)
    return 0


def _place(model: weights.ModelInfo, voice: Voice) -> str:
    return voice.text("cli.model-bundled") if model.bundled else str(model.folder)


def _purpose(code: str, voice: Voice) -> str:
    return sentence(Reason(code), voice.language)


def megabytes(size: int) -> str:
    """Write a size as people read it."""
    return f"{size / 1e9:.2f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"


def download(options: argparse.Namespace, voice: Voice) -> int:
    """Fetch a model; stopped, it goes on where it was the next time."""
    with _bytes_shown(voice, options.name) as moved:
        model = weights.download_model(options.name, mirror=options.mirror, on_progress=moved)
    voice.note("cli.model-added", name=model.name, folder=model.folder)
    return 0


def add(options: argparse.Namespace, voice: Voice) -> int:
    """Copy a model from a folder."""
    trial = weights.find_model(str(options.folder))
    Whisper.load(trial)  # a model that cannot be loaded is not taken in
    with _bytes_shown(voice, options.folder.name) as moved:
        model = weights.add_model(options.folder, options.name, on_progress=moved)
    voice.note("cli.model-added", name=model.name, folder=model.folder)
    return 0


@contextmanager
def _bytes_shown(voice: Voice, name: str) -> Iterator[Callable[[int, int], None]]:
    """Give a function that shows bytes done of bytes in all on a progress bar."""
    with voice.progress() as progress:
        bar = progress.add_task(name, total=None, done="")

        def moved(done: int, whole: int) -> None:
            progress.update(bar, completed=done, total=whole, done=f"{megabytes(done)} / {megabytes(whole)}")

        yield moved


def verify(options: argparse.Namespace, voice: Voice) -> int:
    """Look at every file of one model, or of all that are installed."""
    wrong = 0
    for name, folder in _asked_for(options.name):
        problems = [check.problem for check in weights.verify(folder) if check.problem is not None]
        wrong += len(problems)
        for problem in problems:
            voice.line(f"✗ {name}: {sentence(problem, voice.language)}")
        if not problems:
            voice.line("✓ " + voice.text("cli.model-sound", name=name))
    return 1 if wrong else 0


def _asked_for(name: str | None) -> list[tuple[str, Path]]:
    installed = [(model.name, model.folder) for model in weights.installed_models()]
    if name is None:
        return installed
    known = [pair for pair in installed if pair[0] == weights.full_name(name)]
    folder = Path(name).expanduser()
    return known or ([(name, folder)] if folder.is_dir() else [(name, weights.find_model(name).folder)])
