"""Weights drawn at random: all that are possible, or those near given ones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from analysis.errors import EstimationError, Problem
from analysis.stats.decision_matrix import WEIGHT_TOLERANCE, checked_weights
from analysis.stats.grids import draws_problem, grid
from analysis.stats.inputs import Floats, refuse


def draw_weights(
    criteria: Sequence[str],
    *,
    rng: np.random.Generator,
    draws: int = 10_000,
    around: Sequence[float] | None = None,
    concentration: float = 50.0,
) -> Floats:
    """Draw weights: all that are possible, or those near given ones.

    Parameters
    ----------
    criteria : sequence of str
    rng : numpy.random.Generator
    draws : int
    around : sequence of float, optional
        Weights that add up to 1. Without them, every set of weights is equally likely.
    concentration : float
        How near: a weight of .2 has a standard deviation of
        ``sqrt(.2 * .8 / (concentration + 1))``, 0.056 at 50.

    Returns
    -------
    ndarray, shape (draws, n)
        Dirichlet; each row adds up to 1, and a weight of 0 stays 0.

    Raises
    ------
    EstimationError
        If there are fewer than 100 draws, the weights are none, or the concentration is
        not above 0.

    Examples
    --------
    >>> drawn = draw_weights(["rate", "fee"], rng=np.random.default_rng(1), draws=100)
    >>> drawn.shape, bool(np.allclose(drawn.sum(axis=1), 1))
    ((100, 2), True)
    """
    refuse([draws_problem(draws), _concentration_problem(concentration)])
    if around is None:
        return rng.dirichlet(np.ones(len(criteria)), size=draws)
    centre = checked_weights(around, criteria)
    drawn = np.zeros((draws, len(criteria)))
    used = centre > 0
    drawn[:, used] = rng.dirichlet(concentration * centre[used], size=draws)
    return drawn


def checked_draws(weights: npt.ArrayLike, criteria: Sequence[str]) -> Floats:
    """Read drawn weights, shape (draws, n).

    Raises
    ------
    EstimationError
        If there are fewer than 100, or one is no set of weights of these criteria.

    Examples
    --------
    >>> checked_draws(np.full((100, 2), 0.5), ["rate", "fee"]).shape
    (100, 2)
    """
    drawn = grid(weights, name="drawn weights")
    refuse([draws_problem(len(drawn))])
    wrong = int(np.count_nonzero((drawn < 0).any(axis=1)))
    off = int(np.count_nonzero(np.abs(drawn.sum(axis=1) - 1) > WEIGHT_TOLERANCE))
    if drawn.shape[1] != len(criteria) or wrong or off:
        raise EstimationError(
            Problem(
                what="drawn weights are no weights of these criteria",
                found=f"{drawn.shape[1]} columns; {wrong} negative and {off} that miss 1 "
                f"of {len(drawn)} draws",
                needed=f"{len(criteria)} fractions that add up to 1 in every draw",
                next_step="Draw them with draw_weights.",
            )
        )
    return drawn


def _concentration_problem(concentration: float) -> Problem | None:
    if 0 < concentration < np.inf:
        return None
    return Problem(
        what="concentration of the weights is out of range",
        found=str(concentration),
        needed="a number above 0",
        next_step="Give 50 for weights that are roughly known, 500 for well known ones.",
    )
