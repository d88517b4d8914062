"""The partial likelihood of a Cox model on counts: at risk and ended, by time and cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from analysis.errors import EstimationError, Problem
from analysis.stats._distinct import find_distinct_rows
from analysis.stats.inputs import Floats, Integers
from analysis.stats.spells import SpellCells

Ties = Literal["efron", "breslow"]

_LARGEST_TABLE = 50_000_000
_STEPS = 60
_DECREMENT = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StratumCounts:
    """One stratum's sufficient statistic.

    Attributes
    ----------
    times_periods : array of int, shape (k,)
        At which a spell ended in this stratum.
    design : array of float, shape (c, p)
        One row per distinct combination of the covariates.
    at_risk, ended : arrays of float, shape (k, c)
    """

    times_periods: Integers
    design: Floats
    at_risk: Floats
    ended: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PartialLikelihood:
    """Value and derivatives at one vector of coefficients.

    Attributes
    ----------
    value : float
        Log partial likelihood.
    scores : array of float, shape (k, p)
        Contribution of each stratum's times to the gradient.
    information : array of float, shape (p, p)
        Negative second derivative.
    """

    value: float
    scores: Floats
    information: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Optimum:
    """Where the climb ended; `converged` is false if the likelihood kept rising."""

    coefficients: Floats
    likelihood: PartialLikelihood
    converged: bool


def reduce_spells(
    cells: SpellCells, design: Floats, stratum: npt.NDArray[np.intp]
) -> tuple[StratumCounts, ...]:
    """Count who was at risk and whose spell ended, by stratum, time and design row.

    Parameters
    ----------
    cells : SpellCells, m cells
    design : array of float, shape (m, p)
    stratum : array of int, shape (m,)

    Returns
    -------
    tuple of StratumCounts
        Those strata in which a spell ended.

    Raises
    ------
    EstimationError
        If the covariates take so many values that the counts would not be small.
    """
    found = []
    for label in np.unique(stratum):
        inside = stratum == label
        members = cells.where(inside)
        if members.events:
            found.append(_reduce_stratum(members, design[inside]))
    return tuple(found)


def _reduce_stratum(cells: SpellCells, design: Floats) -> StratumCounts:
    rows, position = find_distinct_rows(design)
    ending = cells.event > 0
    times = np.unique(cells.duration_periods[ending])
    if times.size * len(rows) > _LARGEST_TABLE:
        raise EstimationError(
            Problem(
                what="covariates take too many values for counted risk sets",
                found=f"{len(rows)} combinations at {times.size} times",
                needed=f"at most {_LARGEST_TABLE} of them together",
                next_step="Put continuous covariates into classes, and say so.",
            )
        )
    change = np.zeros((times.size + 1, len(rows)))
    for moment, sign in ((cells.entry_periods, 1), (cells.duration_periods, -1)):
        since = np.searchsorted(times, moment, side="right")
        np.add.at(change, (since, position), sign * cells.customers)
    ended = np.zeros((times.size, len(rows)))
    at = np.searchsorted(times, cells.duration_periods[ending])
    np.add.at(ended, (at, position[ending]), cells.customers[ending])
    return StratumCounts(
        times_periods=times,
        design=rows,
        at_risk=np.asarray(np.cumsum(change, axis=0)[:-1]),
        ended=ended,
    )


def evaluate(
    strata: tuple[StratumCounts, ...], coefficients: Floats, *, ties: Ties
) -> PartialLikelihood:
    """Evaluate the log partial likelihood and its derivatives.

    Notes
    -----
    Source: Efron, B. (1977). The efficiency of Cox's likelihood function for censored data.
    JASA 72, 557-565; Breslow, N. (1974). Covariance analysis of censored survival data.
    Biometrics 30, 89-99. Equal spells that end together are summed over their ranks, which
    leaves five sums per time, whatever the number of covariates.
    """
    parts = [_evaluate_stratum(stratum, coefficients, ties) for stratum in strata]
    return PartialLikelihood(
        value=sum(part.value for part in parts),
        scores=np.concatenate([part.scores for part in parts]),
        information=np.sum([part.information for part in parts], axis=0),
    )


def _evaluate_stratum(
    stratum: StratumCounts, coefficients: Floats, ties: Ties
) -> PartialLikelihood:
    x = stratum.design
    linear = x @ coefficients
    shift = linear.max()
    risk = np.exp(linear - shift)
    s0, t0 = stratum.at_risk @ risk, stratum.ended @ risk
    s1 = stratum.at_risk @ (risk[:, None] * x)
    t1 = stratum.ended @ (risk[:, None] * x)
    count = stratum.ended.sum(axis=1)
    sums = _tie_sums(s0, t0, count, ties)
    weight = risk * (sums.first @ stratum.at_risk - sums.first_tied @ stratum.ended)
    cross = (s1 * sums.second_mixed[:, None]).T @ t1
    return PartialLikelihood(
        value=float((stratum.ended @ (linear - shift)).sum() - sums.logarithm),
        scores=stratum.ended @ x - (sums.first[:, None] * s1 - sums.first_tied[:, None] * t1),
        information=(x * weight[:, None]).T @ x
        - (s1 * sums.second[:, None]).T @ s1
        + cross
        + cross.T
        - (t1 * sums.second_tied[:, None]).T @ t1,
    )


class _TieSums(NamedTuple):
    """Sums over spells that end together: with ``phi`` of the l-th and ``f = l / d``.

    Of ``log phi``; ``1 / phi`` and ``f / phi``; ``1 / phi**2``, ``f / phi**2`` and
    ``f**2 / phi**2``.
    """

    logarithm: float
    first: Floats
    first_tied: Floats
    second: Floats
    second_mixed: Floats
    second_tied: Floats


def _tie_sums(s0: Floats, t0: Floats, count: Floats, ties: Ties) -> _TieSums:
    """Sum what the changing risk set contributes; the l-th of d has ``phi = s0 - f * t0``."""
    if ties == "breslow":
        zero = np.zeros_like(s0)
        return _TieSums(float(count @ np.log(s0)), count / s0, zero, count / s0**2, zero, zero)
    d = count.astype(np.int64)
    at = np.repeat(np.arange(d.size), d)
    first = np.concatenate([[0], np.cumsum(d)[:-1]])
    fraction = (np.arange(at.size) - first[at]) / d[at]
    phi = s0[at] - fraction * t0[at]

    def total(values: Floats) -> Floats:
        return np.asarray(np.bincount(at, weights=values, minlength=d.size), dtype=np.float64)

    return _TieSums(
        float(np.log(phi).sum()),
        total(1 / phi),
        total(fraction / phi),
        total(1 / phi**2),
        total(fraction / phi**2),
        total((fraction / phi) ** 2),
    )


def maximise(strata: tuple[StratumCounts, ...], *, ties: Ties) -> Optimum:
    """Climb to the maximum by Newton's method with halved steps.

    Returns
    -------
    Optimum
        Not converged where the likelihood has no maximum.
    """
    coefficients: Floats = np.zeros(strata[0].design.shape[1])
    current = evaluate(strata, coefficients, ties=ties)
    for _ in range(_STEPS):
        gradient = current.scores.sum(axis=0)
        step = np.linalg.lstsq(current.information, gradient, rcond=None)[0]
        found = _climb(strata, coefficients, step, current, ties)
        if found is None:
            break
        coefficients, current = found
        if gradient @ step < _DECREMENT:
            return Optimum(coefficients=coefficients, likelihood=current, converged=True)
    return Optimum(coefficients=coefficients, likelihood=current, converged=False)


def _climb(
    strata: tuple[StratumCounts, ...],
    coefficients: Floats,
    step: Floats,
    current: PartialLikelihood,
    ties: Ties,
) -> tuple[Floats, PartialLikelihood] | None:
    """Go the step, or as much of it as does not go down; nothing if that is out of numbers."""
    for halving in range(30):
        target = coefficients + step * 0.5**halving
        with np.errstate(all="ignore"):
            there = evaluate(strata, target, ties=ties)
        usable = np.isfinite(there.value) and np.all(np.isfinite(there.information))
        if usable and there.value >= current.value - 1e-9:
            return target, there
    return None
