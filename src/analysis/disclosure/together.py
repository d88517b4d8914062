"""What sums of money in several tables, scopes and periods give away together.

A withheld sum is given away where all that is out leaves a reader a guess that is sure to
lie within the policy's p % of it: the p % rule, applied to what follows from other sums
instead of to what one contributor knows. What two sums differ by is a number like any
other: where those whom one of them leaves out may be few, their sum is withheld although
no table has a cell for it.

Source: Hundepool et al. (2012), Statistical Disclosure Control, sections 4.2.1 (p % rule)
and 4.3 (protection intervals).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analysis.disclosure.attack import Demand, bounds, unmet
from analysis.disclosure.published import Number, Publication, read_sums
from analysis.disclosure.suppression import hide
from analysis.disclosure.world import System, World, is_possible


def sums_world(publications: Sequence[Publication], counts: World) -> World:
    """Put together every sum that is spoken of.

    Parameters
    ----------
    publications : sequence of Publication
    counts : World
        Of the same publications: says where a sum is left of few.
    """
    tables = [table for publication in publications for table in read_sums(publication)]
    lows = [one.low for table in tables for one in table.told if one.low is not None]
    # what is never seen below 0 is known not to be below it
    world = World(whole=False, least=0.0 if min(lows, default=0.0) >= -1.0 else -np.inf)
    for table in tables:
        world.add(table)
    world.add_scopes(publications)
    world.withhold_few(counts)
    return world


def settle_sums(system: System, prior_share: float) -> tuple[list[Number], int, int]:
    """Give what to take back, how many sums were given away, and how many stay so.

    Parameters
    ----------
    system : System
    prior_share : float
        The policy's p %, a fraction.
    """
    question = system.question(())
    known = question.known(question.hidden)
    if not system.withheld or not is_possible(known):
        return [], 0, 0
    intervals = {k: bounds(known, k) for k in system.withheld}
    demands = [
        _demand(k, interval, prior_share)
        for k, interval in intervals.items()
        if is_told(interval, prior_share)
    ]
    if not demands:
        return [], 0, 0
    told = len(demands)
    found = hide(system.question(demands))
    if found.safe:
        return system.taken(found.numbers), told, 0
    everything = system.question(demands)
    lost = {
        one.demand.number
        for one in unmet(everything.known(everything.hidden | set(everything.costs)), demands)
    }
    left = [demand for demand in demands if demand.number not in lost]
    return system.taken(hide(system.question(left)).numbers), told, len(lost)


def is_told(interval: tuple[float, float], prior_share: float) -> bool:
    """Whether some guess is sure to lie within p % of a sum that lies in an interval.

    Examples
    --------
    >>> is_told((95.0, 100.0), 0.1), is_told((0.0, 100.0), 0.1), is_told((80.0, 100.0), 0.1)
    (True, False, False)
    """
    low, high = interval
    if not np.isfinite([low, high]).all():
        return False
    return low + prior_share * abs(low) >= high - prior_share * abs(high)


def _demand(number: int, interval: tuple[float, float], prior_share: float) -> Demand:
    low, high = interval
    return Demand(
        number=number,
        at_most=low - prior_share * abs(low),
        at_least=high + prior_share * abs(high),
    )
