"""``assess check``: looks at a run's data and runs nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from analysis.cli.command import (
    Command,
    echo,
    echo_json,
    examples,
    json_option,
    project_option,
    run_file_argument,
)
from analysis.errors import ExitCode

if TYPE_CHECKING:
    from analysis.data.controls import Reconciliation
    from analysis.data.quality import QualityReport, TableQuality
    from analysis.data.rules import RuleResult
    from analysis.params.gate import AssessmentRun
    from analysis.params.report import ReportSpec


@click.command(
    cls=Command,
    short_help="Check a run file and its data; run nothing.",
    epilog=examples(
        "assess check params/sample.yaml",
        "assess check params/2025q4.yaml --json",
    ),
)
@run_file_argument
@project_option
@json_option
@click.pass_context
def check(context: click.Context, run_file: Path, project: Path | None, as_json: bool) -> None:
    """Check RUNFILE and its data: per rule how many rows are wrong, and what that stops.

    Nothing is run and nothing is written.
    """
    from analysis.engine.catalog import find_project, load_catalog
    from analysis.params.gate import load_run

    catalog = load_catalog(project or find_project(Path.cwd()))
    run = load_run(run_file, catalog=catalog.specs)
    specs = {name: catalog.specs[name] for name in catalog.require(run.settings.reports)}
    quality, reconciled = _check_source(run, specs)
    readers = _readers(quality, specs)
    code = ExitCode.DATA if quality.stops else ExitCode.DONE
    if as_json:
        told = {"controls": [_control_as_json(each) for each in reconciled]}
        echo_json({"exit_code": int(code), **_as_json(quality, readers), **told})
    else:
        echo("\n".join([*_describe(quality, readers), *map(_describe_control, reconciled)]))
    for problem in quality.problems():
        echo(f"error: {problem}", err=True)
    context.exit(code)


def _check_source(
    run: AssessmentRun, specs: Mapping[str, ReportSpec]
) -> tuple[QualityReport, tuple[Reconciliation, ...]]:
    from analysis.data.connect import connect
    from analysis.data.controls import reconcile
    from analysis.data.quality import check_source
    from analysis.params.context import locate_source

    with connect(locate_source(run).source, environment=os.environ) as source:
        quality = check_source(
            source,
            tables=[name for spec in specs.values() for name in spec.tables],
            optional=[name for spec in specs.values() for name in spec.optional_tables],
            as_of=run.settings.as_of,
        )
        totals = reconcile(source, run.settings.controls, as_of=run.settings.as_of)
        return quality, totals


def _readers(quality: QualityReport, specs: Mapping[str, ReportSpec]) -> dict[str, list[str]]:
    """Name, for each table, the reports that read it."""
    return {
        table.table: [
            name
            for name, spec in specs.items()
            if table.table in (*spec.tables, *spec.optional_tables)
        ]
        for table in quality.tables
    }


def _describe(quality: QualityReport, readers: Mapping[str, list[str]]) -> Iterator[str]:
    for table in quality.tables:
        yield f"{table.table} ({table.source}): {table.rows:,} rows"
        for result in table.failed:
            stopped = f", stops {', '.join(readers[table.table])}" if result.stops else ""
            yield f"  {_describe_rule(result)}{stopped}"
        if table.absent_columns:
            yield f"  not there, and not needed: {', '.join(table.absent_columns)}"
        yield f"  {len(table.results) - len(table.failed)} of {len(table.results)} rules hold"
    if quality.absent_tables:
        yield f"not there, and not needed: {', '.join(quality.absent_tables)}"
    if quality.stops:
        yield "The data stops reports; nothing was run."
    else:
        yield "The data stops no report."


def _describe_rule(result: RuleResult) -> str:
    """Say which rule is broken, where, and in how many rows."""
    name = result.rule.value.replace("_", " ")
    place = f" in {result.column}" if result.column else ""
    other = f" ({result.other})" if result.other else ""
    if not result.rows_wrong:
        return f"{name}{place}{other}"
    return f"{name}{place}{other}: {result.rows_wrong:,} of {result.rows:,} rows"


def _as_json(quality: QualityReport, readers: Mapping[str, list[str]]) -> dict[str, Any]:
    return {
        "stops": quality.stops,
        "tables": [_table_as_json(table, readers[table.table]) for table in quality.tables],
        "absent_tables": list(quality.absent_tables),
        "problems": [str(problem) for problem in quality.problems()],
    }


def _table_as_json(table: TableQuality, readers: list[str]) -> dict[str, Any]:
    return {
        "table": table.table,
        "source": table.source,
        "rows": table.rows,
        "stops": readers if table.stops else [],
        "absent_columns": list(table.absent_columns),
        "rules": [
            {
                "rule": result.rule.value,
                "column": result.column,
                "other": result.other,
                "rows_wrong": result.rows_wrong,
                "consequence": result.consequence.value,
            }
            for result in table.results
        ],
    }


def _describe_control(reconciled: Reconciliation) -> str:
    """Say whether a control total holds; a break bars approval of the reports."""
    if reconciled.missing:
        return f"control total {reconciled.name}: BREAK, the source has no {reconciled.missing}"
    word = "holds" if reconciled.holds else "BREAK"
    return (
        f"control total {reconciled.name}: {word}, expected {reconciled.control.expected:,.12g}, "
        f"found {reconciled.found:,.12g}"
    )


def _control_as_json(reconciled: Reconciliation) -> dict[str, Any]:
    return {
        "name": reconciled.name,
        "holds": reconciled.holds,
        "expected": reconciled.control.expected,
        "found": reconciled.found,
        "missing": reconciled.missing,
    }
