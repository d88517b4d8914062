"""Where acro has the same rule, the gate finds the same cells unsafe.

acro 1.0.2 (a checker of outputs for trusted research environments) needs pandas below 3
and cannot share this environment; ``benchmarks/acro_rules.py`` asked it in one of its own.
"""

import json
from pathlib import Path

import pytest

from analysis.disclosure import protect
from analysis.disclosure.rules import dominates, is_small
from analysis.params.policy import DisclosurePolicy
from analysis.tables import Counts, Labels, Quantities, Table
from analysis.text import Measure, Unit, message

ASKED = json.loads((Path(__file__).parent / "acro_cells.json").read_text("utf-8"))
CONFIG, CELLS = ASKED["source"]["config"], ASKED["cells"]
POLICY = DisclosurePolicy(
    minimum_units=CONFIG["safe_threshold"],
    dominance_share=CONFIG["safe_nk_k"],
    prior_share=CONFIG["safe_pratio_p"],
    rounding_base=CONFIG["safe_round_base"],
)
TITLE = message("Customers")


def broken(name: str) -> list[bool]:
    return [name in cell["breaks"] for cell in CELLS]


def test_each_rule_is_broken_by_some_and_kept_by_others() -> None:
    assert {rule for cell in CELLS for rule in cell["breaks"]} == {
        "ok",
        "MinimumThresholdCheck",
        "NKCheck",
        "PPercentCheck",
    }


def test_few_units_are_the_same() -> None:
    assert [is_small(cell["n"], POLICY) for cell in CELLS] == broken("MinimumThresholdCheck")


@pytest.mark.parametrize(
    ("rule", "off"), [("NKCheck", {"prior_share": 0.0}), ("PPercentCheck", {"dominance_share": 1})]
)
def test_one_contributor_too_many_is_the_same_by_each_rule(rule: str, off: dict) -> None:
    alone = POLICY.model_copy(update=off)
    ours = [dominates(cell["top_two"], alone, top_share=cell["top"]) for cell in CELLS]
    assert ours == broken(rule)


def test_a_table_hides_the_sums_that_acro_would() -> None:
    table = Table(
        name="t",
        caption=TITLE,
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="group", title=TITLE),
            Counts(name="n", title=TITLE, adds_up=False),
            Quantities(
                name="sum",
                title=TITLE,
                measure=Measure.AMOUNT_CNY,
                n="n",
                top_two_share="top_two",
                top_share="top",
            ),
        ),
        rows=tuple({"group": str(i), "sum": 1000.0, **cell} for i, cell in enumerate(CELLS)),
    )
    hidden = [row["sum"].suppressed for row in protect(table, POLICY).rows]
    assert hidden == [cell["breaks"] != ["ok"] for cell in CELLS]
