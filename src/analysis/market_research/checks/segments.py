"""Checks on segments."""

from __future__ import annotations

from analysis.answers import Check
from analysis.market_research.segments import Segments
from analysis.market_research.wording import plain
from analysis.results import CheckStatus
from analysis.stats.need_segments import BEYOND_ONE_CLOUD, STABLE
from analysis.text import Measure, message


def segment_checks(found: Segments) -> tuple[Check, ...]:
    """Whether the number is borne out, and each segment comes back."""
    result = found.found
    agree = result.number_by_gap == result.number_by_strength
    checks = [
        Check(
            name="segment_number",
            label=message("Two rules agree on the number of segments"),
            status=CheckStatus.PASSED if agree else CheckStatus.INFORMATIONAL,
            detail=message(
                "By the gap statistic {gap}, by prediction strength {strength}; the smaller is "
                "taken. Against one normal cloud: {deviations} standard deviations, {needed} are "
                "needed.",
                gap=result.number_by_gap,
                strength=result.number_by_strength,
                deviations=plain(round(result.against_one_cloud, 1), Measure.NUMBER),
                needed=plain(BEYOND_ONE_CLOUD, Measure.NUMBER),
            ),
        )
    ]
    if result.found:
        checks.append(
            Check(
                name="segments_stable",
                label=message("Each segment comes back when people are drawn again"),
                status=CheckStatus.PASSED
                if all(segment.stable for segment in found.segments)
                else CheckStatus.FAILED,
                detail=message(
                    "The least stable has a mean Jaccard similarity of {least}; from {needed} on a "
                    "segment is called stable.",
                    least=plain(round(min(result.stability), 2), Measure.NUMBER),
                    needed=plain(STABLE, Measure.NUMBER),
                ),
            )
        )
    return tuple(checks)
