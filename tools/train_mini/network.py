"""Whisper's architecture, very small, in a form that trains fast in bfloat16 on a CPU.

``export.py`` turns what is trained here into the real thing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from tools.train_mini.recipe import (
    DECODER_LAYERS,
    ENCODER_LAYERS,
    HEADS,
    MEL_BANDS,
    POSITIONS,
    TEXT_POSITIONS,
    WIDTH,
)
from tools.train_mini.tokens import TIME_TOKENS, Vocabulary
from tools.train_mini.windows import IGNORED, Batch

_STAND_INS = 24
"""How many positions stand for the zero-padded rest of Whisper's 30 s; see ``MiniWhisper.encode``."""


def sinusoids(length: int, width: int) -> Tensor:
    """Return Whisper's position code, [length, width]."""
    step = math.log(10000) / (width // 2 - 1)
    angles = torch.arange(length)[:, None] * torch.exp(-step * torch.arange(width // 2))[None]
    return torch.cat([angles.sin(), angles.cos()], 1)


class Attention(nn.Module):
    """Multi-head attention; in bfloat16 on a CPU this plain form trains about three times as fast as the fused one."""

    def __init__(self, cross: bool) -> None:
        """``cross``: look at the encoder, and remember the first head's weights for the guided-attention term."""
        super().__init__()
        self.q, self.v, self.o = nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, WIDTH)
        self.k = nn.Linear(WIDTH, WIDTH, bias=False)
        self.cross = cross
        self.first_head: Tensor | None = None

    def forward(self, x: Tensor, source: Tensor | None, bias: Tensor | None, causal: bool) -> Tensor:
        """Attend from ``x`` to ``source`` (to ``x`` where there is none)."""
        size, length, _ = x.shape
        seen = x if source is None else source

        def heads(y: Tensor) -> Tensor:
            return y.view(size, -1, HEADS, WIDTH // HEADS).transpose(1, 2)

        zero = torch.zeros_like(self.v.bias)
        keys, values = functional.linear(
            seen, torch.cat([self.k.weight, self.v.weight]), torch.cat([zero, self.v.bias])
        ).chunk(2, -1)
        scores = (heads(self.q(x)) * (WIDTH // HEADS) ** -0.5) @ heads(keys).transpose(-1, -2)
        if causal:
            scores = scores + torch.full((length, length), -1e4, dtype=scores.dtype).triu(1)
        elif bias is not None:
            scores = scores + bias
        weights = scores.softmax(-1)
        self.first_head = weights[:, 0] if self.cross else None
        return self.o((weights @ heads(values)).transpose(1, 2).reshape(size, length, WIDTH))


class Layer(nn.Module):
    """One pre-norm layer of encoder or decoder."""

    def __init__(self, decoder: bool) -> None:
        """``decoder``: causal, with attention to the encoder."""
        super().__init__()
        self.n1, self.a = nn.LayerNorm(WIDTH), Attention(cross=False)
        if decoder:
            self.nc, self.c = nn.LayerNorm(WIDTH), Attention(cross=True)
        self.decoder = decoder
        self.n2, self.f1, self.f2 = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)

    def forward(self, x: Tensor, encoded: Tensor | None, bias: Tensor | None) -> Tensor:
        """Apply the layer; ``bias`` is added to attention over encoder positions."""
        x = x + self.a(self.n1(x), None, None if self.decoder else bias, self.decoder)
        if self.decoder:
            x = x + self.c(self.nc(x), encoded, bias, False)
        return x + self.f2(functional.gelu(self.f1(self.n2(x))))


class MiniWhisper(nn.Module):
    """Encoder, decoder over the rows of a ``Vocabulary``, and a CTC head over syllable parts that export drops."""

    def __init__(self, rows: int, units: int) -> None:
        """``rows`` tokens and ``units`` CTC units, the blank not counted."""
        super().__init__()
        self.c1 = nn.Conv1d(MEL_BANDS, WIDTH, 3, padding=1)
        self.c2 = nn.Conv1d(WIDTH, WIDTH, 3, stride=2, padding=1)
        self.register_buffer("pe", sinusoids(POSITIONS, WIDTH))
        self.enc = nn.ModuleList(Layer(decoder=False) for _ in range(ENCODER_LAYERS))
        self.ne = nn.LayerNorm(WIDTH)
        self.emb = nn.Parameter(torch.randn(rows, WIDTH) * WIDTH**-0.5)
        self.pd = nn.Parameter(sinusoids(TEXT_POSITIONS, WIDTH) * 0.3)
        self.dec = nn.ModuleList(Layer(decoder=True) for _ in range(DECODER_LAYERS))
        self.nd = nn.LayerNorm(WIDTH)
        self.bias = nn.Parameter(torch.zeros(rows))
        self.ctc = nn.Linear(WIDTH, units + 1)
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.xavier_uniform_(module.weight)
                if module.bias is not None:
                    nn.init.zeros_(module.bias)
        with torch.no_grad():
            for layer in [*self.enc, *self.dec]:
                layer.a.o.weight *= 0.4
                layer.f2.weight *= 0.4
            # Time tokens start near the position code that the encoder uses, so that times are found early.
            drawn = 0.5 * sinusoids(TIME_TOKENS, WIDTH) + 0.3 * torch.randn(TIME_TOKENS, WIDTH)
            self.emb[-TIME_TOKENS:] = drawn * WIDTH**-0.5

    def _convolve(self, features: Tensor) -> Tensor:
        return functional.gelu(self.c2(functional.gelu(self.c1(features)))).transpose(1, 2)

    def encode(self, features: Tensor) -> tuple[Tensor, int, Tensor | None]:
        """Encode [size, 80, 2 * positions + 4]; return states, how many of them are sound, and the attention bias.

        faster-whisper pads every window with zeros to 1500 positions. Those not computed here are represented by a few
        drawn ones, whose attention scores get log(missing / drawn): an unbiased stand-in at a fraction of the cost.
        """
        states = self._convolve(features)[:, :-2]
        length = states.shape[1]
        states = states + self.pe[:length]
        zero = self._convolve(torch.zeros(1, MEL_BANDS, 16, dtype=states.dtype))[:, 4:5]
        drawn = zero + self.pe[torch.randint(length, POSITIONS, (_STAND_INS,))]
        states = torch.cat([states, drawn.expand(states.shape[0], -1, -1)], 1)
        bias = torch.zeros(1, 1, 1, length + _STAND_INS, dtype=states.dtype)
        bias[..., length:] = math.log((POSITIONS - length) / _STAND_INS)
        for layer in self.enc:
            states = layer(states, None, bias)
        return self.ne(states), length, bias

    def decode(self, rows: Tensor, offsets: Tensor, encoded: Tensor, bias: Tensor | None) -> Tensor:
        """Return decoder states for ``rows`` at positions that begin at ``offsets``."""
        positions = (torch.arange(rows.shape[1])[None] + offsets).clamp(max=TEXT_POSITIONS - 1)
        states = self.emb[rows] + self.pd[positions]
        for layer in self.dec:
            states = layer(states, encoded, bias)
        return self.nd(states)


@dataclass
class Losses:
    """The three terms of the loss, and two figures to watch."""

    text: Tensor
    ctc: Tensor
    guide: Tensor
    accuracy: float
    time_error: float


def losses(network: MiniWhisper, batch: Batch) -> Losses:
    """Return cross-entropy, CTC over syllable parts, and how far head 0 looks away from where a token is spoken."""
    encoded, length, bias = network.encode(batch.features)
    states = network.decode(batch.rows, batch.offsets, encoded, bias)
    kept = batch.labels != IGNORED
    wanted = batch.labels[kept]
    scores = (states[kept] @ network.emb.t() + network.bias).float()
    log_probability = scores.log_softmax(-1)
    rows = scores.shape[1]
    first_time = rows - TIME_TOKENS
    timed = wanted >= first_time
    loss = -log_probability.gather(1, wanted[:, None])[:, 0]
    if timed.any():
        # A time one or two steps off is nearly right: half of the weight goes to the neighbours.
        at, row = log_probability[timed], wanted[timed]

        def near(steps: int) -> Tensor:
            return -at.gather(1, (row + steps).clamp(first_time, rows - 1)[:, None])[:, 0]

        soft = 0.5 * near(0) + 0.18 * (near(1) + near(-1)) + 0.07 * (near(2) + near(-2))
        loss = loss.masked_scatter(timed, soft)
    with torch.no_grad():
        best = scores.argmax(-1)
        accuracy = (best == wanted)[~timed].float().mean().item()
        time_error = (best - wanted)[timed].abs().float().mean().item() * 0.02 if timed.any() else 0.0
    return Losses(
        loss.mean(), _ctc(network, encoded[:, :length], batch), _guide(network, batch, length), accuracy, time_error
    )


def _ctc(network: MiniWhisper, encoded: Tensor, batch: Batch) -> Tensor:
    log_probability = functional.log_softmax(network.ctc(encoded).float(), -1).transpose(0, 1)
    if int(batch.unit_counts.sum()) == 0:
        return log_probability.sum() * 0
    each = functional.ctc_loss(
        log_probability, batch.units, batch.ctc_positions, batch.unit_counts, zero_infinity=True, reduction="none"
    )
    # Silent windows count by the frame; else one of them outweighs the batch.
    return (each / torch.where(batch.unit_counts > 0, batch.unit_counts, batch.ctc_positions)).mean()


def _guide(network: MiniWhisper, batch: Batch, length: int) -> Tensor:
    known = (batch.places[..., 0] >= 0).nonzero(as_tuple=True)
    if len(known[0]) == 0:
        return torch.zeros(())
    place = batch.places[known]
    near = (torch.arange(length)[None] - place[:, :1]).abs() <= place[:, 1:]
    total = torch.zeros(())
    for layer, weight in ((network.dec[-1], 1.0), (network.dec[-2], 0.3)):
        looked = layer.c.first_head[known][:, :length].float()
        total = total - weight * torch.log((looked * near).sum(-1) + 1e-4).mean()
    return total


def carry_over(weights: dict[str, Tensor], had: Vocabulary, network: MiniWhisper, now: Vocabulary) -> dict[str, Tensor]:
    """Return ``weights`` of a model with vocabulary ``had`` fitted to ``network`` with vocabulary ``now``.

    Rows go by token id and by syllable part; what ``had`` did not know keeps the fresh values of ``network``.
    """
    fitted = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    pairs = [(now.row[token], row) for token, row in had.row.items() if token in now.row]
    to, origin = (torch.tensor(side) for side in zip(*pairs, strict=True))
    unit_pairs = [(0, 0), *((now.unit_row[unit], row) for unit, row in had.unit_row.items() if unit in now.unit_row)]
    unit_to, unit_origin = (torch.tensor(side) for side in zip(*unit_pairs, strict=True))
    for name, tensor in weights.items():
        if name in ("emb", "bias"):
            fitted[name][to] = tensor[origin]
        elif name in ("ctc.weight", "ctc.bias"):
            fitted[name][unit_to] = tensor[unit_origin]
        else:
            fitted[name] = tensor
    return fitted
