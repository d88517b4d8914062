"""Runs a report again with one thing swapped, to see what moved its numbers.

From the old report to the new one, in this order: the code and the environment, the data,
the parameters. What is left then is the new period itself. A step whose inputs are no
longer there is not taken, and what it would have told stays unknown.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analysis.batch.run import OpenSource, run_batch
from analysis.batch.source import open_source
from analysis.batch.work import Options
from analysis.engine.catalog import Catalog
from analysis.engine.events import Listener, ignore
from analysis.engine.layout import report_folder
from analysis.errors import AssessmentError, ExitCode
from analysis.proof.comparison import Cause, Published, Step, read_published
from analysis.proof.factors import PERIOD, Factor, find_factors
from analysis.proof.runs import RunReport

_RUN = "swapped"
_OF_THE_RUN = PERIOD | {"scope"}
_UNSAID = ("", None)
"""What a parameter is that was not set: a run file may not say it."""
_CODE = (Factor.CODE, Factor.ENVIRONMENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Swapper:
    """What re-runs need.

    Attributes
    ----------
    catalog : Catalog
    params : Path
        The folder of run files: a source's folder is relative to it.
    options : Options
        Its reports folder is not written to.
    open_source : callable
    listener : callable
    """

    catalog: Catalog
    params: Path
    options: Options
    open_source: OpenSource = open_source
    listener: Listener = ignore


@dataclass(frozen=True, slots=True, kw_only=True)
class Swapped:
    """What the re-runs of one report told.

    Attributes
    ----------
    steps : tuple of Step
        Empty where they told nothing.
    missing : tuple of str
        Why a step could not be taken.
    """

    steps: tuple[Step, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class _Walk:
    """The way from the old report to the new one."""

    old: Published
    new: Published
    swapper: Swapper
    report: RunReport
    old_folder: Path
    steps: list[Step] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    open: tuple[Cause, ...] = ()
    """Causes whose own step could not be taken: they go into the next one."""

    def take(self, causes: Sequence[Factor], *, data: Published, parameters: Published) -> None:
        """Run with the old day and what has been swapped so far; or say why it cannot be."""
        named = (*self.open, *(Cause(factor.value) for factor in causes))
        told = self._run(data, parameters)
        if isinstance(told, str):
            self.missing.append(told)
            self.open = named
        else:
            self.steps.append(Step(causes=named, values=told))
            self.open = ()

    def _run(self, data: Published, parameters: Published) -> Mapping[str, float] | str:
        with tempfile.TemporaryDirectory(prefix="assess-") as name:
            place = Path(name)
            file = place / "params" / f"{_RUN}.yaml"
            file.parent.mkdir()
            settings = self._settings(data, parameters)
            file.write_text(json.dumps(settings, ensure_ascii=False), encoding="utf-8")
            try:
                result = run_batch(
                    file,
                    catalog=self.swapper.catalog,
                    options=self._options(place / "reports"),
                    listener=self.swapper.listener,
                    open_source=self.swapper.open_source,
                )
            except AssessmentError as error:
                return f"a re-run was refused: {error.problems[0].what}"
            if result.exit_code is not ExitCode.DONE:
                return "a re-run did not come out"
            found = read_published(
                report_folder(result.folder, self.report.report, self.report.scope)
            )
        if found is None:
            return "a re-run left no results"
        return self._check_inputs(found, data) or {
            name: metric.value for name, metric in found.metrics.items() if metric.value is not None
        }

    def _options(self, reports: Path) -> Options:
        given = self.swapper.options
        return Options(
            reports=reports,
            jobs=1,
            only=(self.report.report,),
            renderer=given.renderer,
            indexer=given.indexer,
            environment=given.environment,
            kernels=given.kernels,
        )

    def _check_inputs(self, found: Published, data: Published) -> str:
        """Say if the tables are not those that the report was made from."""
        wanted, read = data.manifest.get("tables") or {}, found.manifest.get("tables") or {}
        other = sorted(name for name in wanted if read.get(name) != wanted[name])
        return f"{', '.join(other)}: the content of then is no longer there" if other else ""

    def _settings(self, data: Published, parameters: Published) -> dict[str, Any]:
        old = dict(self.old.manifest.get("settings") or {})
        settings = {key: value for key, value in old.items() if value is not None}
        for key in ("follows", "author", "controls"):
            settings.pop(key, None)
        source = dict((data.manifest.get("settings") or {}).get("source") or {})
        if source.get("folder"):
            source["folder"] = str((self.swapper.params / str(source["folder"])).resolve())
        rules = (parameters.manifest.get("settings") or {}).get("disclosure")
        return {
            **settings,
            "run": _RUN,
            "scopes": [self.report.scope],
            "source": {key: value for key, value in source.items() if value is not None},
            **({"disclosure": rules} if rules else {}),
            "reports": dict(self._reports(parameters)),
        }

    def _reports(self, parameters: Published) -> Iterator[tuple[str, dict[str, Any]]]:
        """Give the report's own parameters, and those of the reports that it reads."""
        run_folder = self.old_folder if parameters is self.old else self.report.folder.parents[1]
        waiting, seen = [self.report.report], set[str]()
        while waiting:
            name = waiting.pop()
            if name in seen:
                continue
            seen.add(name)
            found = (
                parameters
                if name == self.report.report
                else read_published(report_folder(run_folder, name, self.report.scope))
            )
            values = dict(found.manifest.get("parameters") or {}) if found else {}
            yield (
                name,
                {
                    key: value
                    for key, value in values.items()
                    if key not in _OF_THE_RUN and value not in _UNSAID
                },
            )
            waiting += self.swapper.catalog.specs[name].after


def swap(old_folder: Path, new: RunReport, swapper: Swapper) -> Swapped:
    """Run a report again as often as it takes to tell what moved its numbers.

    Parameters
    ----------
    old_folder : Path
        The old run's folder.
    new : RunReport
        The report in the new run.
    swapper : Swapper

    Returns
    -------
    Swapped
    """
    before = read_published(report_folder(old_folder, new.report, new.scope))
    now = read_published(new.folder)
    if before is None or now is None:
        return Swapped(missing=("one of the two runs has no such report",))
    factors = find_factors(before.manifest, now.manifest)
    walk = _Walk(old=before, new=now, swapper=swapper, report=new, old_folder=old_folder)
    if not _is_present(now, swapper.catalog):
        return Swapped(missing=("the code here is not the code that the new report was made with",))
    code = [factor for factor in _CODE if factor in factors]
    if code:
        walk.take(code, data=before, parameters=before)
    if Factor.DATA in factors:
        walk.take([Factor.DATA], data=now, parameters=before)
    if Factor.PARAMETERS in factors:
        walk.take([Factor.PARAMETERS], data=now, parameters=now)
    if walk.open and before.as_of != now.as_of:
        return Swapped(missing=tuple(walk.missing))
    return Swapped(steps=tuple(walk.steps), missing=tuple(dict.fromkeys(walk.missing)))


def _is_present(report: Published, catalog: Catalog) -> bool:
    """Whether the code and the environment here are those of a report."""
    from analysis.engine.freshness import hash_named_source
    from analysis.engine.manifest import environment_of
    from analysis.trace import hash_file

    here = environment_of(catalog.project)
    made = report.manifest
    notebook = catalog.notebook(str(made.get("report", "")))
    return (
        all(made.get(name) == here[name] for name in ("lock", "python", "libraries"))
        and notebook.is_file()
        and hash_file(notebook) == made.get("notebook")
        and all(hash_named_source(name) == h for name, h in (made.get("modules") or {}).items())
    )
