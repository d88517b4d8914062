"""The mix of stages some months ahead, simulated, and how an earlier forecast came out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from analysis.errors import EstimationError, Problem
from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats.inputs import Floats, Integers, bracket, confidence_problem, refuse
from analysis.stats.transitions import TransitionCounts, empty_row_problems, row_shares
from analysis.text import message

Variation = Literal["months", "sampling"]

_FEWEST_MONTHS = 6

METHOD = Method(
    name=message("Simulated stage mix from month-to-month transitions"),
    citation=(
        "Anderson, T. W., Goodman, L. A. (1957). Statistical inference about Markov chains. "
        "Annals of Mathematical Statistics 28, 89-110; uncertainty: Gelman, A. and others (2013). "
        "Bayesian Data Analysis, 3rd ed., section 3.4 (Dirichlet-multinomial); Rubin, D. B. "
        "(1981). The Bayesian bootstrap. Annals of Statistics 9, 130-134 (months)."
    ),
    assumptions=(
        message("Where a customer goes depends on the present stage alone."),
        message("The months ahead are like the months observed."),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MixForecast:
    """Shares of the stages for each month ahead.

    Attributes
    ----------
    states : tuple of str, length k
    months_ahead : int
    start : array of float, shape (k,)
        Shares at the start.
    customers : int
        At the start.
    mean, low, high : arrays of float, shape (months_ahead, k)
        Fractions; row 0 is one month ahead. Each interval holds by itself.
    confidence : float
    variation : {'months', 'sampling'}
    draws : int
        Simulated paths.
    """

    states: tuple[str, ...]
    months_ahead: int
    start: Floats
    customers: int
    mean: Floats
    low: Floats
    high: Floats
    confidence: float
    variation: Variation
    draws: int

    def at(self, month: int) -> tuple[Estimate, ...]:
        """Give the shares `month` months ahead, in the order of the states.

        Raises
        ------
        EstimationError
            If the forecast does not reach so far.
        """
        if not 1 <= month <= self.months_ahead:
            raise EstimationError(
                Problem(
                    what="the forecast does not reach so far",
                    found=f"month {month}",
                    needed=f"a month from 1 to {self.months_ahead}",
                    next_step="Forecast more months.",
                )
            )
        rows = zip(self.mean[month - 1], self.low[month - 1], self.high[month - 1], strict=True)
        return tuple(bracket(mean, low, high, self.confidence) for mean, low, high in rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class StateOutcome:
    """What was forecast for a stage and what came.

    Attributes
    ----------
    state : str
    forecast : Estimate
    realised : float
        Fractions.
    inside : bool
        Whether the realised share lies in the forecast's interval.
    """

    state: str
    forecast: Estimate
    realised: float
    inside: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastComparison:
    """How a forecast came out.

    Attributes
    ----------
    month : int
        Months ahead.
    states : tuple of StateOutcome
    misplaced : float
        Share of customers in another stage than forecast (total variation distance).
    misplaced_without_change : float
        The same for the forecast that nothing changes: what the model has to beat.
    """

    month: int
    states: tuple[StateOutcome, ...]
    misplaced: float
    misplaced_without_change: float


def forecast_mix(
    counts: TransitionCounts,
    start: Sequence[int],
    *,
    months_ahead: int,
    rng: np.random.Generator,
    inflow: Sequence[int] | None = None,
    variation: Variation = "months",
    confidence: float = 0.95,
    draws: int = 2000,
) -> MixForecast:
    """Simulate the mix of stages month by month.

    Parameters
    ----------
    counts : TransitionCounts
        The months that the future is taken to be like.
    start : sequence of int, length k
        Customers in each stage now.
    months_ahead : int
    rng : numpy.random.Generator
    inflow : sequence of int, length k, optional
        New customers per month by the stage in which they begin; none by default.
    variation : {'months', 'sampling'}
        ``months``: every month ahead is like one of the months observed, of which some may
        return more often than others; needs 6 months, and its intervals hold what they claim
        from about 12 (they are too wide where months do not differ). ``sampling``: shares
        are the same in all months, known up to chance; right only where
        `check_stationarity` does not object.
    confidence : float
        Coverage of each interval, a fraction.
    draws : int
        Simulated paths, at least 200.

    Returns
    -------
    MixForecast

    Raises
    ------
    EstimationError
        If a state has no customers to learn from, the start does not fit, or there are fewer
        than 6 months with ``months``.

    Notes
    -----
    Source: Dirichlet-multinomial posterior of each row with half a customer per move that
    occurs at all (Jeffreys); moves that never occur stay impossible. With ``months``, the
    Bayesian bootstrap of Rubin (1981) with weights that make up for few months.

    Examples
    --------
    >>> from analysis.stats.transitions import transition_counts
    >>> counts = transition_counts(["active", "lost"], ["2025-11", "2025-12"],
    ...                            [[[900, 100], [0, 200]], [[905, 95], [0, 300]]])
    >>> forecast = forecast_mix(counts, [1000, 0], months_ahead=12, variation="sampling",
    ...                         rng=np.random.default_rng(1))
    >>> forecast.at(12)[0].excludes(0.9)
    True
    """
    arrivals = [0] * len(counts.states) if inflow is None else list(inflow)
    refuse(
        [
            *empty_row_problems(counts),
            *_start_problems(counts, start, arrivals),
            _setting_problem(counts, months_ahead, draws, variation),
            confidence_problem(confidence),
        ]
    )
    paths = _simulate(
        counts,
        np.asarray(start, dtype=np.int64),
        np.asarray(arrivals, dtype=np.int64),
        months_ahead=months_ahead,
        variation=variation,
        draws=draws,
        rng=rng,
    )
    low, high = np.quantile(paths, [(1 - confidence) / 2, (1 + confidence) / 2], axis=1)
    return MixForecast(
        states=counts.states,
        months_ahead=months_ahead,
        start=np.asarray(start, dtype=np.float64) / sum(start),
        customers=sum(start),
        mean=np.asarray(paths.mean(axis=1)),
        low=low,
        high=high,
        confidence=confidence,
        variation=variation,
        draws=draws,
    )


def compare_forecast(
    forecast: MixForecast, realised: Sequence[int], *, month: int
) -> ForecastComparison:
    """Hold a forecast against what came.

    Parameters
    ----------
    forecast : MixForecast
        Made from what was known then.
    realised : sequence of int, length k
        Customers in each stage, `month` months after the forecast's start.
    month : int

    Returns
    -------
    ForecastComparison

    Raises
    ------
    EstimationError
        If the stages do not fit, nobody is left, or the forecast does not reach so far.

    Examples
    --------
    >>> from analysis.stats.transitions import transition_counts
    >>> counts = transition_counts(["active", "lost"], ["2025-11", "2025-12"],
    ...                            [[[900, 100], [0, 200]], [[905, 95], [0, 300]]])
    >>> forecast = forecast_mix(counts, [1000, 0], months_ahead=1, variation="sampling",
    ...                         rng=np.random.default_rng(1))
    >>> [outcome.inside for outcome in compare_forecast(forecast, [901, 99], month=1).states]
    [True, True]
    """
    expected = forecast.at(month)
    refuse(_count_problems("realised counts", realised, forecast.states))
    shares = np.asarray(realised, dtype=np.float64) / sum(realised)
    return ForecastComparison(
        month=month,
        states=tuple(
            StateOutcome(
                state=state,
                forecast=estimate,
                realised=float(share),
                inside=not estimate.excludes(float(share)),
            )
            for state, estimate, share in zip(forecast.states, expected, shares, strict=True)
        ),
        misplaced=float(np.abs(forecast.mean[month - 1] - shares).sum() / 2),
        misplaced_without_change=float(np.abs(forecast.start - shares).sum() / 2),
    )


def _simulate(
    counts: TransitionCounts,
    start: Integers,
    inflow: Integers,
    *,
    months_ahead: int,
    variation: Variation,
    draws: int,
    rng: np.random.Generator,
) -> Floats:
    """Draw paths of the mix, shape (months_ahead, draws, k)."""
    pooled = row_shares(counts.pooled)
    prior = pooled * (pooled > 0).sum(axis=1, keepdims=True) / 2
    customers = np.tile(start, (draws, 1))
    paths = np.empty((months_ahead, draws, start.size))
    if variation == "sampling":
        occurs = np.where(pooled > 0, 0.5, 0.0)
        matrices = _dirichlet(np.tile(counts.pooled + occurs, (draws, 1, 1)), rng)
    else:
        weights = _month_weights(len(counts.months), months_ahead)
        often = np.cumsum(rng.dirichlet(weights, draws), axis=1)
    for step in range(months_ahead):
        if variation == "months":
            chosen = (rng.random((draws, 1)) > often[:, :-1]).sum(axis=1)
            matrices = _dirichlet(counts.customers[chosen] + prior, rng)
        moved = rng.multinomial(customers, matrices)
        customers = moved.sum(axis=1) + inflow
        paths[step] = customers / customers.sum(axis=1, keepdims=True)
    return paths


def _month_weights(months: int, months_ahead: int) -> Floats:
    """Give the concentration with which observed months return, shape (months,).

    Chosen so that a sum over the months ahead varies as one of new months does whose mean and
    variance are known from `months` of them alone: ``l (1 + l / t) (t - 1) / (t - 3)`` times
    their variance (the variance of Student's t). Rubin's plain weights of 1 fall short.
    """
    total = (months_ahead - 1) * (months - 3) / (months_ahead + 3) - 1
    return np.full(months, max(total, 0.5) / months)


def _dirichlet(concentration: Floats, rng: np.random.Generator) -> Floats:
    """Draw each last-axis row; entries of 0 stay 0, and sums do not exceed 1 by rounding."""
    gamma = rng.standard_gamma(concentration)
    shares = gamma / gamma.sum(axis=-1, keepdims=True)
    return np.asarray(shares / np.maximum(shares.sum(axis=-1, keepdims=True), 1.0))


def _start_problems(
    counts: TransitionCounts, start: Sequence[int], inflow: Sequence[int]
) -> list[Problem]:
    problems = _count_problems("start", start, counts.states)
    if len(inflow) != len(counts.states) or any(x < 0 or x != int(x) for x in inflow):
        problems.append(
            Problem(
                what="inflow does not fit the states",
                found=f"{len(inflow)} values",
                needed=f"{len(counts.states)} whole numbers from 0",
                next_step="Give new customers per month for every state.",
            )
        )
    return problems


def _count_problems(name: str, values: Sequence[int], states: tuple[str, ...]) -> list[Problem]:
    fits = len(values) == len(states) and all(x >= 0 and x == int(x) for x in values)
    if fits and sum(values) > 0:
        return []
    return [
        Problem(
            what=f"{name} does not fit the states",
            found=f"{len(values)} values, {sum(values)} customers",
            needed=f"{len(states)} whole numbers from 0, not all 0",
            next_step="Count the customers in every state.",
        )
    ]


def _setting_problem(
    counts: TransitionCounts, months_ahead: int, draws: int, variation: Variation
) -> Problem | None:
    if variation == "months" and len(counts.months) < _FEWEST_MONTHS:
        return Problem(
            what="too few months to learn how months differ",
            found=str(len(counts.months)),
            needed=str(_FEWEST_MONTHS),
            next_step="Widen the window, or let chance alone vary with variation='sampling'.",
        )
    if months_ahead >= 1 and draws >= 200:
        return None
    return Problem(
        what="a simulation that is too short",
        found=f"{months_ahead} months and {draws} draws",
        needed="at least 1 month and 200 draws",
        next_step="Raise them.",
    )
