"""Asks the package acro which cells it finds unsafe, for the tests to agree with.

acro needs pandas below 3 and cannot share this project's environment. In one of its own::

    python -m venv /tmp/acro && /tmp/acro/bin/pip install acro
    /tmp/acro/bin/python benchmarks/acro_rules.py > tests/disclosure/acro_cells.json

writes made-up cells (how many units, what share the largest and the two largest hold of
the sum) with the rules that acro finds each of them to break.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import io
import json
import sys

import numpy as np
import pandas as pd


def make_rows(seed: int = 11) -> pd.DataFrame:
    """Make groups of 2 to 40 units whose values are spread evenly, or held by a few."""
    rng = np.random.default_rng(seed)
    rows = []
    for group in range(120):
        n = int(rng.integers(2, 41))
        values = np.round(rng.lognormal(3.0, float(rng.choice([0.3, 1.2, 2.2, 3.0])), n) + 1, 2)
        rows += [{"group": f"g{group:03}", "all": "all", "value": value} for value in values]
    return pd.DataFrame(rows)


def main() -> None:
    """Print the cells as JSON."""
    try:
        import acro
    except ImportError:
        sys.exit("acro is not there: see the head of this file")
    rows = make_rows()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        session = acro.ACRO(suppress=False)
        session.crosstab(rows["group"], rows["all"], values=rows["value"], aggfunc="sum")
        outcome = session.results.get_index(0).outcome
    config = {key: session.config[key] for key in sorted(session.config) if key.startswith("safe")}
    column = outcome.iloc[:, 0]
    cells = []
    for group, values in rows.groupby("group")["value"]:
        largest = np.sort(values.to_numpy())[::-1]
        said = str(column.loc[group])
        cells.append(
            {
                "n": len(largest),
                "top": round(float(largest[0] / largest.sum()), 9),
                "top_two": round(float(largest[:2].sum() / largest.sum()), 9),
                "breaks": sorted(part.strip() for part in said.split(";") if part.strip()),
            }
        )
    head = {"acro": importlib.metadata.version("acro"), "config": config}
    lines = ",\n".join(json.dumps(cell) for cell in cells)
    print(f'{{"source": {json.dumps(head)},\n"cells": [\n{lines}\n]}}')


if __name__ == "__main__":
    main()
