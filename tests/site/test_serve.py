"""The pages on this machine: what is given, to whom, and under which policy."""

import http.client
import threading

import pytest

from analysis.errors import OutputError
from analysis.site.serve import HOST, locate, make_server, policy_of

PAGE = (
    "<!DOCTYPE html><html lang=en><head><meta charset=utf-8>"
    '<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; '
    'img-src data:"></head><p>page</p>'
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("served") / "reports"
    for place in ("", "sample", "sample/tables", ".hidden", "bare"):
        (folder / place).mkdir(exist_ok=True)
    for name in ("index.html", "sample/index.html", ".hidden/index.html", "sample/全行.html"):
        (folder / name).write_text(PAGE, encoding="utf-8")
    (folder / "sample/tables/stages.en.csv").write_text("a,b\r\n")
    (folder / "sample/figure.svg").write_text("<svg/>")
    (folder / "sample/notebook.ipynb").write_text("{}")
    (folder / "sample/kernel.log").write_text("printed rows")
    (folder.parent / "secret.html").write_text("secret")
    (folder / "sample/out.html").symlink_to(folder.parent / "secret.html")
    return folder


@pytest.fixture(scope="module")
def port(folder):
    server = make_server(folder, port=0)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def ask(port, path, *, method="GET", host=None):
    connection = http.client.HTTPConnection(HOST, port, timeout=10)
    connection.putrequest(method, path, skip_host=True)
    connection.putheader("Host", host or f"{HOST}:{port}")
    connection.endheaders()
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer, body


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/sample/", "text/html; charset=utf-8"),
        ("/sample/%E5%85%A8%E8%A1%8C.html?x=1", "text/html; charset=utf-8"),
        ("/sample/tables/stages.en.csv", "text/csv; charset=utf-8"),
        ("/sample/figure.svg", "image/svg+xml"),
    ],
)
def test_readers_are_given_pages_tables_and_figures(port, path, kind):
    answer, body = ask(port, path)
    assert (answer.status, answer.headers["Content-Type"]) == (200, kind)
    assert body


@pytest.mark.parametrize(
    "path",
    [
        "/sample/notebook.ipynb",
        "/sample/kernel.log",
        "/.hidden/index.html",
        "/bare/",
        "/sample/tables/",
        "/sample/out.html",
        "/../secret.html",
        "/%2e%2e/secret.html",
        "/sample/..%2f..%2fsecret.html",
        "/sample/..%5c..%5csecret.html",
        "//etc/passwd",
        "/sample/%00.html",
        "/nothing.html",
    ],
)
def test_everything_else_is_not_there(port, path):
    answer, body = ask(port, path)
    assert answer.status == 404
    assert b"secret" not in body


def test_a_page_has_its_own_policy_as_a_header_and_may_not_be_framed(port):
    answer, _ = ask(port, "/")
    assert answer.headers["Content-Security-Policy"] == (
        "default-src 'none'; img-src data:; frame-ancestors 'none'"
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_a_file_that_is_no_page_may_do_nothing(port):
    answer, _ = ask(port, "/sample/figure.svg")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    answer, _ = ask(port, "/sample/tables/stages.en.csv")
    assert answer.headers["Content-Disposition"] == "attachment"


def test_a_folder_is_asked_for_with_a_slash(port):
    answer, _ = ask(port, "/sample")
    assert (answer.status, answer.headers["Location"]) == (301, "/sample/")


def test_another_name_that_leads_here_is_refused(port):
    answer, body = ask(port, "/", host=f"evil.example:{port}")
    assert answer.status == 421
    assert b"page" not in body
    assert ask(port, "/", host=f"localhost:{port}")[0].status == 200


def test_nothing_but_reading_is_answered(port):
    assert ask(port, "/", method="POST")[0].status == 501
    answer, body = ask(port, "/", method="HEAD")
    assert (answer.status, body) == (200, b"")


def test_it_listens_to_this_machine_alone(folder):
    server = make_server(folder, port=0)
    assert server.server_address[0] == "127.0.0.1"
    with pytest.raises(OutputError, match="cannot be used"):
        make_server(folder, port=server.server_address[1])
    server.server_close()


def test_a_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(OutputError, match="there is no folder to show"):
        make_server(tmp_path / "nowhere", port=0)


def test_a_folder_is_found_only_with_an_index(folder):
    root = folder.resolve()
    assert locate(root, "/sample") == root / "sample"
    assert locate(root, "/bare") is None


def test_a_page_without_a_policy_may_do_nothing():
    assert policy_of(b"<p>x</p>").startswith("default-src 'none'")
