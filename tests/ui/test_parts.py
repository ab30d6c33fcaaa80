"""Small parts: the lane's picture, the flowing layout, icons."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from csqa.hear.peaks import OutlineBuilder, Pyramid
from csqa.roles import Speaker
from csqa.spans import Span
from ui.dossier import Lane
from ui.icons import icon, paint_icon, pixmap
from ui.theme import Theme
from ui.viewport import Viewport
from ui.views.flow import FlowLayout
from ui.views.lanes import lane_image

SPOKEN, SILENT = QColor(200, 0, 0), QColor(0, 0, 200)


def lane(samples: np.ndarray, speech: tuple[Span, ...], loudest: float = 1.0) -> Lane:
    builder = OutlineBuilder()
    builder.feed(samples.astype(np.float32))
    return Lane(Speaker.AGENT, speech, Pyramid(builder.finish()), loudest)


def column(image: QImage, x: int) -> list[QColor]:
    return [image.pixelColor(x, y) for y in range(image.height())]


@pytest.fixture
def square() -> Lane:
    """Ten seconds: silence, then full scale from 5 s on; speech from 7 s on."""
    samples = np.zeros(160_000)
    samples[80_000::2], samples[80_001::2] = 1.0, -1.0
    return lane(samples, (Span(7.0, 10.0),))


def test_a_lane_is_as_high_as_it_is_loud_and_coloured_where_it_is_speech(qapp: QApplication, square: Lane) -> None:
    image = lane_image(square, Viewport.whole(10.0, 100.0), (100, 41), SPOKEN, SILENT)
    quiet = [color.alpha() for color in column(image, 20)]
    assert quiet[20] == 255
    assert sum(quiet) <= 3 * 255
    noise = column(image, 60)
    assert all(color.alpha() > 200 for color in noise[1:-1])
    assert noise[20] == SILENT
    assert column(image, 90)[20] == SPOKEN


def test_quiet_lanes_fill_their_height_too(qapp: QApplication) -> None:
    samples = np.zeros(16_000)
    samples[::2], samples[1::2] = 0.2, -0.2
    image = lane_image(lane(samples, (), 0.2), Viewport.whole(1.0, 10.0), (10, 41), SPOKEN, SILENT)
    assert image.pixelColor(5, 2).alpha() > 200


def test_what_lies_outside_the_recording_is_flat(qapp: QApplication, square: Lane) -> None:
    image = lane_image(square, Viewport(0.0, 20.0, 20.0, 100.0), (100, 41), SPOKEN, SILENT)
    assert image.pixelColor(90, 5).alpha() == 0


def test_items_flow_like_words(qtbot: QtBot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    labels = [QLabel("字" * 10) for _ in range(6)]
    flow = FlowLayout(*labels)
    widget.setLayout(flow)
    one = labels[0].sizeHint()
    wide, narrow = one.width() * 10, one.width() * 2 + 30
    assert flow.heightForWidth(wide) == one.height()
    assert flow.heightForWidth(narrow) > 2 * one.height()
    widget.resize(narrow, flow.heightForWidth(narrow))
    widget.show()
    places = [label.geometry() for label in labels]
    assert len({place.top() for place in places}) == 3
    assert all(QRect(0, 0, widget.width(), widget.height()).contains(place) for place in places)
    assert not any(one.intersects(other) for index, one in enumerate(places) for other in places[index + 1 :])
    labels[0].setText("字" * 40)
    assert flow.heightForWidth(narrow) > 3 * one.height()
    assert flow.count() == 6
    assert flow.itemAt(6) is None
    assert flow.takeAt(6) is None


def test_icons_are_sharp_and_coloured(theme: Theme) -> None:
    drawn = pixmap(theme, "pass", "passed", 18, 2.0)
    assert drawn.width() == 36
    assert drawn.devicePixelRatio() == 2.0
    image = drawn.toImage()
    colors = {
        image.pixelColor(x, y).name() for x in range(36) for y in range(36) if image.pixelColor(x, y).alpha() == 255
    }
    assert colors == {theme.tokens.passed}
    assert not icon(theme, "play").isNull()
    with pytest.raises(FileNotFoundError):
        pixmap(theme, "no such drawing", "text", 18)


def test_icons_are_painted_in_place(theme: Theme) -> None:
    canvas = QImage(64, 64, QImage.Format.Format_ARGB32)
    canvas.fill(0)
    painter = QPainter(canvas)
    paint_icon(painter, theme, "fatal", "violation", QRectF(20, 20, 16, 16))
    painter.end()
    inside = [canvas.pixelColor(x, y).alpha() for x in range(20, 36) for y in range(20, 36)]
    assert max(inside) == 255
    assert canvas.pixelColor(10, 10).alpha() == 0
