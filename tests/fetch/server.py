"""A server on loopback that speaks what public data hosts speak (ranges, ETags, STAC search) and fails when told to."""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

CONFORMS = ["core", "item-search", "item-search#query"]


class Server:
    """Files by path, STAC items, faults; everything asked is in :attr:`log`."""

    def __init__(self):
        self.files: dict[str, bytes] = {}
        self.items: list[dict] = []
        self.faults: dict[str, list] = {}  # path: what happens to its next requests, in turn; the last one stays if it is "always"
        self.log: list[tuple[str, str, str, int]] = []  # method, path, range, bytes of body sent
        self.heads: list[dict[str, str]] = []
        self.page, self.next_root = 2, ""  # items a page; where its link to the next one leads
        outer = self

        class Handler(_Handler):
            server_data = outer

        self._http = _Quiet(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.host = f"127.0.0.1:{self._http.server_port}"
        self.url = f"http://{self.host}"
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def stop(self) -> None:
        self._http.shutdown()
        self._http.server_close()

    def sent(self, path: str | None = None) -> int:
        """Bytes of bodies that were sent."""
        return sum(size for _, p, _, size in self.log if path in (None, p))

    def fault(self, path: str):
        """The next fault of a path, if any."""
        queue = self.faults.get(path)
        if not queue:
            return None
        return queue[0] if queue[-1:] == ["always"] else queue.pop(0)


class _Quiet(ThreadingHTTPServer):
    def handle_error(self, *_):
        """Clients that hang up are no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server_data: Server

    def log_message(self, *_):
        pass

    def do_POST(self):
        length = int(self.headers.get("Content-Length", 0))
        self._answer(json.loads(self.rfile.read(length) or b"{}"))

    def do_GET(self):
        self._answer(None)

    def _answer(self, body):
        s, path = self.server_data, urlsplit(self.path).path
        s.heads.append(dict(self.headers))
        fault = s.fault(path)
        asked = self.headers.get("Range", "")
        if fault is None or callable(fault):
            if fault:
                fault()
            if path.startswith("/stac"):
                return self._json(*self._stac(path, body))
            return self._file(path, asked)
        kind, _, detail = fault.partition(" ")
        if kind == "status":
            return self._send(int(detail), b"busy", {})
        if kind == "redirect":
            return self._send(302, b"", {"Location": detail})
        if kind == "slow":
            time.sleep(float(detail))
            return self._send(503, b"", {})
        if kind == "page":
            return self._send(200, b"<!DOCTYPE html><title>login</title>", {"Content-Type": "text/html", "ETag": '"page"'})
        if kind == "plain":  # no ranges
            return self._send(200, s.files[path], {"ETag": '"plain"'})
        if kind == "cut":  # promise all, send so many bytes, hang up
            return self._file(path, asked, cut=int(detail))
        if kind == "etag":
            return self._file(path, asked, etag=detail)
        raise AssertionError(fault)

    def _file(self, path: str, asked: str, cut: int | None = None, etag: str | None = None):
        data = self.server_data.files.get(path)
        if data is None:
            return self._send(404, b"none", {})
        heads = {"ETag": etag or f'"{hashlib.md5(data).hexdigest()}"', "Accept-Ranges": "bytes"}
        said = re.fullmatch(r"bytes=(\d+)-(\d+)", asked)
        if not said:
            return self._send(200, data, heads, cut)
        first, last = int(said[1]), min(int(said[2]), len(data) - 1)
        return self._send(206, data[first : last + 1], heads | {"Content-Range": f"bytes {first}-{last}/{len(data)}"}, cut)

    def _send(self, status: int, body: bytes, heads: dict, cut: int | None = None):
        part = body if cut is None else body[:cut]
        self.server_data.log.append((self.command, urlsplit(self.path).path, self.headers.get("Range", ""), len(part)))
        self.send_response(status)
        for name, value in ({"Content-Type": "image/tiff"} | heads).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        with contextlib.suppress(OSError):  # whoever asked may be gone
            self.end_headers()
            self.wfile.write(part)
        if cut is not None:
            self.close_connection = True

    def _json(self, status: int, value: dict):
        self._send(status, json.dumps(value).encode(), {"Content-Type": "application/geo+json"})

    # STAC API: landing page, collection search with paging

    def _stac(self, path: str, body: dict | None) -> tuple[int, dict]:
        root = f"{self.server_data.url}/stac"
        if path == "/stac":
            links = [{"rel": r, "href": root, "type": "application/json"} for r in ("self", "root")]
            links += [
                {"rel": "search", "href": f"{root}/search", "type": "application/geo+json", "method": m} for m in ("GET", "POST")
            ]  # fmt: skip
            conforms = [f"https://api.stacspec.org/v1.0.0/{c}" for c in CONFORMS]
            return 200, {
                "type": "Catalog", "id": "t", "stac_version": "1.0.0", "description": "t", "conformsTo": conforms, "links": links,
            }  # fmt: skip
        if path == "/stac/token":
            return 200, {"token": "sig=s3cret"}
        query = body if body is not None else {k: v[0] for k, v in parse_qs(urlsplit(self.path).query).items()}
        start, page = int(query.get("token") or 0), self.server_data.page
        box = query.get("bbox")
        west, south, east, north = [float(v) for v in (box.split(",") if isinstance(box, str) else box)]
        found = [
            i
            for i in self.server_data.items
            if i["bbox"][0] < east and i["bbox"][2] > west and i["bbox"][1] < north and i["bbox"][3] > south
        ]
        links = []
        if start + page < len(found):
            more = {"rel": "next", "href": f"{self.server_data.next_root or root}/search", "type": "application/geo+json", "method": "POST"}
            links = [more | {"body": query | {"token": str(start + page)}}]
        return 200, {"type": "FeatureCollection", "features": found[start : start + page], "links": links}


def item(server: Server, name: str, path: str, box: list[float], *, when: str = "2021-01-01T00:00:00Z", **asset) -> dict:
    """A STAC item with one asset ``data``."""
    w, s, e, n = box
    ring = [[w, s], [e, s], [e, n], [w, n], [w, s]]
    return {
        "type": "Feature", "stac_version": "1.0.0", "id": name, "bbox": box, "collection": "cover", "links": [],
        "geometry": {"type": "Polygon", "coordinates": [ring]}, "properties": {"datetime": when},
        "assets": {"data": {"href": server.url + path, "type": "image/tiff"} | asset},
    }  # fmt: skip
