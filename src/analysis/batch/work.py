"""One batch under way: what is to be done about each target, and doing it side by side."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from analysis.batch.executors import open_cluster, open_pool, share_processors
from analysis.batch.interrupt import Wish
from analysis.batch.order import Order
from analysis.batch.plan import InputsFinder, Plan
from analysis.batch.results import ResultsFinder
from analysis.batch.source import SourceCheck
from analysis.engine.events import Event, Expected, Finished, Listener, Note, Outcome, State, Target
from analysis.engine.executor import Crashed, Done, Executor, OnDemand, Told
from analysis.engine.freshness import Freshness, compare_with_last, hash_named_source
from analysis.engine.job import Job
from analysis.engine.layout import failed_folder, report_folder
from analysis.engine.manifest import Inputs, hash_renderer, hash_text, read_manifest
from analysis.engine.outcome import Failure, FailureKind
from analysis.engine.stopwatch import Stopwatch
from analysis.engine.warm import can_fork, keep_warm
from analysis.errors import ExitCode
from analysis.params.context import THREADS_VARIABLE
from analysis.proof.course import tell_history
from analysis.proof.history import earlier_runs

_UPSTREAM_FINE = {State.DONE, State.RENDERED, State.UP_TO_DATE, State.NOT_ASKED, State.PARTIAL}
REMADE = {State.DONE, State.RENDERED, State.PARTIAL}

_OF_EVERY_REPORT = ("analysis.workbench",)
"""What each notebook imports, so that its trace names it wherever it was imported."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a batch is run.

    Attributes
    ----------
    reports : Path
        The reports folder; each run has its own folder in it.
    jobs : int or None
        How many reports run at once on this machine, if memory holds as many; by
        default as many as there are processors.
    cluster : str or None
        Address of the Dask scheduler whose workers run the reports; by default the run
        file's.
    force : bool
        Run every report, whatever is up to date.
    only : tuple of str
        Reports to look at, with those that they read; all of the run's where empty.
    renderer, indexer : str
        ``module:function``: makes a report's pages in its folder; makes the index
        of a run's folder from its ``status.json``.
    overview : str
        ``module:function``: makes the pages over all runs in the reports folder.
    environment : mapping of str to str
        Added to every kernel's.
    kernels : {"warm", "ordinary"}
        Forked from a parent that has the libraries imported, where the system can;
        or each started by itself.
    """

    reports: Path
    jobs: int | None = None
    cluster: str | None = None
    force: bool = False
    only: tuple[str, ...] = ()
    renderer: str = "analysis.site.render:render_report"
    indexer: str = "analysis.site.index:write_index"
    overview: str = "analysis.site.overview:write_overview"
    environment: Mapping[str, str] = field(default_factory=dict)
    kernels: Literal["warm", "ordinary"] = "warm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The run's folder, its folder for work in progress, and a short one for sockets."""

    folder: Path
    work: Path
    sockets: Path
    wish: Wish = field(default_factory=Wish)


class Batch:
    """One batch under way."""

    def __init__(
        self,
        plan: Plan,
        options: Options,
        source: SourceCheck,
        *,
        places: Places,
        listener: Listener,
        withheld: Mapping[Target, frozenset[str]] | None = None,
    ) -> None:
        self.outcomes: dict[Target, Outcome] = {}
        self._plan = plan
        self._options = options
        self._source = source
        self._places = places
        self._listener = listener
        self._cluster = options.cluster or plan.run.settings.cluster
        self._order = Order((), plan.precedes)
        results = ResultsFinder(
            plan, places.folder, reports=options.reports, outcomes=self.outcomes
        )
        self._finder = InputsFinder(plan, source, places.folder, results, withheld)
        self._environment = dict(options.environment)
        if not self._cluster:
            share = share_processors(options.jobs, len(plan.looked_at))
            self._environment.setdefault(THREADS_VARIABLE, str(share))
        self._site = hash_renderer(options.renderer)
        settings = plan.run.settings
        self._earlier = earlier_runs(options.reports, settings.follows, as_of=settings.as_of)
        self._sources: dict[str, str | None] = {}
        self._warm: Path | None = None
        self.watch = Stopwatch()
        self._looked_at: dict[Target, tuple[Inputs, Freshness]] = {}

    @property
    def has_changed(self) -> bool:
        """Whether any report that is asked for is to be run."""
        asked = list(self._plan.looked_at)
        return any(self._look_at(target)[1].run for target in asked)

    def run(self) -> None:
        """Bring every target that is asked for up to date."""
        waiting = list(self._plan.looked_at)
        for target in self._plan.targets:
            if target.report not in self._plan.asked:
                self.outcomes[target] = Outcome(target=target, state=State.NOT_ASKED)
        stale = [target for target in waiting if self._look_at(target)[1].run]
        self.watch.lap("looking for changes")
        with self._keep_warm(bool(stale)) as self._warm:
            self._check_source(stale)
            self.watch.lap("checking the tables")
            self._order = Order(waiting, self._plan.precedes)
            self._work_off(len(waiting))
        for target in waiting:
            if target not in self.outcomes:
                reasons = ("the run was interrupted before it began",)
                self._settle(Outcome(target=target, state=State.SKIPPED, reasons=reasons))
        self.watch.lap("reports")

    def _keep_warm(self, needed: bool) -> AbstractContextManager[Path | None]:
        """Start a parent for kernels, so that it imports while the tables are checked."""
        wished = self._options.kernels == "warm" and not self._cluster
        if not (needed and wished and can_fork()):
            return nullcontext()
        return keep_warm(self._places.sockets, environment=self._environment, own=_OF_EVERY_REPORT)

    def _work_off(self, targets: int) -> None:
        with OnDemand(lambda: self._open_executor(targets)) as executor:
            self._start(executor)
            while executor.busy:
                self._listen(executor)
                self._start(executor)

    def _open_executor(self, targets: int) -> Executor[Job, Outcome]:
        if self._cluster:
            self._listener(Note(f"Looking at the cluster {self._cluster}"))
            shared = (self._plan.catalog.project, self._places.work)
            return open_cluster(self._cluster, shared=shared)
        pool, note = open_pool(
            self._options.jobs, targets, self._plan.budget, renderer=self._options.renderer
        )
        if note:
            self._listener(Note(note))
        return pool

    def _start(self, executor: Executor[Job, Outcome]) -> None:
        """Settle what needs no job, and submit what may start as far as there is room."""
        while self._may_begin(executor) and (target := self._order.take()) is not None:
            decided = self._decide(target)
            if isinstance(decided, Job):
                executor.submit(decided)
            else:
                self._settle(decided)

    def _may_begin(self, executor: Executor[Job, Outcome]) -> bool:
        return executor.has_room and not self._places.wish.to_stop

    def _check_source(self, stale: list[Target]) -> None:
        """Check every table of the reports that are to run, before any kernel starts."""
        if not stale:
            return
        self._listener(Note("Checking the tables"))
        self._listener(Expected({target: self._seconds_of_last(target) for target in stale}))
        for target in stale:
            self._data_problems(target)

    def _seconds_of_last(self, target: Target) -> float | None:
        folder = report_folder(self._places.folder, target.report, target.scope)
        seconds = (read_manifest(folder) or {}).get("seconds")
        return float(seconds) if isinstance(seconds, int | float) else None

    def _decide(self, target: Target) -> Job | Outcome:
        """Say what is to be done about a target whose predecessors have come out."""
        predecessors = self._plan.predecessors(target)
        failed = [b for b in predecessors if self.outcomes[b].state not in _UPSTREAM_FINE]
        if failed:
            names = ", ".join(f"{before.report!r}" for before in failed)
            reason = f"it reads the results of {names}, which failed"
            return Outcome(target=target, state=State.SKIPPED, reasons=(reason,))
        remade = any(self.outcomes[before].state in REMADE for before in predecessors)
        if remade or self._plan.read_if_there(target):
            self._looked_at.pop(target, None)
        inputs, freshness = self._look_at(target)
        if freshness.up_to_date:
            return Outcome(target=target, state=State.UP_TO_DATE, reasons=(freshness.same,))
        problems = self._data_problems(target) if freshness.run else ()
        if problems:
            return Outcome(
                target=target, state=State.FAILED, reasons=freshness.run, failures=problems
            )
        return self._make_job(target, inputs, freshness)

    def _look_at(self, target: Target) -> tuple[Inputs, Freshness]:
        if target not in self._looked_at:
            inputs = self._finder.inputs(target)
            freshness = compare_with_last(
                report_folder(self._places.folder, target.report, target.scope),
                inputs,
                site=self._site,
                history=hash_text(self._history(target)),
                hash_source=self._hash_source,
            )
            if self._options.force:
                freshness = Freshness(run=("--force was given",))
            self._looked_at[target] = inputs, freshness
        return self._looked_at[target]

    def _history(self, target: Target) -> str:
        place = report_folder(self._places.folder, target.report, target.scope)
        return tell_history(self._earlier, place.relative_to(self._places.folder).as_posix())

    def _hash_source(self, name: str) -> str | None:
        if name not in self._sources:
            self._sources[name] = hash_named_source(name)
        return self._sources[name]

    def _data_problems(self, target: Target) -> tuple[Failure, ...]:
        """Say what of the source makes a report impossible: its tables, then its scope."""
        spec = self._plan.spec(target)
        there = [name for name in spec.optional_tables if self._source.has(name)]
        problems = [p for name in (*spec.tables, *there) for p in self._source.problems(name)]
        return tuple(
            Failure(kind=FailureKind.DATA, message=str(problem), exit_code=ExitCode.DATA)
            for problem in problems or self._source.scope_problems(target.scope)
        )

    def _make_job(self, target: Target, inputs: Inputs, freshness: Freshness) -> Job:
        return Job(
            target=target,
            reasons=freshness.run or freshness.render,
            notebook=self._plan.catalog.notebook(target.report),
            inputs=inputs,
            context=self._finder.context(target),
            destination=report_folder(self._places.folder, target.report, target.scope),
            failed=failed_folder(self._places.folder, target.report, target.scope),
            work=self._places.work,
            sockets=None if self._cluster else self._places.sockets,
            budget=self._plan.budget,
            renderer=self._options.renderer,
            site=self._site,
            render_only=not freshness.run,
            history=self._history(target),
            environment=self._environment,
            warm=self._warm,
        )

    def _listen(self, executor: Executor[Job, Outcome]) -> None:
        for message in executor.receive():
            if isinstance(message, Told) and isinstance(message.what, Event):
                self._listener(message.what)
            elif isinstance(message, Done):
                self._settle(message.result)
            elif isinstance(message, Crashed):
                self._settle(_describe_crash(message))

    def _settle(self, outcome: Outcome) -> None:
        self.outcomes[outcome.target] = outcome
        self._order.settle(outcome.target)
        self._looked_at.pop(outcome.target, None)
        self._listener(Finished(outcome))


def _describe_crash(crashed: Crashed[Job]) -> Outcome:
    job = crashed.job
    failure = Failure(
        kind=FailureKind.WORKER_DIED,
        message=(
            f"the worker could not finish: {crashed.reason}. "
            "Run again; if the machine was short of memory, with fewer --jobs."
        ),
    )
    return Outcome(target=job.target, state=State.FAILED, reasons=job.reasons, failures=(failure,))
