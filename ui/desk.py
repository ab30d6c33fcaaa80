"""What every page needs, in one hand."""

from __future__ import annotations

from dataclasses import dataclass

from csqa.messages import Language
from ui.actions import Actions
from ui.gateway import Gateway
from ui.jobs import JobQueue
from ui.player import Player
from ui.theme import Theme


@dataclass(frozen=True)
class Desk:
    """The desktop's services and the language that it speaks."""

    theme: Theme
    actions: Actions
    gateway: Gateway
    jobs: JobQueue
    player: Player
    language: Language
