"""The answer on how unequally the value to come is spread, and what of it is at risk."""

from __future__ import annotations

from analysis.answers import Answer, Figure, Metric, NotAssessed
from analysis.lifecycle.figures import value_concentration as figures
from analysis.lifecycle.findings import value_concentration as findings
from analysis.lifecycle.tables import value_concentration as tables
from analysis.lifecycle.value_concentration import ValueConcentration
from analysis.text import Count, Measure, Unit, message, on_customers


def present_concentration(found: ValueConcentration | NotAssessed) -> Answer | NotAssessed:
    """On how few customers the value to come rests, and what of it is at risk."""
    if isinstance(found, NotAssessed):
        return found
    riskiest = found.riskiest
    concentration, risk = findings.concentration_finding(found), findings.risk_finding(found)
    at_risk = on_customers(found.share_at_risk, Measure.SHARE, found.customers)
    return Answer(
        findings=(concentration, risk),
        metrics=(
            Metric(
                name="value_at_risk",
                label=message("Value at risk of loss"),
                definition=message(
                    "Of what all customers would bring in {months} months if still active, the "
                    "share that is not expected of them, because they have probably left.",
                    months=found.horizon_months,
                ),
                quantity=at_risk,
                higher_is="worse",
            ),
        ),
        figures=(
            Figure(
                name="value_lorenz",
                caption=message(
                    "The expected value is spread unequally: Gini coefficient {gini}",
                    gini=on_customers(found.gini, Measure.NUMBER, found.customers),
                ),
                alt=message(
                    "Lorenz curve below the line of equality. {finding}",
                    finding=concentration.statement,
                ),
                table=tables.lorenz_table(found),
                draw=figures.draw_lorenz,
            ),
            Figure(
                name="value_at_risk",
                caption=message(
                    "{share} of the value that all would bring if active is at risk", share=at_risk
                ),
                alt=message(
                    "Bars of expected value and of value at risk by the probability of being "
                    "active. Most is at risk with {customers} customers of one band: {at_risk}.",
                    customers=Count(riskiest.customers, Unit.CUSTOMERS),
                    at_risk=on_customers(
                        riskiest.at_risk_cny,
                        Measure.AMOUNT_CNY,
                        riskiest.customers,
                        top_two_share=riskiest.at_risk_top_two,
                    ),
                ),
                table=tables.risk_table(found),
                draw=figures.draw_risk,
            ),
        ),
        tables=(tables.top_table(found),),
        methods=found.methods,
    )
