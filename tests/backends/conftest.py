"""What every report asks its source for, and the same bank in three engines."""

from __future__ import annotations

import importlib
import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import ibis.expr.types as ir
import pyarrow as pa
import pytest

from analysis import workbench
from analysis.data import collecting
from analysis.data.connect import connect
from analysis.data.portable import fetch
from analysis.data.tables import Source
from analysis.engine.catalog import load_catalog
from analysis.params.source import SourceSettings

HERE = Path(__file__).parent

sys.path.insert(0, str(HERE))
servers = importlib.import_module("servers")
RUN, REPOSITORY = servers.RUN, servers.REPOSITORY


@dataclass(frozen=True)
class Query:
    """What a report asked for on DuckDB, and what it got."""

    report: str
    expression: ir.Table
    answer: pa.Table


@dataclass(frozen=True)
class Asked:
    """Everything that every report asked for, and the tables that it asked."""

    queries: tuple[Query, ...]
    sources: dict[str, Source]

    def on(self, other: Source) -> Iterator[tuple[Query, ir.Table]]:
        """Give each different query, put to the same tables of another source."""
        swaps = {
            report: {own.table(name).op(): other.table(name).op() for name in own.names()}
            for report, own in self.sources.items()
        }
        put = {}
        for query in self.queries:
            expression = query.expression.op().replace(swaps[query.report]).to_expr()
            put.setdefault(expression.op(), (query, expression))
        yield from put.values()


@pytest.fixture(scope="session")
def bank_folder(tmp_path_factory) -> Path:
    """A small sample bank; the servers' users read it too."""
    from analysis.sample.bank import write_sample_bank

    folder = tmp_path_factory.mktemp("bank")
    write_sample_bank(folder, customers=servers.CUSTOMERS, seed=20251231)
    return folder


@pytest.fixture(scope="session")
def asked(bank_folder, tmp_path_factory) -> Iterator[Asked]:
    """Run the cells of every notebook on DuckDB; nothing is drawn."""
    project = tmp_path_factory.mktemp("project")
    (project / "notebooks").mkdir()
    (project / "params").mkdir()
    specs = load_catalog(REPOSITORY).specs
    reports = "\n".join(f"  {name}: {{}}" for name in specs)
    run = RUN.format(name="sample", source=f"folder: {bank_folder}", reports=reports)
    (project / "params" / "sample.yaml").write_text(run)
    queries: list[Query] = []
    sources: dict[str, Source] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(project)
        patch.setattr(workbench.Report, "show", lambda *_: None)
        patch.setattr(workbench.Report, "close", lambda *_: None)
        # what DuckDB keeps in between is a table of its own, which no other engine has
        patch.setattr("analysis.data.tables.keep", lambda expression: expression)
        for name, spec in specs.items():
            if spec.reads_others:
                continue  # it reads what the others published, no table

            def record(expression, name=name, **options):
                answer = fetch(expression, **options)
                queries.append(Query(name, expression, answer))
                return answer

            patch.setattr(collecting, "fetch", record)
            sources[name] = _run_cells(name).bank.source
    yield Asked(tuple(queries), sources)
    for source in sources.values():
        source.close()


def _run_cells(name: str) -> workbench.Report:
    notebook = json.loads((REPOSITORY / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8"))
    names: dict[str, object] = {}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), names)  # noqa: S102 - our own notebook
    report = names["report"]
    assert isinstance(report, workbench.Report)
    return report


@pytest.fixture(scope="module")
def postgres(bank_folder) -> Iterator[str]:
    if why := servers.why_no_postgres():
        pytest.skip(why)
    # not in pytest's own folder, which no other user may enter
    with (
        tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as folder,
        servers.start_postgres(Path(folder)) as url,
    ):
        servers.load_postgres(url, bank_folder)
        yield url


@pytest.fixture(scope="module")
def spark(bank_folder, tmp_path_factory) -> Iterator[str]:
    if why := servers.why_no_spark():
        pytest.skip(why)
    with servers.start_spark(tmp_path_factory.mktemp("spark")) as url:
        servers.load_spark(url, bank_folder)
        yield url


@pytest.fixture(scope="module")
def postgres_source(postgres) -> Iterator[Source]:
    with connect(SourceSettings(url=postgres), environment={}) as source:
        yield source


@pytest.fixture(scope="module")
def spark_source(spark) -> Iterator[Source]:
    with connect(SourceSettings(url=spark), environment={}) as source:
        yield source
