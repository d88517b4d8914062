"""What happens at a threshold: the jump, and whether who stands where was managed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import ibis
import numpy as np
import pandas as pd

from analysis.data.tables import Bank, collect
from analysis.errors import EstimationError, Problem
from analysis.incentive_effectiveness.arms import measured_rows
from analysis.incentive_effectiveness.register import Campaign
from analysis.incentive_effectiveness.rules import CheckRules
from analysis.incentive_effectiveness.wording import DesignCheck
from analysis.methods import Method
from analysis.probabilities import probability
from analysis.stats import density_test as density
from analysis.stats import persons
from analysis.stats import regression_discontinuity as discontinuity
from analysis.stats.density_test import DensityJump
from analysis.stats.regression_discontinuity import Discontinuity
from analysis.text import Unit, message

_MAX_ROWS = 5_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdStudy:
    """An incentive given from a threshold on.

    Attributes
    ----------
    campaign : Campaign
    density : DensityJump
    jump : Discontinuity or None
        None where the deciding value is the outcome itself.
    unit : Unit
        Whom the study counts.
    n : int
    rules : CheckRules
    """

    campaign: Campaign
    density: DensityJump
    jump: Discontinuity | None
    unit: Unit
    n: int
    rules: CheckRules

    @property
    def methods(self) -> tuple[Method, ...]:
        """What the answer rests on."""
        by_person = (persons.METHOD,) if self.unit is Unit.STAFF else ()
        return discontinuity.METHOD, density.METHOD, *by_person

    @property
    def checks(self) -> tuple[DesignCheck, ...]:
        """Whether the deciding value was left as it was."""
        return (
            DesignCheck(
                name="density",
                label=message("Nobody manages to stand just above the threshold"),
                passed=self.density.p_value >= self.rules.level,
                detail=message(
                    "Density test at the threshold: p {p}.", p=probability(self.density.p_value)
                ),
            ),
        )


def threshold_study(
    bank: Bank, campaign: Campaign, *, as_of: dt.date, rules: CheckRules, confidence: float
) -> ThresholdStudy:
    """Study an incentive that is given from a threshold on.

    Parameters
    ----------
    bank : Bank
        Needs ``offers`` with ``running_value`` and ``offer_outcomes`` for customers,
        ``staff_months`` or ``staff_assessments`` for staff.
    campaign : Campaign
    as_of : date
    rules : CheckRules
    confidence : float

    Returns
    -------
    ThresholdStudy

    Raises
    ------
    EstimationError
        If the data is not there, or has too few on one side.

    Source
    ------
    `analysis.stats.regression_discontinuity`, `analysis.stats.density_test`.
    """
    if campaign.audience == "customers":
        rows, limit = _customer_rows(bank, campaign, as_of), campaign.threshold or 0.0
    elif campaign.outcome == "sales_after_points":
        rows, limit = _assessment_rows(bank, as_of), 0.0
    else:
        rows, limit = target_rows(bank, as_of), 1.0
    running = rows.running.to_numpy(dtype=float)
    known = rows.outcome.notna().to_numpy() if "outcome" in rows else None
    # customers stand in one row each, members of staff in many
    of_staff = campaign.audience == "staff"
    who = rows.who.to_numpy()
    return ThresholdStudy(
        campaign=campaign,
        density=density.density_test(running, threshold=limit, persons=who if of_staff else None),
        jump=None
        if known is None
        else discontinuity.regression_discontinuity(
            running[known],
            rows.outcome.to_numpy(dtype=float)[known],
            threshold=limit,
            persons=who[known] if of_staff else None,
            confidence=confidence,
        ),
        unit=Unit.CUSTOMERS if campaign.audience == "customers" else Unit.STAFF,
        n=int(rows.who.nunique()),
        rules=rules,
    )


def _customer_rows(bank: Bank, campaign: Campaign, as_of: dt.date) -> pd.DataFrame:
    _need(
        bank.has("offers", "running_value") and bank.has("offer_outcomes"),
        "offers.running_value and offer_outcomes",
    )
    offers = bank.table("offers")
    own = offers.filter(
        (offers.campaign_id == campaign.campaign_id) & offers.running_value.notnull()
    )
    rows = measured_rows(bank, campaign.campaign_id, until=as_of)
    rows = rows.filter(rows.outcome == campaign.outcome)
    found = own.left_join(rows.select("customer_id", "after"), "customer_id").select(
        who="customer_id", running="running_value", outcome=ibis._.after.cast("float64")
    )
    return collect(found.order_by("who"), max_rows=_MAX_ROWS)


def _assessment_rows(bank: Bank, as_of: dt.date) -> pd.DataFrame:
    _need(bank.has("staff_assessments"), "staff_assessments")
    table = bank.table("staff_assessments")
    table = table.filter(table.assessed_on <= ibis.literal(as_of))
    found = table.select(
        who="staff_id",
        at="assessed_on",
        running=table.score - table.target_score,
        outcome="sales_after_points",
    )
    return collect(found.order_by(["who", "at"]), max_rows=_MAX_ROWS)


def target_rows(bank: Bank, as_of: dt.date) -> pd.DataFrame:
    """Give one row per member of staff and complete month: sales as a share of the target.

    Returns
    -------
    DataFrame
        ``who, at, running, target, contracts, early, complaints``, in order of staff and
        month.
    """
    _need(bank.has("staff_months"), "staff_months")
    table = bank.table("staff_months")
    table = table.filter((table.month <= ibis.literal(as_of)) & (table.target_points > 0))
    quality = {
        name: table[column].cast("float64") if column in table.columns else ibis.literal(np.nan)
        for name, column in (
            ("contracts", "contracts"),
            ("early", "early_closures"),
            ("complaints", "complaints"),
        )
    }
    found = table.select(
        who="staff_id",
        at="month",
        running=table.sales_points / table.target_points,
        target="target_points",
        **quality,
    )
    return collect(found.order_by(["who", "at"]), max_rows=_MAX_ROWS)


def _need(there: bool, what: str) -> None:
    if not there:
        raise EstimationError(
            Problem(
                what="the source lacks what the design needs",
                needed=what,
                next_step="Provide the table, or register another design.",
            )
        )
