"""What every estimator asks of its input, and how it hands back an interval."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from analysis.errors import EstimationError, Problem
from analysis.results import Estimate

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


def refuse(problems: Iterable[Problem | None]) -> None:
    """Raise all `problems` together; `None` stands for a check that passed.

    Raises
    ------
    EstimationError
        If there is at least one problem.
    """
    found = tuple(problem for problem in problems if problem is not None)
    if found:
        raise EstimationError(found)


def confidence_problem(confidence: float) -> Problem | None:
    """Say what is wrong with a coverage, or nothing."""
    if 0 < confidence < 1:
        return None
    return Problem(
        what="confidence is no coverage",
        found=str(confidence),
        needed="a fraction between 0 and 1",
        next_step="Give 0.95 for 95 %.",
    )


def count_problem(name: str, count: float, *, minimum: int = 0) -> Problem | None:
    """Say what is wrong with one count, or nothing."""
    if math.isfinite(count) and count == int(count) and count >= minimum:
        return None
    return Problem(
        what=f"{name} is no count",
        found=str(count),
        needed=f"a whole number of at least {minimum}",
        next_step="Count customers, not rates.",
    )


def share_problems(name: str, successes: float, n: float) -> list[Problem | None]:
    """Say what is wrong with `successes` of `n` in the group called `name`."""
    problems = [count_problem(f"{name} successes", successes), count_problem(f"{name} n", n)]
    if any(problems):
        return problems
    if n == 0:
        return [
            Problem(
                what=f"no customers to take the {name} share of",
                found="n of 0",
                needed="at least 1",
                next_step="Widen the segment or the window.",
            )
        ]
    if successes > n:
        return [
            Problem(
                what=f"{name} successes exceed the customers",
                found=f"{successes} of {n}",
                needed="successes of at most n",
                next_step="Check that both counts use the same filter.",
            )
        ]
    return []


def column(values: Sequence[float] | npt.ArrayLike, *, name: str) -> Floats:
    """Read a one-dimensional column of finite numbers.

    Raises
    ------
    EstimationError
        If it has another shape, or a value is missing or infinite.
    """
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 1:
        raise EstimationError(
            Problem(
                what=f"{name} is no column",
                found=f"{array.ndim} dimensions",
                needed="1",
                next_step="Give one value per cell.",
            )
        )
    missing = int(np.count_nonzero(~np.isfinite(array)))
    if missing:
        raise EstimationError(
            Problem(
                what=f"{name} has values that are no numbers",
                found=f"{missing} of {array.size}",
                needed="finite numbers",
                next_step="Leave these cells out, and count them on the page.",
            )
        )
    return array


def bracket(value: float, low: float, high: float, confidence: float) -> Estimate:
    """Make an estimate; an interval that misses its value by rounding is widened to it.

    Resampling intervals, too, may lie beside a value at the edge of its range.
    """
    return Estimate(
        value=float(value),
        low=float(min(low, value)),
        high=float(max(high, value)),
        confidence=confidence,
    )
