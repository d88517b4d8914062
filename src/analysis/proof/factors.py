"""In what do two reports differ, apart from their numbers? Read from their manifests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

Manifest = Mapping[str, Any]


class Factor(StrEnum):
    """What a number follows from; in the order in which they are swapped."""

    CODE = "code"
    ENVIRONMENT = "environment"
    DATA = "data"
    PARAMETERS = "parameters"


PERIOD = frozenset({"as_of", "previous_as_of", "run"})
"""Parameters that say which period a report is about."""
_MADE_WITH = ("lock", "python")
_FACTS = ("notebook", "modules", *_MADE_WITH, "libraries", "tables", "results", "parameters")


def find_factors(old: Manifest, new: Manifest) -> dict[Factor, tuple[str, ...]]:
    """Name, for each factor in which two reports differ, what differs.

    Examples
    --------
    >>> find_factors({"tables": {"customers": "a"}}, {"tables": {"customers": "b"}})
    {<Factor.DATA: 'data'>: ('customers',)}
    """
    found = {
        Factor.CODE: tuple(sorted(_code(old, new))),
        Factor.ENVIRONMENT: tuple(sorted(_environment(old, new))),
        Factor.DATA: tuple(sorted(_data(old, new))),
        Factor.PARAMETERS: tuple(sorted(_parameters(old, new))),
    }
    return {factor: names for factor, names in found.items() if names}


def tell_facts(manifest: Manifest) -> dict[str, Any]:
    """Give what of a manifest `find_factors` looks at: no clock, no place, no secret.

    Examples
    --------
    >>> tell_facts({"lock": "a", "seconds": 2.5, "settings": {"source": {"folder": "x"}}})
    {'lock': 'a', 'settings': {'disclosure': {}, 'source': {}}}
    """
    facts = {name: manifest[name] for name in _FACTS if name in manifest}
    rules = (manifest.get("settings") or {}).get("disclosure") or {}
    return {**facts, "settings": {"disclosure": rules, "source": _source(manifest)}}


def _code(old: Manifest, new: Manifest) -> Iterator[str]:
    if old.get("notebook") != new.get("notebook"):
        yield "notebook"
    yield from _differing(old.get("modules"), new.get("modules"))


def _environment(old: Manifest, new: Manifest) -> Iterator[str]:
    yield from (name for name in _MADE_WITH if old.get(name) != new.get(name))
    yield from _differing(old.get("libraries"), new.get("libraries"))


def _data(old: Manifest, new: Manifest) -> Iterator[str]:
    yield from _differing(old.get("tables"), new.get("tables"))
    yield from _differing(old.get("results"), new.get("results"))
    before, now = _source(old), _source(new)
    yield from (f"source.{name}" for name in _differing(before, now))


def _source(manifest: Manifest) -> dict[str, Any]:
    """Give what of the source's settings changes a table's content: not where it lies."""
    source = (manifest.get("settings") or {}).get("source") or {}
    return {key: value for key, value in source.items() if key not in {"folder", "url"}}


def _parameters(old: Manifest, new: Manifest) -> Iterator[str]:
    before = {k: v for k, v in (old.get("parameters") or {}).items() if k not in PERIOD}
    now = {k: v for k, v in (new.get("parameters") or {}).items() if k not in PERIOD}
    yield from _differing(before, now)
    rules, rules_now = ((each.get("settings") or {}).get("disclosure") or {} for each in (old, new))
    yield from (f"disclosure.{name}" for name in _differing(rules, rules_now))


def _differing(old: object, new: object) -> Iterator[str]:
    before = old if isinstance(old, Mapping) else {}
    now = new if isinstance(new, Mapping) else {}
    yield from (
        str(name) for name in before.keys() | now.keys() if before.get(name) != now.get(name)
    )
