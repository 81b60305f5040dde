"""The one door to the network: which hosts, which addresses, how long, how often, how much.

Every request of ``make fetch`` passes here: the STAC search of pystac-client as well as each range of a raster, and
each step of a redirect. GDAL's own network code stays closed (:mod:`pipeline`).
"""

from __future__ import annotations

import contextlib
import ipaddress
import os
import re
import socket
import time
from collections.abc import Iterable, Iterator
from urllib.parse import urljoin, urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util.connection import create_connection

from pipeline.core.errors import BadData, EnvironmentProblem, PipelineError, UsageError, problem

PAUSE_S = 1.0  # before the first further try; doubled each time
_LONGEST_PAUSE_S = 60.0
_CONNECT_S = 10.0
_CHUNK = 1 << 16
_MAX_TEXT = 20_000_000  # bytes of a search answer
_BUSY = (429, 500, 502, 503, 504)
CUT = (requests.ConnectionError, requests.Timeout, urllib3.exceptions.HTTPError)  # what a further try may mend
_PORTS = {"https": 443, "http": 80}


def shown(url: str) -> str:
    """An address as it may stand in messages and records: without user, query and fragment, where secrets travel."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"[:300]


class Door:
    """A guarded HTTP session for one source."""

    def __init__(
        self, hosts: Iterable[str], *, trusted: Iterable[str] = (), timeout_s: float, total_s: float, retries: int, max_bytes: int
    ):
        """``hosts`` of the source; ``trusted`` hosts of the configuration, which alone may have private addresses.

        A host is written ``name`` or ``name:port``. ``timeout_s``: silence of a server; ``total_s``: of everything
        together; ``max_bytes`` that may be received.
        """
        self._trusted = {h.lower() for h in trusted}
        self._hosts = {h.lower() for h in hosts} | self._trusted
        self.timeout_s, self._total_s, self.retries, self._max_bytes = timeout_s, total_s, retries, max_bytes
        self._end = time.monotonic() + total_s
        self.received = 0
        self.session = _Session(self)

    # What is allowed

    def require(self, url: str) -> None:
        """Raise UsageError unless the address is HTTPS to a listed host (HTTP only to a listed loopback)."""
        try:
            parts = urlsplit(url)
            host, port = (parts.hostname or "").lower(), parts.port
        except ValueError:
            raise UsageError(problem("fetch_address", url=url[:100])) from None
        is_trusted = _written(host, port, parts.scheme) in self._trusted
        if parts.username is not None or parts.password is not None or "\\" in url:
            raise UsageError(problem("fetch_address", url=shown(url)))
        if parts.scheme != "https" and not (parts.scheme == "http" and is_trusted and _is_loopback(host)):
            raise UsageError(problem("fetch_not_https", url=shown(url)))
        if _written(host, port, parts.scheme) not in self._hosts:
            raise UsageError(problem("fetch_host", host=_written(host, port, parts.scheme), known=", ".join(sorted(self._hosts))))
        with contextlib.suppress(ValueError):
            self._require_public(host, ipaddress.ip_address(host), is_trusted)

    def addresses(self, host: str, port: int, scheme: str) -> list[str]:
        """Addresses of a host, none of them private unless the configuration lists the host."""
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (socket.gaierror, UnicodeError):
            raise EnvironmentProblem(problem("fetch_no_network", host=host)) from None
        is_trusted = _written(host, port, scheme) in self._trusted
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        for address in addresses:
            self._require_public(host, ipaddress.ip_address(address.partition("%")[0]), is_trusted)
        return addresses

    @staticmethod
    def _require_public(host: str, address, is_trusted: bool) -> None:
        address = getattr(address, "ipv4_mapped", None) or address
        if not is_trusted and (not address.is_global or address.is_multicast):
            raise UsageError(problem("fetch_private", host=host, found=str(address)))

    # How long and how much

    def left_s(self) -> float:
        """Seconds that are left of the total time; raises EnvironmentProblem when none are."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise EnvironmentProblem(problem("fetch_time", limit=f"{self._total_s / 60:g}"))
        return left

    def pause(self, attempt: int, asked: str | None = None) -> None:
        """Wait before a further try: 1, 2, 4 … times :data:`PAUSE_S`, or as the server asked."""
        wait = float(asked) if asked and asked.isdigit() else PAUSE_S * 2**attempt
        time.sleep(min(wait, _LONGEST_PAUSE_S, self.left_s()))

    def body(self, response: requests.Response) -> Iterator[bytes]:
        """The body in pieces as they come, within the limits of time and amount."""
        for chunk in response.raw.stream(_CHUNK, decode_content=False):
            self.left_s()
            self.received += len(chunk)
            if self.received > self._max_bytes:
                raise UsageError(problem("fetch_too_much", limit=f"{self._max_bytes / 1e6:g}"))
            yield chunk

    # Requests

    def get(self, url: str, headers: dict[str, str] | None = None, *, stream: bool = True) -> requests.Response:
        """An answer to GET, redirects within the host followed; its body is read by :meth:`body` unless ``stream`` is off."""
        self.require(url)
        try:
            return self.session.get(url, headers=headers, stream=stream)
        except requests.TooManyRedirects:
            raise BadData(problem("fetch_redirects", url=shown(url))) from None
        except requests.RequestException as error:
            raise EnvironmentProblem(problem("fetch_unreachable", url=shown(url), found=_why(error))) from None


def _written(host: str, port: int | None, scheme: str) -> str:
    """A host as it is written in lists: with its port only where that is not the usual one."""
    return host if port in (None, _PORTS.get(scheme)) else f"{host}:{port}"


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _why(error: BaseException) -> str:
    """An error's kind in a few words, without the address it repeats."""
    while error.__context__ is not None and not isinstance(error, OSError | urllib3.exceptions.HTTPError):
        error = error.__context__
    reason = getattr(error, "reason", None) or (error.args[0] if error.args else error)
    reason = getattr(reason, "reason", None) or reason
    return type(reason).__name__ if isinstance(reason, Exception) else type(error).__name__


class _Session(requests.Session):
    """Goes through :class:`_Adapter` only, never to another host by a redirect, and never reads ``.netrc``."""

    def __init__(self, door: Door):
        super().__init__()
        self.auth = _Bearer()
        self.max_redirects = 3
        self.headers.update({"User-Agent": "county-carbon-siting", "Accept-Encoding": "identity"})
        self.adapters.clear()
        for scheme in ("https://", "http://"):
            self.mount(scheme, _Adapter(door))

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Where an answer sends us; raises BadData when that is another host."""
        target = super().get_redirect_target(resp)
        if target is None:
            return None
        there = urljoin(resp.url, target)
        if urlsplit(there).netloc.lower() != urlsplit(resp.url).netloc.lower():
            raise BadData(problem("fetch_redirect", url=shown(resp.url), found=shown(there)))
        return target

    def rebuild_auth(self, prepared_request, response) -> None:
        """A redirect stays on its host: what was sent stays as it is."""


class _Bearer(requests.auth.AuthBase):
    """The secret of a host from the environment, ``FETCH_TOKEN_<HOST>``; it stands nowhere else."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        secret = os.environ.get(token_variable(urlsplit(request.url).hostname or ""))
        if secret:
            request.headers["Authorization"] = f"Bearer {secret}"
        return request


def token_variable(host: str) -> str:
    """Name of the environment variable that holds a host's secret."""
    return "FETCH_TOKEN_" + re.sub(r"[^A-Z0-9]", "_", host.upper())


class _Adapter(HTTPAdapter):
    """Sends one request: checked first, tried again where that may help, read within limits."""

    def __init__(self, door: Door):
        self._door = door
        super().__init__()

    def init_poolmanager(self, *args, **kwargs) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _pools(self._door)  # connections through a proxy resolve there

    def send(self, request, stream=False, timeout=None, verify=True, cert=None, proxies=None):
        door, why = self._door, ""
        for attempt in range(door.retries + 1):
            door.require(request.url)
            left = door.left_s()
            asked = None
            try:
                response = super().send(request, True, (min(_CONNECT_S, left), min(door.timeout_s, left)), verify, cert, proxies)
                if response.status_code not in _BUSY:
                    return response if stream else self._read(response)
                why, asked = f"HTTP {response.status_code}", response.headers.get("Retry-After")
                response.close()
            except requests.exceptions.SSLError:
                raise EnvironmentProblem(problem("fetch_certificate", url=shown(request.url))) from None
            except CUT as error:
                why = _why(error)
            if attempt < door.retries:
                door.pause(attempt, asked)
        raise EnvironmentProblem(problem("fetch_unreachable", url=shown(request.url), found=why))

    def _read(self, response: requests.Response) -> requests.Response:
        """The whole of a short answer, kept in it."""
        body = bytearray()
        for chunk in self._door.body(response):
            body += chunk
            if len(body) > _MAX_TEXT:
                raise BadData(problem("fetch_long", url=shown(response.url), limit=_MAX_TEXT))
        response._content, response._content_consumed = bytes(body), True
        return response


def _pools(door: Door) -> dict[str, type]:
    """Connection pools whose connections go to the very addresses that were checked."""

    class Checked:
        def _new_conn(self):
            error: Exception | None = None
            for address in door.addresses(self.host, self.port, self._scheme):
                try:
                    return create_connection((address, self.port), self.timeout, self.source_address, self.socket_options)
                except OSError as refused:
                    error = refused
            raise urllib3.exceptions.NewConnectionError(self, f"{type(error).__name__}")

    class Plain(Checked, HTTPConnection):
        _scheme = "http"

    class Tls(Checked, HTTPSConnection):
        _scheme = "https"

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class TlsPool(HTTPSConnectionPool):
        ConnectionCls = Tls

    return {"http": PlainPool, "https": TlsPool}


def ours(error: BaseException | None) -> PipelineError | None:
    """Our own error behind one that a library raised in its place."""
    while error is not None:
        if isinstance(error, PipelineError):
            return error
        error = error.__cause__ or error.__context__
    return None
