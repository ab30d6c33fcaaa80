"""Which Whisper models there are, where they lie, and whether they are whole.

A model is a folder of CTranslate2 files. CSQA carries one (``csqa-mini-zh``); others are downloaded when the user asks
for one, added from a folder that the user has, or used where they lie.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from csqa.bundled import MINI_MODEL, bundled_models
from csqa.disk import explained, need_space, write_text
from csqa.errors import UserFixable
from csqa.messages import Reason
from csqa.settings import locations

if TYPE_CHECKING:
    from csqa.fetching import RemoteFile

SUMS_FILE = "SHA256SUMS"
"""Hashes of a model's files, a line each: the hex digest, two spaces, the name."""

HUB = "https://huggingface.co"
"""Where models are fetched from unless the user names a mirror."""

_REQUIRED = ("model.bin", "config.json", "tokenizer.json")
_PREPROCESSOR = "preprocessor_config.json"
_LANGUAGES_OF_80_BANDS = 99
"""Whisper models that know more languages than this (large-v3 and its kin, with Cantonese) hear 128 mel bands, which
only their ``preprocessor_config.json`` tells; for the others it may be missing."""
_HEADER = re.compile(rb"....\x0c\x00WhisperSpec\x00", re.DOTALL)
"""How the ``model.bin`` of a CTranslate2 Whisper begins: format version, length of the name, name."""
_NAME = re.compile(r"[^<>:\"/\\|?*.\x00-\x1f][^<>:\"/\\|?*\x00-\x1f]*")
_REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+")
_VOCABULARY = re.compile(r"vocabulary\.(json|txt)")
_STAGING = ".part"
_BLOCK = 1024 * 1024


@dataclass(frozen=True)
class LocalModel:
    """A model on this computer; ``sha256`` is of its ``model.bin``."""

    name: str
    folder: Path
    sha256: str


@dataclass(frozen=True)
class ModelInfo:
    """A model for a list of models: ``size`` in bytes, ``purpose`` the code of a sentence on what it is good for."""

    name: str
    folder: Path
    size: int
    bundled: bool
    purpose: str


@dataclass(frozen=True)
class CatalogueModel:
    """A model that can be fetched: its repository at Hugging Face, about how many bytes it has, what it is good for."""

    name: str
    repository: str
    size: int
    purpose: str


CATALOGUE: tuple[CatalogueModel, ...] = (
    CatalogueModel("tiny", "Systran/faster-whisper-tiny", 78_000_000, "weights.for-trying"),
    CatalogueModel("base", "Systran/faster-whisper-base", 148_000_000, "weights.for-trying"),
    CatalogueModel("small", "Systran/faster-whisper-small", 486_000_000, "weights.for-slow-computers"),
    CatalogueModel("medium", "Systran/faster-whisper-medium", 1_530_000_000, "weights.for-general-use"),
    CatalogueModel("large-v2", "Systran/faster-whisper-large-v2", 3_090_000_000, "weights.for-accuracy"),
    CatalogueModel("large-v3", "Systran/faster-whisper-large-v3", 3_090_000_000, "weights.for-accuracy"),
    CatalogueModel(
        "large-v3-turbo", "mobiuslabsgmbh/faster-whisper-large-v3-turbo", 1_620_000_000, "weights.for-general-use"
    ),
    CatalogueModel(
        "belle-large-v3-turbo-zh",
        "flateon/Belle-whisper-large-v3-turbo-zh-ct2",
        1_620_000_000,
        "weights.for-mandarin-telephone",
    ),
)
"""What ``csqa models download`` knows by name. Sizes are those of the repositories' files at half precision."""

_ALIASES = {"turbo": "large-v3-turbo", "large": "large-v3", "belle": "belle-large-v3-turbo-zh"}


@dataclass(frozen=True)
class FileCheck:
    """What was found out about one file of a model; ``problem`` is ``None`` where it is as it should be."""

    file: str
    problem: Reason | None = None


def full_name(name: str) -> str:
    """Return the name behind a short one: ``turbo`` is ``large-v3-turbo``."""
    return _ALIASES.get(name, name)


def find_model(name_or_folder: str) -> LocalModel:
    """Find a model by name, bundled or installed, or by the folder that it lies in.

    Raises UserFixable where there is none of that name, or where a file of it is missing or damaged.
    """
    name = full_name(name_or_folder)
    places = (bundled_models() / name, locations().models / name) if _NAME.fullmatch(name) else ()
    folder = next((place for place in places if place.is_dir()), Path(name_or_folder).expanduser())
    if not folder.is_dir():
        if any(each.name == name for each in CATALOGUE):
            raise UserFixable("weights.not-installed", name=name)
        raise UserFixable("weights.unknown", name=name_or_folder, known=[each.name for each in installed_models()])
    return _opened(folder.resolve())


def installed_models() -> tuple[ModelInfo, ...]:
    """Return the bundled models and those in the user's models folder, by name; broken ones are among them."""
    folders = [(folder, True) for folder in _model_folders(bundled_models())]
    folders += [(folder, False) for folder in _model_folders(locations().models)]
    return tuple(
        ModelInfo(
            name=folder.name,
            folder=folder,
            size=sum(file.stat().st_size for file in folder.iterdir() if file.is_file()),
            bundled=bundled,
            purpose=_purpose(folder.name),
        )
        for folder, bundled in folders
    )


def verify(model: LocalModel | Path) -> tuple[FileCheck, ...]:
    """Look at every file of a model: there, readable, of the right kind, and of the hash that ``SHA256SUMS`` gives."""
    folder = model if isinstance(model, Path) else model.folder
    sums = _sums(folder)
    names = [*_needed(folder), *(name for name in sums if name not in _needed(folder))]
    checks = []
    for name in names:
        problem = _look(folder, name)
        if problem is None and name in sums and _fresh_hash(folder / name) != sums[name]:
            problem = _reason("weights.file-damaged", folder, name)
        checks.append(FileCheck(name, problem))
    return tuple(checks)


def add_model(
    folder: Path, name: str | None = None, on_progress: Callable[[int, int], None] | None = None
) -> LocalModel:
    """Copy a model into the user's models folder, whole or not at all.

    ``on_progress`` is told bytes done and bytes in all. Raises UserFixable where the model is not whole, the name is
    taken or cannot be a folder's name, or the disk is full.
    """
    source = folder.expanduser()
    if not source.is_dir():
        raise UserFixable("weights.no-folder", folder=source)
    _raise_first_problem(source)
    target = _free_place(name or source.resolve().name)
    names = _present(source)
    total = sum((source / each).stat().st_size for each in names)
    need_space(target, total)
    staging = target.with_name(target.name + _STAGING)
    expected = _sums(source)
    with explained(target):
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir(parents=True)
        try:
            _copy(source, staging, names, expected, _counted(on_progress, 0, total))
            return _install(staging, target)
        finally:
            shutil.rmtree(staging, ignore_errors=True)


def download_model(
    name: str,
    mirror: str | None = None,
    on_progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> LocalModel:
    """Fetch a model of the catalogue, or any ``owner/repository`` at Hugging Face, into the user's models folder.

    ``mirror`` is an address such as ``https://hf-mirror.com``; without it ``HF_ENDPOINT`` counts, then Hugging Face
    itself. ``on_progress`` is told bytes done and bytes in all. What was fetched before a broken line or a cancelling
    stays, and the next call goes on from there. Raises UserFixable where the name is unknown or taken, the server
    cannot be reached, the disk is full, what came is damaged or no Whisper, or ``cancelled`` said so.
    """
    from csqa.fetching import fetch_file  # loads late, as all network code

    name = full_name(name)
    known = {each.name: each.repository for each in CATALOGUE}
    if name not in known and not _REPOSITORY.fullmatch(name):
        raise UserFixable("weights.not-in-catalogue", name=name, known=sorted(known))
    target = _free_place(name.rpartition("/")[2])
    endpoint = (mirror or os.environ.get("HF_ENDPOINT") or HUB).rstrip("/")
    files = _remote_files(endpoint, known.get(name, name))
    staging = target.with_name(target.name + _STAGING)
    total = sum(file.size for file in files)
    with explained(target):
        staging.mkdir(parents=True, exist_ok=True)
        need_space(staging, total - sum(file.stat().st_size for file in staging.iterdir()))
    done = 0
    for file in files:
        fetch_file(file, staging / file.name, _counted(on_progress, done, total), cancelled)
        done += file.size
    return _install(staging, target)


def _free_place(name: str) -> Path:
    """Return the folder for a new model of that name. Raises UserFixable where the name is taken or cannot be used."""
    if not _NAME.fullmatch(name) or name.endswith((_STAGING, " ", ".")):
        raise UserFixable("weights.bad-name", name=name)
    target = locations().models / name
    if target.exists() or (bundled_models() / name).exists():
        raise UserFixable("weights.name-taken", name=name)
    return target


def _install(staging: Path, target: Path) -> LocalModel:
    """Note the hashes of the files in ``staging``, and make it the model ``target``. Raises UserFixable."""
    _raise_first_problem(staging)
    sums = {name: _fresh_hash(staging / name) for name in _present(staging)}
    write_text(staging / SUMS_FILE, "".join(f"{digest}  {name}\n" for name, digest in sums.items()))
    with explained(target):
        staging.replace(target)
    return LocalModel(target.name, target, sums["model.bin"])


def _opened(folder: Path) -> LocalModel:
    _raise_first_problem(folder)
    sha256 = _hash(folder / "model.bin")
    if _sums(folder).get("model.bin", sha256) != sha256:
        raise UserFixable("weights.file-damaged", folder=folder, file="model.bin")
    return LocalModel(folder.name, folder, sha256)


def _raise_first_problem(folder: Path) -> None:
    for name in _needed(folder):
        if problem := _look(folder, name):
            raise UserFixable(problem.code, **problem.parameters)


def _needed(folder: Path) -> tuple[str, ...]:
    """Names of the files without which the model cannot be loaded, or would hear wrongly."""
    vocabulary = next((file.name for file in sorted(folder.glob("vocabulary.*"))), "vocabulary.json")
    told = _PREPROCESSOR in _sums(folder) or _hears_128_bands(folder)
    return (*_REQUIRED, vocabulary, *((_PREPROCESSOR,) if told else ()))


def _present(folder: Path) -> tuple[str, ...]:
    """Names of the files that make up the model, the optional ones among them where they are there."""
    optional = (_PREPROCESSOR,) if (folder / _PREPROCESSOR).exists() else ()
    return tuple(dict.fromkeys((*_needed(folder), *optional)))


def _hears_128_bands(folder: Path) -> bool:
    try:
        config = json.loads((folder / "config.json").read_bytes())
    except (OSError, ValueError):
        return False  # said of config.json itself
    return isinstance(config, dict) and len(config.get("lang_ids", ())) > _LANGUAGES_OF_80_BANDS


def _look(folder: Path, name: str) -> Reason | None:
    """Find what is wrong with a file at a glance, without reading gigabytes."""
    file = folder / name
    if not file.is_file():
        return _reason("weights.file-missing", folder, name)
    try:
        if name == "model.bin":
            with file.open("rb") as opened:
                return None if _HEADER.match(opened.read(32)) else _reason("weights.not-whisper", folder, name)
        if file.suffix == ".json":
            json.loads(file.read_bytes())
    except OSError:
        return _reason("weights.file-unreadable", folder, name)
    except ValueError:
        return _reason("weights.file-damaged", folder, name)
    return None


def _reason(code: str, folder: Path, name: str) -> Reason:
    return Reason(code, {"folder": str(folder), "file": name})


def _remote_files(endpoint: str, repository: str) -> list[RemoteFile]:
    """Ask the hub which of a repository's files make up the model, and what their hashes are."""
    from csqa.fetching import RemoteFile, fetch_json

    listed = fetch_json(f"{endpoint}/api/models/{repository}/tree/main")
    try:
        files = [
            RemoteFile(
                url=f"{endpoint}/{repository}/resolve/main/{entry['path']}",
                name=entry["path"],
                size=int(entry["size"]),
                sha256=entry.get("lfs", {}).get("oid"),
                git_sha1=entry["oid"],
            )
            for entry in listed
            if entry["path"] in (*_REQUIRED, _PREPROCESSOR) or _VOCABULARY.fullmatch(entry["path"])
        ]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UserFixable("fetching.not-the-hub", url=f"{endpoint}/{repository}") from error
    missing = set(_REQUIRED) - {file.name for file in files}
    if missing:
        raise UserFixable("weights.no-model-there", repository=repository, file=min(missing))
    return sorted(files, key=lambda file: file.size)


def _counted(on_progress: Callable[[int, int], None] | None, before: int, total: int) -> Callable[[int], None]:
    return (lambda done: on_progress(before + done, total)) if on_progress else (lambda _: None)


def _model_folders(place: Path) -> Iterator[Path]:
    if place.is_dir():
        for folder in sorted(place.iterdir()):
            if (folder / "model.bin").exists() and not folder.name.endswith(_STAGING):
                yield folder


def _purpose(name: str) -> str:
    if name == MINI_MODEL:
        return "weights.for-demo"
    return next((each.purpose for each in CATALOGUE if each.name == name), "weights.for-unknown")


def _sums(folder: Path) -> dict[str, str]:
    try:
        lines = (folder / SUMS_FILE).read_text(encoding="utf-8").splitlines()
    except (FileNotFoundError, UnicodeDecodeError):
        return {}
    pairs = (line.split(maxsplit=1) for line in lines if line.strip())
    return {pair[1].lstrip("*"): pair[0].lower() for pair in pairs if len(pair) == 2}


def _copy(
    source: Path, target: Path, names: tuple[str, ...], expected: dict[str, str], tell: Callable[[int], None]
) -> None:
    done = 0
    for name in names:
        digest = hashlib.sha256()
        with (source / name).open("rb") as original, (target / name).open("wb") as copy:
            while block := original.read(_BLOCK):
                copy.write(block)
                digest.update(block)
                done += len(block)
                tell(done)
        if expected.get(name, digest.hexdigest()) != digest.hexdigest():
            raise UserFixable("weights.file-damaged", folder=source, file=name)


def _fresh_hash(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _hash(file: Path) -> str:
    """Return the SHA-256 of a file; that of an unchanged file is remembered, for a model may have 3 GB."""
    status = file.stat()
    stamp = [status.st_size, status.st_mtime_ns]
    memory = locations().cache / "model-hashes.json"
    known = _remembered(memory)
    entry = known.get(str(file))
    if isinstance(entry, dict) and entry.get("stamp") == stamp:
        return str(entry["sha256"])
    sha256 = _fresh_hash(file)
    if status.st_size > _BLOCK:
        known = {path: value for path, value in known.items() if Path(path).exists()}
        with contextlib.suppress(UserFixable):  # a cache that cannot be written only costs time
            write_text(memory, json.dumps({**known, str(file): {"stamp": stamp, "sha256": sha256}}, indent=1))
    return sha256


def _remembered(memory: Path) -> dict[str, Any]:
    try:
        known = json.loads(memory.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}
