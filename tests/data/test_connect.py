"""Opening a source: a folder, a database, and what each kind of broken input says."""

from __future__ import annotations

import gc
import json
import sqlite3
import traceback
from pathlib import Path
from typing import ClassVar

import duckdb
import pyarrow.parquet as pq
import pytest

from analysis.data.connect import connect
from analysis.data.tables import Bank, collect
from analysis.errors import DataError, ExitCode, ParameterError
from analysis.params.source import SourceSettings

TEXT_LINES = b" 00004 0001 19970101  2   29.33\r\n 00021 0002 19970118  3   63.34\r\n"
TEXT_MAPPING = {
    "transactions": {
        "from": "purchases.txt",
        "read": {
            "format": "text",
            "separator": "whitespace",
            "header": ["id", "customer", "date", "units", "dollars"],
            "date_format": "%Y%m%d",
        },
        "columns": {"customer_id": "customer", "occurred_on": "date", "amount_cny": "dollars"},
    }
}


def rows_of(source, name):
    return collect(source.table(name), max_rows=1000).astype(object).values.tolist()


def refusal(call, *arguments, **settings):
    with pytest.raises(DataError) as caught:
        call(*arguments, **settings)
    assert caught.value.exit_code == ExitCode.DATA == 3
    return caught.value


class TestFolder:
    def test_csv_and_parquet_of_the_same_table_are_the_same(self, bank_folder, open_source):
        bank_folder.csv("customers.csv", bank_folder.customers)
        bank_folder.csv("transactions.csv", bank_folder.transactions)
        other = type(bank_folder)(bank_folder.path.parent / "parquet")
        other.path.mkdir()
        other.parquet("customers.parquet", bank_folder.customers)
        other.parquet(
            "transactions.parquet",
            {**bank_folder.transactions, "amount_cny": [0.1, 0.2, 1234567.89, 5.0]},
        )
        from_csv, from_parquet = (
            open_source(folder=bank_folder.path),
            open_source(folder=other.path),
        )
        for name in ("customers", "transactions"):
            assert from_csv.table(name).schema() == from_parquet.table(name).schema()
            assert rows_of(from_csv, name) == rows_of(from_parquet, name)

    def test_identifiers_keep_their_zeros_and_empty_cells_are_missing(
        self, bank_folder, open_source
    ):
        bank_folder.file("customers.csv", "customer_id,region,closed_on\n007,NO,\n")
        table = open_source(folder=bank_folder.path).table("customers")
        assert table.to_pyarrow().to_pylist() == [
            {"customer_id": "007", "closed_on": None, "region": "NO"}
        ]

    def test_sums_of_money_are_exact(self, bank_folder, open_source):
        bank_folder.usual()
        money = open_source(folder=bank_folder.path).table("transactions").amount_cny
        assert str(money.sum().to_pyarrow().as_py()) == "1234573.190000"

    def test_a_folder_of_parts_is_one_table(self, bank_folder, open_source):
        first = {name: values[:2] for name, values in bank_folder.transactions.items()}
        rest = {name: values[2:] for name, values in bank_folder.transactions.items()}
        bank_folder.parquet("transactions/part-2.parquet", rest)
        bank_folder.parquet(
            "transactions/part-1.parquet", dict(reversed(first.items()))
        )  # columns in another order
        bank_folder.file("transactions/_SUCCESS", b"")
        source = open_source(folder=bank_folder.path)
        assert len(rows_of(source, "transactions")) == 4
        assert source.describe("transactions") == "bank/transactions"

    def test_whitespace_separated_text_is_read_by_its_header(self, bank_folder, open_source):
        bank_folder.file("purchases.txt", TEXT_LINES + b"\r\n")
        table = open_source(folder=bank_folder.path, tables=TEXT_MAPPING).table("transactions")
        assert [list(map(str, row.values())) for row in table.to_pyarrow().to_pylist()] == [
            ["0001", "1997-01-01", "29.330000"],
            ["0002", "1997-01-18", "63.340000"],
        ]

    def test_a_mapping_renames_files_and_columns(self, bank_folder, open_source):
        bank_folder.file("KHXX.csv", "KHH;KHRQ\nA1;31/12/2020\n")
        mapping = {
            "customers": {
                "from": "KHXX.csv",
                "read": {"separator": ";", "date_format": "%d/%m/%Y"},
                "columns": {"customer_id": "KHH", "opened_on": "KHRQ"},
            }
        }
        source = open_source(folder=bank_folder.path, tables=mapping)
        assert [str(v) for v in rows_of(source, "customers")[0]] == ["A1", "2020-12-31 00:00:00"]
        assert source.has("customers", "opened_on")
        assert not source.has("customers", "region")

    def test_a_byte_order_mark_and_windows_lines_do_not_matter(self, bank_folder, open_source):
        bank_folder.file("customers.csv", '\ufeffcustomer_id,region\r\n1,"a\r\nb"\r\n2,华北\r\n')
        source = open_source(folder=bank_folder.path)
        assert rows_of(source, "customers") == [["1", "a\r\nb"], ["2", "华北"]]

    @pytest.mark.parametrize("name", ["it's; DROP TABLE x --.csv", "data[1]*.csv"])
    def test_a_file_name_is_never_a_query_or_a_pattern(self, bank_folder, open_source, name):
        bank_folder.file(name, "customer_id\nwanted\n")
        bank_folder.file("data1.csv", "customer_id\nunwanted\n")
        source = open_source(folder=bank_folder.path, tables={"customers": {"from": name}})
        assert rows_of(source, "customers") == [["wanted"]]

    def test_a_column_name_is_never_a_query(self, bank_folder, open_source):
        evil = 'id"; DROP VIEW customers; --'
        bank_folder.csv("customers.csv", {evil: ["C1"], "plain": ["x"]})
        bank_folder.parquet("branches.parquet", {evil: ["B1"], "n": ["x"], "r": ["North"]})
        source = open_source(
            folder=bank_folder.path,
            tables={
                "customers": {"columns": {"customer_id": evil}},
                "branches": {"columns": {"branch_id": evil, "name_en": "n", "region": "r"}},
            },
        )
        assert rows_of(source, "customers") == [["C1"]]
        assert rows_of(source, "branches") == [["B1", "x", "North"]]

    def test_the_engine_sees_no_other_folder(self, bank_folder, open_source, tmp_path):
        outside = tmp_path / "outside.csv"
        outside.write_text("customer_id\nC1\n")
        bank_folder.usual()
        engine = open_source(folder=bank_folder.path).table("customers").get_backend()
        with pytest.raises(duckdb.PermissionException):
            engine.read_csv(str(outside))
        with pytest.raises(duckdb.InvalidInputException, match="lock"):
            engine.raw_sql("SET enable_external_access = true")

    def test_memory_and_threads_are_limited(self, bank_folder):
        bank_folder.usual()
        settings = SourceSettings(folder=bank_folder.path, memory_gb=0.5)
        with connect(settings, environment={}, threads=1) as source:
            engine = source.table("customers").get_backend()
            assert engine.settings["memory_limit"] == "476.8 MiB"
            assert engine.settings["threads"] == "1"
            assert engine.settings["autoinstall_known_extensions"] == "false"

    def test_temporary_files_are_private_and_go_with_the_source(self, bank_folder, tmp_path):
        bank_folder.csv("customers.csv", {"customer_id": ["客户"]}, encoding="gb18030")
        mapping = {"customers": {"read": {"encoding": "gb18030"}}}
        settings = SourceSettings.model_validate({"folder": bank_folder.path, "tables": mapping})
        work = tmp_path / "work"
        work.mkdir()
        source = connect(settings, environment={}, temporary=work)
        source.table("customers")
        (private,) = work.iterdir()
        assert private.stat().st_mode & 0o077 == 0
        assert list(private.glob("*.csv"))
        source.close()
        assert list(work.iterdir()) == []

    def test_a_source_that_is_dropped_leaves_nothing_behind(self, bank_folder, tmp_path):
        bank_folder.usual()
        work = tmp_path / "work"
        work.mkdir()
        source = connect(SourceSettings(folder=bank_folder.path), environment={}, temporary=work)
        del source
        gc.collect()
        assert list(work.iterdir()) == []


class TestEncodings:
    CUSTOMERS: ClassVar = {"customer_id": ["1", "2"], "region": ["华北", "华南"]}

    @pytest.mark.parametrize("encoding", ["gbk", "gb18030", "big5", "utf-16"])
    def test_a_declared_encoding_is_read(self, bank_folder, open_source, encoding):
        columns = self.CUSTOMERS if encoding != "big5" else {"customer_id": ["1"], "region": ["北"]}
        bank_folder.csv("customers.csv", columns, encoding=encoding)
        source = open_source(
            folder=bank_folder.path, tables={"customers": {"read": {"encoding": encoding}}}
        )
        assert [row[1] for row in rows_of(source, "customers")] == columns["region"]

    def test_gbk_that_is_not_declared_is_recognised_and_refused(self, bank_folder, open_source):
        bank_folder.csv("customers.csv", self.CUSTOMERS, encoding="gbk")
        source = open_source(folder=bank_folder.path)
        text = str(refusal(source.table, "customers"))
        assert "the file 'customers.csv' is not in UTF-8" in text
        assert "write read: {encoding: gb18030}" in text

    def test_gbk_far_behind_the_beginning_is_found_too(self, bank_folder, open_source):
        head = "customer_id,region\n" + "1,North\n" * 1_000_000
        bank_folder.file("customers.csv", head.encode() + "2,华北\n".encode("gbk"))
        text = str(refusal(open_source(folder=bank_folder.path).table, "customers"))
        assert "{encoding: gb18030}" in text

    def test_a_wrong_declaration_is_refused(self, bank_folder, open_source):
        bank_folder.csv("customers.csv", {"customer_id": ["𠀀"]}, encoding="gb18030")
        source = open_source(
            folder=bank_folder.path, tables={"customers": {"read": {"encoding": "gbk"}}}
        )
        text = str(refusal(source.table, "customers"))
        assert "is not in gbk: found what reads as gb18030" in text

    @pytest.mark.parametrize("encoding", ["gbq", "rot13", "undefined"])
    def test_an_unknown_encoding_is_named(self, bank_folder, open_source, encoding):
        bank_folder.usual()
        source = open_source(
            folder=bank_folder.path, tables={"customers": {"read": {"encoding": encoding}}}
        )
        assert f"unknown encoding '{encoding}'" in str(refusal(source.table, "customers"))


class TestBrokenFolder:
    def test_a_missing_folder(self, tmp_path, open_source):
        text = str(refusal(open_source, folder=tmp_path / "nowhere"))
        assert "the source's folder does not exist" in text
        assert "relative to that file" in text

    def test_a_file_instead_of_a_folder(self, tmp_path, open_source):
        path = tmp_path / "customers.csv"
        path.write_text("customer_id\n1\n")
        assert "the source's folder is a file" in str(refusal(open_source, folder=path))

    def test_an_empty_folder(self, bank_folder, open_source):
        bank_folder.file(".DS_Store", b"x")
        text = str(refusal(open_source, folder=bank_folder.path))
        assert "the source's folder is empty" in text
        assert "customers.parquet or customers.csv" in text

    def test_all_that_is_wrong_with_a_mapping_is_said_at_once(self, bank_folder, open_source):
        bank_folder.usual()
        error = refusal(
            open_source,
            folder=bank_folder.path,
            tables={"customer": {}, "holdings": {"columns": {"balance": "x"}}},
        )
        assert [problem.where for problem in error.problems] == [
            "source.tables.customer",
            "source.tables.holdings.columns.balance",
        ]
        assert "Did you mean 'customers'?" in str(error)
        assert "Did you mean 'balance_cny'?" in str(error)

    def test_mapped_files_that_are_not_there(self, bank_folder, open_source):
        bank_folder.usual()
        error = refusal(
            open_source,
            folder=bank_folder.path,
            tables={"customers": {"from": "custmers.csv"}, "holdings": {"from": "x.parquet"}},
        )
        assert len(error.problems) == 2
        assert "Did you mean 'customers.csv'?" in str(error)

    @pytest.mark.parametrize("name", ["../secret.csv", "/etc/passwd", "a/../../b.csv", "C:/x.csv"])
    def test_a_file_outside_the_folder(self, bank_folder, open_source, name):
        bank_folder.usual()
        error = refusal(open_source, folder=bank_folder.path, tables={"customers": {"from": name}})
        assert "need a name inside the folder" in str(error)

    def test_a_table_that_is_not_there(self, bank_folder, open_source):
        bank_folder.usual()
        bank_folder.file("holding.csv", "account_id\n1\n")
        text = str(refusal(open_source(folder=bank_folder.path).table, "holdings"))
        assert "the source's folder has no table 'holdings'" in text
        assert "holdings.parquet, holdings.csv" in text
        assert "Did you mean 'holding'?" in text

    def test_two_files_for_one_table(self, bank_folder, open_source):
        bank_folder.usual()
        bank_folder.parquet("customers.parquet", bank_folder.customers)
        text = str(refusal(open_source(folder=bank_folder.path).table, "customers"))
        assert "several files could be table 'customers'" in text
        assert "customers.parquet, customers.csv" in text

    @pytest.mark.parametrize("keep", [0.5, 0.99])
    def test_a_truncated_parquet_file(self, bank_folder, open_source, keep):
        path = bank_folder.parquet("customers.parquet", bank_folder.customers)
        content = path.read_bytes()
        path.write_bytes(content[: int(len(content) * keep)])
        text = str(refusal(open_source(folder=bank_folder.path).table, "customers"))
        assert "the file 'customers.parquet' cannot be read as Parquet" in text
        assert "cut off or damaged" in text
        assert "Export or copy the file again." in text

    def test_a_parquet_file_that_is_damaged_in_the_middle(self, bank_folder, open_source):
        path = bank_folder.parquet(
            "customers.parquet", {"customer_id": [f"C{i}" for i in range(5000)]}
        )
        content = bytearray(path.read_bytes())
        start = pq.ParquetFile(path).metadata.row_group(0).column(0).data_page_offset
        content[start : start + 200] = b"\0" * 200
        path.write_bytes(bytes(content))
        table = open_source(folder=bank_folder.path).table("customers")
        text = str(refusal(collect, table, max_rows=10_000))
        assert (
            "a file of the source cannot be read: found content that is cut off or damaged" in text
        )

    def test_every_broken_part_is_named(self, bank_folder, open_source):
        for i in range(3):
            path = bank_folder.parquet(f"customers/{i}.parquet", bank_folder.customers)
            if i:
                path.write_bytes(path.read_bytes()[:-5])
        error = refusal(open_source(folder=bank_folder.path).table, "customers")
        assert [("1.parquet" in p.what, "2.parquet" in p.what) for p in error.problems] == [
            (True, False),
            (False, True),
        ]

    def test_parts_with_other_columns(self, bank_folder, open_source):
        bank_folder.parquet("customers/1.parquet", {"customer_id": ["1"], "region": ["N"]})
        bank_folder.parquet("customers/2.parquet", {"customer_id": ["1"], "area": ["N"]})
        bank_folder.file("branches/1.csv", "branch_id,region\n1,N\n")
        bank_folder.file("branches/2.csv", "region,branch_id\nN,1\n")
        source = open_source(folder=bank_folder.path)
        text = str(refusal(source.table, "customers"))
        assert "the part '2.parquet' has other columns than '1.parquet': found area, region" in text
        assert "in the same order" in str(refusal(source.table, "branches"))

    def test_parts_of_several_formats_and_no_parts(self, bank_folder, open_source):
        bank_folder.parquet("customers/1.parquet", bank_folder.customers)
        bank_folder.csv("customers/2.csv", bank_folder.customers)
        bank_folder.file("branches/readme.md", "x")
        source = open_source(folder=bank_folder.path)
        assert "several formats: found .csv, .parquet" in str(refusal(source.table, "customers"))
        assert "holds no part of a table" in str(refusal(source.table, "branches"))

    def test_an_empty_file(self, bank_folder, open_source):
        bank_folder.file("customers.csv", b"")
        bank_folder.file("branches.parquet", b"")
        source = open_source(folder=bank_folder.path)
        assert "the file 'customers.csv' is empty" in str(refusal(source.table, "customers"))
        assert "the file 'branches.parquet' is empty" in str(refusal(source.table, "branches"))

    def test_a_file_that_may_not_be_read(self, bank_folder, open_source, monkeypatch):
        bank_folder.usual()
        real = Path.open

        def refuse(self, *arguments, **options):
            if self.name == "customers.csv":
                raise PermissionError(13, "Permission denied")
            return real(self, *arguments, **options)

        source = open_source(folder=bank_folder.path)
        monkeypatch.setattr(Path, "open", refuse)  # the tests may run as a user who may read all
        text = str(refusal(source.table, "customers"))
        assert "the file 'customers.csv' cannot be opened: found permission denied" in text

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            ("customer_id,region\nC1,N\nSECRET,2,3\n", "line 3 of 'customers.csv'"),
            ("customer_id,region\nC1,N\nSECRET\n", "found 1 values, need 2"),
            ('customer_id,region\nC1,"SECRET\n', "a quotation mark that is never closed"),
        ],
    )
    def test_lines_that_do_not_fit(self, bank_folder, open_source, content, said):
        bank_folder.file("customers.csv", content)
        table = open_source(folder=bank_folder.path).table("customers")
        error = refusal(collect, table, max_rows=10)
        assert said in str(error)
        assert "SECRET" not in "".join(traceback.format_exception(error))

    def test_ragged_lines_of_text_are_counted(self, bank_folder, open_source):
        bank_folder.file("purchases.txt", TEXT_LINES + b"00022 SECRET\r\n00023\r\n")
        source = open_source(folder=bank_folder.path, tables=TEXT_MAPPING)
        text = str(refusal(source.table, "transactions"))
        assert "2 lines of 'purchases.txt' do not have a value for every column" in text
        assert "SECRET" not in text

    def test_a_column_that_is_named_twice(self, bank_folder, open_source):
        bank_folder.file("customers.csv", "customer_id,region,region\n1,N,S\n")
        text = str(refusal(open_source(folder=bank_folder.path).table, "customers"))
        assert "names a column twice: found region" in text

    def test_missing_columns_are_named_with_the_nearest_and_without_the_others(
        self, bank_folder, open_source
    ):
        bank_folder.file("transactions.csv", "SECRET-4711,custmer_id,2025-01-01\nx,y,z\n")
        error = refusal(open_source(folder=bank_folder.path).table, "transactions")
        assert [problem.what for problem in error.problems] == [
            f"table 'transactions' has no column '{name}'"
            for name in ("customer_id", "occurred_on", "amount_cny")
        ]
        assert "columns: {customer_id: custmer_id}" in str(error)
        assert "SECRET" not in str(error)

    def test_a_column_of_another_type(self, bank_folder, open_source):
        columns = {**bank_folder.transactions, "amount_cny": [True, False, True, False]}
        bank_folder.parquet("transactions.parquet", columns)
        text = str(refusal(open_source(folder=bank_folder.path).table, "transactions"))
        assert "column 'amount_cny' of table 'transactions' is of another type" in text
        assert "found boolean, need decimal" in text

    @pytest.mark.parametrize("separator", [";", "|", "\t"])
    def test_another_separator_is_recognised(self, bank_folder, open_source, separator):
        bank_folder.csv("customers.csv", bank_folder.customers, separator=separator)
        text = str(refusal(open_source(folder=bank_folder.path).table, "customers"))
        assert f"read: {{separator: {json.dumps(separator)}}}" in text
        mapping = {"customers": {"read": {"separator": separator}}}
        assert len(rows_of(open_source(folder=bank_folder.path, tables=mapping), "customers")) == 4

    def test_a_bad_separator(self, bank_folder, open_source):
        bank_folder.usual()
        mapping = {"customers": {"read": {"separator": "whitspace"}}}
        source = open_source(folder=bank_folder.path, tables=mapping)
        assert "no separator: 'whitspace'" in str(refusal(source.table, "customers"))


class TestConnection:
    def make_duckdb(self, path, table="customers"):
        with duckdb.connect(str(path)) as database:
            database.execute(
                "CREATE TABLE t AS SELECT * FROM (VALUES "
                "('1', DATE '2020-01-31', 'North'), ('2', NULL, 'South')) "
                "AS v(customer_id, opened_on, region)"
            )
            database.execute(f'ALTER TABLE t RENAME TO "{table}"')
        return path

    def test_a_duckdb_file_is_read_and_never_written(self, tmp_path, open_source):
        path = self.make_duckdb(tmp_path / "bank.duckdb")
        source = open_source(url=f"duckdb://{path}")
        assert source.names() == ("customers",)
        assert [row[2] for row in rows_of(source, "customers")] == ["North", "South"]
        with pytest.raises(duckdb.InvalidInputException, match="read-only"):
            source.table("customers").get_backend().raw_sql("DROP TABLE customers")

    def test_a_sqlite_file_gives_the_same_as_csv(self, tmp_path, bank_folder, open_source):
        bank_folder.csv("transactions.csv", bank_folder.transactions)
        with sqlite3.connect(tmp_path / "bank.sqlite") as database:
            database.execute(
                "CREATE TABLE transactions (customer_id TEXT, occurred_on TEXT, amount_cny TEXT)"
            )
            database.executemany(
                "INSERT INTO transactions VALUES (?, ?, ?)",
                zip(*bank_folder.transactions.values(), strict=True),
            )
        database.close()
        from_csv = open_source(folder=bank_folder.path)
        from_sqlite = open_source(url=f"sqlite://{tmp_path / 'bank.sqlite'}")
        assert rows_of(from_sqlite, "transactions") == rows_of(from_csv, "transactions")

    def test_tables_of_other_names_and_schemas_are_looked_up(self, tmp_path, open_source):
        path = self.make_duckdb(tmp_path / "bank.duckdb", table="T; DROP TABLE x")
        with duckdb.connect(str(path)) as database:
            database.execute("CREATE SCHEMA core")
            database.execute("CREATE TABLE core.b AS SELECT 'B1' AS branch_id, 'A' AS name_en, "
                             "'North' AS region")  # fmt: skip
        source = open_source(
            url=f"duckdb://{path}",
            tables={"customers": {"from": "T; DROP TABLE x"}, "branches": {"from": "core.b"}},
        )
        assert len(rows_of(source, "customers")) == 2
        assert rows_of(source, "branches") == [["B1", "A", "North"]]

    def test_a_table_that_is_not_there(self, tmp_path, open_source):
        path = self.make_duckdb(tmp_path / "bank.duckdb", table="customer")
        error = refusal(
            open_source,
            url=f"duckdb://{path}",
            tables={"customers": {"from": "customers"}, "branches": {"from": "nowhere.b"}},
        )
        assert len(error.problems) == 2
        assert "Did you mean 'customer'?" in str(error)
        source = open_source(url=f"duckdb://{path}")
        assert "the connection has no table 'customers'" in str(refusal(source.table, "customers"))

    @pytest.mark.parametrize("scheme", ["duckdb", "sqlite"])
    def test_a_database_that_is_not_there_is_not_made(self, tmp_path, open_source, scheme):
        path = tmp_path / "nowhere.db"
        text = str(refusal(open_source, url=f"{scheme}://{path}"))
        assert "there is no such database file" in text
        assert not path.exists()

    def test_a_file_that_is_no_database(self, tmp_path, open_source):
        path = tmp_path / "bank.duckdb"
        path.write_bytes(b"no database" * 1000)
        assert "the connection cannot be opened" in str(
            refusal(open_source, url=f"duckdb://{path}")
        )

    def test_a_driver_that_is_not_installed(self, open_source, monkeypatch):
        def fail(*_, **__):
            raise ImportError("Failed to import the postgres backend")

        monkeypatch.setattr("analysis.data.connect.ibis.connect", fail)
        text = str(refusal(open_source, url="postgres://host/bank"))
        assert "the driver for postgres is not installed" in text
        assert "ibis-framework[postgres]" in text


class TestSecrets:
    SECRET = "p@ss/w0rd!?&"  # what must not be shown
    URL = "postgres://reader:${DB_PASSWORD}@host:5432/bank"

    def test_a_missing_secret_is_named(self, open_source):
        with pytest.raises(ParameterError, match="DB_PASSWORD"):
            open_source(url=self.URL)

    def test_no_error_shows_the_secret(self, open_source, monkeypatch):
        def fail(url, **_):
            raise RuntimeError(f"cannot reach {url} with password {self.SECRET!r}")

        monkeypatch.setattr("analysis.data.connect.ibis.connect", fail)
        error = refusal(open_source, url=self.URL, environment={"DB_PASSWORD": self.SECRET})
        shown = "".join(traceback.format_exception(error)) + repr(error)
        assert "cannot reach postgres://reader:${DB_PASSWORD}@host:5432/bank" in shown
        assert self.SECRET not in shown
        assert "p%40ss" not in shown
        assert error.__cause__ is None
        assert error.__context__ is None

    def test_an_opened_source_keeps_no_secret(self, tmp_path, open_source):
        path = TestConnection().make_duckdb(tmp_path / "s3cr3t.duckdb")
        url = f"duckdb://{path.parent}/${{DB_NAME}}.duckdb"
        source = open_source(url=url, environment={"DB_NAME": "s3cr3t"})
        bank = Bank(source)
        bank.table("customers")
        shown = repr(source) + repr(bank) + repr(bank.reads) + source.describe("customers")
        assert "${DB_NAME}" in shown
        assert "s3cr3t" not in shown
        assert "s3cr3t" not in repr(vars(source)) + repr(vars(source._origin))


@pytest.mark.real
def test_the_cdnow_purchases_are_all_read(open_source):
    shared = Path(__file__).resolve().parents[2] / "../shared/data"
    if not (shared / "CDNOW_sample.txt").is_file():
        pytest.skip("the real data of shared/data is not here")
    mapping = {"transactions": TEXT_MAPPING["transactions"] | {"from": "CDNOW_sample.txt"}}
    table = open_source(folder=shared, tables=mapping).table("transactions")
    counted = collect(
        table.aggregate(rows=table.count(), customers=table.customer_id.nunique()), max_rows=1
    )
    assert counted.values.tolist() == [[6919, 2357]]
