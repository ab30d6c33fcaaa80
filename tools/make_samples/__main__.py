"""``python -m tools.make_samples [--out DIR] [--only ID ...]``: speak the scripts and write the samples."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from tools.make_samples.espeak import installed_version
from tools.make_samples.performance import perform
from tools.make_samples.script import Script, load_scripts
from tools.make_samples.writing import truth_of, write_audio, write_metadata, write_truth
from tools.speech import Synthesiser

_REPOSITORY = Path(__file__).parents[2]


def _make(script: Script, folder: Path) -> None:
    performance = perform(script, Synthesiser())
    recording = write_audio(script, performance, folder)
    truth = truth_of(script, performance, f"espeak-ng {installed_version()}")
    write_truth(truth, folder)
    print(f"{recording.name:32} {truth['duration']:6.2f} s {recording.stat().st_size / 1e6:5.2f} MB")


def main() -> None:
    """Make the samples named, or all of them and their table, each in a process of its own."""
    scripts = {script.id: script for script in load_scripts()}
    parser = argparse.ArgumentParser(prog="python -m tools.make_samples", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("samples"), help="folder to write to (samples)")
    parser.add_argument("--only", choices=sorted(scripts), help="make this one sample and no table")
    options = parser.parse_args()
    folder: Path = options.out.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    if options.only:
        _make(scripts[options.only], folder)
        return
    for name in scripts:
        command = [sys.executable, "-m", "tools.make_samples", "--only", name, "--out", str(folder)]
        subprocess.run(command, check=True, cwd=_REPOSITORY)
    write_metadata(scripts.values(), folder)


if __name__ == "__main__":
    main()
