"""Checks on the forecasts."""

from __future__ import annotations

from analysis.answers import Check
from analysis.market_research.names import family_name, listing
from analysis.market_research.outlook import Outlook
from analysis.market_research.wording import plain
from analysis.results import CheckStatus
from analysis.text import Measure, message

_SHORT_BY = 0.10
"""Months overlap, so that coverage from past origins varies: so much short of the claim fails."""


def outlook_checks(outlook: Outlook) -> tuple[Check, ...]:
    """Whether past intervals held as often as they claim."""
    lines = [(line, line.forecast) for line in outlook.demand if line.forecast is not None]
    if not lines:
        return ()
    claimed = lines[0][1].months[0].confidence
    short = [line for line, found in lines if found.record.coverage < claimed - _SHORT_BY]
    return (
        Check(
            name="forecast_coverage",
            label=message("Past forecasts' intervals held as often as they claim"),
            status=CheckStatus.FAILED if short else CheckStatus.PASSED,
            detail=message(
                "Claimed {claimed}; found from {n} past months: {found}.",
                claimed=plain(claimed, Measure.SHARE),
                n=lines[0][1].origins,
                found=listing(
                    message(
                        "{family} {share}",
                        family=family_name(line.family),
                        share=plain(found.record.coverage, Measure.SHARE),
                    )
                    for line, found in lines
                ),
            ),
        ),
    )
