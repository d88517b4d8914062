"""Shares of customers, their differences and changes, and the mix of a whole.

The intervals are score intervals: they stay within 0 and 1 and keep their
coverage where a share is near either end, as shares of lost customers are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np

from analysis.errors import Problem
from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats.inputs import (
    bracket,
    confidence_problem,
    count_problem,
    refuse,
    share_problems,
)
from analysis.stats.laws import normal_quantile
from analysis.text import message

MixMethod = Literal["goodman", "sison-glaz"]

METHODS = MappingProxyType(
    {
        "share": Method(
            name=message("Wilson score interval for a share"),
            citation=(
                "Wilson, E. B. (1927). Probable inference, the law of succession, and "
                "statistical inference. JASA 22, 209-212."
            ),
            assumptions=(message("Customers decide independently of each other."),),
        ),
        "difference": Method(
            name=message("Newcombe hybrid score interval for the difference of two shares"),
            citation=(
                "Newcombe, R. G. (1998). Interval estimation for the difference between "
                "independent proportions. Statistics in Medicine 17, 873-890 (method 10)."
            ),
            assumptions=(message("The two groups have no customer in common."),),
        ),
        "change": Method(
            name=message("Newcombe paired score interval for the change of a share"),
            citation=(
                "Newcombe, R. G. (1998). Improved confidence intervals for the difference "
                "between binomial proportions based on paired data. Statistics in Medicine "
                "17, 2635-2650 (method 10); partly overlapping groups as in Zou, G. Y., "
                "Donner, A. (2008). Statistics in Medicine 27, 1693-1702."
            ),
            assumptions=(
                message("Customers decide independently of each other."),
                message(
                    "A customer counted at both dates has one outcome at each; the two may be "
                    "related."
                ),
            ),
        ),
        "goodman": Method(
            name=message("Goodman simultaneous intervals for the shares of a mix"),
            citation=(
                "Goodman, L. A. (1965). On simultaneous confidence intervals for multinomial "
                "proportions. Technometrics 7, 247-254."
            ),
            assumptions=(message("Every customer belongs to exactly one group of the mix."),),
        ),
        "sison-glaz": Method(
            name=message("Sison-Glaz simultaneous intervals for the shares of a mix"),
            citation=(
                "Sison, C. P., Glaz, J. (1995). Simultaneous confidence intervals and sample "
                "size determination for multinomial proportions. JASA 90, 366-369."
            ),
            assumptions=(message("Every customer belongs to exactly one group of the mix."),),
        ),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedCounts:
    """Customers by whether the outcome holds at an earlier and at a later date.

    Attributes
    ----------
    both, only_earlier, only_later, neither : int
        Customers observed at both dates, by the dates at which the outcome holds.
    left_successes, left_n : int
        Customers observed at the earlier date alone, and those with the outcome.
    joined_successes, joined_n : int
        Customers observed at the later date alone, and those with the outcome.
    """

    both: int
    only_earlier: int
    only_later: int
    neither: int
    left_successes: int = 0
    left_n: int = 0
    joined_successes: int = 0
    joined_n: int = 0

    @property
    def overlap_n(self) -> int:
        """Customers observed at both dates."""
        return self.both + self.only_earlier + self.only_later + self.neither

    @property
    def earlier(self) -> tuple[int, int]:
        """Successes and customers at the earlier date."""
        return (
            self.both + self.only_earlier + self.left_successes,
            self.overlap_n + self.left_n,
        )

    @property
    def later(self) -> tuple[int, int]:
        """Successes and customers at the later date."""
        return (
            self.both + self.only_later + self.joined_successes,
            self.overlap_n + self.joined_n,
        )


def share(successes: int, n: int, *, confidence: float = 0.95) -> Estimate:
    """Estimate a share with its Wilson score interval.

    Parameters
    ----------
    successes, n : int
        Customers with the outcome, and all customers.
    confidence : float
        Coverage, a fraction.

    Returns
    -------
    Estimate
        A fraction.

    Raises
    ------
    EstimationError
        If `n` is 0, a count is negative or no whole number, or `successes` exceeds `n`.

    Notes
    -----
    Source: Wilson (1927).

    Examples
    --------
    >>> lost = share(81, 263)
    >>> round(lost.value, 4), round(lost.low, 4), round(lost.high, 4)
    (0.308, 0.2553, 0.3662)
    """
    refuse([*share_problems("group", successes, n), confidence_problem(confidence)])
    low, high = _wilson(successes, n, confidence)
    return bracket(successes / n, low, high, confidence)


def share_difference(
    successes: int,
    n: int,
    reference_successes: int,
    reference_n: int,
    *,
    confidence: float = 0.95,
) -> Estimate:
    """Estimate a share minus the share of another, separate group.

    Parameters
    ----------
    successes, n : int
        Customers with the outcome, and all customers, of the group in question.
    reference_successes, reference_n : int
        The same of the group that is subtracted.
    confidence : float
        Coverage, a fraction.

    Returns
    -------
    Estimate
        A difference of fractions.

    Raises
    ------
    EstimationError
        If a group is empty, a count is no count, or successes exceed their group.

    Notes
    -----
    Source: Newcombe (1998), hybrid score interval (method 10).
    For the same customers at two dates use `share_change`.

    Examples
    --------
    >>> uplift = share_difference(56, 70, 48, 80)
    >>> round(uplift.value, 4), round(uplift.low, 4), round(uplift.high, 4)
    (0.2, 0.0524, 0.3339)
    """
    refuse(
        [
            *share_problems("group", successes, n),
            *share_problems("reference", reference_successes, reference_n),
            confidence_problem(confidence),
        ]
    )
    own, other = successes / n, reference_successes / reference_n
    low, high = _wilson(successes, n, confidence)
    other_low, other_high = _wilson(reference_successes, reference_n, confidence)
    return bracket(
        own - other,
        own - other - math.hypot(own - low, other_high - other),
        own - other + math.hypot(high - own, other - other_low),
        confidence,
    )


def share_change(counts: PairedCounts, *, confidence: float = 0.95) -> Estimate:
    """Estimate the later share minus the earlier one, for the same or overlapping customers.

    Parameters
    ----------
    counts : PairedCounts
    confidence : float
        Coverage, a fraction.

    Returns
    -------
    Estimate
        A difference of fractions.

    Raises
    ------
    EstimationError
        If nobody is observed at one of the dates, or a count is no count.

    Notes
    -----
    Source: Newcombe (1998), paired method 10: the Wilson limits of both shares are
    combined with the correlation between the two outcomes (phi, corrected for
    continuity). Where some customers are observed at one date alone, the correlation
    of the two shares is phi times ``overlap / sqrt(n_earlier * n_later)``, which is
    method 10 for a full overlap and the interval of `share_difference` for none.

    Examples
    --------
    >>> change = share_change(PairedCounts(both=20, only_later=12, only_earlier=2, neither=16))
    >>> round(change.value, 4), round(change.low, 4), round(change.high, 4)
    (0.2, 0.0562, 0.3292)
    """
    refuse([*_paired_problems(counts), confidence_problem(confidence)])
    (successes_0, n_0), (successes_1, n_1) = counts.earlier, counts.later
    share_0, share_1 = successes_0 / n_0, successes_1 / n_1
    low_0, high_0 = _wilson(successes_0, n_0, confidence)
    low_1, high_1 = _wilson(successes_1, n_1, confidence)
    correlation = _phi(counts) * counts.overlap_n / math.sqrt(n_0 * n_1)
    below = _combine(share_1 - low_1, high_0 - share_0, correlation)
    above = _combine(high_1 - share_1, share_0 - low_0, correlation)
    change = share_1 - share_0
    return bracket(change, change - below, change + above, confidence)


def mix(
    counts: Sequence[int], *, confidence: float = 0.95, method: MixMethod = "goodman"
) -> tuple[Estimate, ...]:
    """Estimate the shares of a mix with intervals that hold all together.

    Parameters
    ----------
    counts : sequence of int, shape (k,)
        Customers in each of the `k` groups, at least two; a group may be empty.
    confidence : float
        Coverage of all intervals jointly, a fraction.
    method : {'goodman', 'sison-glaz'}
        Goodman for any number of customers; Sison-Glaz is narrower for many small groups
        and slow for many customers.

    Returns
    -------
    tuple of Estimate, length k
        Fractions that add up to 1.

    Raises
    ------
    EstimationError
        If there are fewer than two groups, no customer, or a count is no count.

    Notes
    -----
    Source: Goodman (1965), Sison and Glaz (1995), computed by statsmodels.

    Examples
    --------
    >>> stages = mix([44, 55, 43, 32, 67, 78])
    >>> round(stages[0].low, 4), round(stages[0].high, 4)
    (0.0947, 0.1966)
    """
    total = sum(counts)
    refuse(
        [
            *(count_problem(f"group {k + 1} of the mix", c) for k, c in enumerate(counts)),
            _mix_size_problem(len(counts), total),
            confidence_problem(confidence),
        ]
    )
    from statsmodels.stats.proportion import multinomial_proportions_confint

    limits = multinomial_proportions_confint(
        np.asarray(counts, dtype=np.float64), alpha=1 - confidence, method=method
    )
    return tuple(
        bracket(count / total, low, high, confidence)
        for count, (low, high) in zip(counts, limits, strict=True)
    )


def _wilson(successes: int, n: int, confidence: float) -> tuple[float, float]:
    share, z = successes / n, float(normal_quantile((1 + confidence) / 2))
    stretch = 1 + z**2 / n
    centre = (share + z**2 / (2 * n)) / stretch
    reach = z * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / stretch
    return max(centre - reach, 0.0), min(centre + reach, 1.0)


def _combine(own: float, other: float, correlation: float) -> float:
    """Give the distance to a limit of a difference from those of its two parts."""
    return math.sqrt(max(own**2 + other**2 - 2 * correlation * own * other, 0.0))


def _phi(counts: PairedCounts) -> float:
    """Correlation of the outcome at both dates, corrected for continuity as by Newcombe."""
    a, b, c, d = counts.both, counts.only_later, counts.only_earlier, counts.neither
    margins = (a + b) * (c + d) * (a + c) * (b + d)
    if margins == 0:
        return 0.0
    cross = float(a * d - b * c)
    if cross > 0:
        cross = max(cross - counts.overlap_n / 2, 0.0)
    return cross / math.sqrt(margins)


def _paired_problems(counts: PairedCounts) -> list[Problem | None]:
    names = ("both", "only_earlier", "only_later", "neither", "left_n", "joined_n")
    problems = [count_problem(name, getattr(counts, name)) for name in names]
    for group in ("left", "joined"):
        successes, n = getattr(counts, f"{group}_successes"), getattr(counts, f"{group}_n")
        if successes != 0 or n != 0:
            problems += share_problems(group, successes, n)
    if not any(problems):
        problems += share_problems("earlier", *counts.earlier)
        problems += share_problems("later", *counts.later)
    return problems


def _mix_size_problem(groups: int, total: int) -> Problem | None:
    if groups >= 2 and total > 0:
        return None
    return Problem(
        what="no mix to estimate",
        found=f"{groups} groups with {total} customers",
        needed="at least 2 groups and 1 customer",
        next_step="Widen the segment or the window.",
    )
