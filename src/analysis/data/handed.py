"""What was found on a table is handed from the batch to its kernels, with what it follows from.

A batch checks each table once, before a kernel starts. A kernel takes that over if the
table, those that it refers to, the day looked at and the code of the checks are the very
same for it; otherwise it looks for itself.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from analysis.data.checking import TableQuality
from analysis.data.contract import contract
from analysis.data.tables import Source
from analysis.errors import DataError


@dataclass(frozen=True, kw_only=True)
class HandedQuality:
    """A table's quality, and all that it follows from beside the run's own settings.

    Attributes
    ----------
    quality : TableQuality
    as_of : date
    contents : mapping of str to str
        SHA-256 of the table's files and of each that it refers to; empty where there is none.
    code : str
        SHA-256 over the modules that check.
    """

    quality: TableQuality
    as_of: dt.date
    contents: Mapping[str, str]
    code: str


@cache
def _adapter() -> TypeAdapter[HandedQuality]:
    return TypeAdapter(HandedQuality)


def hash_contents(source: Source, table: str) -> dict[str, str] | None:
    """Hash a table and those that it refers to; None where their bytes cannot be seen.

    Parameters
    ----------
    source : Source
    table : str
        Of the contract.
    """
    referred = (column.references.partition(".")[0] for column in contract()[table].columns)
    contents = {}
    for name in dict.fromkeys((table, *filter(None, referred))):
        try:
            content = source.content_hash(name) if source.has(name) else ""
        except (DataError, OSError):
            return None
        if content is None:
            return None
        contents[name] = content
    return contents


@cache
def hash_checks() -> str:
    """Give one SHA-256 over the modules of this package, as they are when first asked."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def hand_over(handed: HandedQuality) -> dict[str, Any]:
    """Write a table's quality as JSON values."""
    written: dict[str, Any] = _adapter().dump_python(handed, mode="json")
    return written


def take_over(
    handed: Iterable[Mapping[str, Any]], source: Source, *, as_of: dt.date
) -> dict[str, TableQuality]:
    """Give the quality of each table of which nothing is other than when it was checked.

    Parameters
    ----------
    handed : iterable of mapping
        As `hand_over` wrote them.
    source : Source
        Whose tables are hashed anew.
    as_of : date

    Returns
    -------
    dict of str to TableQuality
        By table; one that is not in it is to be checked.
    """
    found = {}
    for written in handed:
        try:
            given = _adapter().validate_python(written)
        except ValidationError:  # of another version
            continue
        table = given.quality.table
        same = given.as_of == as_of and given.code == hash_checks() and table in contract()
        if same and given.contents == hash_contents(source, table):
            found[table] = given.quality
    return found
