"""The answer on where customers stand and who moved."""

from __future__ import annotations

from analysis.answers import Answer, Figure, Metric
from analysis.definitions import Stage
from analysis.lifecycle import stages as stage_module
from analysis.lifecycle.figures import stages as figures
from analysis.lifecycle.findings import stages as findings
from analysis.lifecycle.stages import CustomerStages
from analysis.lifecycle.tables import stages as tables
from analysis.text import Count, Measure, Unit, message, on_customers


def present_stages(stages: CustomerStages) -> Answer:
    """Where customers stand."""
    return Answer(
        findings=(findings.stage_finding(stages),),
        metrics=(
            Metric(
                name="active_customers",
                label=message("Active customers"),
                definition=message(
                    "Customers whose relationship is open and who had a transaction, or opened it, "
                    "within {months} months of the as-of date.",
                    months=stages.rules.dormant_after_months,
                ),
                quantity=on_customers(stages.n_active, Measure.COUNT, stages.n_active),
                higher_is="better",
            ),
            Metric(
                name="active_share",
                label=message("Active share"),
                definition=message("Active customers among all who have or had a relationship."),
                quantity=on_customers(stages.active_share, Measure.SHARE, stages.n_related),
                change=None
                if stages.active_share_change is None
                else on_customers(stages.active_share_change, Measure.POINTS, stages.n_related),
                higher_is="better",
            ),
        ),
        figures=(
            Figure(
                name="customers_by_stage",
                caption=message(
                    "Customers by stage: {active} are active, {dormant} dormant",
                    active=Count(stages.n_active, Unit.CUSTOMERS),
                    dormant=Count(stages.now[Stage.DORMANT], Unit.CUSTOMERS),
                ),
                alt=message(
                    "Bars of customers by stage at both dates. Now {active} are active, {dormant} "
                    "dormant and {lost} lost.",
                    active=Count(stages.n_active, Unit.CUSTOMERS),
                    dormant=Count(stages.now[Stage.DORMANT], Unit.CUSTOMERS),
                    lost=Count(stages.now[Stage.LOST], Unit.CUSTOMERS),
                ),
                table=tables.stage_table(stages),
                draw=figures.draw_stages,
            ),
        ),
        methods=(stage_module.METHOD,),
    )


def present_movement(stages: CustomerStages) -> Answer:
    """Who came, moved and left since the last period."""
    return Answer(
        findings=(findings.movement_finding(stages),),
        metrics=(
            Metric(
                name="customers_lost",
                label=message("Customers lost since the last period"),
                definition=message(
                    "Customers in any other stage at the previous date who are lost now."
                ),
                quantity=on_customers(stages.n_left, Measure.COUNT, stages.n_known),
                higher_is="worse",
            ),
        ),
        tables=(tables.movement_table(stages),),
    )
