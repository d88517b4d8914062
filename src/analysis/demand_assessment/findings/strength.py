"""How far a statement on an indicator may be relied upon."""

from __future__ import annotations

from analysis.demand_assessment.values import IndicatorState
from analysis.results import Estimate, Strength

_STEPS = (Strength.CONCLUSIVE, Strength.SUGGESTIVE, Strength.INCONCLUSIVE)


def strength_of(state: IndicatorState) -> Strength:
    """Say how sure it is whether the target is met.

    Conclusive where the whole interval is on one side of the target, suggestive where no
    interval is stated, inconclusive where the interval has both; a step weaker where a
    mandatory check of the source failed.
    """
    attained = state.attained
    if attained is None:
        return Strength.INCONCLUSIVE
    if not state.bounded:
        found = Strength.SUGGESTIVE
    elif attained.low == 1.0 or attained.high < 1.0:
        found = Strength.CONCLUSIVE
    else:
        found = Strength.INCONCLUSIVE
    return weaker(found) if state.doubted else found


def weaker(strength: Strength) -> Strength:
    """Give the next weaker strength.

    Examples
    --------
    >>> weaker(Strength.CONCLUSIVE)
    <Strength.SUGGESTIVE: 'suggestive'>
    """
    return _STEPS[min(2, _STEPS.index(strength) + 1)]


def change_strength(change: Estimate | None) -> Strength:
    """Say how sure it is that something moved at all."""
    if change is None:
        return Strength.INCONCLUSIVE
    return Strength.CONCLUSIVE if change.excludes(0) else Strength.INCONCLUSIVE
