"""``make serve``: the pages and documents of a run in a browser, from this machine and for this machine only.

The pages need no server; this is for browsers that dislike files. Nothing is computed, nothing is written.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pipeline.core.errors import EnvironmentProblem, UsageError, problem
from pipeline.stages import STAGES

HOST = "127.0.0.1"
_HOME = "/maps/index.html"


class Handler(SimpleHTTPRequestHandler):
    """Files of the stages' folders, by name; no listings, nothing beside them, no other host's name."""

    def do_GET(self) -> None:
        """Answer a file, or 404."""
        if self.path == "/":
            self.send_response(302)
            self.send_header("Location", _HOME)
            self.end_headers()
        elif self._is_ours():
            super().do_GET()
        else:
            self.send_error(404)

    def do_HEAD(self) -> None:
        """The head of what GET answers."""
        if self._is_ours():
            super().do_HEAD()
        else:
            self.send_error(404)

    def _is_ours(self) -> bool:
        """Whether the address is a file of a stage, asked for by this machine's own name (no page of another site may ask)."""
        steps = [s for s in unquote(urlsplit(self.path).path).split("/") if s]
        asked = (self.headers.get("Host") or "").rsplit(":", 1)[0]
        if asked not in (HOST, "localhost") or len(steps) < 2 or steps[0] not in STAGES or ".." in steps:
            return False
        root, path = Path(self.directory).resolve(), Path(self.translate_path(self.path)).resolve()
        return path.is_file() and path.is_relative_to(root)

    def end_headers(self) -> None:
        """Fresh files at every look, of the type they say."""
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing of single requests."""


def server(out: Path, port: int) -> ThreadingHTTPServer:
    """A server of an output folder on this machine's loopback; port 0 takes any free one.

    Raises UsageError when there are no maps to show, EnvironmentProblem when the port is taken.
    """
    if not (out / _HOME.strip("/")).is_file():
        raise UsageError(problem("upstream_missing", file=_HOME.strip("/"), stage="maps"))
    try:
        return ThreadingHTTPServer((HOST, port), functools.partial(Handler, directory=str(out)))
    except OSError as error:
        raise EnvironmentProblem(problem("port_taken", port=port, found=error.strerror or type(error).__name__)) from None


def serve(out: Path, port: int, say_address: Callable[[str], None]) -> None:
    """Serve until stopped; ``say_address`` gets the address to open."""
    with server(out, port) as running:
        say_address(f"http://{HOST}:{running.server_address[1]}/")
        running.serve_forever()
