"""Checks on the market's volumes."""

from __future__ import annotations

from analysis.answers import Check
from analysis.competitor_comparison.share import MarketShare
from analysis.competitor_comparison.wording import plain
from analysis.results import CheckStatus
from analysis.text import Measure, message

_LARGEST_NEIGHBOURS = 0.5


def share_checks(found: MarketShare) -> tuple[Check, ...]:
    """Whether volumes reconcile, and quarters vary independently about the trend."""
    market = found.market
    reconciled = Check(
        name="volumes_reconcile",
        label=message("Volumes reconcile with the market total"),
        status=CheckStatus.PASSED if market.totals_stated else CheckStatus.INFORMATIONAL,
        detail=message(
            "In no product, region and quarter do the institutions exceed the total by more than "
            "{tolerance}; the rest is held by institutions without a figure.",
            tolerance=plain(market.rules.tolerance, Measure.SHARE),
        )
        if market.totals_stated
        else message(
            "The source has no market totals: shares are those of the institutions listed."
        ),
        mandatory=market.totals_stated,
    )
    if "" not in found.trends:
        return (reconciled,)
    neighbours = max(abs(each.neighbours) for each in found.trends.values())
    return (
        reconciled,
        Check(
            name="trend_residuals",
            label=message("Quarters vary independently about the trend"),
            status=CheckStatus.PASSED if neighbours <= _LARGEST_NEIGHBOURS else CheckStatus.FAILED,
            detail=message(
                "The largest correlation of a quarter's deviation with the next one's is {found}; "
                "up to {limit} is accepted.",
                found=plain(neighbours, Measure.NUMBER),
                limit=plain(_LARGEST_NEIGHBOURS, Measure.NUMBER),
            ),
        ),
    )
