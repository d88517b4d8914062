"""Whether a report is up to date, and if not, why not, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.engine.manifest import Inputs, hash_files, locate_source, read_manifest
from analysis.proof.digests import MANIFEST as _MANIFEST
from analysis.trace import hash_file

_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """What has changed since a report was made.

    Attributes
    ----------
    run : tuple of str
        Why its notebook must run again; empty if it need not.
    render : tuple of str
        Why its pages must be made again from the same notebook.
    same : str
        What was compared and found the same, where nothing is to be done.
    """

    run: tuple[str, ...] = ()
    render: tuple[str, ...] = ()
    same: str = ""

    @property
    def up_to_date(self) -> bool:
        """Whether nothing is to be done."""
        return not self.run and not self.render


def compare_with_last(
    folder: Path,
    inputs: Inputs,
    *,
    site: str,
    history: str = "",
    hash_source: Callable[[str], str | None] | None = None,
) -> Freshness:
    """Compare what a report would be made from with what it was made from.

    Parameters
    ----------
    folder : Path
        Where the report is, if it is.
    inputs : Inputs
        What it would be made from now.
    site : str
        `hash_package` of what makes the pages.
    history : str
        `hash_text` of what is known of earlier periods.
    hash_source : callable, optional
        Gives the hash of a source file by its name in the manifest; for a batch
        that asks for the same modules again and again.

    Returns
    -------
    Freshness
    """
    if not folder.is_dir():
        return Freshness(run=("there is no report yet",))
    last = read_manifest(folder)
    if last is None:
        return Freshness(run=("its manifest is missing or cannot be read",))
    run = tuple(_reasons_to_run(folder, inputs, last, hash_source or hash_named_source))
    pages = () if run else tuple(_reasons_to_render(last, site, history))
    return Freshness(run=run, render=pages, same="" if run or pages else _list_same(last))


def _list_same(last: Mapping[str, Any]) -> str:
    """Say what was compared; how many of each."""
    counted = {
        "modules and catalogs": len(last.get("modules") or {}),
        "parameters": len(_flatten(last.get("parameters"))),
        "settings": len(_flatten(last.get("settings"))),
        "tables": len(last.get("tables") or {}),
        "results of reports": len(last.get("results") or {}),
        "files in its folder": len(last.get("outputs") or {}),
    }
    several = ", ".join(f"{count} {what}" for what, count in counted.items() if count)
    return f"the same notebook, {several}, lock file, libraries and template"


def _reasons_to_render(last: Mapping[str, Any], site: str, history: str) -> Iterator[str]:
    if last.get("site") != site:
        yield "the pages' template has changed"
    if last.get("history", "") != history:
        yield "an earlier period has changed"


def hash_named_source(name: str) -> str | None:
    """Hash the file that a manifest names; None if it is no longer there."""
    path = locate_source(name)
    return hash_file(path) if path is not None and path.is_file() else None


def _reasons_to_run(
    folder: Path,
    inputs: Inputs,
    last: Mapping[str, Any],
    hash_source: Callable[[str], str | None],
) -> Iterator[str]:
    if last.get("partial"):
        yield "a part of it failed the last time"
    if last.get("notebook") != inputs.notebook:
        yield "the notebook has changed"
    yield from _module_reasons(last.get("modules") or {}, hash_source)
    yield from _value_reasons("parameter", last.get("parameters"), inputs.parameters)
    yield from _value_reasons("setting", last.get("settings"), inputs.settings)
    yield from _content_reasons("table", last.get("tables"), inputs.tables)
    yield from _content_reasons("the results of report", last.get("results"), inputs.results)
    if last.get("lock") != inputs.lock:
        yield "the lock file has changed"
    if last.get("python") != inputs.python:
        yield f"Python is {inputs.python}, it was {last.get('python')}"
    yield from _value_reasons("library", last.get("libraries"), inputs.libraries)
    yield from _output_reasons(folder, last.get("outputs"))


def _module_reasons(
    modules: Mapping[str, str], hash_source: Callable[[str], str | None]
) -> Iterator[str]:
    if not modules:
        yield "the last run left no record of its modules"
    for name, hashed in modules.items():
        now = hash_source(name)
        if now is None:
            yield f"{name} is gone"
        elif now != hashed:
            yield f"{name} has changed"


def _value_reasons(what: str, before: object, now: Mapping[str, Any]) -> Iterator[str]:
    """Name each value that differs, with both."""
    old, new = _flatten(before), _flatten(now)
    for key in sorted(old.keys() | new.keys()):
        if key not in old:
            yield f"{what} {key} is new"
        elif key not in new:
            yield f"{what} {key} is no longer set"
        elif old[key] != new[key]:
            yield f"{what} {key} is {_show(new[key])}, it was {_show(old[key])}"


def _content_reasons(what: str, before: object, now: Mapping[str, str]) -> Iterator[str]:
    old = before if isinstance(before, dict) else {}
    for name in sorted(old.keys() | now.keys()):
        if name not in old:
            yield f"{what} {name} is new"
        elif name not in now:
            yield f"{what} {name} is no longer there"
        elif old[name] != now[name]:
            yield f"{what} {name} has other content"


def _output_reasons(folder: Path, outputs: object) -> Iterator[str]:
    if not isinstance(outputs, dict) or not outputs:
        yield "its manifest names no files"
        return
    there = hash_files(folder, but=[_MANIFEST])
    gone = sorted(name for name in outputs if name not in there)
    altered = sorted(name for name in outputs if name in there and there[name] != outputs[name])
    if gone:
        yield f"{_list(gone)} missing from its folder"
    if altered:
        yield f"{_list(altered)} altered in its folder"


def _list(names: list[str]) -> str:
    shown = ", ".join(names[:_SHOWN])
    more = len(names) - _SHOWN
    return (
        f"{shown} and {more} more are"
        if more > 0
        else f"{shown} {'is' if len(names) == 1 else 'are'}"
    )


def _flatten(value: object, place: str = "") -> dict[str, object]:
    """Give the leaves of nested mappings under dotted names."""
    if not isinstance(value, Mapping):
        return {place: value} if place else {}
    leaves: dict[str, object] = {}
    for key, part in value.items():
        leaves |= _flatten(part, f"{place}.{key}" if place else str(key))
    return leaves


def _show(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
