"""Cases in which no effect may be read: an outcome too early, another incentive in between."""

from __future__ import annotations

import datetime as dt

from analysis.errors import Problem
from analysis.stats.inputs import refuse


def refuse_early_outcome(
    *,
    outcome_from: dt.date,
    last_assigned_on: dt.date,
    prior_until: dt.date | None = None,
    first_assigned_on: dt.date | None = None,
) -> None:
    """Refuse an outcome counted before everybody was assigned, or a prior one counted after.

    Parameters
    ----------
    outcome_from : datetime.date
        First day on which the outcome is counted.
    last_assigned_on : datetime.date
        Day of the last assignment.
    prior_until, first_assigned_on : datetime.date, optional
        Last day of the earlier measure that the effect is adjusted by, and day of the
        first assignment; both or neither.

    Raises
    ------
    EstimationError
        If either period overlaps the assignment.

    Examples
    --------
    >>> refuse_early_outcome(
    ...     outcome_from=dt.date(2025, 4, 2), last_assigned_on=dt.date(2025, 4, 1))
    """
    problems: list[Problem | None] = []
    if outcome_from < last_assigned_on:
        problems.append(
            Problem(
                what="the outcome is measured before the assignment",
                found=f"counted from {outcome_from}, assigned until {last_assigned_on}",
                needed="an outcome that begins after everybody was assigned",
                next_step="Count it from the day after the last assignment.",
            )
        )
    if prior_until and first_assigned_on and prior_until >= first_assigned_on:
        problems.append(
            Problem(
                what="the earlier measure reaches into the assignment",
                found=f"counted until {prior_until}, assigned from {first_assigned_on}",
                needed="a measure that ends before anybody was assigned",
                next_step="End it on the day before the first assignment.",
            )
        )
    refuse(problems)


def refuse_overlap(
    *, customers: int, in_another_incentive: int, allowed_share: float = 0.0
) -> None:
    """Refuse to judge an incentive by itself whose customers got another at the same time.

    Parameters
    ----------
    customers : int
        Assigned to either arm.
    in_another_incentive : int
        Those of them who got another incentive in the period of the outcome.
    allowed_share : float
        Fraction that is tolerated.

    Raises
    ------
    EstimationError
        If more customers overlap than are tolerated.

    Examples
    --------
    >>> refuse_overlap(customers=1000, in_another_incentive=0)
    """
    if in_another_incentive <= allowed_share * customers:
        return
    refuse(
        [
            Problem(
                what="other incentives reached the same customers in the same period",
                found=f"{in_another_incentive} of {customers}",
                needed=f"at most {allowed_share:.0%}",
                next_step="Leave them out, or judge the incentives together, by combination.",
            )
        ]
    )
