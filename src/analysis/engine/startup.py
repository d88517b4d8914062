"""What a process of ours does before it imports the Jupyter libraries."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_IRI_GRAMMAR = "rfc3987_syntax"
_STORES = ("pyarrow.fs", "boto3", "gcsfs", "azure", "github")
"""Where papermill could write, and what it does without where they are not installed."""


def import_jsonschema() -> None:
    """Import jsonschema without its check of internationalised addresses.

    nbformat imports jsonschema, and that compiles the grammar of RFC 3987 at every
    import, for two seconds of CPU time, to check values of the format ``iri``. No
    notebook's schema has such a value. jsonschema does without the check where the
    grammar's package is not installed; here it is told so, for its own import alone.

    Examples
    --------
    >>> import_jsonschema()
    >>> "jsonschema" in sys.modules
    True
    """
    if "jsonschema" not in sys.modules:
        with _without(_IRI_GRAMMAR):
            importlib.import_module("jsonschema")


def import_papermill() -> None:
    """Import papermill without what writes into other companies' stores.

    It is handed a notebook and hands one back: no path ever reaches it. Arrow's file
    systems alone take half a second of CPU time to import.

    Examples
    --------
    >>> import_papermill()
    >>> "papermill" in sys.modules
    True
    """
    import_jsonschema()
    if "papermill" not in sys.modules:
        with _without(*_STORES):
            importlib.import_module("papermill")


@contextmanager
def _without(*names: str) -> Iterator[None]:
    """Say for a while that there are no such modules, but for those that are imported."""
    missing = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(missing))  # type: ignore[arg-type]  # None says: there is none
    try:
        yield
    finally:
        for name in missing:
            del sys.modules[name]
