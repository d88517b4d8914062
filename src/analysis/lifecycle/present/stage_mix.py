"""The answer on who moves where from month to month, and on the mix ahead."""

from __future__ import annotations

from analysis.answers import Answer, Figure, NotAssessed
from analysis.lifecycle.checks.stage_mix import stage_mix_checks
from analysis.lifecycle.figures import stage_mix as figures
from analysis.lifecycle.findings import stage_mix as findings
from analysis.lifecycle.stage_mix import StageMix
from analysis.lifecycle.tables import stage_mix as tables
from analysis.stats import mix_forecast, transitions
from analysis.text import message


def present_stage_mix(mix: StageMix | NotAssessed) -> Answer | NotAssessed:
    """Who moves where in a month, whether that is stable, and what mix lies ahead."""
    if isinstance(mix, NotAssessed):
        return mix
    return Answer(
        findings=(findings.transition_finding(mix), findings.forecast_finding(mix)),
        figures=_figures(mix),
        checks=stage_mix_checks(mix),
        methods=(
            transitions.METHODS["matrix"],
            transitions.METHODS["stationarity"],
            mix_forecast.METHOD,
        ),
    )


def _figures(mix: StageMix) -> tuple[Figure, ...]:
    moves, ahead = findings.transition_finding(mix), findings.forecast_finding(mix)
    shown = [
        Figure(
            name="monthly_transitions",
            caption=findings.transition_caption(mix),
            alt=message(
                "Heat map: a row for each stage, a column for the stage a month later. {finding}",
                finding=moves.statement,
            ),
            table=tables.transition_table(mix),
            draw=figures.draw_transitions,
        ),
        Figure(
            name="stage_mix_ahead",
            caption=findings.forecast_caption(mix),
            alt=message(
                "A line with its interval for each stage over the months ahead. {finding}",
                finding=ahead.statement,
            ),
            table=tables.forecast_table(mix),
            draw=figures.draw_forecast,
        ),
    ]
    if mix.comparison is not None:
        sentence = findings.comparison_sentence(mix, mix.comparison)
        shown.append(
            Figure(
                name="earlier_forecast",
                caption=findings.comparison_caption(mix, mix.comparison),
                alt=message(
                    "Bars of the earlier forecast's intervals, and a diamond for what came, for "
                    "each stage. {finding}",
                    finding=sentence,
                ),
                table=tables.comparison_table(mix, mix.comparison),
                draw=figures.draw_comparison,
            )
        )
    return tuple(shown)
