"""From words and sound to talk."""

from __future__ import annotations

from csqa.hear.recording import CallMetadata, Hearing
from csqa.roles import Speaker
from csqa.spans import Span, union
from csqa.talk.conversation import Conversation
from csqa.talk.measures import find_overlaps, measure_speakers, with_levels
from csqa.talk.pauses import find_pauses
from csqa.talk.speakers import guess_speakers
from csqa.talk.turns import take_turns
from csqa.talk.utterances import unheard_speech, utterances_of
from csqa.words.transcript import Transcript

NO_METADATA = CallMetadata()


def converse(transcript: Transcript, hearing: Hearing | None, metadata: CallMetadata = NO_METADATA) -> Conversation:
    """Put a transcript and what was heard together as a conversation.

    With sound every time goes by the speech spans, the words only say what fills them. Without ``hearing`` the
    transcript's own times are the only clock. Where nothing tells who speaks, neither the transcript nor a lane of
    their own, speech is given to the parties by what they say; ``speakers_estimated`` then tells so.
    """
    utterances = utterances_of(transcript, hearing)
    estimated = any(one.speaker is Speaker.UNKNOWN for one in utterances)
    if estimated:
        utterances = guess_speakers(utterances)
    duration = max(
        hearing.duration if hearing else transcript.duration, max((one.span.end for one in utterances), default=0.0)
    )
    turns = take_turns(utterances)
    sounds = hearing.sounds if hearing else ()
    speech: dict[Speaker, tuple[Span, ...]] = {}
    unheard: dict[Speaker, tuple[Span, ...]] = {}
    for speaker in (Speaker.AGENT, Speaker.CUSTOMER):
        own = [one for one in utterances if one.speaker is speaker]
        speech[speaker] = union(span for one in own for span in one.speech)
        unheard[speaker] = unheard_speech(speech[speaker], own) if hearing else ()
    plain_turns = with_levels([each.turn for each in turns], hearing)
    return Conversation(
        duration=duration,
        turns=plain_turns,
        pauses=find_pauses(utterances, turns, duration, sounds, two_clocks=hearing is not None),
        overlaps=() if estimated else find_overlaps(speech),
        speech=speech,
        sounds=sounds,
        measures=measure_speakers(speech, plain_turns, hearing),
        unheard=unheard,
        has_sound=hearing is not None,
        speakers_estimated=estimated,
        ended_early=hearing is not None and hearing.ended_early,
        metadata=metadata,
    )
