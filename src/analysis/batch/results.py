"""Which results of other reports a target may read, and what their content is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

from analysis.batch.plan import Plan
from analysis.engine.events import Outcome, State, Target
from analysis.engine.layout import report_folder
from analysis.params.history import earlier_runs
from analysis.params.neighbours import (
    RESULTS,
    Neighbours,
    ReportResults,
    describe_earlier,
    read_results_of,
)
from analysis.trace import hash_file

_FINE = {State.DONE, State.RENDERED, State.UP_TO_DATE, State.PARTIAL}


class ResultsFinder:
    """Says what a target may read of other reports, as things stand.

    Parameters
    ----------
    plan : Plan
    folder, reports : Path
        The run's folder, and the one that holds those of all runs.
    outcomes : mapping of Target to Outcome
        Grows while the batch is under way.

    Raises
    ------
    ParameterError
        If the run follows one that left nothing to read, or is not earlier.
    """

    def __init__(
        self, plan: Plan, folder: Path, *, reports: Path, outcomes: Mapping[Target, Outcome]
    ) -> None:
        settings = plan.run.settings
        self._plan = plan
        self._folder = folder.absolute()
        self._outcomes = outcomes
        above = any(plan.spec(target).reads_others for target in plan.targets)
        self._earlier = (
            describe_earlier(earlier_runs(reports, settings.follows, as_of=settings.as_of))
            if above
            else ()
        )
        self._last = {
            (found.report, scope): found
            for scope in settings.scopes
            for found in read_results_of(self._folder, scope=scope)
        }

    def neighbours(self, target: Target) -> Neighbours:
        """Say where the results are that a target may read."""
        read = [*self._plan.predecessors(target), *self._plan.read_if_there(target)]
        return Neighbours(
            folder=self._folder,
            results=tuple(self._describe(before) for before in read),
            earlier=self._earlier if self._plan.spec(target).reads_others else (),
        )

    def hashes(self, target: Target) -> dict[str, str]:
        """Hash the results that a target may read: this run's by report, others by run too."""
        near = self.neighbours(target)
        found = dict(self._hash(self._folder, near.results))
        for run in near.earlier:
            there = read_results_of(run.folder, scope=target.scope)
            found |= {
                f"{run.folder.name}/{name}": value for name, value in self._hash(run.folder, there)
            }
        return found

    @staticmethod
    def _hash(folder: Path, results: tuple[ReportResults, ...]) -> Iterator[tuple[str, str]]:
        for found in results:
            path = folder / found.folder / RESULTS
            if found.status == "published" and path.is_file():
                yield found.report, hash_file(path)

    def _describe(self, before: Target) -> ReportResults:
        folder = report_folder(self._folder, before.report, before.scope)
        return ReportResults(
            report=before.report,
            status=self._status(before, there=(folder / RESULTS).is_file()),
            folder=folder.relative_to(self._folder).as_posix(),
        )

    def _status(self, before: Target, *, there: bool) -> Literal["published", "failed", "absent"]:
        outcome = self._outcomes.get(before)
        if outcome is None or outcome.state is State.NOT_ASKED:
            last = self._last.get((before.report, before.scope))
            if last is not None:
                return last.status
        elif outcome.state is State.FAILED:
            return "failed"
        elif outcome.state not in _FINE:
            return "absent"
        return "published" if there else "absent"
