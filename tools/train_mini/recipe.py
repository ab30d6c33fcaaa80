"""The numbers of the recipe that more than one module needs."""

from __future__ import annotations

SEED = 20_261_123
"""Seed of the training stream; worker, windows and noise all follow from it."""

HELD_OUT_SEED = 987_654
"""Seed of the sentences that measuring uses; those that training has heard are thrown out."""

SAMPLE_RATE = 16_000
CHUNK_SECONDS = 10
"""Longest window the model is trained on; written to preprocessor_config.json as chunk_length."""

FRAMES_A_SECOND = 100
POSITIONS_A_SECOND = 50
POSITIONS = 1500
"""Encoder positions: Whisper's own 30 s, because faster-whisper pads every window to 3000 frames."""

MEL_BANDS = 80
WIDTH = 192
HEADS = 3
ENCODER_LAYERS = 4
DECODER_LAYERS = 2
TEXT_POSITIONS = 448
ALIGNMENT_HEADS = [[DECODER_LAYERS - 1, 0]]
"""The head that the guided-attention term trains; the others give poor word times."""
