"""Greatest memory of the engine on a call of ten minutes and on one of two hours.

Run as ``python -m benchmarks.inspect_memory [SHORT_MINUTES] [LONG_MINUTES]``. Each length runs in a fresh process,
which inspects in itself (``serve`` on one request) and reports its own peak.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.calls import long_call

ENGINE = """
import io, resource, sys
from pathlib import Path
from csqa.engine import serve
from csqa.frames import to_json
from csqa.pipeline import Request

class Nowhere(io.RawIOBase):
    last = b""
    def writable(self):
        return True
    def write(self, data):
        Nowhere.last = bytes(data[:40])
        return len(data)

serve(io.BytesIO(to_json(Request(path=Path(sys.argv[1]))).encode() + b"\\n"), Nowhere())
assert b"inspected" in Nowhere.last, Nowhere.last
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(peak / 1024 if sys.platform != "darwin" else peak / 1024 / 1024)
"""


def peak_megabytes(call: Path) -> float:
    run = subprocess.run([sys.executable, "-c", ENGINE, str(call)], check=True, capture_output=True, text=True)
    return float(run.stdout)


def main() -> None:
    short, long = (float(each) for each in (sys.argv[1:3] if len(sys.argv) > 2 else ("10", "120")))
    with tempfile.TemporaryDirectory() as folder:
        small = peak_megabytes(long_call(Path(folder) / "short.wav", short))
        print(f"{short:g} min: {small:.0f} MB", flush=True)
        large = peak_megabytes(long_call(Path(folder) / "long.wav", long))
    print(f"{long:g} min: {large:.0f} MB, {large - small:.0f} MB more")


if __name__ == "__main__":
    main()
