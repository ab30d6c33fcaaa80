"""The waveform of one lane as a picture, reckoned with numpy: a long call is drawn as quickly as a short one."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

from csqa.hear.peaks import FULL_SCALE
from csqa.spans import Span
from ui.dossier import Lane
from ui.viewport import Viewport

_QUIETEST = 0.05
"""A lane that never gets louder than this share of full scale is not blown up further."""


def lane_image(lane: Lane, viewport: Viewport, size: tuple[int, int], spoken: QColor, silent: QColor) -> QImage:
    """Draw the outline of ``lane``, ``size`` (width, height) in pixels of the screen, on nothing.

    What is speech has the colour ``spoken``, the rest of the line ``silent``. The loudest moment of the call fills the
    height, so that quiet lines are seen too.
    """
    width, height = size
    outline = lane.outline.view(viewport.start, viewport.end, width).astype(np.float32) / FULL_SCALE
    middle = (height - 1) / 2
    reach = middle / max(lane.loudest, _QUIETEST)
    upper = middle - outline[:, 1] * reach - 0.5
    lower = middle - outline[:, 0] * reach + 0.5
    rows = np.arange(height, dtype=np.float32)[:, None]
    # how much of each pixel lies between the edges: they are smooth, not stepped
    covered = np.clip(lower[None, :] - rows + 0.5, 0, 1) * np.clip(rows - upper[None, :] + 0.5, 0, 1)
    colors = np.where(_speech_columns(lane.speech, viewport, width)[:, None], _channels(spoken), _channels(silent))
    pixels = np.ascontiguousarray((covered[:, :, None] * colors[None, :, :]).astype(np.uint8))
    return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGBA8888_Premultiplied).copy()


def _speech_columns(speech: Iterable[Span], viewport: Viewport, width: int) -> NDArray[np.bool_]:
    seconds = viewport.shown / width
    columns = np.zeros(width, np.bool_)
    for span in speech:
        if span.start < viewport.end and viewport.start < span.end:
            begin = max(int((span.start - viewport.start) / seconds), 0)
            columns[begin : int((span.end - viewport.start) / seconds) + 1] = True
    return columns


def _channels(color: QColor) -> NDArray[np.float32]:
    """Return red, green, blue and opacity, 0–255, the colours dimmed by the opacity."""
    opacity = color.alphaF()
    return np.array([color.red() * opacity, color.green() * opacity, color.blue() * opacity, 255 * opacity], np.float32)
