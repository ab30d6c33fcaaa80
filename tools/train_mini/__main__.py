"""Trains the miniature Whisper: ``python -m tools.train_mini all --minutes 100 --work DIR --tiktoken FILE``.

Run from the root of the repository, with the ``train`` dependencies and Debian's espeak-ng 1.51 installed::

    pip install -e ".[train]" --extra-index-url https://download.pytorch.org/whl/cpu
    pip download --no-deps --no-binary :all: openai-whisper   # MIT; unpack it
    python -m tools.train_mini all --minutes 240 --work build/mini --tiktoken FILE

FILE is ``whisper/assets/multilingual.tiktoken`` of the unpacked package. ``all`` is ``data``, ``train``, ``export`` and
``measure`` after one another. Training can be stopped at any time: the same command goes on from ``DIR/checkpoint.pt``,
and ``export`` makes a model of whatever that checkpoint holds. ``--warm-start`` begins from the weights of another
checkpoint, whose characters and syllables keep what they know.
"""

from __future__ import annotations

import argparse
from pathlib import Path

ROOT = Path(__file__).parents[2]
MODEL = ROOT / "models" / "csqa-mini-zh"
SAMPLES = ROOT / "samples"


def prepare(work: Path, tiktoken_file: Path | None) -> None:
    """Make ``work/tokenizer.json`` where it is missing, and say what the corpus holds."""
    from tools.train_mini.corpus import Clips, Corpus, held_out_sentences
    from tools.train_mini.grammar import lines_of
    from tools.train_mini.tokens import build_tokenizer

    work.mkdir(parents=True, exist_ok=True)
    if not (work / "tokenizer.json").exists():
        if tiktoken_file is None:
            raise SystemExit(
                "--tiktoken is needed once: whisper/assets/multilingual.tiktoken of the openai-whisper package"
            )
        build_tokenizer(tiktoken_file, work / "tokenizer.json")
    corpus = Corpus()
    unspoken = Clips().unspeakable(corpus.characters)
    if unspoken:
        raise SystemExit(f"espeak-ng says nothing for {unspoken}")
    print(
        f"{len(corpus.characters)} characters, {len(lines_of('templates.txt'))} patterns, "
        f"{len(corpus.fixed)} fixed sentences, {len(corpus.samples)} turns of samples, "
        f"{len(held_out_sentences())} sentences held out"
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.train_mini", description=__doc__.split("\n")[0])
    parser.add_argument("step", choices=["data", "train", "export", "measure", "all"])
    parser.add_argument("--work", type=Path, required=True, help="folder of tokenizer, checkpoint and figures")
    parser.add_argument(
        "--minutes", type=float, default=240, help="clock time of the whole training, with what is already done"
    )
    parser.add_argument("--tiktoken", type=Path, help="multilingual.tiktoken, for a new work folder")
    parser.add_argument("--warm-start", type=Path, help="checkpoint to begin from")
    parser.add_argument("--peak", type=float, default=1.5e-3, help="highest learning rate")
    parser.add_argument("--model", type=Path, default=MODEL, help="model folder that is written and measured")
    parser.add_argument("--samples", type=Path, default=SAMPLES, help="sample calls to measure on")
    parser.add_argument("--sentences", type=int, default=400, help="held-out sentences to measure on")
    return parser


def main() -> None:
    """Do the step that the command line names."""
    options = _parser().parse_args()
    work, every = options.work, options.step == "all"
    if every or options.step == "data":
        prepare(work, options.tiktoken)
    if every or options.step == "train":
        from tools.train_mini.train import Schedule, train

        train(work, Schedule(options.minutes, options.peak), options.warm_start)
    if every or options.step == "export":
        from tools.train_mini.export import export

        export(work / "checkpoint.pt", work / "tokenizer.json", options.model)
    if every or options.step == "measure":
        from tools.train_mini.measure import measure, write

        write(measure(options.model, options.samples, options.sentences), work / "measured.json")


if __name__ == "__main__":
    main()
