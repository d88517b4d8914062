"""``assess diff``: what has become of each figure between two runs, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from analysis.cli.command import Command, echo, echo_json, examples, json_option, project_option

if TYPE_CHECKING:
    from analysis.proof.comparison import Effect, MetricChange, Step
    from analysis.proof.runs_compared import ReportComparison, RunComparison

_Told = dict[tuple[str, str], tuple[Sequence["Step"], Sequence[str]]]


@click.command(
    cls=Command,
    short_help="Compare two runs: what changed, and why.",
    epilog=examples(
        "assess diff 2025q3 2025q4",
        "assess diff 2025q3 2025q4 --rerun",
        "assess diff reports/2025q3 reports/2025q4 --only lifecycle --json",
    ),
)
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option("--only", metavar="REPORT", multiple=True, help="Only this report; several times.")
@click.option(
    "--rerun",
    is_flag=True,
    help="Run reports again with one thing swapped, where the manifests do not tell the cause.",
)
@click.option(
    "--params",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder of the run files, for --rerun; by default params of the project.",
)
@click.option(
    "--reports",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("reports"),
    show_default=True,
    help="The folder that each run has its own folder in.",
)
@project_option
@json_option
def diff(
    old: str,
    new: str,
    only: tuple[str, ...],
    rerun: bool,
    params: Path | None,
    reports: Path,
    project: Path | None,
    as_json: bool,
) -> None:
    """Compare the figures of run NEW with those of run OLD.

    Each is changed, new, vanished, unchanged, or restated: the figure of the earlier day is
    no longer the one that was published. Says whether a change is beyond noise, and its
    cause: data, code, parameters, environment, or real. What the manifests do not tell,
    --rerun finds out by running reports again with one of them swapped; what no longer can
    be run stays unknown.
    """
    from analysis.proof.runs import find_run, pick_reports
    from analysis.proof.runs_compared import compare_runs

    before, now = find_run(old, reports), find_run(new, reports)
    pick_reports(now, only)
    if rerun:
        _rerun(before, now, only, project=project, params=params)
    compared = compare_runs(before, now)
    shown = [each for each in compared.reports if not only or each.report in only]
    if as_json:
        echo_json({"exit_code": 0, "reports": [_as_json(each) for each in shown]})
    else:
        echo("\n".join(_describe(compared, shown)))


def _rerun(
    before: Path, now: Path, only: Sequence[str], *, project: Path | None, params: Path | None
) -> None:
    """Swap, write down what that told, and have the pages say so."""
    from analysis.batch.status import renew_index
    from analysis.batch.swaps import Swapper, swap
    from analysis.batch.work import Options
    from analysis.cli.progress import show_progress
    from analysis.engine.catalog import find_project, load_catalog
    from analysis.engine.store import open_run_folder, write_file
    from analysis.proof.runs import pick_reports
    from analysis.proof.runs_compared import CAUSES, remember_causes

    catalog = load_catalog(project or find_project(Path.cwd()))
    told: _Told = {}
    with show_progress() as listener:
        swapper = Swapper(
            catalog=catalog,
            params=params or catalog.project / "params",
            options=Options(reports=now.parent),
            listener=listener,
        )
        for one in pick_reports(now, only):
            if one.folder.is_dir():
                swapped = swap(before, one, swapper)
                told[one.report, one.scope] = (swapped.steps, swapped.missing)
    with open_run_folder(now):
        write_file(now / CAUSES, remember_causes(before, now, told))
        renew_index(now)


def _describe(compared: RunComparison, shown: Sequence[ReportComparison]) -> Iterator[str]:
    yield f"{compared.old['period']} against {compared.new['period']}"
    for each in shown:
        yield f"{each.report} · {each.scope}"
        if each.old is None or each.new is None:
            yield f"  only in the {'newer' if each.old is None else 'earlier'} run"
        for factor, names in each.factors.items():
            yield f"  {factor} differs: {', '.join(names[:5])}{' …' if len(names) > 5 else ''}"
        for change in each.changes:
            yield f"  {_describe_change(change)}"
        for why in each.missing:
            yield f"  not told by re-runs: {why}"


def _describe_change(change: MetricChange) -> str:
    old, new = (
        "-" if each is None else next(iter(each.text.values()), "-")
        for each in (change.old, change.new)
    )
    noise = {True: ", beyond noise", False: ", within noise", None: ""}[change.beyond_noise]
    causes = "; ".join(_describe_effect(effect) for effect in change.effects)
    told = f"{change.name}: {change.kind}, {old} -> {new}"
    if change.kind.value == "unchanged" and not causes:
        return told
    return f"{told}{noise}{f'; {causes}' if causes else ''}"


def _describe_effect(effect: Effect) -> str:
    candidates = f" ({' or '.join(effect.candidates)})" if effect.candidates else ""
    basis = {
        "only": "nothing else differs",
        "recomputed": "the earlier day was computed again",
        "rerun": "by a re-run",
        "none": "not established",
    }[effect.basis.value]
    return f"{effect.amount:+.6g} {effect.cause}{candidates}, {basis}"


def _as_json(each: ReportComparison) -> dict[str, Any]:
    return {
        "report": each.report,
        "scope": each.scope,
        "differs_in": {factor.value: list(names) for factor, names in each.factors.items()},
        "not_told_by_reruns": list(each.missing),
        "metrics": [_change_as_json(change) for change in each.changes],
    }


def _change_as_json(change: MetricChange) -> dict[str, Any]:
    return {
        "name": change.name,
        "kind": change.kind.value,
        "old": None if change.old is None else change.old.value,
        "new": None if change.new is None else change.new.value,
        "difference": change.difference,
        "low": change.low,
        "high": change.high,
        "beyond_noise": change.beyond_noise,
        "effects": [
            {
                "cause": effect.cause.value,
                "amount": effect.amount,
                "basis": effect.basis.value,
                "candidates": list(effect.candidates),
            }
            for effect in change.effects
        ],
    }
