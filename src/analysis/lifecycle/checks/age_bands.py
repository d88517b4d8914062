"""Checks on what each age band holds, uses and wants next."""

from __future__ import annotations

from analysis.answers import Check
from analysis.lifecycle.age_bands import LifeStages
from analysis.results import CheckStatus
from analysis.text import Count, Share, Unit, message


def age_checks(found: LifeStages) -> tuple[Check, ...]:
    """How many customers have no known age, and how many were asked for their needs."""
    customers = sum(band.customers for band in found.bands)
    return (
        Check(
            name="age_known",
            label=message("Customers without a known year of birth"),
            status=CheckStatus.INFORMATIONAL,
            detail=message(
                "{n} customers with a relationship are in no age band.",
                n=Count(found.without_age, Unit.CUSTOMERS),
            ),
        ),
        Check(
            name="needs_asked",
            label=message("Customers asked what they want next"),
            status=CheckStatus.INFORMATIONAL,
            detail=message(
                "{share} of the customers were asked; the intervals hold if they were chosen "
                "without regard to what they want.",
                share=Share(found.asked, customers, Unit.CUSTOMERS),
            ),
        ),
    )
