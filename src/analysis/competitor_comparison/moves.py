"""Whom customers were won from and lost to, and whom those who move prefer."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from analysis.answers import NotAssessed
from analysis.competitor_comparison.facts import Register
from analysis.competitor_comparison.market import quarter_end
from analysis.data.rows import day, fetch, real
from analysis.data.tables import Bank
from analysis.errors import EstimationError
from analysis.stats.paired_preference import PairedPreference, paired_preference
from analysis.stats.switching import (
    SwitchingBalance,
    switching_balance,
    switching_comparisons,
)
from analysis.text import message

_FEWEST = 3
_QUARTERS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """Customers who changed their main bank over the last quarters.

    Attributes
    ----------
    register : Register
    quarters : tuple of date
        First days of the quarters counted, at most four.
    balance : SwitchingBalance
    preference : PairedPreference or None
        None where the strengths cannot be told.
    customers : int
        All who moved between any two institutions.
    moved : mapping of str to int
        Customers who came to or left each institution.
    """

    register: Register
    quarters: tuple[dt.date, ...]
    balance: SwitchingBalance
    preference: PairedPreference | None
    customers: int
    moved: dict[str, int]


def customer_moves(bank: Bank, register: Register, *, confidence: float) -> Moves | NotAssessed:
    """Balance what was won from and lost to each competitor in the last four quarters.

    Parameters
    ----------
    bank : Bank
        Uses ``switching_flows``; they are known for the whole bank only.
    register : Register
    confidence : float
    """
    question = message("From whom was share won, and to whom was it lost?")
    if not bank.has("switching_flows"):
        return NotAssessed(
            name="moves",
            question=question,
            reason=message("the source has no customers who moved between institutions."),
        )
    frame = fetch(bank, "switching_flows")
    rows = [
        (
            day(row.quarter),
            str(row.from_institution_id),
            str(row.to_institution_id),
            real(row.customers),
        )
        for row in frame.itertuples()
        if quarter_end(day(row.quarter)) <= register.as_of
    ]
    quarters = tuple(sorted({quarter for quarter, *_ in rows})[-_QUARTERS:])
    names = tuple(k for k in register.keys if any(k in {a, b} for _, a, b, _ in rows))
    if len(names) < _FEWEST or register.own not in names:
        return NotAssessed(
            name="moves",
            question=question,
            reason=message("moves between fewer than three institutions are known."),
        )
    flows = np.zeros((len(names), len(names)), dtype=np.int64)
    for quarter, left, joined, customers in rows:
        if quarter in quarters:
            flows[names.index(left), names.index(joined)] += int(customers)
    try:
        preference = paired_preference(
            switching_comparisons(flows, institutions=names), confidence=confidence
        )
    except EstimationError:
        preference = None
    return Moves(
        register=register,
        quarters=quarters,
        balance=switching_balance(
            flows, institutions=names, institution=register.own, confidence=confidence
        ),
        preference=preference,
        customers=int(flows.sum()),
        moved={k: int(flows[i].sum() + flows[:, i].sum()) for i, k in enumerate(names)},
    )
