"""``assess sample``: writes a made-up bank."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from analysis.cli.command import Command, echo_json, examples, json_option, show_path


@click.command(
    cls=Command,
    short_help="Write a made-up bank.",
    epilog=examples(
        "assess sample data/sample-bank",
        "assess sample data/large-bank --customers 2000000 --seed 7",
        "assess sample data/2025q3 --as-of 2025-09-30",
    ),
)
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--customers",
    type=int,
    default=20_000,
    show_default=True,
    help="How many customers the bank has.",
)
@click.option(
    "--seed",
    type=int,
    default=2025,
    show_default=True,
    help="The same seed writes the same bytes.",
)
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    default="2025-12-31",
    show_default=True,
    help="Last day of the bank's history. Demands, indicators and actions are the same bank "
    "on every day.",
)
@json_option
def sample(folder: Path, customers: int, seed: int, as_of: dt.datetime, as_json: bool) -> None:
    """Write a made-up but plausible bank into DIR, with truth.json: what was planted in it."""
    from analysis.cli.progress import show_count
    from analysis.sample import write_sample_bank

    with show_count("customers") as count:
        bank = write_sample_bank(
            folder, customers=customers, seed=seed, as_of=as_of.date(), on_progress=count
        )
    if as_json:
        echo_json({"exit_code": 0, "folder": str(folder), "rows": dict(bank.rows)})
        return
    for table, rows in bank.rows.items():
        click.echo(f"{table:<24}{rows:>14,}")
    click.echo(f"Written to {show_path(folder)}")
