"""The answer on where we stand overall."""

from __future__ import annotations

from analysis.answers import Answer, Figure, Metric, NotAssessed
from analysis.competitor_comparison.checks.ranking import ranking_checks
from analysis.competitor_comparison.figures import ranking as figures
from analysis.competitor_comparison.findings import ranking as findings
from analysis.competitor_comparison.ranking import Standing
from analysis.competitor_comparison.tables import ranking as tables
from analysis.competitor_comparison.wording import plain
from analysis.stats import (
    decision_matrix,
    expert_weights,
    overtaking,
    pairwise_comparison,
    rank_acceptability,
    rank_reversal,
)
from analysis.text import Measure, message


def present_ranking(standing: Standing | NotAssessed) -> Answer | NotAssessed:
    """Where we stand overall, how safely, and what would move us up."""
    if isinstance(standing, NotAssessed):
        return standing
    finding = findings.rank_finding(standing)
    panel = standing.weighing.panel
    place = standing.place(standing.register.own)
    return Answer(
        findings=(finding, findings.overtaking_finding(standing)),
        metrics=(
            Metric(
                name="overall_place",
                label=message("Overall place"),
                definition=message(
                    "Our place among {n} institutions by mean rank over the draws of weights and "
                    "figures.",
                    n=len(standing.places),
                ),
                quantity=plain(place.rank, Measure.COUNT),
                higher_is="worse",
            ),
            Metric(
                name="place_held",
                label=message("How often we hold it"),
                definition=message("Share of the draws in which we have just this place."),
                quantity=plain(place.acceptability, Measure.SHARE),
            ),
        ),
        figures=(
            Figure(
                name="rank_acceptability",
                caption=findings.rank_caption(standing),
                alt=message(
                    "Heat map: a row for each institution, a column for each rank; darker cells "
                    "are ranks taken more often. {finding}",
                    finding=finding.statement,
                ),
                table=tables.acceptability(standing),
                draw=figures.draw_acceptability,
            ),
        ),
        tables=(
            tables.ranks(standing),
            *((tables.overtakings(standing),) if standing.overtakings else ()),
            tables.weights(standing),
            *((tables.experts(standing, panel),) if panel else ()),
        ),
        checks=ranking_checks(standing),
        methods=(
            *((pairwise_comparison.METHOD, expert_weights.METHOD) if panel else ()),
            decision_matrix.METHOD,
            rank_acceptability.METHOD,
            rank_reversal.METHOD,
            overtaking.METHOD,
        ),
    )
