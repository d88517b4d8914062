"""Finished folders: put into place at once or not at all, by one run at a time."""

from __future__ import annotations

import json
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from analysis.errors import OutputError, Problem

LOCK_NAME = ".lock"
WORK_NAME = ".work"
_OLD = ".old"
_LOCKED_BYTE = 1 << 20


@contextmanager
def open_run_folder(folder: Path) -> Iterator[Path]:
    """Hold a run's folder for this process alone, and set right what a crash left.

    The lock belongs to the process and ends with it, however it ends; nothing
    stays locked by a run that was killed.

    Parameters
    ----------
    folder : Path
        Made if it is not there.

    Yields
    ------
    Path
        An empty folder for work in progress, on the same file system; removed
        at the end.

    Raises
    ------
    OutputError
        If another run holds the folder, or it cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / LOCK_NAME).open("a+", encoding="utf-8")
    except OSError as error:
        raise cannot_write(folder, error) from error
    with lock:
        if not _take(lock):
            raise OutputError(
                Problem(
                    what=f"another run is writing {folder.name}",
                    found=_holder(folder),
                    next_step="Wait until it has ended, or write elsewhere with --reports.",
                    where=str(folder),
                )
            )
        lock.truncate(0)
        json.dump({"process": os.getpid(), "machine": socket.gethostname()}, lock)
        lock.flush()
        work = folder / WORK_NAME
        try:
            shutil.rmtree(work, ignore_errors=True)
            recover(folder)
            work.mkdir()
        except OSError as error:
            raise cannot_write(folder, error) from error
        try:
            yield work
        finally:
            shutil.rmtree(work, ignore_errors=True)


def make_private_folder(work: Path, name: str) -> Path:
    """Make a new folder in `work` that no one else uses."""
    return Path(tempfile.mkdtemp(prefix=f"{name}-", dir=work))


def replace_folder(source: Path, destination: Path) -> None:
    """Put a finished folder into the place of the last one, in two renames.

    Between the two the last one stands beside it under a backup name, from which
    `recover` brings it back.

    Parameters
    ----------
    source : Path
        On the same file system; gone afterwards.
    destination : Path
        Its parent is made if it is not there.

    Raises
    ------
    OutputError
        If it cannot be written; the last version is then in its place.
    """
    backup = _backup_of(destination)
    try:
        destination.parent.mkdir(parents=True, exist_ok=True)
        if destination.exists():
            shutil.rmtree(backup, ignore_errors=True)
            destination.replace(backup)
        source.replace(destination)
    except OSError as error:
        if backup.exists() and not destination.exists():
            backup.replace(destination)
        raise cannot_write(destination, error) from error
    shutil.rmtree(backup, ignore_errors=True)


def take_away(folder: Path, kept: Path) -> None:
    """Take a finished report out of its place, and keep what is not for readers elsewhere.

    Parameters
    ----------
    folder : Path
        The report; it is gone afterwards.
    kept : Path
        Receives the executed notebook alone.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    try:
        shutil.rmtree(kept, ignore_errors=True)
        kept.mkdir(parents=True)
        for notebook in folder.glob("*.ipynb"):
            notebook.replace(kept / notebook.name)
        shutil.rmtree(folder, ignore_errors=True)
    except OSError as error:
        raise cannot_write(folder, error) from error


def recover(folder: Path) -> None:
    """Bring back every folder whose replacement was cut off between its two renames."""
    for backup in sorted(folder.rglob(f".*{_OLD}")):
        destination = backup.with_name(backup.name.removeprefix(".").removesuffix(_OLD))
        if destination.exists():
            shutil.rmtree(backup, ignore_errors=True)
        else:
            backup.replace(destination)


def write_file(path: Path, text: str) -> None:
    """Write a text file at once or not at all.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    draft = path.with_name(f".{path.name}.new")
    try:
        draft.write_text(text, encoding="utf-8", newline="\n")
        draft.replace(path)
    except OSError as error:
        raise cannot_write(path, error) from error


def _backup_of(destination: Path) -> Path:
    return destination.with_name(f".{destination.name}{_OLD}")


def cannot_write(path: Path, error: OSError) -> OutputError:
    """Say that something could not be written, for a reason of the system's."""
    return OutputError(
        Problem(
            what="the output cannot be written",
            found=error.strerror or type(error).__name__,
            next_step=(
                "Close files that are open there, free space, or write elsewhere with --reports."
            ),
            where=str(path),
        )
    )


def _holder(folder: Path) -> str:
    try:
        held = json.loads((folder / LOCK_NAME).read_text(encoding="utf-8"))
        return f"process {held['process']} on {held['machine']}"
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _take(lock: IO[str]) -> bool:
    """Lock an open file for this process; False if another holds it."""
    if sys.platform == "win32":
        import msvcrt  # only there on Windows

        lock.seek(_LOCKED_BYTE)  # beyond the text, which others may read
        try:
            msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        lock.seek(0)
        return True
    import fcntl  # not there on Windows

    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        raise cannot_write(Path(lock.name), error) from error
    return True
