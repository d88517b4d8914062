"""Which numbers of a table must be hidden: by the counts they rest on, and by what they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from analysis.disclosure.attack import Demand, Equation
from analysis.disclosure.counts import CellId, Outside, Sizes, column_sums
from analysis.disclosure.rules import (
    cost_of_hiding,
    dominates,
    is_small,
    merge_steps,
    quantile_reveals,
)
from analysis.disclosure.suppression import Question, hide
from analysis.errors import DisclosureError, Problem
from analysis.params.policy import DisclosurePolicy
from analysis.results import Estimate
from analysis.tables import Quantities, Row, Table

Found = Mapping[str, frozenset[CellId]]
"""Cells to hide, by the name of the rule that hides them."""


def hide_quantities(
    table: Table,
    column: Quantities,
    hidden: frozenset[CellId],
    sizes: Sizes,
    policy: DisclosurePolicy,
    outside: Outside,
) -> Found:
    """Find the cells of a column that must not be seen, by rule.

    Parameters
    ----------
    table : Table
    column : Quantities
    hidden : frozenset of cell
        The counts that are hidden.
    sizes : mapping of cell to int
    policy : DisclosurePolicy
    outside : Outside
        What is published, or withheld, of the same sums elsewhere.

    Raises
    ------
    DisclosureError
        If the column holds an extreme, or a sum does not state its largest contributors.
    """
    rows = range(len(table.rows))
    rests_on = {column.n, column.part} - {""}
    found = {
        "few": frozenset(
            (i, column.name) for i in rows if any((i, name) in hidden for name in rests_on)
        ),
        "quantile": _by_quantile(table, column, sizes, policy),
        "degrees": frozenset(
            (i, column.name)
            for i, row in enumerate(table.rows)
            if column.degrees
            and _number(table, row, column, column.degrees) < policy.degrees_of_freedom
        ),
        "steps": _by_steps(table, column, sizes, policy),
    }
    if column.top_two_share:
        found["dominance"] = frozenset(
            (i, column.name)
            for i, row in enumerate(table.rows)
            if sizes.get((i, column.n), 0) > 0 and _is_dominated(table, row, column, policy)
        )
        own = frozenset().union(*found.values())
        out = own | {cell for cell in outside.hidden if cell[1] == column.name}
        found["complement"] = _protect_sums(table, column, out, policy, outside.shown) - own
    return found


def _by_quantile(
    table: Table, column: Quantities, sizes: Sizes, policy: DisclosurePolicy
) -> frozenset[CellId]:
    if column.quantile is None:
        return frozenset()
    if column.quantile in {0.0, 1.0}:
        raise DisclosureError(
            Problem(
                what=f"column {column.name!r} of table {table.name!r} holds the smallest or the "
                "largest value of persons",
                needed="a quantile with enough persons on either side",
                next_step="Publish the 5th or the 95th percentile instead.",
            )
        )
    return frozenset(
        (i, column.name)
        for i in range(len(table.rows))
        if quantile_reveals(column.quantile, sizes.get((i, column.n), 0), policy)
    )


def _by_steps(
    table: Table, column: Quantities, sizes: Sizes, policy: DisclosurePolicy
) -> frozenset[CellId]:
    if not column.steps:
        return frozenset()
    shown = merge_steps([sizes.get((i, column.steps), 0) for i in range(len(table.rows))], policy)
    return frozenset((i, column.name) for i, may in enumerate(shown) if not may)


def _is_dominated(table: Table, row: Row, column: Quantities, policy: DisclosurePolicy) -> bool:
    top_two = _number(table, row, column, column.top_two_share)
    top = _number(table, row, column, column.top_share) if column.top_share else None
    return dominates(top_two, policy, top_share=top)


def _number(table: Table, row: Row, column: Quantities, name: str) -> float:
    value = row.get(name)
    if isinstance(value, int | float):
        return float(value)
    raise DisclosureError(
        Problem(
            what=f"{column.name!r} of table {table.name!r} does not state what the disclosure "
            "rules ask of it",
            needed=f"a number in {name!r}: the share of the largest contributors to a sum, or the "
            "degrees of freedom of a model",
        )
    )


def _protect_sums(
    table: Table,
    column: Quantities,
    out: frozenset[CellId],
    policy: DisclosurePolicy,
    shown: frozenset[CellId],
) -> frozenset[CellId]:
    """Hide what would give a hidden sum away, by the sums over the rows."""
    values = dict(_values(table, column))
    order = sorted(values)
    place = {i: k for k, i in enumerate(order)}
    equations = list(_equations(table, column, values, place))
    must = frozenset(place[i] for i, _ in out if i in place)
    if not must or not equations:
        return out
    sizes = np.array([values[i] for i in order])
    known = np.array([(i, column.name) in shown and place[i] not in must for i in order])
    least = np.full(len(order), 0.0 if np.all(sizes >= 0) else -np.inf)
    band = policy.prior_share * np.abs(sizes)
    found = hide(
        Question(
            shown_lower=sizes,
            shown_upper=sizes,
            hidden_lower=np.where(known, sizes, least),
            hidden_upper=np.where(known, sizes, np.inf),
            equations=tuple(equations),
            demands=tuple(
                Demand(number=k, at_most=sizes[k] - band[k], at_least=sizes[k] + band[k])
                for k in sorted(must)
            ),
            hidden=must,
            costs={
                k: cost_of_hiding(round(abs(sizes[k])), 1)
                for k in range(len(order))
                if k not in must and not known[k]
            },
            whole=False,
        )
    )
    return frozenset((order[k], column.name) for k in found.numbers)


def _values(table: Table, column: Quantities) -> Iterator[tuple[int, float]]:
    for i, row in enumerate(table.rows):
        value = row.get(column.name)
        if isinstance(value, Estimate):
            yield i, value.value
        elif isinstance(value, int | float):
            yield i, float(value)


def _equations(
    table: Table, column: Quantities, values: Mapping[int, float], place: Mapping[int, int]
) -> Iterator[Equation]:
    """Give the sums that hold; where a row is missing, nothing can be subtracted."""
    for members, (total, _) in column_sums(table, column.name):
        rows = [i for i, _ in members]
        if total not in values or not all(i in values for i in rows):
            continue
        gap = sum(values[i] for i in rows) - values[total]
        if abs(gap) <= 1e-6 * max(abs(values[total]), 1.0):
            yield (*((place[i], 1.0) for i in rows), (place[total], -1.0))


def small_words(
    table: Table,
    name: str,
    n: str,
    sizes: Sizes,
    hidden: frozenset[CellId],
    policy: DisclosurePolicy,
) -> frozenset[CellId]:
    """Find the words that are taken from too few."""
    return frozenset(
        (i, name)
        for i in range(len(table.rows))
        if (i, n) in hidden or is_small(sizes.get((i, n), 0), policy) or not sizes.get((i, n), 0)
    )
