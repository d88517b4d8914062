"""What a notebook's kernel is told of its run, beside its parameters."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError

from analysis.errors import ParameterError, Problem
from analysis.params.gate import AssessmentRun, report_values
from analysis.params.names import is_plain, suggest
from analysis.params.neighbours import Neighbours
from analysis.params.report import PlainName, Scope
from analysis.params.run import RunFile

CONTEXT_VARIABLE = "BANK_ASSESSMENT_CONTEXT"
"""The environment variable that names the file which a kernel reads."""
THREADS_VARIABLE = "BANK_ASSESSMENT_THREADS"
"""The one that says how many threads a report's engine may use; all processors without it."""


class RunContext(BaseModel):
    """The run, the report and the scope that a notebook works on.

    Secrets are named in it, never held: the source's url keeps its ``${NAME}``.

    Attributes
    ----------
    run : RunFile
        Its source folder is absolute.
    source_name : str
        The source as the run file names it, for pages and manifests.
    report, scope : str
    parameters : dict of str to JSON value
        As `report_values` gives them.
    neighbours : Neighbours
        Where the results are that the report may read.
    withheld : tuple of str
        Identities of counts that other scopes, reports or periods would give away.
    checked : tuple of dict
        What the batch found on tables (`analysis.data.handed`).
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    run: RunFile
    source_name: str
    report: PlainName
    scope: Scope
    parameters: dict[str, JsonValue]
    neighbours: Neighbours = Neighbours()
    withheld: tuple[str, ...] = ()
    checked: tuple[dict[str, JsonValue], ...] = ()

    @classmethod
    def of(
        cls,
        run: AssessmentRun,
        *,
        report: str,
        scope: str,
        neighbours: Neighbours | None = None,
        withheld: tuple[str, ...] = (),
        checked: tuple[dict[str, JsonValue], ...] = (),
    ) -> RunContext:
        """Make the context of one report and scope of a run.

        Raises
        ------
        ParameterError
            If the run has no such report or scope.
        """
        source = run.settings.source
        return cls(
            run=locate_source(run),
            source_name=source.url if source.folder is None else source.folder.as_posix(),
            report=report,
            scope=scope,
            parameters=report_values(run, report, scope),
            neighbours=neighbours or Neighbours(),
            withheld=withheld,
            checked=checked,
        )

    def write(self, path: Path) -> None:
        """Write the context as JSON, in one step."""
        unfinished = path.with_name(f"{path.name}.part")
        unfinished.write_text(self.model_dump_json(indent=1) + "\n", encoding="utf-8")
        unfinished.replace(path)

    @classmethod
    def read(cls, path: Path) -> RunContext:
        """Read a context that `write` wrote.

        Raises
        ------
        ParameterError
            If there is none, or the file holds something else.
        """
        where = path.as_posix()
        try:
            return cls.model_validate_json(path.read_bytes())
        except (OSError, ValueError) as error:
            found = "another content" if isinstance(error, ValidationError) else "no such file"
            raise ParameterError(
                Problem(
                    what="the run's context cannot be read",
                    found=found,
                    next_step=f"Unset {CONTEXT_VARIABLE} to run the notebook by hand.",
                    where=where,
                )
            ) from None


def locate_source(run: AssessmentRun) -> RunFile:
    """Give the run's settings with an absolute source folder; a url stays as it is."""
    source = run.settings.source
    if source.folder is None:
        return run.settings
    # realpath, because Path.resolve raises on a loop of links before Python 3.13
    folder = Path(os.path.realpath(run.file.parent / source.folder))
    located = source.model_copy(update={"folder": folder})
    return run.settings.model_copy(update={"source": located})


def find_run_file(name: str, start: Path) -> Path:
    """Find ``params/NAME.yaml`` in a folder or in the nearest one above it.

    Parameters
    ----------
    name : str
        The run's name.
    start : Path
        Where the notebook stands, usually the working directory.

    Raises
    ------
    ParameterError
        If no folder has it; names the nearest run that there is.
    """
    if not is_plain(name):
        raise ParameterError(Problem(what="a run's name is plain: letters, digits, - and _"))
    folder = start.absolute()
    others: list[str] = []
    for home in (folder, *folder.parents):
        candidate = home / "params" / f"{name}.yaml"
        if candidate.is_file():
            return candidate
        others += sorted(found.stem for found in (home / "params").glob("*.yaml"))
    raise ParameterError(
        Problem(
            what=f"no run file params/{name}.yaml",
            found=f"the runs {', '.join(others)}" if others else "no folder params",
            needed="it in this folder or one above",
            next_step=suggest(name, others),
            where=start.as_posix(),
        )
    )


def read_threads(environment: Mapping[str, str]) -> int | None:
    """Read how many threads a report's engine may use; None for one a processor.

    Raises
    ------
    ParameterError
        If it is no whole number from 1.

    Examples
    --------
    >>> read_threads({"BANK_ASSESSMENT_THREADS": "3"}), read_threads({})
    (3, None)
    """
    told = environment.get(THREADS_VARIABLE, "")
    if not told:
        return None
    if not (told.isascii() and told.isdigit() and int(told)):
        raise ParameterError(
            Problem(
                what=f"{THREADS_VARIABLE} is no number of threads",
                found=repr(told),
                needed="a whole number from 1",
                next_step="Correct it, or unset it to use every processor.",
            )
        )
    return int(told)
