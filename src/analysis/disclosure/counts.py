"""Which counts of a table must be hidden, and how a reader could work them out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from analysis.disclosure.attack import Demand, Equation, bounds, unmet
from analysis.disclosure.rules import cost_of_hiding, is_full, is_small, shown_range
from analysis.disclosure.suppression import Hidden, Question, hide
from analysis.params.policy import DisclosurePolicy
from analysis.tables import Counts, Quantities, Shares, Table

CellId = tuple[int, str]
"""A cell: row position and column name."""

Sizes = Mapping[CellId, int]
"""Every count of a table that was observed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """What other tables say of this one's cells.

    Attributes
    ----------
    shown : frozenset of cell
        Published elsewhere: hiding them here is of no use.
    hidden : frozenset of cell
        Withheld elsewhere: they are withheld here too.
    """

    shown: frozenset[CellId] = frozenset()
    hidden: frozenset[CellId] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class HiddenCounts:
    """Which counts are hidden.

    Attributes
    ----------
    cells : frozenset of cell
    must : frozenset of cell
        Those that a rule hides by itself; the others protect them.
    hidden : Hidden
        What it costs.
    """

    cells: frozenset[CellId]
    must: frozenset[CellId]
    hidden: Hidden


def hide_counts(
    table: Table, sizes: Sizes, policy: DisclosurePolicy, outside: Outside
) -> HiddenCounts:
    """Find every count that must not be seen, and what would give it away.

    Parameters
    ----------
    table : Table
    sizes : mapping of cell to int
    policy : DisclosurePolicy
    outside : Outside

    Returns
    -------
    HiddenCounts
        A reader who knows the rules and all that is shown, and solves for a hidden
        small count, can exclude none of 1 to the minimum; of a group that is all of one
        kind, not that some are of another.
    """
    model = _Model(table, sizes, policy, outside)
    must = model.must
    if not must:
        nothing = Hidden(numbers=frozenset(), safe=True)
        return HiddenCounts(cells=frozenset(), must=frozenset(), hidden=nothing)
    # a zero may be one by the nature of things: it protects only where nothing else does
    named = frozenset(i for i, cell in enumerate(model.cells) if cell in model.seen)
    found = _hide(model.question(must, zeros=False), named, policy)
    if not found.safe:
        found = _hide(model.question(must, zeros=True), named, policy)
    numbers = found.numbers if found.safe else frozenset(range(len(model.cells)))
    cells = frozenset(cell for i, cell in enumerate(model.cells) if i in numbers and cell in sizes)
    return HiddenCounts(cells=(cells & model.seen) | must, must=must, hidden=found)


def _hide(question: Question, named: frozenset[int], policy: DisclosurePolicy) -> Hidden:
    """Hide, until nobody can tell which of the hidden counts are small.

    What protects a small count is as good as small itself where a reader finds that it
    may be below the minimum: then it, too, may be anything from 1.
    """
    while True:
        found = hide(question)
        more = _could_be_small(question, found, named, policy)
        if not found.safe or not more:
            return found
        question = replace(question, demands=(*question.demands, *more))


def _could_be_small(
    question: Question, found: Hidden, may: frozenset[int], policy: DisclosurePolicy
) -> tuple[Demand, ...]:
    asked = {demand.number for demand in question.demands}
    chosen = sorted((found.numbers & may) - asked)
    known = question.known(found.numbers)
    demands = (Demand(number=i, at_most=1, at_least=-np.inf) for i in chosen)
    return tuple(
        told.demand
        for told in unmet(known, demands)
        if told.side < 0 and bounds(known, told.demand.number)[0] < policy.minimum_units
    )


@dataclass(slots=True)
class _Model:
    """The counts of a table as numbered unknowns, with the sums that hold between them."""

    table: Table
    sizes: Sizes
    policy: DisclosurePolicy
    outside: Outside
    cells: list[CellId] = field(default_factory=list)
    values: list[int] = field(default_factory=list)
    equations: list[Equation] = field(default_factory=list)
    rests: dict[int, tuple[int, int]] = field(default_factory=dict)
    lines: list[tuple[list[int], int]] = field(default_factory=list)
    _at: dict[CellId, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for cell, size in self.sizes.items():
            self._add(cell, size)
        for members, total in count_sums(self.table):
            self._add_sum(members, total)
        for i, part, whole in share_pairs(self.table):
            self._add_rest(i, part, whole)

    @property
    def seen(self) -> frozenset[CellId]:
        """What a reader sees, or can divide out of a share."""
        columns = {c.name for c in self.table.columns if isinstance(c, Counts) and c.shown}
        for column in self.table.columns:
            if isinstance(column, Shares):
                columns |= {column.part, column.whole}
            elif isinstance(column, Quantities) and column.part:
                columns |= {column.part}
        return frozenset(cell for cell in self.sizes if cell[1] in columns)

    @property
    def must(self) -> frozenset[CellId]:
        """What a rule hides by itself."""
        small = {cell for cell, n in self.sizes.items() if is_small(n, self.policy)}
        small |= {
            self.cells[part]
            for rest, (part, _) in self.rests.items()
            if is_small(self.values[rest], self.policy)
        }
        full = {self.cells[i] for i in self._full()}
        return frozenset(small | full | (self.outside.hidden & self.sizes.keys()))

    def question(self, must: frozenset[CellId], *, zeros: bool) -> Question:
        """Ask what to hide beside what must be."""
        hidden = frozenset(
            i
            for i, cell in enumerate(self.cells)
            if cell in must or (cell not in self.seen and i not in self.rests)
        )
        lower, upper = self._shown_bounds()
        may = {
            i: cost_of_hiding(self.values[i], self._dependents(self.cells[i]))
            for i, cell in enumerate(self.cells)
            if i not in hidden
            and i not in self.rests
            and cell not in self.outside.shown
            and (self.values[i] > 0 or zeros or i in self._beside_full())
        }
        free = np.array([i in may or (i in hidden) or i in self.rests for i in range(len(lower))])
        free &= np.array([cell not in self.outside.shown for cell in self.cells])
        return Question(
            shown_lower=lower,
            shown_upper=upper,
            hidden_lower=np.where(free, 0.0, lower),
            hidden_upper=np.where(free, np.inf, upper),
            equations=tuple(self.equations),
            demands=tuple(self._demands()),
            hidden=hidden,
            costs=may,
            follows=self.rests,
        )

    def _add(self, cell: CellId, size: int) -> int:
        self._at[cell] = len(self.cells)
        self.cells.append(cell)
        self.values.append(size)
        return self._at[cell]

    def _add_sum(self, members: Iterable[CellId], total: CellId) -> None:
        """Add a sum; what its members leave of the total is a number that nobody is shown."""
        there = [self._at[cell] for cell in members if cell in self._at]
        if total not in self._at or not there:
            return
        whole = self._at[total]
        left = self.values[whole] - sum(self.values[i] for i in there)
        if left < 0:
            return  # the members overlap: nobody can subtract them
        terms = [(i, 1.0) for i in there]
        if left:
            terms.append((self._add((-len(self.cells), ""), left), 1.0))
        else:
            self.lines.append((there, whole))
        self.equations.append((*terms, (whole, -1.0)))

    def _add_rest(self, i: int, part: str, whole: str) -> None:
        """Add those whom a share does not count, with the part its whole."""
        a, b = self._at.get((i, part)), self._at.get((i, whole))
        if a is None or b is None or self.values[a] > self.values[b]:
            return
        rest = self._add((-len(self.cells), ""), self.values[b] - self.values[a])
        self.rests[rest] = (a, b)
        self.equations.append(((a, 1.0), (rest, 1.0), (b, -1.0)))

    def _full(self) -> Iterator[int]:
        """Find what holds all of a group of few: among the parts of a sum, or in a share."""
        for members, total in self.lines:
            holders = [i for i in members if self.values[i] > 0]
            if len(members) > 1 and len(holders) == 1 and is_full(self.values[total], self.policy):
                yield holders[0]
        for part, whole in self.rests.values():
            if self.values[part] in {0, self.values[whole]} and is_full(
                self.values[whole], self.policy
            ):
                yield part

    def _beside_full(self) -> set[int]:
        full = set(self._full())
        return {i for members, _ in self.lines if full.intersection(members) for i in members}

    def _demands(self) -> Iterator[Demand]:
        minimum, related = self.policy.minimum_units, {i for e in self.equations for i, _ in e}
        for i, size in enumerate(self.values):
            named = self.cells[i][0] >= 0 or i in self.rests
            if i in related and named and is_small(size, self.policy):
                yield Demand(number=i, at_most=1, at_least=minimum)
        for i in dict.fromkeys(self._full()):
            size = self.values[i]
            if size:
                yield Demand(number=i, at_most=1, at_least=size)
            else:
                yield Demand(number=i, at_most=0, at_least=minimum)

    def _shown_bounds(self) -> tuple[np.ndarray, np.ndarray]:
        pairs = [
            (max(self.policy.minimum_units, 0), np.inf)
            if i in self.rests and size
            else shown_range(size, self.policy)
            for i, size in enumerate(self.values)
        ]
        found = np.array(pairs, dtype=float).reshape(-1, 2)
        # a small rest is never shown; its true value keeps the bounds possible
        small = np.array([is_small(size, self.policy) for size in self.values], dtype=bool)
        found[small] = [0.0, np.inf]
        return found[:, 0], found[:, 1]

    def _dependents(self, cell: CellId) -> int:
        """Count the cells that are shown and go with this one."""
        name, n = cell[1], 0
        for column in self.table.columns:
            if isinstance(column, Counts):
                n += column.shown and column.name == name
            elif isinstance(column, Shares):
                n += name in {column.part, column.whole}
            elif isinstance(column, Quantities):
                n += name in {column.part, column.n}
        return n


def count_sums(table: Table) -> Iterator[tuple[list[CellId], CellId]]:
    """Give the sums that hold between a table's counts: members and total."""
    counts = [column for column in table.columns if isinstance(column, Counts)]
    for column in counts:
        if column.adds_up:
            yield from column_sums(table, column.name)
    if table.total_column:
        members = [c.name for c in counts if c.adds_up and c.name != table.total_column]
        for i in range(len(table.rows)):
            yield [(i, name) for name in members], (i, table.total_column)


def column_sums(table: Table, name: str) -> Iterator[tuple[list[CellId], CellId]]:
    """Give a column's sums over the rows that are no totals."""
    body = [i for i in range(len(table.rows)) if i not in table.total_rows]
    for total in table.total_rows:
        yield [(i, name) for i in body], (total, name)


def share_pairs(table: Table) -> Iterator[tuple[int, str, str]]:
    """Give each row's parts and wholes of which a share is published, each pair once."""
    pairs: dict[tuple[str, str], None] = {}
    for column in table.columns:
        if isinstance(column, Shares):
            pairs[column.part, column.whole] = None
        elif isinstance(column, Quantities) and column.part:
            pairs[column.part, column.n] = None
    for i in range(len(table.rows)):
        for part, whole in pairs:
            yield i, part, whole
