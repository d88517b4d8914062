"""Weights from one expert, with an interval for being off in each judgement.

The size of the error is told from how far the judgements contradict each other, or stated.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from analysis.errors import EstimationError, Problem
from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats.grids import draws_problem
from analysis.stats.inputs import Floats, confidence_problem, refuse
from analysis.stats.judgements import checked_matrix
from analysis.stats.pairwise_comparison import principal_weights
from analysis.stats.simulated_intervals import estimate_from_draws
from analysis.text import message

METHOD = Method(
    name=message("Weights under judgement error, simulated"),
    citation=(
        "Crawford, G., Williams, C. (1985). A note on the analysis of subjective "
        "judgment matrices. J. Mathematical Psychology 29, 387-405."
    ),
    assumptions=(message("Judgements are off by independent factors of one typical size."),),
)


def judgement_error(matrix: npt.ArrayLike, *, criteria: Sequence[str]) -> tuple[float, int]:
    """Tell by how much judgements are off, from how far they contradict each other.

    Parameters
    ----------
    matrix : array_like, shape (n, n)
    criteria : sequence of str
        At least 3.

    Returns
    -------
    log_error : float
        Standard deviation of the logarithm of a judgement around the ratio of the weights.
    degrees_of_freedom : int
        What it rests on: ``(n - 1)(n - 2) / 2``.

    Raises
    ------
    EstimationError
        If there are fewer than 3 criteria, or no contradiction at all to learn from.

    Notes
    -----
    Source: Crawford and Williams (1985), least squares on logarithms.

    Examples
    --------
    >>> error, df = judgement_error([[1, 2, 6], [1 / 2, 1, 4], [1 / 6, 1 / 4, 1]],
    ...                             criteria=["fees", "speed", "app"])
    >>> round(error, 3), df
    (0.166, 1)
    """
    logs = np.log(checked_matrix(matrix, criteria=criteria))
    n = len(logs)
    df = (n - 1) * (n - 2) // 2
    priorities = logs.mean(axis=1)
    residuals = (logs - priorities[:, None] + priorities[None, :])[np.triu_indices(n, k=1)]
    squares = float(residuals @ residuals)
    if df == 0 or squares < 1e-12:
        raise EstimationError(
            Problem(
                what="no contradiction to tell the judgement error from",
                found=f"{n} criteria, judged consistently",
                needed="at least 3 criteria with some contradiction",
                next_step="State the judgement error, or ask more experts.",
            )
        )
    return float(np.sqrt(squares / df)), df


def draw_judged_weights(
    matrix: npt.ArrayLike,
    *,
    criteria: Sequence[str],
    rng: np.random.Generator,
    draws: int = 2000,
    log_error: float | None = None,
) -> Floats:
    """Draw the weights that result when every judgement is a little off.

    Parameters
    ----------
    matrix : array_like, shape (n, n)
    criteria : sequence of str
    rng : numpy.random.Generator
    draws : int
    log_error : float, optional
        Standard deviation of a judgement's logarithm: 0.25 is off by a quarter either way.
        By default told from the contradictions (`judgement_error`), with the doubt that is
        left in it.

    Returns
    -------
    ndarray, shape (draws, n)
        Each row adds up to 1.

    Raises
    ------
    EstimationError
        If the matrix is none of judgements, there are fewer than 100 draws, or no error
        is stated and none can be told.

    Examples
    --------
    >>> drawn = draw_judged_weights([[1, 3], [1 / 3, 1]], criteria=["fees", "speed"],
    ...                             rng=np.random.default_rng(1), draws=100, log_error=0.2)
    >>> drawn.shape
    (100, 2)
    """
    refuse([draws_problem(draws)])
    logs = np.log(checked_matrix(matrix, criteria=criteria))
    n = len(logs)
    size: Floats | float
    if log_error is None:
        told, df = judgement_error(matrix, criteria=criteria)
        size = told * np.sqrt(df / rng.chisquare(df, size=(draws, 1)))
    else:
        size = log_error
    above = np.triu_indices(n, k=1)
    noise = np.zeros((draws, n, n))
    noise[:, *above] = size * rng.standard_normal((draws, len(above[0])))
    return principal_weights(np.exp(logs + noise - noise.transpose(0, 2, 1)))[0]


def judged_weights(
    matrix: npt.ArrayLike,
    *,
    criteria: Sequence[str],
    rng: np.random.Generator,
    draws: int = 2000,
    log_error: float | None = None,
    confidence: float = 0.95,
) -> tuple[Estimate, ...]:
    """Weigh criteria by one matrix of judgements, with intervals for judgement error.

    Parameters
    ----------
    matrix, criteria, rng, draws, log_error
        As `draw_judged_weights`.
    confidence : float
        Coverage of each interval, a fraction.

    Returns
    -------
    tuple of Estimate
        Fractions, in the order of the criteria.

    Raises
    ------
    EstimationError
        As `draw_judged_weights`.

    Examples
    --------
    >>> fees, speed = judged_weights([[1, 3], [1 / 3, 1]], criteria=["fees", "speed"],
    ...                              rng=np.random.default_rng(1), log_error=0.2)
    >>> fees.value, fees.low < 0.7 < 0.8 < fees.high
    (0.75, True)
    """
    refuse([confidence_problem(confidence)])
    drawn = draw_judged_weights(
        matrix, criteria=criteria, rng=rng, draws=draws, log_error=log_error
    )
    weights, _ = principal_weights(checked_matrix(matrix, criteria=criteria))
    return tuple(
        estimate_from_draws(float(weight), drawn[:, k], confidence)
        for k, weight in enumerate(weights)
    )
