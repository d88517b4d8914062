"""Which indicators moved since a period before, beyond noise and counted together."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.demand_assessment.history import PastPart, PastPeriod
from analysis.demand_assessment.indicators import Indicator
from analysis.demand_assessment.values import IndicatorState
from analysis.results import Estimate
from analysis.stats.attainment import TargetScale, attained
from analysis.stats.multiple_outcomes import correct_tests
from analysis.stats.normal import p_of
from analysis.stats.weighted_total import difference


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """How one indicator moved.

    Attributes
    ----------
    key : str
    change : Estimate
        In the indicator's unit.
    better : bool or None
        In the direction of its target; None where it makes no difference to it.
    p_corrected : float
    beyond_noise : bool
        After correction for all that were looked at (Holm).
    """

    key: str
    change: Estimate
    better: bool | None
    p_corrected: float
    beyond_noise: bool


def movements(
    states: Sequence[IndicatorState], before: PastPeriod | None, *, confidence: float
) -> dict[str, Movement]:
    """Test every indicator that is known in both periods.

    Parameters
    ----------
    states : sequence of IndicatorState
    before : PastPeriod or None
    confidence : float

    Returns
    -------
    dict of str to Movement
        Where the source states a change itself, with its own interval, that one is taken.
    """
    if before is None:
        return {}
    found = {}
    for state in states:
        part = before.parts.get(state.indicator.key)
        change = change_of(state, part, published=True)
        if change is not None and part is not None and part.value is not None:
            found[state.indicator.key] = (change, _better(state, part.value.value))
    return _tested(found, confidence)


def change_of(state: IndicatorState, part: PastPart | None, *, published: bool) -> Estimate | None:
    """Give an indicator's change since an earlier period; None where either is not known.

    Parameters
    ----------
    published : bool
        Take the change that the source states, which is since the period just before.
    """
    if state.value is None or part is None or part.value is None:
        return None
    if published and state.change is not None and not part.restated:
        return state.change
    return difference(state.value, part.value)


def judge_changes(
    changes: Mapping[str, tuple[Estimate, bool | None]], confidence: float
) -> dict[str, Movement]:
    """Correct the tests of several changes for their number."""
    return _tested(dict(changes), confidence)


def _tested(
    found: dict[str, tuple[Estimate, bool | None]], confidence: float
) -> dict[str, Movement]:
    if not found:
        return {}
    tests = correct_tests(
        {key: p_of(change) for key, (change, _) in found.items()}, confidence=confidence
    )
    return {
        test.name: Movement(
            key=test.name,
            change=found[test.name][0],
            better=found[test.name][1],
            p_corrected=test.corrected_p_value,
            beyond_noise=test.stands,
        )
        for test in tests
    }


def _better(state: IndicatorState, earlier: float) -> bool | None:
    if state.value is None:
        return None
    return better(state.indicator, earlier, state.value.value)


def better(indicator: Indicator, earlier: float, later: float) -> bool | None:
    """Whether the later of two values is nearer to what is wanted; None where neither is."""
    if indicator.direction == "higher":
        return None if later == earlier else later > earlier
    if indicator.direction == "lower":
        return None if later == earlier else later < earlier
    scale = indicator.scale or TargetScale()
    if scale.target_low is None:
        return None
    gain = attained(later, scale) - attained(earlier, scale)
    return None if math.isclose(gain, 0.0, abs_tol=1e-12) else gain > 0
