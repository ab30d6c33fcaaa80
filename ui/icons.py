"""Icons from the drawings in ``ui/icons``, in the theme's colours and sharp at every scale of the screen."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QImage, QPainter, QPixmap

from ui.theme import Theme

_FOLDER = Path(__file__).with_name("icons")
_SIZES = (18, 36)
"""A button's icon at 100 and 200 %; Qt scales what lies between."""


def icon(theme: Theme, name: str, tint: str = "text") -> QIcon:
    """Return the icon ``name`` in the colour of the token ``tint``; Qt greys it where it is disabled.

    Raises FileNotFoundError where there is no such drawing.
    """
    made = QIcon()
    for size in _SIZES:
        made.addPixmap(pixmap(theme, name, tint, size))
    return made


def pixmap(theme: Theme, name: str, tint: str, size: int, ratio: float = 1.0) -> QPixmap:
    """Return the drawing ``name``, ``size`` device-independent pixels square, for a screen of ``ratio``."""
    return _render(name, theme.color(tint).name(), size, ratio)


def paint_icon(painter: QPainter, theme: Theme, name: str, tint: str, place: QRectF) -> None:
    """Paint the drawing ``name`` into ``place``."""
    device = painter.device()
    drawn = pixmap(theme, name, tint, round(place.height()), device.devicePixelRatioF() if device else 1.0)
    painter.drawPixmap(place.topLeft(), drawn)


@lru_cache(maxsize=1024)
def _render(name: str, color: str, size: int, ratio: float) -> QPixmap:
    from PySide6.QtSvg import QSvgRenderer  # loads late: the first paint needs no icon

    drawing = (_FOLDER / f"{name}.svg").read_text(encoding="utf-8").replace("currentColor", color)
    image = QImage(QSize(round(size * ratio), round(size * ratio)), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(drawing.encode())).render(painter)
    painter.end()
    made = QPixmap.fromImage(image)
    made.setDevicePixelRatio(ratio)
    return made
