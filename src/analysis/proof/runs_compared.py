"""Two runs side by side: every report about every scope, and what re-runs have told."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.proof.comparison import (
    Cause,
    MetricChange,
    Published,
    Step,
    compare_reports,
    read_published,
)
from analysis.proof.digests import digest_manifest
from analysis.proof.factors import Factor, find_factors
from analysis.proof.runs import RunReport, list_reports, read_run_status
from analysis.text import LANGUAGES

CAUSES = "causes.json"
_FORMAT = 1
_DEEPEST = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportComparison:
    """One report about one scope in two runs.

    Attributes
    ----------
    report, scope : str
    old, new : Published or None
        None where that run has no such report.
    changes : tuple of MetricChange
    factors : mapping of Factor to tuple of str
        In what the two reports differ apart from their numbers.
    missing : tuple of str
        What re-runs could not tell, and why.
    rerun : bool
        Whether re-runs stand behind the causes.
    """

    report: str
    scope: str
    old: Published | None
    new: Published | None
    changes: tuple[MetricChange, ...]
    factors: Mapping[Factor, tuple[str, ...]]
    missing: tuple[str, ...] = ()
    rerun: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RunComparison:
    """Two runs side by side.

    Attributes
    ----------
    old, new : mapping
        Their ``status.json``.
    reports : tuple of ReportComparison
        In the new run's order, those that only the old one has at the end.
    """

    old: Mapping[str, Any]
    new: Mapping[str, Any]
    reports: tuple[ReportComparison, ...]


def compare_runs(old_folder: Path, new_folder: Path) -> RunComparison:
    """Compare every report of two runs.

    Parameters
    ----------
    old_folder, new_folder : Path
        Where the new run holds what re-runs told (`write_causes`), and both reports are
        still those that were swapped, that is used.

    Raises
    ------
    ParameterError
        If a run's ``status.json`` cannot be read.
    """
    causes = _read_causes(new_folder / CAUSES)
    before = {(one.report, one.scope): one for one in list_reports(old_folder)}
    now = {(one.report, one.scope): one for one in list_reports(new_folder)}
    keys = [*now, *(key for key in before if key not in now)]
    return RunComparison(
        old=read_run_status(old_folder),
        new=read_run_status(new_folder),
        reports=tuple(_compare(key, before.get(key), now.get(key), causes) for key in keys),
    )


def _compare(
    key: tuple[str, str],
    before: RunReport | None,
    now: RunReport | None,
    causes: Mapping[str, Mapping[str, Any]],
) -> ReportComparison:
    old = None if before is None else read_published(before.folder)
    new = None if now is None else read_published(now.folder)
    told = causes.get(_pair(old, new)) if old and new else None
    steps = tuple(_step(each) for each in told["steps"]) if told else ()
    return ReportComparison(
        report=key[0],
        scope=key[1],
        old=old,
        new=new,
        changes=compare_reports(old, new, steps=steps) if old and new else (),
        factors=find_factors(old.manifest, new.manifest) if old and new else {},
        missing=tuple(told["missing"]) if told else (),
        rerun=bool(steps),
    )


def _step(record: Mapping[str, Any]) -> Step:
    return Step(
        causes=tuple(Cause(name) for name in record["causes"]),
        values={str(name): float(value) for name, value in record["values"].items()},
    )


def _pair(old: Published, new: Published) -> str:
    """Name two reports by what their manifests say: another one has another name."""
    digests = [digest_manifest(each.manifest, clocks=False) for each in (old, new)]
    return hashlib.sha256("".join(digests).encode()).hexdigest()


def _read_causes(path: Path) -> dict[str, Any]:
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        pairs = record["pairs"] if record["format"] == _FORMAT else {}
        for told in pairs.values():
            _ = [_step(each) for each in told["steps"]], list(told["missing"])
        return dict(pairs)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def remember_causes(
    old_folder: Path,
    new_folder: Path,
    told: Mapping[tuple[str, str], tuple[Sequence[Step], Sequence[str]]],
) -> str:
    """Give the text of ``causes.json`` with what re-runs have told added to it.

    Parameters
    ----------
    old_folder, new_folder : Path
    told : mapping of (report, scope) to (steps, missing)
    """
    pairs = _read_causes(new_folder / CAUSES)
    for one in list_reports(new_folder):
        if (one.report, one.scope) not in told:
            continue
        earlier = old_folder / one.folder.relative_to(new_folder)
        old, new = read_published(earlier), read_published(one.folder)
        if old is None or new is None:
            continue
        steps, missing = told[one.report, one.scope]
        pairs[_pair(old, new)] = {"steps": _as_json(steps), "missing": list(missing)}
    record = {"format": _FORMAT, "pairs": pairs}
    return f"{json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True)}\n"


def _as_json(steps: Iterable[Step]) -> list[dict[str, Any]]:
    return [
        {"causes": [cause.value for cause in step.causes], "values": dict(step.values)}
        for step in steps
    ]


def find_followed(run_folder: Path) -> Path | None:
    """Find the folder of the run that a run follows; None where it follows none that is there."""
    follows = read_run_status(run_folder).get("follows")
    if not follows:
        return None
    for parent in list(run_folder.absolute().parents)[:_DEEPEST]:
        if (parent / str(follows) / "status.json").is_file():
            return parent / str(follows)
    return None


def languages_of(status: Mapping[str, Any]) -> tuple[str, ...]:
    """Give the languages of a run's pages."""
    return tuple(language for language in status.get("languages", ()) if language in LANGUAGES)
