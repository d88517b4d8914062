"""The log of review: who said what about exactly which bytes, each entry chained to the last.

The log of ``RUN/REPORT/SCOPE`` is the file ``RUN/REPORT/SCOPE.review.jsonl`` beside it:
one JSON object a line, only ever added to. A new run of the report leaves it alone.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.errors import OutputError, Problem

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SUFFIX = ".review.jsonl"
FIRST = "0" * 64
"""What the first entry follows."""
_LARGEST_LOG = 64_000_000


class Decision(StrEnum):
    """What a reviewer says."""

    APPROVE = "approve"
    REQUEST_CHANGES = "request_changes"
    REJECT = "reject"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One decision.

    Attributes
    ----------
    report, scope : str
    decision : Decision
    section : int or None
        Number of the section that it is about; None for the whole report.
    name, role : str
        Of the reviewer.
    author : str
        Who answers for the report: another person.
    reason : str
    at : datetime
        In UTC.
    signed : mapping of str to str
        `analysis.proof.digests.digest_report` of what was reviewed.
    key : str
        The public key that it is signed with, in base64; empty without a signature.
    """

    report: str
    scope: str
    decision: Decision
    section: int | None
    name: str
    role: str
    author: str
    reason: str
    at: dt.datetime
    signed: Mapping[str, str]
    key: str = ""


@dataclass(frozen=True, slots=True)
class Break:
    """Why a log cannot be relied upon.

    Attributes
    ----------
    line : int
        From 1.
    kind : {"line", "chain", "signature"}
    """

    line: int
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """What a log holds.

    Attributes
    ----------
    entries : tuple of Entry
        Those before the first break.
    head : str
        Hash of the last line; `FIRST` where there is none.
    broken : Break or None
    """

    entries: tuple[Entry, ...] = ()
    head: str = FIRST
    broken: Break | None = None


def log_of(folder: Path) -> Path:
    """Give the file that holds the log of a report's folder.

    Examples
    --------
    >>> log_of(Path("reports/2025q4/lifecycle/bank")).name
    'bank.review.jsonl'
    """
    return folder.with_name(f"{folder.name}{SUFFIX}")


def read_log(path: Path) -> Log:
    """Read a log and check its chain and its signatures.

    Returns
    -------
    Log
        Empty where there is no file.
    """
    try:
        if path.stat().st_size > _LARGEST_LOG:
            return Log(broken=Break(1, "line"))
        content = path.read_bytes()
    except FileNotFoundError:
        return Log()
    except OSError:
        return Log(broken=Break(1, "line"))
    entries: list[Entry] = []
    head = FIRST
    lines = content.split(b"\n")
    for number, line in enumerate(lines[:-1], 1):
        read = _read_line(line, head)
        if isinstance(read, str):
            return Log(entries=tuple(entries), head=head, broken=Break(number, read))
        entries.append(read)
        head = hashlib.sha256(line).hexdigest()
    broken = Break(len(lines), "line") if lines[-1] else None
    return Log(entries=tuple(entries), head=head, broken=broken)


def _read_line(line: bytes, head: str) -> Entry | str:
    """Read one line, or say what is wrong with it."""
    try:
        record = json.loads(line)
        signature, digest = str(record["signature"]), record["hash"]
        previous = str(record["previous"])
        entry = _entry(record)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return "line"
    body = _body(entry, previous)
    if digest != hashlib.sha256(body).hexdigest() or _line(body, signature) != line:
        return "line"
    if previous != head:
        return "chain"
    if not entry.key:
        return "signature" if signature else entry
    from analysis.proof.signing import is_signed

    return entry if is_signed(body, signature=signature, public_key=entry.key) else "signature"


def _entry(record: Mapping[str, Any]) -> Entry:
    return Entry(
        report=str(record["report"]),
        scope=str(record["scope"]),
        decision=Decision(record["decision"]),
        section=None if record["section"] is None else int(record["section"]),
        name=str(record["name"]),
        role=str(record["role"]),
        author=str(record["author"]),
        reason=str(record["reason"]),
        at=dt.datetime.fromisoformat(record["at"]),
        signed={str(name): str(value) for name, value in record["signed"].items()},
        key=str(record["key"]),
    )


def _body(entry: Entry, previous: str) -> bytes:
    """Give what is hashed and signed."""
    from analysis.proof.signing import ALGORITHM

    record = {
        "algorithm": ALGORITHM if entry.key else "",
        "at": entry.at.isoformat(timespec="seconds"),
        "author": entry.author,
        "decision": entry.decision.value,
        "key": entry.key,
        "name": entry.name,
        "previous": previous,
        "reason": entry.reason,
        "report": entry.report,
        "role": entry.role,
        "scope": entry.scope,
        "section": entry.section,
        "signed": dict(entry.signed),
    }
    return _dump(record)


def _line(body: bytes, signature: object) -> bytes:
    record = json.loads(body)
    record["hash"] = hashlib.sha256(body).hexdigest()
    record["signature"] = signature
    return _dump(record)


def _dump(record: Mapping[str, Any]) -> bytes:
    text = json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def append(path: Path, entry: Entry, *, key: Ed25519PrivateKey | None = None) -> Entry:
    """Add an entry to a log, behind all that it holds.

    Parameters
    ----------
    path : Path
    entry : Entry
    key : Ed25519PrivateKey, optional
        Signs the entry.

    Returns
    -------
    Entry
        As it was written.

    Raises
    ------
    OutputError
        If the log is damaged or cannot be written.
    """
    from analysis.proof.signing import public_part, sign

    log = read_log(path)
    if log.broken is not None:
        raise OutputError(
            Problem(
                what="the log of review is damaged and takes no entry",
                found=f"line {log.broken.line}",
                next_step="Put it back from a copy; 'assess verify' says what is wrong.",
                where=path.name,
            )
        )
    if key is not None:
        entry = _with_key(entry, public_part(key))
    body = _body(entry, log.head)
    line = _line(body, "" if key is None else sign(key, body)) + b"\n"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        with os.fdopen(handle, "ab") as stream:
            stream.write(line)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        raise OutputError(
            Problem(
                what="the log of review cannot be written",
                found=error.strerror or type(error).__name__,
                where=path.name,
            )
        ) from error
    return entry


def _with_key(entry: Entry, public_key: str) -> Entry:
    fields = {name: getattr(entry, name) for name in Entry.__slots__}
    return Entry(**{**fields, "key": public_key})


def logs_of(run_folder: Path) -> Iterator[Path]:
    """Yield every log of a run's reports."""
    yield from sorted(run_folder.glob(f"*/*{SUFFIX}"))
