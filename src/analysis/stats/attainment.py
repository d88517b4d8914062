"""How far a target is attained: between the value that counts as nothing and the target.

Works for targets that are zero or negative, for more is better, less is better, and for a
band; a change of unit changes nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from analysis.errors import Problem
from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats.inputs import bracket, refuse
from analysis.text import message

METHOD = Method(
    name=message("Attainment of a target on a scale from nothing to the target"),
    citation=(
        "Keeney, R. L., Raiffa, H. (1976). Decisions with Multiple Objectives. Wiley, ch. 3 "
        "(single-attribute value function, linear between two reference points)."
    ),
    assumptions=(
        message("A step of the same size is worth the same anywhere between the two points."),
        message("Beyond the target nothing more is attained, so no excess makes up elsewhere."),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetScale:
    """What counts as attained in full, and what as nothing, in the indicator's unit.

    Attributes
    ----------
    target_low, zero_low : float or None
        Full from `target_low` on up, nothing at or below `zero_low`.
    target_high, zero_high : float or None
        Full up to `target_high`, nothing at or above `zero_high`. A band has all four.
    """

    target_low: float | None = None
    target_high: float | None = None
    zero_low: float | None = None
    zero_high: float | None = None

    def is_met(self, value: float) -> bool:
        """Whether a value lies within the target."""
        return attained(value, self) == 1.0


def attained(value: float, scale: TargetScale) -> float:
    """Give the attained fraction of a target.

    Parameters
    ----------
    value : float
    scale : TargetScale

    Returns
    -------
    float
        0 to 1.

    Raises
    ------
    EstimationError
        If the scale is none, or the value is not finite.

    Examples
    --------
    >>> attained(-1.0, TargetScale(target_low=0.0, zero_low=-4.0))
    0.75
    >>> attained(7.0, TargetScale(target_low=4, target_high=6, zero_low=0, zero_high=10))
    0.75
    """
    refuse([*scale_problems("the indicator", scale), _value_problem(value)])
    rising = _rise(value, scale.zero_low, scale.target_low)
    falling = _rise(value, scale.zero_high, scale.target_high)
    return min(rising, falling)


def attained_estimate(value: Estimate, scale: TargetScale) -> Estimate:
    """Give the attained fraction of an estimate, with the interval that follows from its own.

    Parameters
    ----------
    value : Estimate
    scale : TargetScale

    Returns
    -------
    Estimate
        Covers as often as `value` does, or more often: the least and the most that is
        attained anywhere in its interval.

    Examples
    --------
    >>> band = TargetScale(target_low=4, target_high=6, zero_low=0, zero_high=10)
    >>> found = attained_estimate(Estimate(value=7, low=5, high=9, confidence=0.95), band)
    >>> found.low, found.value, found.high
    (0.25, 0.75, 1.0)
    """
    nearest = value.value
    for bound, inside in ((scale.target_low, max), (scale.target_high, min)):
        if bound is not None:
            nearest = inside(nearest, bound)
    nearest = min(max(nearest, value.low), value.high)
    ends = [attained(bound, scale) for bound in (value.low, value.high)]
    return bracket(
        attained(value.value, scale), min(ends), attained(nearest, scale), value.confidence
    )


def scale_problems(name: str, scale: TargetScale) -> list[Problem | None]:
    """Say what is wrong with the target of `name`.

    Examples
    --------
    >>> print(scale_problems("cost", TargetScale(target_high=30, zero_high=20))[0])
    cost has a target that is no better than nothing: found target_high 30, zero_high 20, need \
zero_high above target_high. Correct indicator_targets.
    """
    pairs = (
        ("low", scale.target_low, scale.zero_low, 1),
        ("high", scale.target_high, scale.zero_high, -1),
    )
    there = [pair for pair in pairs if pair[1] is not None or pair[2] is not None]
    if not there:
        return [_no_target(name)]
    return [
        *(_pair_problem(name, side, target, zero, sign) for side, target, zero, sign in there),
        _band_problem(name, scale),
    ]


def _rise(value: float, zero: float | None, target: float | None) -> float:
    """Give how far a value has come from zero to target; all of the way where neither is set."""
    if zero is None or target is None:
        return 1.0
    return min(1.0, max(0.0, (value - zero) / (target - zero)))


def _pair_problem(
    name: str, side: str, target: float | None, zero: float | None, sign: int
) -> Problem | None:
    both = target is not None and zero is not None
    if both and math.isfinite(target) and math.isfinite(zero) and sign * (target - zero) > 0:  # type: ignore[arg-type, operator]
        return None
    where = "below" if sign > 0 else "above"
    return Problem(
        what=f"{name} has a target that is no better than nothing"
        if both
        else f"{name} has half of a target",
        found=f"target_{side} {_show(target)}, zero_{side} {_show(zero)}",
        needed=f"zero_{side} {where} target_{side}",
        next_step="Correct indicator_targets.",
    )


def _band_problem(name: str, scale: TargetScale) -> Problem | None:
    low, high = scale.target_low, scale.target_high
    if low is None or high is None or low <= high:
        return None
    return Problem(
        what=f"{name} has an empty band",
        found=f"target_low {low:g} above target_high {high:g}",
        needed="target_low at most target_high",
        next_step="Correct indicator_targets.",
    )


def _no_target(name: str) -> Problem:
    return Problem(
        what=f"{name} has no target",
        needed="target_low with zero_low, target_high with zero_high, or both",
        next_step="Complete indicator_targets.",
    )


def _show(value: float | None) -> str:
    return "missing" if value is None else f"{value:g}"


def _value_problem(value: float) -> Problem | None:
    if math.isfinite(value):
        return None
    return Problem(
        what="a value is no number",
        found=str(value),
        needed="a finite number",
        next_step="Leave the indicator out: it is a hole then.",
    )
