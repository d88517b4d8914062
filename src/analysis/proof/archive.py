"""Archives: the same files give the same bytes, and a hostile one does no harm."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from analysis.errors import OutputError, Problem
from analysis.proof.faults import Fault, FaultKind

MOST_FILES = 50_000
MOST_BYTES = 4_000_000_000
_EPOCH = (1980, 1, 1, 0, 0, 0)
_MODE = (stat.S_IFREG | 0o644) << 16
_CHUNK = 1 << 20
ZLIB = zlib.ZLIB_RUNTIME_VERSION
"""Two versions of zlib may compress one content differently."""


def write_archive(path: Path, files: Mapping[str, bytes]) -> None:
    """Write files into an archive, at once or not at all; the same bytes for the same files.

    Parameters
    ----------
    path : Path
    files : mapping of str to bytes
        By their names in the archive, with ``/``.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    draft = path.with_name(f".{path.name}.new")
    try:
        draft.write_bytes(build_archive(files))
        draft.replace(path)
    except OSError as error:
        raise OutputError(
            Problem(
                what="the archive cannot be written",
                found=error.strerror or type(error).__name__,
                where=str(path),
            )
        ) from error


def build_archive(files: Mapping[str, bytes]) -> bytes:
    """Build an archive's bytes.

    Examples
    --------
    >>> build_archive({"b": b"1", "a": b"2"}) == build_archive({"a": b"2", "b": b"1"})
    True
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = _MODE
            info.create_system = 3  # the same on every system
            archive.writestr(info, files[name], compresslevel=9)
    return buffer.getvalue()


def unpack(path: Path, folder: Path) -> list[Fault]:
    """Unpack an archive into an empty folder, whatever is in it.

    Nothing is written outside the folder, no more than `MOST_BYTES` and `MOST_FILES`.

    Parameters
    ----------
    path, folder : Path

    Returns
    -------
    list of Fault
        What could not be unpacked; the rest is there.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return list(_unpack_all(archive, folder, path.name))
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError, EOFError) as error:
        what = f"it cannot be read as an archive ({type(error).__name__})"
        return [Fault(path.name, FaultKind.ALTERED, what)]


def _unpack_all(archive: zipfile.ZipFile, folder: Path, own: str) -> Iterator[Fault]:
    entries = archive.infolist()
    if len(entries) > MOST_FILES:
        yield Fault(own, FaultKind.ALTERED, f"it holds more than {MOST_FILES:,} files")
        return
    seen: set[str] = set()
    left = MOST_BYTES
    for entry in entries:
        wrong = _find_wrong(entry, seen)
        if wrong:
            yield Fault(_printable(entry.filename), FaultKind.ALTERED, wrong)
            continue
        seen.add(entry.filename.casefold())
        try:
            left -= _unpack_one(archive, entry, folder, left)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError):
            what = "it is damaged within the archive"
            yield Fault(_printable(entry.filename), FaultKind.ALTERED, what)
        if left < 0:
            yield Fault(own, FaultKind.ALTERED, f"it holds more than {MOST_BYTES:,} bytes")
            return


def _find_wrong(entry: zipfile.ZipInfo, seen: set[str]) -> str:
    """Say why an entry is not unpacked, or nothing."""
    name = entry.filename
    parts = PurePosixPath(name).parts
    if (
        not name
        or name.startswith("/")
        or "\\" in name
        or ":" in name
        or any(part in {"..", "."} for part in name.split("/"))
        or any(ord(character) < 32 for character in name)
        or name != "/".join(parts)
    ):
        return "its name leads outside the archive or is no plain name"
    if name.casefold() in seen:
        return "it is in the archive twice"
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "it is a link"
    return "it is encrypted" if entry.flag_bits & 1 else ""


def _unpack_one(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, folder: Path, left: int) -> int:
    """Unpack one file, at most `left` bytes and a little; give how many."""
    target = folder / entry.filename
    target.parent.mkdir(parents=True, exist_ok=True)
    written = 0
    with archive.open(entry) as source, target.open("xb") as sink:
        while chunk := source.read(_CHUNK):
            written += len(chunk)
            sink.write(chunk)
            if written > left:
                break
    return written


def _printable(name: str) -> str:
    return name.encode("ascii", "backslashreplace").decode("ascii")


def compare_structure(path: Path, folder: Path) -> list[Fault]:
    """Compare an archive with what its unpacked files would give, byte for byte.

    For an archive that this machine's zlib has compressed; finds a byte altered in the
    archive's own directory.
    """
    files = {
        found.relative_to(folder).as_posix(): found.read_bytes()
        for found in folder.rglob("*")
        if found.is_file()
    }
    if build_archive(files) == path.read_bytes():
        return []
    return [Fault(path.name, FaultKind.ALTERED, "its directory is not as it was written")]
