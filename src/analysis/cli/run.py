"""``assess run``: runs what a run file asks for."""

from __future__ import annotations

import json
import signal
from collections import Counter
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
    show_path,
)

if TYPE_CHECKING:
    from analysis.batch import BatchResult
    from analysis.engine.events import Outcome


@click.command(
    cls=Command,
    short_help="Run the reports of a run file and build the index.",
    epilog=examples(
        "assess run params/sample.yaml",
        "assess run params/2025q4.yaml --jobs 4 --reports /srv/reports",
        "assess run params/sample.yaml --only lifecycle --force",
        "assess run params/2025q4.yaml --cluster tcp://scheduler:8786",
        "assess run params/sample.yaml --explain --profile",
        "assess run params/sample.yaml --json > outcome.json",
    ),
)
@run_file_argument
@click.option(
    "--jobs",
    "-j",
    type=click.IntRange(min=1),
    help="How many reports run at once, if memory holds as many; by default one for each "
    "processor.",
)
@click.option(
    "--cluster",
    metavar="ADDRESS",
    help="Run the reports on the workers of this Dask scheduler, such as tcp://host:8786; "
    "by default as the run file says, else on this machine.",
)
@click.option("--force", is_flag=True, help="Run every report, whatever is up to date.")
@click.option(
    "--reports",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("reports"),
    show_default=True,
    help="The folder that each run has its own folder in.",
)
@click.option(
    "--only",
    metavar="REPORT",
    multiple=True,
    help="Look at this report, and those that it reads; may be given several times.",
)
@click.option(
    "--kernels",
    type=click.Choice(["warm", "ordinary"]),
    default="warm",
    show_default=True,
    help="Fork kernels from a process that has the libraries imported (Linux), or start each.",
)
@click.option(
    "--explain", is_flag=True, help="Say of each report why it ran, or what of it is the same."
)
@click.option("--profile", is_flag=True, help="Say where the time went, by report and phase.")
@project_option
@json_option
@click.pass_context
def run(
    context: click.Context,
    /,
    run_file: Path,
    project: Path | None,
    as_json: bool,
    explain: bool,
    profile: bool,
    **options: Any,
) -> None:
    """Run the reports of RUNFILE that are not up to date, and build the index.

    A report runs again when its notebook, the modules it uses, its parameters, its
    tables or the lock file have changed; the reason is printed. One that fails takes
    no other with it, and its last good version stays.
    """
    from analysis.batch import Options, run_batch
    from analysis.cli.account import list_phases, list_reasons
    from analysis.cli.progress import show_progress
    from analysis.engine.catalog import find_project, load_catalog

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # kernels end with us
    catalog = load_catalog(project or find_project(Path.cwd()))
    with show_progress() as listener:
        result = run_batch(run_file, catalog=catalog, options=Options(**options), listener=listener)
    for line in (*_list_failures(result), *_list_stray(result)):
        echo(line, err=True)
    if as_json:
        echo_json(_as_json(result))
    else:
        for line in (
            *(list_reasons(result) if explain else ()),
            *(list_phases(result) if profile else ()),
        ):
            echo(line)
        echo(_summarise(result))
    context.exit(result.exit_code)


def _list_failures(result: BatchResult) -> list[str]:
    """Give a line for each failure, once for all targets that failed in the same way."""
    from analysis.engine.layout import failed_folder

    failed: dict[str, list[Outcome]] = {}
    for outcome in result.outcomes:
        for failure in outcome.failures:
            for line in failure.message.splitlines():
                failed.setdefault(line, []).append(outcome)
    lines = []
    for line, outcomes in failed.items():
        more = f" and {len(outcomes) - 1} more" if len(outcomes) > 1 else ""
        lines.append(f"error: {outcomes[0].target}{more}: {line}")
    for outcome in result.outcomes:
        target = outcome.target
        kept = failed_folder(result.folder, target.report, target.scope)
        if outcome.failures and outcome.seconds and kept.is_dir():
            lines.append(f"{target}: what is left of the run is in {show_path(kept)}")
    return lines


def _list_stray(result: BatchResult) -> list[str]:
    """Give a line for each report whose notebook gave out something that nothing published."""
    return [
        f"{outcome.target}: {n} output{'' if n == 1 else 's'} on no page; nothing published "
        f"{'it' if n == 1 else 'them'}, and the disclosure rules did not see it"
        for outcome in result.outcomes
        if (n := _count_stray(result, outcome))
    ]


def _count_stray(result: BatchResult, outcome: Outcome) -> int | None:
    """Count the outputs of a report's notebook that are on no page; None where it has none."""
    from analysis.engine.layout import report_folder

    folder = report_folder(result.folder, outcome.target.report, outcome.target.scope)
    try:
        found = json.loads((folder / "disclosure.json").read_text(encoding="utf-8"))
        return int(found["stray_outputs"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _summarise(result: BatchResult) -> str:
    counts = Counter(outcome.state.value.replace("_", " ") for outcome in result.outcomes)
    told = ", ".join(f"{count} {state}" for state, count in counts.items())
    number = len(result.outcomes)
    index = result.folder / "index.html"
    return f"{number} report{'' if number == 1 else 's'}: {told}.\nOpen {show_path(index)}"


def _as_json(result: BatchResult) -> dict[str, Any]:
    return {
        "exit_code": int(result.exit_code),
        "folder": str(result.folder),
        "index": str(result.folder / "index.html"),
        "log": str(result.log),
        "phases": {name: round(seconds, 3) for name, seconds in result.phases},
        "reports": [
            {**_describe(outcome), "stray_outputs": _count_stray(result, outcome)}
            for outcome in result.outcomes
        ],
    }


def _describe(outcome: Outcome) -> dict[str, Any]:
    return {
        "report": outcome.target.report,
        "scope": outcome.target.scope,
        "state": outcome.state.value,
        "reasons": list(outcome.reasons),
        "failures": [
            {"kind": failure.kind.value, "message": failure.message} for failure in outcome.failures
        ],
        "seconds": outcome.seconds,
        "phases": dict(outcome.phases),
        "kernel": outcome.kernel,
    }
