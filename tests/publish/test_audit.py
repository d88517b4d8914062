"""The audit says what the rules did, and nothing of what is behind a withheld cell."""

import json

from analysis.params.policy import DisclosurePolicy
from analysis.publish.audit import audit_results
from analysis.publish.wording import Wording
from analysis.tables import Counts, Labels, Quantities, Table
from analysis.text import Basis, Measure, Unit, message

TITLE = message("Customers")
POLICY = DisclosurePolicy(minimum_units=10, rounding_base=1)


def results(counts: list[int], unit: Unit = Unit.CUSTOMERS) -> dict:
    table = Table(
        name="t",
        caption=TITLE,
        unit=unit,
        columns=(
            Labels(name="group", title=TITLE),
            Counts(name="n", title=TITLE),
            Quantities(
                name="mean", title=TITLE, measure=Measure.NUMBER, n="n", basis=Basis.ONE_EACH
            ),
        ),
        rows=tuple({"group": str(i), "n": n, "mean": 1.5} for i, n in enumerate(counts)),
        total_rows=(len(counts) - 1,),
    )
    return {
        "report": {
            "name": "r",
            "scope": "bank",
            "disclosure": POLICY.model_dump(mode="json"),
        },
        "tables": [Wording(("en",), POLICY).table(table).model_dump(mode="json")],
        "figures": [],
        "metrics": [],
        "stray_outputs": 2,
    }


def test_an_item_says_its_smallest_count_its_rules_and_its_verdict() -> None:
    audit = audit_results(results([4, 30, 80, 114]))
    (item,) = audit.items
    assert (item.cells, item.withheld, item.smallest) == (8, 4, "<10")
    assert item.rules == ("complement", "few")
    assert item.verdict == "published in part"
    assert item.cost == item.cost_at_least > 0
    assert (audit.cells, audit.withheld, audit.stray_outputs) == (8, 4, 2)


def test_the_audit_does_not_tell_the_small_from_what_protects_them() -> None:
    """Whichever of the two hidden counts is the small one, the audit is the same."""
    audits = [
        json.dumps(audit_results(results(counts)).as_json())
        for counts in ([4, 30, 80, 114], [30, 4, 80, 114])
    ]
    assert audits[0] == audits[1]


def test_what_is_shown_in_full_says_its_smallest_count() -> None:
    (item,) = audit_results(results([40, 30, 70])).items
    assert (item.withheld, item.smallest, item.verdict) == (0, "30", "published")


def test_where_no_person_is_behind_a_table_there_is_nothing_to_audit() -> None:
    (item,) = audit_results(results([4, 3, 7], unit=Unit.NONE)).items
    assert (item.smallest, item.verdict) == ("", "no persons")
