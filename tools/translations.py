"""Brings the desktop's translations up to date: gathers its texts into ``ui/translations/*.ts`` and compiles them.

    python -m tools.translations            gather, then compile
    python -m tools.translations --check    say whether anything is missing or stale (exit status 1)

The sources are Chinese; ``csqa_en.ts`` holds the English. Edit it with Qt Linguist or by hand.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "ui" / "translations"
SOURCE = FOLDER / "csqa_en.ts"
COMPILED = FOLDER / "csqa_en.qm"


def gather(target: Path) -> None:
    """Write the texts of all sources of ``ui`` into the file ``target``, keeping its translations."""
    files = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "ui").rglob("*.py"))
    _run("lupdate", *files, "-locations", "none", "-no-obsolete", "-source-language", "zh_CN", "-ts", str(target))


def compile_to(target: Path) -> None:
    """Compile the translations into ``target``."""
    _run("lrelease", str(SOURCE), "-qm", str(target))


def problems() -> list[str]:
    """Return what is untranslated or out of date, a line each."""
    with tempfile.TemporaryDirectory() as folder:
        gathered, compiled = Path(folder) / SOURCE.name, Path(folder) / COMPILED.name
        shutil.copy(SOURCE, gathered)
        gather(gathered)
        compile_to(compiled)
        found = [f"not translated: {text}" for text in untranslated(gathered)]
        if texts(gathered) != texts(SOURCE):
            found.append(f"{SOURCE.name} does not hold the texts of the sources: run python -m tools.translations")
        if not COMPILED.exists() or compiled.read_bytes() != COMPILED.read_bytes():
            found.append(f"{COMPILED.name} is not what {SOURCE.name} compiles to: run python -m tools.translations")
    return found


def untranslated(file: Path) -> list[str]:
    """Return the texts of ``file`` that have no translation, or an unfinished one."""
    missing = []
    for message in ElementTree.parse(file).iter("message"):
        translation = message.find("translation")
        forms = [] if translation is None else translation.findall("numerusform") or [translation]
        unfinished = translation is None or translation.get("type") is not None
        if unfinished or not all((form.text or "").strip() for form in forms):
            missing.append(message.findtext("source") or "")
    return missing


def texts(file: Path) -> set[tuple[str, str]]:
    """Return the contexts and source texts of ``file``."""
    return {
        (context.findtext("name") or "", message.findtext("source") or "")
        for context in ElementTree.parse(file).iter("context")
        for message in context.iter("message")
    }


def _run(tool: str, *arguments: str) -> None:
    command = shutil.which(f"pyside6-{tool}", path=str(Path(sys.executable).parent)) or f"pyside6-{tool}"
    subprocess.run([command, *arguments], cwd=ROOT, check=True, capture_output=True, text=True)


def main() -> int:
    """Do what the command line asks."""
    if "--check" in sys.argv[1:]:
        found = problems()
        print("\n".join(found) or "translations are complete and current")
        return 1 if found else 0
    gather(SOURCE)
    compile_to(COMPILED)
    for text in untranslated(SOURCE):
        print(f"not translated: {text}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
