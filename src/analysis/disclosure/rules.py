"""The rules by themselves: small counts, rounding, revealing shares, dominance.

Source: Hundepool et al. (2012), Statistical Disclosure Control, chapters 4 and 5:
threshold rule, controlled rounding of frequency tables, (n, k) dominance.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from analysis.params.policy import DisclosurePolicy
from analysis.results import Estimate
from analysis.text import Measure


def is_small(n: int, policy: DisclosurePolicy) -> bool:
    """Whether a count is of so few units that it must not be seen; zero is not.

    Examples
    --------
    >>> [is_small(n, DisclosurePolicy(minimum_units=10)) for n in (0, 1, 9, 10)]
    [False, True, True, False]
    """
    return 0 < n < policy.minimum_units


def round_count(n: int, policy: DisclosurePolicy) -> int:
    """Round a count to the nearest multiple of the base, halves up.

    Examples
    --------
    >>> [round_count(n, DisclosurePolicy(rounding_base=5)) for n in (12, 13, 998)]
    [10, 15, 1000]
    """
    base = policy.rounding_base
    return (2 * n + base) // (2 * base) * base


def share_reveals(part: int, whole: int, policy: DisclosurePolicy) -> bool:
    """Whether a share shows few units: in its part, in the rest, or in all.

    Examples
    --------
    >>> policy = DisclosurePolicy(minimum_units=10)
    >>> share_reveals(500, 1000, policy), share_reveals(995, 1000, policy)
    (False, True)
    """
    return any(is_small(n, policy) for n in (part, whole - part, whole))


def rounded_share(part: int, whole: int, policy: DisclosurePolicy) -> float | None:
    """Give the fraction of the rounded counts; None where their whole rounds to nothing.

    Examples
    --------
    >>> rounded_share(333, 1001, DisclosurePolicy(rounding_base=5))
    0.335
    """
    whole_rounded = round_count(whole, policy)
    return round_count(part, policy) / whole_rounded if whole_rounded else None


def dominates(top_two_share: float, policy: DisclosurePolicy) -> bool:
    """Whether the two largest contributors hold too much of a sum."""
    return top_two_share > policy.dominance_share


def coarsen(
    value: float | Estimate, measure: Measure, n: int, policy: DisclosurePolicy
) -> float | Estimate:
    """Make a share or an estimated count on `n` units as coarse as the rounded counts are.

    An exact share, or the bounds of its interval, would give the exact count back; so
    would an estimate that has come to rest at one. The interval grows outwards, so
    that its coverage does not suffer. Other measures stay as they are.

    Examples
    --------
    >>> coarsen(0.3333, Measure.SHARE, 100, DisclosurePolicy(rounding_base=5))
    0.35
    """
    if policy.rounding_base == 1 or n == 0 or measure not in _COARSE:
        return value
    if isinstance(value, Estimate):
        return Estimate(
            value=_on_grid(value.value, measure, n, policy, round),
            low=_on_grid(value.low, measure, n, policy, math.floor),
            high=_on_grid(value.high, measure, n, policy, math.ceil),
            confidence=value.confidence,
        )
    return _on_grid(value, measure, n, policy, round)


_COARSE = {Measure.SHARE, Measure.POINTS, Measure.COUNT}
"""Measures from which a count of units could be read."""


def _on_grid(
    value: float,
    measure: Measure,
    n: int,
    policy: DisclosurePolicy,
    to_whole: Callable[[float], int],
) -> float:
    """Give the count, or the fraction of rounded counts, in steps of the rounding base."""
    base = policy.rounding_base
    if measure is Measure.COUNT:
        return float(to_whole(float(f"{value / base:.12g}")) * base)
    # 12 digits keep 0.3 * 100 from falling below 30
    steps = to_whole(float(f"{value * n / base:.12g}"))
    share = steps * base / max(round_count(n, policy), base)
    return min(share, 1.0) if measure is Measure.SHARE else share
