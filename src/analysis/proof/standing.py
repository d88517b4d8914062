"""How the review of a report stands: what its log says about the bytes that are there now."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from analysis.proof.digests import digest_report, is_page
from analysis.proof.log import Decision, Entry, Log, log_of, read_log

_SECTION = re.compile(rb'\bid="section-([1-9][0-9]{0,3})"')


class State(StrEnum):
    """How a review stands."""

    NONE = "none"
    APPROVED = "approved"
    PARTLY = "partly"
    """Some sections are approved, others were not looked at."""
    CHANGES = "changes"
    REJECTED = "rejected"
    VOID = "void"
    """The last decision was about other bytes than those that are there."""
    BROKEN = "broken"
    """The log is damaged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a review stands.

    Attributes
    ----------
    state : State
    entries : tuple of Entry
        The whole log, oldest first.
    holding : tuple of Entry
        Those about the bytes that are there now.
    last : Entry or None
        The entry that `state` rests on.
    altered : tuple of str
        Where void: the files that differ from those that the last entry is about.
    """

    state: State
    entries: tuple[Entry, ...] = ()
    holding: tuple[Entry, ...] = ()
    last: Entry | None = None
    altered: tuple[str, ...] = ()


def list_sections(folder: Path) -> tuple[int, ...]:
    """Give the numbers of a report's sections, as its first page has them."""
    page = next((path for path in sorted(folder.glob("report.*.html")) if is_page(path.name)), None)
    if page is None:
        return ()
    return tuple(sorted({int(number) for number in _SECTION.findall(page.read_bytes())}))


def read_standing(folder: Path) -> Standing:
    """Say how the review of a report stands.

    Parameters
    ----------
    folder : Path
        Of a finished report; its log lies beside it.

    Returns
    -------
    Standing
    """
    log = read_log(log_of(folder))
    if not log.entries and log.broken is None:
        return Standing(state=State.NONE)
    return judge_log(log, digest_report(folder), list_sections(folder))


def judge_log(log: Log, now: Mapping[str, str] | None, sections: Iterable[int]) -> Standing:
    """Say how a review stands, from its log and the digests of what is there.

    A decision holds for the exact bytes that it was made about. Among those that
    hold, a rejection or a request stands until the same section, or the whole, is
    decided on again; the whole is approved by one decision or section by section.

    Parameters
    ----------
    log : Log
    now : mapping of str to str or None
        `analysis.proof.digests.digest_report`; None where the report cannot be read.
    sections : iterable of int
    """
    if log.broken is not None:
        return Standing(state=State.BROKEN, entries=log.entries)
    if not log.entries:
        return Standing(state=State.NONE)
    holding = tuple(entry for entry in log.entries if entry.signed == now)
    if not holding:
        last = log.entries[-1]
        return Standing(
            state=State.VOID, entries=log.entries, last=last, altered=_altered(last.signed, now)
        )
    state, last = _weigh(holding, set(sections))
    return Standing(state=state, entries=log.entries, holding=holding, last=last)


def _altered(signed: Mapping[str, str], now: Mapping[str, str] | None) -> tuple[str, ...]:
    there = now or {}
    names = sorted(signed.keys() | there.keys())
    return tuple(name for name in names if signed.get(name) != there.get(name))


def _weigh(holding: tuple[Entry, ...], sections: set[int]) -> tuple[State, Entry]:
    """Weigh the decisions that hold: the latest on each section, and on the whole."""
    latest: dict[int | None, Entry] = {}
    for entry in holding:
        if entry.section is None:
            latest.clear()
        latest[entry.section] = entry
    for decision, state in (
        (Decision.REJECT, State.REJECTED),
        (Decision.REQUEST_CHANGES, State.CHANGES),
    ):
        against = [entry for entry in latest.values() if entry.decision is decision]
        if against:
            return state, against[-1]
    last = holding[-1]
    if None in latest:
        return State.APPROVED, latest[None]
    return (State.APPROVED if sections and sections <= latest.keys() else State.PARTLY), last
