"""Whether what a report follows from stayed the same while it was made.

A manifest that names content which the kernel did not see, or saw in part, would call
a wrong report up to date. Tables are compared by their fingerprints before and after;
code by what the file system says of each file, which needs no clock.
"""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from analysis.engine.execute import Execution
from analysis.engine.manifest import Inputs, locate_source
from analysis.engine.outcome import Failure, FailureKind
from analysis.engine.warm_parent import Stamp, stamp
from analysis.trace import hash_file

_NO_SOURCE = {".pyc", ".pyi"}


@dataclass(frozen=True, slots=True)
class CodeStamps:
    """What the file system said of every file of some packages before a run."""

    stamps: Mapping[str, Stamp]

    @classmethod
    def take(cls, packages: Iterable[str]) -> CodeStamps:
        """Look at every file of the packages, data files included."""
        return cls(stamp(str(path) for name in set(packages) for path in _files_of(name)))

    def digest(self) -> str:
        """Give one name for this state of the code: another one as soon as a file is."""
        return hashlib.sha256(repr(sorted(self.stamps.items())).encode()).hexdigest()

    def list_changed(self, names: Iterable[str]) -> list[str]:
        """Give those of a trace's files that are not as they were, or were not there."""
        paths = {name: str(locate_source(name)) for name in names}
        now = stamp(paths.values())
        return [
            name
            for name, path in paths.items()
            if path not in now or self.stamps.get(path) != now[path]
        ]


def find_changes(
    inputs: Inputs, execution: Execution, *, notebook: Path, code: CodeStamps
) -> tuple[Failure, ...]:
    """Say what changed while a notebook ran.

    Parameters
    ----------
    inputs : Inputs
        As they were before.
    execution : Execution
    notebook : Path
    code : CodeStamps
        Taken before the kernel started.

    Returns
    -------
    tuple of Failure
        One at most; empty if nothing changed.
    """
    trace = execution.trace or {}
    changed = [
        f"table {read['name']}"
        for read in trace.get("reads", [])
        if read.get("sha256") and inputs.tables.get(read["name"], read["sha256"]) != read["sha256"]
    ]
    changed += code.list_changed(trace.get("files", {}))
    if hash_file(notebook) != inputs.notebook:
        changed.append("the notebook")
    if not changed:
        return ()
    message = (
        f"changed while the report was made: {', '.join(sorted(changed))}. "
        "Run again when nothing writes there any more."
    )
    return (Failure(kind=FailureKind.INPUT_CHANGED, message=message),)


def _files_of(package: str) -> Iterator[Path]:
    spec = importlib.util.find_spec(package)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        for path in Path(folder).rglob("*"):
            if path.suffix not in _NO_SOURCE and path.is_file():
                yield path
