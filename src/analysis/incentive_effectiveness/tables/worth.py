"""Tables on whether the incentives are worth their cost."""

from __future__ import annotations

from analysis.incentive_effectiveness.wording import KINDS
from analysis.incentive_effectiveness.worth import Split, Worth, WorthOfAll
from analysis.tables import Counts, Labels, Quantities, Table
from analysis.text import Basis, Measure, Quantity, Unit, message

_RESTS_ON = Counts(name="n", title=message("Customers"), adds_up=False, shown=False)
"""What an effect rests on: nothing is shown on too few."""


def worth_table(found: WorthOfAll) -> Table:
    """Cost per additional unit and return, by incentive."""
    return Table(
        name="worth",
        caption=message("What each incentive cost, and what it returned"),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="name", title=message("Incentive")),
            Labels(name="kind", title=message("Kind of incentive")),
            Labels(name="grade", title=message("Grade")),
            _RESTS_ON,
            Quantities(
                name="cost",
                title=message("Cost"),
                measure=Measure.AMOUNT_CNY,
                n="n",
                top_two_share="cost_top_two",
            ),
            Quantities(
                name="per_unit",
                title=message("Cost of one more unit of its outcome"),
                measure=Measure.AMOUNT_CNY,
                n="n",
                top_two_share="cost_top_two",
                degrees="degrees",
                goes_with="cost",
            ),
            Quantities(
                name="return",
                title=message("Returned per CNY spent, beyond it"),
                measure=Measure.NUMBER,
                n="n",
                degrees="degrees",
                goes_with="cost",
            ),
        ),
        rows=tuple(
            {
                "name": one.evidence.campaign.name,
                "kind": KINDS.get(one.evidence.campaign.kind, one.evidence.campaign.kind),
                "grade": one.evidence.grade,
                "n": one.n,
                "cost": one.cost_cny,
                "per_unit": one.cost_per_unit,
                "return": one.return_on_cost,
                "cost_top_two": one.cost_top_two,
                "degrees": one.effect.n_treated + one.effect.n_untreated - 2,
            }
            for one in found.incentives
        ),
        notes=(
            message(
                "Gains of balances and deposits are taken to last {months} months; grade C is an "
                "association.",
                months=found.horizon_months,
            ),
            message(
                "Of an award the jump at its threshold is taken for all who got it, which goes "
                "beyond what the threshold shows."
            ),
        ),
    )


def cases_table(one: Worth) -> Table:
    """The return under other margins and horizons."""
    return Table(
        name=f"sensitivity_{one.evidence.campaign.campaign_id}",
        caption=message(
            "{name}: return per CNY spent under other margins and horizons",
            name=one.evidence.campaign.name,
        ),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="months", title=message("Months that the gain lasts")),
            _RESTS_ON,
            Quantities(
                name="margin",
                title=message("Margin a year"),
                measure=Measure.NUMBER,
                n="n",
                basis=Basis.GIVEN,
            ),
            Quantities(
                name="return",
                title=message("Returned per CNY spent, beyond it"),
                measure=Measure.NUMBER,
                n="n",
                top_two_share="cost_top_two",
                degrees="degrees",
            ),
        ),
        rows=tuple(
            {
                "n": one.n,
                "months": str(round(case.horizon_months)),
                "margin": 12 * case.margin_cny,
                "return": case.return_on_cost,
                "cost_top_two": one.cost_top_two,
                "degrees": one.effect.n_treated + one.effect.n_untreated - 2,
            }
            for case in one.cases
        ),
    )


def split_table(split: Split) -> Table:
    """Today's split of the budget and the best, with what limits it."""
    return Table(
        name="budget_split",
        caption=message("The next budget: today's split, the best, and the price of each limit"),
        unit=Unit.NONE,
        columns=(
            Labels(name="name", title=message("Incentive")),
            Quantities(name="today", title=message("Today"), measure=Measure.AMOUNT_CNY),
            Quantities(name="best", title=message("Best split"), measure=Measure.AMOUNT_CNY),
            Quantities(name="low", title=message("In most draws from"), measure=Measure.AMOUNT_CNY),
            Quantities(name="high", title=message("to"), measure=Measure.AMOUNT_CNY),
            Quantities(
                name="price",
                title=message("Gain of one more CNY allowed"),
                measure=Measure.AMOUNT_CNY,
            ),
        ),
        rows=tuple(
            {
                "name": one.campaign.name,
                "today": split.today_cny[i],
                "best": split.best.units[i],
                "low": split.best.spread[i][0],
                "high": split.best.spread[i][1],
                "price": split.best.limit_prices[i],
            }
            for i, one in enumerate(split.names)
        ),
        notes=(
            message(
                "Only incentives whose effect may be claimed are moved. One more CNY of budget "
                "gains {price}.",
                price=_amount(split.best.budget_price),
            ),
        ),
    )


def _amount(value: float) -> Quantity:

    return Quantity(value=value, measure=Measure.AMOUNT_CNY, unit=Unit.NONE)
