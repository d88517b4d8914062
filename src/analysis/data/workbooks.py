"""Workbooks are told from tables by their first bytes, and refused without being opened.

A workbook is an archive: to read it is to unpack what a stranger packed, and its cells
have no types that a contract could rest on. So nothing is unpacked, whatever is inside.
"""

from __future__ import annotations

from pathlib import Path

from analysis.errors import Problem

ENDINGS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".numbers")

_MARKS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08", bytes.fromhex("d0cf11e0a1b11ae1"))
"""How archives begin, and workbooks of before 2007."""


def refuse_workbook(path: Path) -> Problem | None:
    """Say that a file is a workbook or another archive, or nothing.

    Parameters
    ----------
    path : Path
        Only its name and its first bytes are looked at.
    """
    named = path.suffix.lower() in ENDINGS
    if not named and not _begins_as_archive(path):
        return None
    table = path.stem
    return Problem(
        what=f"the file {path.name!r} is no table that can be read",
        found="a workbook" if named else "a workbook or another archive, by its first bytes",
        needed="Parquet, or CSV in UTF-8",
        next_step=f"Save the sheet as {table}.csv (in a spreadsheet program: Save as, CSV UTF-8), "
        "one sheet a file, or export the table again.",
    )


def find_workbook(folder: Path, table: str) -> Path | None:
    """Find a workbook of a table's name, where no file of a format that is read has it."""
    return next((path for e in ENDINGS if (path := folder / f"{table}{e}").is_file()), None)


def _begins_as_archive(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            return stream.read(8).startswith(_MARKS)
    except OSError:
        return False  # whoever reads it says why it cannot be
