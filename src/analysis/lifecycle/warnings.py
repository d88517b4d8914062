"""In which months was loss out of the ordinary, and what did that coincide with?"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from analysis.answers import NotAssessed
from analysis.data.tables import Bank, collect
from analysis.definitions import Stage
from analysis.errors import EstimationError
from analysis.lifecycle.monthly_moves import MonthlyMoves
from analysis.lifecycle.months import FEWEST_BASELINE_MONTHS
from analysis.lifecycle.refusals import refusal
from analysis.stats.control_chart import ChartPoint, ControlChart, control_chart
from analysis.text import Message, Words, message

_MAX_EVENTS = 10_000
_BEFORE_MONTHS = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened at the bank or around it."""

    happened_on: dt.date
    kind: str
    name: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """A month in which a rule signals, and the events that it coincides with.

    Attributes
    ----------
    point : ChartPoint
    events : tuple of Event
        Of that month and of the one before.
    continues : bool
        The month before signalled too.
    """

    point: ChartPoint
    events: tuple[Event, ...]
    continues: bool

    @property
    def is_high(self) -> bool:
        """Whether more were lost than is ordinary."""
        return self.point.z > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LossWarnings:
    """The control chart of monthly loss.

    Attributes
    ----------
    chart : ControlChart
        Customers who became lost in the month, of those neither lost nor potential before.
    baseline_months : int
    signals : tuple of Signal
        Of the months that are watched, in order of time.
    baseline_signals : int
        Months of the baseline that signal: it is then not quite an ordinary time.
    knows_events : bool
        Whether the source has a calendar of events.
    """

    chart: ControlChart
    baseline_months: int
    signals: tuple[Signal, ...]
    baseline_signals: int
    knows_events: bool

    @property
    def watched(self) -> tuple[ChartPoint, ...]:
        """The months that are judged by the limits."""
        return self.chart.points[self.baseline_months :]


def loss_warnings(
    bank: Bank, moves: MonthlyMoves | NotAssessed, *, months: int, watched_months: int
) -> LossWarnings | NotAssessed:
    """Chart monthly loss and say which months are out of the ordinary.

    Parameters
    ----------
    bank : Bank
        Uses ``events`` where the source has it.
    moves : MonthlyMoves or NotAssessed
    months : int
        How many of the last months to chart.
    watched_months : int
        The last months, judged by limits that the months before them set.

    Returns
    -------
    LossWarnings or NotAssessed
        Not assessed where fewer than 8 months are left for the baseline.

    Notes
    -----
    Customers decide each for themselves, so that months differ by chance at least. Where
    the few months of a baseline happen to differ by less, the limits are those of chance.

    Source
    ------
    Laney (2002); Shewhart (1931); Western Electric (1956).
    """
    if isinstance(moves, NotAssessed):
        return _not_assessed(moves.reason)
    moves = moves.last(months)
    baseline = len(moves.months) - watched_months
    if baseline < FEWEST_BASELINE_MONTHS:
        return _not_assessed(
            message(
                "{months} months are left to say what is ordinary; {needed} are needed.",
                months=max(baseline, 0),
                needed=FEWEST_BASELINE_MONTHS,
            )
        )
    stages = list(Stage)
    there = [stages.index(stage) for stage in (Stage.NEW, Stage.STABLE, Stage.DORMANT)]
    lost = moves.customers[:, there, stages.index(Stage.LOST)].sum(axis=1)
    try:
        chart = _chart(moves.labels, lost, moves.customers[:, there].sum(axis=(1, 2)), baseline)
    except EstimationError as refused:
        return _not_assessed(refusal(refused))
    knows_events = bank.has("events")
    events = _events(bank) if knows_events else ()
    return LossWarnings(
        chart=chart,
        baseline_months=baseline,
        signals=_signals(chart, moves.months, events),
        baseline_signals=sum(bool(p.signals) for p in chart.points if p.baseline),
        knows_events=knows_events,
    )


def _chart(
    months: tuple[str, ...],
    lost: npt.NDArray[np.int64],
    customers: npt.NDArray[np.int64],
    baseline: int,
) -> ControlChart:
    """Chart by Laney's limits, by those of chance where they would be narrower than it."""
    chart = control_chart(months, lost, customers, baseline_months=baseline)
    if chart.sigma_z >= 1:
        return chart
    return control_chart(months, lost, customers, baseline_months=baseline, chart="p")


def _events(bank: Bank) -> tuple[Event, ...]:
    table = bank.table("events")
    names = ["name_en", *(["name_zh"] if "name_zh" in table.columns else [])]
    rows = collect(
        table.select("happened_on", "kind", *names).order_by(["happened_on", *names]),
        max_rows=_MAX_EVENTS,
    )
    chinese = rows["name_zh"] if "name_zh" in names else rows["name_en"]
    return tuple(
        Event(happened_on=day.date(), kind=str(kind), name=Words(en=str(en), zh=str(zh)))
        for day, kind, en, zh in zip(
            rows.happened_on, rows.kind, rows.name_en, chinese, strict=True
        )
    )


def _signals(
    chart: ControlChart, months: tuple[int, ...], events: tuple[Event, ...]
) -> tuple[Signal, ...]:
    """Bring the signals of the months that are watched together with the calendar."""
    found = []
    for (before, point), month in zip(pairwise(chart.points), months[1:], strict=True):
        if point.baseline or not point.signals:
            continue
        near = tuple(
            event
            for event in events
            if month - _BEFORE_MONTHS
            <= event.happened_on.year * 12 + event.happened_on.month - 1
            <= month
        )
        continues = bool(before.signals) and not before.baseline
        found.append(Signal(point=point, events=near, continues=continues))
    return tuple(found)


def _not_assessed(reason: Message) -> NotAssessed:
    return NotAssessed(
        name="loss_warnings",
        question=message("Was loss out of the ordinary in any month?"),
        reason=reason,
    )
