"""The rules by themselves: small counts, rounding, revealing shares, dominance.

Source: Hundepool et al. (2012), Statistical Disclosure Control, chapters 4 and 5:
threshold rule, controlled rounding of frequency tables, (n, k) dominance.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

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


def shown_range(n: int, policy: DisclosurePolicy) -> tuple[int, int]:
    """Give the smallest and the largest count that is shown like this one.

    A count below the minimum is never shown, so that what is shown as 0 is 0, and what is
    shown as the minimum is not less.

    Examples
    --------
    >>> policy = DisclosurePolicy(minimum_units=10, rounding_base=5)
    >>> [shown_range(n, policy) for n in (0, 11, 114)]
    [(0, 0), (10, 12), (113, 117)]
    """
    if n == 0:
        return 0, 0
    base, rounded = policy.rounding_base, round_count(n, policy)
    low = max(rounded - base // 2, policy.minimum_units)
    return min(low, n), rounded + (base + 1) // 2 - 1


def is_full(whole: int, policy: DisclosurePolicy) -> bool:
    """Whether a group is so small that it must not be shown to be all of one kind.

    Who knows a member of such a group would learn the member's kind.

    Examples
    --------
    >>> policy = DisclosurePolicy(minimum_units=10, full_group_units=20)
    >>> [is_full(n, policy) for n in (9, 10, 19, 20)]
    [False, True, True, False]
    """
    return policy.minimum_units <= whole < policy.full_group_units


def cost_of_hiding(n: int, cells: int) -> int:
    """Give what a reader loses with a count of `n` units and the `cells` that go with it.

    The logarithm lets a large count cost more than a small one, without letting one
    total outweigh a whole body of cells.

    Examples
    --------
    >>> cost_of_hiding(0, 1), cost_of_hiding(50, 1), cost_of_hiding(5000, 2)
    (10, 27, 94)
    """
    return max(cells, 1) * (10 + round(10 * math.log10(1 + n)))


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


def dominates(
    top_two_share: float, policy: DisclosurePolicy, *, top_share: float | None = None
) -> bool:
    """Whether a sum gives its largest contributor away: by (n, k) dominance or the p % rule.

    Parameters
    ----------
    top_two_share : float
        Share that the two largest contributors hold of the sum.
    policy : DisclosurePolicy
    top_share : float, optional
        Share of the largest; at most `top_two_share`, which is assumed where it is not
        known. The p % rule: the second largest, who takes its own part off the sum,
        comes within ``prior_share`` of the largest's if all others hold less than that.

    Examples
    --------
    >>> policy = DisclosurePolicy(dominance_share=0.95, prior_share=0.10)
    >>> dominates(0.92, policy), dominates(0.92, policy, top_share=0.5)
    (True, False)
    """
    largest = top_two_share if top_share is None else top_share
    rest = 1.0 - top_two_share
    return top_two_share > policy.dominance_share or rest < policy.prior_share * largest


def quantile_reveals(quantile: float, n: int, policy: DisclosurePolicy) -> bool:
    """Whether a quantile has fewer units on one of its sides than the minimum.

    Examples
    --------
    >>> policy = DisclosurePolicy(minimum_units=10)
    >>> quantile_reveals(0.5, 20, policy), quantile_reveals(0.9, 40, policy)
    (False, True)
    """
    beyond = n * min(quantile, 1.0 - quantile)
    return float(f"{beyond:.12g}") < policy.minimum_units


def merge_steps(events: Sequence[int], policy: DisclosurePolicy) -> tuple[bool, ...]:
    """Say which points of a curve may be shown, given the events since the point before.

    A step that rests on too few events is held back, and they count for the next one.

    Examples
    --------
    >>> merge_steps([12, 3, 0, 9, 4], DisclosurePolicy(minimum_units=10))
    (True, False, False, True, False)
    """
    shown, waiting = [], 0
    for n in events:
        waiting += n
        may = not is_small(waiting, policy)
        waiting = 0 if may else waiting
        shown.append(may)
    return tuple(shown)


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
