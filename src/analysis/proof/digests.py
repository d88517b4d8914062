"""What exactly is signed: the bytes of a report's files, its status of review apart.

A page shows how its review stands, and a signature holds for the page's bytes. So the
place where the page says so is set between two marks, and a page's digest is taken
with nothing between them. What stands there must be what the log of review says.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from analysis.trace import hash_file

MANIFEST = "manifest.json"
BEGIN = "<!--review-->"
END = "<!--/review-->"
SEAL = "seal"
CLOCKS = frozenset({"started_at", "seconds", "cell_seconds", "peak_memory_bytes", SEAL})
"""What a manifest says of how long a run took and where: nothing that a page shows."""

_PAGE = re.compile(r"report\.[a-z]{2}\.html")
_CHUNK_LIMIT = 1 << 26


def is_page(name: str) -> bool:
    """Whether a file of a report's folder is a page that shows its status of review.

    Examples
    --------
    >>> is_page("report.zh.html"), is_page("tables/report.en.html")
    (True, False)
    """
    return _PAGE.fullmatch(name) is not None


def split_page(text: str) -> tuple[str, str, str] | None:
    """Cut a page at its place for the review: before, between, after.

    Returns
    -------
    tuple of str or None
        None where the marks are not there exactly once and in order.

    Examples
    --------
    >>> split_page("<p><!--review-->approved<!--/review--></p>")
    ('<p><!--review-->', 'approved', '<!--/review--></p>')
    """
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        return None
    start, stop = text.index(BEGIN) + len(BEGIN), text.index(END)
    return (text[:start], text[start:stop], text[stop:]) if start <= stop else None


def digest_output(path: Path, name: str) -> str:
    """Give the SHA-256 of a file of a report; of a page, with its place for the review empty.

    Parameters
    ----------
    path : Path
    name : str
        Relative to the report's folder, with ``/``.
    """
    if not is_page(name) or path.stat().st_size > _CHUNK_LIMIT:
        return hash_file(path)
    content = path.read_bytes()
    digest = hashlib.sha256()
    for part in _cut(content, BEGIN.encode(), END.encode()) or (content,):
        digest.update(part)
    return digest.hexdigest()


def _cut(content: bytes, begin: bytes, end: bytes) -> tuple[memoryview, memoryview] | None:
    """Give what stands before and behind the place for the review, as `split_page` does."""
    if content.count(begin) != 1 or content.count(end) != 1:
        return None
    start, stop = content.index(begin) + len(begin), content.index(end)
    whole = memoryview(content)
    return (whole[:start], whole[stop:]) if start <= stop else None


def digest_folder(folder: Path, *, but: Iterable[str] = ()) -> dict[str, str]:
    """Give `digest_output` of every file in a folder by its relative name."""
    left_out = set(but)
    return {n: digest_output(path, n) for n, path in list_files(folder) if n not in left_out}


def list_files(folder: Path) -> Iterator[tuple[str, Path]]:
    """List every file below a folder, its name relative to that with ``/``; a link to one too."""
    yield from _list_below(folder, "")


def _list_below(folder: Path, prefix: str) -> Iterator[tuple[str, Path]]:
    """List the files of a folder, then those of the folders in it; never through a link."""
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if entry.is_file():
            yield f"{prefix}{entry.name}", folder / entry.name
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from _list_below(folder / entry.name, f"{prefix}{entry.name}/")


def digest_manifest(manifest: Mapping[str, Any], *, clocks: bool) -> str:
    """Give the SHA-256 of what a manifest says, its own seal apart.

    Parameters
    ----------
    manifest : mapping
    clocks : bool
        Whether what a run took counts. With it, the digest is the manifest's seal;
        without, it is what a reviewer signs, the same for a run that gave the same.

    Examples
    --------
    >>> one, other = {"scope": "bank", "seconds": 1.0}, {"scope": "bank", "seconds": 2.0}
    >>> digest_manifest(one, clocks=False) == digest_manifest(other, clocks=False)
    True
    """
    left_out = {SEAL} if clocks else CLOCKS
    kept = {key: value for key, value in manifest.items() if key not in left_out}
    text = json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def write_out(manifest: Mapping[str, Any]) -> str:
    """Write a manifest as its file has it: the same text for the same content."""
    return f"{json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True)}\n"


def read_sealed(folder: Path) -> dict[str, Any] | None:
    """Read a manifest whose bytes are those that were written; None where they are not.

    Parameters
    ----------
    folder : Path
        Of a report.
    """
    try:
        text = (folder / MANIFEST).read_bytes().decode("utf-8")
        manifest = json.loads(text)
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(manifest, dict) or write_out(manifest) != text:
        return None
    return manifest if manifest.get(SEAL) == digest_manifest(manifest, clocks=True) else None


def digest_report(folder: Path) -> dict[str, str] | None:
    """Give what a reviewer of a report signs: its manifest and every file, by name.

    Returns
    -------
    dict of str to str or None
        None where the manifest is missing or is not as it was written.
    """
    manifest = read_sealed(folder)
    if manifest is None:
        return None
    files = digest_folder(folder, but=[MANIFEST])
    return {MANIFEST: digest_manifest(manifest, clocks=False), **files}
