"""All actions in the order of the menus."""

from __future__ import annotations

from .actions.analyze import ANALYZE
from .actions.expressions import EXPRESSIONS
from .actions.file import FILE
from .actions.help import HELP
from .actions.live import LIVE
from .actions.mark import MARK
from .actions.models import MODELS
from .actions.review import REVIEW
from .actions.spec import ActionSpec
from .actions.view import VIEW

ACTIONS = (*FILE, *LIVE, *ANALYZE, *REVIEW, *MARK, *EXPRESSIONS, *MODELS, *VIEW, *HELP)

__all__ = ["ACTIONS", "ActionSpec"]
