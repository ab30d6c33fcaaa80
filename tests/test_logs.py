"""The log helps to find a fault, and holds nothing that was said in a call."""

from __future__ import annotations

import io
import logging

from csqa.logs import WordlessFormatter


def test_a_traceback_is_kept_and_what_was_said_is_not() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(WordlessFormatter("%(levelname)s %(message)s"))
    logger = logging.Logger("test")
    logger.addHandler(handler)
    try:
        try:
            float("我的订单号是五二零七八")
        except ValueError as error:
            raise KeyError("您好，云帆电器") from error
    except KeyError:
        logger.exception("the engine failed on a request")
    told = stream.getvalue()
    assert "the engine failed on a request" in told
    assert told.index("ValueError") < told.index("KeyError")
    assert "test_logs.py" in told
    frames = [line for line in told.splitlines() if not line.startswith(("    ", "  File"))]
    assert not any("云帆" in line or "订单" in line for line in frames)
