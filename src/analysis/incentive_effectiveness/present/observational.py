"""The answer on what is known without a lot."""

from __future__ import annotations

from analysis.answers import Answer, Check, Figure, NotAssessed
from analysis.incentive_effectiveness.figures.observational import draw_by_month
from analysis.incentive_effectiveness.findings.observational import (
    observed_caption,
    observed_finding,
)
from analysis.incentive_effectiveness.matched import MatchedStudy
from analysis.incentive_effectiveness.observational import Observational, Observed
from analysis.incentive_effectiveness.region import RegionStudy
from analysis.incentive_effectiveness.roll_out import RollOut
from analysis.incentive_effectiveness.tables.observational import (
    event_table,
    gaps_table,
    mix_table,
    overlap_table,
    ways_table,
)
from analysis.results import CheckStatus
from analysis.tables import Table
from analysis.text import message


def present_observational(found: Observational | NotAssessed) -> Answer | NotAssessed:
    """Roll-out, threshold, matched customers and single region."""
    if isinstance(found, NotAssessed):
        return found
    findings = [observed_finding(one) for one in found.observed]
    methods = {
        method.name.pattern: method
        for one in found.observed
        if one.study is not None
        for method in one.study.methods
    }
    return Answer(
        findings=tuple(finding for finding in findings if finding is not None),
        figures=tuple(
            _figure(one) for one in found.observed if isinstance(one.study, RollOut | RegionStudy)
        ),
        tables=tuple(table for one in found.observed for table in _tables(one)),
        checks=tuple(_refused(one) for one in found.observed if one.study is None),
        methods=tuple(methods.values()),
    )


def _figure(one: Observed) -> Figure:
    study, finding, caption = one.study, observed_finding(one), observed_caption(one)
    assert isinstance(study, RollOut | RegionStudy)  # noqa: S101 - chosen by the caller
    assert finding is not None  # noqa: S101 - such a study always has one
    assert caption is not None  # noqa: S101 - as it has a finding
    table = event_table(study) if isinstance(study, RollOut) else gaps_table(study)
    return Figure(
        name=table.name,
        caption=caption,
        alt=message("Points by month. {finding}", finding=finding.statement),
        table=table,
        draw=draw_by_month,
    )


def _tables(one: Observed) -> tuple[Table, ...]:
    if isinstance(one.study, RollOut):
        return (ways_table(one.study),)
    if isinstance(one.study, RegionStudy):
        return (mix_table(one.study),)
    if isinstance(one.study, MatchedStudy):
        return (overlap_table(one.study),)
    return ()


def _refused(one: Observed) -> Check:
    return Check(
        name=f"refused_{one.evidence.campaign.campaign_id}",
        label=message("{name} could be studied", name=one.evidence.campaign.name),
        status=CheckStatus.FAILED,
        detail=one.reason or message("Nothing can be checked."),
    )
