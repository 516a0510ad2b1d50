"""Opening cameras, videos, folders of images, streams and the demo as sources of frames."""
