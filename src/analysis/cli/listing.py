"""``assess list``: which reports there are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from analysis.cli.command import Command, echo_json, examples, json_option, project_option

if TYPE_CHECKING:
    from analysis.params.report import ReportSpec


@click.command(
    "list",
    cls=Command,
    short_help="List the reports and the questions they answer.",
    epilog=examples(
        "assess list",
        "assess list --json",
    ),
)
@project_option
@json_option
def list_reports(project: Path | None, as_json: bool) -> None:
    """List the reports with the question that each one answers, in English and Chinese."""
    from analysis.engine.catalog import find_project, load_catalog

    catalog = load_catalog(project or find_project(Path.cwd()))
    described = [_describe(spec) for spec in catalog.specs.values()]
    if as_json:
        echo_json({"exit_code": 0, "reports": described})
        return
    for number, report in enumerate(described):
        lines = [
            f"{report['name']}",
            f"  {report['title']['en']} · {report['title']['zh']}",
            f"  {report['question']['en']}",
            f"  {report['question']['zh']}",
        ]
        click.echo("\n".join(lines if number == 0 else ["", *lines]))


def _describe(spec: ReportSpec) -> dict[str, Any]:
    from analysis.locale import render
    from analysis.text import LANGUAGES

    return {
        "name": spec.name,
        "title": {language: render(spec.title, language) for language in LANGUAGES},
        "question": {language: render(spec.question, language) for language in LANGUAGES},
        "tables": list(spec.tables),
        "optional_tables": list(spec.optional_tables),
        "after": list(spec.after),
        "reads_others": spec.reads_others,
    }
