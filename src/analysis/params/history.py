"""Which runs came before this one?

A run file names the run of the period before (``follows``); that run's
``status.json`` names the one before it, and so on.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.errors import ParameterError, Problem

STATUS = "status.json"
_MOST = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierRun:
    """A finished run of an earlier period.

    Attributes
    ----------
    folder : Path
        Its folder beneath the reports folder.
    run, period : str
    as_of : date
    """

    folder: Path
    run: str
    period: str
    as_of: dt.date


def earlier_runs(reports: Path, follows: str | None, *, as_of: dt.date) -> tuple[EarlierRun, ...]:
    """Walk from the run that is followed back to the first one.

    Parameters
    ----------
    reports : Path
        The reports folder.
    follows : str or None
        The folder, beneath `reports`, of the run of the period before.
    as_of : date
        Day on which the run that follows looks at its data.

    Returns
    -------
    tuple of EarlierRun
        The latest first; empty where `follows` is None.

    Raises
    ------
    ParameterError
        If a run that is followed has left no ``status.json`` that can be read, or does
        not lie before the one that follows it.

    Examples
    --------
    >>> earlier_runs(Path("reports"), None, as_of=dt.date(2025, 12, 31))
    ()
    """
    found: list[EarlierRun] = []
    name, day = follows, as_of
    while name is not None and len(found) < _MOST:
        status = _read_status(reports / name / STATUS, name)
        run = EarlierRun(
            folder=reports / name,
            run=str(status["run"]),
            period=str(status["period"]),
            as_of=dt.date.fromisoformat(status["as_of"]),
        )
        if run.as_of >= day:
            raise ParameterError(
                Problem(
                    what=f"the run {name!r} is followed by one that is not later",
                    found=f"{run.as_of} followed by {day}",
                    needed="periods in order",
                    next_step="Correct 'follows', or 'as_of', of the run file.",
                )
            )
        found.append(run)
        name, day = status.get("follows"), run.as_of
    return tuple(found)


def _read_status(path: Path, name: str) -> dict[str, Any]:
    try:
        status = json.loads(path.read_text(encoding="utf-8"))
        dt.date.fromisoformat(status["as_of"])
        _ = status["run"], status["period"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ParameterError(
            Problem(
                what=f"the run {name!r}, which another follows, has left nothing to read",
                found=type(error).__name__,
                needed=f"{name}/{STATUS} beneath the reports folder",
                next_step="Run that period first, or take 'follows' out of the run file.",
            )
        ) from error
    return dict(status)
