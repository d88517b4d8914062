"""The answer on what goes with satisfaction."""

from __future__ import annotations

from analysis.answers import Answer, Figure, NotAssessed
from analysis.market_research.captions import drivers as captions
from analysis.market_research.checks.drivers import driver_checks
from analysis.market_research.drivers import SatisfactionDrivers
from analysis.market_research.figures import drivers as figures
from analysis.market_research.findings import drivers as findings
from analysis.market_research.tables import drivers as tables
from analysis.stats import design_bootstrap, ordered_logit, relative_importance
from analysis.text import message


def present_drivers(found: SatisfactionDrivers | NotAssessed) -> Answer | NotAssessed:
    """Shares of the steps, and what a realistic improvement goes with."""
    if isinstance(found, NotAssessed):
        return found
    finding = findings.driver_finding(found)
    improvement = findings.improvement_finding(found)
    return Answer(
        findings=(finding, improvement),
        figures=(
            Figure(
                name="driver_importance",
                caption=captions.importance(found),
                alt=message(
                    "A point with its interval for each step, largest share first; hollow points "
                    "are relative weights. {finding}",
                    finding=finding.statement,
                ),
                table=tables.importance(found),
                draw=figures.draw_importance,
            ),
            Figure(
                name="driver_improvement",
                caption=captions.improvement(found),
                alt=message(
                    "A point with its interval for each step: change of the share of satisfied "
                    "customers. {finding}",
                    finding=improvement.statement,
                ),
                table=tables.improvement(found),
                draw=figures.draw_improvement,
            ),
        ),
        checks=driver_checks(found),
        methods=(
            relative_importance.METHODS["lmg"],
            relative_importance.METHODS["relative_weights"],
            ordered_logit.METHOD,
            design_bootstrap.METHOD,
        ),
    )
