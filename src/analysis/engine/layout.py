"""Where things are in a run's folder."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

NOTEBOOK = "notebook.ipynb"
HISTORY = "history.json"
STATUS = "status.json"
FAILED = "failed"
LOG = "kernel.log"
_LONGEST = 48


def scope_slug(scope: str) -> str:
    """Give the folder name of a scope: safe on every system, the same in every run.

    A name of letters, digits, hyphens and single blanks stays readable; any other
    keeps what is readable of it and gets a part of its hash.

    Examples
    --------
    >>> scope_slug("bank"), scope_slug("region:North"), scope_slug("branch:Old Town 3")
    ('bank', 'region-north', 'branch-old_town_3')
    >>> len(scope_slug("region:华北"))
    15
    """
    kind, _, name = scope.partition(":")
    if not name:
        return kind
    plain = re.fullmatch(r"[A-Za-z0-9-]+( [A-Za-z0-9-]+)*", name) and len(name) <= _LONGEST
    if plain:
        return f"{kind}-{name.lower().replace(' ', '_')}"
    rest = re.sub(r"[^a-z0-9-]+", "_", name.lower()).strip("_-")[:_LONGEST]
    digest = hashlib.sha256(scope.encode()).hexdigest()[:8]
    return "-".join(part for part in (kind, rest, digest) if part)


def report_folder(run_folder: Path, report: str, scope: str) -> Path:
    """Give the folder of one finished report."""
    return run_folder / report / scope_slug(scope)


def failed_folder(run_folder: Path, report: str, scope: str) -> Path:
    """Give the folder that keeps the notebook and the log of a run that failed."""
    return run_folder / FAILED / report / scope_slug(scope)
