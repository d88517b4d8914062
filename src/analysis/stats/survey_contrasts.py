"""Differences in a complex sample: between two waves, and between groups of one.

Groups of one sample share its first-stage units, so that their difference is linearised
as a whole; waves that were drawn independently are not (`survey_design.METHODS`).
"""

from __future__ import annotations

import numpy as np

from analysis.results import Estimate
from analysis.stats._survey_units import lonely_problem
from analysis.stats.inputs import bracket, confidence_problem, refuse
from analysis.stats.laws import student_quantile, student_tail
from analysis.stats.survey_design import (
    DesignEstimate,
    Linearised,
    Moments,
    SurveyDesign,
    degrees_of_freedom,
    linearised_variance,
)


def difference(
    now: DesignEstimate, before: DesignEstimate, *, confidence: float = 0.95
) -> tuple[Estimate, float]:
    """Give the change between two independent waves, and the p value of none.

    Examples
    --------
    >>> a = DesignEstimate(estimate=Estimate(value=3.5, low=3.3, high=3.7, confidence=0.95),
    ...     error=0.1, n=100, degrees=30, design_effect=1.0, effective_n=100.0)
    >>> change, p_value = difference(a, a)
    >>> change.value, p_value
    (0.0, 1.0)
    """
    refuse([confidence_problem(confidence)])
    gap = now.estimate.value - before.estimate.value
    error = float(np.hypot(now.error, before.error))
    if error == 0:
        return bracket(gap, gap, gap, confidence), 0.0 if gap else 1.0
    degrees = error**4 / (now.error**4 / now.degrees + before.error**4 / before.degrees)
    half = float(student_quantile((1 + confidence) / 2, degrees)) * error
    p_value = float(2 * student_tail(abs(gap) / error, degrees))
    return bracket(gap, gap - half, gap + half, confidence), p_value


def contrasts(
    design: SurveyDesign,
    group: Moments,
    others: Moments,
    *,
    confidence: float = 0.95,
    fewest: int = 2,
) -> tuple[tuple[Estimate, float] | None, ...]:
    """Give means of groups less those of others, and the p values of no difference.

    Parameters
    ----------
    design : SurveyDesign
    group, others : Moments
        One column for each comparison; nobody is in both.
    confidence, fewest
        As in `domain_means`.

    Returns
    -------
    tuple of (Estimate, float) or None
        None where either side has too few answers.

    Raises
    ------
    EstimationError
        If a stratum of the design has a single first-stage unit.

    Examples
    --------
    >>> design = SurveyDesign(stratum=np.zeros(4, int), cluster=None, people=np.ones(4),
    ...     weight=np.ones(4), margins=np.empty((4, 0)), fraction=np.zeros(1))
    >>> y, first = np.array([[1.0], [2.0], [5.0], [6.0]]), np.array([[1.0], [1.0], [0.0], [0.0]])
    >>> (gap, p_value), = contrasts(design, Moments(n=first, total=first * y, square=first * y**2),
    ...     Moments(n=1 - first, total=(1 - first) * y, square=(1 - first) * y**2))
    >>> gap.value
    -4.0
    """
    refuse([confidence_problem(confidence), lonely_problem(design)])
    sides = [Linearised.of(design, moments) for moments in (group, others)]
    gap = sides[0].value - sides[1].value
    errors = np.sqrt(
        linearised_variance(
            design, sides[0].scores - sides[1].scores, sides[0].squares + sides[1].squares
        )
    )
    both = Moments(
        n=group.n + others.n,
        total=group.total + others.total,
        square=group.square + others.square,
    )
    degrees = degrees_of_freedom(design, both)
    enough = np.minimum(group.n.sum(axis=0), others.n.sum(axis=0)) >= max(fewest, 2)
    found: list[tuple[Estimate, float] | None] = []
    for j in range(len(gap)):
        if not enough[j] or degrees[j] < 1 or errors[j] == 0:
            found.append(None)
            continue
        half = float(student_quantile((1 + confidence) / 2, degrees[j]) * errors[j])
        value = float(gap[j])
        p_value = float(2 * student_tail(abs(value) / errors[j], degrees[j]))
        found.append((bracket(value, value - half, value + half, confidence), p_value))
    return tuple(found)
