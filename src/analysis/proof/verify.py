"""Is everything what it claims to be? Checked from the files alone, without the data."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.errors import ParameterError, Problem
from analysis.proof.digests import MANIFEST, digest_folder, read_sealed, split_page
from analysis.proof.faults import Fault, FaultKind, find_differences
from analysis.proof.log import Entry, log_of, logs_of, read_log
from analysis.proof.pack import LIST, SOURCES, read_list
from analysis.proof.signing import same_name
from analysis.proof.standing import Standing, read_standing
from analysis.trace import hash_file

INDEX_NOTE = ".index.json"
"""What `analysis.batch.status` notes of a run's own files."""

Derive = Callable[[Path], Mapping[str, str]]
"""Makes a report's pages from its notebook and manifest again; gives digests by name."""

ExpectReviews = Callable[[Path], Mapping[str, str]]
"""Gives what each page must say of its review."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What a verification needs of the houses above this one.

    Attributes
    ----------
    site : str
        Version of what makes the pages here, as manifests have it.
    derive : callable
    expect_reviews : callable
    """

    site: str
    derive: Derive
    expect_reviews: ExpectReviews


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """How a verification came out.

    Attributes
    ----------
    faults : tuple of Fault
    notes : tuple of str
        What could not be checked, and why.
    reports : tuple of (str, Standing)
        Each report's folder and how its review stands.
    files : int
        How many files were looked at.
    """

    faults: tuple[Fault, ...]
    notes: tuple[str, ...]
    reports: tuple[tuple[str, Standing], ...]
    files: int


def verify_folder(folder: Path, tools: Tools, *, keys: Mapping[str, str] | None) -> Verification:
    """Verify a report's folder, a run's folder, or an unpacked review pack.

    Parameters
    ----------
    folder : Path
    tools : Tools
    keys : mapping of str to str or None
        The owners' names by trusted public key (`read_public_keys`). Where given, each
        decision must be signed by its reviewer with one of them.

    Returns
    -------
    Verification

    Raises
    ------
    ParameterError
        If the folder holds no report.
    """
    found = list(_find_reports(folder))
    if not found:
        raise ParameterError(
            Problem(
                what="there is nothing to verify",
                found=f"no report in {folder.name}",
                needed="a run's folder, a report's folder, or a review pack",
            )
        )
    faults, notes = list[Fault](_verify_list(folder)), list[str]()
    for report in found:
        where = "" if report == folder else f"{report.relative_to(folder).as_posix()}/"
        checked = _Report(report, where, tools, keys, folder / SOURCES)
        faults += checked.faults()
        notes += checked.notes
    faults += _find_orphans(folder, found)
    return Verification(
        faults=tuple(sorted(set(faults))),
        notes=tuple(dict.fromkeys(notes)),
        reports=tuple(
            (report.relative_to(folder).as_posix(), read_standing(report)) for report in found
        ),
        files=sum(path.is_file() for path in folder.rglob("*")),
    )


def _find_reports(folder: Path) -> Iterator[Path]:
    """Yield the folders of reports: this one, or those two levels below; failed ones are none."""
    if (folder / MANIFEST).is_file() or (folder / "notebook.ipynb").is_file():
        yield folder
        return
    for path in sorted({*folder.glob("*/*/notebook.ipynb"), *folder.glob(f"*/*/{MANIFEST}")}):
        report = path.parent
        hidden = report.name.startswith(".") or report.parent.name.startswith(".")
        if not hidden and report.parent.name not in {"failed", SOURCES}:
            yield report


def _find_orphans(folder: Path, reports: list[Path]) -> Iterator[Fault]:
    """Name the logs of reports that are not there, unless the report only failed since."""
    known = {log_of(report) for report in reports}
    for path in logs_of(folder):
        if path not in known:
            name = path.relative_to(folder).as_posix()
            yield Fault(name, FaultKind.LOG, "it is the log of a report that is not here")


def _verify_list(folder: Path) -> Iterator[Fault]:
    """Compare a pack with its list, or a run's own files with what was noted of them."""
    if (folder / LIST).is_file():
        listed = read_list(folder)
        if listed is None:
            yield Fault(LIST, FaultKind.ALTERED, "it is not as it was written")
            return
        there = {
            name: hash_file(path)
            for path in sorted(folder.rglob("*"))
            if path.is_file() and (name := path.relative_to(folder).as_posix()) != LIST
        }
        yield from find_differences(listed, there)
    elif (folder / INDEX_NOTE).is_file():
        noted = _read_note(folder / INDEX_NOTE)
        there = {name: hash_file(folder / name) for name in noted if (folder / name).is_file()}
        yield from find_differences(noted, there)


def _read_note(path: Path) -> dict[str, str]:
    try:
        files = json.loads(path.read_text(encoding="utf-8"))["files"]
        return {
            str(name): str(value)
            for name, value in files.items()
            if ".." not in Path(name).parts and not Path(name).is_absolute()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {path.name: "unreadable"}


class _Report:
    """One report under verification."""

    def __init__(
        self,
        folder: Path,
        where: str,
        tools: Tools,
        keys: Mapping[str, str] | None,
        sources: Path,
    ) -> None:
        self.notes: list[str] = []
        self._folder = folder
        self._where = where
        self._tools = tools
        self._keys = keys
        self._sources = sources

    def faults(self) -> list[Fault]:
        """Check files, then the log, then that pages are those of the notebook."""
        manifest = read_sealed(self._folder)
        if manifest is None:
            return [
                self._fault(MANIFEST, FaultKind.ALTERED, "it is missing or not as it was written"),
                *self._check_log(),
            ]
        altered = self._check_files(manifest)
        found = [*altered, *self._check_sources(manifest), *self._check_log()]
        if manifest.get("site") != self._tools.site:
            self.notes.append(
                f"{self._where or self._folder.name}: its pages were made by another version of "
                "this program; that they follow from the notebook and the log was not checked."
            )
            return found
        if altered:  # what was altered voids an approval, and gives other pages: said already
            return found
        return [*found, *self._check_reviews(), *self._check_derived()]

    def _fault(self, name: str, kind: FaultKind, what: str) -> Fault:
        return Fault(f"{self._where}{name}", kind, what)

    def _check_files(self, manifest: Mapping[str, Any]) -> list[Fault]:
        outputs = manifest.get("outputs")
        promised = {str(k): str(v) for k, v in outputs.items()} if isinstance(outputs, dict) else {}
        there = digest_folder(self._folder, but=[MANIFEST])
        return find_differences(promised, there, where=self._where)

    def _check_sources(self, manifest: Mapping[str, Any]) -> Iterator[Fault]:
        """Compare the modules' sources in a pack with what the manifest says took part."""
        if not self._sources.is_dir():
            return
        made = self._where.rstrip("/") or "the report"
        for name, digest in (manifest.get("modules") or {}).items():
            path = self._sources / name
            if path.is_file() and hash_file(path) != digest:
                yield Fault(
                    f"{SOURCES}/{name}",
                    FaultKind.ALTERED,
                    f"it is not the one that {made} was made with",
                )

    def _check_log(self) -> Iterator[Fault]:
        path = log_of(self._folder)
        log = read_log(path)
        name = self._log_name()
        if log.broken is not None:
            kind = FaultKind.SIGNATURE if log.broken.kind == "signature" else FaultKind.LOG
            what = {
                "line": "was altered",
                "chain": "does not follow from the one before",
                "signature": "has a wrong signature",
            }[log.broken.kind]
            yield Fault(name, kind, f"line {log.broken.line} {what}")
        for number, entry in enumerate(log.entries, 1):
            wrong = self._find_wrong_key(entry)
            if wrong:
                yield Fault(name, FaultKind.SIGNATURE, f"line {number} {wrong}")

    def _log_name(self) -> str:
        name = log_of(self._folder).name
        if not self._where:
            return name
        return f"{self._where.rstrip('/').rpartition('/')[0]}/{name}"

    def _find_wrong_key(self, entry: Entry) -> str:
        if self._keys is None:
            return ""
        if not entry.key:
            return "is not signed"
        owner = self._keys.get(entry.key)
        if owner is None:
            return "is signed with a key that is not trusted"
        return "" if owner == same_name(entry.name) else "is signed with another person's key"

    def _check_reviews(self) -> Iterator[Fault]:
        """Hold what each page says of its review against the log."""
        for name, expected in self._tools.expect_reviews(self._folder).items():
            parts = split_page((self._folder / name).read_text(encoding="utf-8"))
            if parts is None or parts[1] != expected:
                what = "what it says of its review is not what the log says"
                yield self._fault(name, FaultKind.LOG, what)

    def _check_derived(self) -> list[Fault]:
        """Make the pages from the notebook again and compare them with those that are there."""
        derived = self._tools.derive(self._folder)
        there = digest_folder(self._folder)
        return [
            self._fault(name, FaultKind.DERIVED, "it is not what the executed notebook gives")
            for name in sorted(derived)
            if derived[name] != there.get(name)
        ]
