"""``assess serve``: shows the pages on this machine."""

from __future__ import annotations

from pathlib import Path

import click

from analysis.cli.command import Command, examples


@click.command(
    cls=Command,
    short_help="Show the reports in a browser on this machine.",
    epilog=examples("assess serve", "assess serve reports/sample --port 8080"),
)
@click.argument(
    "folder",
    metavar="[FOLDER]",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("reports"),
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="0 for any that is free.",
)
def serve(folder: Path, port: int) -> None:
    """Show the pages of FOLDER, by default reports/, at an address of this machine.

    The pages work from disk as well. Here they come with their security policy as a
    header; only pages, tables, figures and results are given, to this machine alone.
    Ctrl-C ends it.
    """
    from analysis.site.serve import HOST, make_server

    server = make_server(folder, port=port)
    click.echo(f"http://{HOST}:{server.server_address[1]}/  (Ctrl-C ends it)")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        click.echo("ended", err=True)
    finally:
        server.server_close()
