"""What every part of the window is given, in place of anything global."""

from __future__ import annotations

from dataclasses import dataclass

from .background import Background
from .bridge import Bridge
from .expressions.book import ProfileBook
from .navigator import Navigator
from .services import Services
from .settings import Settings
from .shortcuts import Actions
from .theme import Theme
from .widgets.banner import Banner
from .widgets.icons import Icons


@dataclass(frozen=True, slots=True)
class Context:
    """The things there is one of in a window."""

    theme: Theme
    icons: Icons
    settings: Settings
    actions: Actions
    background: Background
    services: Services
    banner: Banner
    bridge: Bridge
    navigator: Navigator
    profiles: ProfileBook
