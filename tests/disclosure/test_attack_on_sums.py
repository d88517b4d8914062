"""An attacker who adds and subtracts sums of money learns no withheld one closer than p %."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.disclosure import Ledger
from analysis.disclosure.across import settle
from analysis.disclosure.published import read_publication
from analysis.params.policy import DisclosurePolicy
from analysis.publish.wording import Wording
from analysis.tables import Cell, Counts, Labels, ProtectedTable, Quantities, Row, Table
from analysis.text import Measure, Unit, message, on_customers

from .attacker import attack_money, is_known

POLICY = DisclosurePolicy(minimum_units=10, rounding_base=5)
P = 100 * POLICY.prior_share
TITLE = message("Customers")
NOW, BEFORE = "2025-12-31", "2025-09-30"
REGIONS = ("region:East", "region:North", "region:South")
EVEN, DOMINATED = 0.1, 0.95
"""Shares of the two largest contributors."""

Cells = dict[str, tuple[int, float, float]]
"""Customers, their balance and the share of the two largest, by product."""


def balances(cells: Cells, *, identity: str = "", total: bool = False) -> Table:
    rows: list[Row] = [
        {"product": name, "n": n, "balance": money, "top_two": top}
        for name, (n, money, top) in cells.items()
    ]
    if total:
        whole = {"n": sum(n for n, *_ in cells.values()), "top_two": EVEN}
        rows.append({"product": "all", "balance": sum(m for _, m, _ in cells.values()), **whole})
    return Table(
        name="balances",
        caption=TITLE,
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="product", title=TITLE),
            Counts(name="n", title=TITLE),
            Quantities(
                name="balance",
                title=TITLE,
                measure=Measure.AMOUNT_CNY,
                n="n",
                top_two_share="top_two",
                identity=identity,
            ),
        ),
        rows=tuple(rows),
        total_rows=(len(rows) - 1,) if total else (),
    )


def by_hand(table: Table, policy: DisclosurePolicy) -> ProtectedTable:
    """Blank out the sums of few, and those that two customers dominate; nothing else."""
    rows = []
    for row, exact in zip(Ledger(policy).protect(table).rows, table.rows, strict=True):
        n, top = exact["n"], exact["top_two"]
        assert isinstance(n, int)
        assert isinstance(top, float)
        few = 0 < n < policy.minimum_units
        gone = few or top > policy.dominance_share
        money = Cell(suppressed=True) if gone else Cell(value=exact["balance"])
        rows.append({**row, "n": Cell(suppressed=True) if few else Cell(value=n), "balance": money})
    return replace(Ledger(policy).protect(table), rows=tuple(rows))


def results(
    table: Table,
    *,
    scope: str = "bank",
    day: str = NOW,
    gate: bool = True,
    withheld: frozenset[str] = frozenset(),
    parts: tuple[str, ...] = REGIONS,
) -> dict:
    wording = Wording(("en",), POLICY, Ledger(POLICY, withheld))
    published = wording.table(table) if gate else wording.protected_table(by_hand(table, POLICY))
    return {
        "report": {
            "name": "lifecycle",
            "scope": scope,
            "within": "" if scope == "bank" else "bank",
            "parts": list(parts) if scope == "bank" else [],
            "as_of": day,
            "disclosure": POLICY.model_dump(mode="json"),
        },
        "tables": [published.model_dump(mode="json")],
        "figures": [],
    }


def publish_together(*reports: tuple[dict, Table]) -> list[dict]:
    """Publish again until nothing of one follows from the others, as a run does."""
    withheld: dict[str, frozenset[str]] = {}
    for _ in range(6):
        out = [
            results(table, withheld=withheld.get(where["scope"], frozenset()), **where)
            for where, table in reports
        ]
        found = settle(
            [read_publication(one, fixed=one["report"]["as_of"] < NOW) for one in out],
            minimum_units=POLICY.minimum_units,
        )
        if not found.withhold:
            return out
        for (_, scope), names in found.withhold.items():
            withheld[scope] = withheld.get(scope, frozenset()) | names
    raise AssertionError("never settled")


def regions(*cells: Cells, **more: object) -> list[tuple[dict, Table]]:
    whole: Cells = {
        product: (sum(c[product][0] for c in cells), sum(c[product][1] for c in cells), EVEN)
        for product in cells[0]
    }
    places = zip(("bank", *REGIONS), (whole, *cells), strict=True)
    return [({"scope": scope, **more}, balances(c)) for scope, c in places]


def known(*out: dict) -> list[tuple]:
    return [name for name, found in attack_money(*out).items() if is_known(found, P)]


ONE_DOMINATED = regions(
    {"loans": (40, 9_000.0, DOMINATED)},
    {"loans": (90, 52_000.0, EVEN)},
    {"loans": (70, 41_000.0, EVEN)},
)


def test_without_the_gate_the_bank_less_its_regions_is_the_region() -> None:
    out = [results(table, gate=False, **where) for where, table in ONE_DOMINATED]
    ((low, high),) = attack_money(*out).values()
    assert 8_999 < low <= high < 9_001


def test_gated_one_by_one_the_regions_would_tell_and_together_they_do_not() -> None:
    alone = [results(table, **where) for where, table in ONE_DOMINATED]
    together = publish_together(*ONE_DOMINATED)
    assert known(*alone)
    assert attack_money(*together)
    assert not known(*together)


def test_sums_of_few_do_not_follow_though_rounding_hides_how_many_they_are() -> None:
    """Counts of 4 in 204 are rounded away; the money would still be exact."""
    few = regions(
        {"loans": (4, 700.0, EVEN)},
        {"loans": (100, 52_000.0, EVEN)},
        {"loans": (100, 41_000.0, EVEN)},
    )
    assert known(*[results(table, **where) for where, table in few])
    assert not known(*publish_together(*few))


def test_an_earlier_period_does_not_tell_what_the_next_one_hides() -> None:
    """The same day's sums: earlier without the product's total, later with it."""
    day = f"balance on {BEFORE}: {{row}}"
    cells: Cells = {
        "loans": (40, 9_000.0, DOMINATED),
        "cards": (90, 52_000.0, EVEN),
        "deposits": (70, 41_000.0, EVEN),
    }
    reports = (
        ({"scope": "bank", "day": BEFORE}, balances(cells, identity=day)),
        ({"scope": "bank", "day": NOW}, balances(cells, identity=day, total=True)),
    )
    alone = [results(table, **where) for where, table in reports]
    together = publish_together(*reports)
    assert known(*alone)
    assert not known(*together)
    assert together[0] == alone[0], "what is out cannot be taken back"


def test_what_the_published_parts_leave_of_few_is_no_sum_of_theirs() -> None:
    """Of three regions two are published; in the third there may be six."""
    two = regions(
        {"loans": (6, 700.0, EVEN)},
        {"loans": (100, 52_000.0, EVEN)},
        {"loans": (100, 41_000.0, EVEN)},
    )
    published = [two[0], *two[2:]]
    shown = [results(table, **where) for where, table in published]
    cells = {one["report"]["scope"]: one["tables"][0]["rows"][0] for one in shown}
    assert not any(cell["suppressed"] for row in cells.values() for cell in row)
    together = publish_together(*published)
    hidden = [one["tables"][0]["rows"][0][2]["suppressed"] for one in together]
    assert any(hidden), "the bank less the two regions would be six customers' money"


def test_a_sentence_does_not_say_a_sum_that_a_table_withholds() -> None:
    wording = Wording(("en",), POLICY)
    wording.table(balances({"loans": (40, 9_000.0, DOMINATED), "cards": (90, 52_000.0, EVEN)}))

    def said(money: float, top: float) -> str:
        amount = on_customers(money, Measure.AMOUNT_CNY, 90, top_two_share=top)
        return wording.say(message("{x}", x=amount))["en"]

    assert said(9_000.0, EVEN) == said(52_000.0, DOMINATED) == "(withheld)"
    assert said(52_000.0, EVEN) != "(withheld)"


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_random_regions_give_no_sum_away(seed: int) -> None:
    rng = np.random.default_rng(seed)
    cells = [
        {
            product: (
                int(rng.integers(0, 60)),
                float(np.round(rng.lognormal(9, 1), 2)),
                float(rng.choice([EVEN, DOMINATED], p=[0.7, 0.3])),
            )
            for product in ("loans", "cards")
        }
        for _ in REGIONS
    ]
    together = publish_together(*regions(*cells))
    assert not known(*together)
