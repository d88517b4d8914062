"""Does anything that a run wrote hold a secret?

The last look before a report is put into place: every file of its folder, and what is
packed in it, is searched for the secrets that this process could know. Models and
messages hold placeholders only; this is the net beneath them.
"""

from __future__ import annotations

import base64
import html
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, quote_plus

from analysis.errors import ParameterError
from analysis.params.secrets import mask, secret_names

SHORTEST = 6
"""Shorter values are too likely to stand somewhere by chance; they are not looked for."""

_TELLING = re.compile(
    r"PASSW(OR)?D|PASSPHRASE|SECRET|TOKEN|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|CREDENTIAL",
    re.IGNORECASE,
)
_PACKED = {".xlsx", ".zip"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """A secret in a file.

    Attributes
    ----------
    file : str
        Relative to the folder that was searched.
    name : str
        The environment variable that holds the secret; never its value.
    """

    file: str
    name: str


def known_secrets(url: str | None, environment: Mapping[str, str]) -> dict[str, str]:
    """Give the secrets that a process could write, by the name of their variable.

    Parameters
    ----------
    url : str or None
        The source's, with its placeholders.
    environment : mapping of str to str
        Usually ``os.environ``.

    Returns
    -------
    dict of str to str
        What the url names, and every variable whose name says that it is a secret;
        values of fewer than `SHORTEST` characters are left out.

    Examples
    --------
    >>> known_secrets("x://u:${P}@h", {"P": "correct horse", "API_TOKEN": "ab12cd34", "HOME": "/h"})
    {'API_TOKEN': 'ab12cd34', 'P': 'correct horse'}
    """
    try:
        named = set(secret_names(url or ""))
    except ParameterError:
        named = set()
    return {
        name: value
        for name, value in sorted(environment.items())
        if len(value) >= SHORTEST and (name in named or _TELLING.search(name))
    }


def find_leaks(folder: Path, secrets: Mapping[str, str]) -> tuple[Leak, ...]:
    """Search every file beneath a folder for secrets, as they are and encoded.

    Parameters
    ----------
    folder : Path
    secrets : mapping of str to str
        Name to value.

    Returns
    -------
    tuple of Leak
        By file and name; empty where all is well.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as place:
    ...     _ = (Path(place) / "page.html").write_text("reader:hunter22@host")
    ...     find_leaks(Path(place), {"DB_PASSWORD": "hunter22"})
    (Leak(file='page.html', name='DB_PASSWORD'),)
    """
    if not secrets:
        return ()
    wanted = {name: tuple(_forms(value)) for name, value in secrets.items()}
    return tuple(
        Leak(file=path.relative_to(folder).as_posix(), name=name)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink()
        for name in _names_within(path, wanted)
    )


def hide_leaks(folder: Path, secrets: Mapping[str, str]) -> None:
    """Put the names of secrets in their place, in the files that a failed run leaves.

    A file that cannot be made clean, because it is no text or holds them encoded, is
    deleted.
    """
    for leak in find_leaks(folder, secrets):
        path = folder / leak.file
        if path.is_file():
            _clean(path, secrets)
    for leak in find_leaks(folder, secrets):
        (folder / leak.file).unlink(missing_ok=True)


def _clean(path: Path, secrets: Mapping[str, str]) -> None:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return
    path.write_text(mask(text, secrets=secrets), encoding="utf-8", newline="\n")


def _names_within(path: Path, wanted: Mapping[str, tuple[bytes, ...]]) -> Iterator[str]:
    contents = tuple(_contents(path))
    for name, forms in sorted(wanted.items()):
        if any(form in content for form in forms for content in contents):
            yield name


def _contents(path: Path) -> Iterator[bytes]:
    yield path.read_bytes()
    if path.suffix in _PACKED and zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            for member in packed.namelist():
                yield packed.read(member)


def _forms(value: str) -> Iterator[bytes]:
    """Give a value as text, URL, JSON, HTML and base64 would write it."""
    texts = (
        value,
        quote(value, safe=""),
        quote_plus(value),
        json.dumps(value)[1:-1],
        json.dumps(value, ensure_ascii=False)[1:-1],
        html.escape(value),
        base64.b64encode(value.encode()).decode().rstrip("="),
    )
    for text in dict.fromkeys(texts):
        yield text.encode()
