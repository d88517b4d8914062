"""Whether groups lose customers at the same rate: log-rank tests on counted risk sets."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from analysis.errors import Problem
from analysis.methods import Method
from analysis.stats.inputs import Floats, Integers, refuse
from analysis.stats.laws import chi_squared_tail
from analysis.stats.spells import (
    SpellCells,
    at_risk,
    group_problems,
    no_event_problem,
    risk_sets,
)
from analysis.stats.survival import CENSORING
from analysis.text import message

METHOD = Method(
    name=message("Log-rank test; several comparisons corrected by Holm"),
    citation=(
        "Mantel, N. (1966). Evaluation of survival data and two new rank order "
        "statistics. Cancer Chemotherapy Reports 50, 163-170; Holm, S. (1979). A simple "
        "sequentially rejective multiple test procedure. Scand. J. Statist. 6, 65-70."
    ),
    assumptions=(
        CENSORING,
        message("The test is sensitive where one group's risk is higher throughout."),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRank:
    """Whether the groups lose customers at the same rate.

    Attributes
    ----------
    groups : tuple of str
    observed : tuple of int
        Spells that ended, per group.
    expected : tuple of float
        Those to be expected if all groups had the same risk.
    chi2, p_value : float
    degrees_of_freedom : int
    """

    groups: tuple[str, ...]
    observed: tuple[int, ...]
    expected: tuple[float, ...]
    chi2: float
    degrees_of_freedom: int
    p_value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PairwiseLogRank:
    """One of several comparisons of two groups; `p_adjusted` holds for all of them together."""

    first: str
    second: str
    chi2: float
    p_value: float
    p_adjusted: float


def log_rank(cells: SpellCells) -> LogRank:
    """Test whether all groups lose customers at the same rate.

    Parameters
    ----------
    cells : SpellCells

    Returns
    -------
    LogRank

    Raises
    ------
    EstimationError
        If there is one group only, a group of one customer, or no loss at all.

    Notes
    -----
    Source: Mantel (1966), with the hypergeometric variance for ties.

    Examples
    --------
    >>> from analysis.stats.spells import spell_cells
    >>> cells = spell_cells([1, 3, 1, 3], [1, 0, 1, 0], customers=[40, 60, 20, 80],
    ...                     group=["new", "new", "old", "old"])
    >>> round(log_rank(cells).chi2, 3)
    9.476
    """
    groups = cells.groups
    refuse(
        [
            None if len(groups) > 1 else _one_group_problem(),
            *group_problems(cells, events_needed=False),
            None if cells.events else no_event_problem("all groups"),
        ]
    )
    exposed, ended = _by_group(cells, groups, risk_sets(cells).times_periods)
    observed, expected, variance = _score(exposed, ended)
    excess = (observed - expected)[:-1]
    statistic = float(excess @ np.linalg.pinv(variance[:-1, :-1], hermitian=True) @ excess)
    freedom = int(np.linalg.matrix_rank(variance[:-1, :-1], hermitian=True))
    return LogRank(
        groups=groups,
        observed=tuple(int(count) for count in observed),
        expected=tuple(float(count) for count in expected),
        chi2=statistic,
        degrees_of_freedom=freedom,
        p_value=float(chi_squared_tail(statistic, freedom)) if freedom else 1.0,
    )


def pairwise_log_rank(cells: SpellCells) -> tuple[PairwiseLogRank, ...]:
    """Compare every two groups, with the probabilities corrected for their number (Holm).

    Parameters
    ----------
    cells : SpellCells

    Returns
    -------
    tuple of PairwiseLogRank
        In the order of the sorted labels.

    Raises
    ------
    EstimationError
        As `log_rank`; also if two groups to be compared have no loss between them.

    Notes
    -----
    Source: Mantel (1966), Holm (1979).

    Examples
    --------
    >>> from analysis.stats.spells import spell_cells
    >>> cells = spell_cells([1, 3, 1, 3], [1, 0, 1, 0], customers=[40, 60, 20, 80],
    ...                     group=["new", "new", "old", "old"])
    >>> [(test.first, test.second) for test in pairwise_log_rank(cells)]
    [('new', 'old')]
    """
    log_rank(cells)
    pairs = list(combinations(cells.groups, 2))
    tests = [log_rank(cells.where(np.isin(cells.group, pair))) for pair in pairs]
    from statsmodels.stats.multitest import multipletests

    adjusted = multipletests([test.p_value for test in tests], method="holm")[1]
    return tuple(
        PairwiseLogRank(
            first=first,
            second=second,
            chi2=test.chi2,
            p_value=test.p_value,
            p_adjusted=float(p_adjusted),
        )
        for (first, second), test, p_adjusted in zip(pairs, tests, adjusted, strict=True)
    )


def _by_group(cells: SpellCells, groups: tuple[str, ...], times: Integers) -> tuple[Floats, Floats]:
    """Count at risk and ended at each of `times` per group, shapes (k, groups)."""
    exposed = np.zeros((times.size, len(groups)))
    ended = np.zeros_like(exposed)
    for position, label in enumerate(groups):
        members = cells.of_group(label)
        sets = risk_sets(members)
        ended[np.searchsorted(times, sets.times_periods), position] = sets.ended_any
        exposed[:, position] = at_risk(members, times)
    return exposed, ended


def _score(exposed: Floats, ended: Floats) -> tuple[Floats, Floats, Floats]:
    """Give observed and expected ends per group and the covariance of their difference."""
    n, d = exposed.sum(axis=1), ended.sum(axis=1)
    share = exposed / n[:, None]
    spread = d * np.divide(n - d, n - 1, out=np.zeros_like(n), where=n > 1)
    variance = np.diag(spread @ share) - (share * spread[:, None]).T @ share
    return ended.sum(axis=0), d @ share, variance


def _one_group_problem() -> Problem:
    return Problem(
        what="one group only, nothing to compare",
        found="1 group",
        needed="at least 2",
        next_step="Choose a segment with more than one value.",
    )
