"""Several outcomes or segments of one incentive: which effects stand when all are counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np

from analysis.errors import Problem
from analysis.methods import Method
from analysis.stats.inputs import Floats, confidence_problem, refuse
from analysis.text import message

Correction = Literal["holm", "benjamini-hochberg"]

METHODS = MappingProxyType(
    {
        "holm": Method(
            name=message("Holm correction for several outcomes"),
            citation=(
                "Holm, S. (1979). A simple sequentially rejective multiple test procedure. "
                "Scandinavian Journal of Statistics 6, 65-70."
            ),
            assumptions=(message("Every outcome that was looked at is counted."),),
        ),
        "benjamini-hochberg": Method(
            name=message("Benjamini-Hochberg control of the share of false findings"),
            citation=(
                "Benjamini, Y., Hochberg, Y. (1995). Controlling the false discovery rate. "
                "JRSS B 57, 289-300."
            ),
            assumptions=(
                message("Every outcome that was looked at is counted."),
                message("The outcomes are unrelated or move in the same direction."),
            ),
        ),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectedTest:
    """One test among several.

    Attributes
    ----------
    name : str
        Outcome or segment.
    p_value, corrected_p_value : float
        Alone, and counted with the others.
    stands : bool
        Whether the effect still stands at the chosen level.
    """

    name: str
    p_value: float
    corrected_p_value: float
    stands: bool


def correct_tests(
    p_values: Mapping[str, float], *, method: Correction = "holm", confidence: float = 0.95
) -> tuple[CorrectedTest, ...]:
    """Correct the tests of several outcomes or segments for their number.

    Parameters
    ----------
    p_values : mapping of str to float
        By outcome or segment; all that were looked at.
    method : {'holm', 'benjamini-hochberg'}
        Holm keeps the chance of any false finding below ``1 - confidence``;
        Benjamini-Hochberg the expected share of false ones among the findings.
    confidence : float
        One minus the level, a fraction.

    Returns
    -------
    tuple of CorrectedTest
        In the order given.

    Raises
    ------
    EstimationError
        If there is no test, or a p value is none.

    Notes
    -----
    Source: Holm (1979), Benjamini and Hochberg (1995), the latter computed by scipy.

    Examples
    --------
    >>> for test in correct_tests({"visits": 0.01, "sales": 0.04, "calls": 0.03}):
    ...     print(test.name, round(test.corrected_p_value, 2), test.stands)
    visits 0.03 True
    sales 0.06 False
    calls 0.06 False
    """
    refuse([confidence_problem(confidence), _values_problem(p_values)])
    alone = np.array(list(p_values.values()))
    together = _holm(alone) if method == "holm" else _benjamini_hochberg(alone)
    return tuple(
        CorrectedTest(
            name=name,
            p_value=float(p_value),
            corrected_p_value=float(corrected),
            stands=bool(corrected <= 1 - confidence),
        )
        for (name, p_value), corrected in zip(p_values.items(), together, strict=True)
    )


def _benjamini_hochberg(p_values: Floats) -> Floats:
    # a second to import, and a report's settings need no more than the names above
    from scipy.stats import false_discovery_control

    return np.asarray(false_discovery_control(p_values))


def _holm(p_values: Floats) -> Floats:
    """Multiply the smallest by all, the next by one fewer, and so on, never falling."""
    order = np.argsort(p_values)
    stepped = np.maximum.accumulate(p_values[order] * np.arange(p_values.size, 0, -1))
    corrected = np.empty_like(p_values)
    corrected[order] = np.minimum(stepped, 1.0)
    return corrected


def _values_problem(p_values: Mapping[str, float]) -> Problem | None:
    wrong = [name for name, value in p_values.items() if not 0 <= value <= 1]
    if p_values and not wrong:
        return None
    return Problem(
        what="no tests to correct",
        found=f"p values outside 0 to 1 for {', '.join(wrong)}" if wrong else "none",
        needed="at least one p value between 0 and 1",
        next_step="Test each outcome first.",
    )
