"""What did a report say of its key figures in earlier periods?"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from analysis.proof.digests import MANIFEST
from analysis.proof.factors import tell_facts
from analysis.proof.history import EarlierRun

_RESULTS = "results.json"
_HEADER = ("as_of", "previous_as_of", "title", "scope_title", "disclosure")


def tell_history(runs: Sequence[EarlierRun], place: str) -> str:
    """Tell what a report said of its key figures in earlier periods.

    Parameters
    ----------
    runs : sequence of EarlierRun
        The latest first.
    place : str
        The report's folder within a run's.

    Returns
    -------
    str
        JSON, the earliest period first: what was published then and nothing else. With the
        report of the run that is followed, if it has one, stands what a comparison with
        it looks at. Empty where no earlier period has the report.

    Examples
    --------
    >>> tell_history((), "lifecycle/bank")
    ''
    """
    told = [period for run in runs if (period := _read_metrics(run, place)) is not None]
    if told and told[0]["period"] == runs[0].period:
        told[0] |= _read_report(runs[0], place)
    return f"{json.dumps(told[::-1], ensure_ascii=False, sort_keys=True)}\n" if told else ""


def _read_metrics(run: EarlierRun, place: str) -> dict[str, Any] | None:
    try:
        results = _read(run, place, _RESULTS)
        metrics = {
            metric["name"]: {key: metric[key] for key in ("value", "low", "high", "text")}
            for metric in results["metrics"]
        }
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return {"period": run.period, "metrics": metrics}


def _read_report(run: EarlierRun, place: str) -> dict[str, Any]:
    """Give what a comparison with the report of a run looks at; nothing where it has none."""
    try:
        results, manifest = _read(run, place, _RESULTS), _read(run, place, MANIFEST)
        report = {key: results["report"][key] for key in _HEADER}
        told = {"report": report, "metrics": results["metrics"]}
        return {"report": {"results": told, "manifest": tell_facts(manifest)}}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _read(run: EarlierRun, place: str, name: str) -> Any:
    return json.loads((run.folder / place / name).read_text(encoding="utf-8"))
