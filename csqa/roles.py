"""Who speaks in a call, and which lane of a recording is whose."""

from __future__ import annotations

from enum import StrEnum


class Speaker(StrEnum):
    """A party of the call. ``UNKNOWN`` is speech that has not been given to either of the two."""

    AGENT = "agent"
    CUSTOMER = "customer"
    UNKNOWN = "unknown"

    @property
    def other(self) -> Speaker:
        """The opposite party; ``UNKNOWN`` stays what it is."""
        return {Speaker.AGENT: Speaker.CUSTOMER, Speaker.CUSTOMER: Speaker.AGENT}.get(self, Speaker.UNKNOWN)


class LaneLayout(StrEnum):
    """What the channels of a file hold, in their order in the file."""

    AGENT_CUSTOMER = "agent,customer"
    CUSTOMER_AGENT = "customer,agent"
    MONO = "mono"

    @property
    def speakers(self) -> tuple[Speaker, ...]:
        """The party on each channel; one ``UNKNOWN`` lane, holding both parties, for a mono mix."""
        if self is LaneLayout.MONO:
            return (Speaker.UNKNOWN,)
        return tuple(Speaker(name) for name in self.value.split(","))
