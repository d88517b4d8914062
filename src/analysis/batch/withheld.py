"""Reports are run again until nothing that one of them withholds follows from the others.

A report's own gate sees its own tables. What other reports, other scopes and earlier
periods let out is looked at when all of a run is there, by numbers that are published
and by nothing else. Where they give a withheld count away, the cheapest counts that
stop it are named, and the reports that show them run again without them.

What was named is kept beside the status, so that a run in which nothing has changed
stays up to date. As soon as a report has changed, it is worked out anew from reports
that withhold nothing for the others' sake: the same inputs give the same pages.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.batch.plan import Plan
from analysis.engine.events import Outcome, State, Target
from analysis.engine.layout import report_folder
from analysis.engine.manifest import hash_renderer
from analysis.engine.outcome import Failure, FailureKind
from analysis.engine.store import write_file
from analysis.errors import ExitCode
from analysis.params import withheld as left_behind
from analysis.params.history import earlier_runs
from analysis.params.withheld import WITHHELD
from analysis.trace import hash_file

if TYPE_CHECKING:
    from analysis.disclosure.across import Settled
    from analysis.disclosure.published import Publication

MOST_ROUNDS = 6

Withheld = Mapping[Target, frozenset[str]]
"""For each report and scope, the identities of what it withholds for the others' sake."""

_NOTE = ".reviewed.json"
_OUT = {State.DONE, State.RENDERED, State.UP_TO_DATE, State.NOT_ASKED, State.PARTIAL}


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What a reader of everything that is out could work out.

    Attributes
    ----------
    settled : Settled or None
        None where the same was looked at before, and gave nothing away.
    withheld : mapping of Target to frozenset of str
        What each report has to withhold, with what it did before.
    news : frozenset of Target
        The reports for which that is more than it was.
    """

    settled: Settled | None
    withheld: Withheld
    news: frozenset[Target]


def review(
    plan: Plan,
    folder: Path,
    *,
    reports: Path,
    outcomes: Mapping[Target, Outcome],
    withheld: Withheld,
) -> Review:
    """Look at all that a run and those before it have published.

    Parameters
    ----------
    plan : Plan
    folder : Path
        The run's.
    reports : Path
        The folder that holds those of the runs before it.
    outcomes : mapping of Target to Outcome
    withheld : mapping of Target to frozenset of str
        What the reports were told to withhold.

    Raises
    ------
    ParameterError
        If the run follows one that left nothing to read, or is not earlier.
    """
    ours, theirs = _results_of_this_run(plan, folder, outcomes), _results_before(plan, reports)
    note = _describe(plan, folder, {**ours, **dict.fromkeys(theirs, True)})
    if _is_noted(folder, note):
        return Review(settled=None, withheld=withheld, news=frozenset())
    from analysis.disclosure.across import settle  # solvers: for when there is something to solve

    publications = [*_read_all(ours), *_read_all(dict.fromkeys(theirs, True))]
    settled = settle(publications, minimum_units=plan.run.settings.disclosure.minimum_units)
    now = {
        Target(*place): withheld.get(Target(*place), frozenset()) | names
        for place, names in settled.withhold.items()
    }
    news = frozenset(target for target, names in now.items() if names != withheld.get(target))
    if not settled.withhold:
        write_file(folder / _NOTE, f"{json.dumps(note, indent=1, sort_keys=True)}\n")
    return Review(settled=settled, withheld={**withheld, **now}, news=news)


def _results_of_this_run(
    plan: Plan, folder: Path, outcomes: Mapping[Target, Outcome]
) -> dict[Path, bool]:
    """Give the results of each report that is out, and whether they are beyond change now."""
    return {
        report_folder(folder, target.report, target.scope) / "results.json": (
            outcomes[target].state is State.NOT_ASKED
        )
        for target in plan.targets
        if outcomes[target].state in _OUT
    }


def _results_before(plan: Plan, reports: Path) -> list[Path]:
    settings = plan.run.settings
    return [
        path
        for run in earlier_runs(reports, settings.follows, as_of=settings.as_of)
        for path in sorted(run.folder.glob("*/*/results.json"))
    ]


def _describe(plan: Plan, folder: Path, results: Mapping[Path, bool]) -> dict[str, object]:
    """Give all that a review follows from: what is out, what may change, the rule, the code."""
    return {
        "minimum_units": plan.run.settings.disclosure.minimum_units,
        "code": hash_renderer("analysis.disclosure.across:settle"),
        "results": [
            [os.path.relpath(path, folder), fixed, hash_file(path)]
            for path, fixed in results.items()
            if path.is_file()
        ],
    }


def _is_noted(folder: Path, note: Mapping[str, object]) -> bool:
    """Whether the same gave nothing away the last time."""
    try:
        noted = json.loads((folder / _NOTE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(noted == note)


def _read_all(results: Mapping[Path, bool]) -> Iterator[Publication]:
    for path, fixed in results.items():
        found = _read(path, fixed=fixed)
        if found is not None:
            yield found


def _read(path: Path, *, fixed: bool) -> Publication | None:
    """Read a report's results; None where there are none, or not of this format."""
    from analysis.disclosure.published import read_publication

    try:
        return read_publication(json.loads(path.read_text(encoding="utf-8")), fixed=fixed)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def refuse(outcome: Outcome) -> Outcome:
    """Say that a report may not stay out: it gives away what another withholds."""
    failure = Failure(
        kind=FailureKind.GIVES_AWAY,
        message=(
            "it shows counts from which one that another report, scope or period withholds "
            "can be worked out. Leave the scope out, or raise disclosure.rounding_base."
        ),
        exit_code=ExitCode.DISCLOSURE,
    )
    return Outcome(
        target=outcome.target,
        state=State.FAILED,
        reasons=outcome.reasons,
        failures=(failure,),
        seconds=outcome.seconds,
    )


def read_withheld(folder: Path) -> Withheld:
    """Read what the last run's reports withheld for the others' sake."""
    return {Target(*place): names for place, names in left_behind.read_withheld(folder).items()}


def write_withheld(folder: Path, withheld: Withheld) -> None:
    """Write what the reports withhold for the others' sake; no file where it is nothing."""
    kept = [
        {"report": target.report, "scope": target.scope, "counts": sorted(names)}
        for target, names in sorted(withheld.items())
        if names
    ]
    if kept:
        write_file(folder / WITHHELD, json.dumps(kept, ensure_ascii=False, indent=1) + "\n")
    else:
        (folder / WITHHELD).unlink(missing_ok=True)
