"""``make serve``: this machine only, files of the stages only, no listing, no way out of the folder."""

import http.client
import socket
import threading

import pytest

from pipeline.core.errors import EnvironmentProblem, UsageError
from pipeline.serve import server


@pytest.fixture
def running(tmp_path):
    out = tmp_path / "outputs"
    for name, text in (("maps/index.html", "page"), ("report/a b.html", "report"), (".locks/x", "lock"), ("own.txt", "own")):
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    (out / "maps" / "link.html").symlink_to(tmp_path / "secret.txt")
    with server(out, 0) as made:
        threading.Thread(target=made.serve_forever, daemon=True).start()
        yield made.server_address
        made.shutdown()


def ask(address, path: str, method: str = "GET", host: str | None = None) -> tuple[int, str]:
    connection = http.client.HTTPConnection(*address, timeout=10)
    connection.putrequest(method, path, skip_host=True)
    connection.putheader("Host", host or f"{address[0]}:{address[1]}")
    connection.endheaders()
    answer = connection.getresponse()
    text = answer.read().decode("utf-8", "replace")
    connection.close()
    return answer.status, answer.headers.get("Location") or text


def test_it_listens_on_the_loopback_only_and_leads_to_the_map(running):
    assert running[0] == "127.0.0.1"
    assert ask(running, "/") == (302, "/maps/index.html")
    assert ask(running, "/maps/index.html?x=1") == (200, "page")
    assert ask(running, "/report/a%20b.html", "HEAD")[0] == 200


@pytest.mark.parametrize(
    "path",
    [
        "/maps",
        "/maps/",
        "/own.txt",
        "/.locks/x",
        "/maps/../own.txt",
        "/maps/%2e%2e/own.txt",
        "/maps/../../secret.txt",
        "/maps/link.html",
        "//etc/passwd",
    ],
)
def test_nothing_but_files_of_the_stages_is_answered(running, path):
    assert ask(running, path)[0] == 404


def test_another_sites_page_cannot_ask_by_its_own_name_and_nothing_can_be_written(running):
    assert ask(running, "/maps/index.html", host="evil.example")[0] == 404
    assert ask(running, "/maps/index.html", "POST")[0] == 501


def test_no_maps_and_a_taken_port_are_told(tmp_path):
    with pytest.raises(UsageError):
        server(tmp_path, 0)
    (tmp_path / "maps").mkdir()
    (tmp_path / "maps/index.html").write_text("x")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(EnvironmentProblem):
            server(tmp_path, taken.getsockname()[1])
