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
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from analysis.batch.plan import Plan
from analysis.disclosure.across import Settled, settle
from analysis.disclosure.published import Publication, read_publication
from analysis.engine.events import Outcome, State, Target
from analysis.engine.layout import report_folder
from analysis.engine.outcome import Failure, FailureKind
from analysis.engine.store import write_file
from analysis.errors import ExitCode
from analysis.params import withheld as left_behind
from analysis.params.history import earlier_runs
from analysis.params.withheld import WITHHELD

MOST_ROUNDS = 6

Withheld = Mapping[Target, frozenset[str]]
"""For each report and scope, the identities of what it withholds for the others' sake."""

_OUT = {State.DONE, State.RENDERED, State.UP_TO_DATE, State.NOT_ASKED, State.PARTIAL}


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What a reader of everything that is out could work out.

    Attributes
    ----------
    settled : Settled
    withheld : mapping of Target to frozenset of str
        What each report has to withhold, with what it did before.
    news : frozenset of Target
        The reports for which that is more than it was.
    """

    settled: Settled
    withheld: Withheld
    news: frozenset[Target]


def review(
    plan: Plan,
    folder: Path,
    *,
    earlier: tuple[Publication, ...],
    outcomes: Mapping[Target, Outcome],
    withheld: Withheld,
) -> Review:
    """Look at all that a run and those before it have published.

    Parameters
    ----------
    plan : Plan
    folder : Path
        The run's.
    earlier : tuple of Publication
        What the runs before it published.
    outcomes : mapping of Target to Outcome
    withheld : mapping of Target to frozenset of str
        What the reports were told to withhold.
    """
    publications = [*_of_this_run(plan, folder, outcomes), *earlier]
    settled = settle(publications, minimum_units=plan.run.settings.disclosure.minimum_units)
    now = {
        Target(*place): withheld.get(Target(*place), frozenset()) | names
        for place, names in settled.withhold.items()
    }
    news = frozenset(target for target, names in now.items() if names != withheld.get(target))
    return Review(settled=settled, withheld={**withheld, **now}, news=news)


def _of_this_run(
    plan: Plan, folder: Path, outcomes: Mapping[Target, Outcome]
) -> Iterator[Publication]:
    for target in plan.targets:
        if outcomes[target].state in _OUT:
            found = _read(
                report_folder(folder, target.report, target.scope) / "results.json",
                fixed=outcomes[target].state is State.NOT_ASKED,
            )
            if found is not None:
                yield found


def read_earlier(plan: Plan, reports: Path) -> Iterator[Publication]:
    """Read what the runs before a run published.

    Raises
    ------
    ParameterError
        If the run follows one that left nothing to read, or is not earlier.
    """
    settings = plan.run.settings
    for run in earlier_runs(reports, settings.follows, as_of=settings.as_of):
        for path in sorted(run.folder.glob("*/*/results.json")):
            found = _read(path, fixed=True)
            if found is not None:
                yield found


def _read(path: Path, *, fixed: bool) -> Publication | None:
    """Read a report's results; None where there are none, or not of this format."""
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
