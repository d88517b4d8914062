"""Spells as counted cells, and the risk sets that every survival estimate rests on.

A spell runs from the start of a relationship to its end or to the last day observed.
Cells count equal spells, so that a model costs the same for a thousand customers and
for a million; nothing is lost against one row per customer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from analysis.errors import Problem
from analysis.stats.inputs import Integers, column, refuse

Labels = npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SpellCells:
    """Counts of equal spells; made by `spell_cells`, which checks them.

    Attributes
    ----------
    duration_periods : array of int, shape (m,)
        Whole periods from the start of the relationship to its end or the last day observed.
    event : array of int, shape (m,)
        0 where the spell goes on (censored), else the code of what ended it, from 1.
    customers : array of int, shape (m,)
        How many customers have such a spell.
    entry_periods : array of int, shape (m,)
        Age of the relationship at which it came under observation; 0 where from its start.
        A spell is at risk at the ends of the periods ``entry < t <= duration``.
    group : array of str, shape (m,)
    """

    duration_periods: Integers
    event: Integers
    customers: Integers
    entry_periods: Integers
    group: Labels

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups' labels, sorted."""
        return tuple(sorted(set(self.group.tolist())))

    @property
    def n(self) -> int:
        """All customers."""
        return int(self.customers.sum())

    @property
    def events(self) -> int:
        """Customers whose spell ended, whatever ended it."""
        return int(self.customers[self.event > 0].sum())

    def where(self, keep: npt.NDArray[np.bool_]) -> SpellCells:
        """Keep the cells for which `keep`, shape (m,), is true."""
        return SpellCells(
            duration_periods=self.duration_periods[keep],
            event=self.event[keep],
            customers=self.customers[keep],
            entry_periods=self.entry_periods[keep],
            group=self.group[keep],
        )

    def of_group(self, label: str) -> SpellCells:
        """Keep one group."""
        return self.where(self.group == label)

    def for_cause(self, code: int) -> SpellCells:
        """Count an end by `code` alone as an event; any other end censors (cause-specific)."""
        return replace(self, event=(self.event == code).astype(np.int64))

    def after(self, start_periods: int) -> SpellCells:
        """Look only at what happens after `start_periods`, among those still there then."""
        later = replace(self, entry_periods=np.maximum(self.entry_periods, start_periods))
        return later.where(later.duration_periods > start_periods)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RiskSets:
    """Who was at risk and whose spell ended, at each time at which one ended.

    Attributes
    ----------
    times_periods : array of int, shape (k,)
        Increasing.
    at_risk : array of int, shape (k,)
    ended : array of int, shape (k, causes)
        By what ended it: column 0 is code 1.
    """

    times_periods: Integers
    at_risk: Integers
    ended: Integers

    @property
    def ended_any(self) -> Integers:
        """Ended by anything, shape (k,)."""
        return np.asarray(self.ended.sum(axis=1), dtype=np.int64)


def spell_cells(
    duration_periods: npt.ArrayLike,
    event: npt.ArrayLike,
    *,
    customers: npt.ArrayLike | None = None,
    entry_periods: npt.ArrayLike | None = None,
    group: Sequence[str] | npt.ArrayLike | None = None,
    window_periods: int | None = None,
) -> SpellCells:
    """Check counted spells and make them ready for the estimators.

    Parameters
    ----------
    duration_periods : array_like of int, shape (m,)
        Whole periods, later than the entry.
    event : array_like of int, shape (m,)
        0 for a spell that goes on, 1, 2, ... for what ended it.
    customers : array_like of int, shape (m,), optional
        Customers per cell; 1 each by default, for one row per customer.
    entry_periods : array_like of int, shape (m,), optional
        Age at entry under observation (left truncation); 0 by default.
    group : array_like of str, shape (m,), optional
    window_periods : int, optional
        The longest spell that the data can hold; longer ones are refused.

    Returns
    -------
    SpellCells
        Cells of 0 customers are left out.

    Raises
    ------
    EstimationError
        If lengths differ, a value is missing, negative or no whole number, a spell ends
        before it enters or lasts beyond the window, or no customer is left.

    Examples
    --------
    >>> cells = spell_cells([1, 2, 3, 3], [1, 1, 1, 0], customers=[5, 3, 2, 40])
    >>> risk_sets(cells).at_risk.tolist()
    [50, 45, 42]
    """
    duration = column(duration_periods, name="duration_periods")
    size = duration.size
    columns = {
        "duration_periods": duration,
        "event": column(event, name="event"),
        "customers": np.ones(size) if customers is None else column(customers, name="customers"),
        "entry_periods": np.zeros(size)
        if entry_periods is None
        else column(entry_periods, name="entry_periods"),
    }
    labels = np.full(size, "all", dtype=object)
    if group is not None:
        labels = np.asarray([str(label) for label in np.asarray(group, dtype=object)], dtype=object)
    lengths = {name: values.size for name, values in columns.items()} | {"group": labels.size}
    refuse([_length_problem(lengths), *(_whole_problem(k, v) for k, v in columns.items())])
    whole = {name: values.astype(np.int64) for name, values in columns.items()}
    cells = SpellCells(group=labels, **whole).where(whole["customers"] > 0)
    refuse(_order_problems(cells, window_periods))
    return cells


def risk_sets(cells: SpellCells) -> RiskSets:
    """Count who was at risk and whose spell ended at each time; groups are taken together.

    Parameters
    ----------
    cells : SpellCells

    Returns
    -------
    RiskSets
        Empty where no spell ended.

    Examples
    --------
    >>> sets = risk_sets(spell_cells([2, 4, 5], [1, 2, 0], entry_periods=[0, 3, 1]))
    >>> sets.times_periods.tolist(), sets.at_risk.tolist(), sets.ended.tolist()
    ([2, 4], [2, 2], [[1, 0], [0, 1]])
    """
    ending = cells.event > 0
    times, position = np.unique(cells.duration_periods[ending], return_inverse=True)
    causes = int(cells.event.max(initial=0))
    ended = np.zeros((times.size, causes), dtype=np.int64)
    np.add.at(ended, (position, cells.event[ending] - 1), cells.customers[ending])
    return RiskSets(times_periods=times, at_risk=at_risk(cells, times), ended=ended)


def at_risk(cells: SpellCells, times_periods: Integers) -> Integers:
    """Count who is under observation and still there just before each time, shape (k,)."""
    entered = _count_below(cells.entry_periods, cells.customers, times_periods)
    left = _count_below(cells.duration_periods, cells.customers, times_periods)
    return entered - left


def group_problems(
    cells: SpellCells, *, minimum_customers: int = 2, events_needed: bool = True
) -> list[Problem | None]:
    """Say which groups are too small or have no loss to learn from."""
    found: list[Problem | None] = []
    for label in cells.groups:
        members = cells.of_group(label)
        if members.n < minimum_customers:
            found.append(
                Problem(
                    what=f"too few customers in group '{label}'",
                    found=str(members.n),
                    needed=str(minimum_customers),
                    next_step="Pool segments or leave this one out.",
                )
            )
        elif events_needed and members.events == 0:
            found.append(no_event_problem(f"group '{label}'"))
    return found


def no_event_problem(where: str) -> Problem:
    """Say that nothing ended in `where`."""
    return Problem(
        what=f"no loss in the window in {where}",
        found="0 events",
        needed="at least 1",
        next_step="Widen the window or pool segments.",
    )


def _count_below(values: Integers, customers: Integers, times: Integers) -> Integers:
    """Count the customers whose value lies below each of `times`."""
    order = np.argsort(values, kind="stable")
    total = np.concatenate([[0], np.cumsum(customers[order])])
    return np.asarray(total[np.searchsorted(values[order], times, side="left")], dtype=np.int64)


def _length_problem(lengths: Mapping[str, int]) -> Problem | None:
    if len(set(lengths.values())) == 1:
        return None
    return Problem(
        what="columns of the spells differ in length",
        found=", ".join(f"{name} {length}" for name, length in lengths.items()),
        needed="one value per cell in each",
        next_step="Take all columns from the same table.",
    )


def _whole_problem(name: str, values: npt.NDArray[np.float64]) -> Problem | None:
    wrong = int(np.count_nonzero((values < 0) | (values != np.floor(values))))
    if not wrong:
        return None
    return Problem(
        what=f"{name} has values that are negative or no whole numbers",
        found=f"{wrong} of {values.size}",
        needed="whole numbers from 0",
        next_step="Count in whole periods, such as months, and customers in whole numbers.",
    )


def _order_problems(cells: SpellCells, window_periods: int | None) -> list[Problem | None]:
    if cells.n == 0:
        return [
            Problem(
                what="no spell to estimate from",
                found="0 customers",
                needed="at least 1",
                next_step="Widen the window or the segment.",
            )
        ]
    problems: list[Problem | None] = []
    early = int(cells.customers[cells.duration_periods <= cells.entry_periods].sum())
    if early:
        problems.append(
            Problem(
                what="spells end no later than they enter",
                found=f"{early} of {cells.n} customers",
                needed="a duration of at least one period after the entry",
                next_step="Count the period in which a spell ends as a whole one, or leave "
                "these customers out and say so.",
            )
        )
    if window_periods is not None:
        long = int(cells.customers[cells.duration_periods > window_periods].sum())
        if long:
            problems.append(
                Problem(
                    what="spells last beyond the window",
                    found=f"{long} of {cells.n} customers",
                    needed=f"durations of at most {window_periods} periods",
                    next_step="Check the start dates, or censor at the end of the window.",
                )
            )
    return problems
