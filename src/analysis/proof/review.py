"""Whether a decision on a report may be entered, and entering it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from analysis.errors import ParameterError, Problem, ReviewError
from analysis.params.names import breaks_line
from analysis.proof.digests import MANIFEST, digest_report, read_sealed
from analysis.proof.log import Decision, Entry, append, log_of
from analysis.proof.signing import same_name
from analysis.proof.standing import list_sections

_LONGEST_NAME = 200
_LONGEST_REASON = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewer:
    """Who reviews.

    Attributes
    ----------
    name, role : str
    author : str
        Who answers for the report, where its run file does not say so; else empty.
    """

    name: str
    role: str
    author: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What a reviewer says.

    Attributes
    ----------
    decision : Decision
    reason : str
    section : int or None
        None for the whole report.
    """

    decision: Decision
    reason: str
    section: int | None = None


def enter(
    folder: Path,
    opinion: Opinion,
    reviewer: Reviewer,
    *,
    at: dt.datetime,
    status: str = "published",
    key: Ed25519PrivateKey | None = None,
) -> Entry:
    """Enter a decision into the log beside a report.

    Parameters
    ----------
    folder : Path
        Of the report.
    opinion : Opinion
    reviewer : Reviewer
    at : datetime
        Now, with its time zone; kept in UTC.
    status : str
        What the last run says of the report: only ``published`` can be approved.
    key : Ed25519PrivateKey, optional
        Signs the entry.

    Returns
    -------
    Entry

    Raises
    ------
    ParameterError
        If a name, the role or the reason is missing or too long, the section is not
        there, or nobody is named as author.
    ReviewError
        If author and reviewer are one, or an approval is barred: every reason at once.
    OutputError
        If the log is damaged or cannot be written.
    """
    manifest, signed = _read(folder)
    named = str((manifest.get("settings") or {}).get("author") or "")
    problems = [*_find_wrong_words(opinion, reviewer, named), *_find_wrong_section(folder, opinion)]
    if problems:
        raise ParameterError(problems)
    author = named or reviewer.author
    barred = list(_find_bars(manifest, opinion, reviewer, author=author, status=status))
    if barred:
        raise ReviewError(barred)
    entry = Entry(
        report=str(manifest.get("report", "")),
        scope=str(manifest.get("scope", "")),
        decision=opinion.decision,
        section=opinion.section,
        name=reviewer.name.strip(),
        role=reviewer.role.strip(),
        author=author.strip(),
        reason=opinion.reason.strip(),
        at=at.astimezone(dt.UTC).replace(microsecond=0),
        signed=signed,
    )
    return append(log_of(folder), entry, key=key)


def _read(folder: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """Read what is reviewed, and refuse what is not as its run left it."""
    manifest, signed = read_sealed(folder), digest_report(folder)
    if manifest is None or signed is None:
        raise ReviewError(
            Problem(
                what="the report's manifest is missing or was altered",
                next_step="Run the report again; 'assess verify' says what is wrong.",
                where=f"{folder.name}/{MANIFEST}",
            )
        )
    outputs = manifest.get("outputs")
    sealed = outputs if isinstance(outputs, dict) else {}
    there = {name: value for name, value in signed.items() if name != MANIFEST}
    altered = sorted(
        name for name in sealed.keys() | there.keys() if sealed.get(name) != there.get(name)
    )
    if altered:
        raise ReviewError(
            Problem(
                what=f"{name} is not as the run left it",
                next_step="Run the report again, and review that.",
                where=folder.name,
            )
            for name in altered
        )
    return manifest, signed


def _find_wrong_words(opinion: Opinion, reviewer: Reviewer, named: str) -> Iterator[Problem]:
    for what, text, longest, needed in (
        ("the reviewer's name", reviewer.name, _LONGEST_NAME, True),
        ("the reviewer's role", reviewer.role, _LONGEST_NAME, True),
        ("the author's name", reviewer.author, _LONGEST_NAME, not named),
        ("the reason", opinion.reason, _LONGEST_REASON, True),
    ):
        if needed and not text.strip():
            step = (
                "Add 'author' to the run file and run again, or give --author NAME."
                if what == "the author's name"
                else ""
            )
            yield Problem(what=f"{what} is missing", next_step=step)
        elif len(text) > longest or any(breaks_line(character) for character in text):
            yield Problem(what=f"{what} is too long, or not one line", needed=f"at most {longest}")
    if named and reviewer.author and same_name(named) != same_name(reviewer.author):
        yield Problem(what="the run file names another author", found=repr(named))


def _find_wrong_section(folder: Path, opinion: Opinion) -> Iterator[Problem]:
    sections = list_sections(folder)
    if opinion.section is not None and opinion.section not in sections:
        yield Problem(
            what=f"the report has no section {opinion.section}",
            needed=f"1 to {sections[-1]}" if sections else "none: review the whole report",
        )


def _find_bars(
    manifest: Mapping[str, Any],
    opinion: Opinion,
    reviewer: Reviewer,
    *,
    author: str,
    status: str,
) -> Iterator[Problem]:
    """Say why a decision may not be entered, or nothing."""
    if same_name(author) == same_name(reviewer.name):
        yield Problem(
            what="author and reviewer are the same person",
            found=repr(reviewer.name),
            needed="two",
        )
    if opinion.decision is not Decision.APPROVE:
        return
    if manifest.get("partial"):
        yield Problem(
            what="a partial report cannot be approved",
            next_step="Mend the section that failed and run again; until then request changes.",
        )
    for check in manifest.get("checks") or ():
        if check.get("mandatory") and check.get("status") == "failed":
            yield Problem(
                what=f"the mandatory check {check.get('name')!r} failed: no approval is possible",
                next_step="Request changes or reject.",
            )
    if status != "published":
        yield Problem(
            what="the last run of this report did not come out: what is here is an earlier version",
            found=status,
            next_step="Run it again.",
        )
