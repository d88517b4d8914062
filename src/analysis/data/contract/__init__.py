"""The data contract: every table that a report may read, one module a domain.

A domain's module defines ``TABLES: tuple[Table, ...]``; this package only
collects them, so that domains grow side by side.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from types import MappingProxyType

from analysis.data.schema import Table


@cache
def contract() -> MappingProxyType[str, Table]:
    """Give every table of the contract by name.

    Returns
    -------
    mapping of str to Table
        In the order of the modules' names, then of their ``TABLES``.

    Raises
    ------
    ValueError
        If two modules define a table of the same name.

    Examples
    --------
    >>> contract()["customers"].key
    ('customer_id',)
    """
    tables: dict[str, Table] = {}
    for found in sorted(pkgutil.iter_modules(__path__), key=lambda module: module.name):
        module = importlib.import_module(f"{__name__}.{found.name}")
        for table in module.TABLES:
            if table.name in tables:
                raise ValueError(f"table {table.name!r} is defined twice in the contract")
            tables[table.name] = table
    return MappingProxyType(tables)
