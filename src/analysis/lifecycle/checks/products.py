"""Checks on where each product stands."""

from __future__ import annotations

from analysis.answers import Check
from analysis.lifecycle.products import ProductLifeCycles, ProductStanding
from analysis.results import CheckStatus
from analysis.stats.multiple_outcomes import correct_tests
from analysis.text import Measure, Quantity, Unit, message


def product_checks(found: ProductLifeCycles) -> tuple[Check, ...]:
    """Whether the curve describes the products, and the two ways of fitting agree."""
    fitted = [s for s in found.assessed if s.curve is not None]
    if not fitted:
        return ()
    drawn = {s.product.product_id: s.curve.drawn for s in fitted if s.curve is not None}
    widest = max(one.dispersion for one in drawn.values())
    tests = correct_tests({name: one.scatter_p_value for name, one in drawn.items()})
    rough = sum(test.stands for test in tests)
    both = [s for s in fitted if s.curve is not None and s.curve.least_squares is not None]
    agree = sum(_agree(standing) for standing in both)
    scatter = Check(
        name="adoption_scatter",
        label=message("Adopters scatter around the curve as counts do"),
        status=CheckStatus.FAILED if rough else CheckStatus.PASSED,
        detail=message(
            "For {rough} of {all} products the scatter is beyond that of counts; the largest is "
            "{found} times as wide, and the intervals are widened by it.",
            rough=rough,
            all=len(fitted),
            found=Quantity(value=widest, measure=Measure.NUMBER, unit=Unit.NONE),
        ),
    )
    if not both:
        return (scatter,)
    return (
        scatter,
        Check(
            name="adoption_ways_agree",
            label=message("Least squares find the same ceiling as the draws"),
            status=CheckStatus.PASSED if agree == len(both) else CheckStatus.FAILED,
            detail=message(
                "For {agree} of {all} products the intervals of the ceiling overlap.",
                agree=agree,
                all=len(both),
            ),
        ),
    )


def _agree(standing: ProductStanding) -> bool:
    curve = standing.curve
    if curve is None or curve.least_squares is None:
        return False
    squares = curve.least_squares.m
    return squares.low <= curve.ceiling.high and curve.ceiling.low <= squares.high
