"""Where a report came from: hashes, versions, durations, checks; and what its files are."""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import json
import platform
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from analysis.proof.digests import (
    MANIFEST,
    SEAL,
    digest_manifest,
    digest_output,
    list_files,
    write_out,
)
from analysis.trace import hash_file

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from analysis.engine.execute import Execution

LOCK_FILE = "requirements.lock"
_SCHEMA = 1
_DISTRIBUTION = "bank-assessment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Everything that a report follows from, apart from the modules that it imports.

    Attributes
    ----------
    report, scope : str
    notebook : str
        SHA-256 of the notebook as it is kept, without outputs.
    parameters : mapping
        What the notebook's parameters cell is given.
    settings : mapping
        What of the run file reaches a page: period, languages, disclosure, source.
    tables : mapping of str to str
        SHA-256 of the content of each table that the report may read, by name.
    results : mapping of str to str
        SHA-256 of the results of each report that it reads.
    lock : str
        SHA-256 of the lock file; empty where the project has none.
    python : str
    libraries : mapping of str to str
        Installed versions.
    """

    report: str
    scope: str
    notebook: str
    parameters: Mapping[str, Any]
    settings: Mapping[str, Any]
    tables: Mapping[str, str]
    results: Mapping[str, str]
    lock: str
    python: str
    libraries: Mapping[str, str]


def environment_of(project: Path) -> dict[str, Any]:
    """Give the fields of `Inputs` that are the same for every report of a project.

    Examples
    --------
    >>> sorted(environment_of(Path()))
    ['libraries', 'lock', 'python']
    """
    lock = project / LOCK_FILE
    return {
        "lock": hash_file(lock) if lock.is_file() else "",
        "python": platform.python_version(),
        "libraries": dict(library_versions()),
    }


@cache
def library_versions() -> tuple[tuple[str, str], ...]:
    """Give the installed version of this package and of each library that it asks for."""
    required = importlib.metadata.requires(_DISTRIBUTION) or []
    names = {
        cast("re.Match[str]", re.match(r"[A-Za-z0-9._-]+", line)).group().lower()
        for line in required
        if "extra ==" not in line
    }
    return tuple((name, _version(name)) for name in sorted(names | {_DISTRIBUTION}))


def _version(name: str) -> str:
    try:
        installed = importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"
    # one line of the file: all of it is parsed where `version` is asked for
    line = re.search(r"^Version: *(\S+) *$", installed.read_text("METADATA") or "", re.MULTILINE)
    return line.group(1) if line else installed.version


def locate_source(name: str) -> Path | None:
    """Give the file that a manifest names, such as ``analysis/lifecycle/stages.py``.

    Returns
    -------
    Path or None
        None where its package is no longer there.

    Examples
    --------
    >>> locate_source("analysis/errors.py").name
    'errors.py'
    """
    spec = importlib.util.find_spec(name.partition("/")[0])
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations))).parent / name


def hash_package(name: str) -> str:
    """Give one SHA-256 over a package's files: modules, templates, style sheets.

    Examples
    --------
    >>> len(hash_package("analysis.engine"))
    64
    """
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        return ""
    folder = Path(next(iter(spec.submodule_search_locations)))
    return _hash_together(hash_files(folder))


def hash_renderer(name: str) -> str:
    """Give one SHA-256 over what makes the pages: a renderer's package and its words.

    Parameters
    ----------
    name : str
        ``package.module:function``.

    Examples
    --------
    >>> len(hash_renderer("analysis.site.render:render_report"))
    64
    """
    package = name.partition(":")[0].rpartition(".")[0]
    top, _, own = package.partition(".")
    found = importlib.util.find_spec(top)
    roots = found.submodule_search_locations if found is not None else None
    words = [path for root in roots or () for path in Path(root).glob(f"locale/*/{own}*.po")]
    hashes = {f"{path.parent.name}/{path.name}": hash_file(path) for path in words}
    return _hash_together({"package": hash_package(package), **hashes})


def _hash_together(hashes: Mapping[str, str]) -> str:
    text = "".join(f"{name}\0{value}\n" for name, value in sorted(hashes.items()))
    return hashlib.sha256(text.encode()).hexdigest()


def hash_files(folder: Path, *, but: Iterable[str] = ()) -> dict[str, str]:
    """Give the SHA-256 of every file in a folder by its relative name.

    Compiled modules are left out, and the names in `but`; of a page, what it says of
    its review is (`analysis.proof.digests`).
    """
    left_out = set(but)
    return {
        name: digest_output(path, name)
        for name, path in list_files(folder)
        if not name.endswith(".pyc") and name not in left_out
    }


def build_manifest(
    inputs: Inputs,
    execution: Execution,
    *,
    checks: Iterable[Mapping[str, Any]],
    partial: Iterable[str] = (),
) -> dict[str, Any]:
    """Build the manifest of a report that has just been run.

    Parameters
    ----------
    inputs : Inputs
        As they were before the run.
    execution : Execution
        A successful one, or one with gaps.
    checks : iterable of mapping
        Each published check's name, status and whether it is mandatory.
    partial : iterable of str
        The sections of which a part is missing.

    Returns
    -------
    dict
        JSON values. What the kernel read stands under ``inputs``; a table's content
        that the kernel saw wins over the one seen before the run.
    """
    trace = execution.trace or {}
    reads = sorted(trace.get("reads", []), key=lambda read: str(read.get("name", "")))
    seen = {str(read["name"]): str(read["sha256"]) for read in reads if read.get("sha256")}
    record = asdict(inputs)
    record["tables"] = {**inputs.tables, **seen}
    missing = list(partial)
    return {
        "schema": _SCHEMA,
        **record,
        "modules": dict(trace.get("files", {})),
        "inputs": reads,
        "checks": [dict(check) for check in checks],
        "verdict": "partial" if missing else "succeeded",
        "partial": missing,
        "started_at": execution.started_at.isoformat(timespec="seconds"),
        "seconds": round(execution.seconds, 3),
        "cell_seconds": [round(seconds, 3) for seconds in execution.cell_seconds],
        "peak_memory_bytes": execution.peak_memory_bytes,
    }


def list_checks(notebook: NotebookNode) -> list[dict[str, Any]]:
    """List the published checks of an executed notebook, without their words."""
    from analysis.engine.judge import read_payloads

    return [
        {"name": payload.name, "status": payload.status.value, "mandatory": payload.mandatory}
        for payload in read_payloads(notebook)
        if payload.kind == "check"
    ]


def write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Write a manifest into a folder, keys sorted."""
    (folder / MANIFEST).write_text(write_out(manifest), encoding="utf-8", newline="\n")


def hash_text(text: str) -> str:
    """Give the SHA-256 of a text; empty for an empty one.

    Examples
    --------
    >>> hash_text("")
    ''
    """
    return hashlib.sha256(text.encode()).hexdigest() if text else ""


def seal_manifest(folder: Path, *, site: str, history: str = "") -> None:
    """Add to a folder's manifest what its pages were made with, every file's hash, and a seal.

    Parameters
    ----------
    folder : Path
        Complete, with its pages.
    site : str
        `hash_package` of what made the pages.
    history : str
        `hash_text` of what was known of earlier periods.
    """
    manifest = read_manifest(folder) or {}
    manifest["site"] = site
    manifest["history"] = history
    manifest["outputs"] = hash_files(folder, but=[MANIFEST])
    manifest[SEAL] = digest_manifest(manifest, clocks=True)
    write_manifest(folder, manifest)


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """Read a folder's manifest; None where there is none that this version can read."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(manifest, dict) or manifest.get("schema") != _SCHEMA:
        return None
    return manifest
