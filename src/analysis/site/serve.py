"""Shows the pages on this machine alone, under the policy that each page carries."""

from __future__ import annotations

import re
from functools import partial
from html import unescape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from analysis.errors import OutputError, Problem

HOST = "127.0.0.1"
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".svg": "image/svg+xml",
    ".json": "application/json; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
}
"""What readers are given. Notebooks and logs are the analyst's: they may hold printed rows."""
_SAVED = {".csv", ".xlsx", ".zip"}
_POLICY = re.compile(
    r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', re.IGNORECASE
)
_CLOSED = "default-src 'none'; style-src 'none'; sandbox; frame-ancestors 'none'"
_HEAD_BYTES = 4096


def make_server(folder: Path, *, port: int) -> ThreadingHTTPServer:
    """Make a server of a folder of reports.

    Parameters
    ----------
    folder : Path
        The reports folder, or one of its runs.
    port : int
        0 for any that is free.

    Returns
    -------
    ThreadingHTTPServer
        Bound to 127.0.0.1; it answers when `serve_forever` is called.

    Raises
    ------
    OutputError
        If the folder is not there, or the port is taken.
    """
    if not folder.is_dir():
        raise OutputError(
            Problem(
                what="there is no folder to show",
                found=folder.as_posix(),
                next_step="Run the reports first: assess run params/sample.yaml.",
            )
        )
    try:
        return ThreadingHTTPServer((HOST, port), partial(_Handler, folder.resolve()))
    except OSError as error:
        raise OutputError(
            Problem(
                what=f"port {port} cannot be used",
                found=type(error).__name__,
                next_step="Name another with --port, or 0 for any that is free.",
            )
        ) from error


def locate(folder: Path, path: str) -> Path | None:
    """Give the file that an address names.

    Parameters
    ----------
    folder : Path
        Resolved; nothing outside it is ever given.
    path : str
        Of the address, as it was sent.

    Returns
    -------
    Path or None
        A file of a kind that readers are given, or a folder that has an index; None for
        anything else, hidden names and links that lead out of the folder included.

    Examples
    --------
    >>> locate(Path("/nowhere"), "/../etc/passwd") is None
    True
    """
    parts = unquote(path, errors="replace").split("/")
    plain = all(part and not part.startswith(".") for part in parts if part)
    if not plain or any("\\" in part or "\0" in part or ":" in part for part in parts):
        return None
    try:
        found = folder.joinpath(*(part for part in parts if part)).resolve()
    except (OSError, RuntimeError):
        return None
    if not found.is_relative_to(folder):
        return None
    if found.is_dir():
        return found if (found / "index.html").is_file() else None
    return found if found.is_file() and found.suffix in _TYPES else None


class _Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD for files of one folder."""

    server_version = "assess"
    sys_version = ""

    def __init__(self, folder: Path, *args: Any, **options: Any) -> None:
        self._folder = folder
        super().__init__(*args, **options)

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def _answer(self, *, with_body: bool) -> None:
        if not self._is_meant_for_us():
            self._refuse(HTTPStatus.MISDIRECTED_REQUEST)
            return
        path = urlsplit(self.path).path
        found = locate(self._folder, path)
        if found is None:
            self._refuse(HTTPStatus.NOT_FOUND)
        elif found.is_dir() and not path.endswith("/"):
            self.send_response(HTTPStatus.MOVED_PERMANENTLY)
            place = found.relative_to(self._folder).as_posix()
            self.send_header("Location", f"/{quote(place)}/")
            self._end({"Content-Length": "0"}, _CLOSED)
        else:
            self._send(found / "index.html" if found.is_dir() else found, with_body=with_body)

    def _is_meant_for_us(self) -> bool:
        """Whether the browser asked for this machine by name: no other name leads here."""
        port = self.connection.getsockname()[1]
        return self.headers.get("Host", "") in {f"{HOST}:{port}", f"localhost:{port}"}

    def _send(self, file: Path, *, with_body: bool) -> None:
        body = file.read_bytes()
        headers = {"Content-Type": _TYPES[file.suffix], "Content-Length": str(len(body))}
        if file.suffix in _SAVED:
            headers["Content-Disposition"] = "attachment"
        self.send_response(HTTPStatus.OK)
        self._end(headers, policy_of(body) if file.suffix == ".html" else _CLOSED)
        if with_body:
            self.wfile.write(body)

    def _refuse(self, status: HTTPStatus) -> None:
        body = f"{status.value} {status.phrase}\n".encode()
        self.send_response(status)
        length = str(len(body))
        self._end({"Content-Type": "text/plain; charset=utf-8", "Content-Length": length}, _CLOSED)
        if self.command != "HEAD":
            self.wfile.write(body)

    def _end(self, headers: dict[str, str], policy: str) -> None:
        fixed = {
            "Content-Security-Policy": policy,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cache-Control": "no-store",
        }
        for name, value in {**headers, **fixed}.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's name
        """Say nothing: addresses hold the names of scopes."""


def policy_of(page: bytes) -> str:
    """Give the policy that a page carries, for a header; one that forbids all without it.

    Examples
    --------
    >>> policy_of(b"<p>no policy</p>").startswith("default-src 'none'")
    True
    """
    found = _POLICY.search(page[:_HEAD_BYTES].decode("utf-8", errors="replace"))
    return f"{unescape(found[1])}; frame-ancestors 'none'" if found else _CLOSED
