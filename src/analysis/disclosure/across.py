"""What several tables, scopes and periods give away together, and what must go to stop it.

It sees what a reader sees, nothing else. Counts of one identity are one number; the
parts of a scope add up to it; sums and shares hold as they do in a table. A withheld
count that a reader can keep from being 1, or from reaching the minimum, is given away,
and the cheapest of the counts that can still be taken back are withheld with it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.sparse.csgraph import connected_components

from analysis.disclosure.attack import Demand, Equation, Knowledge, bounds, matrix, unmet
from analysis.disclosure.published import Number, Publication, ToldTable, read_tables
from analysis.disclosure.rules import cost_of_hiding
from analysis.disclosure.suppression import Question, hide

_FEW = 50.0

Place = tuple[str, str]
"""A report and a scope."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What the publications of a run must withhold beside what they do.

    Attributes
    ----------
    withhold : mapping of place to frozenset of str
        Identities of counts, as each report knows them.
    given_away : int
        How many withheld counts could be worked out.
    numbers, withheld : int
        How many counts were looked at together, and how many of them are withheld.
    unsafe : int
        How many of the withheld counts are given away by what cannot be taken back.
    """

    withhold: Mapping[Place, frozenset[str]]
    given_away: int
    numbers: int
    withheld: int
    unsafe: int


def settle(publications: Iterable[Publication], *, minimum_units: int) -> Settled:
    """Find what a reader of all publications can work out, and what stops it.

    Parameters
    ----------
    publications : iterable of Publication
        All that is out, or about to be: scopes, reports, earlier periods.
    minimum_units : int

    Returns
    -------
    Settled
    """
    world = _World()
    everything = tuple(publications)
    for publication in everything:
        for table in read_tables(publication):
            world.add(table)
    world.add_scopes(everything)
    world.withhold_rests()
    withhold: dict[Place, set[str]] = defaultdict(set)
    given_away = unsafe = 0
    for system in world.systems():
        found = _settle(system, minimum_units)
        given_away += found[1]
        unsafe += found[2]
        for number in found[0]:
            for place, local in world.takes_back[number]:
                withhold[place].add(local)
    return Settled(
        withhold={place: frozenset(names) for place, names in sorted(withhold.items())},
        given_away=given_away,
        numbers=len(world.numbers),
        withheld=sum(1 for n in world.numbers if n not in world.shown and n in world.hidden),
        unsafe=unsafe,
    )


@dataclass(slots=True)
class _World:
    """Every count that is spoken of, what is known of it, and what holds between them."""

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
    few_elsewhere: set[Number] = field(default_factory=set)
    """What is left of a scope for the parts that are not published, where it may be few."""

    def add(self, table: ToldTable) -> None:
        """Add what a table says."""
        publication = table.publication
        place = (publication.report, publication.scope)
        for one in table.told:
            self._name(one.number)
            self.tables[one.number].add((place, f"{publication.day}|{table.name}"))
            if one.low is None or one.high is None:
                self.hidden.add(one.number)
                continue
            low, high = self.shown.get(one.number, (0.0, np.inf))
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
            rest = "" if complete else f"elsewhere: {whole[1]}"
            self._add_sum(members, whole, rest=rest)
            if rest and self._may_leave_few(members, whole):
                self.few_elsewhere.add((whole[0], rest))

    def withhold_rests(self) -> None:
        """Withhold whom a share does not count, where the share is withheld."""
        self.hidden |= {
            rest
            for rest, pair in self.rests.items()
            if rest in self.numbers and any(number not in self.shown for number in pair)
        }

    def _name(self, number: Number) -> None:
        self.numbers.setdefault(number, len(self.numbers))

    def _add_sum(self, members: Sequence[Number], total: Number, *, rest: str = "") -> None:
        """Add a sum, if what is shown does not contradict it."""
        if self._contradicts(members, total):
            return
        high = sum(self.shown.get(member, (0.0, np.inf))[1] for member in members)
        whole = self.shown.get(total, (0.0, np.inf))
        terms = [(member, 1.0) for member in members]
        if rest or high < whole[0]:
            left = (total[0], rest or f"rest of {total[1]}")
            self._name(left)
            terms.append((left, 1.0))
        self.equations.append([*terms, (total, -1.0)])

    def _contradicts(self, members: Sequence[Number], total: Number) -> bool:
        low = sum(self.shown.get(member, (0.0, 0.0))[0] for member in members)
        return low > self.shown.get(total, (0.0, np.inf))[1]

    def _may_leave_few(self, members: Sequence[Number], total: Number) -> bool:
        """Whether the parts leave something of the whole, and not much."""
        known = [self.shown.get(number, (0.0, np.inf)) for number in members]
        low, high = self.shown.get(total, (0.0, np.inf))
        return (
            high - sum(one[0] for one in known) < _FEW
            and low - sum(one[1] for one in known) > -_FEW
        )

    def systems(self) -> Iterator[_System]:
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
            system = _System(self, numbers, [self.equations[k] for k in used])
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


class _System:
    """Counts that hang together."""

    def __init__(
        self, world: _World, numbers: list[Number], terms: list[list[tuple[Number, float]]]
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
        world, numbers = self.world, self.numbers
        known = [world.shown.get(number, (0.0, np.inf)) for number in numbers]
        # a total, on which many sums rest, is missed more than one of its parts
        used = Counter(k for equation in self.equations for k, _ in equation)
        low, high = np.array(known, dtype=float).reshape(-1, 2).T
        may = {
            k: cost_of_hiding(round(low[k]), len(world.takes_back[number])) * used[k]
            for k, number in enumerate(numbers)
            if number in world.shown and number not in world.fixed and low[k] > 0
        }
        free = np.array([k in may or n not in world.shown for k, n in enumerate(numbers)])
        return Question(
            shown_lower=low,
            shown_upper=high,
            hidden_lower=np.where(free, 0.0, low),
            hidden_upper=np.where(free, np.inf, high),
            equations=tuple(self.equations),
            demands=tuple(demands),
            hidden=frozenset(k for k, n in enumerate(numbers) if n not in world.shown),
            costs=may,
        )


def _settle(system: _System, minimum: int) -> tuple[list[Number], int, int]:
    """Give what to take back, how many counts were given away, and how many stay so."""
    question = system.question(())
    known = question.known(question.hidden)
    if not _is_possible(known):
        return [], 0, 0  # the sums do not hold of these counts: nobody can use them
    could_be = [Demand(number=k, at_most=minimum - 1, at_least=-np.inf) for k in system.withheld]
    large = {told.demand.number for told in unmet(known, could_be)}
    demands = [
        Demand(number=k, at_most=1, at_least=minimum) for k in system.withheld if k not in large
    ]
    demands += _few_elsewhere(system, known, minimum)
    told = {one.demand.number for one in unmet(known, demands)}
    if not told:
        return [], 0, 0
    found = hide(system.question(demands))
    if not found.safe:
        # what cannot be taken back gives some away: protect the others
        everything = system.question(demands)
        lost = {
            one.demand.number
            for one in unmet(everything.known(everything.hidden | set(everything.costs)), demands)
        }
        demands = [demand for demand in demands if demand.number not in lost]
        found = hide(system.question(demands))
        return _taken(system, found.numbers), len(told), len(lost)
    return _taken(system, found.numbers), len(told), 0


def _few_elsewhere(system: _System, known: Knowledge, minimum: int) -> list[Demand]:
    """Find the scopes that nothing is published of, all in all, where they are seen to be few."""
    asked = [Demand(number=k, at_most=0, at_least=minimum) for k in system.few_elsewhere]
    sides = Counter(told.demand.number for told in unmet(known, asked))
    return [
        Demand(number=number, at_most=np.inf, at_least=minimum)
        for number, n in sides.items()
        if n == 2
    ]


def _taken(system: _System, hidden: frozenset[int]) -> list[Number]:
    return [system.numbers[k] for k in sorted(hidden) if system.numbers[k] in system.world.shown]


def _is_possible(known: Knowledge) -> bool:
    try:
        bounds(known, 0)
    except ValueError:
        return False
    return True
