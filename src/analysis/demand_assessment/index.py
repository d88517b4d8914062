"""The verdict: the index with its interval and grade, and how far it hangs on the weights."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import norm

from analysis.demand_assessment.history import PastPeriod
from analysis.demand_assessment.indicators import IndicatorRegister
from analysis.demand_assessment.rules import GradeRules
from analysis.demand_assessment.values import IndicatorState
from analysis.demand_assessment.weights import DimensionWeights
from analysis.results import Estimate
from analysis.stats.attainment import TargetScale
from analysis.stats.index_change import IndexPart, PartChange, split_change
from analysis.stats.simulated_intervals import estimate_from_draws
from analysis.stats.weighted_total import weighted_total

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class DimensionState:
    """One dimension in this period.

    Attributes
    ----------
    key : str
    weight : float
        In the index, a fraction.
    attained : Estimate or None
        Fraction attained of what could be assessed; None where nothing could.
    points, missing_points : float
        Of 100: attained, and not assessed.
    """

    key: str
    weight: float
    attained: Estimate | None
    points: float
    missing_points: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """The index of the period.

    Attributes
    ----------
    register : IndicatorRegister
    states : tuple of IndicatorState
    weights : DimensionWeights
    dimensions : tuple of DimensionState
    points : Estimate
        Attained of the points that could be assessed.
    missing_points : float
        Not assessed: the index may be higher by up to so many.
    with_weights : Estimate
        As `points`, when the weights vary too.
    by_mode : mapping of mode to float
        Points under other weights; ``equal`` weighs all dimensions alike.
    swing : tuple of (dimension, float)
        Share of the variance over weights that comes with each dimension's weight.
    grade : str
    grades : mapping of str to float
        How often each grade would be given when values and weights vary; with holes none.
    rules : GradeRules
    unbounded : int
        Indicators without a stated interval, taken as exact.
    """

    register: IndicatorRegister
    states: tuple[IndicatorState, ...]
    weights: DimensionWeights
    dimensions: tuple[DimensionState, ...]
    points: Estimate
    missing_points: float
    with_weights: Estimate
    by_mode: Mapping[str, float]
    swing: tuple[tuple[str, float], ...]
    grade: str
    grades: Mapping[str, float]
    rules: GradeRules
    unbounded: int

    @property
    def whole(self) -> bool:
        """Whether every indicator could be assessed."""
        return self.missing_points < 1e-9

    @property
    def best_grade(self) -> str:
        """The grade if all that is missing were attained in full."""
        return self.rules.grade(self.points.value + self.missing_points)

    @property
    def holes(self) -> tuple[IndicatorState, ...]:
        """The indicators that could not be assessed."""
        return tuple(state for state in self.states if state.attained is None)

    def parts(self) -> dict[str, IndexPart]:
        """Give the assessed indicators for the split of a change."""
        return {
            state.indicator.key: IndexPart(
                value=state.value.value, scale=state.indicator.scale, weight=state.weight
            )
            for state in self.states
            if state.attained is not None
            and state.value is not None
            and state.indicator.scale is not None
        }


def build_index(
    register: IndicatorRegister,
    states: Sequence[IndicatorState],
    weights: DimensionWeights,
    *,
    rules: GradeRules,
    confidence: float,
    rng: np.random.Generator,
) -> Index:
    """Put the indicators together.

    Parameters
    ----------
    register : IndicatorRegister
    states : sequence of IndicatorState
    weights : DimensionWeights
    rules : GradeRules
    confidence : float
    rng : numpy.random.Generator
        For the interval over weights and the frequency of grades.

    Returns
    -------
    Index
        A hole adds no point and takes none from others: the sum of what was attained and
        of what could not be assessed are told apart.
    """
    known = [state for state in states if state.attained is not None]
    points = (
        weighted_total(
            [state.attained for state in known if state.attained is not None],
            [100 * state.weight for state in known],
        )
        if known
        else Estimate(value=0.0, low=0.0, high=0.0, confidence=confidence)
    )
    missing = 100 * math.fsum(state.weight for state in states if state.attained is None)
    drawn = _draw(known, weights, rng)
    return Index(
        register=register,
        states=tuple(states),
        weights=weights,
        dimensions=tuple(
            _dimension(d.key, states, weights.in_force[d.key]) for d in register.dimensions
        ),
        points=points,
        missing_points=missing,
        with_weights=estimate_from_draws(points.value, drawn.both, confidence),
        by_mode=_by_mode(known, weights),
        swing=_swing(drawn.weights_only, weights),
        grade=rules.grade(points.value),
        grades={} if missing > 1e-9 else _grades(drawn.both, rules),
        rules=rules,
        unbounded=sum(not state.bounded for state in known),
    )


def changes_since(index: Index, before: PastPeriod) -> tuple[PartChange, ...]:
    """Split the change since an earlier period, in points of 100, largest loss first."""
    found = split_change(before.index_parts(), index.parts())
    scaled = [
        PartChange(
            key=part.key,
            performance=100 * part.performance,
            target=100 * part.target,
            weight=100 * part.weight,
            coverage=100 * part.coverage,
            total=100 * part.total,
        )
        for part in found
    ]
    return tuple(sorted(scaled, key=lambda part: (part.total, part.key)))


def _dimension(key: str, states: Sequence[IndicatorState], weight: float) -> DimensionState:
    mine = [state for state in states if state.indicator.dimension == key]
    known = [state for state in mine if state.attained is not None]
    total = math.fsum(state.weight for state in known)
    return DimensionState(
        key=key,
        weight=weight,
        attained=weighted_total(
            [state.attained for state in known if state.attained is not None],
            [state.weight / total for state in known],
        )
        if total > 0
        else None,
        points=math.fsum(state.points for state in known),
        missing_points=100
        * (math.fsum(state.weight for state in mine if state.attained is None) if mine else weight),
    )


def _by_mode(known: Sequence[IndicatorState], weights: DimensionWeights) -> dict[str, float]:
    """Give the points under every set of weights that there is."""
    sets: dict[str, tuple[float, ...]] = {"equal": (1 / len(weights.keys),) * len(weights.keys)}
    sets |= {str(mode): values for mode, values in weights.by_mode.items()}
    return {
        name: _points_at(known, dict(zip(weights.keys, values, strict=True)))
        for name, values in sets.items()
    }


def _points_at(known: Sequence[IndicatorState], weights: Mapping[str, float]) -> float:
    return 100 * math.fsum(
        weights[state.indicator.dimension] * state.indicator.weight * state.attained.value
        for state in known
        if state.attained is not None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draws:
    both: Floats
    weights_only: Floats


def _draw(
    known: Sequence[IndicatorState], weights: DimensionWeights, rng: np.random.Generator
) -> _Draws:
    """Draw the points when values and weights vary, and when weights alone do."""
    draws = len(weights.draws)
    at = np.array([weights.keys.index(state.indicator.dimension) for state in known], dtype=int)
    within = np.array([state.indicator.weight for state in known])
    w = weights.draws[:, at] * within if known else np.zeros((draws, 0))
    values = np.zeros((draws, len(known)))
    exact = np.zeros(len(known))
    for j, state in enumerate(known):
        if state.value is None or state.indicator.scale is None or state.attained is None:
            continue
        values[:, j] = _attained_draws(state.value, state.indicator.scale, rng, draws)
        exact[j] = state.attained.value
    return _Draws(both=100 * (w * values).sum(axis=1), weights_only=100 * (w * exact).sum(axis=1))


def _attained_draws(
    value: Estimate, scale: TargetScale, rng: np.random.Generator, draws: int
) -> Floats:
    """Draw a value with a normal half on either side, and what is attained by it."""
    z = rng.normal(size=draws) / float(norm.ppf((1 + value.confidence) / 2))
    sides = np.where(z < 0, value.value - value.low, value.high - value.value)
    drawn = value.value + z * sides
    up = _rise(drawn, scale.zero_low, scale.target_low)
    return np.minimum(up, _rise(drawn, scale.zero_high, scale.target_high))


def _rise(values: Floats, zero: float | None, target: float | None) -> Floats:
    if zero is None or target is None:
        return np.ones_like(values)
    return np.clip((values - zero) / (target - zero), 0.0, 1.0)


def _swing(drawn: Floats, weights: DimensionWeights) -> tuple[tuple[str, float], ...]:
    """Say with which dimension's weight the index varies most: squared correlations."""
    found = []
    for j, key in enumerate(weights.keys):
        own = weights.draws[:, j]
        spread = float(own.std() * drawn.std())
        r = 0.0 if spread < 1e-15 else float(np.corrcoef(own, drawn)[0, 1])
        found.append((key, r * r))
    return tuple(sorted(found, key=lambda pair: (-pair[1], pair[0])))


def _grades(drawn: Floats, rules: GradeRules) -> dict[str, float]:
    given = np.array([rules.grade(float(points)) for points in drawn])
    return {name: float((given == name).mean()) for name in ("A", "B", "C", "D")}
