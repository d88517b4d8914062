"""Checks: is everything assessed, do intervals rest on something, is the pipeline in balance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analysis.answers import Check
from analysis.demand_assessment.flow import Flow
from analysis.demand_assessment.history import PastPeriod
from analysis.demand_assessment.index import Index
from analysis.demand_assessment.rules import PipelineRules, WeighingRules
from analysis.demand_assessment.wording import listing, plain, points
from analysis.results import CheckStatus, Estimate
from analysis.text import Measure, message

_PASSED, _FAILED, _NOTE = CheckStatus.PASSED, CheckStatus.FAILED, CheckStatus.INFORMATIONAL


def index_checks(
    index: Index, history: Sequence[PastPeriod], rules: WeighingRules
) -> tuple[Check, ...]:
    """Whether the index is whole, and what its interval rests on."""
    return (*_coverage(index), *_experts(index, rules), *_restated(history))


def _coverage(index: Index) -> Iterator[Check]:
    doubted = [state.indicator.name for state in index.states if state.doubted]
    yield Check(
        name="every_indicator_assessed",
        label=message("Every indicator is assessed"),
        status=_PASSED if index.whole else _FAILED,
        detail=message(
            "{n} of {all} indicators, {points} of 100 points, could not be assessed.",
            n=len(index.holes),
            all=len(index.states),
            points=points(index.missing_points),
        ),
        mandatory=True,
    )
    yield Check(
        name="indicators_have_intervals",
        label=message("Every indicator states its uncertainty"),
        status=_NOTE if index.unbounded else _PASSED,
        detail=message(
            "{n} indicators state no interval and are taken as exact; the index's interval is too "
            "narrow by their share.",
            n=index.unbounded,
        ),
    )
    yield Check(
        name="sources_sound",
        label=message("The reports that indicators come from pass their mandatory checks"),
        status=_FAILED if doubted else _PASSED,
        detail=message("Indicators whose report failed one: {names}.", names=listing(doubted)),
    )


def _experts(index: Index, rules: WeighingRules) -> Iterator[Check]:
    ratios = index.weights.expert_ratios
    if not ratios:
        return
    wrong = sum(ratio > rules.accepted_ratio for ratio in ratios)
    yield Check(
        name="experts_consistent",
        label=message("The experts' judgements on the dimensions are consistent"),
        status=_FAILED if wrong else _PASSED,
        detail=message(
            "{wrong} of {n} experts are beyond the accepted ratio of {ratio}. {reason}",
            wrong=wrong,
            n=len(ratios),
            ratio=plain(rules.accepted_ratio, Measure.NUMBER),
            reason=rules.override_reason,
        ),
    )


def _restated(history: Sequence[PastPeriod]) -> Iterator[Check]:
    n = sum(len(past.restated) for past in history)
    if history:
        yield Check(
            name="no_restatements",
            label=message("Values of earlier periods stand as they were published"),
            status=_NOTE if n else _PASSED,
            detail=message("{n} values were restated since; changes are since the new ones.", n=n),
        )


def flow_checks(found: Flow, mean_days: Estimate | None, rules: PipelineRules) -> tuple[Check, ...]:
    """Whether work in progress, throughput and lead time agree (Little's law)."""
    if found.implied_days is None or mean_days is None:
        return ()
    apart = abs(found.implied_days / mean_days.value - 1)
    return (
        Check(
            name="littles_law",
            label=message("Work in progress, throughput and lead time agree (Little's law)"),
            status=_PASSED if apart <= rules.little_tolerance else _FAILED,
            detail=message(
                "{average} demands under way at {rate} leaving a day make {implied} days in the "
                "pipeline; measured are {measured} days. Up to {tolerance} apart is accepted; more "
                "means that the pipeline fills or empties.",
                average=plain(found.average, Measure.NUMBER),
                rate=plain(found.per_day, Measure.NUMBER),
                implied=plain(found.implied_days, Measure.NUMBER),
                measured=plain(mean_days, Measure.NUMBER),
                tolerance=plain(rules.little_tolerance, Measure.SHARE),
            ),
        ),
    )


def scope_check(scope: str) -> tuple[Check, ...]:
    """Say that demands, actions and stated values are those of the whole bank."""
    if scope == "bank":
        return ()
    return (
        Check(
            name="whole_bank_tables",
            label=message("All numbers are of the scope"),
            status=_NOTE,
            detail=message(
                "Demands, actions, findings and stated values are recorded for the whole bank; "
                "only what other reports publish is of the scope."
            ),
        ),
    )
