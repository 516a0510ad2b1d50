"""Sessions in the formats of other programs, one file a format."""

from fervideo.session.export.registry import FORMATS, Format, default_name, export_session

__all__ = ["FORMATS", "Format", "default_name", "export_session"]
