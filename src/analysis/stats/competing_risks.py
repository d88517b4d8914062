"""How customers are lost, when there are several ways: cumulative incidence by Aalen-Johansen.

Treating a competing end as censoring overstates each risk; the cumulative incidences
add up to the share that is gone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from analysis.errors import EstimationError, Problem
from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats.inputs import Floats, Integers, bracket, confidence_problem, refuse
from analysis.stats.spells import (
    RiskSets,
    SpellCells,
    group_problems,
    no_event_problem,
    risk_sets,
)
from analysis.stats.survival import CENSORING, horizon_problem, log_log_limits, refuse_emptied
from analysis.text import message

METHOD = Method(
    name=message("Aalen-Johansen cumulative incidence of competing risks"),
    citation=(
        "Aalen, O. O., Johansen, S. (1978). An empirical transition matrix for nonhomogeneous "
        "Markov chains based on censored observations. Scand. J. Statist. 5, 141-150; variance: "
        "Marubini, E., Valsecchi, M. G. (1995). Analysing Survival Data from Clinical Trials and "
        "Observational Studies, section 10.3."
    ),
    assumptions=(
        CENSORING,
        message("Every spell that ends has exactly one cause."),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CumulativeIncidence:
    """The share that is gone for one cause after each time at which a spell ended.

    Attributes
    ----------
    group, cause : str
    n, events : int
        Customers, and those gone for this cause.
    times_periods, at_risk : arrays of int, shape (k,)
        Of ends by any cause.
    ended : array of int, shape (k,)
        By this cause.
    incidence, low, high : arrays of float, shape (k,)
        Fractions, valid from the time on until the next; 0 before the first.
    last_period : int
        Nothing is known after it.
    confidence : float
        Coverage at each single time.
    """

    group: str
    cause: str
    n: int
    events: int
    times_periods: Integers
    at_risk: Integers
    ended: Integers
    incidence: Floats
    low: Floats
    high: Floats
    last_period: int
    confidence: float

    def at(self, period: int) -> Estimate:
        """Give the share that is gone for this cause after `period`.

        Raises
        ------
        EstimationError
            If nobody was gone for this cause by then, or nothing is known so late.
        """
        position = int(np.searchsorted(self.times_periods, period, side="right")) - 1
        if position < 0 or self.incidence[position] == 0:
            raise EstimationError(
                no_event_problem(f"the first {period} periods by cause '{self.cause}'")
            )
        if period > self.last_period:
            raise EstimationError(horizon_problem(self.group, period, self.last_period))
        return bracket(
            self.incidence[position], self.low[position], self.high[position], self.confidence
        )


def aalen_johansen(
    cells: SpellCells, causes: Mapping[int, str], *, confidence: float = 0.95
) -> tuple[CumulativeIncidence, ...]:
    """Estimate the share gone for each cause, by group.

    Parameters
    ----------
    cells : SpellCells
        With event codes 1, 2, ... for the causes; 0 for spells that go on.
    causes : mapping of int to str
        Name of every code that occurs.
    confidence : float
        Coverage at each single time (pointwise), a fraction.

    Returns
    -------
    tuple of CumulativeIncidence
        By group (sorted by label), then by code.

    Raises
    ------
    EstimationError
        If a code has no name, a cause no loss in a group, or a group one customer.

    Notes
    -----
    Source: Aalen and Johansen (1978); variance by the formula of Greenwood's kind in
    Marubini and Valsecchi (1995), exact for ends that fall in the same period; interval on
    the scale of ``log(-log F)``.

    Examples
    --------
    >>> from analysis.stats.spells import spell_cells
    >>> cells = spell_cells([1, 1, 2, 2], [1, 2, 1, 0], customers=[10, 20, 14, 56])
    >>> closed, dormant = aalen_johansen(cells, {1: "closed", 2: "dormant"})
    >>> round(closed.at(2).value, 3), round(dormant.at(2).value, 3)
    (0.24, 0.2)
    """
    refuse([*group_problems(cells), confidence_problem(confidence), _code_problem(cells, causes)])
    refuse(
        no_event_problem(f"group '{label}' by cause '{name}'")
        for label in cells.groups
        for code, name in causes.items()
        if cells.of_group(label).for_cause(code).events == 0
    )
    return tuple(
        _incidence(cells.of_group(label), label, code, causes[code], confidence)
        for label in cells.groups
        for code in sorted(causes)
    )


def _incidence(
    cells: SpellCells, label: str, code: int, cause: str, confidence: float
) -> CumulativeIncidence:
    sets = risk_sets(cells)
    refuse_emptied(sets, label)
    ended = sets.ended[:, code - 1]
    before = np.concatenate([[1.0], np.cumprod(1 - sets.ended_any / sets.at_risk)[:-1]])
    incidence = np.asarray(np.cumsum(before * ended / sets.at_risk), dtype=np.float64)
    error = np.sqrt(_variance(sets, ended, before, incidence))
    relative = np.divide(error, incidence, out=np.zeros_like(error), where=incidence > 0)
    low, high = log_log_limits(incidence, relative, confidence, start=0.0)
    return CumulativeIncidence(
        group=label,
        cause=cause,
        n=cells.n,
        events=int(ended.sum()),
        times_periods=sets.times_periods,
        at_risk=sets.at_risk,
        ended=ended,
        incidence=incidence,
        low=low,
        high=high,
        last_period=int(cells.duration_periods.max()),
        confidence=confidence,
    )


def _variance(sets: RiskSets, ended: Integers, before: Floats, incidence: Floats) -> Floats:
    """Variance of the incidence at each time, shape (k,): running sums of a quadratic in it."""
    n, d = sets.at_risk.astype(np.float64), sets.ended_any.astype(np.float64)
    hazard = np.divide(d, n * (n - d), out=np.zeros_like(n), where=n > d)
    own = before * ended / n**2
    spread = before**2 * ended * (n - ended) / n**3
    f = incidence
    variance = (
        f**2 * np.cumsum(hazard)
        - 2 * f * np.cumsum(f * hazard)
        + np.cumsum(f**2 * hazard)
        + np.cumsum(spread)
        - 2 * f * np.cumsum(own)
        + 2 * np.cumsum(f * own)
    )
    return np.asarray(np.maximum(variance, 0.0), dtype=np.float64)


def _code_problem(cells: SpellCells, causes: Mapping[int, str]) -> Problem | None:
    unknown = sorted(set(cells.event[cells.event > 0].tolist()) - set(causes))
    if not unknown:
        return None
    return Problem(
        what="event codes without a name",
        found=", ".join(map(str, unknown)),
        needed=f"codes among {', '.join(map(str, sorted(causes)))}",
        next_step="Name every way in which a spell ends.",
    )
