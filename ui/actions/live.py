"""The Live workspace: playing, recording, faces, settings."""

from __future__ import annotations

from .spec import ActionSpec

LIVE = (
    ActionSpec("pause", "&Live", "&Start", "Ctrl+P", "play", "Start, pause or go on"),
    ActionSpec("stop", "&Live", "St&op", "Ctrl+.", "stop", "Close the source"),
    ActionSpec("reopen", "&Live", "Open &Again", "F5", "", "Open the last source again"),
    ActionSpec(
        "record",
        "&Live",
        "&Record",
        "Ctrl+R",
        "record",
        "Record every analysed frame",
        starts_section=True,
    ),
    ActionSpec(
        "record_video",
        "&Live",
        "Save &Video with Recordings",
        "Ctrl+Shift+R",
        "",
        "Keep the pictures too, not only the numbers",
        checkable=True,
    ),
    ActionSpec(
        "snapshot",
        "&Live",
        "S&napshot",
        "Ctrl+S",
        "snapshot",
        "Save the picture with its overlays",
    ),
    ActionSpec(
        "next_face",
        "&Live",
        "Ne&xt Face",
        "Ctrl+Right",
        "",
        "Follow the next face",
        starts_section=True,
        workspace="live",
    ),
    ActionSpec(
        "previous_face",
        "&Live",
        "Previous &Face",
        "Ctrl+Left",
        "",
        "Follow the face before",
        workspace="live",
    ),
    ActionSpec(
        "choose_source",
        "&Live",
        "Choose Sourc&e",
        "Ctrl+L",
        "",
        "Open the list of sources",
        starts_section=True,
    ),
    ActionSpec("choose_model", "&Live", "Choose &Model", "Ctrl+M", "", "Open the list of models"),
    ActionSpec(
        "choose_device", "&Live", "Choose &Device", "Ctrl+Shift+M", "", "Open the list of devices"
    ),
    ActionSpec(
        "calmer",
        "&Live",
        "Ca&lmer Label",
        "Ctrl+=",
        "",
        "More calmness: the label changes less readily",
        starts_section=True,
    ),
    ActionSpec(
        "quicker", "&Live", "&Quicker Label", "Ctrl+-", "", "Less calmness: quicker to change"
    ),
    ActionSpec(
        "more_unknown",
        "&Live",
        "Raise &Unknown Threshold",
        "Ctrl+Shift+=",
        "",
        "Call more faces unknown",
    ),
    ActionSpec(
        "less_unknown",
        "&Live",
        "Lo&wer Unknown Threshold",
        "Ctrl+Shift+-",
        "",
        "Call fewer faces unknown",
    ),
    ActionSpec(
        "enroll",
        "&Live",
        "Enroll Express&ion…",
        "Ctrl+N",
        "expressions",
        "Teach fervideo an expression of your own, from the face you have chosen",
        starts_section=True,
    ),
    ActionSpec(
        "nominate_neutral",
        "&Live",
        "Use This Face as My Neu&tral…",
        "Ctrl+Shift+N",
        "face",
        "Take pictures of the chosen face as your neutral one",
    ),
    ActionSpec(
        "use_neutral",
        "&Live",
        "&Correct by My Neutral",
        "Ctrl+Shift+U",
        "",
        "Correct what is seen by the neutral face you nominated",
        checkable=True,
    ),
)
