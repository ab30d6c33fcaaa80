"""How long a whole ``csqa inspect`` takes, against plain faster-whisper on the same model, lane by lane with its VAD.

Run as ``python -m benchmarks.inspect_speed [MINUTES] [ROUNDS]``. Both sides are whole programs, started fresh, on the
same call in the same run, in turns.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.calls import long_call
from csqa.bundled import MINI_MODEL, bundled_models

PLAIN = """
import sys
from faster_whisper import WhisperModel, decode_audio
model = WhisperModel(sys.argv[2], device="cpu", compute_type="int8")
for lane in decode_audio(sys.argv[1], split_stereo=True):
    segments, _ = model.transcribe(lane, language="zh", vad_filter=True, word_timestamps=True, beam_size=5)
    print("".join(segment.text for segment in segments))
"""


def timed(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 10.0
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    with tempfile.TemporaryDirectory() as folder:
        call = str(long_call(Path(folder) / "call.wav", minutes))
        model = str(bundled_models() / MINI_MODEL)
        plain, ours = [], []
        for _ in range(rounds):
            plain.append(timed([sys.executable, "-c", PLAIN, call, model]))
            ours.append(timed([sys.executable, "main.py", "inspect", call, "--json", "--model", model]))
    ratios = sorted(mine / theirs for mine, theirs in zip(ours, plain, strict=True))
    print(
        f"{minutes:g} min, {rounds} rounds: plain faster-whisper {statistics.median(plain):.1f} s, "
        f"csqa inspect {statistics.median(ours):.1f} s, ratio {statistics.median(ratios):.2f} "
        f"({ratios[0]:.2f}-{ratios[-1]:.2f})"
    )


if __name__ == "__main__":
    main()
