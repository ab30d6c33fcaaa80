"""The training loop: a schedule by the clock, checkpoints that it goes on from."""

from __future__ import annotations

import copy
import json
import math
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer

from tools.train_mini.corpus import Corpus
from tools.train_mini.network import MiniWhisper, carry_over, losses
from tools.train_mini.recipe import SEED
from tools.train_mini.tokens import Vocabulary
from tools.train_mini.windows import Batch, Stream

_CHECKPOINT_EVERY = 120.0
_REPORT_EVERY = 50
_THREADS = 2


@dataclass(frozen=True)
class Schedule:
    """How the learning rate moves over ``minutes`` of clock time."""

    minutes: float
    peak: float = 1.5e-3
    warm_up_steps: int = 150
    hold: float = 0.3
    """Share of the time at the peak, before the cosine."""

    def rate(self, progress: float, step: int) -> float:
        """Return the learning rate at ``progress`` (0..1) of the time and ``step``."""
        fall = 1.0
        if progress > self.hold:
            fall = 0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * (progress - self.hold) / (1 - self.hold)))
        return self.peak * min(1.0, (step + 1) / self.warm_up_steps) * fall


@dataclass
class Checkpoint:
    """Everything needed to export, or to go on."""

    weights: dict[str, torch.Tensor]
    vocabulary: Vocabulary
    optimiser: dict[str, object] | None = None
    step: int = 0
    elapsed: float = 0.0
    audio_hours: float = 0.0

    def save(self, path: Path) -> None:
        """Write the checkpoint; an older one is replaced only once the new one is whole."""
        unfinished = path.with_suffix(".unfinished")
        torch.save(
            {
                "weights": self.weights,
                "used": self.vocabulary.used,
                "units": self.vocabulary.units,
                "optimiser": self.optimiser,
                "step": self.step,
                "elapsed": self.elapsed,
                "audio_hours": self.audio_hours,
            },
            unfinished,
        )
        unfinished.replace(path)

    @classmethod
    def load(cls, path: Path) -> Checkpoint:
        """Read what ``save`` wrote."""
        kept = torch.load(path, map_location="cpu", weights_only=True)
        vocabulary = Vocabulary(tuple(kept["used"]), tuple(kept["units"]))
        return cls(
            kept["weights"],
            vocabulary,
            kept.get("optimiser"),
            kept.get("step", 0),
            kept.get("elapsed", 0.0),
            kept.get("audio_hours", 0.0),
        )


def _split_by_decay(network: MiniWhisper) -> list[dict[str, object]]:
    matrices = [parameter for parameter in network.parameters() if parameter.ndim > 1]
    vectors = [parameter for parameter in network.parameters() if parameter.ndim <= 1]
    return [{"params": matrices, "weight_decay": 0.01}, {"params": vectors, "weight_decay": 0.0}]


def _in_bfloat16(batch: Batch) -> Batch:
    batch.features = batch.features.bfloat16()
    return batch


def train(work: Path, schedule: Schedule, warm_start: Path | None = None, seed: int = SEED) -> Checkpoint:
    """Train for ``schedule.minutes`` and return the last checkpoint, also written to ``work/checkpoint.pt``.

    Goes on where ``work/checkpoint.pt`` stopped, with the time spent there counted. ``warm_start`` is a checkpoint
    whose weights a new run begins with; known characters and syllables keep their rows. ``work/tokenizer.json`` must
    exist.
    """
    torch.manual_seed(seed)
    torch.set_num_threads(_THREADS)
    tokenizer_file, checkpoint_file = work / "tokenizer.json", work / "checkpoint.pt"
    corpus = Corpus()
    vocabulary = Vocabulary.of(Tokenizer.from_file(str(tokenizer_file)), corpus.characters)
    network = MiniWhisper(len(vocabulary.used), len(vocabulary.units))
    optimiser = torch.optim.AdamW(_split_by_decay(network), lr=schedule.peak, betas=(0.9, 0.98))
    done, warmed_up = Checkpoint({}, vocabulary), False
    if checkpoint_file.exists() or warm_start:
        begun = checkpoint_file.exists()
        found = Checkpoint.load(checkpoint_file if begun else Path(str(warm_start)))
        network.load_state_dict(carry_over(found.weights, found.vocabulary, network, vocabulary))
        if begun:
            done = Checkpoint({}, vocabulary, None, found.step, found.elapsed, found.audio_hours)
            if found.vocabulary == vocabulary and found.optimiser:
                optimiser.load_state_dict(found.optimiser)
                warmed_up = True
    print(
        json.dumps({"rows": len(vocabulary.used), "units": len(vocabulary.units), "schedule": asdict(schedule)}),
        flush=True,
    )
    working = copy.deepcopy(network).bfloat16()
    masters, copies = list(network.parameters()), list(working.parameters())
    progress = torch.zeros(()).share_memory_()
    stream = Stream(vocabulary, str(tokenizer_file), seed + done.step, progress)
    batches = iter(torch.utils.data.DataLoader(stream, batch_size=None, num_workers=1, prefetch_factor=24))

    began = time.monotonic() - done.elapsed
    last_saved = last_report = time.monotonic()
    first_step = 0 if warmed_up else done.step
    watched = torch.zeros(6)

    def save() -> None:
        done.weights, done.optimiser = network.state_dict(), optimiser.state_dict()
        done.elapsed = time.monotonic() - began
        done.save(checkpoint_file)

    while (part := (time.monotonic() - began) / 60 / schedule.minutes) < 1:
        progress.fill_(part)
        batch = _in_bfloat16(next(batches))
        rate = schedule.rate(part, done.step - first_step)
        for group in optimiser.param_groups:
            group["lr"] = rate
        found_losses = losses(working, batch)
        ctc_weight, guide_weight = (1.0, 1.0) if part < 0.3 else (0.4, 0.4)
        (found_losses.text + ctc_weight * found_losses.ctc + guide_weight * found_losses.guide).backward()
        for master, computed in zip(masters, copies, strict=True):
            master.grad = None if computed.grad is None else computed.grad.float()
            computed.grad = None
        torch.nn.utils.clip_grad_norm_(masters, 1.0)
        optimiser.step()
        with torch.no_grad():
            torch._foreach_copy_(copies, masters)
        done.step += 1
        done.audio_hours += float(batch.ctc_positions.sum()) / 50 / 3600
        watched += torch.tensor(
            [
                found_losses.text.item(),
                found_losses.ctc.item(),
                found_losses.guide.item(),
                found_losses.accuracy,
                found_losses.time_error,
                float(len(batch.rows)),
            ]
        )
        now = time.monotonic()
        if done.step % _REPORT_EVERY == 0:
            text, ctc, guide, accuracy, time_error, size = (watched / _REPORT_EVERY).tolist()
            print(
                f"{done.step:6d} {part:4.0%} {now - began:5.0f}s text {text:.3f} ctc {ctc:.3f} guide {guide:.2f} "
                f"right {accuracy:.4f} time {time_error:.3f} size {size:.1f} "
                f"{(now - last_report) / _REPORT_EVERY:.2f} s/step rate {rate:.1e} {done.audio_hours:.1f} h",
                flush=True,
            )
            watched.zero_()
            last_report = now
        if now - last_saved > _CHECKPOINT_EVERY:
            save()
            last_saved = now
    save()
    return done
