"""A table leaves the gate without a cell that shows, or gives away, few persons."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.disclosure import protect
from analysis.errors import DisclosureError
from analysis.params.policy import DisclosurePolicy
from analysis.results import Estimate
from analysis.tables import Column, Counts, Labels, ProtectedTable, Quantities, Row, Shares, Table
from analysis.text import Basis, Measure, Unit, message

POLICY = DisclosurePolicy(minimum_units=10, rounding_base=5)
TITLE = message("Customers")


def table(*columns: Column, rows: list[Row], unit: Unit = Unit.CUSTOMERS, **more: object) -> Table:
    return Table(
        name="t",
        caption=TITLE,
        unit=unit,
        columns=(Labels(name="group", title=TITLE), *columns),
        rows=tuple(rows),
        **more,  # type: ignore[arg-type]
    )


def counts(name: str, **more: bool) -> Counts:
    return Counts(name=name, title=TITLE, **more)


def hidden(protected: ProtectedTable) -> set[tuple[int, str]]:
    return {
        (i, name)
        for i, row in enumerate(protected.rows)
        for name, cell in row.items()
        if cell.suppressed
    }


def cross_table(body: list[list[int]]) -> Table:
    """A table of counts with the sums of its rows and columns."""
    width = len(body[0])
    names = [f"c{j}" for j in range(width)]
    full = [*body, [sum(column) for column in zip(*body, strict=True)]]
    rows: list[Row] = [
        {"group": str(i), **dict(zip(names, row, strict=True)), "all": sum(row)}
        for i, row in enumerate(full)
    ]
    return table(
        *(counts(name) for name in names),
        counts("all"),
        rows=rows,
        total_rows=(len(body),),
        total_column="all",
    )


def test_a_small_count_is_hidden_and_the_others_are_rounded() -> None:
    protected = protect(table(counts("n"), rows=[{"n": 4}, {"n": 0}, {"n": 123}]), POLICY)
    assert [row["n"].value for row in protected.rows] == [None, 0, 125]
    assert protected.suppressed_cells == 1


def test_what_an_exact_total_would_give_away_is_hidden_too() -> None:
    exact = DisclosurePolicy(minimum_units=10, rounding_base=1)
    rows: list[Row] = [{"n": 4}, {"n": 30}, {"n": 80}, {"n": 114}]
    protected = protect(table(counts("n"), rows=rows, total_rows=(3,)), exact)
    assert hidden(protected) == {(0, "n"), (1, "n")}
    assert protected.rules == ("complement", "few")
    assert protected.cost == protected.cost_at_least > 0


def test_what_rounding_protects_by_itself_costs_no_other_cell() -> None:
    """Of 4 + 30 + 80 = 114 a reader sees 30, 80 and 115, and finds 0 to 11 for the first."""
    rows: list[Row] = [{"n": 4}, {"n": 30}, {"n": 80}, {"n": 114}]
    protected = protect(table(counts("n"), rows=rows, total_rows=(3,)), POLICY)
    assert hidden(protected) == {(0, "n")}


def test_a_small_group_that_is_all_of_one_kind_is_not_shown_to_be() -> None:
    """Who knows one of the twelve would learn where they stand."""
    protected = protect(cross_table([[12, 0, 0], [200, 150, 90]]), POLICY)
    assert (0, "c0") in hidden(protected)
    assert len(hidden(protected)) > 1
    large = protect(cross_table([[120, 0, 0], [200, 150, 90]]), POLICY)
    assert hidden(large) == set()


def test_a_share_with_few_in_its_rest_is_hidden_with_its_part() -> None:
    protected = protect(
        table(
            counts("active"),
            counts("all", adds_up=False),
            Shares(name="share", title=TITLE, part="active", whole="all"),
            rows=[{"active": 197, "all": 200}, {"active": 150, "all": 200}],
        ),
        POLICY,
    )
    assert hidden(protected) == {(0, "active"), (0, "share")}
    assert protected.rows[1]["share"].value == 0.75


def test_numbers_that_rest_on_few_are_hidden() -> None:
    mean = Estimate(value=3.0, low=2.0, high=4.0, confidence=0.95)
    protected = protect(
        table(
            counts("n", shown=False),
            Quantities(
                name="mean", title=TITLE, measure=Measure.NUMBER, n="n", basis=Basis.ONE_EACH
            ),
            rows=[{"n": 9, "mean": mean}, {"n": 10, "mean": mean}],
        ),
        POLICY,
    )
    assert [row["mean"].value for row in protected.rows] == [None, mean]
    assert "n" not in protected.rows[0]


def test_a_sum_that_two_dominate_is_hidden_with_one_more() -> None:
    def row(n: int, total: float, top_two: float) -> Row:
        return {"n": n, "balance": total, "top": top_two}

    protected = protect(
        table(
            counts("n"),
            Quantities(
                name="balance", title=TITLE, measure=Measure.AMOUNT_CNY, n="n", top_two_share="top"
            ),
            rows=[row(40, 9e6, 0.9), row(50, 8e6, 0.1), row(90, 9e6, 0.1), row(180, 2.6e7, 0.3)],
            total_rows=(3,),
        ),
        POLICY,
    )
    assert hidden(protected) == {(0, "balance"), (1, "balance")}


def test_a_sum_must_state_its_largest_contributors() -> None:
    column = Quantities(
        name="balance", title=TITLE, measure=Measure.AMOUNT_CNY, n="n", top_two_share="top"
    )
    with pytest.raises(DisclosureError, match="share of the largest contributors"):
        protect(table(counts("n"), column, rows=[{"n": 40, "balance": 1.0}]), POLICY)


def test_what_was_not_observed_stays_empty_and_hides_nothing() -> None:
    protected = protect(
        table(
            counts("part"),
            counts("all"),
            Shares(name="share", title=TITLE, part="part", whole="all"),
            rows=[{"part": None, "all": 100}],
        ),
        POLICY,
    )
    assert hidden(protected) == set()
    assert protected.rows[0]["share"].value is None


@pytest.mark.parametrize("value", [-1, 2.5, "12", True])
def test_a_count_that_is_none_is_refused(value: object) -> None:
    with pytest.raises(DisclosureError, match="does not hold counts"):
        protect(table(counts("n"), rows=[{"n": value}]), POLICY)  # type: ignore[dict-item]


def test_where_no_person_stands_behind_the_numbers_they_are_exact() -> None:
    protected = protect(
        table(
            counts("n"),
            counts("all"),
            Shares(name="share", title=TITLE, part="n", whole="all"),
            rows=[{"n": 3, "all": 4}],
            unit=Unit.NONE,
        ),
        POLICY,
    )
    assert [protected.rows[0][name].value for name in ("n", "all", "share")] == [3, 4, 0.75]


def test_a_quantity_must_rest_on_a_counts_column() -> None:
    with pytest.raises(ValueError, match="rests on no counts column"):
        table(Quantities(name="mean", title=TITLE, measure=Measure.NUMBER), rows=[])


@settings(max_examples=25, deadline=None)
@given(
    st.integers(2, 4).flatmap(
        lambda width: st.lists(
            st.lists(st.integers(0, 40), min_size=width, max_size=width), min_size=2, max_size=4
        )
    )
)
def test_no_small_cell_of_an_exact_cross_table_follows_from_its_sums(body: list[list[int]]) -> None:
    """Without rounding a hidden cell needs another one in its row and in its column."""
    protected = protect(cross_table(body), DisclosurePolicy(minimum_units=10, rounding_base=1))
    out = hidden(protected)
    names = [column.name for column in protected.columns[1:]]
    small = {
        (i, name)
        for i, name in product(range(len(body)), names[:-1])
        if 0 < cross_table(body).rows[i][name] < 10  # type: ignore[operator]
    }
    assert small <= out
    lines = [[(i, name) for name in names] for i in range(len(body) + 1)]
    lines += [[(i, name) for i in range(len(body) + 1)] for name in names]
    for line in lines:
        if small.intersection(line):
            assert len(out.intersection(line)) != 1, "a single hidden cell follows from its sum"
