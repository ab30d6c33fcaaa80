"""The samples, heard once for all tests of this room."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from csqa.hear.decode import open_recording
from csqa.hear.listening import listen
from csqa.hear.recording import Hearing, LaneHearing
from csqa.roles import LaneLayout, Speaker
from tests.support.truth import MONO, load_truths


@pytest.fixture(scope="session")
def hearings() -> Mapping[str, Hearing]:
    """What CSQA hears in each sample, by the sample's id."""
    return {truth.id: listen(open_recording(truth.path, LaneLayout(truth.layout))) for truth in load_truths()}


def lane_of(hearing: Hearing, lane: str) -> LaneHearing:
    """The lane that truth calls agent, customer or mono."""
    speaker = Speaker.UNKNOWN if lane == MONO else Speaker(lane)
    return next(each for each in hearing.lanes if each.speaker is speaker)
