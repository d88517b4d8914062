"""Where a report comes from, as its page lists it: nothing that a clock gave."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.errors import Problem, ReportError
from analysis.publish.payload import ReportHeader
from analysis.site.reader import Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Names and values under one caption.

    Attributes
    ----------
    key : str
        For anchors.
    folded : bool
        Long, and of use to an auditor only: closed until asked for.
    """

    key: str
    caption: str
    rows: tuple[tuple[str, str], ...]
    folded: bool = False


def read_manifest(path: Path) -> Mapping[str, Any] | None:
    """Read the manifest beside a notebook; None where there is none.

    Raises
    ------
    ReportError
        If the file is not a manifest.
    """
    if not path.is_file():
        return None
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        manifest = None
    if not isinstance(manifest, dict):
        raise ReportError(
            Problem(
                what="the manifest is not a JSON object",
                next_step="Run the report again.",
                where=path.name,
            )
        )
    return manifest


def list_provenance(
    header: ReportHeader, manifest: Mapping[str, Any] | None, reader: Reader
) -> tuple[Group, ...]:
    """List parameters, rules, fingerprints and versions.

    Parameters
    ----------
    header : ReportHeader
    manifest : mapping or None
        ``manifest.json``; what it says about time is passed over.
    reader : Reader

    Returns
    -------
    tuple of Group
        Those without rows are left out.
    """
    facts = manifest or {}
    modules, versions = dict(facts.get("modules") or {}), dict(_versions(facts))
    groups = (
        _group("parameters", reader.say("parameters"), header.parameters, reader),
        _group("disclosure", reader.say("disclosure_rules"), header.disclosure, reader),
        _group("hashes", reader.say("hashes"), dict(_hashes(facts)), reader),
        _group("modules", reader.say("modules", n=len(modules)), modules, reader, folded=True),
        _group("versions", reader.say("versions", n=len(versions)), versions, reader, folded=True),
    )
    return tuple(group for group in groups if group.rows)


def _group(
    key: str, caption: str, values: Mapping[str, Any], reader: Reader, *, folded: bool = False
) -> Group:
    rows = tuple((reader.plain(name), reader.json(values[name])) for name in sorted(values))
    return Group(key=key, caption=caption, rows=rows, folded=folded)


def _hashes(manifest: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name in ("notebook", "lock"):
        if manifest.get(name):
            yield name, manifest[name]
    for kind in ("tables", "results"):
        for name, value in (manifest.get(kind) or {}).items():
            yield f"{kind}/{name}", value


def _versions(manifest: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if manifest.get("python"):
        yield "python", manifest["python"]
    yield from (manifest.get("libraries") or {}).items()
