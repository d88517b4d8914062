"""The folder that a sample bank is written to: whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from analysis.errors import OutputError, Problem
from analysis.sample.truth import is_sample_bank


@contextmanager
def replaced_folder(folder: Path) -> Iterator[Path]:
    """Give a private folder that takes the place of `folder` when all went well.

    Raises
    ------
    OutputError
        If `folder` holds anything but a sample bank, or cannot be written.
    """
    refuse_other_folders(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        private = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
    except OSError as error:
        raise _cannot_write(folder, error) from error
    try:
        yield private
        private.chmod(0o755)
        _replace(private, folder)
    except OSError as error:
        raise _cannot_write(folder, error) from error
    finally:
        shutil.rmtree(private, ignore_errors=True)


def refuse_other_folders(folder: Path) -> None:
    """Refuse a place that holds something else than a sample bank.

    Raises
    ------
    OutputError
    """
    if not folder.exists() and not folder.is_symlink():
        return
    if folder.is_dir() and (is_sample_bank(folder) or not any(folder.iterdir())):
        return
    raise OutputError(
        Problem(
            what="the folder for the sample bank holds something else",
            found="files that are not a sample bank" if folder.is_dir() else "a file",
            needed="a new or empty folder, or an earlier sample bank",
            next_step="Choose another folder, or empty this one yourself.",
            where=str(folder),
        )
    )


def _replace(private: Path, folder: Path) -> None:
    if not folder.exists():
        private.replace(folder)
        return
    earlier = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}.earlier."))
    folder.replace(earlier / "bank")
    try:
        private.replace(folder)
    except OSError:
        (earlier / "bank").replace(folder)
        raise
    finally:
        shutil.rmtree(earlier, ignore_errors=True)


def _cannot_write(folder: Path, error: OSError) -> OutputError:
    return OutputError(
        Problem(
            what="the sample bank cannot be written",
            found=os.strerror(error.errno) if error.errno else type(error).__name__,
            needed="a folder with enough space that this user may write",
            next_step="Free space, change the folder's rights or choose another folder.",
            where=str(folder),
        )
    )
