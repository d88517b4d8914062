"""The sample bank keeps every promise of the data contract, whatever its size."""

import pytest

from analysis.data.contract import contract
from analysis.data.rules import PLANNED_DATES
from analysis.data.schema import ColumnType

STORED = {
    ColumnType.TEXT: "VARCHAR",
    ColumnType.INTEGER: "BIGINT",
    ColumnType.DECIMAL: "DOUBLE",
    ColumnType.BOOLEAN: "BOOLEAN",
    ColumnType.DATE: "DATE",
}
every_table = pytest.mark.parametrize("table", list(contract().values()), ids=lambda t: t.name)


@pytest.fixture(params=["sample", "small"])
def written(request):
    return request.getfixturevalue(request.param)


def broken_rules(column, as_of):
    """State, as conditions, what the column promises will not happen."""
    name = column.name
    if not column.nullable:
        yield f"{name} is null"
    if column.allowed:
        yield f"{name} not in ({', '.join(repr(value) for value in column.allowed)})"
    if column.minimum is not None:
        yield f"{name} < {column.minimum}"
    if column.maximum is not None:
        yield f"{name} > {column.maximum}"
    if column.type is ColumnType.DECIMAL:
        yield f"isnan({name}) or isinf({name})"
    if column.type is ColumnType.DATE and column.name not in PLANNED_DATES:
        yield f"{name} > date '{as_of}'"
    if name.endswith("_zh"):
        yield f"not regexp_matches({name}, '[一-鿿]')"


def lost_reference(column):
    """State, as a condition, that a value is not found where it should be."""
    target, key = column.references.split(".")
    known = f"select {key} from {target}"  # noqa: S608 - names of the contract
    return f"{column.name} is not null and {column.name} not in ({known})"


@every_table
def test_columns_are_the_contracts_in_its_types(written, table):
    stored = written.columns(table.name)
    promised = {column.name: STORED[column.type] for column in table.columns}
    assert {name: promised[name] for name in stored} == stored
    assert {column.name for column in table.columns if column.required} <= set(stored)


@every_table
def test_no_row_breaks_a_rule_of_its_columns(written, table):
    stored = written.columns(table.name)
    rules = [
        rule
        for column in table.columns
        if column.name in stored
        for rule in broken_rules(column, written.bank.as_of)
    ]
    rules += [lost_reference(c) for c in table.columns if c.references and c.name in stored]
    found = written.counts(table.name, rules)
    assert {rule: count for rule, count in found.items() if count} == {}


@every_table
def test_a_table_has_as_many_rows_as_said_and_no_key_twice(written, table):
    rows = written.count(table.name)
    assert rows == written.bank.rows[table.name] > 0
    if table.key:
        keys = written.connection.table(table.name).select(", ".join(table.key)).distinct()
        assert len(keys) == rows
