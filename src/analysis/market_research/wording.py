"""Numbers on respondents, and what several sections say in the same words."""

from __future__ import annotations

from analysis.results import Estimate
from analysis.stats.survey_design import DesignEstimate
from analysis.text import Measure, Quantity, Unit, message, on_customers

ESTIMATES = {
    "mean": message("Overall satisfaction (1 to 5)"),
    "top_two": message("Satisfied (answers 4 and 5)"),
    "promoters": message("Net promoter score (-100 to 100)"),
}
MEASURES = {"mean": Measure.NUMBER, "top_two": Measure.SHARE, "promoters": Measure.NUMBER}


def of_respondents(found: DesignEstimate, measure: Measure) -> Quantity:
    """Make a quantity that rests on those who answered.

    Examples
    --------
    >>> from analysis.results import Estimate
    >>> of_respondents(DesignEstimate(
    ...     estimate=Estimate(value=3.5, low=3.4, high=3.6, confidence=0.95), error=0.05, n=400,
    ...     degrees=30, design_effect=1.2, effective_n=333.0), Measure.NUMBER).n
    400
    """
    return on_customers(found.estimate, measure, found.n)


def value_alone(found: DesignEstimate, measure: Measure) -> Quantity:
    """Make a quantity of respondents without its interval, where a caption has no room for it.

    Examples
    --------
    >>> from analysis.results import Estimate
    >>> value_alone(DesignEstimate(
    ...     estimate=Estimate(value=3.5, low=3.4, high=3.6, confidence=0.95), error=0.05, n=400,
    ...     degrees=30, design_effect=1.2, effective_n=333.0), Measure.NUMBER).value
    3.5
    """
    return on_customers(found.estimate.value, measure, found.n)


def plain(value: float | Estimate, measure: Measure) -> Quantity:
    """Make a quantity behind which no person stands.

    Examples
    --------
    >>> plain(0.5, Measure.SHARE).n is None
    True
    """
    return Quantity(value=value, measure=measure, unit=Unit.NONE)
