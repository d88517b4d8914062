"""Captions on the pipeline."""

from __future__ import annotations

from analysis.demand_assessment.findings.pipeline import fallen_departments, fullest_stage
from analysis.demand_assessment.flow import Flow
from analysis.demand_assessment.lead_time import LeadTime
from analysis.demand_assessment.measured import Measured
from analysis.demand_assessment.pipeline import Pipeline
from analysis.demand_assessment.wording import STAGE_NAMES, listing, named, plain
from analysis.text import Measure, Message, message


def stages(found: Flow) -> Message:
    """Say which stage holds most of the work."""
    fullest, share = fullest_stage(found)
    if not found.average:
        return message("No demand was under way on an average day")
    return message(
        "On an average day {share} of the work is in one stage: {stage}",
        share=plain(share, Measure.SHARE),
        stage=STAGE_NAMES[fullest.name],
    )


def lead_times(found: LeadTime) -> Message:
    """Say by when half is delivered, and whether the mean moved beyond noise."""
    half, change = found.quantiles[0].value, found.mean_change
    if half is None:
        return message("Fewer than half of the demands are delivered in the days that can be seen")
    days = plain(half, Measure.DAYS)
    if change is None:
        return message("Half of the demands are delivered within {days}", days=days)
    if change.excludes(0):
        return message(
            "Half of the demands are delivered within {days}; the mean moved by {change} days",
            days=days,
            change=plain(change.value, Measure.NUMBER),
        )
    return message(
        "Half of the demands are delivered within {days}; the mean moved within noise", days=days
    )


def departments(found: Pipeline, on_time: Measured) -> Message:
    """Say which departments' punctuality fell beyond noise."""
    share = plain(on_time.value.value, Measure.SHARE)
    if on_time.change is None:
        return message("Delivered by their day: {share} of the demands due", share=share)
    fallen = fallen_departments(found.departments, found.confidence)
    if not fallen:
        return message(
            "Delivered by their day: {share} of the demands due; no department fell beyond noise",
            share=share,
        )
    return message(
        "Delivered by their day: {share} of the demands due; fell beyond noise: {departments}",
        share=share,
        departments=listing(named(found.demands.departments, row.department) for row in fallen),
    )
