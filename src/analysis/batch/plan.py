"""What a run asks for, in order, and everything that each report follows from."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import JsonValue

from analysis.batch.source import SourceCheck
from analysis.engine.budget import Budget
from analysis.engine.catalog import Catalog
from analysis.engine.events import Target
from analysis.engine.layout import report_folder
from analysis.engine.manifest import Inputs, environment_of, read_manifest
from analysis.errors import ParameterError, Problem
from analysis.params.context import RunContext
from analysis.params.gate import AssessmentRun, report_values
from analysis.params.report import ReportSpec
from analysis.trace import hash_file

if TYPE_CHECKING:
    from analysis.batch.results import ResultsFinder

_NO_MATTER = {"budgets", "cluster", "output", "reports", "scopes"}
"""Settings of a run that no page depends on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The reports of a run.

    Attributes
    ----------
    run : AssessmentRun
    catalog : Catalog
    targets : tuple of Target
        Every report about every scope, each after the ones that it reads.
    asked : frozenset of str
        The reports that are to be looked at now.
    """

    run: AssessmentRun
    catalog: Catalog
    targets: tuple[Target, ...]
    asked: frozenset[str]

    @property
    def looked_at(self) -> tuple[Target, ...]:
        """The targets that are to be looked at now, in order."""
        return tuple(target for target in self.targets if target.report in self.asked)

    def spec(self, target: Target) -> ReportSpec:
        """Give the declaration of a target's report."""
        return self.catalog.specs[target.report]

    def predecessors(self, target: Target) -> tuple[Target, ...]:
        """Give the targets whose results a target cannot do without: about the same scope."""
        return tuple(Target(name, target.scope) for name in self.spec(target).after)

    def read_if_there(self, target: Target) -> tuple[Target, ...]:
        """Give the targets whose results a target reads too, if they come out."""
        if not self.spec(target).reads_others:
            return ()
        needed = self.spec(target).after
        return tuple(
            Target(name, target.scope)
            for name in self.catalog.require(self.run.settings.reports)
            if not self.catalog.specs[name].reads_others and name not in needed
        )

    def precedes(self, target: Target) -> tuple[Target, ...]:
        """Give the targets that must have come out, one way or another, before one starts."""
        return (*self.predecessors(target), *self.read_if_there(target))

    @property
    def budget(self) -> Budget:
        """What each notebook may use."""
        budgets = self.run.settings.budgets
        cell = budgets.minutes_per_cell
        return Budget(
            notebook_seconds=budgets.minutes * 60,
            memory_bytes=round(budgets.memory_gb * 1e9),
            cell_seconds=None if cell is None else math.ceil(cell * 60),
        )


def make_plan(run: AssessmentRun, catalog: Catalog, *, only: Iterable[str] = ()) -> Plan:
    """List what a run asks for.

    Parameters
    ----------
    run : AssessmentRun
    catalog : Catalog
    only : iterable of str
        Reports to look at, with those that they read; all of the run's where empty.

    Returns
    -------
    Plan

    Raises
    ------
    ParameterError
        If `only` names a report that the run does not ask for, or the run asks for
        a report without one that it reads.
    """
    asked_for = catalog.require(run.settings.reports)
    problems = [
        Problem(
            what=f"report {name!r} reads the results of {before!r}, which the run does not ask for",
            next_step=f"Add '{before}: {{}}' to the run's reports.",
            where=f"{run.file.name}, reports",
        )
        for name in asked_for
        for before in catalog.specs[name].after
        if before not in asked_for
    ]
    wanted = catalog.require(only)
    problems += [
        Problem(
            what=f"the run {run.settings.run!r} does not ask for report {name!r}",
            needed=f"one of {', '.join(asked_for)}",
        )
        for name in wanted
        if name not in asked_for
    ]
    if problems:
        raise ParameterError(problems)
    return Plan(
        run=run,
        catalog=catalog,
        targets=tuple(Target(name, scope) for name in asked_for for scope in run.settings.scopes),
        asked=frozenset(_with_predecessors(wanted or asked_for, catalog)),
    )


def _with_predecessors(names: Iterable[str], catalog: Catalog) -> set[str]:
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += catalog.specs[name].after
    return found


class InputsFinder:
    """Works out what a report follows from; what several share is worked out once.

    Parameters
    ----------
    plan : Plan
    source : SourceCheck
    folder : Path
        The run's folder.
    results : ResultsFinder
    withheld : mapping of Target to frozenset of str, optional
        What each report withholds for the others' sake.
    """

    def __init__(
        self,
        plan: Plan,
        source: SourceCheck,
        folder: Path,
        results: ResultsFinder,
        withheld: Mapping[Target, frozenset[str]] | None = None,
    ) -> None:
        self._plan = plan
        self._source = source
        self._folder = folder
        self._results = results
        self._environment = environment_of(plan.catalog.project)
        self._settings = describe_settings(plan.run)
        self._withheld = withheld or {}

    def inputs(self, target: Target) -> Inputs:
        """Give everything that a target follows from, as it is now."""
        return Inputs(
            report=target.report,
            scope=target.scope,
            notebook=hash_file(self._plan.catalog.notebook(target.report)),
            parameters=report_values(self._plan.run, target.report, target.scope),
            settings=self._settings_of(target),
            tables=self._fingerprints(target),
            results=self._results.hashes(target),
            **self._environment,
        )

    def _settings_of(self, target: Target) -> Mapping[str, Any]:
        names = self._withheld.get(target)
        return {**self._settings, "withheld": sorted(names)} if names else self._settings

    def context(self, target: Target) -> dict[str, JsonValue]:
        """Give what a target's kernel is told of its run."""
        spec = self._plan.spec(target)
        context = RunContext.of(
            self._plan.run,
            report=target.report,
            scope=target.scope,
            neighbours=self._results.neighbours(target),
            withheld=tuple(sorted(self._withheld.get(target, ()))),
            checked=self._source.checked((*spec.tables, *spec.optional_tables)),
        )
        return context.model_dump(mode="json", by_alias=True)

    def _fingerprints(self, target: Target) -> dict[str, str]:
        """Hash the tables that the report declares, and those that it read the last time."""
        spec = self._plan.spec(target)
        last = read_manifest(report_folder(self._folder, target.report, target.scope)) or {}
        names = {*spec.tables, *spec.optional_tables, *last.get("tables", {})}
        found = {name: self._source.fingerprint(name) for name in sorted(names)}
        return {name: hashed for name, hashed in found.items() if hashed is not None}


def describe_settings(run: AssessmentRun) -> Mapping[str, Any]:
    """Give what of a run file reaches a page, as JSON values; secrets keep their names."""
    settings = run.settings.model_dump(mode="json", by_alias=True, exclude=_NO_MATTER)
    settings["source"].pop("memory_gb", None)
    return settings
