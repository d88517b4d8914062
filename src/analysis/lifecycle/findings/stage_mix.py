"""Findings on monthly moves between the stages and on the mix ahead."""

from __future__ import annotations

from analysis.answers import Finding
from analysis.definitions import ACTIVE_STAGES, STAGE_NAMES, Stage
from analysis.lifecycle.findings.changes import KEEP_WATCHING
from analysis.lifecycle.stage_mix import StageMix
from analysis.results import Estimate, Strength
from analysis.stats.mix_forecast import ForecastComparison
from analysis.text import Measure, Message, message, on_customers


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
        if {Stage.STABLE, Stage.DORMANT, Stage.LOST} <= set(mix.states)
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


def _share(mix: StageMix, origin: Stage, destination: Stage) -> Message:
    i, j = mix.states.index(origin), mix.states.index(destination)
    n = mix.matrix.customers[i]
    return message("{share}", share=on_customers(mix.matrix.shares[i][j], Measure.SHARE, n))


def _returns_while_dormant(mix: StageMix) -> bool:
    """Whether the dormant return at a higher rate than the lost, beyond their intervals."""
    if not {Stage.STABLE, Stage.DORMANT, Stage.LOST} <= set(mix.states):
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


def comparison_sentence(mix: StageMix, comparison: ForecastComparison) -> Message:
    """Say how the earlier forecast came out, against one that nothing changes."""
    n_inside = sum(outcome.inside for outcome in comparison.states)
    misplaced = on_customers(comparison.misplaced, Measure.SHARE, mix.n_then)
    unchanged = on_customers(comparison.misplaced_without_change, Measure.SHARE, mix.n_then)
    if comparison.misplaced < comparison.misplaced_without_change:
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
