"""Who and what is compared, and the figures on them with source, date, method and doubts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from analysis.data.rows import fetch, names, text
from analysis.data.tables import Bank
from analysis.errors import DataError, Problem
from analysis.results import Strength
from analysis.text import Message, Words, message

_RELIABILITY = {"official": 3, "good": 2, "": 1, "doubtful": 0}


class Doubt(StrEnum):
    """Why a figure is to be taken with care; the value is its mark on tables and figures."""

    OLD = "†"
    DOUBTFUL = "‡"
    MISSING = "∅"


MARKS = message(
    "† old figure; ‡ doubtful source or estimate; ∅ no figure. Findings that rest on one are "
    "weaker by a step."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Institution:
    """Our bank or a competitor."""

    key: str
    name: Words
    own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where figures come from; `reliability` is empty where it is not stated."""

    key: str
    name: Words
    reliability: str

    @property
    def rank(self) -> int:
        """Higher is more reliable."""
        return _RELIABILITY.get(self.reliability, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Source, method, day and age of a figure, and what is to be doubted about it."""

    source: Source
    method: str
    observed_on: dt.date
    age_months: int
    doubts: frozenset[Doubt]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two sources that stated one figure differently; the first was kept.

    `subject` says which figure; `kept` and `dropped` are in its own unit.
    """

    institution: str
    subject: tuple[str, ...]
    kept: float
    dropped: float
    kept_source: Source
    dropped_source: Source
    reason: str


class Register:
    """The institutions and sources of a run, and how evidence is judged.

    Parameters
    ----------
    institutions : tuple of Institution
        One of them our own.
    sources : mapping of str to Source
    as_of : date
    """

    def __init__(
        self, institutions: tuple[Institution, ...], sources: Mapping[str, Source], as_of: dt.date
    ) -> None:
        self.institutions = institutions
        self.sources = dict(sources)
        self.as_of = as_of
        self._names = {institution.key: institution.name for institution in institutions}

    @property
    def own(self) -> str:
        """The key of our bank."""
        return next(institution.key for institution in self.institutions if institution.own)

    @property
    def competitors(self) -> tuple[str, ...]:
        """The keys of all others, sorted."""
        return tuple(i.key for i in self.institutions if not i.own)

    @property
    def keys(self) -> tuple[str, ...]:
        """Our bank first, then the others."""
        return (self.own, *self.competitors)

    def name(self, key: str, doubts: Iterable[Doubt] = ()) -> Message | Words:
        """Give an institution's name with the marks of its doubts."""
        return marked(self._names[key], doubts)

    def evidence(
        self, *, source: str, method: str, observed_on: dt.date, old_after_months: int
    ) -> Evidence:
        """Judge a figure by where it comes from and how old it is."""
        known = self.sources.get(source) or Source(
            key=source, name=Words(en=source, zh=source), reliability=""
        )
        age = months_between(observed_on, self.as_of)
        doubts = set()
        if age > old_after_months:
            doubts.add(Doubt.OLD)
        if known.reliability == "doubtful" or method == "estimate":
            doubts.add(Doubt.DOUBTFUL)
        return Evidence(
            source=known,
            method=method,
            observed_on=observed_on,
            age_months=age,
            doubts=frozenset(doubts),
        )


def marked(name: Words | Message, doubts: Iterable[Doubt]) -> Message | Words:
    """Put the marks of doubts behind a name."""
    marks = "".join(doubt.value for doubt in Doubt if doubt in set(doubts))
    return message("{name} {marks}", name=name, marks=marks) if marks else name


def weaken(strength: Strength, doubts: Iterable[Doubt]) -> Strength:
    """Lower a finding's strength by a step where it rests on a doubted figure.

    Examples
    --------
    >>> weaken(Strength.CONCLUSIVE, [Doubt.OLD])
    <Strength.SUGGESTIVE: 'suggestive'>
    """
    steps = (Strength.CONCLUSIVE, Strength.SUGGESTIVE, Strength.INCONCLUSIVE)
    return steps[min(2, steps.index(strength) + (1 if set(doubts) else 0))]


def months_between(earlier: dt.date, later: dt.date) -> int:
    """Count whole months of age.

    Examples
    --------
    >>> months_between(dt.date(2023, 10, 31), dt.date(2025, 12, 31))
    26
    """
    months = (later.year - earlier.year) * 12 + later.month - earlier.month
    return months - (1 if later.day < earlier.day else 0)


def load_register(bank: Bank, *, as_of: dt.date) -> Register:
    """Read who is compared, and the register of sources.

    Raises
    ------
    DataError
        If not exactly one institution is our own, or there is no competitor.
    """
    frame = fetch(bank, "institutions")
    institutions = tuple(
        Institution(key=str(row.institution_id), name=names(row), own=bool(row.own))
        for row in frame.sort_values("institution_id").itertuples()
    )
    n_own = sum(institution.own for institution in institutions)
    if n_own != 1 or len(institutions) < 2:
        raise DataError(
            Problem(
                what="it is not clear who is compared with whom",
                found=f"{n_own} of {len(institutions)} institutions are our own",
                needed="one that is our own and at least one other",
                next_step="Correct the column own.",
                where="institutions",
            )
        )
    sources = {}
    if bank.has("sources"):
        for row in fetch(bank, "sources").itertuples():
            sources[str(row.source_id)] = Source(
                key=str(row.source_id),
                name=names(row),
                reliability=text(getattr(row, "reliability", None)),
            )
    return Register(institutions, sources, as_of)
