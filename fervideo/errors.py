"""Every failure a user can meet: each says what was expected, what was found and what to do."""

from __future__ import annotations


class FervideoError(Exception):
    """Base of all errors that are the user's to read: one sentence, no traceback."""


class SourceError(FervideoError):
    """A camera, video, folder of images or stream cannot be opened or read."""


class CameraLostError(SourceError):
    """A camera that was delivering frames has vanished (unplugged, taken by another program)."""


class CameraFrozenError(SourceError):
    """A camera is still open but has delivered no new picture for too long."""


class DeviceError(FervideoError):
    """The computing device that was asked for is not there."""


class ModelError(FervideoError):
    """A weight file or its card is missing, corrupt, or does not fit the network."""


class DatasetError(FervideoError):
    """A data set folder does not have the layout its reader expects."""


class RecipeError(FervideoError):
    """A training recipe has an unknown key or an impossible value."""


class ConfigError(FervideoError):
    """A setting is unknown or out of its range."""


class SessionError(FervideoError):
    """A session folder cannot be written or read."""


class ProfileError(FervideoError):
    """A profile of custom expressions cannot be read or used."""


class StreamError(FervideoError):
    """Results cannot be sent to another program."""


def reason_of(error: OSError) -> str:
    """Why the system refused, in a few words for the middle of a sentence."""
    if isinstance(error, FileExistsError):  # of making a folder, "File exists" says too little
        return "a file of that name is in the way"
    return error.strerror or str(error)
