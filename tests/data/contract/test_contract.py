"""The data contract: what every table and column must say of itself."""

import re

import pytest

from analysis.data.contract import contract
from analysis.data.schema import ColumnType, Identifies

TABLES = list(contract().values())
COLUMNS = [(table, column) for table in TABLES for column in table.columns]
every_table = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
SNAKE_CASE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
DOMAINS = {
    "life cycle": {"customers", "branches", "products", "holdings", "transactions", "events"},
    "incentives": {"campaigns", "offers", "offer_outcomes", "branch_months", "staff_months"},
    "research": {"survey_invitations", "survey_items", "survey_answers", "feedback", "choices"},
    "competitors": {"institutions", "competitor_offers", "market_volumes", "switching_flows"},
}


@pytest.mark.parametrize("domain", DOMAINS)
def test_every_domain_finds_its_tables(domain):
    assert DOMAINS[domain] <= set(contract())


@every_table
def test_a_table_is_named_and_explained_in_both_languages(table):
    assert SNAKE_CASE.fullmatch(table.name)
    assert table.title.isascii()
    assert table.meaning.endswith(".")
    assert CHINESE.search(table.title_zh)
    assert CHINESE.search(table.meaning_zh)
    assert table.meaning_zh.endswith("。")


@every_table
def test_a_key_is_made_of_required_columns_without_gaps(table):
    for name in table.key:
        column = table.column(name)
        assert column.required
        assert not column.nullable


@every_table
def test_column_names_of_a_table_are_unique(table):
    names = [column.name for column in table.columns]
    assert len(names) == len(set(names))


@every_table
def test_a_column_is_explained_in_both_languages(table):
    for column in table.columns:
        assert SNAKE_CASE.fullmatch(column.name)
        assert column.meaning.endswith("."), column.name
        assert CHINESE.search(column.meaning_zh), column.name
        assert column.meaning_zh.endswith("。"), column.name


@every_table
def test_a_column_says_its_unit_where_its_name_has_one(table):
    for column in table.columns:
        if column.name.endswith("_cny"):
            assert (column.unit, column.type) == ("CNY", ColumnType.DECIMAL), column.name
        if column.name.endswith("_months"):
            assert column.unit == "months", column.name
        if column.name.endswith("_on") or column.name in {"month", "quarter"}:
            assert column.type is ColumnType.DATE, column.name


@every_table
def test_allowed_values_belong_to_text_and_bounds_to_numbers(table):
    for column in table.columns:
        assert len(set(column.allowed)) == len(column.allowed)
        if column.allowed:
            assert column.type is ColumnType.TEXT, column.name
        if column.minimum is not None or column.maximum is not None:
            assert column.type in {ColumnType.INTEGER, ColumnType.DECIMAL}, column.name
        if column.minimum is not None and column.maximum is not None:
            assert column.minimum < column.maximum, column.name


@pytest.mark.parametrize(
    "column",
    [column for _, column in COLUMNS if column.references],
    ids=lambda column: f"{column.name} to {column.references}",
)
def test_a_reference_leads_to_the_key_of_a_table_of_the_same_type(column):
    table_name, column_name = column.references.split(".")
    target = contract()[table_name]
    assert target.key == (column_name,)
    assert target.column(column_name).type is column.type


def test_numbers_of_people_are_marked_as_pointing_at_a_person():
    numbers = {"customer_id", "staff_id", "account_id", "invitation_id", "birth_year"}
    marks = {column.name: column.identifies for _, column in COLUMNS if column.name in numbers}
    assert marks == dict.fromkeys(numbers, Identifies.INDIRECTLY)


def test_free_text_points_directly_at_a_person():
    direct = [
        f"{table.name}.{column.name}"
        for table, column in COLUMNS
        if column.identifies is Identifies.DIRECTLY
    ]
    assert direct == ["feedback.text"]


def test_a_bank_that_keeps_customer_numbers_only_still_has_a_customers_table():
    assert [c.name for c in contract()["customers"].columns if c.required] == ["customer_id"]


def test_three_columns_make_a_table_of_purchases():
    required = {column.name for column in contract()["transactions"].columns if column.required}
    assert required == {"customer_id", "occurred_on", "amount_cny"}


def test_the_contract_cannot_be_changed():
    with pytest.raises(TypeError):
        contract()["customers"] = None
