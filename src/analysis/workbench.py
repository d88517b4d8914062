"""What a notebook opens: its parameters checked, its tables, its door to the page.

The same notebook runs by hand and in a batch. In a batch the engine names the run's
context in the environment; by hand the parameters cell names the run, whose file
``params/RUN.yaml`` is found above the working directory.
"""

from __future__ import annotations

import dataclasses
import importlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError
from threadpoolctl import threadpool_limits

from analysis.answers import Answer, NotAssessed, Verdict
from analysis.data.connect import connect
from analysis.data.controls import reconcile
from analysis.data.handed import take_over
from analysis.data.quality import QualityReport, check_source
from analysis.data.queries import current_log, start_log, stop_log
from analysis.data.tables import Bank
from analysis.errors import ParameterError, Problem
from analysis.params.context import (
    CONTEXT_VARIABLE,
    RunContext,
    find_run_file,
    locate_source,
    read_threads,
)
from analysis.params.gate import AssessmentRun, load_settings
from analysis.params.neighbours import Neighbours, find_neighbours
from analysis.params.report import ReportParameters, ReportSpec
from analysis.params.run import RunFile
from analysis.params.withheld import read_withheld
from analysis.publish.controls import describe_control
from analysis.publish.door import Publisher
from analysis.publish.inputs import describe_input, describe_rules, not_assessed
from analysis.publish.lineage import describe_lineage
from analysis.publish.payload import ReportHeader
from analysis.publish.results import Archive, MissingResults, Results
from analysis.trace import TRACE_VARIABLE, write_trace

Parameters = TypeVar("Parameters", bound=ReportParameters)


class Report:
    """An open report: what a notebook asks for data, and shows its answers to.

    Made by `open_report`.

    Attributes
    ----------
    parameters : ReportParameters
        Of the report's own type.
    bank : Bank
        The tables, within the report's scope.
    period : str
        Label of the run's period.
    disclosure : DisclosurePolicy
        The run's disclosure rules.
    earlier : tuple of Archive
        The runs that this one follows, the latest first; of a report that reads others.
    """

    def __init__(
        self,
        *,
        parameters: ReportParameters,
        bank: Bank,
        quality: QualityReport,
        publisher: Publisher,
        neighbours: Neighbours | None = None,
        names: Mapping[str, Any] | None = None,
        period: str = "",
    ) -> None:
        self.parameters: Any = parameters
        self.bank = bank
        self._quality = quality
        self._publisher = publisher
        self._names = names or {}
        self.period = period
        self.disclosure = publisher.wording.policy
        near = neighbours or Neighbours()
        self._archive = Archive.of_this_run(near)
        self.earlier = Archive.of_earlier_runs(near, scope=parameters.scope)

    @property
    def others(self) -> dict[str, Results | MissingResults]:
        """What each of the other reports of this run published, by its name."""
        return {name: self._archive.results(name) for name in self._archive.reports}

    def results(self, name: str) -> Results | MissingResults:
        """Read what another report of this run published about the same scope.

        Parameters
        ----------
        name : str
            The report's name.

        Returns
        -------
        Results or MissingResults
            The latter says why there is nothing to read.
        """
        return self._archive.results(name)

    def show(self, answer: Answer | NotAssessed | Verdict) -> None:
        """Put an answer on the page, through the disclosure gate, in every language."""
        if isinstance(answer, Verdict):
            self._publisher.verdict(answer)
        elif isinstance(answer, NotAssessed):
            self._publisher.show(not_assessed(answer))
        else:
            self._publisher.show(answer)

    def close(self) -> None:
        """End the report: say what was read, and list all that was published."""
        reads = self.bank.reads
        for read in reads:
            self._publisher.emit(
                describe_input(read, self._quality.table(read.name), self._publisher.wording)
            )
        self._publish_lineage()
        self._publisher.end()
        trace = os.environ.get(TRACE_VARIABLE)
        if trace:
            write_trace(trace, reads=[_as_json(dataclasses.asdict(read)) for read in reads])
        self.bank.source.close()

    def _publish_lineage(self) -> None:
        """Say which queries were asked since the report was opened."""
        log = current_log()
        if log is not None:
            policy = self._publisher.wording.policy
            self._publisher.emit(
                describe_lineage(log.queries, self.parameters, self._names, policy)
            )
        stop_log()


def open_report(name: str, cell: Mapping[str, Any]) -> Report:
    """Open a report from the values of its parameters cell.

    Parameters
    ----------
    name : str
        The notebook's name.
    cell : mapping of str to object
        The notebook's ``globals()``: every field of the report's model is taken from
        it, everything else is left alone.

    Returns
    -------
    Report

    Raises
    ------
    ParameterError
        If a value is missing or wrong, all of them at once, or by hand the run's file
        cannot be found.
    DataError
        If the source cannot be opened, or no report could be right on its tables.
    """
    spec: ReportSpec = importlib.import_module(f"analysis.{name}.report").REPORT
    # One thread for linear algebra and for clusters: the arrays are small, several threads
    # spin for seconds where one needs milliseconds, and sums come out the same everywhere.
    threadpool_limits(limits=1)
    parameters = _check(spec, cell)
    context = os.environ.get(CONTEXT_VARIABLE)
    told = RunContext.read(Path(context)) if context else None
    settings, neighbours, withheld = (
        (told.run, told.neighbours, frozenset(told.withheld))
        if told
        else _found_by_hand(spec, parameters.run, parameters.scope)
    )
    log = start_log()
    source = connect(
        settings.source,
        environment=os.environ,
        temporary=Path.cwd() if context else None,
        threads=read_threads(os.environ),
    )
    quality = check_source(
        source,
        tables=spec.tables,
        optional=spec.optional_tables,
        as_of=parameters.as_of,
        known=take_over(told.checked, source, as_of=parameters.as_of) if told else {},
    )
    quality.raise_if_stopped()
    rows = {table.table: table.rows for table in quality.tables}
    bank = Bank(source, parameters.scope, as_of=parameters.as_of, rows=rows)
    log.queries.clear()  # those that looked at the source itself
    publisher = Publisher(
        languages=settings.languages,
        policy=settings.disclosure,
        once=bool(context),
        withheld=withheld,
    )
    publisher.emit(_header(spec, parameters, settings, bank, publisher))
    read = {*spec.tables, *spec.optional_tables}
    controls = {name: each for name, each in settings.controls.items() if each.table in read}
    for reconciled in reconcile(source, controls, as_of=parameters.as_of):
        publisher.check(describe_control(reconciled))
    return Report(
        parameters=parameters,
        bank=bank,
        quality=quality,
        publisher=publisher,
        neighbours=neighbours,
        names=cell,
        period=settings.period,
    )


def _check(spec: ReportSpec, cell: Mapping[str, Any]) -> ReportParameters:
    model = spec.parameters
    values = {name: cell[name] for name in model.model_fields if name in cell}
    missing = [name for name in model.model_fields if name not in cell]
    problems = [
        Problem(
            what=f"the parameters cell does not set {name!r}",
            next_step="Run the cell tagged 'parameters' first.",
        )
        for name in missing
    ]
    if problems:
        raise ParameterError(problems)
    try:
        return model.model_validate(values)
    except ValidationError as refused:
        raise ParameterError(
            Problem(
                what="parameter " + repr(".".join(map(str, error["loc"])) or spec.name),
                needed=error["msg"],
                next_step="Correct the cell tagged 'parameters'.",
            )
            for error in refused.errors(include_url=False, include_input=False)
        ) from None


def _found_by_hand(
    spec: ReportSpec, run: str, scope: str
) -> tuple[RunFile, Neighbours, frozenset[str]]:
    """Find the run's settings, and what its last batch left in ``reports/``."""
    path = find_run_file(run, Path.cwd()).absolute()
    settings = load_settings(path)
    neighbours = Neighbours()
    reports = path.parent.parent / "reports"
    withheld = read_withheld(reports / settings.output_folder)
    if spec.reads_others:
        neighbours = find_neighbours(reports, settings, report=spec.name, scope=scope)
    located = locate_source(AssessmentRun(file=path, settings=settings, parameters={}))
    return located, neighbours, withheld.get((spec.name, scope), frozenset())


def _header(
    spec: ReportSpec,
    parameters: ReportParameters,
    settings: RunFile,
    bank: Bank,
    publisher: Publisher,
) -> ReportHeader:
    wording = publisher.wording
    return ReportHeader(
        name=spec.name,
        title=wording.say(spec.title),
        question=wording.say(spec.question),
        run=settings.run,
        run_title={language: settings.title[language] for language in settings.languages},
        period=settings.period,
        as_of=parameters.as_of,
        previous_as_of=parameters.previous_as_of,
        scope=parameters.scope,
        scope_title=wording.say(bank.title),
        within=bank.within,
        parts=bank.parts,
        languages=settings.languages,
        parameters=parameters.model_dump(mode="json"),
        disclosure=settings.disclosure.model_dump(mode="json"),
        rules=tuple(wording.say(rule) for rule in describe_rules(settings.disclosure)),
    )


def _as_json(values: dict[str, Any]) -> dict[str, Any]:
    return {
        key: value if isinstance(value, str | int | float | None) else str(value)
        for key, value in values.items()
    }
