"""All that is spoken of in what is published together: what is shown of it, and what holds.

Counts make one world, sums of money another: a count is whole and never below 0, and a
sum is what it is.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.sparse.csgraph import connected_components

from analysis.disclosure.attack import Demand, Equation, Knowledge, bounds, matrix
from analysis.disclosure.published import Number, Publication, ToldTable
from analysis.disclosure.rules import cost_of_hiding
from analysis.disclosure.suppression import Question

_FEW = 50.0
_ELSEWHERE = "elsewhere: "

Place = tuple[str, str]
"""A report and a scope."""


@dataclass(slots=True)
class World:
    """Every number that is spoken of, what is known of it, and what holds between them.

    Attributes
    ----------
    whole : bool
        The numbers are counts.
    least : float
        What a reader knows of a number without being told.
    """

    whole: bool = True
    least: float = 0.0
    numbers: dict[Number, int] = field(default_factory=dict)
    shown: dict[Number, tuple[float, float]] = field(default_factory=dict)
    hidden: set[Number] = field(default_factory=set)
    fixed: set[Number] = field(default_factory=set)
    takes_back: dict[Number, set[tuple[Place, str]]] = field(
        default_factory=lambda: defaultdict(set)
    )
    tables: dict[Number, set[tuple[Place, str]]] = field(default_factory=lambda: defaultdict(set))
    equations: list[list[tuple[Number, float]]] = field(default_factory=list)
    rests: dict[Number, tuple[Number, Number]] = field(default_factory=dict)
    rests_on: dict[Number, Number] = field(default_factory=dict)
    """Of sums: whom they are summed over."""
    few_elsewhere: set[Number] = field(default_factory=set)
    """What is left of a scope for the parts that are not published, where it may be few."""

    @property
    def unknown(self) -> tuple[float, float]:
        """What is known of a number that is not shown."""
        return self.least, np.inf

    def add(self, table: ToldTable) -> None:
        """Add what a table says."""
        publication = table.publication
        place = (publication.report, publication.scope)
        for one in table.told:
            self._name(one.number)
            if one.rests_on is not None:
                self.rests_on[one.number] = one.rests_on
            self.tables[one.number].add((place, f"{publication.day}|{table.name}"))
            if one.low is None or one.high is None:
                self.hidden.add(one.number)
                continue
            low, high = self.shown.get(one.number, self.unknown)
            self.shown[one.number] = (max(low, one.low), min(high, one.high))
            if publication.fixed:
                self.fixed.add(one.number)
            else:
                self.takes_back[one.number].add((place, one.local))
        for members, total in table.sums:
            self._add_sum(members, total)
        for part, whole in table.shares:
            rest = f"all but {part[1]}"
            self._add_sum([part], whole, rest=rest)
            self.rests[part[0], rest] = (part, whole)

    def add_scopes(self, publications: Sequence[Publication]) -> None:
        """Add that the parts of a scope add up to it."""
        parts = {p.scope: p.parts for p in publications if p.parts}
        within = {p.scope: p.within for p in publications if p.within}
        named: dict[str, dict[str, Number]] = defaultdict(dict)
        for number in list(self.numbers):
            named[number[1]][number[0]] = number
        sums = [
            (list(_parts_of(scope, by_scope, within)), whole)
            for by_scope in named.values()
            for scope, whole in by_scope.items()
        ]
        # a column that does not add up in one row is of the whole bank in every scope
        wrong = {_column(whole) for members, whole in sums if self._contradicts(members, whole)}
        for members, whole in sums:
            if not members or _column(whole) in wrong:
                continue
            complete = {m[0] for m in members} >= set(parts.get(whole[0], ("?",)))
            rest = "" if complete else f"{_ELSEWHERE}{whole[1]}"
            self._add_sum(members, whole, rest=rest)
            if rest and self.whole and self._may_leave_few(members, whole):
                self.few_elsewhere.add((whole[0], rest))

    def withhold_rests(self) -> None:
        """Withhold whom a share does not count, where the share is withheld."""
        self.hidden |= {
            rest
            for rest, pair in self.rests.items()
            if rest in self.numbers and any(number not in self.shown for number in pair)
        }

    def withhold_few(self, counts: World) -> None:
        """Withhold the sums of what is left of a scope where those left may be few."""
        for number, count in self.rests_on.items():
            if (number[0], f"{_ELSEWHERE}{count[1]}") in counts.few_elsewhere:
                self.hidden.add((number[0], f"{_ELSEWHERE}{number[1]}"))

    @property
    def n_withheld(self) -> int:
        """How many numbers are withheld wherever they stand."""
        return sum(1 for n in self.numbers if n not in self.shown and n in self.hidden)

    def _name(self, number: Number) -> None:
        self.numbers.setdefault(number, len(self.numbers))

    def _add_sum(self, members: Sequence[Number], total: Number, *, rest: str = "") -> None:
        """Add a sum, if what is shown does not contradict it."""
        if self._contradicts(members, total):
            return
        high = sum(self.shown.get(member, self.unknown)[1] for member in members)
        whole = self.shown.get(total, self.unknown)
        terms = [(member, 1.0) for member in members]
        if rest or high < whole[0]:
            left = (total[0], rest or f"rest of {total[1]}")
            self._name(left)
            terms.append((left, 1.0))
        self.equations.append([*terms, (total, -1.0)])

    def _contradicts(self, members: Sequence[Number], total: Number) -> bool:
        low = sum(self.shown.get(member, self.unknown)[0] for member in members)
        return low > self.shown.get(total, self.unknown)[1]

    def _may_leave_few(self, members: Sequence[Number], total: Number) -> bool:
        """Whether the parts leave something of the whole, and not much."""
        known = [self.shown.get(number, self.unknown) for number in members]
        low, high = self.shown.get(total, self.unknown)
        return (
            high - sum(one[0] for one in known) < _FEW
            and low - sum(one[1] for one in known) > -_FEW
        )

    def systems(self) -> Iterator[System]:
        """Give the parts of the world that hang together and say more than one table does."""
        n = len(self.numbers)
        rows = [[(self.numbers[m], f) for m, f in terms] for terms in self.equations]
        links = matrix([tuple(row) for row in rows], n)
        linked = (abs(links).T @ abs(links)) if rows else links.T @ links
        count, labels = connected_components(linked, directed=False)
        inside: list[list[Number]] = [[] for _ in range(count)]
        for number, i in self.numbers.items():
            inside[labels[i]].append(number)
        sums: list[list[int]] = [[] for _ in range(count)]
        for k, row in enumerate(rows):
            sums[labels[row[0][0]]].append(k)
        for numbers, used in zip(inside, sums, strict=True):
            system = System(self, numbers, [self.equations[k] for k in used])
            several = len({t for number in numbers for t in self.tables[number]}) > 1
            if several and (system.withheld or system.few_elsewhere):
                yield system


def _column(number: Number) -> tuple[str, ...]:
    """Give what tells a count's column: of a table's cell all but its row."""
    unit, *rest = number[1].split("|")
    return (unit, *rest[:3], rest[-1]) if len(rest) > 3 else (number[1],)


def _parts_of(
    scope: str, by_scope: Mapping[str, Number], within: Mapping[str, str]
) -> Iterator[Number]:
    """Give the published scopes right below one; what lies between may be unpublished."""
    for other, number in by_scope.items():
        above = within.get(other, "")
        while above and above not in by_scope:
            above = within.get(above, "bank" if above != "bank" else "")
        if above == scope and other != scope:
            yield number


class System:
    """Counts that hang together."""

    def __init__(
        self, world: World, numbers: list[Number], terms: list[list[tuple[Number, float]]]
    ) -> None:
        self.world = world
        self.numbers = numbers
        self.place = {number: k for k, number in enumerate(numbers)}
        self.equations: list[Equation] = [
            tuple((self.place[number], factor) for number, factor in row) for row in terms
        ]
        self.withheld = [
            self.place[n] for n in numbers if n in world.hidden and n not in world.shown
        ]
        self.few_elsewhere = [self.place[n] for n in numbers if n in world.few_elsewhere]

    def question(self, demands: Sequence[Demand]) -> Question:
        """Ask what to take back so that the demands are met."""
        world, numbers = self.world, self.numbers
        known = [world.shown.get(number, world.unknown) for number in numbers]
        # a total, on which many sums rest, is missed more than one of its parts
        used = Counter(k for equation in self.equations for k, _ in equation)
        low, high = np.array(known, dtype=float).reshape(-1, 2).T
        may = {
            k: cost_of_hiding(round(abs(low[k])), len(world.takes_back[number])) * used[k]
            for k, number in enumerate(numbers)
            if number in world.shown
            and number not in world.fixed
            and (low[k] > 0 or not world.whole)
        }
        free = np.array([k in may or n not in world.shown for k, n in enumerate(numbers)])
        return Question(
            shown_lower=low,
            shown_upper=high,
            hidden_lower=np.where(free, world.least, low),
            hidden_upper=np.where(free, np.inf, high),
            equations=tuple(self.equations),
            demands=tuple(demands),
            hidden=frozenset(k for k, n in enumerate(numbers) if n not in world.shown),
            costs=may,
            whole=world.whole,
        )

    def taken(self, hidden: frozenset[int]) -> list[Number]:
        """Give the numbers that are shown so far among those to hide."""
        return [self.numbers[k] for k in sorted(hidden) if self.numbers[k] in self.world.shown]


def is_possible(known: Knowledge) -> bool:
    """Whether any numbers agree with what is known."""
    try:
        bounds(known, 0)
    except ValueError:
        return False
    return True
