"""Who moves where in a month, is that stable, and what mix of stages lies ahead?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.answers import NotAssessed
from analysis.definitions import Stage
from analysis.errors import EstimationError
from analysis.lifecycle.monthly_moves import FEWEST_MONTHS, MonthlyMoves
from analysis.lifecycle.refusals import refusal
from analysis.stats.mix_forecast import (
    ForecastComparison,
    MixForecast,
    compare_forecast,
    forecast_mix,
)
from analysis.stats.transitions import (
    Stationarity,
    TransitionCounts,
    TransitionMatrix,
    check_stationarity,
    transition_counts,
    transition_matrix,
)
from analysis.text import message

FEWEST_DRAWS = 200
_ARRIVAL_MONTHS = 12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StageMix:
    """Monthly moves between the stages, and the mix ahead.

    Attributes
    ----------
    counts : TransitionCounts
    matrix : TransitionMatrix
    stationarity : Stationarity
    months : int
        Months looked back on.
    first_month, last_month : str
    forecast : MixForecast
        From the end of the last month.
    arrivals : tuple of int
        New customers per month that the forecast assumes, by stage: the mean of the
        last year.
    comparison : ForecastComparison or None
        The forecast that would have been made earlier, against what happened; None
        where too few months came before. Its intervals hold for all stages together.
    months_ago : int
    n_then : int
        Customers known when that forecast would have been made.
    confidence : float
    """

    counts: TransitionCounts
    matrix: TransitionMatrix
    stationarity: Stationarity
    months: int
    first_month: str
    last_month: str
    forecast: MixForecast
    arrivals: tuple[int, ...]
    comparison: ForecastComparison | None
    months_ago: int
    n_then: int
    confidence: float

    @property
    def states(self) -> tuple[Stage, ...]:
        """The stages that occur, in the order of the forecast and of the matrix."""
        return tuple(Stage(state) for state in self.counts.states)


def stage_mix(
    moves: MonthlyMoves | NotAssessed,
    *,
    months: int,
    months_ahead: int,
    months_ago: int,
    confidence: float,
    rng: np.random.Generator,
    draws: int,
) -> StageMix | NotAssessed:
    """Estimate the monthly moves, test their stability, and simulate the mix ahead.

    Parameters
    ----------
    moves : MonthlyMoves or NotAssessed
    months : int
        How many of the last months to learn from.
    months_ahead : int
    months_ago : int
        How much earlier the forecast that is held against what happened would have
        been made.
    confidence : float
    rng : numpy.random.Generator
    draws : int

    Returns
    -------
    StageMix or NotAssessed

    Source
    ------
    Anderson and Goodman (1957), Goodman (1965), Rubin (1981); see `analysis.stats`.
    """
    if isinstance(moves, NotAssessed):
        return moves
    recent = moves.last(months)
    present = _states(recent)
    try:
        counts = _counts(recent, present)
        forecast = _forecast(recent, present, months_ahead, confidence, rng, draws)
        matrix = transition_matrix(counts, confidence=confidence)
        stationarity = check_stationarity(counts)
    except EstimationError as refused:
        return NotAssessed(
            name="stage_mix",
            question=message("Who moves where, month by month?"),
            reason=refusal(refused),
        )
    return StageMix(
        counts=counts,
        matrix=matrix,
        stationarity=stationarity,
        months=len(recent.months),
        first_month=recent.labels[0],
        last_month=recent.labels[-1],
        forecast=forecast,
        arrivals=tuple(_arrivals(recent, present).tolist()),
        comparison=_compare(moves, present, months, months_ago, confidence, rng, draws),
        months_ago=months_ago,
        n_then=int(moves.mix(-1 - months_ago).sum()) if len(moves.months) > months_ago else 0,
        confidence=confidence,
    )


def _states(moves: MonthlyMoves) -> npt.NDArray[np.bool_]:
    """Tell which stages occur at all, shape (k,)."""
    k = moves.customers.shape[2]
    occurs = moves.customers[:, :k].sum(axis=(0, 2)) + moves.customers.sum(axis=(0, 1))
    return np.asarray(occurs > 0)


def _counts(moves: MonthlyMoves, present: npt.NDArray[np.bool_]) -> TransitionCounts:
    k = moves.customers.shape[2]
    return transition_counts(
        [stage.value for stage, there in zip(Stage, present, strict=True) if there],
        moves.labels,
        moves.customers[:, :k][:, present][:, :, present],
    )


def _arrivals(moves: MonthlyMoves, present: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Average the customers who became known in a month, by the stage in which they begin."""
    arrived = moves.customers[-_ARRIVAL_MONTHS:, -1].mean(axis=0)
    return np.asarray(np.rint(arrived[present]), dtype=np.int64)


def _forecast(
    moves: MonthlyMoves,
    present: npt.NDArray[np.bool_],
    months_ahead: int,
    confidence: float,
    rng: np.random.Generator,
    draws: int,
) -> MixForecast:
    return forecast_mix(
        _counts(moves, present),
        moves.mix(-1)[present].tolist(),
        months_ahead=months_ahead,
        rng=rng,
        inflow=_arrivals(moves, present).tolist(),
        confidence=confidence,
        draws=max(draws, FEWEST_DRAWS),
    )


def _compare(
    moves: MonthlyMoves,
    present: npt.NDArray[np.bool_],
    months: int,
    months_ago: int,
    confidence: float,
    rng: np.random.Generator,
    draws: int,
) -> ForecastComparison | None:
    """Forecast from what was known `months_ago` months earlier; compare."""
    if len(moves.months) - months_ago < FEWEST_MONTHS:
        return None
    together = 1 - (1 - confidence) / int(present.sum())
    try:
        earlier = _forecast(
            moves.until(months_ago).last(months), present, months_ago, together, rng, draws
        )
    except EstimationError:
        return None
    return compare_forecast(earlier, moves.mix(-1)[present].tolist(), month=months_ago)
