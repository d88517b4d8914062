"""What did a report say of its key figures in earlier periods?"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from analysis.proof.history import EarlierRun

_RESULTS = "results.json"


def tell_history(runs: Iterable[EarlierRun], place: str) -> str:
    """Tell what a report said of its key figures in earlier periods.

    Parameters
    ----------
    runs : iterable of EarlierRun
        The latest first.
    place : str
        The report's folder within a run's.

    Returns
    -------
    str
        JSON, the earliest period first: what was published then and nothing else.
        Empty where no earlier period has the report.

    Examples
    --------
    >>> tell_history((), "lifecycle/bank")
    ''
    """
    told = [period for run in runs if (period := _read_metrics(run, place)) is not None]
    return f"{json.dumps(told[::-1], ensure_ascii=False, sort_keys=True)}\n" if told else ""


def _read_metrics(run: EarlierRun, place: str) -> dict[str, Any] | None:
    try:
        results = json.loads((run.folder / place / _RESULTS).read_text(encoding="utf-8"))
        metrics = {
            metric["name"]: {key: metric[key] for key in ("value", "low", "high", "text")}
            for metric in results["metrics"]
        }
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return {"period": run.period, "metrics": metrics}
