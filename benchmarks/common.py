"""What the routes share: dates, thresholds, and the shape of an answer."""

from __future__ import annotations

import datetime as dt

import numpy as np
import numpy.typing as npt

Answer = dict[str, npt.NDArray[np.float64]]
"""Named columns of numbers; two routes to one result give the same ones."""

AS_OF = dt.date(2025, 12, 31)
PREVIOUS = dt.date(2025, 9, 30)
NEW, DORMANT, LOST = 6, 6, 12  # months
COHORTS = 12
STAGES = ("potential", "new", "stable", "dormant", "lost")
COVARIATES = ("segment", "value_tier", "acquisition_channel")
KAPLAN_MEIER_DAYS = (180, 365, 730)
HORIZON_WEEKS = 365.25 / 7


def nearest_weeks(days: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Round days to whole weeks, as `(days + 3) // 7` does in the engine."""
    return np.floor((days + 3) / 7)


def lay_out_moves(counted: dict[tuple[str, str], int]) -> Answer:
    """Customers by stage before (unknown first) and now."""
    table = [[counted.get((old, new), 0) for new in STAGES] for old in ("unknown", *STAGES)]
    return {"moves": np.array(table, dtype=np.float64)}
