"""Rules for what is no count: quantiles, extremes, models, curves, words of persons."""

import pytest

from analysis.disclosure import SentenceGate, protect
from analysis.disclosure.redaction import points_at_a_person
from analysis.disclosure.rules import dominates, merge_steps
from analysis.errors import DisclosureError
from analysis.params.policy import DisclosurePolicy
from analysis.tables import Column, Counts, Labels, Quantities, Row, Table
from analysis.text import Basis, Measure, Quantity, Said, Unit, message, on_customers

POLICY = DisclosurePolicy(minimum_units=10, rounding_base=5)
TITLE = message("Customers")


def shown(column: Column, rows: list[Row], *counts: str) -> list[bool]:
    """Whether the cells of a column are shown."""
    table = Table(
        name="t",
        caption=TITLE,
        unit=Unit.CUSTOMERS,
        columns=(
            *(Counts(name=name, title=TITLE, adds_up=False, shown=False) for name in counts),
            column,
        ),
        rows=tuple(rows),
    )
    return [not row[column.name].suppressed for row in protect(table, POLICY).rows]


def number(**more: object) -> Quantities:
    return Quantities(
        name="x", title=TITLE, measure=Measure.NUMBER, n="n", **{"basis": Basis.ONE_EACH, **more}
    )  # type: ignore[arg-type]


@pytest.mark.parametrize(("quantile", "enough"), [(0.5, 20), (0.9, 100), (0.25, 40)])
def test_a_quantile_has_the_minimum_on_either_side(quantile: float, enough: int) -> None:
    rows: list[Row] = [{"n": enough, "x": 7.0}, {"n": enough - 1, "x": 7.0}]
    assert shown(number(quantile=quantile), rows, "n") == [True, False]


@pytest.mark.parametrize("quantile", [0.0, 1.0])
def test_the_smallest_and_the_largest_of_persons_are_refused(quantile: float) -> None:
    with pytest.raises(DisclosureError, match="the smallest or the largest value of persons"):
        shown(number(quantile=quantile), [{"n": 5000, "x": 7.0}], "n")


def test_a_model_keeps_enough_degrees_of_freedom() -> None:
    rows: list[Row] = [{"n": 30, "x": 1.0, "df": 10}, {"n": 30, "x": 1.0, "df": 9}]
    assert shown(number(degrees="df"), rows, "n") == [True, False]


def test_a_model_states_its_degrees_of_freedom() -> None:
    with pytest.raises(DisclosureError, match="degrees of freedom"):
        shown(number(degrees="df"), [{"n": 30, "x": 1.0}], "n")


def test_a_step_of_a_curve_on_few_events_is_held_back() -> None:
    rows: list[Row] = [{"n": 90 - 5 * i, "x": 0.9, "d": d} for i, d in enumerate([12, 4, 0, 7, 3])]
    assert shown(number(steps="d"), rows, "n", "d") == [True, False, False, True, False]


def test_no_two_points_of_a_merged_curve_differ_by_few_events() -> None:
    events = [3, 0, 8, 1, 1, 30, 0, 2]
    steps, since = [], 0
    for n, may in zip(events, merge_steps(events, POLICY), strict=True):
        since += n
        if may:
            steps.append(since)
            since = 0
    assert steps
    assert all(step == 0 or step >= POLICY.minimum_units for step in steps)


def test_the_second_largest_cannot_work_out_the_largest() -> None:
    """p % rule: 100 = 80 + 15 + 5; the second knows the largest to within 5 of 80."""
    strict = DisclosurePolicy(dominance_share=0.99, prior_share=0.10)
    assert dominates(0.95, strict, top_share=0.80)
    assert not dominates(0.95, strict, top_share=0.48)
    assert dominates(0.95, strict), "an unknown largest is taken to be as large as it can be"


def test_words_of_persons_need_a_theme_that_enough_named() -> None:
    rows: list[Row] = [
        {"n": 12, "said": "The queue was long."},
        {"n": 9, "said": "The queue was long."},
        {"n": 12, "said": "Write to me at li.wei@example.com"},
    ]
    column = Labels(name="said", title=TITLE, n="n")
    assert shown(column, rows, "n") == [True, False, False]


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("我的电话是13800138000", True),
        ("card 6222 0212 3456 7890", True),
        ("身份证11010519491231002X", True),
        ("customer C0012345 asked", True),
        ("waited 45 minutes in 2025", False),
        ("利率从3.25降到2.85", False),
    ],
)
def test_numbers_and_addresses_point_at_a_person(text: str, points: bool) -> None:
    assert points_at_a_person(text) is points


def test_points_of_single_persons_are_to_be_binned() -> None:
    table = Table(
        name="scatter",
        caption=TITLE,
        unit=Unit.CUSTOMERS,
        columns=(Labels(name="who", title=TITLE),),
        rows=({"who": "a"},),
    )
    with pytest.raises(DisclosureError, match="groups or bins of persons"):
        protect(table, POLICY)


def test_what_a_person_wrote_stands_in_a_column_that_counts_the_writers() -> None:
    rows: list[Row] = [{"n": 12, "said": Said(en="The queue was long.", zh="The queue was long.")}]
    assert shown(Labels(name="said", title=TITLE, n="n"), rows, "n") == [True]
    with pytest.raises(ValueError, match="holds persons' own words and does not count them"):
        shown(Labels(name="said", title=TITLE), rows, "n")
    with pytest.raises(ValueError, match="persons' own words stand in a table"):
        message("They say {it}.", it=Said(en="The queue was long.", zh="The queue was long."))


def test_words_that_rest_on_persons_name_their_count() -> None:
    with pytest.raises(ValueError, match="rests on no counts column"):
        shown(Labels(name="said", title=TITLE, n="n"), [])


@pytest.mark.parametrize(
    "measure", [Measure.AMOUNT_CNY, Measure.COUNT, Measure.NUMBER, Measure.RATIO]
)
def test_a_number_on_persons_states_what_it_is_made_of(measure: Measure) -> None:
    column = Quantities(name="x", title=TITLE, measure=measure, n="n")
    with pytest.raises(ValueError, match="does not state what its numbers are made of"):
        shown(column, [], "n")


def test_a_sum_cannot_pass_for_a_share_or_a_curve() -> None:
    column = Quantities(
        name="x", title=TITLE, measure=Measure.AMOUNT_CNY, n="n", part="n", steps="n"
    )
    with pytest.raises(ValueError, match="the share of the largest contributors"):
        shown(column, [], "n")


def test_money_in_a_sentence_states_what_it_is_made_of() -> None:
    with pytest.raises(ValueError, match="share of its two largest contributors"):
        on_customers(9.5, Measure.AMOUNT_CNY, 500)


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ({"top_two_share": 0.5}, True),
        ({"top_two_share": 0.95}, False),
        ({"degrees": 10}, True),
        ({"degrees": 9}, False),
        ({"quantile": 0.5}, True),
        ({"quantile": 0.99}, False),
        ({"basis": Basis.GIVEN}, True),
    ],
)
def test_a_sentence_keeps_to_the_rules_of_tables(stated: dict, said: bool) -> None:
    gated = SentenceGate(POLICY)(on_customers(9.5, Measure.AMOUNT_CNY, 500, **stated))
    assert isinstance(gated, Quantity) is said


def test_what_can_be_worked_out_from_a_withheld_number_goes_with_it() -> None:
    """The return is what was won less a known cost: it would give the sum back."""
    table = Table(
        name="t",
        caption=TITLE,
        unit=Unit.CUSTOMERS,
        columns=(
            Counts(name="n", title=TITLE, adds_up=False),
            Quantities(
                name="sum", title=TITLE, measure=Measure.AMOUNT_CNY, n="n", top_two_share="top"
            ),
            Quantities(
                name="less_cost",
                title=TITLE,
                measure=Measure.AMOUNT_CNY,
                n="n",
                basis=Basis.GIVEN,
                goes_with="sum",
            ),
        ),
        rows=({"n": 50, "sum": 90.0, "less_cost": 40.0, "top": 0.95},),
    )
    (row,) = protect(table, POLICY).rows
    assert [row[name].suppressed for name in ("n", "sum", "less_cost")] == [False, True, True]
