"""The same expressions give the same numbers on DuckDB, PostgreSQL and Spark.

Every report is run on DuckDB, and each of its queries put to the other engines as it
is. All else that a report does follows from the answers alone.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from pathlib import Path

import ibis.expr.operations as ops
import pandas as pd
import pytest
from servers import REPOSITORY, RUN

from analysis.data.connect import connect
from analysis.data.portable import RULES, fetch
from analysis.data.quality import check_source
from analysis.data.tables import Source, keep
from analysis.params.source import SourceSettings

pytestmark = [
    pytest.mark.slow,
    # of Spark and Ibis, in their own code
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:.*verifySchema:UserWarning"),
]

AS_OF = dt.date(2025, 12, 31)


LEDGER = {"customers", "transactions", "holdings", "offers", "offer_outcomes"}
"""Tables that grow with the bank; surveys and market figures are small by nature."""


def test_only_reductions_of_the_ledger_leave_the_engine(asked, capsys):
    """No query brings a table's rows one by one, and all together but a part of them."""
    left: Counter[str] = Counter()
    held = {name: _count_rows(source) for name, source in asked.sources.items()}
    for query in {query.expression.op(): query for query in asked.queries}.values():
        read = _tables_of(query.expression, asked.sources[query.report])
        if read and LEDGER.issuperset(read):
            left[query.report] += query.answer.num_rows
            rows = sum(held[query.report][name] for name in read)
            assert query.answer.num_rows < rows, (query.report, read)
    with capsys.disabled():
        print(f"\nrows of the ledger that leave the engine: {dict(left)}")
    for name, rows in left.items():
        ledger = sum(count for table, count in held[name].items() if table in LEDGER)
        assert rows < ledger / 2, name


def _count_rows(source: Source) -> dict[str, int]:
    return {name: source.table(name).count().to_pyarrow().as_py() for name in source.names()}


def _tables_of(expression, source: Source) -> list[str]:
    """Give the contract's tables that an expression reads."""
    read = set(expression.op().find(ops.PhysicalTable))
    return [
        name
        for name in source.names()
        if read & set(source.table(name).op().find(ops.PhysicalTable))
    ]


@pytest.mark.parametrize("engine", ["postgres", "spark"])
def test_every_query_of_every_report_has_the_same_answer(asked, engine, request):
    source = request.getfixturevalue(f"{engine}_source")
    differing = [
        f"{query.report}: {said}"
        for query, expression in asked.on(source)
        if (said := _compare(fetch(expression).to_pandas(), query.answer.to_pandas()))
    ]
    assert differing == []


def _compare(found: pd.DataFrame, expected: pd.DataFrame) -> str:
    """Counts and labels are equal, sums to nine digits."""
    try:
        pd.testing.assert_frame_equal(found, expected, check_dtype=False, rtol=1e-9, atol=1e-9)
    except AssertionError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    ("engine", "tables"),
    [("postgres", None), ("spark", ["customers", "transactions", "offers", "interim_looks"])],
)
def test_the_rules_of_the_contract_count_the_same(bank_folder, engine, tables, request):
    source = request.getfixturevalue(f"{engine}_source")
    tables = tables or list(source.names())
    with connect(SourceSettings(folder=bank_folder), environment={}) as own:
        expected = check_source(own, tables=tables, as_of=AS_OF)
    found = check_source(source, tables=tables, as_of=AS_OF)
    for name in tables:
        assert found.table(name).rows == expected.table(name).rows
        assert found.table(name).failed == expected.table(name).failed


def test_a_whole_run_publishes_the_same_on_postgresql(bank_folder, postgres, tmp_path):
    """From the run file to the page, as a user has it; the other engines are not named."""
    published = {}
    for name, source in (("folder", f"folder: {bank_folder}"), ("server", f'url: "{postgres}"')):
        published[name] = _run(tmp_path, name, source)
    assert published["folder"]
    assert published["server"] == published["folder"]


def _run(folder: Path, name: str, source: str) -> list[object]:
    from analysis.batch import Options, run_batch
    from analysis.engine.catalog import load_catalog

    file = folder / "params" / f"{name}.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(RUN.format(name=name, source=source, reports="  competitor_comparison: {}\n"))
    result = run_batch(
        file, catalog=load_catalog(REPOSITORY), options=Options(reports=folder / "reports")
    )
    assert [str(failure) for outcome in result.outcomes for failure in outcome.failures] == []
    results = json.loads(next(result.folder.rglob("results.json")).read_text())
    return [results["verdict"], results["metrics"], results["findings"], results["tables"]]


def test_the_table_in_the_documentation_says_what_was_found(
    bank_folder, postgres_source, spark_source
):
    page = (REPOSITORY / "docs" / "backends.md").read_text(encoding="utf-8")
    with connect(SourceSettings(folder=bank_folder), environment={}) as folder:
        found = describe({"folder": folder, "PostgreSQL": postgres_source, "Spark": spark_source})
    assert found in page, f"docs/backends.md needs this table:\n{found}"


def describe(sources: dict[str, Source]) -> str:
    """Write what was tried on each engine, and what expressions are put otherwise for it."""
    rows = {
        "a table is up to date by": _basis_of,
        "what several queries share is kept": _keeps,
        "the source cannot be written to": _refuses_to_write,
        "puts otherwise": _list_rules,
    }
    lines = [f"| | {' | '.join(sources)} |", f"|---|{'---|' * len(sources)}"]
    for title, probe in rows.items():
        lines.append(f"| {title} | {' | '.join(probe(s) for s in sources.values())} |")
    return "\n".join(lines)


def _basis_of(source: Source) -> str:
    basis = source.fingerprint("products").basis
    return {"content": "its bytes", "aggregates": "counts, extremes and sums"}[basis]


def _keeps(source: Source) -> str:
    table = source.table("products")
    return "no" if keep(table) is table else "yes"


def _refuses_to_write(source: Source) -> str:
    engine = source.table("products").get_backend()
    try:
        engine.raw_sql(f"COPY (SELECT 1) TO '{REPOSITORY / 'never.csv'}'") if (
            engine.name == "duckdb"
        ) else engine.raw_sql("CREATE TABLE written_by_a_test (a int)")
    except Exception:  # every driver has exceptions of its own
        return "yes"
    return "no, give it a role that reads only"


def _list_rules(source: Source) -> str:
    rules = RULES.get(source.table("products").get_backend().name, ())
    names = [rule.__name__.strip("_").replace("_", " ") for rule in rules]
    return ", ".join(names) or "nothing"
