"""The answer on the life stage of the person."""

from __future__ import annotations

from analysis.answers import Answer, Figure, Finding, NotAssessed
from analysis.lifecycle.age_bands import Holding, LifeStages
from analysis.lifecycle.checks.age_bands import age_checks
from analysis.lifecycle.figures import age_bands as figures
from analysis.lifecycle.findings import age_bands as findings
from analysis.lifecycle.product_names import family_name
from analysis.lifecycle.tables import age_bands as tables
from analysis.text import Measure, message, on_customers


def present_life_stages(found: LifeStages | NotAssessed) -> Answer | NotAssessed:
    """What each age band holds, uses and wants next."""
    if isinstance(found, NotAssessed):
        return found
    need = findings.need_finding(found)
    channel = findings.channel_finding(found) if found.channels else None
    return Answer(
        findings=(need,) if channel is None else (need, channel),
        figures=(
            *_needs(found, need),
            *_holdings(found),
            *(() if channel is None else _channels(found, channel)),
        ),
        checks=age_checks(found),
        methods=found.methods,
    )


def _needs(found: LifeStages, finding: Finding) -> tuple[Figure, ...]:
    largest = found.largest_unmet
    if largest is None:
        return ()
    return (
        Figure(
            name="age_needs",
            caption=findings.need_caption(found, largest),
            alt=message(
                "Points with intervals of the share that wants a family and does not hold it, by "
                "age band. {finding}",
                finding=finding.statement,
            ),
            table=tables.need_table(found),
            draw=figures.draw_needs,
        ),
    )


def _holdings(found: LifeStages) -> tuple[Figure, ...]:
    if not found.holdings:
        return ()
    low, high = _widest(found)
    values = {
        "family": family_name(high.family),
        "most": on_customers(high.share, Measure.SHARE, high.customers),
        "first": tables.name_of(found, high.band),
        "least": on_customers(low.share, Measure.SHARE, low.customers),
        "second": tables.name_of(found, low.band),
    }
    return (
        Figure(
            name="age_holdings",
            caption=message(
                "Holdings differ most in {family}: {most} at {first}, {least} at {second}",
                **values,
            ),
            alt=message(
                "Heat map of the share of each age band that holds each product family. Widest "
                "apart are {family}: {most} at {first} against {least} at {second}.",
                **values,
            ),
            table=tables.holding_table(found),
            draw=figures.draw_shares,
        ),
    )


def _widest(found: LifeStages) -> tuple[Holding, Holding]:
    """Give the lowest and highest share of the family in which the bands differ most."""
    spans = []
    for family in sorted({row.family for row in found.holdings}):
        rows = sorted(
            (row for row in found.holdings if row.family == family),
            key=lambda row: row.share.value,
        )
        spans.append((rows[-1].share.value - rows[0].share.value, rows[0], rows[-1]))
    _, low, high = max(spans, key=lambda span: span[0])
    return low, high


def _channels(found: LifeStages, finding: Finding) -> tuple[Figure, ...]:
    return (
        Figure(
            name="age_channels",
            caption=findings.channel_caption(found),
            alt=message(
                "Heat map of the share of each age band's purchases by channel. {finding}",
                finding=finding.statement,
            ),
            table=tables.channel_table(found),
            draw=figures.draw_shares,
        ),
    )
