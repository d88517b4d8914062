"""Whether a Cox model has a finite maximum: monotone likelihood, by linear programming."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog
from scipy.sparse import csr_array, hstack, vstack

from analysis.stats._cox_likelihood import StratumCounts
from analysis.stats.inputs import Floats


def separating_coefficients(strata: Sequence[StratumCounts]) -> tuple[int, ...]:
    """Find the coefficients that have no finite estimate.

    Parameters
    ----------
    strata : sequence of StratumCounts

    Returns
    -------
    tuple of int
        Positions of the coefficients, increasing; empty where all have an estimate. Of a
        covariate that separates only together with others, all are given.

    Notes
    -----
    Source: Bryson, M. C., Johnson, M. E. (1981). The incidence of monotone likelihood in the
    Cox model. Technometrics 23, 381-383. A direction separates if at every time those whose
    spell ends have the greatest linear predictor among those at risk, and somewhere a
    greater one than another; searched for as Konis, K. (2007) does for logistic models.
    """
    program = _state(strata)
    free = np.ones(program.coefficients, dtype=bool)
    found: list[int] = []
    while (direction := program.solve(free)) is not None:
        needed = free & (direction != 0)
        for position in np.flatnonzero(needed):
            needed[position] = False
            if program.solve(needed) is None:
                needed[position] = True
        found += np.flatnonzero(needed).tolist()
        free &= ~needed
    return tuple(sorted(found))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Program:
    """The linear programme: coefficients first, then one level per time."""

    coefficients: int
    cost: Floats
    below: csr_array
    equal: csr_array

    def solve(self, free: npt.NDArray[np.bool_]) -> Floats | None:
        """Find a direction that separates with the `free` coefficients alone, shape (p,)."""
        size = max(float(np.abs(self.cost).max()), 1.0)
        bounds: list[tuple[int | None, int | None]] = [(-1, 1) if f else (0, 0) for f in free]
        found = linprog(
            self.cost / size,
            A_ub=self.below,
            b_ub=np.zeros(self.below.shape[0]),
            A_eq=self.equal,
            b_eq=np.zeros(self.equal.shape[0]),
            bounds=bounds + [(None, None)] * (self.cost.size - self.coefficients),
            method="highs",
        )
        if found.status != 0 or found.fun * size > -1e-6:
            return None
        direction = np.asarray(found.x[: self.coefficients], dtype=np.float64)
        return np.where(np.abs(direction) < 1e-7, 0.0, direction)


def _state(strata: Sequence[StratumCounts]) -> _Program:
    scale = np.concatenate([s.design for s in strata]).std(axis=0)
    scale[scale == 0] = 1.0
    times = sum(s.times_periods.size for s in strata)
    below: list[csr_array] = []
    equal: list[csr_array] = []
    rise = np.zeros(scale.size)
    levels = np.zeros(times)
    for stratum in strata:
        design = stratum.design / scale
        for at_risk, ended in zip(stratum.at_risk, stratum.ended, strict=True):
            staying, ending = design[(at_risk > 0) & (ended == 0)], design[ended > 0]
            position = len(below)
            below.append(_against_level(staying, position, times))
            equal.append(_against_level(ending, position, times))
            rise += staying.sum(axis=0)
            levels[position] = -len(staying)
    return _Program(
        coefficients=scale.size,
        cost=np.concatenate([rise, levels]),
        below=vstack(below, format="csr"),
        equal=vstack(equal, format="csr"),
    )


def _against_level(design: Floats, position: int, times: int) -> csr_array:
    """Rows of ``x'delta - level`` for one time's level."""
    rows = len(design)
    level = csr_array(
        (np.full(rows, -1.0), (np.arange(rows), np.full(rows, position))), shape=(rows, times)
    )
    return hstack([csr_array(design), level], format="csr")
