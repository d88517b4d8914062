"""What a process of ours does before it imports the Jupyter libraries."""

from __future__ import annotations

import importlib
import sys

_IRI_GRAMMAR = "rfc3987_syntax"


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
    if "jsonschema" in sys.modules or _IRI_GRAMMAR in sys.modules:
        return
    sys.modules[_IRI_GRAMMAR] = None  # type: ignore[assignment]  # says: there is none
    try:
        importlib.import_module("jsonschema")
    finally:
        del sys.modules[_IRI_GRAMMAR]
