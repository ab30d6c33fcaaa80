"""From a checkpoint to the five files that faster-whisper loads, with their checksums."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import torch
from torch import Tensor

from tools.train_mini.network import MiniWhisper
from tools.train_mini.recipe import (
    ALIGNMENT_HEADS,
    CHUNK_SECONDS,
    DECODER_LAYERS,
    ENCODER_LAYERS,
    FRAMES_A_SECOND,
    HEADS,
    MEL_BANDS,
    POSITIONS,
    SAMPLE_RATE,
    TEXT_POSITIONS,
    WIDTH,
)
from tools.train_mini.tokens import LANGUAGES, VOCABULARY_SIZE
from tools.train_mini.train import Checkpoint

MODEL_FILES = ("config.json", "model.bin", "preprocessor_config.json", "tokenizer.json", "vocabulary.json")
CHECKSUMS = "SHA256SUMS"
_NEVER = -1000.0
"""Logit bias of the tokens that the model does not use, so that they can never win."""


def _whisper_names(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return the weights under the names that ``transformers`` gives to Whisper's parts, without token rows."""
    renamed: dict[str, Tensor] = {}

    def linear(to: str, origin: str) -> None:
        for part in ("weight", "bias"):
            if f"{origin}.{part}" in weights:
                renamed[f"{to}.{part}"] = weights[f"{origin}.{part}"]

    def attention(to: str, origin: str) -> None:
        for there, here in (("q_proj", "q"), ("k_proj", "k"), ("v_proj", "v"), ("out_proj", "o")):
            linear(f"{to}.{there}", f"{origin}.{here}")

    for number in (1, 2):
        linear(f"model.encoder.conv{number}", f"c{number}")
    renamed["model.encoder.embed_positions.weight"] = weights["pe"]
    renamed["model.decoder.embed_positions.weight"] = weights["pd"]
    linear("model.encoder.layer_norm", "ne")
    linear("model.decoder.layer_norm", "nd")
    for side, short, count in (("encoder", "enc", ENCODER_LAYERS), ("decoder", "dec", DECODER_LAYERS)):
        for number in range(count):
            to, origin = f"model.{side}.layers.{number}", f"{short}.{number}"
            attention(f"{to}.self_attn", f"{origin}.a")
            linear(f"{to}.self_attn_layer_norm", f"{origin}.n1")
            linear(f"{to}.fc1", f"{origin}.f1")
            linear(f"{to}.fc2", f"{origin}.f2")
            linear(f"{to}.final_layer_norm", f"{origin}.n2")
            if side == "decoder":
                attention(f"{to}.encoder_attn", f"{origin}.c")
                linear(f"{to}.encoder_attn_layer_norm", f"{origin}.nc")
    return renamed


def export(checkpoint_file: Path, tokenizer_file: Path, out: Path, quantization: str = "int8") -> None:
    """Write the CTranslate2 model, tokenizer, vocabulary, feature settings and checksums into ``out``.

    Other files in ``out`` are left alone. All 51 865 tokens of multilingual Whisper are kept, because with fewer
    CTranslate2 takes a model for an English one; those not in use get a zero embedding and a bias of -1000.
    """
    from ctranslate2.converters.transformers import WhisperLoader
    from tokenizers import Tokenizer
    from transformers import WhisperConfig, WhisperForConditionalGeneration

    checkpoint = Checkpoint.load(checkpoint_file)
    network = MiniWhisper(len(checkpoint.vocabulary.used), len(checkpoint.vocabulary.units))
    network.load_state_dict(checkpoint.weights)
    weights = network.state_dict()
    configuration = WhisperConfig(
        vocab_size=VOCABULARY_SIZE,
        d_model=WIDTH,
        encoder_layers=ENCODER_LAYERS,
        decoder_layers=DECODER_LAYERS,
        encoder_attention_heads=HEADS,
        decoder_attention_heads=HEADS,
        encoder_ffn_dim=4 * WIDTH,
        decoder_ffn_dim=4 * WIDTH,
        max_source_positions=POSITIONS,
        max_target_positions=TEXT_POSITIONS,
        num_mel_bins=MEL_BANDS,
    )
    whisper = WhisperForConditionalGeneration(configuration).eval()
    used = torch.tensor(checkpoint.vocabulary.used)
    embedding = torch.zeros(VOCABULARY_SIZE, WIDTH)
    embedding[used] = weights["emb"]
    token_rows = {"model.decoder.embed_tokens.weight": embedding, "proj_out.weight": embedding}
    fitted = whisper.load_state_dict(_whisper_names(weights) | token_rows, strict=False)
    if fitted.missing_keys or fitted.unexpected_keys:
        raise ValueError(f"the network does not fit Whisper: {fitted}")
    whisper.proj_out = torch.nn.Linear(WIDTH, VOCABULARY_SIZE)
    bias = torch.full((VOCABULARY_SIZE,), _NEVER)
    bias[used] = weights["bias"]
    with torch.no_grad():
        whisper.proj_out.weight.copy_(embedding)
        whisper.proj_out.bias.copy_(bias)

    tokenizer = Tokenizer.from_file(str(tokenizer_file))
    vocabulary = [tokenizer.id_to_token(token) for token in range(VOCABULARY_SIZE)]
    spec = WhisperLoader().get_model_spec(whisper)
    spec.register_vocabulary(vocabulary)
    languages = {f"<|{language}|>" for language in LANGUAGES}
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = []
    spec.config.lang_ids = [token for token, word in enumerate(vocabulary) if word in languages]
    spec.config.alignment_heads = ALIGNMENT_HEADS
    spec.validate()
    spec.optimize(quantization=quantization)
    out.mkdir(parents=True, exist_ok=True)
    spec.save(str(out))
    shutil.copy(tokenizer_file, out / "tokenizer.json")
    features = {
        "feature_extractor_type": "WhisperFeatureExtractor",
        "feature_size": MEL_BANDS,
        "sampling_rate": SAMPLE_RATE,
        "hop_length": SAMPLE_RATE // FRAMES_A_SECOND,
        "n_fft": 400,
        "chunk_length": CHUNK_SECONDS,
        "nb_max_frames": CHUNK_SECONDS * FRAMES_A_SECOND,
        "n_samples": CHUNK_SECONDS * SAMPLE_RATE,
    }
    (out / "preprocessor_config.json").write_text(json.dumps(features, indent=1) + "\n", encoding="utf-8")
    write_checksums(out)


def write_checksums(folder: Path) -> None:
    """Write ``SHA256SUMS`` for the model's five files, a line each: digest, two spaces, name."""
    lines = [f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in MODEL_FILES]
    (folder / CHECKSUMS).write_text("".join(lines), encoding="utf-8", newline="\n")
