"""From a number on the page to its functions, queries, tables and parameters."""

from __future__ import annotations

import re
from types import ModuleType

import ibis
import pytest
from IPython.core.interactiveshell import InteractiveShell

from analysis.data.collecting import collect, keep
from analysis.data.queries import note_names, start_log, stop_log
from analysis.lifecycle import purchases
from analysis.lifecycle.report import REPORT
from analysis.params.policy import DisclosurePolicy
from analysis.proof.lineage import read_cells, trace_notebook
from analysis.publish.lineage import describe_lineage
from analysis.publish.payload import PublishedLineage, PublishedQuery
from analysis.site.lineage import trace_record
from analysis.site.record import collect_record, load_notebook

MODULES = {
    "analysis/lifecycle/stages.py": "a" * 64,
    "analysis/lifecycle/cohorts.py": "b" * 64,
    "analysis/lifecycle/present/stages.py": "c" * 64,
    "analysis/workbench.py": "d" * 64,
}


def query(cell, *functions, tables=("customers",), gives="", sql="SELECT 1"):
    return PublishedQuery(
        cell=cell, functions=functions, sql=sql, tables=tables, gives=gives, rows=20
    )


@pytest.fixture
def traced(making):
    """A notebook of two chains that share their opening, and what its kernel said."""
    make = making
    cells = [
        make.code('run = "sample"'),
        make.code(
            "from analysis.lifecycle import cohorts, present, stages\n"
            "from analysis.workbench import open_report",
            make.make_header(
                parameters={"as_of": "2025-12-31", "confidence": 0.95, "lost_after_months": 12}
            ),
        ),
        make.code('report = open_report("lifecycle", globals())\np = report.parameters'),
        make.code("standing = stages.customer_stages(report.bank, as_of=p.as_of, rules=p.rules)"),
        make.code("triangle = cohorts.retention(report.bank, confidence=p.confidence)"),
        make.code("report.show(present.stages(standing))", make.make_table()),
        make.code("report.show(triangle)", make.make_finding("cohorts")),
        make.code("print(1)", make.make_input("customers"), make.make_input("transactions")),
    ]
    retention = "analysis.lifecycle.cohorts:retention"
    kernel = PublishedLineage(
        name="lineage",
        queries=(
            query(4, "analysis.lifecycle.stages:customer_stages", tables=("customers",)),
            query(5, retention, tables=("transactions",), gives="kept_1"),
            query(5, retention, tables=("kept_1",)),
        ),
        derived={"rules": ("lost_after_months",)},
        functions={"present.stages": "analysis.lifecycle.present.stages:present_stages"},
    )
    cells[-1].outputs.append(make.output(kernel))
    notebook = make.make_notebook(*cells)
    for number, cell in enumerate(notebook.cells, 1):
        cell.execution_count = number
    return notebook, kernel


def origins(traced, making):
    notebook, kernel = traced
    record = collect_record(notebook, where="x")
    found = trace_notebook(
        notebook, header=record.header, kernel=kernel, inputs=record.inputs, modules=MODULES
    )
    return {origin.item: origin for origin in found.origins}


def test_a_table_leads_to_the_function_its_version_query_tables_and_parameters(traced, making):
    origin = origins(traced, making)["table:stages"]
    assert origin.cells == (2, 3, 4, 6)
    assert [(f.name, f.sha256[0]) for f in origin.functions] == [
        ("analysis.workbench:open_report", "d"),
        ("analysis.lifecycle.stages:customer_stages", "a"),
        ("analysis.lifecycle.present.stages:present_stages", "c"),
    ]
    assert origin.queries == (1,)
    assert origin.tables == ("customers",)
    assert origin.parameters == ("as_of", "lost_after_months")


def test_a_query_on_a_kept_result_brings_the_query_that_made_it(traced, making):
    origin = origins(traced, making)["finding:cohorts"]
    assert origin.queries == (2, 3)
    assert origin.tables == ("transactions",)
    assert origin.parameters == ("confidence",)


def test_a_name_that_is_made_again_is_that_of_the_last_cell_before(making):
    make = making
    cells = [make.code("x = 1"), make.code("x = 2"), make.code("show(x)"), make.code("x = 3")]
    numbered = []
    for number, cell in enumerate(make.make_notebook(*cells, end=False).cells, 1):
        cell.execution_count = number
        numbered.append(cell)
    third = list(read_cells({"cells": numbered}))[2]
    assert third.uses == {"show", "x"}
    assert third.defines == frozenset()


@pytest.fixture
def log():
    yield start_log()
    stop_log()


def connect_customers():
    engine = ibis.duckdb.connect()
    engine.raw_sql("CREATE TABLE ibis_read_parquet_abcdefghijklmnopqrstuvwxyz AS "
                   "SELECT 1 AS customer_id, 7 AS n UNION ALL SELECT 2, 8")  # fmt: skip
    return engine.table("ibis_read_parquet_abcdefghijklmnopqrstuvwxyz")


def test_a_query_is_kept_with_the_contracts_names_and_not_with_made_up_ones(log):
    customers = connect_customers()
    note_names(customers, "customers")
    months = ibis.memtable({"n": [7]})
    kept = keep(customers.semi_join(months, "n"))
    collect(kept, max_rows=5)
    first, second = log.queries
    assert first.tables == ("customers", "values_1")
    assert (first.gives, first.rows) == ("kept_1", None)
    assert (second.tables, second.gives, second.rows) == (("kept_1",), "", 1)
    assert '"customers"' in first.sql
    assert not re.search("ibis_|abcdef", first.sql + second.sql)


def test_who_asked_is_the_chain_of_functions_from_the_cell(log, monkeypatch):
    def histories(*_, **__):
        return ibis.memtable(
            {"frequency": [2], "recency_days": [30], "age_days": [90], "repeat_value": [10.0]}
        )

    monkeypatch.setattr(purchases, "customer_histories", histories)
    purchases.purchase_histories(None, as_of=None, count_by="day")
    assert log.queries[0].functions == ("analysis.lifecycle.purchases:purchase_histories",)


def test_nothing_is_kept_while_no_report_is_open():
    log = start_log()
    stop_log()
    collect(ibis.memtable({"a": [1]}), max_rows=1)
    assert log.queries == []


def test_the_cell_is_the_one_whose_count_the_notebook_shows(log):
    shell = InteractiveShell.instance()
    try:
        shell.run_cell("1", store_history=True)
        source = (
            "import ibis\nfrom analysis.data.collecting import collect\n"
            "_ = collect(ibis.memtable({'a': [1]}), max_rows=1)"
        )
        counted = shell.run_cell(source, store_history=True).execution_count
    finally:
        InteractiveShell.clear_instance()
    assert log.queries[0].cell == counted == 2


def test_numbers_of_rows_are_rounded_and_small_ones_not_said(log):
    for rows in (3, 1_003):
        collect(ibis.range(rows).unnest().name("a").as_table(), max_rows=2_000)
    module = ModuleType("analysis.made_up")
    module.__all__ = ["answer"]
    module.answer = purchases.purchase_histories
    said = describe_lineage(
        log.queries, REPORT.parameters(), {"answers": module}, DisclosurePolicy()
    )
    assert [query.rows for query in said.queries] == [None, 1_005]
    assert said.functions == {"answers.answer": "analysis.lifecycle.purchases:purchase_histories"}
    assert said.derived["rules"] == (
        "dormant_after_months", "lost_after_months", "new_within_months",
    )  # fmt: skip


def test_every_number_on_the_page_leads_to_its_origin(traced, finished, making):
    notebook, _ = traced
    folder = finished.add(notebook.cells[:-1], modules=MODULES)
    page = (folder / "report.en.html").read_text("utf-8")
    links = set(re.findall(r'href="lineage\.en\.html#([^"]+)"', page))
    assert {"table-stages", "finding-cohorts"} <= links
    for language in ("en", "zh"):
        origin = (folder / f"lineage.{language}.html").read_text("utf-8")
        anchors = set(re.findall(r'\bid="([^"]+)"', origin))
        assert links <= anchors
        inner = set(re.findall(r'href="#([^"]+)"', origin))
        assert inner <= anchors
        assert "default-src &#39;none&#39;" in origin
    assert "lineage.json" in {path.name for path in folder.iterdir()}


def test_a_notebook_of_an_earlier_version_has_no_origins_and_no_links(report):
    notebook = load_notebook(report / "notebook.ipynb")
    assert trace_record(notebook, collect_record(notebook, where="x"), None) is None
    assert "lineage" not in (report / "report.en.html").read_text("utf-8").split("<body")[1]
