"""A small web server for the tests of streams: a live feed, a file, silence, a broken feed."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class ClipServer:
    """Serves clips on this computer. `stop` lets waiting connections go and ends the threads."""

    def __init__(self) -> None:
        self.let_go = threading.Event()
        self.feeds: dict[str, tuple[bytes, str]] = {}
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                server.answer(self)

            def log_message(self, *args: object) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,))
        self._thread.start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._http.server_address[1]}"

    def serve_live(self, clip: Path, *, then: str = "end") -> str:
        """URL of a feed without a stated length.

        After `clip` it ends in order (`end`), falls silent (`silence`) or breaks off (`break`).
        """
        return self._serve(clip.read_bytes(), then)

    def serve_file(self, clip: Path) -> str:
        """URL of a file with a stated length."""
        return self._serve(clip.read_bytes(), "length")

    def serve_silence(self) -> str:
        """URL that is never answered."""
        return self._serve(b"", "never")

    def _serve(self, data: bytes, manner: str) -> str:
        name = f"/feed{len(self.feeds)}"
        self.feeds[name] = (data, manner)
        return f"http://{self.address}{name}"

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        data, manner = self.feeds.get(request.path, (b"", "missing"))
        if manner == "never":
            self.let_go.wait(10)
            return
        request.close_connection = True
        request.send_response(404 if manner == "missing" else 200)
        if manner in ("length", "missing"):
            request.send_header("Content-Length", str(len(data)))
        elif manner != "break":
            request.send_header("Transfer-Encoding", "chunked")
            last = b"0\r\n\r\n" if manner == "end" else b""
            data = b"%x\r\n%s\r\n" % (len(data), data) + last
        request.end_headers()
        try:
            request.wfile.write(data)
            request.wfile.flush()
            if manner == "silence":
                self.let_go.wait(10)
        except OSError:
            pass  # the reader has gone, as it may

    def stop(self) -> None:
        self.let_go.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()
