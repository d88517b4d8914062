"""Findings on monthly moves between the stages and on the mix ahead."""

from __future__ import annotations

from analysis.answers import Finding
from analysis.definitions import ACTIVE_STAGES, STAGE_NAMES, Stage
from analysis.lifecycle.findings.changes import KEEP_WATCHING
from analysis.lifecycle.stage_mix import StageMix
from analysis.results import Estimate, Strength
from analysis.stats.mix_forecast import ForecastComparison
from analysis.text import Measure, Message, Quantity, Value, message, on_customers


def transition_finding(mix: StageMix) -> Finding:
    """Say how many active and dormant customers move on in a month."""
    return Finding(
        name="monthly_moves",
        statement=message(
            "Within a month {dormant} of the stable customers fall dormant. Of the dormant, "
            "{lost} are lost and {back} become active again.",
            dormant=_share(mix, Stage.STABLE, Stage.DORMANT),
            lost=_share(mix, Stage.DORMANT, Stage.LOST),
            back=_share(mix, Stage.DORMANT, Stage.STABLE),
        )
        if _all_occur(mix)
        else message("Not all stages occur, so that not all moves between them can be seen."),
        strength=Strength.CONCLUSIVE
        if mix.stationarity.p_value >= 1 - mix.confidence
        else Strength.SUGGESTIVE,
        action=message(
            "Contact customers in the months before they count as lost: most who return do so "
            "while dormant."
        )
        if _returns_while_dormant(mix)
        else KEEP_WATCHING,
    )


def transition_caption(mix: StageMix) -> Message:
    """Say in a line how many stay where they are for a month, and how many fall dormant."""
    if not _all_occur(mix):
        return message(
            "Stages a month later, {first} to {last}: not all stages occur",
            first=mix.first_month,
            last=mix.last_month,
        )
    return message(
        "A month later {kept} of stable customers are stable still, {dormant} are dormant",
        kept=_share(mix, Stage.STABLE, Stage.STABLE),
        dormant=_share(mix, Stage.STABLE, Stage.DORMANT),
    )


def _all_occur(mix: StageMix) -> bool:
    return {Stage.STABLE, Stage.DORMANT, Stage.LOST} <= set(mix.states)


def _share(mix: StageMix, origin: Stage, destination: Stage) -> Message:
    i, j = mix.states.index(origin), mix.states.index(destination)
    n = mix.matrix.customers[i]
    return message("{share}", share=on_customers(mix.matrix.shares[i][j], Measure.SHARE, n))


def _returns_while_dormant(mix: StageMix) -> bool:
    """Whether the dormant return at a higher rate than the lost, beyond their intervals."""
    if not _all_occur(mix):
        return False
    dormant = mix.matrix.share(Stage.DORMANT.value, Stage.STABLE.value)
    lost = mix.matrix.share(Stage.LOST.value, Stage.STABLE.value)
    return dormant.low > lost.high


def forecast_finding(mix: StageMix) -> Finding:
    """Say which stage changes most, and how far an earlier forecast would have held."""
    stage, ahead, now = _largest_change(mix)
    worse = (stage in ACTIVE_STAGES) == (ahead.value < now)
    changes = ahead.excludes(now)
    failed = mix.comparison is None or not all(s.inside for s in mix.comparison.states)
    return Finding(
        name="stage_mix_ahead",
        statement=message(
            "{months} months after {last} the share of {stage} customers is expected at {ahead}, "
            "{now} now. {earlier}",
            months=mix.forecast.months_ahead,
            last=mix.last_month,
            stage=STAGE_NAMES[stage],
            ahead=on_customers(ahead, Measure.SHARE, mix.forecast.customers),
            now=on_customers(now, Measure.SHARE, mix.forecast.customers),
            earlier=_earlier(mix),
        ),
        strength=Strength.INCONCLUSIVE
        if not changes
        else Strength.SUGGESTIVE
        if failed
        else Strength.CONCLUSIVE,
        action=message(
            "Plan service and staff for this mix, and win customers back before they are lost."
        )
        if changes and worse
        else KEEP_WATCHING,
        headline=changes,
    )


def forecast_caption(mix: StageMix) -> Message:
    """Say in a line which stage's share changes most, beyond its interval or not."""
    stage, ahead, now = _largest_change(mix)
    values: dict[str, Value | Message] = {
        "stage": STAGE_NAMES[stage],
        "now": on_customers(now, Measure.SHARE, mix.forecast.customers),
        "ahead": on_customers(ahead, Measure.SHARE, mix.forecast.customers),
        "months": mix.forecast.months_ahead,
    }
    if ahead.excludes(now):
        return message(
            "If months stay as they were, {stage} customers go from {now} to {ahead} in {months} "
            "months",
            **values,
        )
    return message(
        "If months stay as they were, the largest change in {months} months is noise: {stage} "
        "customers, {now} to {ahead}",
        **values,
    )


def _largest_change(mix: StageMix) -> tuple[Stage, Estimate, float]:
    ahead = mix.forecast.at(mix.forecast.months_ahead)
    start = mix.forecast.start.tolist()
    triples = zip(mix.states, ahead, start, strict=True)
    return max(triples, key=lambda triple: abs(triple[1].value - triple[2]))


def _earlier(mix: StageMix) -> Message:
    comparison = mix.comparison
    if comparison is None:
        return message("The months do not reach back far enough to test such a forecast.")
    return comparison_sentence(mix, comparison)


def comparison_caption(mix: StageMix, comparison: ForecastComparison) -> Message:
    """Say in a line how far the earlier forecast was out, against one of no change."""
    misplaced, unchanged = _misplaced(mix, comparison)
    if _is_better(comparison):
        return message(
            "Forecast of {months} months earlier against what came: {misplaced} misplaced, "
            "against {unchanged} had nothing changed",
            months=mix.months_ago,
            misplaced=misplaced,
            unchanged=unchanged,
        )
    return message(
        "Forecast of {months} months earlier against what came: {misplaced} misplaced, no better "
        "than no change",
        months=mix.months_ago,
        misplaced=misplaced,
    )


def _misplaced(mix: StageMix, comparison: ForecastComparison) -> tuple[Quantity, Quantity]:
    """Give the shares placed wrongly by the forecast, and had nothing changed."""
    return (
        on_customers(comparison.misplaced, Measure.SHARE, mix.n_then),
        on_customers(comparison.misplaced_without_change, Measure.SHARE, mix.n_then),
    )


def _is_better(comparison: ForecastComparison) -> bool:
    return comparison.misplaced < comparison.misplaced_without_change


def comparison_sentence(mix: StageMix, comparison: ForecastComparison) -> Message:
    """Say how the earlier forecast came out, against one that nothing changes."""
    n_inside = sum(outcome.inside for outcome in comparison.states)
    misplaced, unchanged = _misplaced(mix, comparison)
    if _is_better(comparison):
        return message(
            "A forecast made {months} months earlier placed {misplaced} of the customers wrongly, "
            "better than {unchanged} if nothing had changed; {inside} of {all} stages came out "
            "inside its intervals.",
            months=mix.months_ago,
            misplaced=misplaced,
            unchanged=unchanged,
            inside=n_inside,
            all=len(comparison.states),
        )
    return message(
        "A forecast made {months} months earlier placed {misplaced} of the customers wrongly, no "
        "better than {unchanged} if nothing had changed; {inside} of {all} stages came out inside "
        "its intervals.",
        months=mix.months_ago,
        misplaced=misplaced,
        unchanged=unchanged,
        inside=n_inside,
        all=len(comparison.states),
    )
