"""How many of those who came in one quarter are still active in later ones?"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from analysis.data.tables import Bank, collect
from analysis.definitions import last_complete_quarter
from analysis.errors import DataError, Problem
from analysis.lifecycle.activity import customer_activity
from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats.proportions import share, share_difference
from analysis.text import message

MOST_COHORTS = 60

METHOD = Method(
    name=message("Cohort retention by calendar quarter, with score intervals"),
    citation="Wilson, E. B. (1927). Probable inference, the law of succession, and statistical "
    "inference. JASA 22, 209-212. Newcombe, R. G. (1998). Interval estimation for the difference "
    "between independent proportions. Statistics in Medicine 17, 873-890.",
    assumptions=(
        message(
            "A customer is retained in a quarter with at least one transaction in it; a customer "
            "who pauses and returns counts again."
        ),
        message("Only quarters that have ended by the as-of date are shown."),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortCell:
    """One cohort in one quarter after its first.

    Attributes
    ----------
    cohort : int
        Calendar quarter of the first transaction, counted from year 0.
    quarters_since : int
        Quarters since then; 0 is the first itself.
    customers : int
        Size of the cohort.
    retained : int
        Customers of the cohort with a transaction in that quarter.
    """

    cohort: int
    quarters_since: int
    customers: int
    retained: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortRetention:
    """The retention triangle.

    Attributes
    ----------
    cells : tuple of CohortCell
        By cohort, then by quarters since.
    retention : tuple of (int, int, Estimate)
        For each number of quarters since the first: customers of the cohorts that are
        old enough, and the share of them that is retained, a fraction.
    newest_retention, newest_change : Estimate or None
        First-quarter retention of the newest cohort that has completed it, and the
        difference from the cohort before; None where there is no such cohort.
    newest_cohort : int or None
    newest_customers : int
    """

    cells: tuple[CohortCell, ...]
    retention: tuple[tuple[int, int, Estimate], ...]
    newest_cohort: int | None
    newest_customers: int
    newest_retention: Estimate | None
    newest_change: Estimate | None

    @property
    def cohorts(self) -> tuple[int, ...]:
        """The cohorts' quarters, oldest first."""
        return tuple(dict.fromkeys(cell.cohort for cell in self.cells))


def cohort_retention(
    bank: Bank, *, as_of: dt.date, cohorts: int, confidence: float
) -> CohortRetention:
    """Count, for the last `cohorts` quarters of arrival, who is active in each quarter after.

    Parameters
    ----------
    bank : Bank
        Needs ``transactions``.
    as_of : date
        Quarters that have not ended by then are left out.
    cohorts : int
        How many quarters of arrival, the last complete one included; at most 60.
    confidence : float
        Coverage of the intervals.

    Returns
    -------
    CohortRetention

    Raises
    ------
    DataError
        If no customer arrived in these quarters.
    ValueError
        If there are more than 60 quarters of arrival, or none.

    Source
    ------
    Wilson (1927) for retention, Newcombe (1998) for the newest cohort's difference.
    """
    if not 1 <= cohorts <= MOST_COHORTS:
        raise ValueError(f"quarters of arrival are 1 to {MOST_COHORTS}: {cohorts}")
    last = last_complete_quarter(as_of)
    counted = collect(
        _retained(customer_activity(bank, as_of=as_of), last, cohorts),
        max_rows=cohorts * (cohorts + 1),
    )
    seen = {
        (int(cohort), int(since)): int(n)
        for cohort, since, n in zip(
            counted.cohort, counted.quarters_since, counted.retained, strict=True
        )
    }
    if not seen:
        raise DataError(
            Problem(
                what="no cohort to follow",
                found=f"no first transaction in the {cohorts} quarters before the as-of date",
                needed="at least one",
                next_step="Check as_of, or raise cohort_quarters.",
            )
        )
    return _summarise(seen, last, confidence)


def _retained(people: ir.Table, last: int, cohorts: int) -> ir.Table:
    """Count customers by cohort and quarters since, one row for each pair.

    A customer's quarters are the bits of one number; equal numbers are counted before they
    are laid out.
    """
    first = last - cohorts + 1
    cohort = people.first_on.year() * 4 + people.first_on.quarter() - 1
    arrived = people.filter((cohort >= ibis.literal(first)) & (cohort <= ibis.literal(last)))
    patterns = arrived.group_by(cohort=cohort, active=arrived.quarters).aggregate(
        customers=arrived.count()
    )
    quarters = ibis.memtable({"quarter": list(range(first, last + 1))})
    laid = patterns.cross_join(quarters)
    shifted = laid.active >> (ibis.literal(last) - laid.quarter).cast("int32")
    laid = laid.filter((shifted & 1) == 1)
    return laid.group_by(cohort=laid.cohort, quarters_since=laid.quarter - laid.cohort).aggregate(
        retained=laid.customers.sum()
    )


def _summarise(seen: dict[tuple[int, int], int], last: int, confidence: float) -> CohortRetention:
    arrivals = sorted({cohort for cohort, _ in seen})
    cells = tuple(
        CohortCell(
            cohort=cohort,
            quarters_since=since,
            customers=seen[cohort, 0],
            retained=seen.get((cohort, since), 0),
        )
        for cohort in arrivals
        for since in range(last - cohort + 1)
    )
    longest = last - arrivals[0]
    pooled = []
    for since in range(1, longest + 1):
        column = [cell for cell in cells if cell.quarters_since == since]
        n = sum(cell.customers for cell in column)
        retained = sum(cell.retained for cell in column)
        pooled.append((since, n, share(retained, n, confidence=confidence)))
    newest = [cell for cell in cells if cell.quarters_since == 1][-2:]
    current = newest[-1] if newest else None
    return CohortRetention(
        cells=cells,
        retention=tuple(pooled),
        newest_cohort=current.cohort if current else None,
        newest_customers=current.customers if current else 0,
        newest_retention=share(current.retained, current.customers, confidence=confidence)
        if current
        else None,
        newest_change=share_difference(
            newest[1].retained,
            newest[1].customers,
            newest[0].retained,
            newest[0].customers,
            confidence=confidence,
        )
        if len(newest) == 2
        else None,
    )
