"""Control chart of a monthly rate: when is a month out of the ordinary?

With many customers a plain p-chart calls nearly every month a signal, since months
differ by more than chance. Laney's p'-chart takes their ordinary differences into account.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Literal

import numpy as np
import numpy.typing as npt

from analysis.errors import Problem
from analysis.methods import Method
from analysis.stats.inputs import Floats, column, refuse
from analysis.text import message

Chart = Literal["p", "laney"]

METHODS = MappingProxyType(
    {
        "p": Method(
            name=message("p-chart of a monthly rate"),
            citation=(
                "Shewhart, W. A. (1931). Economic Control of Quality of Manufactured Product; "
                "Montgomery, D. C. (2009). Introduction to Statistical Quality Control, 6th ed., "
                "section 7.2."
            ),
            assumptions=(message("Months differ by chance alone."),),
        ),
        "laney": Method(
            name=message("Laney p'-chart of a monthly rate"),
            citation=(
                "Laney, D. B. (2002). Improved control charts for attributes. Quality "
                "Engineering 14, 531-537."
            ),
            assumptions=(
                message("The months of the baseline are ordinary ones."),
                message("Neighbouring months differ as much as any two ordinary months."),
            ),
        ),
        "rules": Method(
            name=message("Rules for a signal on a control chart"),
            citation=(
                "Western Electric (1956). Statistical Quality Control Handbook; Nelson, L. S. "
                "(1984). The Shewhart control chart - tests for special causes. Journal of "
                "Quality Technology 16, 237-239."
            ),
            assumptions=(message("The more rules are used, the more false signals occur."),),
        ),
    }
)


class Rule(StrEnum):
    """A rule for a signal; the month named is the last one of the pattern.

    Western Electric (1956) has rules 1, 5 and 6 and eight months in a row on one side;
    Nelson (1984) has all eight, with nine in a row.
    """

    NELSON_1 = "nelson_1"
    """One month beyond 3 sigma."""
    NELSON_2 = "nelson_2"
    """Nine months in a row on one side of the centre."""
    NELSON_3 = "nelson_3"
    """Six months in a row, all rising or all falling."""
    NELSON_4 = "nelson_4"
    """Fourteen months in a row, up and down in turn."""
    NELSON_5 = "nelson_5"
    """Two of three months in a row beyond 2 sigma on one side."""
    NELSON_6 = "nelson_6"
    """Four of five months in a row beyond 1 sigma on one side."""
    NELSON_7 = "nelson_7"
    """Fifteen months in a row within 1 sigma."""
    NELSON_8 = "nelson_8"
    """Eight months in a row beyond 1 sigma, on either side."""
    WESTERN_ELECTRIC_4 = "western_electric_4"
    """Eight months in a row on one side of the centre."""


WESTERN_ELECTRIC = (Rule.NELSON_1, Rule.NELSON_5, Rule.NELSON_6, Rule.WESTERN_ELECTRIC_4)
"""The four zone rules of the handbook of 1956."""

NELSON = tuple(rule for rule in Rule if rule is not Rule.WESTERN_ELECTRIC_4)
"""The eight tests of Nelson (1984)."""

_MOVING_RANGE = 1.128


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartPoint:
    """One month on the chart.

    Attributes
    ----------
    month : str
    n, events : int
    rate, low, high : float
        Fractions; control limits at 3 sigma, kept within 0 and 1.
    z : float
        Distance from the centre in sigma.
    baseline : bool
        Whether the month helped to set the limits.
    signals : tuple of Rule
        Rules whose pattern ends with this month.
    """

    month: str
    n: int
    events: int
    rate: float
    low: float
    high: float
    z: float
    baseline: bool
    signals: tuple[Rule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlChart:
    """A monthly rate against the limits that a baseline sets.

    Attributes
    ----------
    chart : {'p', 'laney'}
    centre : float
        Rate of the baseline, a fraction.
    sigma_z : float
        How many times more the baseline's months differ than by chance; 1 in a p-chart.
    rules : tuple of Rule
    points : tuple of ChartPoint
    """

    chart: Chart
    centre: float
    sigma_z: float
    rules: tuple[Rule, ...]
    points: tuple[ChartPoint, ...]


def control_chart(
    months: Sequence[str],
    events: npt.ArrayLike,
    customers: npt.ArrayLike,
    *,
    baseline_months: int,
    chart: Chart = "laney",
    rules: Sequence[Rule] = WESTERN_ELECTRIC,
) -> ControlChart:
    """Chart a monthly rate.

    Parameters
    ----------
    months : sequence of str, length t
        Labels, in order of time.
    events, customers : array_like of int, shape (t,)
        For example customers lost, and those there at the start of the month.
    baseline_months : int
        The first so many months set the centre and the limits.
    chart : {'laney', 'p'}
        ``laney`` also takes ordinary differences between months into account.
    rules : sequence of Rule
        By default the four of Western Electric; each further rule adds false signals.

    Returns
    -------
    ControlChart

    Raises
    ------
    EstimationError
        If a month has no customers or more events than customers, the baseline is shorter
        than 8 months (2 in a p-chart) or longer than the series, or has no event, only
        events, or months that do not differ.

    Notes
    -----
    Source: Laney (2002): ``centre +/- 3 sigma_p sigma_z`` with `sigma_z` the mean moving range of
    the baseline's z-scores divided by 1.128; rules: Western Electric (1956), Nelson (1984).

    Examples
    --------
    >>> lost = [20, 24, 18, 22, 21, 25, 19, 20, 60]
    >>> chart = control_chart([f"2025-{m:02}" for m in range(1, 10)], lost, [1000] * 9,
    ...                       baseline_months=8)
    >>> [point.month for point in chart.points if point.signals]
    ['2025-09']
    """
    d, n = column(events, name="events"), column(customers, name="customers")
    refuse(_series_problems(len(months), d, n))
    base = slice(0, baseline_months)
    refuse([_baseline_problem(d, n, baseline_months, 2 if chart == "p" else 8)])
    centre = float(d[base].sum() / n[base].sum())
    sigma_p = np.sqrt(centre * (1 - centre) / n)
    score = (d / n - centre) / sigma_p
    sigma_z = 1.0
    if chart == "laney":
        sigma_z = float(np.abs(np.diff(score[base])).mean()) / _MOVING_RANGE
        refuse([_flat_problem(sigma_z)])
    z = score / sigma_z
    signals = _signals(z, rules)
    half = 3 * sigma_p * sigma_z
    return ControlChart(
        chart=chart,
        centre=centre,
        sigma_z=sigma_z,
        rules=tuple(rules),
        points=tuple(
            ChartPoint(
                month=month,
                n=int(n[i]),
                events=int(d[i]),
                rate=float(d[i] / n[i]),
                low=max(centre - float(half[i]), 0.0),
                high=min(centre + float(half[i]), 1.0),
                z=float(z[i]),
                baseline=i < baseline_months,
                signals=signals[i],
            )
            for i, month in enumerate(months)
        ),
    )


def _same_side(z: Floats, beyond: float, needed: int) -> bool:
    """Whether the last month and `needed` in all lie beyond, on the side of the last."""
    towards = np.sign(z[-1]) * z
    return bool(towards[-1] > beyond and np.sum(towards > beyond) >= needed)


def _in_turn(z: Floats) -> bool:
    step = np.diff(z)
    return bool(np.all(step[1:] * step[:-1] < 0))


_PATTERNS: MappingProxyType[Rule, tuple[int, Callable[[Floats], bool]]] = MappingProxyType(
    {
        Rule.NELSON_1: (1, lambda z: bool(abs(z[-1]) > 3)),
        Rule.NELSON_2: (9, lambda z: _same_side(z, 0, 9)),
        Rule.NELSON_3: (6, lambda z: bool(np.all(np.diff(z) > 0) or np.all(np.diff(z) < 0))),
        Rule.NELSON_4: (14, _in_turn),
        Rule.NELSON_5: (3, lambda z: _same_side(z, 2, 2)),
        Rule.NELSON_6: (5, lambda z: _same_side(z, 1, 4)),
        Rule.NELSON_7: (15, lambda z: bool(np.all(np.abs(z) < 1))),
        Rule.NELSON_8: (8, lambda z: bool(np.all(np.abs(z) > 1))),
        Rule.WESTERN_ELECTRIC_4: (8, lambda z: _same_side(z, 0, 8)),
    }
)


def _signals(z: Floats, rules: Sequence[Rule]) -> list[tuple[Rule, ...]]:
    """Name the rules whose pattern ends at each month."""
    found: list[list[Rule]] = [[] for _ in z]
    for rule in rules:
        length, holds = _PATTERNS[rule]
        for end in range(length, z.size + 1):
            if holds(z[end - length : end]):
                found[end - 1].append(rule)
    return [tuple(names) for names in found]


def _series_problems(months: int, d: Floats, n: Floats) -> list[Problem | None]:
    if not months == d.size == n.size:
        return [
            Problem(
                what="months, events and customers differ in length",
                found=f"{months}, {d.size} and {n.size}",
                needed="one of each per month",
                next_step="Take all from the same table.",
            )
        ]
    empty, wrong = int(np.sum(n <= 0)), int(np.sum((d < 0) | (d > n)))
    return [
        None
        if not empty
        else Problem(
            what="months without customers",
            found=f"{empty} of {months}",
            needed="customers in every month",
            next_step="Leave these months out.",
        ),
        None
        if not wrong
        else Problem(
            what="months with more events than customers or fewer than 0",
            found=f"{wrong} of {months}",
            needed="events from 0 to the customers",
            next_step="Check that both counts use the same filter.",
        ),
    ]


def _baseline_problem(d: Floats, n: Floats, months: int, fewest: int) -> Problem | None:
    if not fewest <= months <= d.size:
        return Problem(
            what="a baseline that is too short or longer than the series",
            found=f"{months} months",
            needed=f"{fewest} to {d.size} months",
            next_step="Widen the window.",
        )
    total = d[:months].sum()
    if 0 < total < n[:months].sum():
        return None
    return Problem(
        what="no loss in the window of the baseline" if total == 0 else "all lost in the baseline",
        found=f"{int(total)} events",
        needed="a rate between 0 and 1",
        next_step="Widen the window or the segment.",
    )


def _flat_problem(sigma_z: float) -> Problem | None:
    if sigma_z > 0:
        return None
    return Problem(
        what="the months of the baseline do not differ at all",
        found="a moving range of 0",
        needed="months that vary",
        next_step="Check the counts, or use a p-chart.",
    )
