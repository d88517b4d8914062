"""Tables on the assignment by lot."""

from __future__ import annotations

from analysis.incentive_effectiveness.assignment import Assignment
from analysis.incentive_effectiveness.traits import trait_name
from analysis.tables import Counts, Labels, Quantities, Row, Shares, Table
from analysis.text import Measure, Unit, message

_ARMS = {"offer": message("offered"), "holdout": message("held back")}


def arms_table(study: Assignment) -> Table:
    """Assigned, reached, taken up and without an outcome, by arm."""
    rows: list[Row] = [
        {
            "arm": _ARMS[name],
            "assigned": arm.assigned,
            "exposed": arm.exposed,
            "taken_up": arm.taken_up,
            "without": arm.without_outcome,
        }
        for name, arm in study.arms.items()
    ]
    return Table(
        name=f"arms_{study.campaign.campaign_id}",
        caption=message(
            "{name}: customers assigned, reached and lost from view", name=study.campaign.name
        ),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="arm", title=message("Arm")),
            Counts(name="assigned", title=message("Assigned")),
            Counts(name="exposed", title=message("Reached")),
            Counts(name="taken_up", title=message("Took it up")),
            Counts(name="without", title=message("Without an outcome")),
            Shares(
                name="take_up_share",
                title=message("Take-up"),
                part="taken_up",
                whole="assigned",
            ),
        ),
        rows=tuple(rows),
    )


def balance_table(study: Assignment) -> Table:
    """Standardised differences between the arms, the largest first."""
    return Table(
        name=f"balance_{study.campaign.campaign_id}",
        caption=message(
            "{name}: difference between the arms before the assignment, in standard deviations",
            name=study.campaign.name,
        ),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="trait", title=message("Trait")),
            Counts(name="n", title=message("Customers"), shown=False, adds_up=False),
            Quantities(
                name="difference",
                title=message("Standardised difference"),
                measure=Measure.NUMBER,
                n="n",
                degrees="degrees",
            ),
        ),
        rows=tuple(
            {
                "trait": trait_name(one.name, study.regions),
                "n": study.n,
                "difference": one.standardised_difference,
                "degrees": study.n - 2,
            }
            for one in study.balance
        ),
    )
