"""The contract's tables within a scope, what is recorded of them, and the way to pandas."""

from __future__ import annotations

import datetime as dt
import hashlib
import sqlite3
from decimal import Decimal

import ibis
import pandas as pd
import pyarrow as pa
import pytest

from analysis.data import tables
from analysis.data.tables import Bank, collect, stream
from analysis.errors import DataError
from analysis.locale import render
from analysis.text import Words


def ids(bank, name, column="customer_id"):
    return collect(bank.table(name).select(column), max_rows=100)[column].tolist()


class TestSource:
    def test_columns_are_those_of_the_contract_in_its_order(self, bank_folder, open_source):
        bank_folder.file(
            "transactions.csv", "remark,amount_cny,occurred_on,customer_id\nx,1,2025-01-01,C1\n"
        )
        source = open_source(folder=bank_folder.path)
        table = source.table("transactions")
        assert table.columns == ("customer_id", "occurred_on", "amount_cny")
        assert [str(kind) for kind in table.schema().types] == [
            "string",
            "date",
            "decimal(18, 6)",
        ]
        assert source.has("transactions", "amount_cny")
        assert not source.has("transactions", "remark")
        assert not source.has("holdings")

    def test_column_names_fit_whatever_their_case(self, bank_folder, open_source):
        bank_folder.file("customers.csv", "CUSTOMER_ID,Region\nC1,North\n")
        assert open_source(folder=bank_folder.path).table("customers").columns == (
            "customer_id",
            "region",
        )

    def test_a_mapped_column_that_is_not_there_is_refused_even_if_optional(
        self, bank_folder, open_source
    ):
        bank_folder.usual()
        source = open_source(
            folder=bank_folder.path, tables={"customers": {"columns": {"segment": "regoin"}}}
        )
        with pytest.raises(DataError, match=r"no column 'regoin'.*one of them 'region'"):
            source.table("customers")

    def test_a_column_without_any_value_fits_every_type(self, bank_folder, open_source):
        bank_folder.parquet(
            "customers.parquet", {"customer_id": ["C1"], "closed_on": [None], "reachable": [None]}
        )
        table = open_source(folder=bank_folder.path).table("customers")
        assert str(table.schema()["closed_on"]) == "date"
        assert table.to_pyarrow().to_pylist() == [
            {"customer_id": "C1", "closed_on": None, "reachable": None}
        ]

    def test_nothing_is_asked_of_the_engine_before_it_is_needed(self, bank_folder, open_source):
        bank_folder.usual()
        bank_folder.file("holdings.csv", b"\xff\xfe broken")
        source = open_source(folder=bank_folder.path)
        assert source.names() == ("customers", "branches", "holdings", "transactions")
        source.table("customers")
        with pytest.raises(DataError):
            source.table("holdings")


class TestScope:
    @pytest.fixture
    def source(self, bank_folder, open_source):
        bank_folder.usual()
        bank_folder.csv(
            "products.csv", {"product_id": ["P1"], "name_en": ["A"], "family": ["card"]}
        )
        bank_folder.csv(
            "staff.csv",
            {"staff_id": ["S1", "S2"], "branch_id": ["B1", "B3"], "role": ["adviser", "adviser"]},
        )
        bank_folder.csv(
            "staff_assessments.csv",
            {
                "staff_id": ["S1", "S2"],
                "assessed_on": ["2025-01-01"] * 2,
                "score": [1, 2],
                "target_score": [1, 1],
                "recognised": ["true", "false"],
                "sales_after_points": [1, 1],
            },
        )
        bank_folder.csv(
            "market_totals.csv",
            {
                "product_family": ["card", "card"],
                "region": ["North", "South"],
                "quarter": ["2025-10-01"] * 2,
                "volume_cny": [1, 2],
                "source_id": ["X", "X"],
            },
        )
        return open_source(folder=bank_folder.path)

    def test_the_whole_bank(self, source):
        bank = Bank(source)
        assert ids(bank, "customers") == ["007", "C2", "C3", "C4"]
        assert bank.table("customers").equals(source.table("customers"))

    def test_a_region(self, source):
        bank = Bank(source, "region:North")
        assert ids(bank, "customers") == ["007", "C2"]
        assert ids(bank, "transactions") == ["007", "007", "C2"]
        assert ids(bank, "branches", "branch_id") == ["B1", "B2"]
        assert ids(bank, "staff", "staff_id") == ["S1"]
        assert ids(bank, "staff_assessments", "staff_id") == ["S1"]
        assert ids(bank, "market_totals", "region") == ["North"]
        assert ids(bank, "products", "product_id") == ["P1"]

    def test_a_branch(self, source):
        bank = Bank(source, "branch:B3")
        assert ids(bank, "customers") == ["C3", "C4"]
        assert ids(bank, "transactions") == ["C3"]
        assert ids(bank, "branches", "branch_id") == ["B3"]
        assert ids(bank, "staff_assessments", "staff_id") == ["S2"]
        assert ids(bank, "market_totals", "region") == ["South"]
        assert ids(bank, "products", "product_id") == ["P1"]

    def test_the_regions_cover_the_bank_once(self, source):
        for name in ("customers", "transactions", "branches", "staff", "staff_assessments"):
            parts = [Bank(source, f"region:{region}").table(name).count().to_pyarrow().as_py()
                     for region in ("North", "South")]  # fmt: skip
            assert sum(parts) == source.table(name).count().to_pyarrow().as_py()

    def test_customers_without_a_region_are_placed_by_their_branch(self, bank_folder, open_source):
        bank_folder.usual()
        columns = {k: v for k, v in bank_folder.customers.items() if k != "region"}
        bank_folder.csv("customers.csv", columns)
        source = open_source(folder=bank_folder.path)
        assert ids(Bank(source, "region:South"), "transactions") == ["C3"]

    def test_staff_are_placed_by_customers_where_there_is_no_table_of_branches(
        self, bank_folder, open_source
    ):
        bank_folder.csv("customers.csv", bank_folder.customers)
        bank_folder.csv(
            "staff.csv", {"staff_id": ["S1", "S2"], "branch_id": ["B1", "B3"], "role": ["a", "b"]}
        )
        bank = Bank(open_source(folder=bank_folder.path), "region:South")
        assert ids(bank, "staff", "staff_id") == ["S2"]

    @pytest.mark.parametrize(
        ("scope", "said"),
        [
            ("region:Nroth", r"no region 'Nroth'.*North, South.*Did you mean 'North'\?"),
            ("branch:b1", r"no branch 'b1'.*Did you mean 'B1'\?"),
        ],
    )
    def test_an_unknown_place_names_the_nearest(self, source, scope, said):
        with pytest.raises(DataError, match=said):
            Bank(source, scope)

    def test_the_places_are_asked_for_once_however_many_scopes_there_are(
        self, source, monkeypatch
    ):
        asked = []
        monkeypatch.setattr(
            tables, "collect", lambda table, **more: asked.append(table) or collect(table, **more)
        )
        for scope in ("region:North", "branch:B1", "region:South", "branch:B3"):
            Bank(source, scope)
        assert [table.columns for table in asked] == [("region",), ("branch_id",)]

    def test_a_source_that_does_not_know_places(self, bank_folder, open_source):
        bank_folder.csv("transactions.csv", bank_folder.transactions)
        with pytest.raises(DataError, match="does not say which region"):
            Bank(open_source(folder=bank_folder.path), "region:North")

    def test_a_scope_is_a_value_and_never_a_query(self, bank_folder, open_source):
        evil = "N'; DROP TABLE customers; --"
        bank_folder.csv("customers.csv", {"customer_id": ["C1", "C2"], "region": [evil, "North"]})
        bank = Bank(open_source(folder=bank_folder.path), f"region:{evil}")
        assert ids(bank, "customers") == ["C1"]

    def test_titles_in_both_languages(self, source):
        assert Bank(source, "region:North").title == Words(en="North", zh="北方")
        assert Bank(source, "branch:B3").title == Words(en="Market", zh="市场")
        assert [render(Bank(source).title, language) for language in ("en", "zh")] == [
            "Whole bank",
            "全行",
        ]


class TestReads:
    def test_what_was_read_is_recorded_in_order(self, bank_folder, open_source):
        bank_folder.usual()
        bank = Bank(open_source(folder=bank_folder.path), "region:North")
        for name in ("transactions", "customers", "transactions"):
            bank.table(name)
        transactions, customers = bank.reads
        assert (transactions.name, transactions.source) == ("transactions", "bank/transactions.csv")
        assert (transactions.rows, transactions.rows_in_scope) == (4, 3)
        assert transactions.first_date == dt.date(2023, 3, 3)
        assert transactions.last_date == dt.date(2025, 6, 30)
        content = (bank_folder.path / "transactions.csv").read_bytes()
        assert transactions.sha256 == hashlib.sha256(content).hexdigest()
        assert transactions.basis == "content"
        assert (customers.first_date, customers.last_date) == (
            dt.date(2020, 1, 31),
            dt.date(2021, 5, 1),  # the day of closing says nothing of how fresh the data is
        )

    def test_a_table_without_dates_has_none(self, bank_folder, open_source):
        bank_folder.csv("customers.csv", {"customer_id": ["C1"]})
        bank = Bank(open_source(folder=bank_folder.path))
        bank.table("customers")
        assert (bank.reads[0].first_date, bank.reads[0].rows) == (None, 1)

    def test_parts_have_the_hash_of_their_hashes(self, bank_folder, open_source):
        paths = [
            bank_folder.parquet(f"customers/{i}.parquet", {"customer_id": [str(i)]}) for i in (1, 2)
        ]
        lines = [f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.name}\n" for p in paths]
        expected = hashlib.sha256("".join(lines).encode()).hexdigest()
        first = open_source(folder=bank_folder.path).fingerprint("customers")
        assert first.sha256 == expected
        bank_folder.parquet("customers/2.parquet", {"customer_id": ["3"]})
        assert open_source(folder=bank_folder.path).fingerprint("customers") != first

    def test_a_connection_has_a_fingerprint_of_its_aggregates(self, tmp_path, open_source):
        path = tmp_path / "bank.sqlite"

        def fingerprint(statement):
            with sqlite3.connect(path) as database:
                database.execute(statement)
            database.close()
            source = open_source(url=f"sqlite://{path}")
            return source.fingerprint("transactions")

        first = fingerprint(
            "CREATE TABLE transactions AS SELECT 'C1' AS customer_id, "
            "'2025-01-01' AS occurred_on, 1.5 AS amount_cny"
        )
        assert first.basis == "aggregates"
        assert fingerprint("SELECT 1") == first
        assert fingerprint("UPDATE transactions SET amount_cny = 1.6") != first
        assert fingerprint("UPDATE transactions SET amount_cny = 1.5") == first


class TestCollect:
    def test_more_rows_than_expected_are_refused(self):
        table = ibis.memtable({"a": range(11)})
        with pytest.raises(DataError, match=r"found more than 10 rows, need at most 10"):
            collect(table, max_rows=10)
        assert len(collect(table, max_rows=11)) == 11

    def test_rows_come_sorted_unless_the_expression_orders_them(self):
        table = ibis.memtable({"a": ["y", "x", "y"], "b": [1, 3, 0]})
        assert collect(table, max_rows=3).values.tolist() == [["x", 3], ["y", 0], ["y", 1]]
        ordered = table.order_by(ibis.desc("b"))
        assert collect(ordered, max_rows=3).b.tolist() == [3, 1, 0]
        assert collect(ordered.select("a").limit(2), max_rows=3).a.tolist() == ["x", "y"]

    def test_types_are_those_of_pandas(self):
        table = ibis.memtable(
            pa.table(
                {
                    "text": ["a", None],
                    "day": [dt.date(2025, 1, 1), None],
                    "whole": [1, None],
                    "money": [Decimal("0.10"), None],
                }
            )
        )
        frame = collect(table, max_rows=2)
        assert [str(kind) for kind in frame.dtypes] == [
            "str",
            "datetime64[ms]",
            "float64",
            "float64",
        ]
        assert frame.isna().sum().tolist() == [1, 1, 1, 1]
        assert frame.day[0] == pd.Timestamp(2025, 1, 1)

    def test_a_mean_of_money_keeps_its_digits(self):
        table = ibis.memtable({"x": [Decimal(1), Decimal(1), Decimal(0)]},
                              schema={"x": "decimal(38, 9)"})  # fmt: skip
        assert collect(table.aggregate(m=table.x.mean()), max_rows=1).m[0] == 2 / 3

    def test_a_failing_value_is_not_shown(self):
        table = ibis.memtable({"x": ["SECRET"]})
        with pytest.raises(DataError) as caught:
            collect(table.select(x=table.x.cast("int64")), max_rows=1)
        assert "does not have the type" in str(caught.value)
        assert "SECRET" not in str(caught.value)
        assert caught.value.__context__ is None

    def test_max_rows_is_a_positive_number(self):
        with pytest.raises(ValueError, match="at least 1"):
            collect(ibis.memtable({"a": [1]}), max_rows=0)


class TestWhatIsWorkedOutOnce:
    def test_the_same_is_asked_for_once_in_each_scope(self, bank_folder, open_source):
        bank_folder.usual()
        source = open_source(folder=bank_folder.path)
        made = []

        def make(bank):
            made.append(bank.scope)
            return bank.table("customers").select("customer_id")

        bank = Bank(source)
        first = bank.keep_once(("who", 1), lambda: make(bank))
        assert bank.keep_once(("who", 1), lambda: make(bank)) is first
        assert bank.find_kept(("who",)) is first
        assert bank.find_kept(("whom",)) is None
        region = next(part for part in bank.parts if part.startswith("region:"))
        part = Bank(source, region)
        assert part.find_kept(("who",)) is None
        kept = part.keep_once(("who", 1), lambda: make(part))
        assert made == ["bank", region]
        assert kept.count().execute() < first.count().execute()


class TestBatches:
    def test_rows_come_whole_in_batches(self):
        rows = ibis.memtable({"n": list(range(10))})
        batches = list(stream(rows, batch_rows=4))
        assert sorted(n for batch in batches for n in batch.column("n").to_pylist()) == list(
            range(10)
        )

    def test_no_row_is_no_batch_and_a_batch_of_none_is_refused(self):
        rows = ibis.memtable({"n": [1]})
        assert sum(batch.num_rows for batch in stream(rows.filter(rows.n > 1))) == 0
        with pytest.raises(ValueError, match="at least 1"):
            list(stream(rows, batch_rows=0))
