"""Complementary suppression: no hidden cell follows from the sums around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

CellId = tuple[int, str]
"""A cell: row position and column name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """An equation that a reader knows: the members add up to the total."""

    members: tuple[CellId, ...]
    total: CellId


def hide_complements(
    sizes: Mapping[CellId, int],
    hidden: frozenset[CellId],
    sums: Sequence[Sum],
    *,
    minimum_units: int,
) -> frozenset[CellId]:
    """Hide further cells until every sum hides none, or at least two worth enough.

    In each sum the smallest visible cell is hidden next, zeros last, the total when
    nothing else is left. The result holds for each sum by itself and for chains of
    them, as every pass looks at all sums again.

    Parameters
    ----------
    sizes : mapping of cell to int
        How many units stand behind each cell.
    hidden : frozenset of cell
        Cells that must not be seen.
    sums : sequence of Sum
    minimum_units : int
        The hidden members of a sum with a visible total together stand for at
        least so many units.

    Returns
    -------
    frozenset of cell
        `hidden` and what hides it.

    Examples
    --------
    >>> column = Sum(members=((0, "n"), (1, "n"), (2, "n")), total=(3, "n"))
    >>> sizes = {(0, "n"): 4, (1, "n"): 30, (2, "n"): 80, (3, "n"): 114}
    >>> sorted(hide_complements(sizes, frozenset({(0, "n")}), [column], minimum_units=10))
    [(0, 'n'), (1, 'n')]
    """
    now = set(hidden)
    changed = True
    while changed:
        changed = False
        for equation in sums:
            cell = _next_to_hide(equation, sizes, now, minimum_units)
            if cell is not None:
                now.add(cell)
                changed = True
    return frozenset(now)


def _next_to_hide(
    equation: Sum, sizes: Mapping[CellId, int], hidden: set[CellId], minimum_units: int
) -> CellId | None:
    out = [cell for cell in equation.members if cell in hidden]
    total_hidden = equation.total in hidden
    if not out and not total_hidden:
        return None
    if len(out) + total_hidden >= 2 and (
        total_hidden or sum(sizes[cell] for cell in out) >= minimum_units
    ):
        return None
    visible = [cell for cell in equation.members if cell not in hidden]
    if not visible:
        return None if total_hidden else equation.total
    return min(visible, key=lambda cell: (sizes[cell] == 0, sizes[cell], cell))
