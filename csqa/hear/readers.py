"""Files of every kind as streams of samples at their own rate: soundfile where places are arithmetic, PyAV elsewhere.

soundfile reads the uncompressed kinds and telephone companders fast and to the sample. Streams of packets (MP3, AAC,
Opus, FLAC …) go to PyAV: their packets can be counted without decoding, and a damaged one costs itself and no more,
where libsndfile believes the header of a truncated file and stops at the first damage.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
import soundfile
from numpy.typing import NDArray

from csqa.errors import UserFixable
from csqa.hear.wave_header import missing_seconds, understates_sound

Samples = NDArray[np.float32]

_CHUNK_FRAMES = 65_536
_PACKET_FILES = frozenset({"FLAC", "OGG", "MP3"})
_CODEC_NAMES = {
    "PCM_U8": "pcm_u8",
    "PCM_S8": "pcm_s8",
    "ULAW": "pcm_mulaw",
    "ALAW": "pcm_alaw",
    "GSM610": "gsm",
    "IMA_ADPCM": "adpcm_ima_wav",
    "MS_ADPCM": "adpcm_ms",
    "VOX_ADPCM": "adpcm_ima_oki",
}
"""FFmpeg's names for what libsndfile calls otherwise."""
_LITTLE_ENDIAN = {"PCM_16": "pcm_s16le", "PCM_24": "pcm_s24le", "PCM_32": "pcm_s32le", "FLOAT": "pcm_f32le"}
_LITTLE_ENDIAN_FILES = frozenset({"WAV", "WAVEX", "W64", "RF64"})
_CONTAINERS = (
    "aac,ac3,aiff,amr,amrnb,amrwb,ape,asf,au,avi,caf,dsf,flac,flv,g722,g723_1,g726,g729,gsm,matroska,mov,mp3,mpeg,"
    "mpegts,nistsphere,ogg,rm,tta,voc,w64,wav,webm,wv"
)
"""What PyAV may open: FFmpeg would also follow playlists to the network, and take text and pictures for video."""
_DECODERS = {"amr_nb": "libopencore_amrnb"}
"""FFmpeg's own AMR-NB decoder stops at the first frame of a discontinuous transmission, as telephones make them."""
_SIGNATURES = (
    b"RIFF",
    b"RF64",
    b"ID3",
    b"OggS",
    b"fLaC",
    b"#!AMR",
    b"FORM",
    b".snd",
    b"caff",
    b"\x1aE\xdf\xa3",
    b"0&\xb2",
)
"""How files of sound begin; what begins so and cannot be read is damaged rather than something else."""
_CLAIM_SECONDS = 0.5
"""A header's duration this near to what the packets say is taken, for it is exact to the sample."""
_PROMISING = frozenset({"aiff", "au", "flac", "flv", "matroska,webm", "mov,mp4,m4a,3gp,3g2,mj2"})
"""Containers whose header tells the length of the whole; of others FFmpeg reckons it from what is there."""
_FIRST_FRAME_BYTES = 4096
_GAP_SECONDS = 0.1
_LONGEST_GAP_SECONDS = 3600.0
"""A jump in a packet's time between these two is filled with silence; a longer one is a broken clock."""


class Chunk(NamedTuple):
    """A piece of sound: its rate in Hz and its samples, shape (channels, frames), full scale -1..1."""

    rate: int
    samples: Samples


class Reader(Protocol):
    """An opened file. ``codec`` is FFmpeg's name; ``sample_rate`` in Hz as stored."""

    sample_rate: int
    channels: int
    codec: str

    def duration(self) -> float:
        """Seconds of sound: to the sample where the header can be trusted, else to the packet, without decoding."""
        ...

    def promised(self) -> float:
        """Seconds that the header promises, where it does; else those that are there. Decodes nothing."""
        ...

    def chunks(self) -> Iterator[Chunk]:
        """Decode from the start, piece by piece. Damage is skipped over; raises OSError where the disk fails."""
        ...


def open_reader(path: Path) -> Reader:
    """Open ``path`` with whichever library reads it best.

    Raises UserFixable: hear.not-audio, hear.no-sound (a film without a sound track), hear.unknown-codec,
    hear.no-samples (a header and nothing behind it), hear.damaged; OSError where the file cannot be read at all.
    """
    plain = _open_plain(path)
    if plain is not None and plain.frames > 0 and not understates_sound(path):
        return plain
    try:
        packed = PacketReader(path)
    except UserFixable as error:
        if plain is None:
            raise
        raise UserFixable("hear.no-samples", file=path) from error
    if packed.duration() <= 0:
        raise UserFixable("hear.no-samples", file=path)
    return packed


def _open_plain(path: Path) -> PlainReader | None:
    if path.suffix.lower() == ".raw":  # soundfile takes this suffix for a wish to name rate and coding by hand
        return None
    with path.open("rb") as file:
        head = file.read(3)
    if head == b"ID3" or (head[:1] == b"\xff" and head[1:2] >= b"\xe0"):  # MP3, on which libsndfile's decoder chatters
        return None
    try:
        reader = PlainReader(path)
    except soundfile.LibsndfileError:
        return None
    return None if reader.file_format in _PACKET_FILES else reader


class PlainReader:
    """A file through soundfile: WAV and its kin, where a sample's place in the file can be reckoned."""

    def __init__(self, path: Path) -> None:
        """Read the header. Raises soundfile.LibsndfileError where libsndfile does not know the format."""
        self._path = path
        with path.open("rb"):  # for an OSError that says why; libsndfile only says that it failed
            pass
        with soundfile.SoundFile(self._path) as file:
            self.sample_rate = int(file.samplerate)
            self.channels = int(file.channels)
            self.frames = int(file.frames)
            self.file_format = str(file.format)
            self.codec = _codec_name(self.file_format, str(file.subtype))

    def duration(self) -> float:
        """Seconds, by the header's count of frames."""
        return self.frames / self.sample_rate

    def promised(self) -> float:
        """Seconds, by the length that the header claims for the data. Raises OSError."""
        if self.file_format.lower() in _PROMISING:  # libsndfile goes by the bytes, FFmpeg by the header's word
            return PacketReader(self._path).promised()
        return self.duration() + missing_seconds(self._path)

    def chunks(self) -> Iterator[Chunk]:
        """Decode up to the end, or to where libsndfile can go no further. Raises OSError."""
        with self._path.open("rb"):
            pass
        with soundfile.SoundFile(self._path) as file:
            while True:
                try:
                    samples = file.read(_CHUNK_FRAMES, dtype="float32", always_2d=True)
                except soundfile.LibsndfileError:
                    return
                if not len(samples):
                    return
                yield Chunk(self.sample_rate, np.ascontiguousarray(samples.T))


class PacketReader:
    """A file through PyAV: anything that comes in packets, and WAV files that soundfile does not understand."""

    def __init__(self, path: Path) -> None:
        """Read the header. Raises UserFixable (as ``open_reader``), OSError."""
        import av

        self._path = path
        self._options = {"format_whitelist": _CONTAINERS}
        if understates_sound(path):
            self._options["ignore_length"] = "1"
        self._measured: float | None = None
        try:
            with self._open() as container:
                if not container.streams.audio:
                    raise UserFixable("hear.no-sound", file=path)
                stream = container.streams.audio[0]
                if stream.codec_context is None:
                    raise UserFixable("hear.unknown-codec", file=path)
                self.codec = str(stream.codec_context.codec.canonical_name)
                self.sample_rate = int(stream.codec_context.sample_rate)
                self.channels = int(stream.codec_context.layout.nb_channels)
        except av.FFmpegError as error:
            if isinstance(error, OSError):
                raise
            raise UserFixable("hear.damaged" if _looks_like_sound(path) else "hear.not-audio", file=path) from error
        if not self.sample_rate or not self.channels:
            raise UserFixable("hear.damaged", file=path)

    def _open(self) -> Any:
        import av

        return av.open(str(self._path), options=self._options, metadata_errors="ignore")

    def duration(self) -> float:
        """Seconds, from the packets' own times; reads the file once, decodes nothing. Raises OSError."""
        if self._measured is None:
            with self._open() as container:
                self._measured = _seconds_of_packets(container, container.streams.audio[0])
        return self._measured

    def promised(self) -> float:
        """Seconds by the container's header, where that tells the length of the whole. Raises OSError."""
        with self._open() as container:
            stream = container.streams.audio[0]
            name = container.format.name
            if name in _PROMISING or (name == "mp3" and _counts_frames(self._path)):
                return max(_claimed(container, stream), self.duration())
        return self.duration() + missing_seconds(self._path)

    def chunks(self) -> Iterator[Chunk]:
        """Decode to the end; silence stands where packets are missing or damaged. Raises OSError."""
        with self._open() as container:
            stream = container.streams.audio[0]
            origin: float | None = None
            heard = 0.0
            for frame in _frames(container, stream):
                if frame.pts is not None and frame.time_base:
                    time = float(frame.pts * frame.time_base)
                    origin = time if origin is None else origin
                    gap = time - origin - heard
                    if _GAP_SECONDS < gap < _LONGEST_GAP_SECONDS:
                        yield from _silence(gap, frame)
                        heard += gap
                samples = _as_floats(frame)
                heard += samples.shape[1] / frame.sample_rate
                yield Chunk(int(frame.sample_rate), samples)


def _packets(container: Any, stream: Any) -> Iterator[Any]:
    """Yield the stream's packets up to the end or to where the container falls apart. Raises OSError."""
    import av

    packets = container.demux(stream)
    while True:
        try:
            yield next(packets)
        except StopIteration:
            return
        except av.FFmpegError as error:
            if isinstance(error, OSError):
                raise
            return


def _frames(container: Any, stream: Any) -> Iterator[Any]:
    """Yield decoded frames; packets that cannot be decoded are left out. Raises OSError."""
    import av

    decoder: Any = stream.codec_context
    if own := _DECODERS.get(decoder.codec.canonical_name):
        decoder = av.CodecContext.create(own, "r")
        decoder.sample_rate, decoder.layout = stream.codec_context.sample_rate, stream.codec_context.layout
    for packet in _packets(container, stream):
        try:
            yield from decoder.decode(packet if packet.size else None)
        except av.FFmpegError as error:
            if isinstance(error, OSError):
                raise


def _seconds_of_packets(container: Any, stream: Any) -> float:
    first: int | None = None
    end = counted = 0
    for packet in _packets(container, stream):
        if not packet.size:
            continue
        length = packet.duration or 0
        counted += length
        if packet.pts is not None:
            first = packet.pts if first is None else first
            end = max(end, packet.pts + length)
    unit = stream.time_base
    spanned = float((end - max(first, 0)) * unit) if first is not None else 0.0
    seconds = float(counted * unit)
    if first is not None and spanned <= seconds + _LONGEST_GAP_SECONDS:
        seconds = spanned
    claimed = _claimed(container, stream)
    return claimed if abs(claimed - seconds) < _CLAIM_SECONDS else seconds


def _claimed(container: Any, stream: Any) -> float:
    """The duration that FFmpeg tells, in seconds: the stream's own, or the file's where it has no other stream."""
    if stream.duration:
        return float(stream.duration * stream.time_base)
    return (container.duration or 0) / 1e6 if len(container.streams) == 1 else 0.0


def _counts_frames(path: Path) -> bool:
    """Tell whether an MP3 file says in its first frame how many there are: a Xing, Info or VBRI header."""
    with path.open("rb") as file:
        head = file.read(10)
        tag = head[6:] if head[:3] == b"ID3" else b"\0\0\0\0"
        file.seek(sum(byte << 7 * place for place, byte in enumerate(reversed(tag))) + (10 if any(tag) else 0))
        first = file.read(_FIRST_FRAME_BYTES)
    return any(name in first for name in (b"Xing", b"Info", b"VBRI"))


def _silence(seconds: float, like: Any) -> Iterator[Chunk]:
    missing = round(seconds * like.sample_rate)
    while missing > 0:
        frames = min(missing, _CHUNK_FRAMES)
        yield Chunk(int(like.sample_rate), np.zeros((like.layout.nb_channels, frames), dtype=np.float32))
        missing -= frames


def _as_floats(frame: Any) -> Samples:
    samples = frame.to_ndarray()
    if not frame.format.is_planar:
        samples = samples.reshape(-1, frame.layout.nb_channels).T
    if samples.dtype == np.uint8:
        return np.asarray((samples.astype(np.float32) - 128) / 128)
    if np.issubdtype(samples.dtype, np.integer):
        return np.asarray(samples / -float(np.iinfo(samples.dtype).min), dtype=np.float32)
    return np.ascontiguousarray(samples, dtype=np.float32)


def _codec_name(file_format: str, subtype: str) -> str:
    if file_format in _LITTLE_ENDIAN_FILES and subtype in _LITTLE_ENDIAN:
        return _LITTLE_ENDIAN[subtype]
    return _CODEC_NAMES.get(subtype, subtype.lower())


def _looks_like_sound(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(16)
    return head.startswith(_SIGNATURES) or head[4:8] == b"ftyp"
