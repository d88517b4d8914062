"""Maximum likelihood for models whose parameters are all positive.

The search runs on the logarithms of the parameters. A maximum is accepted only
where it is one: the score is negligible against its own standard error, and the
observed information is positive definite. Intervals come from the inverse observed
information on the log scale, so that they are positive too.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from operator import itemgetter

import numpy as np
from scipy.optimize import minimize

from analysis.errors import EstimationError, Problem
from analysis.results import Estimate
from analysis.stats.laws import normal_quantile
from analysis.stats.purchase_cells import FloatArray

Score = Callable[[FloatArray], tuple[float, FloatArray]]
"""Log-likelihood and its gradient in the logarithms of the parameters."""
Information = Callable[[FloatArray], FloatArray]
"""Negative second derivative of the log-likelihood in the same logarithms."""

_LOG_RANGE = 12.0
"""How far a log parameter may travel from the start: a factor of 160,000."""
_HESSIAN_STEP = 1e-4
_NEWTON_STEPS = 20
_SMALL_GAIN = 1.0
"""Log-likelihood won by a Newton step within about a standard error of the maximum."""
_NEGLIGIBLE_GAIN = 1e-10
"""Log-likelihood still to be won by a Newton step at an accepted maximum."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Maximum:
    """A verified maximum of a log-likelihood.

    Attributes
    ----------
    parameters : ndarray of float64, shape (k,)
        On their natural scale, all positive.
    log_covariance : ndarray of float64, shape (k, k)
        Covariance of the logarithms of the parameters.
    log_likelihood : float
    """

    parameters: FloatArray
    log_covariance: FloatArray
    log_likelihood: float

    def estimate(self, position: int, confidence: float) -> Estimate:
        """The parameter at `position` with its interval, symmetric on the log scale."""
        error = math.sqrt(self.log_covariance[position, position])
        factor = math.exp(float(normal_quantile((1 + confidence) / 2)) * error)
        value = float(self.parameters[position])
        return Estimate(value=value, low=value / factor, high=value * factor, confidence=confidence)


def maximise_log_likelihood(
    score: Score,
    *,
    starts: Sequence[Sequence[float]],
    names: Sequence[str],
    model: str,
    largest_log_error: float,
    information: Information | None = None,
    rough_score: Score | None = None,
) -> Maximum:
    """Find the maximum from several starts and verify that it is one.

    Parameters
    ----------
    score : callable
        Takes the log parameters, returns the log-likelihood and its gradient.
    starts : sequence of sequences of float
        Positive starting values, each of length k.
    names : sequence of str
        Names of the k parameters, for messages.
    model : str
        Name of the model, for messages.
    largest_log_error : float
        Standard error of a log parameter beyond which the data are said not to
        identify it.
    information : callable, optional
        Of the log parameters; by default from differences of the gradient.
    rough_score : callable, optional
        As `score` on a part of the data: the starts are tried on it, and only the
        best end is carried on with all data, by Newton steps.

    Returns
    -------
    Maximum

    Raises
    ------
    EstimationError
        If a parameter runs off to 0 or infinity, the search does not converge, or
        the observed information is not positive definite or too small.

    Examples
    --------
    >>> import numpy as np
    >>> def score(theta):  # exponential lifetimes: 40 events in 100 weeks
    ...     rate = np.exp(theta)
    ...     return float(40 * theta[0] - 100 * rate[0]), 40 - 100 * rate
    >>> found = maximise_log_likelihood(score, starts=[[1.0]], names=["rate"],
    ...                                 model="exponential", largest_log_error=1.0)
    >>> round(float(found.parameters[0]), 6)
    0.4
    """
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        curve = information or partial(_differences, score)
        theta = _climb_from_best(score if rough_score is None else rough_score, starts, model)
        found, last, gain = _polish(score, curve, theta)
        if rough_score is not None and not abs(gain) < _NEGLIGIBLE_GAIN:
            theta = _climb(score, theta)[1]
            found, last, gain = _polish(score, curve, theta)
        runaway = _find_runaway(theta, starts, names, model) or _find_runaway(
            found, starts, names, model
        )
        if runaway:
            raise EstimationError(runaway)
        return _verify(score, found, last, gain, names, model, largest_log_error)


def _climb_from_best(score: Score, starts: Sequence[Sequence[float]], model: str) -> FloatArray:
    ends = [_climb(score, np.log(np.asarray(start, dtype=np.float64))) for start in starts]
    finite = [end for end in ends if np.isfinite(end[0])]
    if not finite:
        raise EstimationError(_not_converged(model))
    return max(finite, key=itemgetter(0))[1]


def _climb(score: Score, start: FloatArray) -> tuple[float, FloatArray]:
    """Search within the range; BFGS, whose small matrices keep clear of threaded BLAS."""
    scale = max(1.0, abs(score(start)[0]))
    worst = 1e10

    def descend(theta: FloatArray) -> tuple[float, FloatArray]:
        if np.abs(theta - start).max() > _LOG_RANGE:
            return worst, np.zeros_like(theta)
        value, gradient = score(theta)
        if not (np.isfinite(value) and np.isfinite(gradient).all()):
            return worst, np.zeros_like(theta)
        return -value / scale, -gradient / scale

    found = minimize(
        descend, start, jac=True, method="BFGS", options={"maxiter": 500, "gtol": 1e-9}
    )
    theta = np.asarray(found.x, dtype=np.float64)
    return (-float(found.fun) * scale if found.fun < worst else -np.inf), theta


def _polish(
    score: Score, curve: Information, theta: FloatArray
) -> tuple[FloatArray, FloatArray, float]:
    """Newton steps until nothing is left to be won; the information at the end.

    Near the maximum the information of the step before does as well: it is worked out
    anew only where much was left to be won, and at the end.
    """
    value, gradient = score(theta)
    information, at = curve(theta), theta
    gain = np.inf
    for _ in range(_NEWTON_STEPS):
        try:
            step = np.linalg.solve(information, gradient)
        except np.linalg.LinAlgError:
            break
        gain = float(gradient @ step) / 2
        if not np.isfinite(gain):
            break
        if abs(gain) < _NEGLIGIBLE_GAIN:
            theta = theta + step
            break
        step *= min(1.0, 0.5 / float(np.abs(step).max()))
        next_value, next_gradient = score(theta + step)
        if not next_value >= value - 1e-9 * max(1.0, abs(value)):
            break
        theta, value, gradient = theta + step, next_value, next_gradient
        if not 0 <= gain < _SMALL_GAIN:
            information, at = curve(theta), theta
    return theta, information if at is theta else curve(theta), gain


def _differences(score: Score, theta: FloatArray) -> FloatArray:
    """Observed information: central differences of the analytic gradient."""
    k = len(theta)
    hessian = np.empty((k, k))
    for j in range(k):
        shift = np.zeros(k)
        shift[j] = _HESSIAN_STEP
        hessian[j] = (score(theta + shift)[1] - score(theta - shift)[1]) / (2 * _HESSIAN_STEP)
    information: FloatArray = -(hessian + hessian.T) / 2
    return information


def _verify(
    score: Score,
    theta: FloatArray,
    information: FloatArray,
    gain: float,
    names: Sequence[str],
    model: str,
    largest_log_error: float,
) -> Maximum:
    eigenvalues, vectors = (
        np.linalg.eigh(information)
        if np.isfinite(information).all()
        else (np.array([np.nan]), np.eye(1))
    )
    if not eigenvalues.min() > 1e-12 * max(1.0, eigenvalues.max()):
        raise EstimationError(_flat(names, vectors, model))
    value, gradient = score(theta)
    covariance: FloatArray = np.asarray(np.linalg.inv(information), dtype=np.float64)
    if not (gain < 1e-6 and float(gradient @ covariance @ gradient) < 1e-6):
        raise EstimationError(_not_converged(model))
    errors = np.sqrt(np.diag(covariance))
    if errors.max() > largest_log_error:
        raise EstimationError(_unidentified(names, errors, model, largest_log_error))
    return Maximum(parameters=np.exp(theta), log_covariance=covariance, log_likelihood=float(value))


def _find_runaway(
    theta: FloatArray, starts: Sequence[Sequence[float]], names: Sequence[str], model: str
) -> list[Problem]:
    logs = np.log(np.asarray(starts, dtype=np.float64))
    problems = []
    for j, name in enumerate(names):
        too_low = theta[j] < logs[:, j].min() - _LOG_RANGE + 3
        too_high = theta[j] > logs[:, j].max() + _LOG_RANGE - 3
        if too_low or too_high:
            problems.append(
                Problem(
                    what=f"{model}: parameter {name} runs off to {'0' if too_low else 'infinity'}",
                    needed="data on which the likelihood has a maximum inside",
                    next_step="Use a longer window or more customers, or a simpler model: "
                    "the customers differ less than the model supposes.",
                )
            )
    return problems


def _flat(names: Sequence[str], vectors: FloatArray, model: str) -> Problem:
    if len(vectors) == len(names):
        direction = np.abs(vectors[:, 0])
        loose = [
            name for name, part in zip(names, direction, strict=True) if part > direction.max() / 4
        ]
    else:
        loose = list(names)
    return Problem(
        what=f"{model}: the likelihood is flat in {', '.join(loose)}",
        found="an observed information that is not positive definite",
        needed="a peak of the likelihood",
        next_step="Use a longer window or more customers.",
    )


def _unidentified(
    names: Sequence[str], errors: FloatArray, model: str, largest_log_error: float
) -> Problem:
    loose = [
        f"{name} ({error:.2f})"
        for name, error in zip(names, errors, strict=True)
        if error > largest_log_error
    ]
    return Problem(
        what=f"{model}: the data do not identify every parameter",
        found=f"standard errors on the log scale of {', '.join(loose)}",
        needed=f"at most {largest_log_error:g}",
        next_step="Use a longer window or more customers.",
    )


def _not_converged(model: str) -> Problem:
    return Problem(
        what=f"{model}: the search for the maximum did not converge",
        needed="a gradient of zero at the maximum",
        next_step="Check the histories for extreme values, or use more customers.",
    )
