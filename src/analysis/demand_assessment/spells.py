"""Waits within a period: who was there, who left, who still waits."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from analysis.demand_assessment.demands import Demands, number
from analysis.demand_assessment.rules import Period
from analysis.errors import EstimationError
from analysis.stats.restricted_mean import RestrictedMean, restricted_means
from analysis.stats.spells import SpellCells, risk_sets, spell_cells
from analysis.stats.survival import kaplan_meier

_HARDLY_ANY = 0.05
"""Of the waits: so few may be cut off at the long end."""


def waits(
    demands: Demands,
    period: Period,
    *,
    start: str,
    end: str,
    keep: npt.NDArray[np.bool_] | None = None,
    group: npt.NDArray[np.object_] | None = None,
    leaving: bool = False,
) -> SpellCells | None:
    """Give the waits from one day to another as they were lived within a period.

    A demand that waited already when the period began comes under observation then (late
    entry); one that waits when it ends, or was withdrawn, is cut off there. So two periods
    share no day of any wait.

    Parameters
    ----------
    demands : Demands
    period : Period
    start, end : str
        Columns of days.
    keep : ndarray of bool, shape (n,), optional
    group : ndarray of str, shape (n,), optional
    leaving : bool
        Count a withdrawal as an end, too.

    Returns
    -------
    SpellCells or None
        In days; None where nobody waited.
    """
    first, last = number(period.after), number(period.until)
    begun, ended = demands.day(start), demands.day(end)
    gone = np.fmin(demands.day("withdrawn_on"), float(last))
    over = ended <= np.fmin(gone, last)
    if leaving:
        over |= demands.day("withdrawn_on") <= last
    until = np.where(over, np.fmin(ended, gone), gone)
    entry = np.maximum(0.0, first - begun)
    there = (begun <= last) & (until > first) & (until - begun > entry)
    if keep is not None:
        there &= keep
    if not there.any():
        return None
    return _without_stragglers(
        spell_cells(
            (until - begun)[there],
            over[there].astype(int),
            entry_periods=entry[there],
            group=None if group is None else group[there],
        )
    )


def _without_stragglers(cells: SpellCells) -> SpellCells:
    """Leave out who comes under observation after practically all waits have ended.

    Where all who are watched at some age leave while a few older ones come under
    observation later, the share that waits is 0 from there on. That is taken as it is
    where hardly any waited so long; otherwise the estimators refuse it.
    """
    sets = risk_sets(cells)
    emptied = np.flatnonzero(sets.ended_any == sets.at_risk)
    if not emptied.size or emptied[0] == sets.times_periods.size - 1:
        return cells
    first = int(emptied[0])
    left = np.prod(1 - sets.ended_any[:first] / sets.at_risk[:first])
    if left > _HARDLY_ANY:
        return cells
    return cells.where(cells.entry_periods < sets.times_periods[first])


def mean_wait(
    cells: SpellCells | None, *, horizon_days: int, confidence: float
) -> RestrictedMean | None:
    """Give the mean wait up to a horizon; None where too little is known of it.

    Where practically all waits have ended before the horizon, what little is unknown
    beyond the longest one observed is left out.
    """
    if cells is None:
        return None
    try:
        (curve,) = kaplan_meier(cells, confidence=confidence)
        ends_early = curve.last_period < horizon_days and curve.survival[-1] <= _HARDLY_ANY
        horizon = min(horizon_days, curve.last_period) if ends_early else horizon_days
        (found,) = restricted_means(cells, horizon_periods=horizon, confidence=confidence)
    except EstimationError:
        return None
    return found
