"""Checks on the weights."""

from __future__ import annotations

from analysis.answers import Check
from analysis.market_research.hearing import Hearing
from analysis.market_research.names import VARIABLES, listing
from analysis.market_research.wording import plain
from analysis.results import CheckStatus
from analysis.text import Measure, message, on_customers


def hearing_checks(hearing: Hearing) -> tuple[Check, ...]:
    """Whether the weights meet the margins, and how far they had to go."""
    return (_margins_met(hearing), _largest_weight(hearing), _representative(hearing))


def _margins_met(hearing: Hearing) -> Check:
    wave = hearing.wave
    label = message("The weights meet the population margins")
    if wave.weighting.raked is None:
        return Check(
            name="margins_met",
            label=label,
            status=CheckStatus.FAILED,
            detail=message(
                "{reason} The weights of the sample alone are used.",
                reason=wave.weighting.refused or message("The source has no population margins."),
            ),
            mandatory=True,
        )
    return Check(
        name="margins_met",
        label=label,
        status=CheckStatus.PASSED,
        detail=message(
            "Raked to: {variables}.",
            variables=listing(VARIABLES[margin.name] for margin in wave.weighting.margins),
        ),
        mandatory=True,
    )


def _largest_weight(hearing: Hearing) -> Check:
    cells = hearing.wave.cells
    weights = cells.weight[cells.n > 0]
    ratio = float(weights.max() * cells.n.sum() / (cells.weight * cells.n).sum())
    trimmed = hearing.wave.weighting.raked.trimmed_people if hearing.wave.weighting.raked else 0
    return Check(
        name="largest_weight",
        label=message("No answer weighs more than the limit"),
        status=CheckStatus.PASSED if not trimmed else CheckStatus.INFORMATIONAL,
        detail=message(
            "The largest weight is {ratio} times the mean; {trimmed} answers were trimmed. "
            "Design effect of the weights alone (Kish): {effect}.",
            ratio=plain(round(ratio, 2), Measure.NUMBER),
            trimmed=on_customers(float(trimmed), Measure.COUNT, trimmed),
            effect=plain(round(hearing.kish_effect, 2), Measure.NUMBER),
        ),
    )


def _representative(hearing: Hearing) -> Check:
    before = {v: hearing.dissimilarity(v, "raw_share") for v in hearing.field.variables}
    return Check(
        name="representative",
        label=message("Those who answered are composed as the customers are, before weighting"),
        status=CheckStatus.INFORMATIONAL,
        detail=message(
            "Share of the answers that would have to move: {moves}.",
            moves=listing(
                message(
                    "{variable} {share}",
                    variable=VARIABLES[variable],
                    share=on_customers(share, Measure.SHARE, hearing.wave.respondents),
                )
                for variable, share in before.items()
            ),
        ),
    )
