"""Files of a source's folder: which ones make up a table, and what their bytes are."""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Literal

from analysis.data.workbooks import refuse_workbook
from analysis.errors import Problem
from analysis.params.names import join_options, suggest

Format = Literal["parquet", "csv", "text"]
FORMATS: dict[str, Format] = {
    ".parquet": "parquet",
    ".pq": "parquet",
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "text",
    ".dat": "text",
}
"""A file's ending, in lower case, to the way it is read."""

_BLOCK_BYTES = 1 << 22
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFiles:
    """The files that make up one table.

    Attributes
    ----------
    name : str
        As the run file or the folder names it: a file, or a folder of parts.
    paths : tuple of Path
        Absolute, in the order of their names.
    """

    name: str
    paths: tuple[Path, ...]


def list_entries(folder: Path) -> tuple[str, ...]:
    """Give the names in a folder that could be tables, hidden ones left out, sorted."""
    return tuple(sorted(entry.name for entry in folder.iterdir() if not _is_hidden(entry)))


def find_default(folder: Path, table: str) -> tuple[str, ...]:
    """Give every entry of a folder that holds the table called `table` by its name alone."""
    names = [f"{table}{ending}" for ending in FORMATS]
    found = [name for name in names if (folder / name).is_file()]
    return tuple([*found, table] if (folder / table).is_dir() else found)


def find_files(folder: Path, name: str) -> FoundFiles | Problem:
    """Find the file, or the parts in a folder of that name, that make up a table.

    Parameters
    ----------
    folder : Path
        The source's folder, absolute.
    name : str
        Relative to it, ``/`` between names; must stay inside.

    Returns
    -------
    FoundFiles, or Problem where there is no such file or it is outside.
    """
    relative = PurePosixPath(name.replace("\\", "/"))
    if not _stays_inside(relative):
        return Problem(
            what=f"{name!r} is no file of the source's folder",
            needed="a name inside the folder",
            next_step="Move the file into the folder, or name another folder.",
        )
    path = folder.joinpath(*relative.parts)
    if path.is_dir():
        return _find_parts(path, name)
    if not path.is_file():
        entries = list_entries(folder)
        return Problem(
            what=f"the source's folder has no file {name!r}",
            found=join_options(entries) if entries else "an empty folder",
            next_step=suggest(name, entries) or "Correct 'from' in the run file.",
        )
    return refuse_workbook(path) or FoundFiles(name=name, paths=(path,))


def _stays_inside(relative: PurePosixPath) -> bool:
    parts = relative.parts
    return bool(parts) and not relative.is_absolute() and ".." not in parts and ":" not in parts[0]


def _find_parts(folder: Path, name: str) -> FoundFiles | Problem:
    parts = sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and path.suffix.lower() in FORMATS
        and not any(_is_hidden(Path(part)) for part in path.relative_to(folder).parts)
    )
    if not parts:
        return Problem(
            what=f"the folder {name!r} holds no part of a table",
            needed=f"files that end in {', '.join(FORMATS)}",
            next_step="Export the table again.",
        )
    endings = sorted({path.suffix.lower() for path in parts})
    if len(endings) > 1:
        return Problem(
            what=f"the folder {name!r} holds parts of several formats",
            found=", ".join(endings),
            needed="one format",
            next_step="Keep one format only.",
        )
    refused = next((problem for part in parts if (problem := refuse_workbook(part))), None)
    return refused or FoundFiles(name=name, paths=tuple(parts))


def _is_hidden(path: Path) -> bool:
    return path.name.startswith((".", "_"))


def hash_files(found: FoundFiles) -> str:
    """Give the SHA-256 of a table's content, in hexadecimal.

    For a single file it is the file's own; for parts it is that of the list of
    their names and hashes.
    """
    if len(found.paths) == 1 and found.paths[0].name == PurePosixPath(found.name).name:
        return _hash_file(found.paths[0])
    lines = "".join(f"{_hash_file(path)}  {path.name}\n" for path in found.paths)
    return hashlib.sha256(lines.encode()).hexdigest()


def _hash_file(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def normalise_encoding(encoding: str) -> str | None:
    """Give Python's own name of a text encoding, or None where there is none.

    Examples
    --------
    >>> normalise_encoding("UTF8"), normalise_encoding("GBK"), normalise_encoding("rot13")
    ('utf-8', 'gbk', None)
    """
    try:
        "".encode(encoding)
        name = codecs.lookup(encoding).name
    except (LookupError, ValueError):
        return None
    return "utf-8" if name in {"utf-8-sig", "ascii"} else name


def check_utf8(path: Path) -> Problem | None:
    """Say what to do about a file that is not UTF-8, or nothing.

    The whole file is looked at, block by block.
    """
    with path.open("rb") as stream:
        if _decodes(_blocks(stream), "utf-8"):
            return None
    guess = guess_encoding(path)
    return Problem(
        what=f"the file {path.name!r} is not in UTF-8",
        found=f"what reads as {guess}" if guess else "an encoding that cannot be guessed",
        needed="UTF-8, or the encoding named in the run file",
        next_step=f"For this table, write read: {{encoding: {guess or 'latin-1'}}} "
        "in the run file, or save the file as UTF-8.",
    )


def guess_encoding(path: Path) -> str:
    """Guess the encoding of a file that is not UTF-8; empty where nothing fits."""
    with path.open("rb") as stream:
        if stream.read(2) in _UTF16_MARKS:
            return "utf-16"
        stream.seek(0)
        return "gb18030" if _decodes(_blocks(stream), "gb18030") else ""


def write_as_utf8(path: Path, target: Path, *, encoding: str) -> Problem | None:
    """Copy a file into UTF-8, block by block; say what is wrong, or nothing.

    Parameters
    ----------
    path, target : Path
    encoding : str
        As `normalise_encoding` gives it.
    """
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as stream, target.open("wb") as copy:
        try:
            for block in _blocks(stream):
                copy.write(decoder.decode(block, final=not block).encode())
        except UnicodeDecodeError:
            pass
        else:
            return None
    target.unlink()
    guess = guess_encoding(path)
    return Problem(
        what=f"the file {path.name!r} is not in {encoding}",
        found=f"what reads as {guess}" if guess not in {"", encoding} else "",
        needed="the encoding named in the run file",
        next_step="Correct read: {encoding: …} in the run file.",
    )


def _blocks(stream: BinaryIO) -> Iterator[bytes]:
    """Yield blocks up to and with the empty one that ends them."""
    while block := stream.read(_BLOCK_BYTES):
        yield block
    yield b""


def _decodes(blocks: Iterable[bytes], encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    pending = False
    try:
        for block in blocks:
            if block and not pending and block.isascii():
                continue
            decoder.decode(block, final=not block)
            pending = bool(decoder.getstate()[0])
    except UnicodeDecodeError:
        return False
    return True
