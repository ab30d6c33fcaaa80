"""Whatever a call holds comes back from the database as it was."""

from __future__ import annotations

import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from csqa.cards.inspection import Inspection
from csqa.cards.scorecard import Answer, CardOutcome, QuestionResult, Scorecard, SectionResult
from csqa.hear.recording import CallMetadata, Hearing, LaneHearing, Peaks, Recording, Sound, SoundSpan
from csqa.messages import Reason
from csqa.roles import LaneLayout, Speaker
from csqa.rules.base import BookIdentity, Condition, Evidence, Outcome, Severity, Verdict
from csqa.spans import Span
from csqa.store.encoding import WordNumbers, pack_levels, unpack_levels
from csqa.store.workspace import Workspace
from csqa.talk.conversation import Conversation, Overlap, Pause, PauseKind, SpeakerMeasures, Turn
from csqa.words.transcript import DroppedText, ModelIdentity, Segment, Transcript, Word

times = st.floats(0, 36_000)
shares = st.floats(0, 1)
maybe_share = st.none() | shares
texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
names = st.text(string.ascii_lowercase + "-你好", min_size=1, max_size=8)
numbers = st.integers(0, 2**40)
spans = st.builds(lambda a, b: Span(min(a, b), max(a, b)), times, times)
speakers = st.sampled_from(Speaker)
many = {"max_size": 3}


def several(each: st.SearchStrategy, **more: int) -> st.SearchStrategy:
    return st.lists(each, **(many | more)).map(tuple)


plain = st.recursive(
    st.none() | st.booleans() | numbers | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, **many) | st.dictionaries(texts, inner, **many),
    max_leaves=4,
)
reasons = st.builds(Reason, names, st.dictionaries(names, plain, **many))
words = st.builds(Word, times, times, texts, maybe_share)
segments = st.builds(Segment, times, times, speakers, texts, several(words), maybe_share)
sounds = several(st.builds(SoundSpan, spans, st.sampled_from(Sound), speakers))
speech = st.dictionaries(speakers, several(spans), **many)
metadata = st.builds(
    CallMetadata,
    *[st.none() | texts] * 8,
    ring_seconds=st.none() | times,
    layout=st.none() | st.sampled_from(LaneLayout),
    extra=st.dictionaries(texts, texts, **many),
)
recordings = st.builds(
    Recording,
    names.map(lambda name: Path(name, "录音.wav")),
    st.text("0123456789abcdef", min_size=64, max_size=64),
    numbers,
    times,
    numbers,
    numbers,
    texts,
    st.sampled_from(LaneLayout),
    metadata,
)
lanes = st.builds(
    LaneHearing,
    speakers,
    several(spans),
    several(st.integers(-120, 0), max_size=50),
    st.builds(Peaks, st.integers(1, 4096), st.binary(max_size=200)),
)
hearings = st.builds(Hearing, times, several(lanes), sounds, st.booleans())
transcripts = st.builds(
    Transcript,
    times,
    several(segments),
    st.none() | st.builds(ModelIdentity, texts, st.none() | texts),
    several(st.builds(DroppedText, spans, speakers, texts, names)),
)
pauses = st.builds(
    Pause,
    spans,
    st.sampled_from(PauseKind),
    st.none() | speakers,
    st.sampled_from(Sound),
    st.booleans(),
    st.booleans(),
    st.none() | spans,
    st.none() | numbers,
    st.none() | numbers,
)
conditions = st.recursive(
    st.builds(Condition, reasons, st.none() | st.booleans()),
    lambda inner: st.builds(Condition, reasons, st.none() | st.booleans(), several(inner)),
    max_leaves=3,
)
evidence = st.builds(
    Evidence, spans, st.none() | speakers, texts, reasons, st.none() | numbers, shares, st.none() | texts
)
verdicts = st.builds(
    Verdict,
    names,
    st.sampled_from(Outcome),
    st.sampled_from(Severity),
    shares,
    reasons,
    several(evidence),
    several(conditions),
    st.dictionaries(names, plain, **many),
)
answers = st.none() | st.sampled_from(Answer)
questions = st.builds(
    QuestionResult, names, texts, several(names), answers, answers, shares, times, times, st.booleans(),
    st.none() | texts, st.none() | texts, st.none() | names, texts,
)  # fmt: skip
cards = st.builds(
    Scorecard,
    names,
    names,
    times,
    times,
    st.sampled_from(CardOutcome),
    st.booleans(),
    several(st.builds(SectionResult, names, texts, times, times, several(questions), texts)),
    st.none() | shares,
    several(reasons),
)


@st.composite
def inspections(draw: st.DrawFn) -> Inspection:
    transcript = draw(transcripts)
    known = [word for segment in transcript.segments for word in segment.words]
    turn_words = words | st.sampled_from(known) if known else words
    turns = st.builds(Turn, numbers, speakers, spans, texts, several(turn_words), several(spans), maybe_share, shares)
    measures = st.builds(SpeakerMeasures, speakers, times, shares, st.none() | times, st.none() | times)
    recording = draw(st.none() | recordings)
    conversation = st.builds(
        Conversation,
        times,
        several(turns),
        several(pauses),
        several(st.builds(Overlap, spans, speakers)),
        speech,
        sounds,
        several(measures),
        speech,
        st.booleans(),
        st.booleans(),
        st.booleans(),
        metadata,
    )
    return Inspection(
        source=recording.path if recording else Path("nowhere", draw(names), "通话.json"),
        recording=recording,
        hearing=draw(st.none() | hearings),
        transcript=transcript,
        conversation=draw(conversation),
        book=draw(st.builds(BookIdentity, names, names, texts, names)),
        verdicts=draw(several(verdicts)),
        scorecard=draw(cards),
    )


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with Workspace.create(tmp_path_factory.mktemp("round") / "w") as made:
        yield made


@given(inspection=inspections())
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
def test_any_inspection_comes_back(workspace: Workspace, inspection: Inspection) -> None:
    call = workspace.save_inspection(inspection)
    assert workspace.inspection(call) == inspection
    assert workspace.conversation(call) == inspection.conversation


def test_nothing_is_left_loose(workspace: Workspace) -> None:
    assert {problem.code for problem in workspace.check()} <= {"store.check-sound"}


@given(st.lists(words, max_size=12), st.data())
def test_words_are_told_by_their_numbers(known: list[Word], data: st.DataObject) -> None:
    given_words = data.draw(st.lists(words | st.sampled_from(known) if known else words, max_size=12))
    told = WordNumbers(known).text(given_words)
    assert WordNumbers(known).words(told) == tuple(given_words)


def test_a_turn_of_the_transcripts_own_words_costs_next_to_nothing() -> None:
    known = [Word(float(number), number + 0.5, "您好") for number in range(100)]
    assert WordNumbers(known).text(known[10:60]) == "[[10,50]]"
    assert WordNumbers(known).text([*known[0:3], *known[7:9]]) == "[[0,3],[7,2]]"


@given(st.lists(st.integers(-(2**15), 2**15 - 1)).map(tuple))
def test_levels_come_back(levels: tuple[int, ...]) -> None:
    assert unpack_levels(pack_levels(levels)) == levels
