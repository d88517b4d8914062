"""What a batch leaves for the index, and what it returns to the shell."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from analysis.batch.plan import Plan
from analysis.engine.events import Outcome, State, Target
from analysis.engine.layout import STATUS, report_folder
from analysis.engine.manifest import hash_renderer
from analysis.engine.store import write_file
from analysis.errors import ExitCode
from analysis.proof.digests import MANIFEST
from analysis.proof.log import logs_of
from analysis.trace import hash_file

_INDEX_NOTE = ".index.json"
_STATUS = {
    State.DONE: "published",
    State.RENDERED: "published",
    State.UP_TO_DATE: "published",
    State.PARTIAL: "partial",
    State.FAILED: "failed",
    State.SKIPPED: "skipped",
}


def write_status(folder: Path, plan: Plan, outcomes: Mapping[Target, Outcome]) -> Path:
    """Write ``status.json``: every report about every scope, and how it came out.

    What ``--only`` left out keeps the status that the last run gave it.

    Parameters
    ----------
    folder : Path
        The run's folder.
    plan : Plan
    outcomes : mapping of Target to Outcome

    Returns
    -------
    Path
        The file. Of each target it holds ``report``, ``scope``, ``folder`` relative to
        the run's, ``status`` (``published``, ``partial``, ``failed`` or ``skipped``), ``reason`` in
        the words of the terminal, and the ``kinds`` of failure. No clock is in it.
    """
    settings = plan.run.settings
    last = _read_last(folder / STATUS)
    status = {
        "run": settings.run,
        "title": settings.title,
        "period": settings.period,
        "as_of": settings.as_of.isoformat(),
        "previous_as_of": settings.previous_as_of.isoformat(),
        "follows": settings.follows,
        "home": "../" * len(settings.output_folder.split("/")),
        "languages": list(settings.languages),
        "reports": [
            {
                **_describe(folder, outcomes[target], last),
                "title": _title(plan, target, outcomes[target], last),
            }
            for target in plan.targets
        ],
    }
    path = folder / STATUS
    write_file(path, f"{json.dumps(status, ensure_ascii=False, indent=1, sort_keys=True)}\n")
    return path


def _title(
    plan: Plan,
    target: Target,
    outcome: Outcome,
    last: Mapping[tuple[str, str], Mapping[str, Any]],
) -> dict[str, str]:
    """Word a report's title; that of one that is up to date is worded already."""
    languages = plan.run.settings.languages
    known = last.get((target.report, target.scope), {}).get("title")
    if (
        outcome.state is State.UP_TO_DATE
        and isinstance(known, dict)
        and set(known) == set(languages)
    ):
        return known
    from analysis.locale import render  # catalogs are for when there is something to word

    return {language: render(plan.spec(target).title, language) for language in languages}


def _describe(
    folder: Path, outcome: Outcome, last: Mapping[tuple[str, str], Mapping[str, Any]]
) -> dict[str, Any]:
    target = outcome.target
    place = report_folder(folder, target.report, target.scope)
    entry = {
        "report": target.report,
        "scope": target.scope,
        "folder": place.relative_to(folder).as_posix(),
    }
    if outcome.state is State.NOT_ASKED:
        return {**entry, **_describe_left_out(place, last.get((target.report, target.scope)))}
    told = [failure.message for failure in outcome.failures]
    if outcome.state is State.SKIPPED:
        told = list(outcome.reasons)
    return {
        **entry,
        "status": _STATUS[outcome.state],
        "reason": "\n".join(told),
        "kinds": [failure.kind.value for failure in outcome.failures],
    }


def _describe_left_out(place: Path, last: Mapping[str, Any] | None) -> dict[str, Any]:
    if last is not None:
        return {key: last[key] for key in ("status", "reason", "kinds") if key in last}
    if (place / MANIFEST).is_file():
        return {"status": "published", "reason": "", "kinds": []}
    return {"status": "skipped", "reason": "it was left out by --only", "kinds": []}


def _read_last(path: Path) -> dict[tuple[str, str], Mapping[str, Any]]:
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))["reports"]
        return {(entry["report"], entry["scope"]): entry for entry in entries}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def index_is_current(folder: Path, site: str) -> bool:
    """Whether the index is there, unaltered, and of this status and template.

    Parameters
    ----------
    folder : Path
        The run's folder.
    site : str
        `hash_renderer` of what makes the index.
    """
    try:
        noted = json.loads((folder / _INDEX_NOTE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(noted == _describe_index(folder, site))


def note_index(folder: Path, site: str) -> None:
    """Write down what `index_is_current` compares the next time."""
    note = json.dumps(_describe_index(folder, site), indent=1, sort_keys=True)
    write_file(folder / _INDEX_NOTE, f"{note}\n")


def renew_index(folder: Path, indexer: str = "analysis.site.index:write_index") -> None:
    """Write a run's index anew, after something beside a report has changed.

    Parameters
    ----------
    folder : Path
        The run's folder.
    indexer : str
        ``module:function``.
    """
    module, _, function = indexer.partition(":")
    getattr(importlib.import_module(module), function)(folder)
    note_index(folder, hash_renderer(indexer))


def renew_overview(folder: Path) -> None:
    """Write the pages over all runs anew, where a run's ``status.json`` says that there are some.

    Parameters
    ----------
    folder : Path
        The run's folder.
    """
    from analysis.site.overview import write_overview

    status = json.loads((folder / STATUS).read_text(encoding="utf-8"))
    reports = folder / str(status.get("home") or "")
    if reports != folder and (reports / "index.html").is_file():
        write_overview(reports)


def _describe_index(folder: Path, site: str) -> dict[str, Any]:
    files = [folder / STATUS, *sorted(folder.glob("*.html")), *logs_of(folder)]
    hashes = {path.relative_to(folder).as_posix(): hash_file(path) for path in files}
    return {"site": site, "files": hashes}


def exit_code(outcomes: Iterable[Outcome]) -> ExitCode:
    """Give what the shell is told: the kind of the gravest failure.

    A refused disclosure comes before an output that could not be written, that before
    a report that failed, that before data that no report could be right on.
    """
    codes = {failure.exit_code for outcome in outcomes for failure in outcome.failures}
    if not codes:
        return ExitCode.DONE
    gravest_first = (ExitCode.DISCLOSURE, ExitCode.OUTPUT)
    grave = next((code for code in gravest_first if code in codes), None)
    return grave or (ExitCode.DATA if codes == {ExitCode.DATA} else ExitCode.REPORTS)
