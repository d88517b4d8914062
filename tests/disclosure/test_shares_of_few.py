"""An estimated share is hidden where those it counts are few, though its whole is not."""

from analysis.disclosure.tables import protect
from analysis.params.policy import DisclosurePolicy
from analysis.results import Estimate
from analysis.tables import Counts, Labels, Quantities, Table
from analysis.text import Measure, Unit, message


def test_a_share_of_few_is_hidden_and_one_of_many_is_as_coarse_as_its_whole() -> None:
    rows = [
        {
            "group": group,
            "part": part,
            "whole": 1000,
            "share": Estimate(
                value=part / 1000, low=part / 1000, high=part / 1000, confidence=0.95
            ),
        }
        for group, part in (("few", 6), ("many", 402))
    ]
    table = Table(
        name="shares",
        caption=message("Customers"),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="group", title=message("Customers")),
            Counts(name="part", title=message("Customers"), adds_up=False, shown=False),
            Counts(name="whole", title=message("Customers"), adds_up=False),
            Quantities(
                name="share",
                title=message("Customers"),
                measure=Measure.SHARE,
                n="whole",
                part="part",
            ),
        ),
        rows=tuple(rows),
    )
    few, many = protect(table, DisclosurePolicy()).rows
    assert few["share"].suppressed
    assert many["share"].value == Estimate(value=0.4, low=0.4, high=0.405, confidence=0.95)
