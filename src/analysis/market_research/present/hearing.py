"""The answer on whom we heard."""

from __future__ import annotations

import datetime as dt

from analysis.answers import Answer, Figure, Metric, NotAssessed
from analysis.market_research.captions import hearing as captions
from analysis.market_research.checks.hearing import hearing_checks
from analysis.market_research.figures import hearing as figures
from analysis.market_research.findings import hearing as findings
from analysis.market_research.hearing import Hearing
from analysis.market_research.tables import hearing as tables
from analysis.stats import independent_difference, raking, response_rates, survey_design
from analysis.text import Measure, Quantity, message, on_customers


def _change(hearing: Hearing, previous_as_of: dt.date) -> Quantity | None:
    """Give the response rate's change, where the wave is new since the report before."""
    before = hearing.field.before
    if hearing.change is None or before is None or not hearing.field.is_new_since(previous_as_of):
        return None
    asked = min(hearing.outcomes.invited, before.outcomes.invited)
    return on_customers(hearing.change, Measure.POINTS, asked)


def present_hearing(
    hearing: Hearing | NotAssessed, *, previous_as_of: dt.date
) -> Answer | NotAssessed:
    """Response, representativeness, and the same estimates before and after weighting."""
    if isinstance(hearing, NotAssessed):
        return hearing
    finding = findings.response_finding(hearing)
    weighting = findings.weighting_finding(hearing)
    n = hearing.wave.respondents
    return Answer(
        findings=(finding, *((weighting,) if weighting else ())),
        metrics=(
            Metric(
                name="response_rate",
                label=message("Response rate (RR3)"),
                definition=message(
                    "Complete answers out of the estimated eligible among those invited."
                ),
                quantity=on_customers(hearing.rates.rr3, Measure.SHARE, hearing.outcomes.invited),
                change=_change(hearing, previous_as_of),
                higher_is="better",
            ),
            Metric(
                name="effective_answers",
                label=message("Effective answers"),
                definition=message(
                    "Answers divided by the design effect of the weights alone (Kish)."
                ),
                quantity=on_customers(float(round(hearing.effective_n)), Measure.COUNT, n),
                higher_is="better",
            ),
        ),
        figures=tuple(
            Figure(
                name=f"heard_by_{variable}",
                caption=captions.heard_by(hearing, variable),
                alt=message(
                    "For each category its share of the population, of the answers, and after "
                    "raking. {finding}",
                    finding=finding.statement,
                ),
                table=table,
                draw=figures.draw_composition,
            )
            for variable in hearing.field.variables
            for table in (tables.composition(hearing, variable),)
            if len(table.rows) > 2
        ),
        tables=(
            tables.response(hearing),
            tables.outcomes(hearing),
            *((tables.before_after(hearing),) if hearing.estimates else ()),
        ),
        checks=hearing_checks(hearing),
        methods=(
            response_rates.METHOD,
            *((independent_difference.METHOD,) if hearing.change else ()),
            raking.METHOD,
            survey_design.METHODS["mean"],
            survey_design.METHODS["design_effect"],
        ),
    )
