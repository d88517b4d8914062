"""The answer on customers who moved between institutions."""

from __future__ import annotations

from analysis.answers import Answer, Check, Figure, NotAssessed
from analysis.competitor_comparison.figures import share as figures
from analysis.competitor_comparison.findings import moves as findings
from analysis.competitor_comparison.moves import Moves
from analysis.competitor_comparison.tables import moves as tables
from analysis.competitor_comparison.wording import plain
from analysis.results import CheckStatus
from analysis.stats import paired_preference, switching
from analysis.text import Measure, message

_SMALLEST_P = 0.05


def present_moves(moves: Moves | NotAssessed) -> Answer | NotAssessed:
    """From whom share was won, and to whom it was lost."""
    if isinstance(moves, NotAssessed):
        return moves
    finding = findings.moves_finding(moves)
    preference = moves.preference
    return Answer(
        findings=(finding,),
        figures=(
            Figure(
                name="exchanges",
                caption=findings.moves_caption(moves),
                alt=message(
                    "A point with its interval for each competitor: net customers won, left of "
                    "zero lost. {finding}",
                    finding=finding.statement,
                ),
                table=tables.exchanges(moves),
                draw=figures.draw_exchanges,
            ),
        ),
        tables=() if preference is None else (tables.preferences(moves),),
        checks=()
        if preference is None or preference.p_value is None
        else (
            Check(
                name="one_scale",
                label=message("One scale of strengths describes all moves"),
                status=CheckStatus.PASSED
                if preference.p_value >= _SMALLEST_P
                else CheckStatus.FAILED,
                detail=message(
                    "Test against one rate for each pair: p = {p}; at least {limit} is accepted.",
                    p=plain(preference.p_value, Measure.NUMBER),
                    limit=plain(_SMALLEST_P, Measure.NUMBER),
                ),
            ),
        ),
        methods=(switching.METHODS["net"], paired_preference.METHOD),
    )
