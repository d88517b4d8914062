"""Which reports there are: a notebook and a package of the same name make one."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from types import MappingProxyType

from analysis.errors import ParameterError, Problem, ReportError
from analysis.params.names import suggest
from analysis.params.report import ReportSpec

NOTEBOOKS = "notebooks"


@dataclass(frozen=True, slots=True)
class Catalog:
    """The reports of a project.

    Attributes
    ----------
    project : Path
        The folder that holds ``notebooks/``.
    specs : mapping of str to ReportSpec
        By name, each after the ones whose results it reads.
    """

    project: Path
    specs: Mapping[str, ReportSpec]

    def notebook(self, name: str) -> Path:
        """Give the notebook of a report."""
        return self.project / NOTEBOOKS / f"{name}.ipynb"

    def require(self, names: Iterable[str]) -> tuple[str, ...]:
        """Give `names` in the catalog's order, if all of them are reports.

        Raises
        ------
        ParameterError
            Naming every unknown one and the nearest that exists.
        """
        wanted = list(names)
        unknown = [name for name in wanted if name not in self.specs]
        if unknown:
            raise ParameterError(_unknown(name, self.specs) for name in unknown)
        return tuple(name for name in self.specs if name in wanted)


def find_project(start: Path) -> Path:
    """Give the nearest folder, from `start` upwards, that holds ``notebooks/``.

    Raises
    ------
    ParameterError
        If there is none.
    """
    for folder in (start, *start.parents):
        if (folder / NOTEBOOKS).is_dir():
            return folder
    raise ParameterError(
        Problem(
            what="no project here",
            found=f"no folder '{NOTEBOOKS}' in {start} or above it",
            next_step="Change into the project's folder, or name it with --project DIR.",
        )
    )


def load_catalog(project: Path, *, package: str = "analysis") -> Catalog:
    """Find the reports of a project.

    Parameters
    ----------
    project : Path
        The folder that holds ``notebooks/``.
    package : str
        Where the reports' packages are: ``PACKAGE.NAME.report`` defines ``REPORT``.

    Returns
    -------
    Catalog

    Raises
    ------
    ReportError
        Naming every notebook without its package, every package without its
        notebook, every declaration that is wrong, and reports that wait for each other.
    """
    notebooks = {path.stem for path in (project / NOTEBOOKS).glob("*.ipynb")}
    specs: dict[str, ReportSpec] = {}
    problems: list[Problem] = []
    names = sorted(notebooks | _reporting_packages(package))
    for name in names:
        found = _load_spec(f"{package}.{name}.report", name)
        if isinstance(found, Problem):
            problems.append(found)
        elif found is None:
            if name in notebooks:
                problems.append(_no_package(name, package))
        elif name not in notebooks:
            problems.append(_no_notebook(name, package))
        else:
            specs[name] = found
    problems += _find_unknown_predecessors(specs, names)
    if problems:
        raise ReportError(problems)
    return Catalog(project, MappingProxyType(_order(specs)))


def _reporting_packages(package: str) -> set[str]:
    """Name the packages below `package` that have a module ``report``."""
    top = importlib.import_module(package)
    return {
        path.parent.name for folder in top.__path__ for path in Path(folder).glob("*/report.py")
    }


def _load_spec(module_name: str, name: str) -> ReportSpec | Problem | None:
    """Give what a module declares as REPORT; None where there is no such module or name."""
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name and (module_name == error.name or module_name.startswith(f"{error.name}.")):
            return None
        raise
    spec = getattr(module, "REPORT", None)
    if spec is None:
        return None
    if not isinstance(spec, ReportSpec) or spec.name != name:
        return Problem(
            what=f"{module_name}.REPORT does not declare the report {name!r}",
            found=f"name={spec.name!r}" if isinstance(spec, ReportSpec) else type(spec).__name__,
            needed=f"ReportSpec(name={name!r}, …)",
        )
    return spec


def _order(specs: Mapping[str, ReportSpec]) -> dict[str, ReportSpec]:
    sorter = TopologicalSorter(
        {name: sorted(_before(spec, specs)) for name, spec in sorted(specs.items())}
    )
    try:
        return {name: specs[name] for name in sorter.static_order()}
    except CycleError as error:
        raise ReportError(
            Problem(
                what="reports wait for each other",
                found=" after ".join(error.args[1]),
                next_step="Take one of them out of the 'after' of its ReportSpec.",
            )
        ) from error


def _before(spec: ReportSpec, specs: Mapping[str, ReportSpec]) -> set[str]:
    """Name what runs before a report: what it needs, and what it reads if it is there."""
    if not spec.reads_others:
        return set(spec.after)
    return {*spec.after, *(name for name, other in specs.items() if not other.reads_others)}


def _find_unknown_predecessors(
    specs: Mapping[str, ReportSpec], names: Iterable[str]
) -> list[Problem]:
    known = list(names)
    return [
        _unknown(before, known, where=f"report {name!r}, after")
        for name, spec in specs.items()
        for before in spec.after
        if before not in known
    ]


def _unknown(name: str, known: Iterable[str], *, where: str = "") -> Problem:
    known = list(known)
    return Problem(
        what=f"unknown report {name!r}",
        needed=f"one of {', '.join(known)}" if known else "a notebook in notebooks/",
        next_step=suggest(name, known),
        where=where,
    )


def _no_package(name: str, package: str) -> Problem:
    return Problem(
        what=f"notebooks/{name}.ipynb has no package",
        needed=f"{package}/{name}/report.py with REPORT = ReportSpec(name={name!r}, …)",
        next_step="Add it, or move the notebook out of notebooks/.",
    )


def _no_notebook(name: str, package: str) -> Problem:
    return Problem(
        what=f"{package}.{name} declares a report, but has no notebook",
        needed=f"notebooks/{name}.ipynb",
        next_step="Add the notebook, or take REPORT out of the package.",
    )
