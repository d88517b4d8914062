"""What the quality report counts, and when it stops the reports."""

from __future__ import annotations

import datetime as dt
from itertools import count

import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.data.contract import contract
from analysis.data.quality import check_source, check_table
from analysis.data.rules import Consequence, Rule, RuleResult
from analysis.data.schema import ColumnType
from analysis.disclosure.sentences import SentenceGate
from analysis.errors import DataError
from analysis.locale import render
from analysis.params.policy import DisclosurePolicy
from analysis.text import Unit

AS_OF = dt.date(2025, 12, 31)
GOOD_HOLDING = {
    "account_id": "A",
    "customer_id": "C1",
    "product_id": "P1",
    "opened_on": "2024-01-01",
    "closed_on": "2025-01-01",
    "end_reason": "closed",
    "balance_cny": "10.5",
}


def broken_rules(quality):
    return {(result.rule.value, result.column): result.rows_wrong for result in quality.failed}


def holdings(*changes):
    """Give a table of good rows, each changed in its own way."""
    rows = [{**GOOD_HOLDING, "account_id": f"A{i}", **row} for i, row in enumerate(changes)]
    schema = pa.schema([(name, pa.string()) for name in GOOD_HOLDING])
    return ibis.memtable(pa.Table.from_pylist(rows, schema=schema))


class TestRules:
    def test_a_good_table_breaks_none_and_says_how_many_were_looked_at(self):
        quality = check_table(holdings({}, {}), contract()["holdings"], as_of=AS_OF)
        assert quality.failed == ()
        assert not quality.stops
        assert {result.rule for result in quality.results} == {
            Rule.WRONG_TYPE,
            Rule.MISSING_VALUE,
            Rule.NOT_ALLOWED,
            Rule.AFTER_AS_OF,
            Rule.ENDS_BEFORE_START,
            Rule.DUPLICATE_KEY,
        }
        (said,) = quality.messages()
        assert render(said, "en") == f"Rules checked, none broken: {len(quality.results)}."

    @pytest.mark.parametrize(
        ("change", "rule", "column"),
        [
            ({"opened_on": "31/12/2024"}, Rule.WRONG_TYPE, "opened_on"),
            ({"opened_on": "2025-02-30", "closed_on": None}, Rule.WRONG_TYPE, "opened_on"),
            ({"balance_cny": "1,000"}, Rule.WRONG_TYPE, "balance_cny"),
            ({"customer_id": None}, Rule.MISSING_VALUE, "customer_id"),
            ({"customer_id": ""}, Rule.MISSING_VALUE, "customer_id"),
            ({"end_reason": "lost"}, Rule.NOT_ALLOWED, "end_reason"),
            ({"opened_on": "2026-01-01", "closed_on": None}, Rule.AFTER_AS_OF, "opened_on"),
            ({"closed_on": "2023-12-31"}, Rule.ENDS_BEFORE_START, "closed_on"),
            ({"account_id": "A0"}, Rule.DUPLICATE_KEY, "account_id"),
        ],
    )
    def test_each_rule_counts_its_rows_and_no_other(self, change, rule, column):
        quality = check_table(holdings({}, {}, change), contract()["holdings"], as_of=AS_OF)
        assert broken_rules(quality) == {(rule.value, column): 1}
        stopping = {Rule.WRONG_TYPE, Rule.DUPLICATE_KEY}
        assert quality.stops == (rule in stopping)
        assert quality.failed[0].consequence is (
            Consequence.STOPS if rule in stopping else Consequence.COUNTED
        )

    def test_values_at_the_bounds_are_inside(self):
        table = ibis.memtable({"customer_id": list("abcd"), "birth_year": [1899, 1900, 2100, 2101]})
        quality = check_table(table, contract()["customers"])
        assert broken_rules(quality) == {("out_of_bounds", "birth_year"): 2}

    def test_a_whole_number_with_a_fraction_is_of_another_type(self):
        table = ibis.memtable({"customer_id": ["a", "b"], "birth_year": ["1980", "1980.5"]})
        assert broken_rules(check_table(table, contract()["customers"])) == {
            ("wrong_type", "birth_year"): 1
        }

    def test_references_are_checked_where_the_other_table_is_there(self):
        table = holdings({"customer_id": "C1"}, {"customer_id": "C9"}, {"customer_id": None})
        customers = ibis.memtable({"customer_id": ["C1", "C2"]})
        alone = check_table(table, contract()["holdings"])
        assert ("unknown_reference", "customer_id") not in broken_rules(alone)
        together = check_table(table, contract()["holdings"], referred={"customers": customers})
        assert broken_rules(together)["unknown_reference", "customer_id"] == 1

    def test_a_key_of_several_columns_counts_every_row_after_the_first(self):
        table = ibis.memtable(
            {
                "customer_id": ["C1", "C1", "C1", "C2", None, None],
                "product_family": ["card", "card", "card", "card", "card", "card"],
                "asked_on": [AS_OF] * 6,
                "wanted": [True] * 6,
            }
        )
        found = broken_rules(check_table(table, contract()["needs"]))
        assert found["duplicate_key", "customer_id, product_family"] == 2
        assert found["missing_value", "customer_id"] == 2

    def test_missing_columns(self):
        table = ibis.memtable({"customer_id": ["C1"], "amount_cny": [1.0]})
        quality = check_table(table, contract()["transactions"])
        assert broken_rules(quality) == {("missing_column", "occurred_on"): 1}
        assert quality.stops
        assert quality.absent_columns == ("transaction_id", "channel", "product_id")

    def test_an_empty_table_stops(self):
        quality = check_table(holdings(), contract()["holdings"])
        assert broken_rules(quality) == {("empty_table", ""): 0}
        assert quality.stops

    def test_a_required_column_without_a_value_stops_an_optional_one_does_not(self):
        rows = {"product_id": ["P1", "P2"], "name_en": ["", None], "family": ["card", "card"]}
        table = ibis.memtable(pa.table({**rows, "name_zh": [None, None]}))
        quality = check_table(table, contract()["products"])
        assert broken_rules(quality) == {
            ("no_value", "name_en"): 2,
            ("missing_value", "name_zh"): 2,
        }
        assert [result.column for result in quality.failed if result.stops] == ["name_en"]

    def test_a_column_of_another_type_says_which(self):
        table = ibis.memtable({"customer_id": ["C1", "C2"], "occurred_on": [1.5, 2.5],
                               "amount_cny": [1.0, 2.0]})  # fmt: skip
        quality = check_table(table, contract()["transactions"])
        (result,) = quality.failed
        assert (result.rule, result.rows_wrong, result.other) == (Rule.WRONG_TYPE, 2, "float64")
        assert "found 2 of 2 rows of type float64, need date" in str(result.problem())

    def test_an_instant_with_a_time_zone_is_no_day(self):
        shanghai = pa.array([dt.datetime(2025, 1, 1, tzinfo=dt.UTC)], pa.timestamp("us", "UTC"))
        table = ibis.memtable(
            pa.table({"customer_id": ["C1"], "occurred_on": shanghai, "amount_cny": [1.0]})
        )
        assert broken_rules(check_table(table, contract()["transactions"])) == {
            ("wrong_type", "occurred_on"): 1
        }

    def test_one_query_for_the_rows_and_one_across_them(
        self, bank_folder, open_source, monkeypatch
    ):
        bank_folder.usual()
        source = open_source(folder=bank_folder.path)
        engine = source.table("customers").get_backend()
        mapped, branches = source.map("customers"), source.table("branches")
        asked = count()
        real = type(engine).to_pyarrow
        monkeypatch.setattr(
            type(engine), "to_pyarrow", lambda *a, **k: (next(asked), real(*a, **k))[1]
        )
        check_table(mapped.raw, mapped.contract, as_of=AS_OF, referred={"branches": branches})
        assert next(asked) == 2


FAULTS = {
    "none": {},
    "type": {"balance_cny": "x"},
    "missing": {"product_id": None},
    "allowed": {"end_reason": "other"},
    "future": {"opened_on": "2026-02-01", "closed_on": None},
    "order": {"closed_on": "2020-01-01"},
    "reference": {"customer_id": "C9"},
}


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(sorted(FAULTS)), min_size=1, max_size=40))
def test_planted_faults_are_counted_exactly(faults):
    quality = check_table(
        holdings(*(FAULTS[fault] for fault in faults)),
        contract()["holdings"],
        as_of=AS_OF,
        referred={"customers": ibis.memtable({"customer_id": ["C1"]})},
    )
    places = {
        "type": ("wrong_type", "balance_cny"),
        "missing": ("missing_value", "product_id"),
        "allowed": ("not_allowed", "end_reason"),
        "future": ("after_as_of", "opened_on"),
        "order": ("ends_before_start", "closed_on"),
        "reference": ("unknown_reference", "customer_id"),
    }
    expected = {place: faults.count(fault) for fault, place in places.items() if fault in faults}
    if faults.count("missing") == len(faults):
        expected[("no_value", "product_id")] = expected.pop(("missing_value", "product_id"))
    assert broken_rules(quality) == expected


class TestSource:
    def test_a_good_source_passes(self, bank_folder, open_source):
        bank_folder.usual()
        report = check_source(
            open_source(folder=bank_folder.path),
            tables=("customers", "transactions"),
            optional=("branches", "holdings"),
            as_of=AS_OF,
        )
        assert not report.stops
        report.raise_if_stopped()
        assert [table.table for table in report.tables] == ["customers", "transactions", "branches"]
        assert report.absent_tables == ("holdings",)
        assert report.table("transactions").source == "bank/transactions.csv"
        references = [
            (r.column, r.other)
            for table in report.tables
            for r in table.results
            if r.rule is Rule.UNKNOWN_REFERENCE
        ]
        assert references == [("branch_id", "branches"), ("customer_id", "customers")]

    def test_everything_that_stops_is_said_at_once_and_no_value_is(self, bank_folder, open_source):
        bank_folder.csv(
            "customers.csv", {"customer_id": ["SECRET", "SECRET"], "region": ["N", "N"]}
        )
        bank_folder.csv(
            "transactions.csv",
            {"customer_id": ["SECRET"], "occurred_on": ["SECRET"], "amount": ["1"]},
        )
        bank_folder.parquet("branches.parquet", bank_folder.branches).write_bytes(b"PAR1")
        bank_folder.csv("holdings.csv", {name: [] for name in GOOD_HOLDING})
        report = check_source(
            open_source(folder=bank_folder.path),
            tables=("customers", "transactions", "branches", "products", "holdings"),
            as_of=AS_OF,
        )
        with pytest.raises(DataError) as caught:
            report.raise_if_stopped()
        text = str(caught.value)
        assert caught.value.problems == report.problems()
        for said in (
            "the file 'branches.parquet' cannot be read as Parquet",
            "the source's folder has no table 'products'",
            "column 'customer_id' of table 'customers': duplicate key: found 1 of 2 rows",
            "table 'transactions' has no column 'amount_cny'",
            "columns: {amount_cny: amount}",
            "column 'occurred_on' of table 'transactions': wrong type: found 1 of 1 rows",
            "Write read: {date_format: …}",
            "table 'holdings': empty table: found no row",
        ):
            assert said in text
        assert "SECRET" not in text
        assert len(report.problems()) == 6

    def test_dates_in_another_form_are_read_by_it(self, bank_folder, open_source):
        bank_folder.file(
            "transactions.csv", "customer_id,occurred_on,amount_cny\nC1,20250102,1\nC2,epoch,1\n"
        )
        bank_folder.parquet(
            "needs.parquet",
            {"customer_id": ["C1"], "asked_on": [20250102], "product_family": ["card"],
             "wanted": ["是"]},
        )  # fmt: skip
        read = {"read": {"date_format": "%Y%m%d"}}
        source = open_source(folder=bank_folder.path, tables={"transactions": read, "needs": read})
        report = check_source(source, tables=("transactions", "needs"), as_of=AS_OF)
        assert broken_rules(report.table("transactions")) == {("wrong_type", "occurred_on"): 1}
        assert broken_rules(report.table("needs")) == {}
        assert source.table("needs").to_pyarrow().to_pylist()[0] == {
            "customer_id": "C1",
            "asked_on": dt.date(2025, 1, 2),
            "product_family": "card",
            "wanted": True,
        }

    def test_broken_lines_are_found_by_the_check(self, bank_folder, open_source):
        bank_folder.file("customers.csv", "customer_id,region\nC1,N\nC2\n")
        report = check_source(
            open_source(folder=bank_folder.path), tables=("customers",), as_of=AS_OF
        )
        assert report.tables == ()
        assert "line 3 of 'customers.csv' cannot be read" in str(report.unreadable[0])

    def test_a_broken_optional_table_stops_too(self, bank_folder, open_source):
        bank_folder.usual()
        bank_folder.csv("holdings.csv", {name: [] for name in GOOD_HOLDING})
        report = check_source(
            open_source(folder=bank_folder.path),
            tables=("customers",),
            optional=("holdings",),
            as_of=AS_OF,
        )
        assert report.stops

    def test_a_duplicate_reference_target_does_not_multiply_rows(self, bank_folder, open_source):
        bank_folder.usual()
        bank_folder.csv(
            "branches.csv", {name: [*v, v[0]] for name, v in bank_folder.branches.items()}
        )
        report = check_source(
            open_source(folder=bank_folder.path), tables=("customers", "branches"), as_of=AS_OF
        )
        assert broken_rules(report.table("customers")) == {}
        assert broken_rules(report.table("branches")) == {("duplicate_key", "branch_id"): 1}


class TestWords:
    @pytest.mark.parametrize("rule", list(Rule))
    def test_every_rule_is_worded_in_both_languages(self, rule):
        result = RuleResult(
            rule=rule, table="customers", column="opened_on", other="first_contact_on",
            rows_wrong=25, rows=100, unit=Unit.CUSTOMERS, column_type=ColumnType.DATE,
        )  # fmt: skip
        gate = SentenceGate(DisclosurePolicy())
        english, chinese = (render(result.message(), lang, gate=gate) for lang in ("en", "zh"))
        assert english != chinese
        assert any("\u4e00" <= character <= "\u9fff" for character in chinese)
        assert str(result.problem())

    def test_few_customers_are_withheld_on_the_page(self):
        (result,) = check_table(holdings({}, {"end_reason": "x"}), contract()["holdings"]).failed
        said = render(result.message(), "en", gate=SentenceGate(DisclosurePolicy()))
        assert said == "Rows in which end_reason is none of the allowed values: (withheld)."
