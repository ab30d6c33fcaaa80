"""``csqa models``: which recognisers there are, and whether they are whole."""

from __future__ import annotations

import argparse

from csqa import weights
from csqa.cli.printing import Voice


def list_models(options: argparse.Namespace, voice: Voice) -> int:
    """List what is installed and what can be fetched."""
    raise NotImplementedError(options, voice, weights)
