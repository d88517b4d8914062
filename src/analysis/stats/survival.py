"""The share that stays: Kaplan-Meier curves from counted risk sets.

Customers may have come under observation late (left truncation). Mean times are in
`analysis.stats.restricted_mean`, comparisons of groups in `analysis.stats.log_rank`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.errors import EstimationError, Problem
from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats.inputs import Floats, Integers, bracket, confidence_problem, refuse
from analysis.stats.laws import normal_quantile
from analysis.stats.spells import (
    RiskSets,
    SpellCells,
    group_problems,
    no_event_problem,
    risk_sets,
)
from analysis.text import message

CENSORING = message("Leaving the observation is unrelated to the risk of loss.")

METHOD = Method(
    name=message("Kaplan-Meier estimate with log-log intervals"),
    citation=(
        "Kaplan, E. L., Meier, P. (1958). Nonparametric estimation from incomplete "
        "observations. JASA 53, 457-481; intervals: Kalbfleisch, J. D., Prentice, R. L. "
        "(2002). The Statistical Analysis of Failure Time Data, 2nd ed., section 1.4."
    ),
    assumptions=(
        CENSORING,
        message("Customers who came under observation late are like those who did not."),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SurvivalCurve:
    """The share that is still there after each time at which a spell ended.

    Attributes
    ----------
    group : str
    n, events : int
        Customers, and those whose spell ended.
    times_periods, at_risk, ended : arrays of int, shape (k,)
    survival, low, high : arrays of float, shape (k,)
        Fractions, valid from the time on until the next; 1 before the first. Where the share
        reaches 0 the upper limit stays where it was.
    last_period : int
        Nothing is known after it.
    confidence : float
        Coverage at each single time.
    """

    group: str
    n: int
    events: int
    times_periods: Integers
    at_risk: Integers
    ended: Integers
    survival: Floats
    low: Floats
    high: Floats
    last_period: int
    confidence: float

    def at(self, period: int) -> Estimate:
        """Give the share that is still there after `period`.

        Raises
        ------
        EstimationError
            If no spell had ended by then, or nothing is known so late.
        """
        position = int(np.searchsorted(self.times_periods, period, side="right")) - 1
        if position < 0:
            raise EstimationError(no_event_problem(f"the first {period} periods"))
        if period > self.last_period and self.survival[-1] > 0:
            raise EstimationError(horizon_problem(self.group, period, self.last_period))
        return bracket(
            self.survival[position], self.low[position], self.high[position], self.confidence
        )


def kaplan_meier(cells: SpellCells, *, confidence: float = 0.95) -> tuple[SurvivalCurve, ...]:
    """Estimate the share that stays, by group.

    Parameters
    ----------
    cells : SpellCells
        Any event code counts as an end; use `SpellCells.for_cause` for one of several.
    confidence : float
        Coverage at each single time (pointwise), a fraction.

    Returns
    -------
    tuple of SurvivalCurve
        One per group, sorted by label.

    Raises
    ------
    EstimationError
        If a group has one customer or no loss, or if with late entry all at risk leave
        at a time while others enter later.

    Notes
    -----
    Source: Kaplan and Meier (1958); variance by Greenwood; interval on the scale of
    ``log(-log S)``, which keeps within 0 and 1.

    Examples
    --------
    >>> from analysis.stats.spells import spell_cells
    >>> (curve,) = kaplan_meier(spell_cells([1, 2, 3], [1, 1, 0], customers=[10, 20, 70]))
    >>> curve.survival.round(2).tolist()
    [0.9, 0.7]
    """
    refuse([*group_problems(cells), confidence_problem(confidence)])
    return tuple(_curve(cells.of_group(label), label, confidence) for label in cells.groups)


def _curve(cells: SpellCells, label: str, confidence: float) -> SurvivalCurve:
    sets = risk_sets(cells)
    refuse_emptied(sets, label)
    ended = sets.ended_any
    survival = np.asarray(np.cumprod(1 - ended / sets.at_risk), dtype=np.float64)
    low, high = log_log_limits(
        survival, np.asarray(np.sqrt(greenwood(sets))), confidence, start=1.0
    )
    return SurvivalCurve(
        group=label,
        n=cells.n,
        events=cells.events,
        times_periods=sets.times_periods,
        at_risk=sets.at_risk,
        ended=ended,
        survival=survival,
        low=low,
        high=high,
        last_period=int(cells.duration_periods.max()),
        confidence=confidence,
    )


def greenwood(sets: RiskSets) -> Floats:
    """Give Greenwood's sum, the variance of ``log S``, shape (k,); infinite once all left."""
    ended, at_risk = sets.ended_any.astype(np.float64), sets.at_risk.astype(np.float64)
    with np.errstate(divide="ignore"):
        return np.asarray(np.cumsum(ended / (at_risk * (at_risk - ended))), dtype=np.float64)


def log_log_limits(
    shares: Floats, error: Floats, confidence: float, *, start: float
) -> tuple[Floats, Floats]:
    """Give limits of `shares` from the standard error of their logarithm.

    At 0 and 1, where that scale ends, the inner limit stays where it was; `start` is where
    it was before the first time.
    """
    z = float(normal_quantile((1 + confidence) / 2))
    low, high = shares.copy(), shares.copy()
    last_low = last_high = start
    for position, share in enumerate(shares):
        if 0 < share < 1:
            width = z * error[position] / abs(np.log(share))
            last_low = low[position] = share ** np.exp(width)
            last_high = high[position] = share ** np.exp(-width)
        elif share == 0:
            high[position] = last_high
        else:
            low[position] = last_low
    return low, high


def refuse_emptied(sets: RiskSets, label: str) -> None:
    """Refuse a curve that falls to 0 at a time while customers enter later."""
    emptied = np.flatnonzero(sets.ended_any == sets.at_risk)
    if emptied.size and emptied[0] < sets.times_periods.size - 1:
        period = int(sets.times_periods[emptied[0]])
        refuse(
            [
                Problem(
                    what=f"all customers at risk leave group '{label}' at period {period}, "
                    "others enter later",
                    found=f"{int(sets.at_risk[emptied[0]])} at risk",
                    needed="more customers observed from early on",
                    next_step=f"Estimate from period {period} on with SpellCells.after.",
                )
            ]
        )


def horizon_problem(group: str, period: int, last_period: int) -> Problem:
    """Say that a curve of `group` does not reach as far as `period`."""
    return Problem(
        what=f"nothing is known of group '{group}' so late",
        found=f"period {period}",
        needed=f"a period from 1 to {last_period}",
        next_step="Shorten the horizon.",
    )
