"""Sound and files of every kind, made on the spot."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import soundfile
from numpy.typing import NDArray

Samples = NDArray[np.float32]

LOW_HZ, HIGH_HZ = 400.0, 900.0
"""What the first and the second channel carry, so that they can be told apart."""


def sine(seconds: float, hertz: float, rate: int = 8000, level: float = 0.3) -> Samples:
    """A steady tone."""
    return np.asarray(level * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate), dtype=np.float32)


def two_lanes(seconds: float, rate: int = 8000) -> Samples:
    """Two channels with a tone each, shape (2, frames)."""
    return np.stack([sine(seconds, LOW_HZ, rate), sine(seconds, HIGH_HZ, rate)])


def strongest_hertz(samples: Samples, rate: int = 16_000) -> float:
    """The frequency of the strongest line of the spectrum."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(spectrum.argmax() * rate / len(samples))


def write_plain(path: Path, samples: Samples, rate: int, file_format: str, subtype: str | None = None) -> Path:
    """Write (channels, frames) through soundfile."""
    soundfile.write(path, samples.T, rate, format=file_format, subtype=subtype)
    return path


def write_packed(
    path: Path,
    samples: Samples,
    rate: int,
    codec: str,
    container: str | None = None,
    options: dict[str, str] | None = None,
    gap: tuple[float, float] | None = None,
    bit_rate: int = 0,
) -> Path:
    """Write (channels, frames) through PyAV; ``gap`` (start, length) leaves time out that the packets' clock counts."""
    layout = "stereo" if len(samples) == 2 else "mono"
    with av.open(str(path), "w", format=container) as output:
        stream = output.add_stream(codec, rate=rate, options=options or {})
        stream.codec_context.layout = layout
        if bit_rate:
            stream.codec_context.bit_rate = bit_rate
        shape = av.AudioResampler(stream.codec_context.format, layout, rate)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples), format="fltp", layout=layout)
        frame.sample_rate = rate
        size = stream.codec_context.frame_size or 1024
        fifo = av.AudioFifo()
        for piece in (*shape.resample(frame), *shape.resample(None)):
            piece.pts = None
            fifo.write(piece)
        position = 0
        while piece := fifo.read(size, partial=True):
            late = gap is not None and position >= gap[0] * rate
            piece.pts = position + (round(gap[1] * rate) if gap is not None and late else 0)
            position += piece.samples
            output.mux(stream.encode(piece))
        output.mux(stream.encode(None))
    return path


def write_film_without_sound(path: Path) -> Path:
    """A second of moving picture."""
    with av.open(str(path), "w") as output:
        stream = output.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for shade in range(10):
            picture = av.VideoFrame.from_ndarray(np.full((64, 64, 3), shade * 20, dtype=np.uint8), format="rgb24")
            output.mux(stream.encode(picture))
        output.mux(stream.encode(None))
    return path
