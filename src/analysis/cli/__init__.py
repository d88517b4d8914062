"""The command line: ``assess``. Each command imports what it needs when it runs."""

from __future__ import annotations

import os
import sys

import click

from analysis.cli.check import check
from analysis.cli.command import examples
from analysis.cli.diff import diff
from analysis.cli.disclosure import disclosure
from analysis.cli.listing import list_reports
from analysis.cli.review import review
from analysis.cli.run import run
from analysis.cli.sample import sample
from analysis.cli.schema import schema
from analysis.cli.serve import serve
from analysis.cli.verify import pack, verify

_EPILOG = f"""{
    examples(
        "assess sample data/sample-bank       write a made-up bank",
        "assess check params/sample.yaml      look at the data, run nothing",
        "assess run params/sample.yaml        run the reports and build the index",
    )
}

\b
Exit codes: 0 done, 1 unexpected error, 2 parameters, 3 data, 4 a report failed,
5 disclosure refused, 6 output cannot be written, 7 review refused,
8 a file was altered, 9 the log of review is damaged, 10 a signature is wrong,
11 pages are not those of their notebook, 130 interrupted.
"""


def _print_version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"assess {version('bank-assessment')}")
        context.exit()


@click.group(epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_print_version,
    help="Show the version and exit.",
)
def cli() -> None:
    """Assess how well a bank meets demand: from a run file to published reports."""


for _command in (
    run,
    check,
    list_reports,
    review,
    sample,
    schema,
    serve,
    verify,
    pack,
    diff,
    disclosure,
):
    cli.add_command(_command)


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")  # a terminal that cannot show Chinese
    # to look for plugins reads every installed package, and one could change what is checked
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    cli(prog_name="assess")
