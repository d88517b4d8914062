"""An attacker who puts together all that is out learns nothing of what is withheld."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.disclosure import Ledger
from analysis.disclosure.across import settle
from analysis.disclosure.published import read_publication
from analysis.params.policy import DisclosurePolicy
from analysis.publish.wording import Wording
from analysis.tables import Cell, Counts, Labels, ProtectedTable, Row, Shares, Table
from analysis.text import Count, Share, Unit, message

from .attacker import attack, is_given_away

POLICY = DisclosurePolicy(minimum_units=10, rounding_base=5)
TITLE = message("Customers")
NOW, BEFORE = "2025-12-31", "2025-09-30"
REGIONS = ("region:East", "region:North", "region:South")


def stages(counts: dict[str, int], *, name: str = "stages", identity: str = "") -> Table:
    """Customers by stage, with their sum and their shares."""
    whole = sum(counts.values())
    rows: list[Row] = [{"stage": s, "n": n, "all": whole} for s, n in counts.items()]
    return Table(
        name=name,
        caption=TITLE,
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="stage", title=TITLE),
            Counts(name="n", title=TITLE, identity=identity),
            Counts(name="all", title=TITLE, adds_up=False),
            Shares(name="share", title=TITLE, part="n", whole="all"),
        ),
        rows=(*rows, {"stage": "all", "n": whole, "all": whole}),
        total_rows=(len(rows),),
    )


def ungated(table: Table, policy: DisclosurePolicy) -> ProtectedTable:
    """What leaves when small counts alone are blanked out, and nothing is rounded."""
    gated = Ledger(policy).protect(table)
    rows = []
    for row, exact in zip(gated.rows, table.rows, strict=True):
        cells = dict(row)
        for name in ("n", "all"):
            n = exact[name]
            assert isinstance(n, int)
            cells[name] = Cell(suppressed=True) if 0 < n < policy.minimum_units else Cell(value=n)
        small = cells["n"].suppressed
        cells["share"] = Cell(suppressed=True) if small else Cell(value=exact["n"] / exact["all"])
        rows.append(cells)
    return replace(gated, rows=tuple(rows))


def results(
    *tables: Table,
    scope: str = "bank",
    day: str = NOW,
    policy: DisclosurePolicy = POLICY,
    gate: bool = True,
    withheld: frozenset[str] = frozenset(),
) -> dict:
    """A report's results file, with the gate or without."""
    rules = policy if gate else policy.model_copy(update={"rounding_base": 1})
    wording = Wording(("en",), policy, Ledger(policy, withheld))
    published = [
        wording.table(t) if gate else wording.protected_table(ungated(t, policy)) for t in tables
    ]
    return {
        "report": {
            "name": "lifecycle",
            "scope": scope,
            "within": "" if scope == "bank" else "bank",
            "parts": list(REGIONS) if scope == "bank" else [],
            "as_of": day,
            "disclosure": rules.model_dump(mode="json"),
        },
        "tables": [table.model_dump(mode="json") for table in published],
        "figures": [],
    }


def publish_together(
    *reports: tuple[dict, list[Table]], policy: DisclosurePolicy = POLICY
) -> list[dict]:
    """Publish reports again until nothing of one follows from the others, as a run does."""
    withheld: dict[tuple[str, str], frozenset[str]] = {}
    for _ in range(6):
        out = [
            results(
                *tables,
                policy=policy,
                withheld=withheld.get(("lifecycle", where["scope"]), frozenset()),
                **where,
            )
            for where, tables in reports
        ]
        found = settle(
            [read_publication(one, fixed=one["report"]["as_of"] < NOW) for one in out],
            minimum_units=policy.minimum_units,
        )
        if not found.withhold:
            return out
        for place, names in found.withhold.items():
            withheld[place] = withheld.get(place, frozenset()) | names
    raise AssertionError("never settled")


def given_away(*out: dict) -> list[tuple]:
    return [name for name, found in attack(*out).items() if is_given_away(found, 10)]


def regions(*counts: dict[str, int]) -> list[tuple[dict, list[Table]]]:
    whole = {stage: sum(c[stage] for c in counts) for stage in counts[0]}
    places = zip(("bank", *REGIONS), (whole, *counts), strict=True)
    return [({"scope": scope}, [stages(c)]) for scope, c in places]


SCOPES = regions({"new": 50, "lost": 200}, {"new": 4, "lost": 300}, {"new": 60, "lost": 90})


def test_without_the_gate_the_attacker_finds_what_is_blanked_out() -> None:
    """In one table: 114 - 30 - 80."""
    out = results(stages({"new": 4, "stable": 30, "lost": 80}), gate=False)
    assert set(attack(out).values()) == {(4, 4)}


def test_without_the_gate_the_attacker_finds_a_region_in_the_bank() -> None:
    out = [results(*tables, gate=False, **where) for where, tables in SCOPES]
    assert (4, 4) in attack(*out).values()


def test_what_a_table_hides_the_scopes_together_do_not_tell() -> None:
    out = publish_together(*SCOPES)
    assert attack(*out)
    assert not given_away(*out)


def test_scopes_gated_one_by_one_would_tell() -> None:
    """With fine rounding the bank less the other regions is the small one, to within 3."""
    fine = DisclosurePolicy(minimum_units=10, rounding_base=2)
    alone = [results(*tables, policy=fine, **where) for where, tables in SCOPES]
    assert given_away(*alone)
    assert not given_away(*publish_together(*SCOPES, policy=fine))


def test_a_period_does_not_tell_what_the_next_one_hides() -> None:
    """The same day's counts: in the earlier report without a total, in the later with one."""
    day = f"stage on {BEFORE}: {{row}}"
    earlier = stages({"new": 4, "stable": 41, "lost": 81}, identity=day)
    without_total = replace(earlier, name="earlier", rows=earlier.rows[:3], total_rows=())
    fine = DisclosurePolicy(minimum_units=10, rounding_base=2)
    reports = (
        ({"scope": "bank", "day": BEFORE}, [without_total]),
        (
            {"scope": "bank", "day": NOW},
            [stages({"new": 4, "stable": 41, "lost": 81}, identity=day)],
        ),
    )
    alone = [results(*tables, policy=fine, **where) for where, tables in reports]
    together = publish_together(*reports, policy=fine)
    assert given_away(*alone)
    assert not given_away(*together)
    assert together[0] == alone[0], "what is out cannot be taken back"


def test_a_count_that_one_table_hides_no_other_shows() -> None:
    exact = DisclosurePolicy(minimum_units=10, rounding_base=1)
    counts = {"new": 4, "stable": 30, "lost": 80}
    with_total = stages(counts, identity="stage now: {row}")
    bare = replace(with_total, name="bare", rows=with_total.rows[:3], total_rows=())
    out = results(with_total, bare, policy=exact)
    hidden = [[row[1]["suppressed"] for row in table["rows"][:3]] for table in out["tables"]]
    assert hidden[0] == hidden[1] == [True, True, False]
    assert not given_away(out)


def test_a_sentence_does_not_say_what_a_table_hides() -> None:
    exact = DisclosurePolicy(minimum_units=10, rounding_base=1)
    wording = Wording(("en",), exact)
    wording.table(stages({"new": 4, "stable": 30, "lost": 80}))
    say = [
        wording.say(message("{x}", x=x))["en"]
        for x in (
            Count(30, Unit.CUSTOMERS),
            Share(30, 114, Unit.CUSTOMERS),
            Count(80, Unit.CUSTOMERS),
        )
    ]
    assert say == ["(withheld)", "(withheld)", "80"]


def test_what_a_sentence_has_said_protects_nothing() -> None:
    exact = DisclosurePolicy(minimum_units=10, rounding_base=1)
    wording = Wording(("en",), exact)
    wording.say(message("{x}", x=Count(30, Unit.CUSTOMERS)))
    table = wording.table(stages({"new": 4, "stable": 30, "lost": 80}))
    assert [row[1].suppressed for row in table.rows] == [True, False, True, False]


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([1, 5]))
def test_random_scopes_give_nothing_away(seed: int, base: int) -> None:
    rng = np.random.default_rng(seed)
    policy = DisclosurePolicy(minimum_units=10, rounding_base=base)
    counts = [
        dict(zip(("new", "stable", "lost"), map(int, rng.integers(0, 45, 3)), strict=True))
        for _ in REGIONS
    ]
    together = publish_together(*regions(*counts), policy=policy)
    assert not given_away(*together)


def test_two_periods_of_two_scopes_publish_the_same_twice() -> None:
    assert publish_together(*SCOPES) == publish_together(*SCOPES)


def test_what_contradicts_itself_is_no_knowledge() -> None:
    """A table that is of the whole bank in every scope: its scopes do not add up."""
    same = [({"scope": scope}, [stages({"new": 4, "lost": 90})]) for scope in ("bank", *REGIONS)]
    assert publish_together(*same) == [results(*tables, **where) for where, tables in same]


def test_nothing_is_withheld_where_nothing_is_small() -> None:
    whole = regions({"new": 500, "lost": 200}, {"new": 400, "lost": 300}, {"new": 60, "lost": 90})
    found = settle(
        [read_publication(results(*t, **w), fixed=False) for w, t in whole],
        minimum_units=10,
    )
    assert (found.given_away, found.withheld, dict(found.withhold)) == (0, 0, {})
