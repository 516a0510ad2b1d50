"""fervideo: facial expressions from a camera or a video, live, on your own machine."""

__version__ = "0.1.0"
