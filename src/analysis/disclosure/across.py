"""What several tables, scopes and periods give away together, and what must go to stop it.

It sees what a reader sees, nothing else. Counts of one identity are one number; the
parts of a scope add up to it; sums and shares hold as they do in a table. A withheld
count that a reader can keep from being 1, or from reaching the minimum, is given away,
and the cheapest of the counts that can still be taken back are withheld with it. Sums of
money are looked at likewise (`analysis.disclosure.together`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from analysis.disclosure.attack import Demand, Knowledge, unmet
from analysis.disclosure.published import Number, Publication, read_tables
from analysis.disclosure.suppression import hide
from analysis.disclosure.together import settle_sums, sums_world
from analysis.disclosure.world import Place, System, World, is_possible


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
    everything = tuple(publications)
    counts = World()
    for publication in everything:
        for table in read_tables(publication):
            counts.add(table)
    counts.add_scopes(everything)
    counts.withhold_rests()
    sums = sums_world(everything, counts)
    withhold: dict[Place, set[str]] = defaultdict(set)
    given_away = unsafe = 0
    percent = _prior_share(everything)
    found = [(counts, _settle(system, minimum_units)) for system in counts.systems()]
    found += [(sums, settle_sums(system, percent)) for system in sums.systems()]
    for world, (taken, told, lost) in found:
        given_away += told
        unsafe += lost
        for number in taken:
            for place, local in world.takes_back[number]:
                withhold[place].add(local)
    return Settled(
        withhold={place: frozenset(names) for place, names in sorted(withhold.items())},
        given_away=given_away,
        numbers=len(counts.numbers) + len(sums.numbers),
        withheld=counts.n_withheld + sums.n_withheld,
        unsafe=unsafe,
    )


def _prior_share(publications: tuple[Publication, ...]) -> float:
    return max((one.policy.prior_share for one in publications), default=0.0)


def _settle(system: System, minimum: int) -> tuple[list[Number], int, int]:
    """Give what to take back, how many counts were given away, and how many stay so."""
    question = system.question(())
    known = question.known(question.hidden)
    if not is_possible(known):
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
        return system.taken(found.numbers), len(told), len(lost)
    return system.taken(found.numbers), len(told), 0


def _few_elsewhere(system: System, known: Knowledge, minimum: int) -> list[Demand]:
    """Find the scopes that nothing is published of, all in all, where they are seen to be few."""
    asked = [Demand(number=k, at_most=0, at_least=minimum) for k in system.few_elsewhere]
    sides = Counter(told.demand.number for told in unmet(known, asked))
    return [
        Demand(number=number, at_most=np.inf, at_least=minimum)
        for number, n in sides.items()
        if n == 2
    ]
