"""How long do they stay: by segment, compared, and by how they end."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from analysis.answers import NotAssessed
from analysis.errors import EstimationError
from analysis.lifecycle.groups import Grouping, order_groups
from analysis.lifecycle.months import DAYS_PER_MONTH
from analysis.lifecycle.refusals import refusal
from analysis.lifecycle.spells import CLOSED, FELL_DORMANT, Spells
from analysis.results import Estimate
from analysis.stats.competing_risks import CumulativeIncidence, aalen_johansen
from analysis.stats.log_rank import LogRank, PairwiseLogRank, log_rank, pairwise_log_rank
from analysis.stats.restricted_mean import RestrictedMean, restricted_means
from analysis.stats.spells import SpellCells
from analysis.stats.survival import SurvivalCurve, kaplan_meier
from analysis.text import Message, message

FEWEST_PER_GROUP = 30
CAUSES = {CLOSED: "closed", FELL_DORMANT: "fell_dormant"}
QUESTION = message("How long do they stay?")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tenure:
    """How long spells last, by group.

    Attributes
    ----------
    spells : Spells
    grouping : {"segment", "value_tier", "acquisition_channel"}
    curves : tuple of SurvivalCurve
        Share that stays, one for each group, in days.
    horizon_months : int
        Up to which months the mean is restricted: no later than every group is observed.
    means : tuple of RestrictedMean
        In days, in the order of the curves.
    test : LogRank or None
        Of all groups; None where there is one only.
    pairs : tuple of PairwiseLogRank
        Corrected for their number by Holm.
    incidence : tuple of CumulativeIncidence
        Share gone by each cause, by group; empty where spells end in one way only.
    n_left_out : int
        Customers in groups of fewer than 30, or without an end.
    """

    spells: Spells
    grouping: Grouping
    curves: tuple[SurvivalCurve, ...]
    horizon_months: int
    means: tuple[RestrictedMean, ...]
    test: LogRank | None
    pairs: tuple[PairwiseLogRank, ...]
    incidence: tuple[CumulativeIncidence, ...]
    n_left_out: int

    def mean_months(self, group: str) -> Estimate:
        """Give a group's mean months within the horizon."""
        mean = next(mean.mean_periods for mean in self.means if mean.group == group)
        return in_months(mean)

    def gone(self, group: str, cause: str) -> CumulativeIncidence:
        """Give a group's incidence of one cause."""
        return next(i for i in self.incidence if i.group == group and i.cause == cause)


def in_months(days: Estimate) -> Estimate:
    """Turn days into months of 30.4375 days."""
    return Estimate(
        value=days.value / DAYS_PER_MONTH,
        low=days.low / DAYS_PER_MONTH,
        high=days.high / DAYS_PER_MONTH,
        confidence=days.confidence,
    )


def tenure_by_group(
    spells: Spells | NotAssessed,
    *,
    grouping: Grouping,
    horizon_months: int,
    confidence: float,
) -> Tenure | NotAssessed:
    """Estimate how long spells last in each group, and test whether the groups differ.

    Parameters
    ----------
    spells : Spells or NotAssessed
    grouping : {"segment", "value_tier", "acquisition_channel"}
    horizon_months : int
        To which the mean is restricted; shortened where a group is not observed so long.
    confidence : float
        Coverage of every interval at each single time.

    Returns
    -------
    Tenure or NotAssessed
        Not assessed where the source does not state the group, no group has 30 customers
        and an end, or nobody is observed for a month.

    Source
    ------
    `analysis.stats`: Kaplan-Meier, log-rank with Holm's correction, restricted mean
    time, Aalen-Johansen.
    """
    if isinstance(spells, NotAssessed):
        return spells
    if grouping not in spells.groups.columns:
        return not_assessed(message("The source does not state the customers' group."))
    grouped = replace(spells.cells, group=spells.groups[grouping].to_numpy(dtype=object))
    kept = [label for label in grouped.groups if _is_enough(grouped.of_group(label))]
    if not kept:
        return not_assessed(
            message("No group has {n} customers and an end among them.", n=FEWEST_PER_GROUP)
        )
    cells = grouped.where(np.isin(grouped.group, kept))
    observed = min(int(cells.of_group(label).duration_periods.max()) for label in kept)
    horizon = min(horizon_months, int(observed / DAYS_PER_MONTH))
    try:
        return _estimate(
            spells,
            grouping,
            cells,
            horizon_months=horizon,
            n_left_out=grouped.n - cells.n,
            confidence=confidence,
        )
    except EstimationError as refused:
        return not_assessed(refusal(refused))


def _estimate(
    spells: Spells,
    grouping: Grouping,
    cells: SpellCells,
    *,
    horizon_months: int,
    n_left_out: int,
    confidence: float,
) -> Tenure:
    order = order_groups(grouping, set(cells.groups))
    place = {label: position for position, label in enumerate(order)}
    several = len(order) > 1
    two_causes = all(
        cells.of_group(label).for_cause(code).events > 0 for label in order for code in CAUSES
    )
    return Tenure(
        spells=spells,
        grouping=grouping,
        curves=tuple(
            sorted(kaplan_meier(cells, confidence=confidence), key=lambda c: place[c.group])
        ),
        horizon_months=horizon_months,
        means=tuple(
            sorted(
                restricted_means(
                    cells,
                    horizon_periods=int(horizon_months * DAYS_PER_MONTH),
                    confidence=confidence,
                ),
                key=lambda m: place[m.group],
            )
        ),
        test=log_rank(cells) if several else None,
        pairs=pairwise_log_rank(cells) if several else (),
        incidence=tuple(
            sorted(
                aalen_johansen(cells, CAUSES, confidence=confidence),
                key=lambda i: place[i.group],
            )
        )
        if two_causes
        else (),
        n_left_out=n_left_out,
    )


def _is_enough(cells: SpellCells) -> bool:
    return cells.n >= FEWEST_PER_GROUP and cells.events > 0


def not_assessed(reason: Message) -> NotAssessed:
    """Say that how long they stay cannot be said."""
    return NotAssessed(name="tenure", question=QUESTION, reason=reason)


def stays(curve: SurvivalCurve, months: int) -> Estimate | None:
    """Give the share that stays so many months; None before the first loss."""
    day = int(months * DAYS_PER_MONTH)
    return None if day < curve.times_periods[0] else curve.at(day)


def gone(incidence: CumulativeIncidence, months: int) -> Estimate | None:
    """Give the share gone after so many months; None before the first."""
    day = int(months * DAYS_PER_MONTH)
    first = incidence.times_periods[incidence.incidence > 0]
    return None if first.size == 0 or day < first[0] else incidence.at(day)


def ended_between(curve: SurvivalCurve, after: int, until: int) -> int:
    """Give how many ended after one month and until another."""
    first, last = (int(months * DAYS_PER_MONTH) for months in (after, until))
    return int(curve.ended[(curve.times_periods > first) & (curve.times_periods <= last)].sum())


def at_risk(curve: SurvivalCurve, months: int) -> int:
    """Give how many were at risk at the last loss up to a month."""
    day = int(months * DAYS_PER_MONTH)
    position = int(np.searchsorted(curve.times_periods, day, side="right")) - 1
    return curve.n if position < 0 else int(curve.at_risk[position])
