"""``assess schema``: the shape of run files for editors, and of tables for who prepares them."""

from __future__ import annotations

from pathlib import Path

import click

from analysis.cli.command import (
    Command,
    echo_json,
    examples,
    json_option,
    project_option,
    show_path,
)


@click.command(
    cls=Command,
    short_help="Print the JSON Schema of run files, or write blank tables.",
    epilog=examples(
        "assess schema > params/run.schema.json",
        "assess schema --tables data/blank",
        "# yaml-language-server: $schema=run.schema.json",
    ),
)
@click.option(
    "--tables",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write a blank CSV file for each table of the data contract instead.",
)
@project_option
@json_option
def schema(tables: Path | None, project: Path | None, as_json: bool) -> None:
    """Print the JSON Schema of run files, with every report's parameters.

    An editor that knows YAML schemas then completes and checks the run file; name
    the schema in the file's first line. With --tables DIR, write a blank CSV file for
    each table of the data contract into DIR, with a README of its columns.
    """
    if tables is not None:
        from analysis.data.documentation import write_templates

        written = write_templates(tables)
        if as_json:
            echo_json({"files": [path.as_posix() for path in written]})
        else:
            click.echo(f"{len(written) - 1} blank tables and a README in {show_path(tables)}")
        return
    from analysis.engine.catalog import find_project, load_catalog
    from analysis.params.schema import run_file_schema

    catalog = load_catalog(project or find_project(Path.cwd()))
    echo_json(run_file_schema(catalog.specs))
