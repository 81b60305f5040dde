"""A headless Chromium over its debugging protocol: opens a page, tells what it asked for and what it complained of.

Small on purpose: ``websocket-client`` and the protocol's own words. The browser's way out is a dead proxy, so a
page that wants the network is caught asking and gets nothing. Started as a program (``python tests/browser.py page picture``)
it looks at one page and prints what it saw: so :func:`seen_alone` looks from a network namespace of its own, where no other
machine exists.
"""

from __future__ import annotations

import base64
import contextlib
import fcntl
import itertools
import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

import pytest

_SWITCHES = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--disable-extensions",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    "--lang=zh-CN",
    "--remote-debugging-port=0",
    "--remote-allow-origins=*",
]
_DEAD_PROXY = "--proxy-server=http://127.0.0.1:9"
_NAMESPACE = ("unshare", "--map-root-user", "--net")
_RAISE, _UP = 0x8914, 0x1  # SIOCSIFFLAGS and IFF_UP of Linux


def executable() -> str | None:
    """Path of Chromium or Chrome, or None; ``CHROMIUM`` in the environment comes first."""
    names = (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((found for name in names if name and (found := shutil.which(name))), None)


def require() -> str:
    """Chromium's path; where there is none the test is skipped, but on CI it fails."""
    found = executable()
    if found is None:
        reason = "no Chromium on this machine (set CHROMIUM, or apt-get install chromium)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


class Tab:
    """One open tab: ``requests`` (addresses), ``failures`` (how some failed), ``complaints`` (console errors, exceptions, log errors)."""

    def __init__(self, address: str):
        import websocket

        self._socket = websocket.create_connection(address, timeout=60, suppress_origin=True)
        self._ids = itertools.count(1)
        self.requests: list[str] = []
        self.failures: list[str] = []
        self.complaints: list[str] = []
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **params) -> dict:
        """One command; events that arrive meanwhile are noted."""
        number = next(self._ids)
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            message = json.loads(self._socket.recv())
            if message.get("id") == number:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                return message.get("result", {})
            self._note(message)

    def _note(self, message: dict) -> None:
        kind, params = message.get("method"), message.get("params", {})
        if kind == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        elif kind == "Network.loadingFailed":
            self.failures.append(params["errorText"])
        elif kind == "Runtime.exceptionThrown":
            details = params["exceptionDetails"]
            self.complaints.append(details.get("exception", {}).get("description") or details.get("text", "exception"))
        elif kind == "Runtime.consoleAPICalled" and params["type"] in ("error", "warning", "assert"):
            self.complaints.append(" ".join(str(a.get("value", a.get("description"))) for a in params["args"]))
        elif kind == "Log.entryAdded" and params["entry"]["level"] in ("error", "warning"):
            self.complaints.append(params["entry"]["text"])
        elif kind == "Page.javascriptDialogOpening":
            self.complaints.append(f"dialog: {params['message']}")
            self._socket.send(json.dumps({"id": next(self._ids), "method": "Page.handleJavaScriptDialog", "params": {"accept": True}}))

    def size(self, width: int, height: int, scale: float = 1) -> None:
        """Size of the window in CSS pixels."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=width < 600)

    def open(self, page: Path, ready: str = "document.readyState === 'complete'") -> None:
        """Open a file and wait until ``ready`` is true; requests and complaints start afresh."""
        self.requests, self.failures, self.complaints = [], [], []
        self.call("Page.navigate", url=page.resolve().as_uri())
        self.wait(ready)

    def wait(self, condition: str, seconds: float = 20) -> None:
        """Wait until a JavaScript condition holds."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with contextlib.suppress(RuntimeError):
                if self.run(f"Boolean({condition})"):
                    return
            time.sleep(0.05)
        raise AssertionError(f"never true: {condition}; complaints: {self.complaints}")

    def run(self, script: str):
        """Value of a JavaScript expression."""
        result = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise RuntimeError(result["exceptionDetails"].get("exception", {}).get("description", "exception"))
        return result["result"].get("value")

    def key(self, name: str, code: int) -> None:
        """Press and release a key."""
        for kind in ("rawKeyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=name, code=name, windowsVirtualKeyCode=code)

    def type(self, text: str) -> None:
        """Type text where the focus is."""
        self.call("Input.insertText", text=text)

    def click(self, x: float, y: float) -> None:
        """Press and release the mouse at a place of the window."""
        self.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def printed(self, path: Path) -> Path:
        """The page as it would be printed, as PDF."""
        path.write_bytes(base64.b64decode(self.call("Page.printToPDF", preferCSSPageSize=True, printBackground=True)["data"]))
        return path

    def picture(self, path: Path) -> Path:
        """A screenshot as PNG."""
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"]))
        return path


@contextlib.contextmanager
def chromium(profile: Path, *more: str) -> Iterator[Tab]:
    """A fresh browser with an empty profile; ends with the block. ``more``: switches instead of the dead proxy."""
    port = profile / "DevToolsActivePort"
    log = (profile.parent / f"{profile.name}.log").open("wb")
    command = [require(), *_SWITCHES, *(more or (_DEAD_PROXY,)), f"--user-data-dir={profile}", "about:blank"]
    browser = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
    try:
        end = time.monotonic() + 30
        while not (port.is_file() and port.read_text().strip()):
            assert browser.poll() is None and time.monotonic() < end, "Chromium does not start"
            time.sleep(0.05)
        number = port.read_text().split()[0]
        with build_opener(ProxyHandler({})).open(f"http://127.0.0.1:{number}/json/list", timeout=10) as answer:
            pages = [t for t in json.load(answer) if t["type"] == "page"]
        yield Tab(pages[0]["webSocketDebuggerUrl"])
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(browser.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            browser.wait(10)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(browser.pid, signal.SIGKILL)
        log.close()


def seen_alone(page: Path, ready: str, picture: Path) -> dict:
    """What a browser sees of a page in an empty network namespace: ``is_alone``, ``requests``, ``failures``, ``complaints``, ``paint_ms``.

    The test is skipped where the machine makes no such namespace.
    """
    require()
    if shutil.which(_NAMESPACE[0]) is None or (tried := subprocess.run([*_NAMESPACE, "true"], capture_output=True, text=True)).returncode:
        why = tried.stderr.strip() if shutil.which(_NAMESPACE[0]) else "no program unshare"
        pytest.skip(f"this machine makes no network namespace: {why}")
    command = [*_NAMESPACE, sys.executable, __file__, page, ready, picture]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _is_alone() -> bool:
    """Whether there is no way to any other machine (no packet is sent)."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        try:
            any_socket.connect(("192.0.2.1", 9))
        except OSError:
            return True
        return False


def _look(page: Path, ready: str, picture: Path) -> dict:
    """One page without any proxy; the loopback, down in a new namespace, is raised to talk with the browser."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _RAISE, struct.pack("16sh", b"lo", _UP))
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, chromium(Path(folder) / "profile", "--no-proxy-server") as tab:
        tab.size(1280, 800)
        tab.open(page, ready)
        tab.picture(picture)
        return {
            "is_alone": _is_alone(),
            "requests": tab.requests,
            "failures": tab.failures,
            "complaints": tab.complaints,
            "paint_ms": tab.run("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"),
        }


if __name__ == "__main__":
    print(json.dumps(_look(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))))
