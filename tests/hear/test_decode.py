"""Files of every kind become blocks of the right length, lane by lane; bad ones say what is wrong with them."""

from __future__ import annotations

import struct
import tracemalloc
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from csqa.errors import UserFixable
from csqa.hear import decode
from csqa.hear.decode import SAMPLE_RATE, SUPPORTED_SUFFIXES, blocks, breaks_off, open_recording
from csqa.hear.recording import CallMetadata, Recording
from csqa.messages import Language, error_hint, error_sentence
from csqa.roles import LaneLayout
from tests.hear.files import (
    HIGH_HZ,
    LOW_HZ,
    Samples,
    sine,
    strongest_hertz,
    two_lanes,
    write_film_without_sound,
    write_packed,
    write_plain,
)

SECONDS = 6.0


def heard(recording: Recording, seconds: float = 300.0) -> Samples:
    return np.concatenate([block.samples for block in blocks(recording, seconds)], axis=1)


def refused(path: Path, layout: LaneLayout | None = None) -> str:
    with pytest.raises(UserFixable) as caught:
        heard(open_recording(path, layout))
    for language in Language:
        assert str(path) in error_sentence(caught.value, language)
        assert error_hint(caught.value, language)
    return caught.value.code


PLAIN = [
    ("WAV", "PCM_U8", 8000, "pcm_u8"),
    ("WAV", "PCM_16", 8000, "pcm_s16le"),
    ("WAV", "PCM_24", 16_000, "pcm_s24le"),
    ("WAV", "FLOAT", 44_100, "pcm_f32le"),
    ("WAV", "ALAW", 8000, "pcm_alaw"),
    ("WAV", "ULAW", 8000, "pcm_mulaw"),
    ("WAV", "IMA_ADPCM", 8000, "adpcm_ima_wav"),
    ("WAV", "MS_ADPCM", 8000, "adpcm_ms"),
    ("W64", "PCM_16", 11_025, "pcm_s16le"),
    ("AU", "ULAW", 8000, "pcm_mulaw"),
    ("AIFF", "PCM_16", 22_050, "pcm_16"),
    ("CAF", "ALAW", 8000, "pcm_alaw"),
    ("NIST", "PCM_16", 16_000, "pcm_16"),
    ("FLAC", "PCM_16", 8000, "flac"),
    ("MP3", "MPEG_LAYER_III", 8000, "mp3"),
    ("OGG", "VORBIS", 8000, "vorbis"),
]

PACKED = [
    ("a.m4a", "aac", None, 8000, 0.15, "aac"),
    ("a.aac", "aac", "adts", 16_000, 0.15, "aac"),
    ("a.mp4", "aac", None, 44_100, 0.06, "aac"),
    ("a.opus", "libopus", "ogg", 48_000, 0.02, "opus"),
    ("a.webm", "libopus", None, 48_000, 0.03, "opus"),
    ("a.wma", "wmav2", "asf", 22_050, 0.2, "wmav2"),
    ("a.mkv", "ac3", None, 48_000, 0.05, "ac3"),
    ("a.avi", "libmp3lame", None, 8000, 0.2, "mp3"),
]


def check_lanes(recording: Recording, slack: float) -> None:
    lanes = heard(recording)
    assert recording.layout is LaneLayout.AGENT_CUSTOMER
    assert lanes.dtype == np.float32
    assert lanes.shape[1] / SAMPLE_RATE == pytest.approx(SECONDS, abs=max(slack, 1 / SAMPLE_RATE))
    assert recording.duration == pytest.approx(SECONDS, abs=max(slack, 1 / SAMPLE_RATE))
    middle = lanes[:, SAMPLE_RATE : 5 * SAMPLE_RATE]
    assert strongest_hertz(middle[0]) == pytest.approx(LOW_HZ, abs=1)
    assert strongest_hertz(middle[1]) == pytest.approx(HIGH_HZ, abs=1)
    assert middle.std(axis=1) == pytest.approx([0.3 / 2**0.5] * 2, rel=0.1)
    assert not breaks_off(recording, lanes.shape[1] / SAMPLE_RATE)


@pytest.mark.parametrize(("file_format", "subtype", "rate", "codec"), PLAIN)
def test_lanes_of_plain_files(tmp_path: Path, file_format: str, subtype: str, rate: int, codec: str) -> None:
    path = write_plain(tmp_path / f"通话 1.{file_format.lower()}", two_lanes(SECONDS, rate), rate, file_format, subtype)
    recording = open_recording(path)
    assert (recording.sample_rate, recording.channels, recording.codec) == (rate, 2, codec)
    check_lanes(recording, slack=0.07 if subtype.endswith("ADPCM") else 0.03 if file_format == "MP3" else 0.0)


@pytest.mark.parametrize(("name", "encoder", "container", "rate", "slack", "codec"), PACKED)
def test_lanes_of_packed_files(
    tmp_path: Path, name: str, encoder: str, container: str | None, rate: int, slack: float, codec: str
) -> None:
    path = write_packed(tmp_path / name, two_lanes(SECONDS, rate), rate, encoder, container, bit_rate=64_000)
    recording = open_recording(path)
    assert (recording.sample_rate, recording.channels, recording.codec) == (rate, 2, codec)
    check_lanes(recording, slack)


@pytest.mark.parametrize(
    ("name", "encoder", "container", "rate"),
    [
        ("a.wav", "g722", "wav", 16_000),
        ("a.g722", "g722", "g722", 16_000),
        ("b.wav", "g726", "wav", 8000),
        ("a.amr", "libopencore_amrnb", "amr", 8000),
    ],
)
def test_one_channel_telephone_codecs(tmp_path: Path, name: str, encoder: str, container: str, rate: int) -> None:
    path = write_packed(tmp_path / name, sine(SECONDS, LOW_HZ, rate)[None], rate, encoder, container)
    recording = open_recording(path)
    samples = heard(recording)
    assert recording.layout is LaneLayout.MONO
    assert samples.shape[0] == 1
    assert samples.shape[1] / SAMPLE_RATE == pytest.approx(SECONDS, abs=0.05)
    assert strongest_hertz(samples[0, SAMPLE_RATE:-SAMPLE_RATE]) == pytest.approx(LOW_HZ, abs=2)


def test_amr_that_stops_sending_in_pauses(tmp_path: Path) -> None:
    talk = sine(SECONDS, LOW_HZ)
    talk[16_000:40_000] = 0
    path = write_packed(tmp_path / "a.amr", talk[None], 8000, "libopencore_amrnb", "amr", {"dtx": "1"})
    recording = open_recording(path)
    assert recording.duration == pytest.approx(SECONDS, abs=0.05)
    assert heard(recording).shape[1] / SAMPLE_RATE == pytest.approx(SECONDS, abs=0.05)


def test_gsm_and_vox_by_their_own_decoders(tmp_path: Path) -> None:
    for name, file_format, subtype in (("a.wav", "WAV", "GSM610"), ("a.vox", "RAW", "VOX_ADPCM")):
        path = write_plain(tmp_path / name, sine(SECONDS, LOW_HZ)[None], 8000, file_format, subtype)
        samples = heard(open_recording(path))
        assert samples.shape[1] / SAMPLE_RATE == pytest.approx(SECONDS, abs=0.05)
        assert strongest_hertz(samples[0]) == pytest.approx(LOW_HZ, abs=2)


def test_mp3_named_wav(tmp_path: Path) -> None:
    path = write_plain(tmp_path / "a.wav", two_lanes(SECONDS), 8000, "MP3", "MPEG_LAYER_III")
    recording = open_recording(path)
    assert recording.codec == "mp3"
    check_lanes(recording, slack=0.03)


def test_layout_asked_for_names_the_lanes(tmp_path: Path) -> None:
    path = write_plain(tmp_path / "a.wav", two_lanes(1), 8000, "WAV")
    turned = open_recording(path, LaneLayout.CUSTOMER_AGENT, CallMetadata(call_id="7"))
    assert turned.layout is LaneLayout.CUSTOMER_AGENT
    assert turned.metadata.call_id == "7"
    assert strongest_hertz(heard(turned)[0]) == pytest.approx(LOW_HZ, abs=2)  # lanes stay in the file's order
    mixed = heard(open_recording(path, LaneLayout.MONO))
    assert mixed == pytest.approx(heard(turned).mean(axis=0, keepdims=True), abs=1e-6)


@pytest.mark.parametrize("difference", [0.0, 1e-4])
def test_two_channels_with_the_same_sound_are_one_lane(tmp_path: Path, difference: float) -> None:
    talk = sine(3, LOW_HZ)
    noise = np.random.default_rng(1).normal(0, difference, talk.size).astype(np.float32)
    path = write_plain(tmp_path / "a.wav", np.stack([talk, talk + noise]), 8000, "WAV")
    assert open_recording(path).layout is LaneLayout.MONO


def test_lanes_that_part_late_are_two(tmp_path: Path) -> None:
    ring = sine(20, LOW_HZ)
    apart = np.stack([ring, ring])
    apart[1, -8000:] = 0
    assert open_recording(write_plain(tmp_path / "a.wav", apart, 8000, "WAV")).layout is LaneLayout.AGENT_CUSTOMER


def test_two_silent_channels_are_two_lanes(tmp_path: Path) -> None:
    path = write_plain(tmp_path / "a.wav", np.zeros((2, 8000), dtype=np.float32), 8000, "WAV")
    assert open_recording(path).layout is LaneLayout.AGENT_CUSTOMER


@pytest.mark.parametrize("seconds", [0.5, 2.0, 5.999, 300.0])
def test_blocks_follow_one_another(tmp_path: Path, seconds: float) -> None:
    path = write_plain(tmp_path / "a.wav", two_lanes(SECONDS, 11_025), 11_025, "WAV")
    recording = open_recording(path)
    found = list(blocks(recording, seconds))
    size = round(seconds * SAMPLE_RATE)
    assert all(block.samples.shape[1] == size for block in found[:-1])
    assert 0 < found[-1].samples.shape[1] <= size
    assert [block.start for block in found] == pytest.approx(
        [index * size / SAMPLE_RATE for index in range(len(found))]
    )
    whole = np.concatenate([block.samples for block in found], axis=1)
    assert whole.shape[1] == round(SECONDS * SAMPLE_RATE)
    assert np.array_equal(whole, heard(recording))


def test_an_hour_streams_through_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    with soundfile.SoundFile(path, "w", 8000, 1, "ULAW") as file:
        minute = sine(60, LOW_HZ)
        for _ in range(60):
            file.write(minute)
    recording = open_recording(path)
    tracemalloc.start()
    count = sum(block.samples.shape[1] for block in blocks(recording, 30.0))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 3600 * SAMPLE_RATE
    assert peak < 12e6  # a block has 1.9 MB, the whole hour 230 MB


def header_patched(path: Path, data_size: int, samples: Samples | None = None) -> Path:
    """A WAV file as a recorder leaves it that never came to write the true size of its data."""
    write_plain(path, two_lanes(SECONDS) if samples is None else samples, 8000, "WAV")
    whole = path.read_bytes()
    place = whole.index(b"data") + 4
    path.write_bytes(whole[:place] + struct.pack("<I", data_size) + whole[place + 4 :])
    return path


@pytest.mark.parametrize("data_size", [0, 8192, 0xFFFFFFFF])
def test_wav_whose_header_lies(tmp_path: Path, data_size: int) -> None:
    check_lanes(open_recording(header_patched(tmp_path / "a.wav", data_size)), slack=0.0)


def test_chunks_behind_the_sound_are_no_sound(tmp_path: Path) -> None:
    path = write_plain(tmp_path / "a.wav", two_lanes(SECONDS), 8000, "WAV")
    with path.open("ab") as file:
        file.write(b"LIST" + struct.pack("<I", 200_000) + bytes(200_000))
    check_lanes(open_recording(path), slack=0.0)


@pytest.mark.parametrize(
    ("file_format", "subtype"),
    [("WAV", "PCM_16"), ("WAV", "ULAW"), ("WAV", "MS_ADPCM"), ("AU", "ULAW"), ("FLAC", None), ("MP3", None)],
)
def test_truncated_files_give_what_is_there(tmp_path: Path, file_format: str, subtype: str | None) -> None:
    path = write_plain(tmp_path / "a", two_lanes(20), 8000, file_format, subtype)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    recording = open_recording(path)
    seconds = heard(recording).shape[1] / SAMPLE_RATE
    assert seconds == pytest.approx(10, abs=0.6)
    assert recording.duration == pytest.approx(seconds, abs=0.6)
    assert breaks_off(recording, seconds)


@pytest.mark.parametrize("name", ["a.mkv", "a.flac"])
def test_sound_that_is_damaged_up_to_the_end_breaks_off(tmp_path: Path, name: str) -> None:
    if name.endswith("flac"):
        path = write_plain(tmp_path / name, two_lanes(20), 8000, "FLAC")
    else:
        path = write_packed(tmp_path / name, two_lanes(20, 48_000), 48_000, "libopus")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] + bytes(len(whole) - len(whole) // 2))
    recording = open_recording(path)
    seconds = heard(recording).shape[1] / SAMPLE_RATE
    assert seconds == pytest.approx(10, abs=1.0)
    assert breaks_off(recording, seconds)


def test_an_mp3_that_does_not_count_its_frames_promises_nothing(tmp_path: Path) -> None:
    path = write_plain(tmp_path / "a.mp3", two_lanes(20), 8000, "MP3")
    whole = path.read_bytes()
    counted = next(name for name in (b"Xing", b"Info") if name in whole)
    for content in (b"ID3\x04\0\0\0\0\x20\0" + bytes(4096) + whole, whole):
        path.write_bytes(content[: len(content) // 2])
        recording = open_recording(path)
        assert breaks_off(recording, recording.duration)
    path.write_bytes(whole[: len(whole) // 2].replace(counted, b"none"))
    recording = open_recording(path)
    assert recording.duration == pytest.approx(10, abs=0.5)
    assert not breaks_off(recording, recording.duration)


def test_damage_in_the_middle_costs_itself_only(tmp_path: Path) -> None:
    path = write_packed(tmp_path / "a.mkv", two_lanes(20, 48_000), 48_000, "libopus")
    whole = bytearray(path.read_bytes())
    place = len(whole) // 2
    whole[place : place + 400] = bytes(400)
    path.write_bytes(whole)
    lanes = heard(open_recording(path))
    assert lanes.shape[1] / SAMPLE_RATE == pytest.approx(20, abs=1.0)
    assert strongest_hertz(lanes[1, -4 * SAMPLE_RATE :]) == pytest.approx(HIGH_HZ, abs=2)


def test_time_left_out_of_a_stream_is_silence(tmp_path: Path) -> None:
    path = write_packed(tmp_path / "a.mkv", sine(6, LOW_HZ, 48_000)[None], 48_000, "libopus", gap=(2.0, 3.0))
    recording = open_recording(path)
    lane = heard(recording)[0]
    assert recording.duration == pytest.approx(9, abs=0.1)
    assert len(lane) / SAMPLE_RATE == pytest.approx(9, abs=0.1)
    tenths = [np.abs(lane[start : start + 1600]).max() > 0.1 for start in range(0, len(lane) - 1600, 1600)]
    assert all(tenths[1:18])
    assert not any(tenths[23:48])
    assert all(tenths[53:85])


def test_what_is_not_a_number_is_no_sound(tmp_path: Path) -> None:
    samples = sine(1, LOW_HZ)
    samples[100:110] = np.nan
    samples[200] = np.inf
    path = write_plain(tmp_path / "a.wav", samples[None], 16_000, "WAV", "FLOAT")
    lane = heard(open_recording(path))
    assert np.isfinite(lane).all()
    assert np.abs(lane).max() <= 1


def empty(path: Path) -> Path:
    path.touch()
    return path


def text(path: Path) -> Path:
    path.write_text("坐席:您好,很高兴为您服务。\n" * 400, encoding="utf-8")
    return path


def playlist(path: Path) -> Path:
    path.write_text("#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nhttp://127.0.0.1:9/a.ts\n", encoding="utf-8")
    return path


def chance(path: Path) -> Path:
    path.write_bytes(np.random.default_rng(0).bytes(50_000))
    return path


def picture(path: Path) -> Path:
    path.write_bytes(bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de") + bytes(100))
    return path


def header_without_sound(path: Path) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(8000)
    return path


def unknown_codec(path: Path) -> Path:
    whole = bytearray(write_plain(path, two_lanes(1), 8000, "WAV").read_bytes())
    place = whole.index(b"fmt ") + 8
    whole[place : place + 2] = struct.pack("<H", 0x1234)
    path.write_bytes(whole)
    return path


def half_a_header(path: Path) -> Path:
    whole = write_plain(path, two_lanes(1), 8000, "WAV").read_bytes()
    path.write_bytes(whole[:20])
    return path


def film_half_lost(path: Path) -> Path:
    write_packed(path, two_lanes(2), 8000, "aac")
    path.write_bytes(path.read_bytes()[:200])
    return path


@pytest.mark.parametrize(
    ("make", "name", "code"),
    [
        (empty, "a.wav", "hear.file-empty"),
        (text, "a.wav", "hear.not-audio"),
        (text, "a.mp3", "hear.not-audio"),
        (text, "a.txt", "hear.not-audio"),
        (text, "a.raw", "hear.not-audio"),
        (playlist, "a.mp3", "hear.not-audio"),
        (playlist, "a.m3u8", "hear.not-audio"),
        (chance, "a.wav", "hear.not-audio"),
        (picture, "a.png", "hear.not-audio"),
        (write_film_without_sound, "a.mp4", "hear.no-sound"),
        (unknown_codec, "a.wav", "hear.unknown-codec"),
        (header_without_sound, "a.wav", "hear.no-samples"),
        (half_a_header, "a.wav", "hear.damaged"),
        (film_half_lost, "a.m4a", "hear.damaged"),
    ],
)
def test_bad_files_say_what_is_wrong(tmp_path: Path, make: Callable[[Path], Path], name: str, code: str) -> None:
    assert refused(make(tmp_path / name)) == code


def test_missing_file_and_folder(tmp_path: Path) -> None:
    assert refused(tmp_path / "没有.wav") == "hear.file-missing"
    (tmp_path / "文件夹.wav").mkdir()
    assert refused(tmp_path / "文件夹.wav") == "hear.file-unreadable"


def test_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_plain(tmp_path / "a.wav", two_lanes(1), 8000, "WAV")
    opened = Path.open

    def forbidden(self: Path, *arguments: object, **keywords: object) -> object:
        if self == path:
            raise PermissionError(13, "Permission denied", str(path))
        return opened(self, *arguments, **keywords)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", forbidden)
    assert refused(path) == "hear.file-unreadable"


def test_channels_that_nobody_can_assign(tmp_path: Path) -> None:
    path = write_plain(tmp_path / "a.wav", np.stack([sine(1, hertz) for hertz in (300, 500, 700)]), 8000, "WAV")
    assert refused(path) == "hear.too-many-channels"
    assert refused(path, LaneLayout.AGENT_CUSTOMER) == "hear.too-many-channels"
    assert heard(open_recording(path, LaneLayout.MONO)).shape == (1, SAMPLE_RATE)
    alone = write_plain(tmp_path / "b.wav", sine(1, 300)[None], 8000, "WAV")
    assert refused(alone, LaneLayout.AGENT_CUSTOMER) == "hear.one-lane-only"


@pytest.mark.parametrize("name", ["a.wav", "a.mp3"])
def test_file_that_is_gone_before_it_is_heard(tmp_path: Path, name: str) -> None:
    path = write_plain(tmp_path / name, two_lanes(2), 8000, name[-3:].upper())
    recording = open_recording(path)
    path.unlink()
    with pytest.raises(UserFixable) as caught:
        list(blocks(recording))
    assert caught.value.code == "hear.file-missing"


def test_file_that_goes_while_it_is_heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A share that is disconnected: what is read ends early, without a word from libsndfile."""
    path = write_plain(tmp_path / "a.wav", two_lanes(60), 8000, "WAV")
    recording = open_recording(path)
    read = soundfile.SoundFile.read

    def disconnected(self: soundfile.SoundFile, *arguments: object, **keywords: object) -> object:
        samples = read(self, *arguments, **keywords)
        if self.tell() < 100_000:
            return samples
        path.unlink()
        return samples[:0]

    monkeypatch.setattr(soundfile.SoundFile, "read", disconnected)
    stream = blocks(recording, 1.0)
    assert next(stream).samples.shape == (2, SAMPLE_RATE)
    with pytest.raises(UserFixable) as caught:
        list(stream)
    assert caught.value.code == "hear.file-missing"


def test_file_that_is_still_growing(tmp_path: Path) -> None:
    path = write_plain(tmp_path / "a.wav", two_lanes(2), 8000, "WAV")
    recording = open_recording(path)
    with path.open("ab") as file:
        file.write(bytes(1000))
    with pytest.raises(UserFixable) as caught:
        list(blocks(recording))
    assert caught.value.code == "hear.file-changed"


def test_disk_that_fails_midway_in_a_packed_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_plain(tmp_path / "a.mp3", two_lanes(2), 8000, "MP3")
    recording = open_recording(path)

    def failing(_path: Path) -> object:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(decode, "open_reader", failing)
    with pytest.raises(UserFixable) as caught:
        list(blocks(recording))
    assert caught.value.code == "hear.file-unreadable"


def test_identity_is_the_content(tmp_path: Path) -> None:
    first = write_plain(tmp_path / "a.wav", two_lanes(1), 8000, "WAV")
    second = tmp_path / "副本.wav"
    second.write_bytes(first.read_bytes())
    assert open_recording(first).sha256 == open_recording(second).sha256
    assert open_recording(first).size == first.stat().st_size


def test_suffixes_are_lower_case_endings() -> None:
    assert {".wav", ".mp3", ".m4a", ".amr", ".opus", ".wma", ".vox"} <= SUPPORTED_SUFFIXES
    assert all(suffix.startswith(".") and suffix == suffix.lower() for suffix in SUPPORTED_SUFFIXES)
    assert not SUPPORTED_SUFFIXES & {".txt", ".json", ".srt", ".vtt", ".csv", ".png"}
