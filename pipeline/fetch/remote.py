"""A file on a server, read by ranges: blocks that were received stay on disk, so that nothing is fetched twice."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import requests

from pipeline.core.errors import BadData, EnvironmentProblem, problem
from pipeline.core.formats import RASTER_MAGIC
from pipeline.fetch.door import CUT, Door, shown, token_variable

BLOCK = 1 << 18  # bytes
WHOLE = 64_000_000  # bytes up to which a file is fetched whole where its checksum is known or ranges are not served
_IN_MEMORY = 16  # blocks
_MULTIHASH = {"1220": "sha256", "1340": "sha512", "1114": "sha1", "d50110": "md5"}


@dataclass(frozen=True)
class Remote:
    """One file of a source: where it is and what is known of it beforehand."""

    url: str
    checksum: str | None = None  # multihash, hexadecimal (STAC file:checksum)
    may_be_absent: bool = False


class RemoteFile:
    """A remote file in blocks; raises BadData/EnvironmentProblem when they cannot be had."""

    def __init__(self, door: Door, remote: Remote, folder: Path):
        """``folder`` keeps the blocks of all files of a source."""
        self._door, self._remote = door, remote
        self.shown = shown(remote.url)
        self.name = hashlib.sha256(self.shown.encode()).hexdigest()[:16]
        self._folder, self._state = folder / self.name, folder / self.name / "state.json"
        self._kept = OrderedDict[int, bytes]()
        self.error: BaseException | None = None  # the first one that a reader met: GDAL swallows those of the files it reads
        self.size, self.version = 0, ""

    # What it is

    def look(self) -> bool:
        """Ask the server for size and version; False when the file may be absent and is.

        Blocks of an earlier, interrupted run are kept when the version is still the same.
        """
        response = self._door.get(self._remote.url, {"Range": "bytes=0-0"})
        with response:
            if response.status_code in (403, 404) and self._remote.may_be_absent:
                return False
            self._require_status(response)
            self.version = response.headers.get("ETag") or response.headers.get("Last-Modified") or ""
            self.size = self._size_said(response)
            state = json.dumps({"file": self.shown, "size": self.size, "version": self.version, "block": BLOCK})
            if not (self._state.is_file() and self._state.read_bytes() == state.encode() and self.version):
                shutil.rmtree(self._folder, ignore_errors=True)
                self._folder.mkdir(parents=True)
                self._state.write_bytes(state.encode())
            if response.status_code == 200 and not self._has_all():  # a server without ranges
                self._keep_whole(response)
        return True

    def _require_status(self, response: requests.Response) -> None:
        if response.status_code in (401, 403):
            variable = token_variable(urlsplit(self._remote.url).hostname or "")
            raise BadData(problem("fetch_denied", url=self.shown, found=response.status_code, variable=variable))
        if response.status_code not in (200, 206):
            raise BadData(problem("fetch_status", url=self.shown, found=response.status_code))

    def _size_said(self, response: requests.Response) -> int:
        """Size of the whole file [bytes], from the head of an answer."""
        said = re.fullmatch(r"bytes 0-0/(\d+)", response.headers.get("Content-Range", ""))
        size = said[1] if response.status_code == 206 and said else response.headers.get("Content-Length", "")
        if not size.isdigit() or int(size) == 0 or (response.status_code == 206 and not said):
            raise BadData(problem("fetch_no_size", url=self.shown))
        return int(size)

    def _keep_whole(self, response: requests.Response) -> None:
        if self.size > WHOLE:
            raise BadData(problem("fetch_no_ranges", url=self.shown, size=f"{self.size / 1e6:.0f}"))
        try:
            self._keep(response, 0)
        except CUT as error:
            raise EnvironmentProblem(problem("fetch_unreachable", url=self.shown, found=type(error).__name__)) from None
        if not self._has_all():
            raise EnvironmentProblem(problem("fetch_unreachable", url=self.shown, found="cut"))

    def require_tiff(self) -> None:
        """Raise BadData when the file does not begin like a GeoTIFF (a login page, for one)."""
        head = self._piece(0)[:64]
        if head[:4] not in RASTER_MAGIC:
            is_page = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<"
            self.forget()
            raise BadData(problem("fetch_page" if is_page else "fetch_not_tiff", url=self.shown))

    def verify(self) -> bool:
        """Compare with the checksum known beforehand; False when there is none or the file is too big to be fetched whole."""
        known = (self._remote.checksum or "").lower()
        kind = next((name for code, name in _MULTIHASH.items() if known.startswith(code)), None)
        if kind is None or self.size > WHOLE:
            return False
        self._load(0, self._blocks - 1)
        digest = hashlib.new(kind, usedforsecurity=False)
        for i in range(self._blocks):
            digest.update(self._path(i).read_bytes())
        expected = known[next(len(code) for code in _MULTIHASH if known.startswith(code)) :]
        if digest.hexdigest() != expected:
            self.forget()
            raise BadData(problem("fetch_checksum", url=self.shown, found=digest.hexdigest()[:16], expected=expected[:16]))
        return True

    def forget(self) -> None:
        """Drop what was received."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._kept.clear()

    # Blocks

    @property
    def _blocks(self) -> int:
        return -(-self.size // BLOCK)

    def _path(self, i: int) -> Path:
        return self._folder / f"{i:06d}"

    def _has_all(self) -> bool:
        return all(self._path(i).is_file() for i in range(self._blocks))

    def _length(self, i: int) -> int:
        return min(BLOCK, self.size - i * BLOCK)

    def _piece(self, i: int) -> bytes:
        if i not in self._kept:
            self._load(i, i)
            self._kept[i] = self._path(i).read_bytes()
            if len(self._kept) > _IN_MEMORY:
                self._kept.popitem(last=False)
        return self._kept[i]

    def _load(self, first: int, last: int) -> None:
        """Fetch the blocks ``first`` .. ``last`` that are not yet on disk, neighbours in one request."""
        missing = [i for i in range(first, last + 1) if not self._path(i).is_file()]
        while missing:
            count = next((k for k, i in enumerate(missing) if i != missing[0] + k), len(missing))
            self._fetch(missing[0], missing[count - 1])
            missing = missing[count:]

    def _fetch(self, first: int, last: int) -> None:
        """Fetch a run of blocks; what arrived before a cut is kept and the rest is asked for again."""
        end, why = min((last + 1) * BLOCK, self.size) - 1, ""
        for attempt in range(self._door.retries + 1):
            start = first * BLOCK
            with self._door.get(self._remote.url, {"Range": f"bytes={start}-{end}"}) as response:
                self._require_same(response, start, end)
                try:
                    first = self._keep(response, first)
                    why = "cut"
                except CUT as error:
                    first, why = self._next_after(first, last), type(error).__name__
            if first > last:
                return
            if attempt < self._door.retries:
                self._door.pause(attempt)
        raise EnvironmentProblem(problem("fetch_unreachable", url=self.shown, found=why))

    def _next_after(self, first: int, last: int) -> int:
        return next((i for i in range(first, last + 1) if not self._path(i).is_file()), last + 1)

    def _require_same(self, response: requests.Response, start: int, end: int) -> None:
        """The asked range of the very version that was looked at; raises BadData otherwise."""
        self._require_status(response)
        version = response.headers.get("ETag") or response.headers.get("Last-Modified") or ""
        if version != self.version:
            self.forget()
            raise BadData(problem("fetch_changed_midway", url=self.shown))
        if response.status_code != 206 or response.headers.get("Content-Range") != f"bytes {start}-{end}/{self.size}":
            raise BadData(problem("fetch_wrong_range", url=self.shown))

    def _keep(self, response: requests.Response, first: int) -> int:
        """Write whole blocks as they come; the number of the first one that did not."""
        rest = bytearray()
        for chunk in self._door.body(response):
            rest += chunk
            while first < self._blocks and len(rest) >= self._length(first):
                part = self._path(first).with_suffix(".part")
                part.write_bytes(rest[: self._length(first)])
                os.replace(part, self._path(first))
                del rest[: self._length(first)]
                first += 1
        return first

    def read(self, start: int, stop: int) -> bytes:
        """The bytes from ``start`` to before ``stop``."""
        first, last = start // BLOCK, (stop - 1) // BLOCK
        self._load(first, last)
        data = b"".join(self._piece(i) for i in range(first, last + 1))
        return data[start - first * BLOCK : stop - first * BLOCK]


class RangeReader(io.RawIOBase):
    """A remote file as a seekable file; it ends at once when anything goes wrong, which the file then keeps."""

    def __init__(self, file: RemoteFile):
        super().__init__()
        self._file, self._at = file, 0

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def tell(self) -> int:
        """Place in the file."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place."""
        self._at = max(0, offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._file.size}[whence])
        return self._at

    def read(self, size: int = -1) -> bytes:
        """Bytes from here on."""
        stop = self._file.size if size is None or size < 0 else min(self._at + size, self._file.size)
        if self._at >= stop or self._file.error is not None:
            return b""
        try:
            data = self._file.read(self._at, stop)
        except BaseException as error:  # noqa: BLE001 - GDAL would lose it, Ctrl-C too; raised again by who reads through GDAL
            self._file.error = error
            return b""
        self._at = stop
        return data
